"""Report rows -> the tables of the report; solutions are counted, never mentions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from analysis.counts.coverage import Coverage, measure_coverage
from analysis.counts.dropped import DroppedCount, count_dropped
from analysis.counts.popularity import strongest_uses
from analysis.counts.trends import YearShare, count_by_year
from analysis.counts.uncertainty import SMALL_N, used_share
from analysis.reports.rows import Competition, ReportRows, Solution, Use, Why

Uses = Mapping[str, Mapping[str, list[Use]]]  # line of architectures -> solution -> uses of its strongest status


@dataclass(frozen=True, slots=True)
class Share:
    """How many solutions used a line of architectures: winners beside everybody."""

    key: str
    name: str
    n: int  # winners that used it
    n_of: int  # documented winners
    low: float  # 0-1; 0 to 1 where there are no winners
    share: float
    high: float
    n_all: int  # documented solutions that used it, winners included
    n_all_of: int
    n_competitions: int  # in which any of them did

    @property
    def is_small(self) -> bool:
        """Whether fewer than five winners stand behind it."""
        return self.n < SMALL_N

    @property
    def share_all(self) -> float:
        """Everybody's share, 0-1."""
        return self.n_all / self.n_all_of if self.n_all_of else 0.0

    @property
    def lift(self) -> float | None:
        """Winners' share over everybody's; None where too few winners stand behind it."""
        return None if self.is_small else self.share / self.share_all


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Popularity in one task type."""

    task_type: str
    n_competitions: int
    n_winners: int
    n_all: int
    shares: tuple[Share, ...]  # most winners first


@dataclass(frozen=True, slots=True)
class Trend:
    """One line of architectures among winners, over every year that has a documented one."""

    key: str
    name: str
    years: tuple[YearShare, ...]

    @property
    def n(self) -> int:
        """Winners that used it, over all years."""
        return sum(year.n_solutions for year in self.years)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line of architectures that solutions tried and left out, with one reason to show."""

    count: DroppedCount
    n_winners: int  # of those that dropped it
    example: Why | None
    example_solution: Solution | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Why solutions chose or kept a line of architectures: solutions by category."""

    key: str
    name: str
    n_solutions: int  # with at least one reason for it
    by_category: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Win:
    """One recent winner and what it used."""

    solution: Solution
    document_title: str
    document_url: str | None
    used: tuple[tuple[str, str], ...]  # key and name, by name


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything the pages show, computed once."""

    overall: tuple[Share, ...]
    tasks: tuple[TaskTable, ...]
    trends: tuple[Trend, ...]
    dropped: tuple[Dropped, ...]
    chosen: tuple[Chosen, ...]
    newest: tuple[Win, ...]
    coverage: Coverage
    coverage_by_year: tuple[tuple[int, Coverage], ...]  # newest first
    uses: Uses = field(repr=False)  # what everything else was counted from


N_TRENDS = 12
N_CHOSEN = 20
N_NEWEST = 20


def compute_tables(rows: ReportRows) -> Tables:
    """All tables of the report; equal rows in any order give equal tables."""
    winners = [solution for solution in rows.solutions if solution.is_winner]
    uses = strongest_uses(rows.uses, "lineage")
    return Tables(
        overall=compare_shares(rows.solutions, uses),
        tasks=by_task_type(rows.solutions, uses),
        trends=follow_years(winners, rows.uses),
        dropped=what_is_dropped(rows, uses),
        chosen=why_chosen(rows)[:N_CHOSEN],
        newest=newest_winners(winners, rows.uses)[:N_NEWEST],
        coverage=measure_coverage(rows.competitions, rows.solutions),
        coverage_by_year=cover_years(rows),
        uses=uses,
    )


def compare_shares(solutions: Iterable[Solution], uses: Uses) -> tuple[Share, ...]:
    """One row per line of architectures that any of the solutions used: most winners first, then most of everybody."""
    members = {solution.solution_id: solution for solution in solutions}
    users: dict[str, list[Solution]] = {}
    names: dict[str, str] = {}
    for key, by_solution in uses.items():
        found = [sid for sid, claims in by_solution.items() if claims[0].status == "used" and sid in members]
        if found:
            users[key] = [members[sid] for sid in found]
            names[key] = min(claim.lineage_name for sid in found for claim in by_solution[sid])
    return _shares(list(members.values()), users, names)


def _shares(
    solutions: Sequence[Solution], users: Mapping[str, Sequence[Solution]], names: Mapping[str, str]
) -> tuple[Share, ...]:
    """The rows of one table: `users` has, by line of architectures, those of `solutions` that used it."""
    n_winners = sum(solution.is_winner for solution in solutions)
    shares = []
    for key, found in users.items():
        n = sum(solution.is_winner for solution in found)
        low, share, high = used_share(n, n_winners) if n_winners else (0.0, 0.0, 1.0)
        n_competitions = len({solution.competition_id for solution in found})
        totals = (len(found), len(solutions), n_competitions)
        shares.append(Share(key, names[key], n, n_winners, low, share, high, *totals))
    return tuple(sorted(shares, key=lambda row: (-row.n, -row.n_all, row.name.casefold(), row.key)))


