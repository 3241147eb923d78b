"""Corrections as rows: for people, and for files that another corpus can take in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from corpus.corrections import PRESENT, Field, claim_key
from corpus.records import Answer, Column, Filters
from corpus.views import Readable, select_documents
from corpus.views_corrections import CorrectionRow, select_corrections

N_DIGITS = 8  # of a correction's id, for people

CORRECTION_COLUMNS = (
    Column("about", "about", "text", "The architecture, or the document itself."),
    Column("field", "field", "text", "claim, architecture, status, roles, variants, rank or competition."),
    Column("extracted", "was", "text", "What the extractor says now, of rank and competition what the sources say."),
    Column("corrected", "is", "text", "What the person says."),
    Column("document", "document", "text", "Name of the document."),
    Column("correction", "correction", "text", "The beginning of its id; `miner correct --undo` takes it."),
    Column("state", "state", "text", "holds; agreed, where both say the same; or waiting, for a document or a claim."),
    Column("note", "note", "text", "Why, as the person said it."),
    Column("corrected_on", "on", "date", "The day of the correction."),
)


def correction_answer(rows: Sequence[CorrectionRow], title: str, notes: Sequence[str] = ()) -> Answer:
    """Corrections as a table."""
    waiting = sum(row.state == "waiting" for row in rows)
    said = [f"{waiting} of them wait: for the document, for its analysis, or for a claim that is not made now."]
    return Answer(
        name="correct",
        title=title,
        columns=CORRECTION_COLUMNS,
        rows=tuple(as_row(row) for row in rows),
        facts={"n_corrections": len(rows), "n_waiting": waiting},
        notes=(*notes, *(said if waiting else ())),
    )


def as_row(row: CorrectionRow) -> dict[str, object]:
    """One correction as people read it, with its whole id for programs."""
    field = Field(row.field)
    return {
        "document": row.document,
        "about": row.name or row.architecture or "document",
        "field": row.field,
        "extracted": None if row.extracted is None else in_words(field, json.loads(row.extracted)),
        "corrected": in_words(field, json.loads(row.value)),
        "correction": row.correction_id[:N_DIGITS],
        "state": "agreed" if row.agrees else row.state,
        "note": row.note,
        "corrected_on": row.corrected_at[:10],
        "correction_id": row.correction_id,
    }


def correction_rows(rows: Iterable[CorrectionRow]) -> list[dict[str, object]]:
    """Corrections of one document, for a list below it."""
    return [{name: value for name, value in as_row(row).items() if name != "document"} for row in rows]


def in_words(field: Field, value: object) -> str:
    """A value as people read it.

    >>> in_words(Field.VARIANTS, [["b4", "used"]]), in_words(Field.RANK, None), in_words(Field.CLAIM, "absent")
    ('b4 (used)', 'no rank', 'nothing said')
    """
    match field, value:
        case Field.RANK, {"rank": rank, "source": source}:
            return f"{rank} ({source})"
        case Field.ARCHITECTURE, {"name": name}:
            return str(name)
        case Field.VARIANTS, list() if value:
            return ", ".join("{} ({})".format(*pair) for pair in value)
        case Field.ROLES, list() if value:
            return ", ".join(map(str, value))
        case Field.CLAIM, str():
            return "a claim" if value == PRESENT else "nothing said"
        case _, str():
            return value
    return "no claim" if value is None and not field.is_of_document else f"no {field.value}"


def by_claim(rows: Iterable[CorrectionRow]) -> dict[str, list[CorrectionRow]]:
    """Key of a claim as it stands now -> its corrections; those of a claim that moved go with it."""
    rows = list(rows)
    moved = {}
    for row in rows:
        if row.field == Field.ARCHITECTURE.value:
            target = json.loads(row.value)
            moved[row.architecture] = claim_key(target["id"], target["name"])
    found: dict[str, list[CorrectionRow]] = {}
    for row in rows:
        found.setdefault(moved.get(row.architecture, row.architecture), []).append(row)
    return found


def export_corrections(store: Readable, filters: Filters) -> Iterator[dict[str, object]]:
    """One record per correction, by document; with filters, those of documents in scope."""
    scope = None
    if filters != Filters():
        scope = {document.document_id for document in select_documents(store, filters)}
    for row in select_corrections(store):
        if scope is None or row.document_id in scope:
            yield {
                "correction_id": row.correction_id,
                "doc_id": row.document,
                "document_id": row.document_id,
                "url": row.url,
                "competition": row.competition,
                "architecture": row.architecture,
                "name": row.name,
                "field": row.field,
                "value": json.loads(row.value),
                "quote": row.quote,
                "extracted": None if row.extracted is None else json.loads(row.extracted),
                "agrees": None if row.agrees is None else bool(row.agrees),
                "state": row.state,
                "note": row.note,
                "corrected_at": row.corrected_at,
            }


def export_correction_lines(store: Readable, filters: Filters) -> Iterator[dict[str, object]]:
    """The same for a table: values in words."""
    for record in export_corrections(store, filters):
        field = Field(str(record["field"]))
        words = {"value": in_words(field, record["value"])}
        if record["state"] == "holds":
            words["extracted"] = in_words(field, record["extracted"])
        yield record | words
