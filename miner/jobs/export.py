"""Data out: claims, competitions and documents, one record each, in a stable order."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from analysis.language import why_not
from analysis.reports.formats import no_formula, plain
from corpus.errors import UsageError
from corpus.records import Answer, Column, Filters
from corpus.views import CompetitionRow, DocumentRow, Readable
from corpus.views_export import (
    EvidenceSpan,
    LabelledCompetition,
    ReasonSpan,
    document_packages,
    export_claims,
    export_competitions,
    export_documents,
    export_evidence,
    export_reasons,
    prose_languages,
)
from corpus.views_left_out import count_unsure_exported
from corpus.views_lookup import ClaimRow
from miner.jobs.ask_scope import query_of, settle_task, titled, unsure_note
from miner.jobs.correct_rows import export_correction_lines, export_corrections

Record = dict[str, object]
PARQUET = "parquet"
CLAIM_FIELDS = (
    "doc_id", "competition", "rank", "family", "architecture_id", "status", "roles", "variants", "reasons", "claim_id",
    "confidence",
)  # fmt: skip


def claims(store: Readable, filters: Filters) -> Iterator[Record]:
    """One record per analysed document in scope, by doc_id, claims or none; claims of counted architectures only.

    `block` is the block's id, start and end are characters of its text. Starter facts carry no words: their reasons
    have an empty quote and no place, their claims no evidence. Claims below the least confidence are left out, their
    documents are not. `why` says so where reasons are not read because the
    prose is in a language without rules; else it is null.
    """
    documents = [d for d in export_documents(store, settle_task(filters)) if d.is_analysed]
    least = filters.min_confidence or 0.0
    task_types = {c.competition.competition_id: _words(c.competition) for c in export_competitions(store, Filters())}
    found, reasons, evidence = export_claims(store), export_reasons(store), export_evidence(store)
    languages = prose_languages(store)
    for document in documents:
        yield {
            "doc_id": document.document,
            "kind": document.kind,
            "competition": document.competition,
            "rank": document.rank,
            "task_types": task_types.get(document.competition_id or "", []),
            "url": document.url,
            "copy_of": document.copy_of,
            "prose_language": languages.get(document.document_id),
            "why": why_not(languages.get(document.document_id)),
            "claims": [
                _claim(claim, reasons.get(claim.claim_id, []), evidence.get(claim.claim_id, []))
                for claim in found.get(document.document_id, [])
                if claim.is_counted and claim.confidence >= least
            ],
        }


def unsure_claims(store: Readable, filters: Filters) -> str:
    """How many claims are left out as too unsure, in a sentence; "" where no confidence is asked for."""
    filters = settle_task(filters)
    return unsure_note(filters, count_unsure_exported(store, filters))


def claim_lines(store: Readable, filters: Filters) -> Iterator[Record]:
    """The same claims, one flat record each, reasons in two words: for tables of text."""
    for row in claim_rows(store, filters):
        reasons = row["reasons"]
        said = [f"{r['category']} {r['polarity']}" for r in reasons] if isinstance(reasons, list) else []
        yield {name: said if name == "reasons" else row[name] for name in CLAIM_FIELDS}


def claim_rows(store: Readable, filters: Filters) -> Iterator[Record]:
    """The same claims, one record each with all that is said of its document: for tables that hold lists."""
    for document in claims(store, filters):
        found = document.pop("claims")
        for claim in found if isinstance(found, list) else []:
            yield document | claim


def competitions(store: Readable, filters: Filters) -> Iterator[Record]:
    """One record per competition in scope, by slug; the effective task types first, then those the rules inferred."""
    for labelled in export_competitions(store, settle_task(filters)):
        yield _competition(labelled)


def documents(store: Readable, filters: Filters) -> Iterator[Record]:
    """One record per document in scope, copies and documents not analysed yet too, by doc_id."""
    packages = document_packages(store)
    for document in export_documents(store, settle_task(filters)):
        yield {**_document(document), "packages": packages.get(document.document_id, [])}


def corrections(store: Readable, filters: Filters) -> Iterator[Record]:
    """One record per correction, by document; `miner correct --from` takes them in."""
    yield from export_corrections(store, settle_task(filters))


def correction_lines(store: Readable, filters: Filters) -> Iterator[Record]:
    """The same corrections with their values in words: for tables."""
    yield from export_correction_lines(store, settle_task(filters))


def to_lines(records: Iterable[Record]) -> Iterator[str]:
    """JSON lines."""
    for record in records:
        yield json.dumps(plain(record), ensure_ascii=False, allow_nan=False) + "\n"


def to_csv_lines(records: Iterable[Record], *, raw: bool = False) -> Iterator[str]:
    """CSV with a header, lists joined by "; "; nothing at all for no records. RFC 4180.

    Unless `raw`, text that a spreadsheet would take for a formula has a `'` before it.
    """
    header: list[str] = []
    for record in records:
        if not header:
            header = list(record)
            yield _csv_line(header)
        cells = [_flat(record[name]) for name in header]
        yield _csv_line(cells if raw else [no_formula(cell) for cell in cells])


def export_records(store: Readable, what: str, format_name: str, filters: Filters) -> Iterator[Record]:
    """The records of one export, in a stable order; for tables one flat record per claim.

    Raises:
        UsageError: when there is no such export.
    """
    source = EXPORTS.get((what, format_name)) or EXPORTS.get((what, ""))
    if source is None or format_name not in (*WRITERS, PARQUET):
        raise UsageError(
            f"no export of {what} as {format_name}; there are claims, competitions, documents and corrections,"
            " as jsonl, csv or parquet"
        )
    return source(store, filters)


def export_lines(store: Readable, what: str, format_name: str, filters: Filters, *, raw: bool = False) -> Iterator[str]:
    """The lines of one export.

    Args:
        store: the corpus.
        what: claims, competitions, documents or corrections.
        format_name: jsonl or csv; a CSV of claims has one line per claim.
        filters: what is exported.
        raw: leave text in a CSV as it is, even where a spreadsheet would run it.

    Raises:
        UsageError: when there is no such export.
    """
    records = export_records(store, what, format_name, filters)
    if format_name == PARQUET:
        raise UsageError("a Parquet file is no text: name a file with --out")
    return to_csv_lines(records, raw=True) if raw and format_name == "csv" else WRITERS[format_name](records)


def write_export(
    store: Readable, what: str, format_name: str, filters: Filters, out: Path, *, raw: bool = False
) -> None:
    """Write an export to a file, which is replaced whole, never left half written.

    Args:
        store: the corpus.
        what: as for `export_lines`.
        format_name: jsonl, csv or parquet.
        filters: what is exported.
        out: the file.
        raw: as for `export_lines`.

    Raises:
        UsageError: when there is no such export, `out` cannot be written, or the extra `parquet` is missing.
    """
    draft = out.with_name(f"{out.name}.part")
    try:
        if format_name == PARQUET:
            from miner.jobs.export_parquet import write_parquet

            write_parquet(what, export_records(store, what, format_name, filters), draft)
        else:
            lines = export_lines(store, what, format_name, filters, raw=raw)
            with draft.open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
        draft.replace(out)
    except OSError as error:
        raise UsageError(f"the export cannot be written to {out}: {error.strerror}; choose another --out") from error
    finally:
        draft.unlink(missing_ok=True)


def exported_answer(store: Readable, what: str, format_name: str, filters: Filters) -> Answer:
    """The records of one export as rows, for Python; with a note where claims are left out as too unsure.

    Raises:
        UsageError: when there is no such export.
    """
    records = tuple(export_records(store, what, format_name, filters))
    unsure = unsure_claims(store, filters)
    return Answer(
        name="export",
        title=titled(what.capitalize(), filters),
        columns=tuple(Column(name, name) for name in (records[0] if records else ())),
        rows=records,
        facts={"n_rows": len(records)},
        notes=(unsure,) if unsure else (),
        query=query_of(filters, what=what, format=format_name),
    )


def _claim(claim: ClaimRow, reasons: Sequence[ReasonSpan], evidence: Sequence[EvidenceSpan]) -> Record:
    return {
        "family": claim.lineage_name,
        "architecture_id": claim.architecture_id,
        "architecture": claim.architecture,
        "variants": [line.rpartition(" ")[0] for line in (claim.variants or "").splitlines()],
        "status": claim.status,
        "roles": (claim.roles or "").split(),
        "reasons": [
            {
                "category": r.category,
                "polarity": r.polarity,
                "quote": r.quote or "",
                "block": r.block_id,
                "start": r.start,
                "end": r.end,
                "confidence": r.confidence,
            }
            for r in reasons
        ],
        "evidence": [
            {"block": e.block_id, "start": e.start, "end": e.end, "quote": e.quote}
            for e in evidence
            if e.quote is not None
        ],
        "confidence": claim.confidence,
        "claim_id": claim.claim_id,
        "made_by": claim.made_by,
    }


def _competition(labelled: LabelledCompetition) -> Record:
    row = labelled.competition
    curated = [t for t in labelled.task_types if t.source == "curated"]
    inferred = [t for t in labelled.task_types if t.source == "inferred"]
    source = "curated" if curated else "inferred" if inferred else None
    return {
        "slug": row.slug,
        "title": row.title,
        "platform": row.platform,
        "year": row.year,
        "metric": row.metric,
        "task_types": [t.task_type for t in curated or inferred],
        "task_types_source": source,
        "inferred_task_types": [t.task_type for t in inferred],
        "inferred_from": [t.evidence for t in inferred],
        "deadline": row.deadline,
        "counted_on": row.counted_on,
        "url": row.url,
        "n_teams": row.n_teams,
        "reward": row.reward,
        "tags": list(labelled.tags),
        "provenance": labelled.provenance,
        "source": labelled.source,
    }


def _document(row: DocumentRow) -> Record:
    return {
        "doc_id": row.document,
        "document_id": row.document_id,
        "kind": row.kind,
        "format": row.format,
        "title": row.title,
        "author": row.author,
        "url": row.url,
        "competition": row.competition,
        "platform": row.platform,
        "year": row.year,
        "rank": row.rank,
        "rank_source": row.rank_source,
        "medal": row.medal,
        "published_on": row.published_on,
        "counted_on": row.counted_on,
        "language": row.language,
        "licence": row.licence,
        "votes": row.votes,
        "copy_of": row.copy_of,
        "is_analysed": row.is_analysed,
        "source": row.source,
    }


def _words(competition: CompetitionRow) -> list[str]:
    return (competition.task_types or "").split()


def _flat(value: object) -> object:
    value = plain(value)
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else value


def _csv_line(values: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()


EXPORTS: dict[tuple[str, str], Callable[[Readable, Filters], Iterator[Record]]] = {
    ("claims", ""): claims,
    ("claims", "csv"): claim_lines,
    ("claims", PARQUET): claim_rows,
    ("competitions", ""): competitions,
    ("documents", ""): documents,
    ("corrections", ""): corrections,
    ("corrections", "csv"): correction_lines,
    ("corrections", PARQUET): correction_lines,
}
WRITERS: dict[str, Callable[[Iterable[Record]], Iterator[str]]] = {"jsonl": to_lines, "csv": to_csv_lines}