def by_task_type(solutions: Iterable[Solution], uses: Uses) -> tuple[TaskTable, ...]:
    """A table per task type, most documented winners first; a solution counts in each type of its competition."""
    groups: dict[str, list[Solution]] = defaultdict(list)
    members = {solution.solution_id: solution for solution in solutions}
    for solution in members.values():
        for task_type in solution.task_types:
            groups[task_type].append(solution)
    users: dict[str, dict[str, list[Solution]]] = {task_type: defaultdict(list) for task_type in groups}
    names: dict[str, dict[str, str]] = {task_type: {} for task_type in groups}
    for key, by_solution in uses.items():
        used = [min(found, key=_by_name) for found in by_solution.values() if found[0].status == "used"]
        for claim, member in ((claim, members[claim.solution_id]) for claim in used if claim.solution_id in members):
            for task_type in member.task_types:
                users[task_type][key].append(member)
                names[task_type][key] = min(claim.lineage_name, names[task_type].get(key, claim.lineage_name))
    tables = []
    for task_type, found in groups.items():
        shares = _shares(found, users[task_type], names[task_type])
        n_competitions = len({solution.competition_id for solution in found})
        n_winners = sum(solution.is_winner for solution in found)
        tables.append(TaskTable(task_type, n_competitions, n_winners, len(found), shares))
    return tuple(sorted(tables, key=lambda table: (-table.n_winners, -table.n_all, table.task_type)))


def _by_name(use: Use) -> str:
    return use.lineage_name


def follow_years(winners: Sequence[Solution], uses: Sequence[Use]) -> tuple[Trend, ...]:
    """The most used lines of architectures among winners, each with its share of every year, most used first."""
    grouped: dict[tuple[str, str], list[YearShare]] = defaultdict(list)
    for row in count_by_year(winners, uses, top=N_TRENDS):
        grouped[row.key, row.name].append(row)
    trends = [Trend(key, name, tuple(years)) for (key, name), years in grouped.items()]
    return tuple(sorted(trends, key=lambda trend: (-trend.n, trend.name.casefold(), trend.key)))


def what_is_dropped(rows: ReportRows, uses: Uses) -> tuple[Dropped, ...]:
    """Lines of architectures by the number of solutions that tried and dropped them."""
    solutions = {solution.solution_id: solution for solution in rows.solutions}
    against: dict[str, list[Why]] = defaultdict(list)
    for why in rows.reasons:
        found = uses.get(why.lineage, {}).get(why.solution_id or "")
        if why.polarity == "against" and found and found[0].status == "tried":
            against[why.lineage].append(why)
    table = []
    for count in count_dropped(rows.uses, rows.reasons):
        dropped = [solutions[key] for key, claims in uses[count.key].items() if claims[0].status == "tried"]
        example = _best(against[count.key], solutions)
        of_example = solutions[example.solution_id] if example and example.solution_id else None
        table.append(Dropped(count, sum(solution.is_winner for solution in dropped), example, of_example))
    return tuple(table)


def _best(reasons: Iterable[Why], solutions: Mapping[str, Solution]) -> Why | None:
    """A reason to show: with a quote if there is one, from the best rank; the same one in any order of the rows."""

    def order(why: Why) -> tuple[object, ...]:
        rank = solutions[why.solution_id or ""].rank
        return (why.quote is None, rank or 10**6, why.solution_id, why.category, why.quote or "", why.document)

    return min(reasons, key=order, default=None)


def why_chosen(rows: ReportRows) -> tuple[Chosen, ...]:
    """Lines of architectures by the number of solutions that say why they chose them."""
    groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
    names: dict[str, str] = {}
    for why in rows.reasons:
        if why.polarity == "for" and why.solution_id:
            groups[why.lineage].add((why.solution_id, why.category))
            names[why.lineage] = min(why.lineage_name, names.get(why.lineage, why.lineage_name))
    found = []
    for key, pairs in groups.items():
        counts = dict(sorted(Counter(category for _, category in pairs).items()))
        found.append(Chosen(key, names[key], len({solution for solution, _ in pairs}), counts))
    return tuple(sorted(found, key=lambda row: (-row.n_solutions, row.name.casefold(), row.key)))


def newest_winners(winners: Iterable[Solution], uses: Iterable[Use]) -> tuple[Win, ...]:
    """Winners that say what they used, newest first."""
    used: dict[str, dict[str, str]] = defaultdict(dict)
    documents: dict[str, Use] = {}
    for use in sorted(uses, key=lambda use: (use.document_url is None, use.document, use.claim_id)):
        if use.status == "used":
            used[use.solution_id][use.lineage] = use.lineage_name
            documents.setdefault(use.solution_id, use)
    dated = [solution for solution in winners if solution.counted_on is not None and solution.solution_id in used]
    dated.sort(key=lambda s: (-(s.counted_on or date.min).toordinal(), s.rank or 0, s.competition_id, s.solution_id))
    wins = []
    for solution in dated:
        pairs = sorted(used[solution.solution_id].items(), key=lambda pair: (pair[1].casefold(), pair[0]))
        source = documents[solution.solution_id]
        wins.append(Win(solution, source.document_title or source.document, source.document_url, tuple(pairs)))
    return tuple(wins)


def cover_years(rows: ReportRows) -> tuple[tuple[int, Coverage], ...]:
    """Year by year, newest first: how much of the top ten is documented; competitions without a year are left out."""
    years = sorted({row.year for row in rows.competitions if row.year is not None}, reverse=True)
    groups: dict[int | None, list[Solution]] = defaultdict(list)
    for solution in rows.solutions:
        groups[solution.year].append(solution)
    competitions: dict[int | None, list[Competition]] = defaultdict(list)
    for row in rows.competitions:
        competitions[row.year].append(row)
    return tuple((year, measure_coverage(competitions[year], groups[year])) for year in years)
