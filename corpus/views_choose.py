"""Questions behind a choice: which variants solutions used, and what an architecture is called."""
# ruff: noqa: S608 - the SQL is put together from this module's own words; every value is a bound parameter

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from corpus.records import Filters
from corpus.views import Readable, claims_clause, read_rows


@dataclass(frozen=True, slots=True)
class VariantUseRow:
    """One variant that the documents of a solution say was used."""

    lineage: str
    architecture_id: str | None
    name: str  # as the document writes it
    solution_id: str
    claim_id: str


def select_used_variants(
    store: Readable, filters: Filters, lineages: Collection[str], among: Collection[str] | None = None
) -> tuple[VariantUseRow, ...]:
    """Variants of these lineages that solutions in scope used, one row per claim and name; copies left out."""
    where, params = claims_clause(filters, among)
    return read_rows(
        store,
        VariantUseRow,
        "SELECT v_claims.lineage, v_claims.architecture_id, w.name, v_claims.solution_id, v_claims.claim_id"
        " FROM v_claims JOIN variants w ON w.claim_id = v_claims.claim_id AND w.status = 'used'"
        f" WHERE solution_id IS NOT NULL AND copy_of IS NULL AND is_counted AND {where}"
        " AND lineage IN (SELECT value FROM json_each(?)) ORDER BY lineage, w.name, v_claims.claim_id",
        [*params, json.dumps(sorted(lineages))],
    )


def names_of(store: Readable, lineage: str, architecture_id: str | None) -> tuple[str, ...]:
    """What people call a lineage, or one family of it: names and unambiguous aliases, longest first."""
    which = "a.id = ?" if architecture_id else "a.lineage = ?"
    rows = store.execute(
        f"SELECT a.name FROM architectures a WHERE {which}"
        f" UNION SELECT a.lineage_name FROM architectures a WHERE {which}"
        f" UNION SELECT b.alias FROM architecture_aliases b JOIN architectures a ON a.id = b.architecture_id"
        f" WHERE NOT b.is_ambiguous AND {which}",
        [architecture_id or lineage] * 3,
    )
    return tuple(sorted((str(row["name"]) for row in rows), key=lambda name: (-len(name), name)))
