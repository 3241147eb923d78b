"""Named read-only questions to the database; frozen records out.

Each question reads one documented view, its filters applied in SQL with bound parameters and before any grouping, so
that `as_of` never lets a later document decide how an earlier one counts.

What the filters mean here:
    task: `modality/task`, a modality alone, or `*/task`; a competition is in scope when ANY of its effective task types
        matches.
    since, until, as_of: compare `counted_on` (the document's date, else the competition's deadline, else 31 December of
        its year); what has none of the three is left out, and `views_left_out` says how many that are.
    exclude: slugs, or `platform/slug`; `*` stands for any characters, case does not matter.
    min_confidence: of claims; it never changes which competitions, documents and solutions are in scope.
    platform: without one, the invented competitions that ship as examples (platform `example`) are not counted;
        questions about single documents show them.
"""
# ruff: noqa: S608 - the SQL is put together from this module's own words; every value is a bound parameter

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from corpus.records import Filters

if TYPE_CHECKING:
    import sqlite3

    from _typeshed import DataclassInstance
    from pandas import DataFrame

EXAMPLE_PLATFORM = "example"
VERIFYING_SOURCES = ("leaderboard", "index")  # of a rank; the author's own word is the third

# competitions with the two columns that filters need and v_competitions lacks
COMPETITIONS_DATED = (
    "SELECT *, slug AS competition, coalesce(deadline, year || '-12-31') AS counted_on FROM v_competitions"
)
DATE_FIELDS = frozenset({"counted_on", "deadline", "published_on"})
FLAG_FIELDS = frozenset({"is_analysed", "is_code", "is_counted"})

Value = str | int | float | bytes | None  # what SQLite takes and gives
Row = TypeVar("Row", bound="DataclassInstance")


