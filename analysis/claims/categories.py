"""What reasons are about: the categories of the statements for or against one architecture, taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from analysis.claims.cues import find_cues
from analysis.mentions.statements import Statement
from corpus.records import DocumentKind, Polarity, Status

MOST_READ = 12  # statements of one architecture and polarity, the likeliest
Scores = Sequence[Mapping[str, float]]  # of each statement the probability of every category, should it give a reason


def category_features(statement: Statement, features: Set[str]) -> set[str]:
    """What tells the category of a statement's reason: its features as a sentence, and its cues."""
    return set(features) | {f"c:{hit.cue.id}" for hit in find_cues(statement.text, "reason")}


def category_rows(
    scores: Scores,
    weights: Sequence[float],
    others: Sequence[float],
    reason: float,
    about: tuple[Polarity, str, Status, DocumentKind],
) -> dict[str, dict[str, float]]:
    """Everything that tells whether the reasons for or against one architecture are of a category, one row each.

    Args:
        scores: of its likeliest statements, the likeliest first; at least one.
        weights: how likely the reason of each is about the architecture, with this polarity (0-1).
        others: the same with the other polarity.
        reason: how likely the architecture has a reason of this polarity at all (0-1).
        about: polarity, the architecture's kind and status, the document's kind.
    """
    polarity, kind, status, document = about
    shared = {
        "reason": reason,
        "best": weights[0],
        "weights": sum(weights),
        "for": float(polarity is Polarity.FOR),
        "tried": float(status is Status.TRIED),
        f"kind:{kind}": 1.0,
        f"document:{document.value}": 1.0,
    }
    heights = {
        name: sorted((w * s[name] for w, s in zip(weights, scores, strict=True)), reverse=True) for name in scores[0]
    }
    order = sorted(heights, key=lambda name: (-heights[name][0], name))
    highest = max(heights[order[0]][0], 1e-9)
    return {
        name: shared
        | {
            f"category:{name}": 1.0,
            "highest": found[0],
            "second": found[1] if len(found) > 1 else 0.0,
            "sum": sum(found),
            "share of the highest": found[0] / highest,
            "rank": float(order.index(name)),
            "likeliest": scores[0][name],
            "most": max(s[name] for s in scores[:3]),
            "other side": max(w * s[name] for w, s in zip(others, scores, strict=True)),
        }
        for name, found in heights.items()
    }


def choose_categories(probabilities: Mapping[str, float], least: float) -> frozenset[str]:
    """The likeliest category and all that are at least so likely."""
    best = max(probabilities, key=lambda name: (probabilities[name], name))
    return frozenset(name for name, probability in probabilities.items() if name == best or probability >= least)


def place_categories(chosen: Set[str], scores: Scores, weights: Sequence[float]) -> list[frozenset[str]]:
    """The chosen categories of each statement: its best one, and those that no other statement says more firmly."""
    names = sorted(chosen)
    found = [{max(names, key=lambda name: (statement[name], name))} for statement in scores]
    for name in names:
        firmest = max(range(len(scores)), key=lambda at: weights[at] * scores[at][name])
        found[firmest].add(name)
    return [frozenset(own) for own in found]
