"""Which architectures winners use more, or less, than everybody else: under- and overrated.

Winners and everybody else enter different competitions, and an architecture common in one kind of task would look good
merely because more of that task's winners write. So the ratio is pooled within kinds of task (Mantel and Haenszel).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import erfc, exp, inf, log, nan, sqrt
from typing import Literal

from analysis.counts.popularity import By, Example, newest_examples, strongest_uses
from analysis.counts.rows import Solution, Use
from analysis.counts.uncertainty import SMALL_N, used_share
from corpus.records import Status

Correction = Literal["bh", "holm"]
MIN_SOLUTIONS = 10  # below this many solutions of both cohorts no ratio is told
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class LiftCount:
    """One architecture among winners and among everybody else."""

    key: str
    name: str
    n_winners: int
    n_winners_total: int
    n_others: int
    n_others_total: int
    winners_share: float  # 0-1
    winners_low: float
    winners_high: float
    others_share: float
    others_low: float
    others_high: float
    everybody_share: float  # of both cohorts together
    ratio: float  # winners' share over the others', pooled within kinds of task; inf, 0 or nan at the ends
    ratio_low: float  # of its 95 % interval
    ratio_high: float
    p_value: float
    p_corrected: float  # for as many comparisons as there are architectures of enough solutions
    examples: tuple[Example, ...]  # of winners

    @property
    def is_small(self) -> bool:
        """Whether fewer than five winners use it."""
        return self.n_winners < SMALL_N

    @property
    def verdict(self) -> str:
        """underrated, overrated, or "no clear difference" where chance explains it after the correction."""
        if not self.p_corrected < ALPHA or self.ratio == 1:
            return "no clear difference"
        return "underrated" if self.ratio > 1 else "overrated"


@dataclass(frozen=True, slots=True)
class Stratum:
    """One kind of task: users of an architecture among its winners and among the others."""

    n_winners: int
    n_winners_total: int
    n_others: int
    n_others_total: int


@dataclass(frozen=True, slots=True)
class LiftOptions:
    """How cohorts are compared."""

    by: By = "lineage"
    min_solutions: int = MIN_SOLUTIONS  # users in both cohorts together from which a ratio is told
    correction: Correction = "bh"  # bh bounds the share of false findings, holm the chance of any


DEFAULTS = LiftOptions()


@dataclass(frozen=True, slots=True)
class _Cohorts:
    """Solution ids of both cohorts, and the kind of task of each."""

    won: frozenset[str]
    lost: frozenset[str]
    strata: Mapping[str, str]

    def per_stratum(self, among: Collection[str]) -> tuple[Counter[str], Counter[str]]:
        """By kind of task: how many of these solutions won, and how many did not."""
        won, lost = (Counter(self.strata[sid] for sid in among if sid in side) for side in (self.won, self.lost))
        return won, lost


def count_lift(
    winners: Iterable[Solution],
    others: Iterable[Solution],
    uses: Iterable[Use],
    stratum_of: Mapping[str, str] | None = None,
    options: LiftOptions = DEFAULTS,
) -> tuple[LiftCount, ...]:
    """Architectures of enough solutions, the highest ratio first.

    Args:
        winners: one cohort.
        others: the other; a solution that is in both counts as a winner.
        uses: claims of the documents of both.
        stratum_of: competition id -> kind of task within which shares are compared; None: one for all.
        options: what is counted as one, from how many solutions on, and the correction.
    """
    kinds = stratum_of or {}
    first, second = tuple(winners), tuple(others)
    won = frozenset(s.solution_id for s in first)
    strata = {s.solution_id: kinds.get(s.competition_id, "") for s in (*first, *second)}
    cohorts = _Cohorts(won, frozenset(s.solution_id for s in second) - won, strata)
    totals = cohorts.per_stratum(strata)
    counts = []
    for key, members in strongest_uses(uses, options.by).items():
        used = {sid: found for sid, found in members.items() if found[0].status == Status.USED and sid in strata}
        if len(used) >= options.min_solutions:
            counts.append(_count(key, used, cohorts, totals, options.by))
    corrected = correct_p_values([c.p_value for c in counts], options.correction)
    final = [replace(count, p_corrected=p) for count, p in zip(counts, corrected, strict=True)]
    return tuple(sorted(final, key=lambda c: (-(c.ratio if c.ratio == c.ratio else 0.0), c.name.casefold(), c.key)))


def _count(
    key: str, used: Mapping[str, Sequence[Use]], cohorts: _Cohorts, totals: tuple[Counter[str], Counter[str]], by: By
) -> LiftCount:
    mine = cohorts.per_stratum(used)
    tables = [
        Stratum(mine[0][name], totals[0][name], mine[1][name], totals[1][name])
        for name in sorted(totals[0].keys() | totals[1].keys())
    ]
    n_winners, n_others = mine[0].total(), mine[1].total()
    n_won, n_lost = len(cohorts.won), len(cohorts.lost)
    w_low, w_share, w_high = used_share(n_winners, n_won)
    o_low, o_share, o_high = used_share(n_others, n_lost)
    low, ratio, high, p_value = pooled_ratio(tables)
    every = [use for found in used.values() for use in found]
    return LiftCount(
        key=key,
        name=every[0].lineage_name if by == "lineage" else every[0].architecture,
        n_winners=n_winners,
        n_winners_total=n_won,
        n_others=n_others,
        n_others_total=n_lost,
        winners_share=w_share,
        winners_low=w_low,
        winners_high=w_high,
        others_share=o_share,
        others_low=o_low,
        others_high=o_high,
        everybody_share=(n_winners + n_others) / max(1, n_won + n_lost),
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
        p_value=p_value,
        p_corrected=p_value,
        examples=newest_examples(use for sid in used if sid in cohorts.won for use in used[sid]),
    )


def pooled_ratio(tables: Iterable[Stratum], z: float = 1.96) -> tuple[float, float, float, float]:
    """Mantel and Haenszel's ratio of shares over strata: (low, ratio, high, p).

    Strata in which one cohort is missing, or nobody uses it, say nothing. The interval is Greenland and Robins', the p
    value the Mantel-Haenszel test's with its correction for continuity.

    Returns:
        (0, nan, inf, 1) where no stratum says anything; 0 or inf as the ratio where one cohort never uses it, with an
        interval that is open towards the other side only.

    Source: S. Greenland, J. M. Robins (1985), Biometrics 41(1), 55-68.

    >>> [round(x, 2) for x in pooled_ratio([Stratum(30, 100, 10, 100)])]
    [1.55, 3.0, 5.8, 0.0]
    """
    kept = [t for t in tables if t.n_winners_total and t.n_others_total and t.n_winners + t.n_others]
    if not kept:
        return 0.0, nan, inf, 1.0
    up = sum(t.n_winners * t.n_others_total / (t.n_winners_total + t.n_others_total) for t in kept)
    down = sum(t.n_others * t.n_winners_total / (t.n_winners_total + t.n_others_total) for t in kept)
    p_value = _p_value(kept)
    if not up or not down:
        # half a solution more on both sides of the whole keeps the far end finite
        whole = Stratum(
            sum(t.n_winners for t in kept), sum(t.n_winners_total for t in kept),
            sum(t.n_others for t in kept), sum(t.n_others_total for t in kept),
        )  # fmt: skip
        shift = ((whole.n_winners + 0.5) / (whole.n_winners_total + 0.5)) / (
            (whole.n_others + 0.5) / (whole.n_others_total + 0.5)
        )
        spread = z * sqrt(1 / (whole.n_winners + 0.5) + 1 / (whole.n_others + 0.5))
        return (0.0, 0.0, shift * exp(spread), p_value) if not up else (shift * exp(-spread), inf, inf, p_value)
    variance = sum(_variance_part(t) for t in kept) / (up * down)
    spread = z * sqrt(max(0.0, variance))
    middle = log(up / down)
    return exp(middle - spread), up / down, exp(middle + spread), p_value


def _variance_part(t: Stratum) -> float:
    n = t.n_winners_total + t.n_others_total
    users = t.n_winners + t.n_others
    return (users * t.n_winners_total * t.n_others_total - t.n_winners * t.n_others * n) / n**2


def _p_value(tables: Sequence[Stratum]) -> float:
    difference = variance = 0.0
    for t in tables:
        n, users = t.n_winners_total + t.n_others_total, t.n_winners + t.n_others
        difference += t.n_winners - users * t.n_winners_total / n
        if n > 1:
            variance += users * (n - users) * t.n_winners_total * t.n_others_total / (n * n * (n - 1))
    if variance <= 0:
        return 1.0
    return erfc(max(0.0, abs(difference) - 0.5) / sqrt(variance) / sqrt(2))


def correct_p_values(p_values: Sequence[float], how: Correction = "bh") -> list[float]:
    """The p values corrected for their number, in their order.

    Sources: Y. Benjamini, Y. Hochberg (1995), JRSS B 57(1), 289-300; S. Holm (1979), Scand. J. Stat. 6(2), 65-70.

    >>> [round(p, 3) for p in correct_p_values([0.01, 0.04, 0.03], "bh")]
    [0.03, 0.04, 0.04]
    >>> [round(p, 3) for p in correct_p_values([0.01, 0.04, 0.03], "holm")]
    [0.03, 0.06, 0.06]
    """
    n = len(p_values)
    corrected = [1.0] * n
    order = sorted(range(n), key=lambda at: p_values[at])
    reached = 1.0 if how == "bh" else 0.0
    steps = list(enumerate(order, start=1))
    for place, at in reversed(steps) if how == "bh" else steps:
        if how == "bh":
            reached = min(reached, p_values[at] * (n / place))
        else:
            reached = min(1.0, max(reached, p_values[at] * (n - place + 1)))
        corrected[at] = reached
    return corrected
