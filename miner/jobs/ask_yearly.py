"""Yearly tables of what winning solutions used, in the shape of the known yearly reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from analysis.counts.yearly import TABLES, YearCell, count_yearly
from corpus.records import Answer, Column, Filters
from corpus.views import CompetitionRow, Readable
from corpus.views_cohorts import select_packages
from miner.jobs.ask_rows import example_rows
from miner.jobs.ask_scope import WINNERS_RANK, Scope, query_of, read_scope, scope_facts, scope_notes, titled

YEARLY_COLUMNS = (
    Column("table", "table", "text", "language_models, vision_families, vision_builds, boosters, ... (docs)."),
    Column("year", "year", "int", "Of the competition, else of the document."),
    Column("name", "what", "text", "The architecture, package or kind of solution."),
    Column("n_solutions", "solutions", "int", "Winning solutions of that year that fall under it."),
    Column("n_solutions_total", "of", "int", "Winning solutions of that year in the table's domain."),
    Column("share", "share", "share", "n_solutions over n_solutions_total, 0 to 1."),
    Column("share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("n_competitions", "competitions", "int", "Competitions with such a solution."),
    Column("n_competitions_total", "of", "int", "Competitions of that year in the domain with a documented winner."),
    Column("is_small", "small", "text", "Whether n_solutions is under 5."),
)
BUILDS_NOTE = (
    "CNN, Transformer: what the named architectures are built of; a hybrid (CoAtNet, MaxViT) counts as both. A solution"
    " of several architectures stands once in each family's row, and in one row of CNN / Transformer / both."
    " A dash or a missing year: no documented winner of that year in the table's domain."
)
PACKAGES_NOTE = (
    "Packages: of solutions whose documents hold Python or R code that imports a known package; write-ups without code"
    " are not in that table. `tensorflow.keras` counts as tensorflow; a project with an interface to R counts as one."
)


def yearly(
    store: Readable, filters: Filters, years: tuple[int, ...] = (), limit: int = 12, scope: Scope | None = None
) -> Answer:
    """The yearly tables, winners (rank 10 or better) unless the filters say otherwise.

    Args:
        store: the corpus.
        filters: which solutions; rank_at_most 10 where it is None.
        years: those wanted; none: the last three with a documented winner.
        limit: rows of one table at most.
        scope: what the filters choose, with their rank, where it has been read already.
    """
    scope = scope or read_scope(store, replace(filters, rank_at_most=filters.rank_at_most or WINNERS_RANK))
    known = sorted({s.year for s in scope.solutions if s.year is not None})
    wanted = tuple(sorted(set(years))) or tuple(known[-3:])
    cells = count_yearly(
        scope.solutions, scope.uses, modalities(scope.competitions), select_packages(store, scope.filters), wanted
    )
    shown = _most_used(cells, limit)
    notes = [BUILDS_NOTE, PACKAGES_NOTE]
    empty = [str(year) for year in wanted if year not in known]
    if empty:
        notes.insert(0, f"Not known: no documented winner of {', '.join(empty)} in scope.")
    if lone := _of_one_competition(cells):
        notes.append(lone)
    if len(shown) < len(cells):
        notes.append(f"Shown: at most {limit} rows of each table (--limit).")
    return Answer(
        name="yearly",
        title=titled(f"Winning solutions by year, {', '.join(map(str, wanted)) or 'no year'}", scope.filters),
        columns=YEARLY_COLUMNS,
        rows=tuple(_row(cell) for cell in shown),
        facts=scope_facts(scope) | {"years": list(wanted), "tables": TABLES},
        notes=(*notes, *scope_notes(scope)),
        query=query_of(scope.filters, years=list(years), limit=limit),
    )


def modalities(competitions: Iterable[CompetitionRow]) -> dict[str, str]:
    """Competition id -> modality of its main task type; those without one are not in it."""
    return {c.competition_id: c.main_task_type.partition("/")[0] for c in competitions if c.main_task_type}


def _of_one_competition(cells: tuple[YearCell, ...]) -> str:
    """Which tables and years tell of one competition alone, in a sentence; '' where none does."""
    found: dict[str, dict[int, None]] = {}
    for cell in cells:
        if cell.n_competitions_total == 1:
            found.setdefault(TABLES[cell.table], {}).setdefault(cell.year)
    said = "; ".join(f"{table} {', '.join(map(str, years))}" for table, years in found.items())
    return f"Of one competition alone, and no picture of its year: {said}." if said else ""


def _most_used(cells: tuple[YearCell, ...], limit: int) -> list[YearCell]:
    """The cells of each table's `limit` first rows: they come in the order of all years together."""
    rows: dict[str, dict[str, None]] = {}
    for cell in cells:
        rows.setdefault(cell.table, {}).setdefault(cell.key)
    kept = {(table, key) for table, keys in rows.items() for key in list(keys)[:limit]}
    return [cell for cell in cells if (cell.table, cell.key) in kept]


def _row(cell: YearCell) -> dict[str, object]:
    return {
        "table": cell.table,
        "year": cell.year,
        "key": cell.key,
        "name": cell.name,
        "n_solutions": cell.n_solutions,
        "n_solutions_total": cell.n_solutions_total,
        "share": cell.share,
        "share_low": cell.share_low,
        "share_high": cell.share_high,
        "n_competitions": cell.n_competitions,
        "n_competitions_total": cell.n_competitions_total,
        "is_small": cell.is_small,
        "examples": example_rows(cell.examples),
    }
