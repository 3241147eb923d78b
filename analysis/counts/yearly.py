"""Yearly tables in the shape of the known yearly reports on winning solutions.

Each table takes one domain's solutions of one year as its denominator: language, vision and tabular solutions are those
of competitions whose main task type has that modality; boosters and packages are counted over all. A solution stands
once in a row, and in every row that it satisfies; the rows of `vision_builds`, `tabular_builds` and `booster_sets` are
exclusive, so they add up to the denominator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.counts.popularity import Example, newest_examples, strongest_uses
from analysis.counts.rows import Solution, Use
from analysis.counts.uncertainty import SMALL_N, used_share
from corpus.catalogue.builds import Build, build_of
from corpus.records import Status

DOMAINS: dict[str, frozenset[str]] = {
    "language": frozenset({"text"}),
    "vision": frozenset({"image", "video", "3d"}),
    "tabular": frozenset({"tabular", "time-series"}),
}
BOOSTERS = {"lightgbm": "LightGBM", "xgboost": "XGBoost", "catboost": "CatBoost"}
TABLES: dict[str, str] = {  # name -> title, in the order of a report
    "language_models": "Language-model families",
    "vision_families": "Vision families",
    "vision_builds": "Vision: CNN, Transformer or both",
    "boosters": "Boosted trees",
    "booster_sets": "Boosted trees, alone and together",
    "tabular_builds": "Tabular data and time series: neural, boosted or both",
    "packages": "Packages and frameworks in code",
}
_VISION = frozenset({Build.CNN, Build.VISION_TRANSFORMER, Build.HYBRID_VISION})
CONVOLVES = frozenset({Build.CNN, Build.HYBRID_VISION})
ATTENDS = frozenset({Build.VISION_TRANSFORMER, Build.HYBRID_VISION})
NETWORKS = frozenset({Build.CNN, Build.VISION_TRANSFORMER, Build.HYBRID_VISION, Build.LANGUAGE_MODEL, Build.NEURAL})


@dataclass(frozen=True, slots=True)
class YearCell:
    """One row of one yearly table, in one year."""

    table: str  # a key of TABLES
    year: int
    key: str  # lineage id, or the row's own word (cnn, transformer, both ...)
    name: str  # as a person reads it
    n_solutions: int
    n_solutions_total: int  # documented solutions of that year in the table's domain
    share: float  # 0-1; nan without any
    share_low: float
    share_high: float
    examples: tuple[Example, ...]  # newest first, then by rank
    n_competitions: int = 0  # with such a solution
    n_competitions_total: int = 0  # of that year in the table's domain with a documented solution

    @property
    def is_small(self) -> bool:
        """Whether fewer than five solutions stand behind the cell."""
        return self.n_solutions < SMALL_N


@dataclass(frozen=True, slots=True)
class _Solution:
    """One solution with what it uses."""

    id: str
    competition_id: str
    year: int
    modality: str | None
    uses: tuple[Use, ...]

    def builds(self) -> frozenset[Build]:
        found = (build_of(use.lineage, use.architecture_kind) for use in self.uses)
        return frozenset(build for build in found if build is not None)

    def lineages(self) -> frozenset[str]:
        return frozenset(use.lineage for use in self.uses)


Rows = Callable[[_Solution], dict[str, str]]  # key -> name of the rows that a solution stands in


def count_yearly(
    solutions: Iterable[Solution],
    uses: Iterable[Use],
    modality_of: Mapping[str, str],
    packages: Mapping[str, Iterable[str]] | None = None,
    years: Iterable[int] | None = None,
) -> tuple[YearCell, ...]:
    """The cells of all tables: by table, year, then most solutions first; zeros where another year has the row.

    Args:
        solutions: the cohort, winners as a rule; those without a year are left out.
        uses: claims of its documents; only what a solution uses is counted.
        modality_of: competition id -> modality of its main task type.
        packages: solution id -> packages that its code imports; a solution without a key has no code that was read and
            is not in that table's denominator. None: no such table.
        years: the years wanted; None: all that the cohort has.
    """
    cohort = _gather(solutions, uses, modality_of)
    wanted = sorted({s.year for s in cohort} if years is None else set(years))
    cohort = [s for s in cohort if s.year in wanted]
    cells: list[YearCell] = []
    for table, domain, rows in _TABLES:
        members = [s for s in cohort if domain is None or s.modality in DOMAINS[domain]]
        cells += _cells(table, members, wanted, rows)
    if packages is not None:
        with_code = [s for s in cohort if s.id in packages]
        cells += _cells("packages", with_code, wanted, lambda s: {name: name for name in packages[s.id]})
    return tuple(cells)


def _gather(solutions: Iterable[Solution], uses: Iterable[Use], modality_of: Mapping[str, str]) -> list[_Solution]:
    mine: dict[str, list[Use]] = defaultdict(list)
    for members in strongest_uses(uses, "lineage").values():
        for solution_id, found in members.items():
            if found[0].status == Status.USED:
                mine[solution_id] += found
    once = {s.solution_id: s for s in solutions}
    return [
        _Solution(
            s.solution_id, s.competition_id, s.year, modality_of.get(s.competition_id), tuple(mine[s.solution_id])
        )
        for s in once.values()
        if s.year is not None
    ]


def _cells(table: str, members: Sequence[_Solution], years: Sequence[int], rows: Rows) -> list[YearCell]:
    placed: dict[int, dict[str, list[_Solution]]] = {year: defaultdict(list) for year in years}
    everyone: dict[int, list[_Solution]] = {year: [] for year in years}
    names: dict[str, str] = {}
    for solution in members:
        everyone[solution.year].append(solution)
        for key, name in rows(solution).items():
            names[key] = name
            placed[solution.year][key].append(solution)
    weight = {key: sum(len(placed[year][key]) for year in years) for key in names}
    order = sorted(names, key=lambda key: (-weight[key], names[key].casefold(), key))
    return [
        _cell(table, year, key, names[key], placed[year][key], everyone[year])
        for year in years
        for key in order
        if everyone[year]
    ]


def _cell(
    table: str, year: int, key: str, name: str, found: Sequence[_Solution], everyone: Sequence[_Solution]
) -> YearCell:
    low, share, high = used_share(len(found), len(everyone))
    behind = [use for solution in found for use in solution.uses]
    ours = [use for use in behind if use.lineage == key] or behind
    n_competitions, n_competitions_total = (len({one.competition_id for one in some}) for some in (found, everyone))
    return YearCell(
        table, year, key, name, len(found), len(everyone), share, low, high, newest_examples(ours),
        n_competitions, n_competitions_total,
    )  # fmt: skip


def _families(builds: frozenset[Build]) -> Rows:
    def rows(solution: _Solution) -> dict[str, str]:
        return {
            use.lineage: use.lineage_name
            for use in solution.uses
            if build_of(use.lineage, use.architecture_kind) in builds
        }

    return rows


def _vision_builds(solution: _Solution) -> dict[str, str]:
    builds = solution.builds()
    convolves, attends = bool(builds & CONVOLVES), bool(builds & ATTENDS)
    if convolves and attends:
        return {"both": "both"}
    if convolves:
        return {"cnn": "CNN alone"}
    return {"transformer": "Transformer alone"} if attends else {"none": "neither named"}


def _tabular_builds(solution: _Solution) -> dict[str, str]:
    builds = solution.builds()
    is_boosted, is_neural = Build.BOOSTING in builds, bool(builds & NETWORKS)
    if is_boosted and is_neural:
        return {"both": "both"}
    if is_boosted:
        return {"boosted": "boosted trees alone"}
    return {"neural": "neural alone"} if is_neural else {"none": "neither named"}


def _boosters(solution: _Solution) -> dict[str, str]:
    return {key: name for key, name in BOOSTERS.items() if key in solution.lineages()}


def _booster_sets(solution: _Solution) -> dict[str, str]:
    found = _boosters(solution)
    return {"+".join(found): " + ".join(found.values())} if found else {"none": "none of the three"}


_TABLES: tuple[tuple[str, str | None, Rows], ...] = (
    ("language_models", "language", _families(frozenset({Build.LANGUAGE_MODEL}))),
    ("vision_families", "vision", _families(_VISION)),
    ("vision_builds", "vision", _vision_builds),
    ("boosters", None, _boosters),
    ("booster_sets", None, _booster_sets),
    ("tabular_builds", "tabular", _tabular_builds),
)
TABLE_DOMAINS: dict[str, str | None] = {name: domain for name, domain, _ in _TABLES}  # of all but `packages`
