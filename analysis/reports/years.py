"""Report rows -> a page for each year: what won by task type, what was new, who overtook whom, the yearly tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.counts.crossing import Crossing, find_crossings
from analysis.counts.yearly import TABLES
from analysis.reports.rows import Competition, ReportRows, Solution, Use
from analysis.reports.tables import Share, Tables, TaskTable, Uses, by_task_type, compare_shares
from corpus.records import Answer

N_ROWS = 12  # of one yearly table


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of architectures that documented solutions used in a year, and none in any year before."""

    key: str
    name: str
    paper_year: int | None
    n_solutions: int
    n_winners: int


@dataclass(frozen=True, slots=True)
class YearPage:
    """One year of documented solutions."""

    year: int
    n_solutions: int
    n_winners: int
    competitions: tuple[Competition, ...]  # documented ones, by title
    shares: tuple[Share, ...]  # winners of the year beside everybody of the year
    tasks: tuple[TaskTable, ...]  # of the year's winners alone
    new: tuple[NewLine, ...]  # most solutions first; empty for the first year, which has nothing before it
    crossings: tuple[Crossing, ...]
    is_first: bool
    yearly: tuple[tuple[str, Answer], ...]  # name of a yearly table, and its rows of this year


def year_pages(rows: ReportRows, tables: Tables, yearly: Answer | None) -> tuple[YearPage, ...]:
    """A page for each year with a documented winner, newest first.

    Args:
        rows: everything the report is made from.
        tables: what was counted from them.
        yearly: the yearly tables of all years, none of their rows left out; None: the pages have no such tables.
    """
    members: dict[int, list[Solution]] = defaultdict(list)
    for solution in rows.solutions:
        if solution.year is not None:
            members[solution.year].append(solution)
    uses, first_used = _by_year(tables.uses, {s.solution_id: s for s in rows.solutions})
    crossings = find_crossings(year for trend in tables.trends for year in trend.years)
    known = {competition.competition_id: competition for competition in rows.competitions}
    papers = {family.lineage: family.year for family in rows.families}
    pages = []
    for year, solutions in sorted(members.items(), reverse=True):
        winners = [solution for solution in solutions if solution.is_winner]
        if not winners:
            continue
        shares = compare_shares(solutions, uses.get(year, {}))
        is_first = year == min(members)
        new = [
            NewLine(share.key, share.name, papers[share.key], share.n_all, share.n)
            for share in shares
            if first_used[share.key] == year and share.key in papers and not is_first
        ]
        documented = {s.competition_id: known[s.competition_id] for s in solutions if s.competition_id in known}
        pages.append(
            YearPage(
                year,
                len(solutions),
                len(winners),
                tuple(sorted(documented.values(), key=lambda c: (c.title.casefold(), c.competition_id))),
                shares,
                by_task_type(winners, uses.get(year, {})),
                tuple(sorted(new, key=lambda line: (-line.n_solutions, -line.n_winners, line.name.casefold()))),
                tuple(crossing for crossing in crossings if crossing.year == year),
                is_first,
                _yearly(yearly, year),
            )
        )
    return tuple(pages)


def _by_year(uses: Uses, solutions: Mapping[str, Solution]) -> tuple[Mapping[int, Uses], Mapping[str, int]]:
    """The uses of each year's solutions, and the first year in which a line was used."""
    found: dict[int, dict[str, dict[str, list[Use]]]] = defaultdict(lambda: defaultdict(dict))
    first: dict[str, int] = {}
    for key, by_solution in uses.items():
        for solution_id, claims in by_solution.items():
            year = solutions[solution_id].year if solution_id in solutions else None
            if year is not None and claims[0].status == "used":
                found[year][key][solution_id] = claims
                first[key] = min(year, first.get(key, year))
    return dict(found), first


def _yearly(answer: Answer | None, year: int) -> tuple[tuple[str, Answer], ...]:
    """Of each yearly table the rows that the year has, most solutions first."""
    rows = [row for row in answer.rows if row["year"] == year and row["n_solutions"]] if answer else []
    found = []
    for table, title in TABLES.items():
        mine = sorted((row for row in rows if row["table"] == table), key=lambda row: (-_n(row), str(row["name"])))
        if answer and mine:
            found.append((table, replace(answer, title=title, rows=tuple(mine[:N_ROWS]), facts={}, notes=())))
    return tuple(found)


def _n(row: Mapping[str, object]) -> int:
    return int(str(row["n_solutions"]))


def shown_year(answer: Answer) -> Answer:
    """The rows of one yearly table as they are shown: what, how many of how many, the share, competitions."""
    names = (
        "name",
        "n_solutions",
        "n_solutions_total",
        "share",
        "share_low",
        "share_high",
        "n_competitions",
        "is_small",
    )
    return replace(answer, name="year", columns=tuple(column for column in answer.columns if column.name in names))
