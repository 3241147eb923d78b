"""Sentences cut into clauses, so that a cue speaks of the names beside it and not of the whole sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

# every break starts with one of few signs: they come first, so that all else is passed over at once
BREAK = re.compile(
    r"[,;:.\s](?:(?:(?<=\s)\s{0,19}|(?<=[,;:])\s{1,20})"
    r"(?:but|however|while|whereas|although|though|yet|except|until|because|then|so)\b(?!\s+that\b)"
    r"|(?<=;)|(?<=\s)[-–—]+\s|(?<=\.)\s|(?<=\n)\s*\n|(?<=,)\s{1,20}(?:and|which|it|this|they|we|i|the|both|all|none)\b)",
    re.IGNORECASE,
)
SHORTEST = 12  # characters: a shorter piece joins the one before


@lru_cache(maxsize=512)
def split_clauses(text: str) -> tuple[tuple[int, int], ...]:
    """Clauses of a sentence as [start, end) ranges that cover it, in order.

    >>> [("We tried a GRU, but CatBoost won"[a:b]) for a, b in split_clauses("We tried a GRU, but CatBoost won")]
    ['We tried a GRU', ', but CatBoost won']
    """
    cuts = [0]
    for match in BREAK.finditer(text):
        if match.start() - cuts[-1] >= SHORTEST and len(text) - match.start() >= SHORTEST:
            cuts.append(match.start())
    return tuple(zip(cuts, [*cuts[1:], len(text)], strict=True))


def clause_at(clauses: Sequence[tuple[int, int]], place: int) -> tuple[int, int]:
    """The clause that holds a place; the last one for a place behind them all."""
    return clauses[min(bisect_right(clauses, place, key=lambda clause: clause[1]), len(clauses) - 1)]
