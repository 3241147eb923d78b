"""Where each table of the site can be had whole: its CSV, and the SQL that gives its rows or the counts under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.counts.crossing import Crossing
from analysis.reports.cells import yearly_parts
from analysis.reports.competitions import CompetitionPage
from analysis.reports.evidence import ArchitecturePage, published_quote
from analysis.reports.queries import INTERVALS, Listing, Statements
from analysis.reports.queries_yearly import YearlyStatements
from analysis.reports.rows import ExampleDocument, Measured
from analysis.reports.sizes import main_measure, size_rows
from analysis.reports.tables import Share, Tables, TaskTable
from analysis.reports.years import NewLine, YearPage
from corpus.records import Answer

Row = dict[str, object]
SHARES = (
    "architecture", "n_winners", "n_winners_total", "share", "share_low", "share_high", "n_solutions",
    "n_solutions_total", "share_all", "lift", "n_competitions", "is_small", "lineage",
)  # fmt: skip
COMPETITION = ("architecture", "n_winners", "n_winners_total", "n_solutions", "n_solutions_total", "lineage")
FIGURES = ("library", "variant", "weights", "params_m", "gmacs", "size_mb", "value", "metric", "dataset")
YEAR_TASKS = (
    "task_type", "architecture", "n_solutions", "n_solutions_total", "share", "share_low", "share_high",
    "n_competitions", "is_small", "lineage",
)  # fmt: skip
NEW = ("architecture", "n_solutions", "n_winners", "paper_year", "lineage")
CROSSINGS = (
    "year", "overtaker", "overtaken", "n_overtaker", "n_overtaken", "n_solutions_total", "overtaker_share",
    "overtaken_share", "intervals_overlap",
)  # fmt: skip
EXAMPLES = ("document", "architecture", "status", "roles", "variants", "quote")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a file: where it stands, its columns and rows."""

    listing: Listing
    columns: Sequence[str]
    rows: Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Listings:
    """The listings of one report."""

    statements: Statements
    yearly: YearlyStatements  # of all years; a page narrows it to its own

    def front(self, tables: Tables, categories: Sequence[str]) -> dict[str, Listing]:
        """Those of the overview, by name."""
        make = self.statements
        given = {
            "coverage": (make.coverage(), ""),
            "popularity": (make.popularity(), INTERVALS),
            "task-types": (make.task_types(), ""),
            "popularity-by-task": (make.popularity_by_task(), INTERVALS),
            "trends": (make.trends(), "The shares and intervals (Wilson) are computed from these counts."),
            "dropped": (make.dropped(), "The examples beside them are rows of reasons.csv."),
            "chosen": (make.chosen(categories), ""),
            "newest": (make.newest(), "The links beside them are in evidence.csv."),
        }
        return {name: Listing(f"data/{name}.csv", *parts) for name, parts in given.items()}

    def lift(self) -> Listing:
        """That of the page on winners against everybody."""
        return Listing(
            "data/lift.csv",
            self.statements.lift(),
            "It gives the counts under the table, of every line that ten solutions use; the ratios, pooled within kinds"
            " of task, their intervals and the p values corrected for many comparisons are computed from them, and the"
            " clearest thirty are shown.",
        )

    def examples(self) -> Listing:
        """That of the page on how documents are read."""
        note = "Roles, variants, quotes and reasons stand in the views and tables that docs/schema.md describes."
        return Listing("data/examples.csv", self.statements.examples(), note)

    def competition(self, slug: str, page: CompetitionPage) -> Sheet:
        """What the solutions of one competition use."""
        sql = self.statements.of_competition(page.competition.competition_id)
        return Sheet(Listing(f"competitions/{slug}.csv", sql), COMPETITION, _competition_rows(page))

    def task(self, slug: str, table: TaskTable) -> Sheet:
        """What the solutions of one task type use."""
        listing = Listing(f"tasks/{slug}.csv", self.statements.of_task(table.task_type), INTERVALS)
        return Sheet(listing, SHARES, map(share_row, table.shares))

    def architecture(self, slug: str, page: ArchitecturePage) -> Sheet:
        """The task types in which one line is used."""
        sql = self.statements.of_architecture(page.key)
        rows = ({"task_type": table.task_type, **share_row(share)} for table, share in page.tasks)
        return Sheet(Listing(f"architectures/{slug}-tasks.csv", sql, INTERVALS), ("task_type", *SHARES), rows)

    def figures(self, slug: str, key: str, measured: Sequence[Measured]) -> Sheet:
        """The published figures of one line."""
        sql = self.statements.figures(key, main_measure(measured))
        note = "Sizes marked ≈ are computed: 4 bytes a parameter."
        rows = ({name: getattr(row, name) for name in FIGURES} for row in size_rows(measured))
        return Sheet(Listing(f"architectures/{slug}-figures.csv", sql, note), FIGURES, rows)

    def year(self, page: YearPage) -> dict[str, Sheet]:
        """The tables of one year, by name; those of the yearly answer under their own."""
        year, make = page.year, self.statements
        new = "The paper's year is the catalogue's (`miner show`)."
        crossed = (
            "It gives the counts under the table, year by year; a line overtakes another in the first year from which"
            " it is ahead for good, years of fewer than five winners or of one competition alone passed over."
        )
        computed = "Shares and intervals are computed from these counts."
        sheets = {
            "shares": Sheet(
                Listing(f"years/{year}.csv", make.of_year(year), INTERVALS), SHARES, map(share_row, page.shares)
            ),
            "tasks": Sheet(
                Listing(f"years/{year}-tasks.csv", make.tasks_of_year(year), computed),
                YEAR_TASKS,
                _year_task_rows(page),
            ),
            "new": Sheet(Listing(f"years/{year}-new.csv", make.new_in_year(year), new), NEW, map(_new_row, page.new)),
            "crossings": Sheet(
                Listing(f"years/{year}-crossings.csv", make.trends(), crossed),
                CROSSINGS,
                map(_crossing_row, page.crossings),
            ),
        }
        return sheets | {
            name: self._yearly_sheet(f"years/{year}-{name.replace('_', '-')}.csv", name, answer, (year,))
            for name, answer in page.yearly
        }

    def yearly_tables(self, answer: Answer) -> dict[str, tuple[Answer, Sheet]]:
        """The tables of the yearly answer: as they are shown, and whole."""
        years = tuple(sorted({int(str(row["year"])) for row in answer.rows}))
        return {
            name: (shown, self._yearly_sheet(f"data/yearly-{name.replace('_', '-')}.csv", name, long, years))
            for name, shown, long in yearly_parts(answer)
        }

    def _yearly_sheet(self, path: str, name: str, answer: Answer, years: tuple[int, ...]) -> Sheet:
        keys = list(dict.fromkeys(str(row["key"]) for row in answer.rows))
        sql = YearlyStatements(years, self.yearly.builds, self.yearly.min_confidence).table(name, keys)
        columns = [column.name for column in answer.columns if column.name != "table"]
        listing = Listing(path, sql, "Shares and intervals are computed from these counts.")
        return Sheet(listing, [*columns, "key"], answer.rows)


