"""How the share of architectures changes from year to year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from analysis.counts.popularity import By, count_architectures
from analysis.counts.rows import Solution, Use
from analysis.counts.uncertainty import SMALL_N, used_share
from corpus.records import Status


@dataclass(frozen=True, slots=True)
class YearShare:
    """One architecture in the solutions of one year."""

    year: int
    key: str
    name: str
    n_solutions: int
    n_solutions_total: int
    share: float  # 0-1
    share_low: float
    share_high: float
    n_competitions: int = 0  # with such a solution
    n_competitions_total: int = 0  # with a documented solution in that year; 0: not counted

    @property
    def is_small(self) -> bool:
        """Whether the year has fewer than five solutions to share among."""
        return self.n_solutions_total < SMALL_N


def count_by_year(
    solutions: Iterable[Solution],
    uses: Iterable[Use],
    by: By = "lineage",
    keys: Collection[str] | None = None,
    top: int = 6,
) -> tuple[YearShare, ...]:
    """Shares by year and architecture, zeros too, for years with at least one solution; by year, then by popularity.

    Args:
        solutions: the cohort; those without a year are left out.
        uses: claims of its documents.
        by: lineages or families.
        keys: the architectures to follow; None takes the `top` most used of the whole time.
        top: how many that are.
    """
    dated = [s for s in solutions if s.year is not None]
    rows = list(uses)
    everything = count_architectures(dated, rows, by)
    followed = [c for c in everything if (c.key in keys if keys is not None else True)]
    if keys is None:
        followed = followed[:top]
    cohort: dict[int, list[Solution]] = defaultdict(list)
    for solution in dated:
        if solution.year is not None:
            cohort[solution.year].append(solution)
    shares = []
    year_of = {s.solution_id: s.year for s in dated}
    uses_of: dict[int | None, list[Use]] = defaultdict(list)
    for use in rows:
        uses_of[year_of.get(use.solution_id)].append(use)
    for year, members in sorted(cohort.items()):
        found = {c.key: c for c in count_architectures(members, uses_of[year], by, {Status.USED})}
        total = len({s.solution_id for s in members})
        n_competitions = len({s.competition_id for s in members})
        for count in followed:
            n_used = found[count.key].n_solutions if count.key in found else 0
            n_in = found[count.key].n_competitions if count.key in found else 0
            low, share, high = used_share(n_used, total)
            shares.append(YearShare(year, count.key, count.name, n_used, total, share, low, high, n_in, n_competitions))
    return tuple(shares)
