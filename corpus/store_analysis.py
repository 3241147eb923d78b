"""Write what analysis derives: blocks, claims and the search index; for `corpus.store` alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeVar

from corpus.errors import StoreError
from corpus.records import (
    Agreement,
    Block,
    Claim,
    DocumentAnalysis,
    Evidence,
    Polarity,
    Reason,
    ReasonCategory,
    Role,
    Span,
    Status,
    Variant,
)
from corpus.store_copies import replace_sketch
from corpus.store_open import Value, insert_rows, storable
from corpus.store_runs import save_failures

Kind = TypeVar("Kind", bound=StrEnum)
CLAIM_SQL = (
    "INSERT INTO claims (id, document_id, architecture_id, name, status, confidence, made_by, text_status, "
    "code_status, agreement) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ROLE_SQL = "INSERT OR IGNORE INTO claim_roles (claim_id, role) VALUES (?, ?)"
VARIANT_SQL = "INSERT INTO variants (claim_id, name, status) VALUES (?, ?, ?)"
REASON_SQL = (
    "INSERT INTO reasons (claim_id, position, category, polarity, block_id, start, end, quote, confidence) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
EVIDENCE_SQL = (
    "INSERT INTO evidence (claim_id, position, block_id, start, end, quote, name_start, name_end, is_code) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
BLOCK_SQL = (
    "INSERT INTO blocks (id, document_id, position, kind, headings, language, text) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
FORGET_WORDS_SQL = (  # an external-content index must be told the old text before it goes
    "INSERT INTO block_search (block_search, rowid, text) SELECT 'delete', row, text FROM blocks WHERE document_id = ?"
)
ADD_WORDS_SQL = "INSERT INTO block_search (rowid, text) SELECT row, text FROM blocks WHERE document_id = ?"
LANGUAGE_SQL = "UPDATE documents SET prose_language = ? WHERE id = ?"
PACKAGE_SQL = "INSERT INTO document_packages (document_id, package) VALUES (?, ?)"
REBUILD_SQL = "INSERT INTO block_search (block_search) VALUES ('rebuild')"

ANALYSIS_STAGES = ("read", "analyse")


def replace_analysis(
    connection: sqlite3.Connection, now: str, analysis: DocumentAnalysis, run_id: int | None, *, index_words: bool
) -> bool:
    """Put one document's new blocks and claims in the place of the old; True unless starter claims met a real document.

    Raises:
        StoreError: when the document is not stored.
    """
    row = connection.execute("SELECT content_hash FROM documents WHERE id = ?", (analysis.document_id,)).fetchone()
    if row is None:
        raise StoreError(f"claims for document {analysis.document_id}, which this corpus does not hold")
    if not analysis.content_hash and row["content_hash"]:
        return False
    connection.execute("DELETE FROM claims WHERE document_id = ?", (analysis.document_id,))  # their parts go with them
    _replace_blocks(connection, analysis.document_id, analysis.blocks, index_words=index_words)
    insert_claims(connection, analysis.claims)
    replace_sketch(connection, analysis.document_id, analysis.sketch)
    _replace_packages(connection, analysis.document_id, analysis.packages)
    _finish(connection, analysis.document_id, analysis.content_hash or None, analysis.made_by, is_unreadable=False)
    connection.execute(LANGUAGE_SQL, (analysis.prose_language, analysis.document_id))
    _replace_failures(connection, now, analysis, run_id)
    return True


def mark_unreadable(
    connection: sqlite3.Connection, now: str, analysis: DocumentAnalysis, run_id: int | None, *, index_words: bool
) -> None:
    """Remember that this version cannot be read, so that it waits until it or the extractor changes."""
    connection.execute("DELETE FROM claims WHERE document_id = ?", (analysis.document_id,))
    _replace_blocks(connection, analysis.document_id, (), index_words=index_words)
    replace_sketch(connection, analysis.document_id, None)
    _replace_packages(connection, analysis.document_id, ())
    _finish(connection, analysis.document_id, analysis.content_hash, analysis.made_by, is_unreadable=True)
    connection.execute(LANGUAGE_SQL, (None, analysis.document_id))
    _replace_failures(connection, now, analysis, run_id)


def _replace_blocks(
    connection: sqlite3.Connection, document_id: str, blocks: tuple[Block, ...], *, index_words: bool
) -> None:
    """Keep the blocks as they are where they are equal: a new extractor often differs in its claims alone."""
    new = [tuple(storable(value) for value in _block_row(block)) for block in blocks]
    old = connection.execute(
        "SELECT id, document_id, position, kind, headings, language, text FROM blocks WHERE document_id = ?",
        (document_id,),
    )
    if {tuple(row) for row in old} == set(new):
        return
    if index_words:
        connection.execute(FORGET_WORDS_SQL, (document_id,))
    connection.execute("DELETE FROM blocks WHERE document_id = ?", (document_id,))
    connection.executemany(BLOCK_SQL, new)
    if index_words:
        connection.execute(ADD_WORDS_SQL, (document_id,))


def _replace_packages(connection: sqlite3.Connection, document_id: str, packages: tuple[str, ...]) -> None:
    connection.execute("DELETE FROM document_packages WHERE document_id = ?", (document_id,))
    insert_rows(connection, PACKAGE_SQL, ((document_id, package) for package in packages))


def read_claims(connection: sqlite3.Connection, document_id: str) -> tuple[Claim, ...]:
    """A document's claims as they were kept, by id; roles and variants by name."""
    rows = connection.execute("SELECT * FROM claims WHERE document_id = ? ORDER BY id", (document_id,)).fetchall()
    return tuple(_read_claim(connection, row) for row in rows)


