"""Short names count in a list with a booster's, and nowhere else."""

from __future__ import annotations

import pytest
from work_done import work_limit

from analysis.mentions.names import NameFinder
from analysis.mentions.siblings import add_siblings
from corpus.catalogue import load_catalogue

FINDER = NameFinder(load_catalogue())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("weights: cat=0.4, et=0.2, xgb=0.3, hist=0.1", ["CatBoost", "ExtraTrees", "XGBoost", "HistGradientBoosting"]),
        ("a blend of lgb, xgb, cat and rf.", ["LightGBM", "XGBoost", "CatBoost", "RandomForest"]),
        ("0.6 * lgb + 0.4 * nn", ["LightGBM"]),
        ("lgb/nn", ["LightGBM", "Neural network"]),
        ("xgb and cat features", ["XGBoost"]),  # columns that hold categories
        ("xgb, lr=0.05, depth=6", ["XGBoost"]),
        ("cats, dogs and et al.", []),
        ("xgb: tree method hist, exact", ["XGBoost"]),
    ],
)
def test_short_names_beside_boosters(text: str, names: list[str]) -> None:
    found = [match for match in add_siblings(text, FINDER.find(text)) if not match.is_ambiguous]
    assert [match.name for match in found] == names


@pytest.mark.parametrize("piece", ["aa/", "aa & ", "lgb, "])
def test_a_list_without_end_takes_no_longer_than_its_length(piece: str) -> None:
    text = "lgb rf " + piece * (100_000 // len(piece)) + "aa-"
    matches = FINDER.find("lgb rf")
    with work_limit(40):
        assert [match.name for match in add_siblings(text, matches) if match.name == "LightGBM"] == ["LightGBM"]
