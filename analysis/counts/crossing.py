"""The year in which one architecture overtook another, and what rose while one fell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.counts.popularity import By, count_architectures
from analysis.counts.rows import Solution, Use
from analysis.counts.trends import YearShare
from analysis.counts.uncertainty import SMALL_N, used_share


@dataclass(frozen=True, slots=True)
class Crossing:
    """One architecture went past another and stayed ahead."""

    year: int  # the first year ahead for good
    overtaker: YearShare  # of that year
    overtaken: YearShare

    @property
    def intervals_overlap(self) -> bool:
        """Whether the 95 % intervals of that year share values: then chance may have made the order."""
        return self.overtaken.share_high >= self.overtaker.share_low


@dataclass(frozen=True, slots=True)
class Change:
    """One architecture before and after a date."""

    key: str
    name: str
    n_before: int
    n_before_total: int
    before_share: float  # 0-1; nan without any solution before
    before_low: float
    before_high: float
    n_after: int
    n_after_total: int
    after_share: float
    after_low: float
    after_high: float
    n_competitions_after: int  # with such a solution
    n_competitions_after_total: int

    @property
    def difference(self) -> float:
        """Share after less share before."""
        return self.after_share - self.before_share

    @property
    def intervals_overlap(self) -> bool:
        """Whether the two intervals share values."""
        return self.before_low <= self.after_high and self.after_low <= self.before_high

    @property
    def is_small(self) -> bool:
        """Whether both sides together have fewer than five solutions."""
        return self.n_before + self.n_after < SMALL_N


def find_crossings(shares: Iterable[YearShare]) -> tuple[Crossing, ...]:
    """Every pair's last change of lead, the newest first.

    Years of fewer than five solutions, or of one competition alone, tell of that competition and are passed over.
    """
    lines: dict[str, dict[int, YearShare]] = defaultdict(dict)
    for one in shares:
        if not one.is_small and one.n_competitions_total != 1:
            lines[one.key][one.year] = one
    found = [
        crossing
        for first in lines
        for second in lines
        if first != second and (crossing := _last_crossing(lines[first], lines[second])) is not None
    ]
    return tuple(sorted(found, key=lambda c: (-c.year, c.overtaker.name.casefold(), c.overtaken.name.casefold())))


def _last_crossing(rising: dict[int, YearShare], falling: dict[int, YearShare]) -> Crossing | None:
    """Where `rising` went past `falling` and is not behind in any later year; None where that never was."""
    years = sorted(rising.keys() & falling.keys())
    start = None
    for year in reversed(years):
        if rising[year].share < falling[year].share:
            break
        if rising[year].share > falling[year].share:
            start = year
    if start is None:
        return None
    was_behind = any(rising[year].share < falling[year].share for year in years if year < start)
    return Crossing(start, rising[start], falling[start]) if was_behind else None


def count_changes(
    before: Sequence[Solution], after: Sequence[Solution], uses: Iterable[Use], by: By = "lineage"
) -> tuple[Change, ...]:
    """Shares of every architecture in two cohorts, what rose most first."""
    rows = list(uses)
    cohorts = [{s.solution_id for s in cohort} for cohort in (before, after)]
    counted = [{c.key: c for c in count_architectures(cohort, rows, by)} for cohort in (before, after)]
    names = {key: c.name for counts in counted for key, c in counts.items()}
    n_competitions = len({s.competition_id for s in after})
    changes = []
    for key, name in names.items():
        n_before, n_after = (counts[key].n_solutions if key in counts else 0 for counts in counted)
        b_low, b_share, b_high = used_share(n_before, len(cohorts[0]))
        a_low, a_share, a_high = used_share(n_after, len(cohorts[1]))
        changes.append(
            Change(
                key, name, n_before, len(cohorts[0]), b_share, b_low, b_high,
                n_after, len(cohorts[1]), a_share, a_low, a_high,
                counted[1][key].n_competitions if key in counted[1] else 0, n_competitions,
            )
        )  # fmt: skip
    return tuple(sorted(changes, key=lambda c: (-c.difference, c.name.casefold(), c.key)))