def _read_claim(connection: sqlite3.Connection, row: sqlite3.Row) -> Claim:
    def parts(columns: str, table: str, order: str) -> list[sqlite3.Row]:
        sql = f"SELECT {columns} FROM {table} WHERE claim_id = ? ORDER BY {order}"  # noqa: S608 - names of ours
        return connection.execute(sql, (row["id"],)).fetchall()

    reasons = parts("category, polarity, block_id, start, end, quote, confidence", "reasons", "position")
    evidence = parts("block_id, start, end, quote, name_start, name_end, is_code", "evidence", "position")
    return Claim(
        id=row["id"],
        document_id=row["document_id"],
        name=row["name"],
        architecture_id=row["architecture_id"],
        status=Status(row["status"]),
        roles=tuple(Role(r["role"]) for r in parts("role", "claim_roles", "role")),
        variants=tuple(Variant(v["name"], Status(v["status"])) for v in parts("name, status", "variants", "name")),
        reasons=tuple(
            Reason(ReasonCategory(r["category"]), Polarity(r["polarity"]), _span(r), r["quote"], r["confidence"])
            for r in reasons
        ),
        evidence=tuple(
            Evidence(_span(e), e["quote"], e["name_start"], e["name_end"], bool(e["is_code"])) for e in evidence
        ),
        confidence=row["confidence"],
        made_by=row["made_by"],
        text_status=_enum(Status, row["text_status"]),
        code_status=_enum(Status, row["code_status"]),
        agreement=_enum(Agreement, row["agreement"]),
    )


def _enum(kind: type[Kind], value: str | None) -> Kind | None:
    return None if value is None else kind(value)


def _span(row: sqlite3.Row) -> Span | None:
    return None if row["block_id"] is None else Span(row["block_id"], row["start"], row["end"])


def insert_claims(connection: sqlite3.Connection, claims: Iterable[Claim]) -> None:
    """Keep claims with all their parts."""
    claims = tuple(claims)
    insert_rows(connection, CLAIM_SQL, (_claim_row(claim) for claim in claims))
    insert_rows(connection, ROLE_SQL, ((c.id, role.value) for c in claims for role in c.roles))
    insert_rows(connection, VARIANT_SQL, ((c.id, v.name, v.status.value) for c in claims for v in c.variants))
    insert_rows(connection, REASON_SQL, _reason_rows(claims))
    insert_rows(connection, EVIDENCE_SQL, _evidence_rows(claims))


def _block_row(block: Block) -> tuple[Value, ...]:
    headings = json.dumps(block.headings, ensure_ascii=False)
    return (block.id, block.document_id, block.position, block.kind.value, headings, block.language, block.text)


def _claim_row(claim: Claim) -> tuple[Value, ...]:
    facts = (claim.id, claim.document_id, claim.architecture_id, claim.name, claim.status.value, claim.confidence)
    sides = (claim.text_status, claim.code_status, claim.agreement)
    return (*facts, claim.made_by, *(side and side.value for side in sides))


def _reason_rows(claims: Iterable[Claim]) -> Iterator[tuple[Value, ...]]:
    for claim in claims:
        for position, reason in enumerate(claim.reasons):
            span = (reason.span.block_id, reason.span.start, reason.span.end) if reason.span else (None, None, None)
            yield (
                claim.id,
                position,
                reason.category.value,
                reason.polarity.value,
                *span,
                reason.quote,
                reason.confidence,
            )


def _evidence_rows(claims: Iterable[Claim]) -> Iterator[tuple[Value, ...]]:
    for claim in claims:
        for position, item in enumerate(claim.evidence):
            span = (item.span.block_id, item.span.start, item.span.end) if item.span else (None, None, None)
            yield (claim.id, position, *span, item.quote, item.name_start, item.name_end, item.is_code)


def _finish(
    connection: sqlite3.Connection, document_id: str, analysed_hash: str | None, made_by: str, *, is_unreadable: bool
) -> None:
    connection.execute(
        "UPDATE documents SET analysed_hash = ?, made_by = ?, is_unreadable = ? WHERE id = ?",
        (analysed_hash, made_by, is_unreadable, document_id),
    )


def _replace_failures(connection: sqlite3.Connection, now: str, analysis: DocumentAnalysis, run_id: int | None) -> None:
    connection.execute(
        "DELETE FROM failures WHERE document_id = ? AND stage IN (?, ?)", (analysis.document_id, *ANALYSIS_STAGES)
    )
    save_failures(connection, now, analysis.failures, run_id)
