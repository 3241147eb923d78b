"""Finding one thing by a name that a person would give: documents, competitions, architectures, claims."""
# ruff: noqa: S608 - the SQL is put together from this module's own words; every value is a bound parameter

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.ids import bare_name, canonical_url, squash
from corpus.views import (
    COMPETITIONS_DATED,
    CompetitionRow,
    DocumentRow,
    Readable,
    Value,
    columns_of,
    read_rows,
)

SHORTEST_PREFIX = 4  # of an id


@dataclass(frozen=True, slots=True)
class ArchitectureRow:
    """One family of the catalogue with its paper."""

    architecture_id: str
    name: str
    lineage: str
    lineage_name: str
    kind: str
    is_counted: bool
    year: int | None
    paper_title: str | None
    paper_url: str | None
    paper_check: str | None


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One published figure of a variant."""

    variant: str
    weights: str
    library: str
    dataset: str
    metric: str
    value: float | None
    params_m: float | None
    gmacs: float | None
    size_mb: float | None
    image_size: int | None
    source: str
    architecture_id: str


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim, counted or not, with its document."""

    claim_id: str
    document_id: str
    document: str
    document_title: str | None
    document_url: str | None
    competition: str | None
    rank: int | None
    rank_source: str | None
    counted_on: str | None
    architecture_id: str | None
    architecture: str
    lineage: str
    lineage_name: str
    is_counted: bool
    status: str
    confidence: float
    made_by: str
    roles: str | None  # separated by spaces
    variants: str | None  # "name status" lines
    text_status: str | None
    code_status: str | None
    agreement: str | None  # of text and code of the document; None where one of them names no architecture


@dataclass(frozen=True, slots=True)
class SolutionAgreementRow:
    """What the text and the code of a solution's documents say of one family, with one of the documents."""

    lineage: str
    architecture_id: str | None
    text_status: str | None  # of all documents
    code_status: str | None
    agreement: str
    document_kind: str
    document: str
    prose: str | None  # status that this document's prose gives; None where it does not name it
    program: str | None  # the same of its code


@dataclass(frozen=True, slots=True)
class RankRow:
    """One source's statement of a document's rank."""

    source: str
    rank: int
    evidence: str


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A copy with its original, and why it is one."""

    document_id: str
    document: str
    original_id: str
    original: str
    copy_how: str | None  # stated, equal or near; None before anything was settled
    copy_similarity: float | None  # of near ones


@dataclass(frozen=True, slots=True)
class TaskTypeRow:
    """One task type of a competition, with what it was read from."""

    task_type: str
    source: str
    position: int
    evidence: str


SIDES = ("text_status", "code_status", "agreement")  # columns of the table that the view does not pass on
CLAIM_COLUMNS = (
    columns_of(ClaimRow, leave_out=("roles", "variants", *SIDES))
    + ", (SELECT group_concat(role, ' ') FROM (SELECT role FROM claim_roles r WHERE r.claim_id = v_claims.claim_id"
    " ORDER BY role)) AS roles"
    ", (SELECT group_concat(name || ' ' || status, char(10)) FROM (SELECT name, status FROM variants w"
    " WHERE w.claim_id = v_claims.claim_id ORDER BY name)) AS variants"
    + "".join(f", (SELECT c.{side} FROM claims c WHERE c.id = v_claims.claim_id) AS {side}" for side in SIDES)
)


def find_documents(store: Readable, name: str) -> tuple[DocumentRow, ...]:
    """The documents that `name` stands for: name, id or url, else the beginning of a name or id (nine at most)."""
    select = f"SELECT {columns_of(DocumentRow)} FROM v_documents WHERE "
    found = read_rows(store, DocumentRow, select + "document = ? OR document_id = ? OR url = ?", [name, name, name])
    if not found and "://" in name:
        wanted = canonical_url(name)
        urls = store.execute("SELECT id, url FROM documents WHERE url IS NOT NULL")
        ids = [row["id"] for row in urls if canonical_url(row["url"]) == wanted]
        found = tuple(row for i in ids for row in read_rows(store, DocumentRow, select + "document_id = ?", [i]))
    if not found and len(name) >= SHORTEST_PREFIX:
        found = read_rows(
            store,
            DocumentRow,
            select + "substr(document_id, 1, ?) = ? OR substr(document, 1, ?) = ? ORDER BY document LIMIT 9",
            [len(name), name, len(name), name],
        )
    return found


def find_competitions(store: Readable, name: str) -> tuple[CompetitionRow, ...]:
    """Competitions whose slug, `platform/slug`, title or url is `name`, in any case; by id."""
    names = [name.lower()] * 3
    select = f"SELECT {columns_of(CompetitionRow)} FROM ({COMPETITIONS_DATED}) WHERE "
    found = read_rows(
        store,
        CompetitionRow,
        select + "lower(slug) = ? OR lower(competition_id) = ? OR lower(title) = ? ORDER BY competition_id",
        names,
    )
    if not found and "://" in name:
        wanted = canonical_url(name)
        rows = read_rows(store, CompetitionRow, select + "url IS NOT NULL ORDER BY competition_id")
        found = tuple(row for row in rows if row.url and canonical_url(row.url) == wanted)
    return found


def find_claims(store: Readable, name: str) -> tuple[ClaimRow, ...]:
    """The claims with this id, or whose id begins with it."""
    if not re.fullmatch(r"[0-9a-f]{4,40}", name):
        return ()
    return select_claims(store, "substr(claim_id, 1, ?) = ?", [len(name), name])


def select_claims(store: Readable, where: str, params: list[Value]) -> tuple[ClaimRow, ...]:
    """Claims under a condition on v_claims written by the caller in this package; strongest status first."""
    return read_rows(
        store,
        ClaimRow,
        f"SELECT {CLAIM_COLUMNS} FROM v_claims WHERE {where}"
        " ORDER BY document, CASE status WHEN 'used' THEN 1 WHEN 'tried' THEN 2 ELSE 3 END, architecture, claim_id",
        params,
    )


def document_claims(store: Readable, document_id: str) -> tuple[ClaimRow, ...]:
    """All claims of one document, strongest status first."""
    return select_claims(store, "document_id = ?", [document_id])


def document_ranks(store: Readable, document_id: str) -> tuple[RankRow, ...]:
    """What each source says of a document's rank, strongest source first."""
    return read_rows(
        store,
        RankRow,
        "SELECT source, rank, evidence FROM document_ranks WHERE document_id = ?"
        " ORDER BY CASE source WHEN 'leaderboard' THEN 1 WHEN 'index' THEN 2 ELSE 3 END",
        [document_id],
    )


