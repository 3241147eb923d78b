"""What the report needs beside the other views: how claims are worded, families with papers, counts of everything."""
# ruff: noqa: S608 - the SQL is put together from this module's own words; every value is a bound parameter

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from corpus.views import EXAMPLE_PLATFORM, Readable, read_rows

_SCOPE = "coalesce(platform, '') <> ?"  # the invented examples enter no report


@dataclass(frozen=True, slots=True)
class Wording:
    """How one claim's document words it; the quote is None in starter facts."""

    claim_id: str
    author: str | None
    quote: str | None
    is_code: bool


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """One published figure of one variant."""

    lineage: str
    library: str
    variant: str
    weights: str
    dataset: str
    metric: str
    value: float | None
    params_m: float | None
    gmacs: float | None
    size_mb: float | None


@dataclass(frozen=True, slots=True)
class LineageRow:
    """A line of families, named and dated by its own family where the catalogue has one, else by its oldest."""

    lineage: str
    name: str
    kind: str
    year: int | None
    paper_title: str | None
    paper_url: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over the whole corpus."""

    n_documents: int
    n_without_competition: int
    n_copies: int
    n_failures: int


def claim_wordings(store: Readable) -> tuple[Wording, ...]:
    """The best evidence and the author of each claim."""
    return read_rows(
        store,
        Wording,
        "SELECT k.id AS claim_id, d.author, e.quote, coalesce(e.is_code, 0) AS is_code"
        " FROM claims k JOIN documents d ON d.id = k.document_id"
        " LEFT JOIN evidence e ON e.claim_id = k.id AND e.position = 0",
    )


def claim_variants(store: Readable) -> dict[str, tuple[str, ...]]:
    """Claim -> its sizes and checkpoints that have the claim's own status, by name."""
    return _grouped(
        store,
        "SELECT v.claim_id, v.name FROM variants v JOIN claims k ON k.id = v.claim_id AND k.status = v.status"
        " ORDER BY 1, 2",
    )


def claim_roles(store: Readable) -> dict[str, tuple[str, ...]]:
    """Claim -> its roles, by name."""
    return _grouped(store, "SELECT claim_id, role FROM claim_roles ORDER BY 1, 2")


def _grouped(store: Readable, sql: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in store.each(sql):
        found[key].append(value)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}  # equal values are one object: most claims have one of a few
    return {key: same.setdefault(values, values) for key, values in ((key, tuple(v)) for key, v in found.items())}


def lineages(store: Readable) -> tuple[LineageRow, ...]:
    """Every line of families, by id."""
    return read_rows(
        store,
        LineageRow,
        "SELECT lineage, lineage_name AS name, kind, year, title AS paper_title, url AS paper_url FROM"
        " (SELECT a.lineage, a.lineage_name, a.kind, a.year, p.title, p.url, row_number() OVER (PARTITION BY a.lineage"
        "   ORDER BY a.id <> a.lineage, a.year IS NULL, a.year, a.id) AS place"
        "  FROM architectures a LEFT JOIN papers p ON p.id = a.paper_id) WHERE place = 1 ORDER BY lineage",
    )


def measured(store: Readable) -> tuple[MeasuredRow, ...]:
    """Every published figure, by line and variant."""
    return read_rows(
        store,
        MeasuredRow,
        "SELECT lineage, library, variant, weights, dataset, metric, value, params_m, gmacs, size_mb"
        " FROM v_benchmarks ORDER BY lineage, library, variant, weights, dataset, metric, image_size",
    )


def library_names(store: Readable) -> tuple[tuple[str, str, str], ...]:
    """(lineage, library, id) of every name that a library has for a family."""
    sql = (
        "SELECT a.lineage, l.library, l.library_id FROM library_ids l JOIN architectures a ON a.id = l.architecture_id"
        " ORDER BY 1, 2, 3"
    )
    return tuple((str(row[0]), str(row[1]), str(row[2])) for row in store.execute(sql))


def totals(store: Readable) -> Totals:
    """How many documents, copies and failures there are."""
    return read_rows(
        store,
        Totals,
        "SELECT count(*) AS n_documents, coalesce(sum(competition_id IS NULL), 0) AS n_without_competition,"
        f" coalesce(sum(copy_of IS NOT NULL), 0) AS n_copies, (SELECT count(*) FROM failures) AS n_failures"
        f" FROM v_documents WHERE {_SCOPE}",
        [EXAMPLE_PLATFORM],
    )[0]


def documents_by_kind(store: Readable) -> dict[str, int]:
    """Kind of document -> how many."""
    sql = f"SELECT kind, count(*) AS n FROM v_documents WHERE {_SCOPE} GROUP BY kind ORDER BY kind"
    return {row["kind"]: row["n"] for row in store.execute(sql, [EXAMPLE_PLATFORM])}


def claims_by_status(store: Readable, min_confidence: float | None = None) -> dict[str, int]:
    """Status -> claims about counted architectures, of this confidence or more, copies left out."""
    sql = (
        f"SELECT status, count(*) AS n FROM v_claims WHERE {_SCOPE} AND copy_of IS NULL AND is_counted"
        " AND confidence >= ? GROUP BY status ORDER BY status"
    )
    return {row["status"]: row["n"] for row in store.execute(sql, [EXAMPLE_PLATFORM, min_confidence or 0.0])}


def main_stamp(store: Readable) -> str | None:
    """The extractor and catalogue version that made most documents' claims; None before any analysis."""
    rows = store.execute(
        f"SELECT d.made_by, count(*) AS n FROM documents d JOIN v_documents v ON v.document_id = d.id"
        f" WHERE {_SCOPE} AND d.made_by IS NOT NULL GROUP BY d.made_by ORDER BY n DESC, d.made_by LIMIT 1",
        [EXAMPLE_PLATFORM],
    )
    return str(rows[0]["made_by"]) if rows else None