def share_row(share: Share) -> Row:
    """One share as a row of SHARES."""
    return {
        "architecture": share.name,
        "n_winners": share.n,
        "n_winners_total": share.n_of,
        "share": share.share if share.n_of else None,
        "share_low": share.low,
        "share_high": share.high,
        "n_solutions": share.n_all,
        "n_solutions_total": share.n_all_of,
        "share_all": share.share_all,
        "lift": None if share.lift is None else round(share.lift, 2),
        "n_competitions": share.n_competitions,
        "is_small": share.is_small,
        "lineage": share.key,
    }


def example_rows(examples: Iterable[ExampleDocument], *, publish: bool) -> Iterator[Row]:
    """What was read in the invented examples, a row of EXAMPLES for each claim."""
    for use in (use for document in examples for use in document.uses):
        quote = published_quote(use.quote, use.author, use.document_url) if publish else use.quote
        yield {name: getattr(use, name) for name in EXAMPLES} | {"quote": quote}


def _competition_rows(page: CompetitionPage) -> Iterator[Row]:
    for key, name, winners, total in page.architectures:
        yield {
            "architecture": name,
            "n_winners": winners,
            "n_winners_total": page.n_winners,
            "n_solutions": total,
            "n_solutions_total": len(page.entries),
            "lineage": key,
        }


def _year_task_rows(page: YearPage) -> Iterator[Row]:
    for table in page.tasks:
        for share in table.shares:
            yield {
                "task_type": table.task_type,
                "architecture": share.name,
                "n_solutions": share.n,
                "n_solutions_total": share.n_of,
                "share": share.share,
                "share_low": share.low,
                "share_high": share.high,
                "n_competitions": share.n_competitions,
                "is_small": share.is_small,
                "lineage": share.key,
            }


def _new_row(line: NewLine) -> Row:
    return {
        "architecture": line.name,
        "n_solutions": line.n_solutions,
        "n_winners": line.n_winners,
        "paper_year": line.paper_year,
        "lineage": line.key,
    }


def _crossing_row(crossing: Crossing) -> Row:
    return {
        "year": crossing.year,
        "overtaker": crossing.overtaker.name,
        "overtaken": crossing.overtaken.name,
        "n_overtaker": crossing.overtaker.n_solutions,
        "n_overtaken": crossing.overtaken.n_solutions,
        "n_solutions_total": crossing.overtaker.n_solutions_total,
        "overtaker_share": crossing.overtaker.share,
        "overtaken_share": crossing.overtaken.share,
        "intervals_overlap": crossing.intervals_overlap,
    }