def document_copies(store: Readable, document_id: str) -> tuple[CopyRow, ...]:
    """The document's own row where it is a copy, then those of its copies, by name."""
    return read_rows(
        store,
        CopyRow,
        f"SELECT {columns_of(CopyRow)} FROM v_copies WHERE document_id = ? OR original_id = ?"
        " ORDER BY document_id <> ?, document",
        [document_id] * 3,
    )


def solution_agreement(store: Readable, document_id: str) -> tuple[SolutionAgreementRow, ...]:
    """What text and code say across the documents of the solution that this document is of, write-ups first."""
    return read_rows(
        store,
        SolutionAgreementRow,
        "SELECT a.lineage, a.architecture_id, a.text_status, a.code_status, a.agreement, k.document_kind, k.document,"
        " c.text_status AS prose, c.code_status AS program FROM v_agreement a"
        " JOIN v_claims k ON k.solution_id = a.solution_id AND k.lineage = a.lineage"
        " AND k.architecture_id IS a.architecture_id AND k.copy_of IS NULL JOIN claims c ON c.id = k.claim_id"
        " WHERE a.solution_id = (SELECT solution_id FROM documents WHERE id = ?)"
        " ORDER BY a.lineage, a.architecture_id, k.document_kind <> 'writeup', k.document",
        [document_id],
    )


def competition_task_types(store: Readable, competition_id: str) -> tuple[TaskTypeRow, ...]:
    """Task types of one competition, curated first, the main one first within each source."""
    return read_rows(
        store,
        TaskTypeRow,
        f"SELECT {columns_of(TaskTypeRow)} FROM v_all_task_types WHERE competition_id = ? ORDER BY source, position",
        [competition_id],
    )


def find_architectures(store: Readable, name: str) -> tuple[ArchitectureRow, ...]:
    """Families that `name` (id, name, lineage, alias or library id, in any spelling) stands for, closest kind only."""
    wanted = squash(name)
    ids = {
        row["id"]: row["strength"]
        for row in store.execute(
            "SELECT id, name, 1 AS strength FROM architectures"
            " UNION ALL SELECT id, id, 1 FROM architectures"
            " UNION ALL SELECT id, lineage, 2 FROM architectures"
            " UNION ALL SELECT id, lineage_name, 2 FROM architectures"
            " UNION ALL SELECT architecture_id, alias, 3 FROM architecture_aliases"
            " UNION ALL SELECT architecture_id, library_id, 4 FROM library_ids"
            " ORDER BY strength DESC, id"
        )
        if squash(row["name"]) == wanted
    }
    if not ids:
        return ()
    best = min(ids.values())
    return architectures_by_id(store, sorted(i for i, strength in ids.items() if strength == best))


