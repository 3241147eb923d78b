"""Reasons for and against one architecture, by category, with the quotes that say them best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analysis.counts.rows import Reason
from analysis.counts.uncertainty import SMALL_N
from corpus.records import Polarity

SHORT_QUOTE = 160  # characters; a longer one is shown only when there is no shorter
SURE = 0.5  # confidence from which one quote is as good as another
N_QUOTES = 3


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
    counts = [
        ReasonCount(
            category=category,
            polarity=polarity,
            n_solutions=len({_speaker(r) for r in members}),
            n_reasons=len(members),
            quotes=best_quotes(members, n_quotes),
        )
        for (category, polarity), members in grouped.items()
    ]
    weight: dict[str, int] = defaultdict(int)
    for count in counts:
        weight[count.category] += count.n_solutions
    return tuple(sorted(counts, key=lambda c: (-weight[c.category], c.category, c.polarity != Polarity.FOR)))


def best_quotes(reasons: Iterable[Reason], limit: int) -> tuple[Reason, ...]:
    """At most one reason per solution: quoted and short ones first, then the likelier, the better rank, the newer."""
    chosen: dict[str, Reason] = {}
    for reason in sorted(reasons, key=_quality):
        if len(chosen) == limit:
            break
        chosen.setdefault(_speaker(reason), reason)
    return tuple(chosen.values())


def _speaker(reason: Reason) -> str:
    return reason.solution_id or f"document:{reason.document}"


def _quality(reason: Reason) -> tuple[int, int, int, int, int, str, str]:
    length = len(reason.quote or "")
    return (
        (2 if not length else int(length > SHORT_QUOTE)),
        int((reason.reason_confidence or 0.0) < SURE),
        reason.rank or 10**9,
        -(reason.counted_on or date.min).toordinal(),
        length,
        reason.document,
        reason.claim_id,
    )