class Readable(Protocol):
    """What a question needs of the store."""

    path: Path

    def execute(self, sql: str, params: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """All rows of one SELECT."""
        ...

    def each(self, sql: str, params: Sequence[Value] = ()) -> Iterator[sqlite3.Row]:
        """The rows of one SELECT, one after the other, so that they are never all held at once."""
        ...


@dataclass(frozen=True, slots=True)
class SolutionRow:
    """One documented solution: a denominator's unit."""

    solution_id: str
    competition_id: str
    competition: str
    platform: str
    metric: str | None
    year: int | None
    rank: int | None
    rank_source: str | None
    counted_on: date | None
    n_documents: int


@dataclass(frozen=True, slots=True)
class UseRow:
    """What one document of a solution says about one counted architecture."""

    claim_id: str
    document_id: str
    document: str
    document_title: str | None
    document_url: str | None
    competition_id: str
    competition: str
    year: int | None
    counted_on: date | None
    solution_id: str
    rank: int | None
    rank_source: str | None
    architecture_id: str | None
    architecture: str
    architecture_kind: str | None
    lineage: str
    lineage_name: str
    status: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason an author gives, with the claim and document it belongs to; `quote` is None in starter facts."""

    category: str
    polarity: str
    quote: str | None
    block_id: str | None
    start: int | None
    end: int | None
    reason_confidence: float | None
    claim_id: str
    document_id: str
    document: str
    document_title: str | None
    document_url: str | None
    competition: str | None
    counted_on: date | None
    solution_id: str | None
    rank: int | None
    rank_source: str | None
    architecture_id: str | None
    architecture: str
    lineage: str
    lineage_name: str
    status: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One sentence or statement a claim stands on; all but claim and position are None in starter facts."""

    claim_id: str
    position: int
    quote: str | None
    block_id: str | None
    block_position: int | None
    start: int | None
    end: int | None
    is_code: bool
    headings: str | None  # JSON array


@dataclass(frozen=True, slots=True)
class CompetitionRow:
    """One competition with its effective task types, the main one first."""

    competition_id: str
    slug: str
    platform: str
    title: str
    url: str | None
    year: int | None
    deadline: date | None
    metric: str | None
    n_teams: int | None
    reward: str | None
    task_types: str | None  # separated by spaces
    main_task_type: str | None
    counted_on: date | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document with its competition, rank and the date it counts from."""

    document_id: str
    document: str
    kind: str
    format: str
    title: str | None
    author: str | None
    url: str | None
    language: str | None
    licence: str | None
    votes: int | None
    competition_id: str | None
    competition: str | None
    competition_title: str | None
    platform: str | None
    metric: str | None
    year: int | None
    solution_id: str | None
    rank: int | None
    rank_source: str | None
    medal: str | None
    published_on: date | None
    counted_on: date | None
    copy_of: str | None
    is_analysed: bool
    source: str


def read_rows(store: Readable, record: type[Row], sql: str, params: Sequence[Value] = ()) -> tuple[Row, ...]:
    """The SELECT's rows as records; its columns are the record's fields, in any order.

    Equal texts are one object: a large corpus repeats titles and links in every row.
    """
    names = [f.name for f in fields(record)]
    special = [(place, name) for place, name in enumerate(names) if name in DATE_FIELDS | FLAG_FIELDS]
    texts: dict[str, str] = {}
    days: dict[str, date] = {}
    found: list[Row] = []
    for row in store.each(sql, params):
        values = [texts.setdefault(v, v) if isinstance(v, str) else v for v in map(row.__getitem__, names)]
        for place, name in special:
            value = values[place]
            if name in FLAG_FIELDS:
                values[place] = bool(value)
            elif isinstance(value, str):
                values[place] = days.get(value) or days.setdefault(value, date.fromisoformat(value[:10]))
        found.append(record(*values))
    return tuple(found)


def columns_of(record: type[Row], *, leave_out: Collection[str] = ()) -> str:
    """The record's fields as a SELECT list."""
    return ", ".join(f.name for f in fields(record) if f.name not in leave_out)


def to_pandas(rows: Sequence[DataclassInstance]) -> DataFrame:
    """The rows as a DataFrame: one row per record, in their order; its columns are the record's fields."""
    import pandas as pd

    return pd.DataFrame([asdict(row) for row in rows])


def where_clause(
    filters: Filters, among: Collection[str] | None = None, *, examples: bool = False
) -> tuple[str, list[Value]]:
    """The filters as an SQL condition over a view with competition, rank and counted_on, and its parameters.

    Args:
        filters: what the question is about.
        among: competition ids; None for all.
        examples: whether the invented example competitions are in scope without being asked for.
    """
    parts, params = _competition_clause(filters, among)
    if not (examples or filters.platform or among is not None):
        parts.append("coalesce(platform, '') <> ?")
        params.append(EXAMPLE_PLATFORM)
    if filters.rank_at_most is not None:
        parts.append("rank <= ?")
        params.append(filters.rank_at_most)
    if filters.verified:
        parts.append(f"rank_source IN ({', '.join('?' * len(VERIFYING_SOURCES))})")
        params.extend(VERIFYING_SOURCES)
    return " AND ".join(parts) or "1", params


def claims_clause(filters: Filters, among: Collection[str] | None = None) -> tuple[str, list[Value]]:
    """`where_clause` over a view of claims, with the confidence that each must have."""
    where, params = where_clause(filters, among)
    if filters.min_confidence is None:
        return where, params
    return f"{where} AND confidence >= ?", [*params, filters.min_confidence]


def select_solutions(
    store: Readable, filters: Filters, among: Collection[str] | None = None
) -> tuple[SolutionRow, ...]:
    """Documented solutions in scope, by competition and rank; one row each: the denominators of every share."""
    where, params = where_clause(filters, among)
    return read_rows(
        store,
        SolutionRow,
        "SELECT solution_id, competition_id, competition, platform, metric, min(year) AS year, rank, rank_source,"
        " min(counted_on) AS counted_on, count(*) AS n_documents FROM v_documents"
        f" WHERE solution_id IS NOT NULL AND is_analysed AND copy_of IS NULL AND {where}"
        " GROUP BY solution_id ORDER BY competition_id, rank IS NULL, rank, solution_id",
        params,
    )


def select_uses(store: Readable, filters: Filters, among: Collection[str] | None = None) -> tuple[UseRow, ...]:
    """What the documents of the solutions in scope say about counted architectures; copies left out."""
    where, params = claims_clause(filters, among)
    return read_rows(
        store,
        UseRow,
        f"SELECT {columns_of(UseRow)} FROM v_claims"
        f" WHERE solution_id IS NOT NULL AND copy_of IS NULL AND is_counted AND {where}"
        " ORDER BY competition_id, solution_id, document, lineage, architecture, claim_id",
        params,
    )


def select_used_lineages(store: Readable) -> dict[str, tuple[str, ...]]:
    """Lineage ids that the solutions of each competition use, one for each use, by competition id; copies left out."""
    rows = store.execute(
        "SELECT competition_id, lineage FROM v_solution_architectures WHERE status = 'used'"
        " ORDER BY competition_id, solution_id, lineage"
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["competition_id"]), []).append(str(row["lineage"]))
    return {competition: tuple(lineages) for competition, lineages in found.items()}


