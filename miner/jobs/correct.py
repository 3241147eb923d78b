"""Keep corrections, take them back, and take them in from a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.corrections import UNKNOWN, Correction, Field, checked_value, claim_key, correction_id
from corpus.errors import ManifestError, NotKnownError
from corpus.records import Failure
from corpus.store import NO_ROWS, Counts, Store
from corpus.views import Readable
from corpus.views_corrections import CorrectionRow, select_corrections
from corpus.views_lookup import find_documents
from miner.jobs.analyse import infer_all_task_types
from miner.jobs.correct_plan import find_subject
from miner.jobs.runs import recorded_run
from miner.sources.manifest_values import Row, text_field
from miner.sources.manifests import read_lines

STAGE = "correct"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a file of corrections brought."""

    corrections: Counts = NO_ROWS
    n_waiting: int = 0  # whose document or claim is not in the corpus
    failures: tuple[Failure, ...] = ()


def correct(store: Store, corrections: Sequence[Correction]) -> tuple[CorrectionRow, ...]:
    """Keep corrections and apply them; each as it stands now."""
    with recorded_run(store, "correct") as run:
        counts = _keep(store, corrections)
        run.count(new=counts.new, changed=counts.changed, unchanged=counts.unchanged)
    return _rows(store, {correction.id for correction in corrections})


def find_corrections(
    store: Readable, reference: str | None, architecture: str | None = None
) -> tuple[CorrectionRow, ...]:
    """The corrections that a correction's id, a claim's, or a document with or without an architecture stands for.

    All of them where there is no reference.

    Raises:
        NotKnownError: nothing of that name is corrected.
    """
    rows = select_corrections(store)
    if reference is None:
        return rows
    if re.fullmatch(r"[0-9a-f]{4,40}", reference) and architecture is None:
        found = [row for row in rows if row.correction_id.startswith(reference)]
        if len(found) == 1:
            return tuple(found)
        if found:
            raise NotKnownError("single correction", reference, tuple(row.correction_id for row in found[:5]))
    of_document = [row for row in rows if reference in (row.document_id, row.document, row.url)]
    if not of_document:  # by another of its names, or by a claim
        document, claim = find_subject(store, reference)
        of_document = [row for row in rows if row.document_id == document.document_id]
        architecture = architecture or (claim.architecture if claim else None)
    found = [row for row in of_document if architecture is None or _is_named(row, architecture)]
    if not found:
        about = f"{reference} {architecture}" if architecture else reference
        raise NotKnownError("correction", about, tuple(dict.fromkeys(r.name or r.field for r in of_document))[:5])
    return tuple(found)


def copy_notes(store: Readable, rows: Sequence[CorrectionRow]) -> tuple[str, ...]:
    """What a person must know who corrects a copy: statistics count the original."""
    found = (document for key in sorted({row.document_id for row in rows}) for document in find_documents(store, key))
    return tuple(
        f"{document.document} is a near copy of {original.document}: statistics count that one, correct it there too."
        for document in found
        if document.copy_of
        for original in find_documents(store, document.copy_of)
    )


def undo(store: Store, rows: Sequence[CorrectionRow]) -> int:
    """Take corrections back; how many there were."""
    with recorded_run(store, "correct") as run:
        with store.bulk():
            n_undone = store.corrections.undo({row.correction_id for row in rows})
            _settle(store)
        run.count(undone=n_undone)
    return n_undone


def correct_from_file(store: Store, path: Path) -> FileReport:
    """Take in what `miner export corrections --format jsonl` wrote; of two about one thing the newer stays.

    A correction whose document this corpus lacks is kept, and holds once the document is there. A line that cannot be
    used costs that line.
    """
    corrections, failures = list[Correction](), list[Failure]()
    for item in _read_file(store, path):
        if isinstance(item, Failure):
            failures.append(item)
        else:
            corrections.append(item)
    with recorded_run(store, "correct") as run:
        counts = _keep(store, corrections)
        store.save_failures(failures, run.id)
        store.forget_old_failures(STAGE, [str(path)], run.id)
        run.count(new=counts.new, changed=counts.changed, unchanged=counts.unchanged, failed=len(failures))
        run.has_failures = bool(failures)
    rows = _rows(store, {correction.id for correction in corrections})
    return FileReport(counts, sum(row.state == "waiting" for row in rows), tuple(failures))


def _keep(store: Store, corrections: Sequence[Correction]) -> Counts:
    with store.bulk():
        counts = store.corrections.save(corrections)
        _settle(store)
    return counts


def _settle(store: Store) -> None:
    """Ranks and solutions, then task types, which are inferred from what solutions use too."""
    from analysis.task_types import infer_task_types

    store.settle()
    infer_all_task_types(store, infer_task_types)


def _rows(store: Readable, ids: set[str]) -> tuple[CorrectionRow, ...]:
    return tuple(row for row in select_corrections(store) if row.correction_id in ids)


def _is_named(row: CorrectionRow, architecture: str) -> bool:
    """Whether a correction is of this architecture, or leads to it."""
    key = claim_key(None, architecture)
    names = {row.architecture, claim_key(None, row.name or "")}
    if row.field == Field.ARCHITECTURE.value:
        names.add(claim_key(None, json.loads(row.value)["name"]))
    return bool(names & {architecture, key})


def _read_file(store: Readable, path: Path) -> Iterator[Correction | Failure]:
    for number, row in read_lines(path):
        try:
            if isinstance(row, ManifestError):
                raise ValueError(row.reason)
            yield make_correction(store, row)
        except ValueError as error:
            yield Failure(str(path), STAGE, f"line {number}", f"{error}; this correction is left out")


def make_correction(store: Readable, row: Row) -> Correction:
    """The correction that a line describes, of the document as this corpus knows it.

    Raises:
        ValueError: something is missing or cannot be meant.
    """
    name, note = text_field(row, "doc_id"), text_field(row, "note")
    field = Field(str(row.get("field")))
    if name is None or note is None or "value" not in row:
        raise ValueError("a correction has doc_id, field, value and note")
    url, quote = text_field(row, "url"), text_field(row, "quote")
    architecture = "" if field.is_of_document else _key(row)
    document_id = _document_id(store, text_field(row, "document_id"), name, url)
    return Correction(
        id=correction_id(document_id, architecture, field),
        document_id=document_id,
        document=name,
        field=field,
        value=checked_value(field, row["value"]),
        note=note,
        corrected_at=_time(text_field(row, "corrected_at")),
        architecture=architecture,
        name=None if field.is_of_document else text_field(row, "name") or architecture.removeprefix(UNKNOWN),
        url=url,
        quote=quote,
    )


def _key(row: Row) -> str:
    key, name = text_field(row, "architecture"), text_field(row, "name")
    if key is None and name is None:
        raise ValueError("a correction of a claim names its architecture")
    return key or claim_key(None, name or "")


def _document_id(store: Readable, document_id: str | None, name: str, url: str | None) -> str:
    """The id under which this corpus has the document; the file's own where it has none."""
    for reference in (document_id, url, name):
        found = find_documents(store, reference) if reference else ()
        if len(found) == 1 and reference in (found[0].document_id, found[0].document, url):
            return found[0].document_id
    if document_id is None:
        raise ValueError(f"no document called {name!r} in this corpus, and no document_id to wait for it")
    return document_id


def _time(text: str | None) -> str:
    """A time as columns hold it: UTC, ISO 8601, whole seconds."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise ValueError(f"corrected_at is {text!r}, not an ISO time") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")
