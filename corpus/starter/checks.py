"""What a row of facts may look like; facts from elsewhere are data of strangers until they have passed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from enum import StrEnum

from corpus.catalogue.task_types import is_task_type
from corpus.records import DocumentKind, Polarity, RankSource, ReasonCategory, Role, Status
from corpus.starter.files import DOCUMENTS

LONGEST = 1_000  # characters of any text: titles and links, never a passage
Rule = Callable[[object], bool]


def problem_of(name: str, row: object, competitions: Collection[str]) -> str:
    """What is wrong with one row, in a phrase; "" where it can be loaded.

    Args:
        name: the file it is in.
        row: as JSON gives it; fields unknown here are not looked at, nor loaded.
        competitions: platform/slug of those in the same facts, which documents may name.
    """
    if not isinstance(row, dict):
        return "it is no JSON object"
    rules, needed = (_DOCUMENT, _DOCUMENT_NEEDS) if name == DOCUMENTS else (_COMPETITION, _COMPETITION_NEEDS)
    problem = _problem(row, rules, needed)
    if problem or name != DOCUMENTS:
        return problem
    for claim in row.get("claims", ()):
        problem = _problem(claim, _CLAIM, ("status", "confidence"))
        if not problem and not (claim.get("architecture") or claim.get("name")):
            problem = "architecture or name is missing"
        if problem:
            return f"a claim: {problem}"
    if row.get("claims") and not row.get("made_by"):
        return "made_by is missing"
    if row.get("competition") is not None and row["competition"] not in competitions:
        return f"the competition {row['competition']!r} is not in the same facts"
    return "a solution without a competition" if row.get("solution") and not row.get("competition") else ""


def _problem(row: Mapping[str, object], rules: Mapping[str, Rule], needed: Collection[str]) -> str:
    missing = [name for name in needed if row.get(name) in (None, "")]
    if missing:
        return f"{missing[0]} is missing"
    wrong = [name for name, rule in rules.items() if name in row and not rule(row[name])]
    return f"{wrong[0]} is not what it should be" if wrong else ""


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**53) < value < 2**53


def _rank(value: object) -> bool:
    return _whole(value) and isinstance(value, int) and value >= 1


def _share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _link(value: object) -> bool:
    return _text(value) and str(value).startswith(("https://", "http://"))


def _truth(value: object) -> bool:
    return isinstance(value, bool)


def _one_of(words: type[StrEnum] | Collection[str]) -> Rule:
    known = {str(word) for word in words}
    return lambda value: isinstance(value, str) and value in known


def _or_none(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


def _list_of(rule: Rule) -> Rule:
    return lambda value: isinstance(value, list) and all(rule(item) for item in value)


def _tuple_of(*rules: Rule) -> Rule:
    def check(value: object) -> bool:
        return (
            isinstance(value, list)
            and len(value) == len(rules)
            and all(rule(item) for rule, item in zip(rules, value, strict=True))
        )

    return check


def _task_type(value: object) -> bool:
    return isinstance(value, str) and is_task_type(value)


def _claim(value: object) -> bool:
    return isinstance(value, dict)


_BOARD, _MEDAL = _one_of(("private", "public")), _one_of(("gold", "silver", "bronze"))
_COMPETITION_NEEDS = ("slug", "platform", "title")
_COMPETITION: dict[str, Rule] = {
    "slug": _text, "platform": _text, "title": _text, "url": _link, "year": _whole, "deadline": _day, "metric": _text,
    "n_teams": _whole, "reward": _text, "provenance": _text, "tags": _list_of(_text),
    "links": _list_of(_tuple_of(_link, _or_none(_rank), _text, _text)),
    "task_types": _list_of(_tuple_of(_one_of(("inferred", "curated")), _whole, _task_type, _text, _text)),
}  # fmt: skip
_DOCUMENT_NEEDS = ("id", "name", "kind", "format")
_DOCUMENT: dict[str, Rule] = {
    "id": _text, "name": _text, "kind": _one_of(DocumentKind), "format": _text, "title": _text, "url": _link,
    "competition": _text, "published_on": _day, "year": _whole, "language": _text, "licence": _text,
    "stated_copy_of": _text, "made_by": _text,
    "solution": _tuple_of(
        _text, _or_none(_rank), _or_none(_one_of(RankSource)), _or_none(_BOARD), _or_none(_MEDAL)
    ),
    "ranks": _list_of(_tuple_of(_one_of(RankSource), _rank, _text)),
    "claims": _list_of(_claim),
}  # fmt: skip
_CLAIM: dict[str, Rule] = {
    "architecture": _text, "name": _text, "status": _one_of(Status), "confidence": _share, "is_code": _truth,
    "roles": _list_of(_one_of(Role)),
    "variants": _list_of(_tuple_of(_text, _one_of(Status))),
    "reasons": _list_of(_tuple_of(_one_of(ReasonCategory), _one_of(Polarity))),
}  # fmt: skip
