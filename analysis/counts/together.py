"""Which architectures appear in the same solutions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.counts.popularity import By, Example, newest_examples, strongest_uses
from analysis.counts.rows import Solution, Use
from analysis.counts.uncertainty import SMALL_N, used_share
from corpus.records import Status


@dataclass(frozen=True, slots=True)
class Companion:
    """One architecture beside the one asked about."""

    key: str
    name: str
    n_together: int  # solutions that use both
    n_solutions: int  # solutions that use the one asked about: the denominator
    share: float  # 0-1
    share_low: float
    share_high: float
    lift: float  # share here over share in the whole cohort; 1: no more often than by chance
    examples: tuple[Example, ...]

    @property
    def is_small(self) -> bool:
        """Whether fewer than five solutions use both."""
        return self.n_together < SMALL_N


def count_together(
    solutions: Iterable[Solution], uses: Iterable[Use], key: str, by: By = "lineage"
) -> tuple[Companion, ...]:
    """What solutions that use `key` use beside it; most solutions first, then the higher lift, then by name."""
    cohort = {s.solution_id for s in solutions}
    used = {
        found: {sid: rows for sid, rows in members.items() if rows[0].status == Status.USED and sid in cohort}
        for found, members in strongest_uses(uses, by).items()
    }
    mine = set(used.get(key, ()))
    companions = []
    for other, members in used.items():
        both = mine & members.keys()
        if other == key or not both:
            continue
        low, share, high = used_share(len(both), len(mine))
        every = [row for sid in both for row in members[sid]]
        companions.append(
            Companion(
                key=other,
                name=every[0].lineage_name if by == "lineage" else every[0].architecture,
                n_together=len(both),
                n_solutions=len(mine),
                share=share,
                share_low=low,
                share_high=high,
                lift=share / (len(members) / len(cohort)),
                examples=newest_examples(every),
            )
        )
    return tuple(sorted(companions, key=lambda c: (-c.n_together, -c.lift, c.name.casefold(), c.key)))
