"""How often claims are right that say they are right with a probability: the reliability of `Claim.confidence`.

    python scripts/train_judges.py --score --predictions FILE
    python scripts/reliability.py FILE [--shared ../shared] [--annotations annotations/claims.jsonl]

FILE holds what judges say of competitions that they were not trained on. A claim is right when the annotation gives its
line the same status; of a line that the annotation does not have, it is wrong. Prints Markdown: by bins of confidence
for the given gold, our annotations and both; by least confidence what is left and how much of it is right. The same for
quotes of reasons, which are right when they are passages that annotators chose for the same line and polarity.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOWEST_EDGE = 0.4  # claims below are few: one bin
LOWEST_EDGE_OF_QUOTES = 0.1
WIDTH = 0.1
LEAST = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # confidences that a user may ask for
LEAST_OF_QUOTES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One claim, or one quote, against the annotation of its document."""

    confidence: float
    is_right: bool
    status: str  # of a quote: its polarity
    is_given: bool  # of the given gold, else of our annotations


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of like confidence, [low, high)."""

    low: float
    high: float
    n_claims: int
    mean_confidence: float
    right_share: float  # 0-1


@dataclass(slots=True)
class Quotes:
    """Quotes of reasons against those that annotators chose.

    Attributes:
        said: what judges quote; right where an annotator chose it for that line and polarity.
        named: of what annotators chose and what names the line, whether judges quote it so, one yes or no each.
        unnamed: the same of what does not name it.
    """

    said: list[Outcome] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    unnamed: list[bool] = field(default_factory=list)


def bins_of(outcomes: Iterable[Outcome], lowest_edge: float = LOWEST_EDGE) -> tuple[Bin, ...]:
    """The outcomes by confidence, lowest first, one bin below the lowest edge; bins without any are left out."""
    grouped: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        place = max(0, math.floor((min(outcome.confidence, 0.999) - lowest_edge) / WIDTH + 1e-9) + 1)
        grouped.setdefault(place, []).append(outcome)
    found = []
    for place, members in sorted(grouped.items()):
        low = round(lowest_edge + (place - 1) * WIDTH, 2) if place else 0.0
        high = round(lowest_edge + place * WIDTH, 2)
        mean = sum(one.confidence for one in members) / len(members)
        found.append(Bin(low, high, len(members), mean, sum(one.is_right for one in members) / len(members)))
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: how far mean confidence and share right are apart, weighed by claims (0-1).

    >>> round(calibration_error([Bin(0.4, 0.5, 10, 0.45, 0.5), Bin(0.9, 1.0, 30, 0.95, 0.95)]), 4)
    0.0125
    """
    total = sum(one.n_claims for one in bins)
    return sum(one.n_claims * abs(one.mean_confidence - one.right_share) for one in bins) / total if total else 0.0


def chance_error(bins: Sequence[Bin]) -> float:
    """What the calibration error would be, on average, of confidences that are true, because claims are so few (0-1).

    A share of n draws at probability p is off by sqrt(2 p (1 - p) / (pi n)) on average (normal approximation).

    >>> round(chance_error([Bin(0.4, 0.5, 100, 0.5, 0.6)]), 3)
    0.04
    """
    total = sum(one.n_claims for one in bins)
    spread = (
        one.n_claims * math.sqrt(2 * one.mean_confidence * (1 - one.mean_confidence) / (math.pi * one.n_claims))
        for one in bins
    )
    return sum(spread) / total if total else 0.0


def reliability_lines(
    name: str, outcomes: Sequence[Outcome], what: str = "claims", lowest_edge: float = LOWEST_EDGE
) -> list[str]:
    """A Markdown table by bins, and a sentence with the calibration error below it."""
    bins = bins_of(outcomes, lowest_edge)
    right = sum(one.is_right for one in outcomes) / max(1, len(outcomes))
    lines = [f"{name}: {len(outcomes):,} {what}, {right:.3f} right", ""]
    lines += [f"| confidence | {what} | mean confidence | right |", "| --- | ---: | ---: | ---: |"]
    for one in bins:
        label = f"under {one.high:.1f}" if one.low == 0 else f"{one.low:.1f} to {one.high:.1f}"
        lines.append(f"| {label} | {one.n_claims:,} | {one.mean_confidence:.3f} | {one.right_share:.3f} |")
    error, chance = calibration_error(bins), chance_error(bins)
    return [*lines, "", f"Expected calibration error {error:.3f}; chance alone would give {chance:.3f}.", ""]


