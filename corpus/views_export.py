"""Everything of one kind, whole, for taking data out."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from corpus.records import Filters
from corpus.views import (
    CompetitionRow,
    DocumentRow,
    Readable,
    columns_of,
    read_rows,
    select_competitions,
    select_documents,
)
from corpus.views_lookup import ClaimRow, TaskTypeRow, select_claims


@dataclass(frozen=True, slots=True)
class ReasonSpan:
    """One reason with its place; quote and place are None in starter facts."""

    claim_id: str
    category: str
    polarity: str
    quote: str | None
    block_id: str | None
    start: int | None
    end: int | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class EvidenceSpan:
    """One piece of evidence with its place; quote and place are None in starter facts."""

    claim_id: str
    quote: str | None
    block_id: str | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class LabelledCompetition:
    """One competition with all its task types and tags."""

    competition: CompetitionRow
    task_types: tuple[TaskTypeRow, ...]  # of both sources
    tags: tuple[str, ...]
    provenance: str | None
    source: str


TOLD_FROM = 0.3  # confidence from which a reason is told; `v_reasons` holds no others, an export all of them
Span = TypeVar("Span", ReasonSpan, EvidenceSpan)


def export_documents(store: Readable, filters: Filters) -> tuple[DocumentRow, ...]:
    """Documents in scope, by name."""
    return tuple(sorted(select_documents(store, filters), key=lambda row: row.document))


def prose_languages(store: Readable, document_ids: Collection[str] | None = None) -> dict[str, str]:
    """Document id -> language of its prose as detected, of all documents or of these; none where it is not known."""
    rows = store.execute(
        "SELECT id, prose_language FROM documents WHERE prose_language IS NOT NULL"
        " AND (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))",
        [None if document_ids is None else json.dumps(sorted(document_ids))],
    )
    return {str(row["id"]): str(row["prose_language"]) for row in rows}


def document_packages(store: Readable) -> dict[str, list[str]]:
    """Document id -> the packages that its code imports, by name; none where it has no code or imports none known."""
    found: dict[str, list[str]] = {}
    for row in store.execute("SELECT document_id, package FROM document_packages ORDER BY 1, 2"):
        found.setdefault(str(row["document_id"]), []).append(str(row["package"]))
    return found


def export_claims(store: Readable) -> dict[str, list[ClaimRow]]:
    """Document id -> its claims, strongest status first."""
    grouped: dict[str, list[ClaimRow]] = {}
    for claim in select_claims(store, "1", []):
        grouped.setdefault(claim.document_id, []).append(claim)
    return grouped


def export_reasons(store: Readable, claim_ids: Collection[str] | None = None) -> dict[str, list[ReasonSpan]]:
    """Claim id -> its reasons, the likeliest first; of all claims, or of these."""
    sql = f"SELECT {columns_of(ReasonSpan)} FROM reasons"  # noqa: S608 - own words
    if claim_ids is None:
        return _by_claim(read_rows(store, ReasonSpan, f"{sql} ORDER BY claim_id, position"))
    sql += " WHERE claim_id IN (SELECT value FROM json_each(?)) ORDER BY claim_id, position"
    return _by_claim(read_rows(store, ReasonSpan, sql, [json.dumps(sorted(claim_ids))]))


def export_evidence(store: Readable) -> dict[str, list[EvidenceSpan]]:
    """Claim id -> its evidence, best first."""
    sql = f"SELECT {columns_of(EvidenceSpan)} FROM evidence ORDER BY claim_id, position"  # noqa: S608 - own words
    return _by_claim(read_rows(store, EvidenceSpan, sql))


def export_competitions(store: Readable, filters: Filters) -> tuple[LabelledCompetition, ...]:
    """Competitions in scope with task types, tags and provenance, by slug and platform."""
    types: dict[str, list[TaskTypeRow]] = {}
    for row in store.execute(
        "SELECT competition_id, task_type, source, position, evidence FROM v_all_task_types"
        " ORDER BY competition_id, source, position"
    ):
        label = TaskTypeRow(row["task_type"], row["source"], row["position"], row["evidence"])
        types.setdefault(row["competition_id"], []).append(label)
    tags: dict[str, list[str]] = {}
    for row in store.execute("SELECT competition_id, tag FROM competition_tags ORDER BY competition_id, tag"):
        tags.setdefault(row["competition_id"], []).append(row["tag"])
    origin = {row["id"]: row for row in store.execute("SELECT id, provenance, source FROM competitions")}
    return tuple(
        LabelledCompetition(
            competition=row,
            task_types=tuple(types.get(row.competition_id, ())),
            tags=tuple(tags.get(row.competition_id, ())),
            provenance=origin[row.competition_id]["provenance"],
            source=origin[row.competition_id]["source"],
        )
        for row in sorted(select_competitions(store, filters, examples=True), key=lambda c: (c.slug, c.platform))
    )


def _by_claim(spans: tuple[Span, ...]) -> dict[str, list[Span]]:
    grouped: dict[str, list[Span]] = {}
    for span in spans:
        grouped.setdefault(span.claim_id, []).append(span)
    return grouped
