"""Corrections, each with what the extractor or the sources say now."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.views import Readable, Value, columns_of, read_rows


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One correction; `value` and `extracted` are JSON."""

    correction_id: str
    document_id: str
    document: str
    url: str | None
    competition: str | None
    architecture: str  # the claim's key; "" for the document itself
    name: str | None
    field: str
    value: str
    quote: str | None
    extracted: str | None  # None while it waits
    agrees: int | None
    state: str  # holds, waiting
    note: str
    corrected_at: str


def select_corrections(store: Readable, document_id: str | None = None) -> tuple[CorrectionRow, ...]:
    """Corrections of one document, or of all; by document, architecture and field."""
    params: list[Value] = [] if document_id is None else [document_id]
    return read_rows(
        store,
        CorrectionRow,
        f"SELECT {columns_of(CorrectionRow)} FROM v_corrections"  # noqa: S608 - own words
        f" WHERE {'document_id = ?' if params else '1'} ORDER BY document, document_id, architecture, field",
        params,
    )
