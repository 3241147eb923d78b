"""Reasons for and against one architecture, by category, with the quotes that say them best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from analysis.counts.rows import Reason
from analysis.counts.uncertainty import SMALL_N
from corpus.records import Polarity

SHORT_QUOTE = 160  # characters; a longer one is shown only when there is no shorter
SURE = (0.5, 0.7)  # steps of confidence: between two of them one quote is as likely right as another
N_QUOTES = 3
HIGH_RANK = 10  # solutions of this rank or better are quoted before others


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """One category of reasons, for or against."""

    category: str
    polarity: str
    n_solutions: int  # that give such a reason; a document of no known solution counts as one of its own
    n_reasons: int
    quotes: tuple[Reason, ...]  # the best ones, at most one per solution

    @property
    def is_small(self) -> bool:
        """Whether fewer than five solutions give it."""
        return self.n_solutions < SMALL_N


def count_reasons(reasons: Iterable[Reason], n_quotes: int = N_QUOTES) -> tuple[ReasonCount, ...]:
    """Reasons by category: the category most spoken of first, and in it what speaks for before what speaks against."""
    grouped: dict[tuple[str, str], list[Reason]] = defaultdict(list)
    for reason in reasons:
        grouped[reason.category, reason.polarity].append(reason)
    speakers = {key: {_speaker(r) for r in members} for key, members in grouped.items()}
    weight: dict[str, int] = defaultdict(int)
    for (category, _), found in speakers.items():
        weight[category] += len(found)
    order = sorted(grouped, key=lambda key: (-weight[key[0]], key[0], key[1] != Polarity.FOR))
    shown: set[str] = set()
    counts = []
    for key in order:
        quotes = best_quotes(grouped[key], n_quotes, shown)
        shown |= {_words(reason) for reason in quotes}
        counts.append(ReasonCount(*key, len(speakers[key]), len(grouped[key]), quotes))
    return tuple(counts)


def best_quotes(reasons: Iterable[Reason], limit: int, shown: Collection[str] = frozenset()) -> tuple[Reason, ...]:
    """At most one reason per solution; other words and other competitions first while there are any.

    Quoted and short ones come first, then the likelier, then those of high rank, of these the newest.

    Args:
        reasons: of one category and polarity.
        limit: how many at most.
        shown: quotes, case folded, that stand elsewhere already.
    """
    left = sorted(reasons, key=_quality)
    chosen: list[Reason] = []
    said, heard, speakers = set(shown), set(), set()
    while left and len(chosen) < limit:
        best = min(left, key=lambda r: (not r.quote, _words(r) in said, _place(r) in heard))  # the first of equals
        chosen.append(best)
        said.add(_words(best))
        heard.add(_place(best))
        speakers.add(_speaker(best))
        left = [reason for reason in left if _speaker(reason) not in speakers]
    return tuple(chosen)


def _words(reason: Reason) -> str:
    return " ".join((reason.quote or reason.claim_id).casefold().split())


def _place(reason: Reason) -> str:
    return reason.competition or f"document:{reason.document}"


def _speaker(reason: Reason) -> str:
    return reason.solution_id or f"document:{reason.document}"


def _quality(reason: Reason) -> tuple[int, int, bool, int, int, int, str, str]:
    length = len(reason.quote or "")
    return (
        (2 if not length else int(length > SHORT_QUOTE)),
        sum((reason.reason_confidence or 0.0) < step for step in SURE),
        reason.rank is None or reason.rank > HIGH_RANK,
        -(reason.counted_on or date.min).toordinal(),
        reason.rank or 10**9,
        length,
        reason.document,
        reason.claim_id,
    )
