"""Short names that only their siblings in a list explain: "xgb, cat and rf", "lgb=0.4, cat=0.3, et=0.1".

`cat`, `rf` or `et` in small letters mean many things; in one list with a booster's name they are estimators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.mentions.names import NameMatch

# short name -> (catalogue id, name)
SHORT = {
    **dict.fromkeys(("cat", "cb", "ctb", "cbt"), ("catboost", "CatBoost")),
    "rf": ("random-forest", "RandomForest"),
    **dict.fromkeys(("et", "etr", "xt"), ("extra-trees", "ExtraTrees")),
    **dict.fromkeys(("hgb", "hist"), ("histgb", "HistGradientBoosting")),
    **dict.fromkeys(("gbm", "gbr"), ("gbdt", "GradientBoosting")),
    "lr": ("logistic-regression", "LogisticRegression"),
    "nn": ("neural-net-unspecified", "Neural network"),
    "ridge": ("ridge", "Ridge"),
    "lasso": ("lasso", "Lasso"),
}
BOOSTERS = frozenset({"lgb", "lgbm", "lightgbm", "xgb", "xgboost", "catboost"})
SETTINGS = frozenset({"lr", "nn"})  # with a value behind it `lr` is a rate, `nn` a number
NEED_TWO = frozenset({"hist", "gbm", "lr"})  # also a tree method, the family of the boosters, a rate
_VALUE = r"(?:\s{0,2}[=:]\s{0,2}[\d.]{1,8}%?|\s?\(\s?[\d.]{1,8}%?\s?\))"
_ITEM = rf"[`'\"*]{{0,2}}[A-Za-z]{{2,10}}[`'\"*]{{0,2}}{_VALUE}?"
_JOINT = r"(?:\s?[,/+&|]\s?(?:and\s|or\s)?|\s(?:and|or|vs\.?)\s)"
_LIST = re.compile(rf"(?<![\w.-]){_ITEM}(?:{_JOINT}{_ITEM}){{1,30}}(?=\s?(?:[.,;:)\]|]|\Z|\n))", re.MULTILINE)
_NAME = re.compile(rf"(?P<name>[A-Za-z]{{2,10}})[`'\"*]{{0,2}}(?P<value>{_VALUE})?")
_ANY_SHORT = re.compile(r"\b(?:cat|cb|ctb|cbt|rf|etr?|xt|hgb|hist|gbm|gbr|lr|nn|ridge|lasso)\b")


def add_siblings(text: str, matches: list[NameMatch]) -> list[NameMatch]:
    """The matches of a text with the short names that stand in lists beside a booster among them, left to right."""
    if not any(match.architecture_id in _BOOSTER_IDS for match in matches) or not _ANY_SHORT.search(text):
        return matches
    found = list(_siblings(text))
    spans = {(match.start, match.end) for match in found}
    kept = [match for match in matches if not (match.is_ambiguous and (match.start, match.end) in spans)]
    taken = {place for match in kept for place in range(match.start, match.end)}
    kept += [match for match in found if match.start not in taken]
    return sorted(kept, key=lambda match: match.start)


_BOOSTER_IDS = frozenset({"lightgbm", "xgboost", "catboost"})


def _siblings(text: str) -> Iterator[NameMatch]:
    for run in _LIST.finditer(text):
        items = [item for item in _NAME.finditer(text, *run.span()) if item["name"] not in {"and", "or", "vs"}]
        n_boosters = sum(item["name"].lower() in BOOSTERS for item in items)
        n_known = sum(item["name"].lower() in SHORT for item in items)
        for item in items if n_boosters else ():
            name = item["name"]
            if name not in SHORT or (name in SETTINGS and item["value"]):
                continue
            if name not in NEED_TWO or n_boosters + n_known > 2:
                yield NameMatch(item.start("name"), item.end("name"), *SHORT[name], None, False)