def least_lines(outcomes: Sequence[Outcome], what: str = "claims", levels: Sequence[float] = LEAST) -> list[str]:
    """A Markdown table by least confidence: how many are left, how many of them are right, how many right ones stay."""
    n_right = sum(one.is_right for one in outcomes)
    lines = [f"| least confidence | {what} left | right | of the right ones kept |", "| ---: | ---: | ---: | ---: |"]
    for least in levels:
        left = [one for one in outcomes if one.confidence >= least]
        right = sum(one.is_right for one in left)
        if left:
            name = f"{least:g}" if least else "none"
            lines.append(f"| {name} | {len(left):,} | {right / len(left):.3f} | {right / max(1, n_right):.3f} |")
    return [*lines, ""]


def quote_line(quotes: Quotes) -> str:
    """How many of the passages that annotators chose are quoted, in a sentence."""
    parts = []
    for name, hits in (("that name the line", quotes.named), ("that do not name it", quotes.unnamed)):
        parts.append(f"of {len(hits):,} chosen passages {name} {sum(hits) / max(1, len(hits)):.2f} are quoted")
    return f"{', '.join(parts).capitalize()}."


def read_outcomes(predictions: Path, shared: Path, annotations: Path) -> tuple[list[Outcome], Quotes]:
    """Every predicted claim and quote against the annotations; documents that are not predicted have none."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from score import load_scorer
    from training.data import load_examples

    data = shared / "data"
    scorer = load_scorer(shared)
    families = scorer.Families(
        scorer.alias_table(data / "catalogue/architectures.jsonl", data / "gold/family_aliases.json")
    )
    found = {row["doc_id"]: row for row in map(json.loads, predictions.read_text(encoding="utf-8").splitlines())}
    outcomes, quotes = [], Quotes()
    for example in load_examples(shared, annotations):
        standings = example.standings
        claims = found.get(example.document.name, {}).get("claims", ())
        said = _quotes_of((families(claim["family"]), claim) for claim in claims)
        chosen = _quotes_of((claim["line"], claim) for claim in example.gold["claims"])
        for claim in claims:
            is_right = standings.get(families(claim["family"])) == claim["status"]
            outcomes.append(Outcome(claim["confidence"], is_right, claim["status"], example.is_given))
        for key, found_here in said.items():
            for text, confidence in found_here:
                is_right = any(scorer.overlaps(text, one) for one, _ in chosen.get(key, ()))
                quotes.said.append(Outcome(confidence, is_right, key[1], example.is_given))
        surfaces = {claim["line"]: [s.casefold() for s in claim["surfaces"]] for claim in example.gold["claims"]}
        for key, chosen_here in chosen.items():
            for text, _ in chosen_here:
                is_named = any(surface in text.casefold() for surface in surfaces[key[0]])
                hits = quotes.named if is_named else quotes.unnamed
                hits.append(any(scorer.overlaps(one, text) for one, _ in said.get(key, ())))
    return outcomes, quotes


def _quotes_of(claims: Iterable[tuple[str, dict[str, Any]]]) -> dict[tuple[str, str], list[tuple[str, float]]]:
    """(line, polarity) -> quotes of its reasons with their confidence; annotators' have 1."""
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for line, claim in claims:
        for reason in claim["reasons"]:
            found.setdefault((line, reason["polarity"]), []).append((reason["quote"], reason.get("confidence", 1.0)))
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--annotations", type=Path, default=Path("annotations/claims.jsonl"))
    arguments = parser.parse_args()
    outcomes, quotes = read_outcomes(arguments.predictions, arguments.shared, arguments.annotations)
    parts = {
        "All": outcomes,
        "Given gold": [one for one in outcomes if one.is_given],
        "Our annotations": [one for one in outcomes if not one.is_given],
        **{f"Claims of {s}": [one for one in outcomes if one.status == s] for s in ("used", "tried", "mentioned")},
    }
    for name, part in parts.items():
        print("\n".join(reliability_lines(name, part)))
    print("\n".join(least_lines(outcomes)))
    print("\n".join(reliability_lines("Quotes of reasons", quotes.said, "quotes", LOWEST_EDGE_OF_QUOTES)))
    print("\n".join(least_lines(quotes.said, "quotes", LEAST_OF_QUOTES)))
    print(quote_line(quotes))


if __name__ == "__main__":
    main()