def select_reasons(
    store: Readable, filters: Filters, *, lineage: str | None = None, architecture_id: str | None = None
) -> tuple[ReasonRow, ...]:
    """Reasons given for or against architectures in scope (one lineage, one family, or all); copies left out."""
    where, params = claims_clause(filters)
    for column, value in (("lineage", lineage), ("architecture_id", architecture_id)):
        if value is not None:
            where += f" AND {column} = ?"
            params.append(value)
    return read_rows(
        store,
        ReasonRow,
        f"SELECT {columns_of(ReasonRow)} FROM v_reasons WHERE copy_of IS NULL AND is_counted AND {where}"
        " ORDER BY lineage, document, claim_id, category, polarity, start",
        params,
    )


def select_evidence(store: Readable, claim_ids: Collection[str]) -> tuple[EvidenceRow, ...]:
    """The evidence of these claims, best first within each."""
    return read_rows(
        store,
        EvidenceRow,
        f"SELECT {columns_of(EvidenceRow)} FROM v_evidence"
        " WHERE claim_id IN (SELECT value FROM json_each(?)) ORDER BY claim_id, position",
        [json.dumps(sorted(claim_ids))],
    )


def select_competitions(
    store: Readable, filters: Filters, among: Collection[str] | None = None, *, examples: bool = False
) -> tuple[CompetitionRow, ...]:
    """Competitions in scope, by id; filters on ranks do not apply, dates compare the deadline, else the year's end."""
    where, params = where_clause(replace(filters, rank_at_most=None, verified=False), among, examples=examples)
    return read_rows(
        store,
        CompetitionRow,
        f"SELECT {columns_of(CompetitionRow)} FROM ({COMPETITIONS_DATED}) WHERE {where} ORDER BY competition_id",
        params,
    )


def select_documents(
    store: Readable, filters: Filters, among: Collection[str] | None = None
) -> tuple[DocumentRow, ...]:
    """Documents in scope, copies, examples and documents not analysed yet too; by competition, rank and name."""
    where, params = where_clause(filters, among, examples=True)
    return read_rows(
        store,
        DocumentRow,
        f"SELECT {columns_of(DocumentRow)} FROM v_documents WHERE {where}"
        " ORDER BY competition_id IS NULL, competition_id, rank IS NULL, rank, document",
        params,
    )


def _competition_clause(filters: Filters, among: Collection[str] | None) -> tuple[list[str], list[Value]]:
    """Conditions that need nothing but the competition and the date."""
    parts, params = date_clause(filters)
    if filters.task:
        parts.append("competition_id IN (SELECT competition_id FROM v_task_types WHERE task_type GLOB ?)")
        params.append(_glob(filters.task.lower() if "/" in filters.task else f"{filters.task.lower()}/*"))
    if filters.year is not None:
        parts.append("year = ?")
        params.append(filters.year)
    if filters.platform:
        parts.append("platform = ?")
        params.append(filters.platform.lower())
    if filters.metric:
        parts.append("instr(lower(metric), ?) > 0")
        params.append(filters.metric.lower())
    if among is not None:
        parts.append("competition_id IN (SELECT value FROM json_each(?))")
        params.append(json.dumps(sorted(among)))
    for pattern in filters.exclude:
        column = "competition_id" if "/" in pattern else "competition"
        parts.append(f"lower(coalesce({column}, '')) NOT GLOB ?")
        params.append(_glob(pattern.lower()))
    return parts, params


def date_clause(filters: Filters) -> tuple[list[str], list[Value]]:
    """Comparisons of counted_on; NULL satisfies none of them, so undated rows fall out."""
    limits = ((">=", filters.since), ("<=", filters.until), ("<=", filters.as_of))
    chosen = [(sign, limit.isoformat()) for sign, limit in limits if limit is not None]
    return [f"counted_on {sign} ?" for sign, _ in chosen], [limit for _, limit in chosen]


def _glob(pattern: str) -> str:
    """The pattern with * as its only wildcard."""
    return pattern.replace("[", "[[]").replace("?", "[?]")
