"""Questions about the solutions of a cohort beyond what they use: packages, what was said of ranks, roles, variants."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from corpus.records import Filters
from corpus.views import Readable, claims_clause, read_rows, where_clause


@dataclass(frozen=True, slots=True)
class SaidRank:
    """What one kind of source says of a solution's rank."""

    solution_id: str
    source: str  # leaderboard, index or author
    rank: int


@dataclass(frozen=True, slots=True)
class DocumentCount:
    """Documents of one solution, or of none of one competition and year, that use one lineage or family."""

    key: str  # the lineage's or family's
    competition_id: str
    solution_id: str | None
    year: int | None
    n_originals: int
    n_copies: int  # near copies of others


@dataclass(frozen=True, slots=True)
class ClaimParts:
    """The roles and variants of one claim."""

    claim_id: str
    roles: str | None  # separated by spaces
    variants: str | None  # of the claim's own status, a line each


def select_packages(
    store: Readable, filters: Filters, among: Collection[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Solution id -> packages that its code imports, by name; solutions without such code are not in it."""
    where, params = where_clause(filters, among)
    rows = store.execute(
        f"SELECT solution_id, package FROM v_solution_packages WHERE {where} ORDER BY 1, 2",  # noqa: S608 - own words
        params,
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["solution_id"]), []).append(str(row["package"]))
    return {solution: tuple(packages) for solution, packages in found.items()}


def count_documents(
    store: Readable, filters: Filters, by: str, among: Collection[str] | None = None
) -> tuple[DocumentCount, ...]:
    """Documents in scope that use a lineage or family, solution by solution; each document is counted once for each."""
    where, params = claims_clause(filters, among)
    key = "lineage" if by == "lineage" else "coalesce(architecture_id, lineage)"
    return read_rows(
        store,
        DocumentCount,
        f"SELECT {key} AS key, competition_id, solution_id, year,"  # noqa: S608 - own words
        " count(DISTINCT CASE WHEN copy_of IS NULL THEN document_id END) AS n_originals,"
        " count(DISTINCT CASE WHEN copy_of IS NOT NULL THEN document_id END) AS n_copies FROM v_claims"
        f" WHERE status = 'used' AND is_counted AND competition_id IS NOT NULL AND {where} GROUP BY 1, 2, 3, 4",
        params,
    )


def select_said_ranks(store: Readable, solution_ids: Collection[str]) -> dict[str, tuple[SaidRank, ...]]:
    """Solution id -> what the sources of its documents say, strongest first; only where they contradict each other."""
    rows = read_rows(
        store,
        SaidRank,
        "SELECT DISTINCT d.solution_id, r.source, r.rank FROM document_ranks r JOIN documents d ON d.id = r.document_id"
        " WHERE d.copy_of IS NULL AND d.solution_id IN (SELECT value FROM json_each(?))"
        " ORDER BY d.solution_id, CASE r.source WHEN 'leaderboard' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, r.rank",
        [json.dumps(sorted(solution_ids))],
    )
    found: dict[str, list[SaidRank]] = {}
    for row in rows:
        found.setdefault(row.solution_id, []).append(row)
    return {key: tuple(said) for key, said in found.items() if len({one.rank for one in said}) > 1}


def select_claim_parts(store: Readable, claim_ids: Collection[str]) -> dict[str, ClaimParts]:
    """Claim id -> its roles, and its variants that have the claim's own status."""
    rows = read_rows(
        store,
        ClaimParts,
        "SELECT c.id AS claim_id,"
        " (SELECT group_concat(role, ' ') FROM (SELECT role FROM claim_roles WHERE claim_id = c.id ORDER BY role))"
        " AS roles,"
        " (SELECT group_concat(name, char(10)) FROM"
        " (SELECT name FROM variants v WHERE v.claim_id = c.id AND v.status = c.status ORDER BY name)) AS variants"
        " FROM claims c WHERE c.id IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(claim_ids))],
    )
    return {row.claim_id: row for row in rows}