def architectures_by_id(store: Readable, ids: list[str]) -> tuple[ArchitectureRow, ...]:
    """These families with their papers, by id."""
    return read_rows(
        store,
        ArchitectureRow,
        "SELECT a.id AS architecture_id, a.name, a.lineage, a.lineage_name, a.kind, a.is_counted, a.year,"
        " p.title AS paper_title, p.url AS paper_url, p.check_level AS paper_check"
        f" FROM architectures a LEFT JOIN papers p ON p.id = a.paper_id WHERE a.id IN ({', '.join('?' * len(ids))})"
        " ORDER BY a.id",
        ids,
    )


def lineage_members(store: Readable, lineage: str) -> tuple[ArchitectureRow, ...]:
    """The families of one lineage, by id."""
    rows = store.execute("SELECT id FROM architectures WHERE lineage = ? ORDER BY id", [lineage])
    return architectures_by_id(store, [row["id"] for row in rows])


def find_variant(store: Readable, name: str) -> str | None:
    """The family id of a variant as libraries or documents write it (weight tag after a dot allowed), or None."""
    last = name.rsplit("/", 1)[-1]
    whole, bare = squash(last), squash(bare_name(last))
    for wanted in dict.fromkeys((whole, bare)):
        for row in store.execute("SELECT architecture_id, variant, weights FROM benchmarks ORDER BY id"):
            variant = row["variant"].rsplit("/", 1)[-1]
            if wanted in (squash(variant), squash(variant + row["weights"]), squash(bare_name(variant))):
                return str(row["architecture_id"])
    for row in store.execute(
        "SELECT k.architecture_id, v.name, count(*) AS n FROM variants v JOIN claims k ON k.id = v.claim_id"
        " WHERE k.architecture_id IS NOT NULL GROUP BY 1, 2 ORDER BY n DESC, 1, 2"
    ):
        if squash(row["name"]) in (whole, bare):
            return str(row["architecture_id"])
    return None


def unknown_architecture(store: Readable, name: str) -> tuple[str, str] | None:
    """Lineage key and name of an architecture that only documents name, or None."""
    wanted = squash(name)
    sql = "SELECT DISTINCT lineage, lineage_name FROM v_claims WHERE architecture_id IS NULL ORDER BY 1"
    for row in store.execute(sql):
        if squash(row["lineage_name"]) == wanted:
            return str(row["lineage"]), str(row["lineage_name"])
    return None


def library_ids(store: Readable, architecture_ids: list[str]) -> dict[str, list[str]]:
    """Library -> what it calls these families."""
    found: dict[str, list[str]] = {}
    for row in store.execute(
        "SELECT library, library_id FROM library_ids"
        f" WHERE architecture_id IN ({', '.join('?' * len(architecture_ids))}) ORDER BY library, library_id",
        architecture_ids,
    ):
        found.setdefault(row["library"], []).append(row["library_id"])
    return found


def benchmark_rows(store: Readable, architecture_ids: list[str]) -> tuple[BenchmarkRow, ...]:
    """Published figures of these families, best value first within a data set, then the smaller variant."""
    return read_rows(
        store,
        BenchmarkRow,
        f"SELECT {columns_of(BenchmarkRow)} FROM v_benchmarks"
        f" WHERE architecture_id IN ({', '.join('?' * len(architecture_ids))})"
        " ORDER BY dataset = '', dataset, metric, value IS NULL, value DESC, params_m, variant, weights, library",
        architecture_ids,
    )


def all_names(store: Readable) -> dict[str, tuple[str, ...]]:
    """Every name that can be asked for, by kind of thing: for suggestions when one is not known."""
    queries = {
        "competition": "SELECT slug AS name FROM competitions",
        "architecture": "SELECT name FROM architectures UNION SELECT lineage_name FROM architectures"
        " UNION SELECT alias FROM architecture_aliases WHERE NOT is_ambiguous",
        "document": "SELECT name FROM documents",
    }
    return {kind: tuple(row["name"] for row in store.execute(sql + " ORDER BY 1")) for kind, sql in queries.items()}
