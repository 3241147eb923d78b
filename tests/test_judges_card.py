"""The model card of the judges says what ships, and the script behind its reliability table counts right."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def card(repository: Path) -> str:
    return (repository / "docs" / "judges.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reliability(repository: Path) -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("reliability", repository / "scripts" / "reliability.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_card_names_the_size_that_ships(card: str, repository: Path) -> None:
    stated = re.search(r"\(([\d.]+) MB\)", card)
    assert stated is not None
    size_mb = (repository / "analysis/claims/judges.json.gz").stat().st_size / 1e6
    assert float(stated[1]) == pytest.approx(size_mb, rel=0.1)


def test_the_card_counts_features_as_they_ship(card: str, repository: Path) -> None:
    stored: dict[str, Any] = json.loads(gzip.decompress((repository / "analysis/claims/judges.json.gz").read_bytes()))
    parts = ("standing_words", "screen", "sentence", "target", "link", "category")
    counts = [len(stored["standing"]["features"]), *(len(stored[part]["weights"]) for part in parts)]
    found = re.findall(r"([\d,]+)(?: and ([\d,]+))? features", card)
    stated = [int(number.replace(",", "")) for pair in found for number in pair if number]
    assert stated == [pytest.approx(count, rel=0.1) for count in counts]
    assert f"each of {len(stored['roles'])} roles" in card


def test_the_card_counts_our_annotations(card: str, repository: Path) -> None:
    rows = [json.loads(line) for line in (repository / "annotations/claims.jsonl").read_text("utf-8").splitlines()]
    claims = [claim for row in rows for claim in row["claims"]]
    kinds = Counter(row["kind"] for row in rows)
    text = " ".join(card.split())
    assert f"our annotations: {len(rows)} documents ({kinds['readme']} readmes, {kinds['writeup']} write-ups," in text
    assert f"of {len({row['competition'] for row in rows})} competitions, {len(claims):,} claims" in text
    assert f"{sum(len(claim['reasons']) for claim in claims):,} reasons, in `annotations/claims.jsonl`" in text


def test_every_claim_is_in_one_bin_and_edges_belong_above(reliability: ModuleType) -> None:
    levels = (0.05, 0.39, 0.4, 0.49, 0.5, 0.7, 0.89, 0.9, 0.99, 1.0)
    bins = reliability.bins_of(reliability.Outcome(p, p > 0.5, "used", True) for p in levels)
    assert [(one.low, one.high, one.n_claims) for one in bins] == [
        (0.0, 0.4, 2), (0.4, 0.5, 2), (0.5, 0.6, 1), (0.7, 0.8, 1), (0.8, 0.9, 1), (0.9, 1.0, 3),
    ]  # fmt: skip
    assert [one.right_share for one in bins] == [0, 0, 0, 1, 1, 1]
    assert bins[0].mean_confidence == pytest.approx(0.22)


def test_true_confidences_have_no_error_and_boasts_have_theirs(reliability: ModuleType) -> None:
    true = [reliability.Outcome(0.75, n < 75, "used", True) for n in range(100)]
    boast = [reliability.Outcome(0.95, n < 75, "used", True) for n in range(100)]
    assert reliability.calibration_error(reliability.bins_of(true)) == pytest.approx(0)
    assert reliability.calibration_error(reliability.bins_of(boast)) == pytest.approx(0.2)
    assert reliability.calibration_error(()) == reliability.chance_error(()) == 0


def test_a_least_confidence_keeps_what_reaches_it(reliability: ModuleType) -> None:
    outcomes = [reliability.Outcome(p, right, "used", True) for p, right in ((0.9, True), (0.7, True), (0.5, False))]
    lines = reliability.least_lines(outcomes)
    assert "| none | 3 | 0.667 | 1.000 |" in lines
    assert "| 0.7 | 2 | 1.000 | 1.000 |" in lines
    assert "| 0.9 | 1 | 1.000 | 0.500 |" in lines
    assert not any(line.startswith("| 0.95") for line in lines)
