"""Put local files and folders into the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.records import Competition, Document, Failure, RawDocument, SolutionLink
from corpus.store import NO_ROWS, Counts, Store
from miner.jobs.progress import Progress, SilentProgress
from miner.jobs.runs import Run, recorded_run

SOURCE = "folder"
STAGE = "add"
BATCH_DOCUMENTS = 100
BATCH_BYTES = 16_000_000

Found = Competition | SolutionLink | tuple[Document, RawDocument] | Failure
Reader = Callable[[Sequence[Path]], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class AddReport:
    """What one `add` did; `documents.written` is 0 when everything was known."""

    documents: Counts = NO_ROWS
    competitions: Counts = NO_ROWS
    links: Counts = NO_ROWS
    failures: tuple[Failure, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Nothing that was found differs from what the corpus held."""
        return not (self.documents.written or self.competitions.written or self.links.written)


@dataclass(slots=True)
class _Batch:
    """What has been read and not saved yet."""

    competitions: list[Competition] = field(default_factory=list)
    documents: list[tuple[Document, RawDocument | None]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    size_bytes: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.documents) >= BATCH_DOCUMENTS or self.size_bytes >= BATCH_BYTES


def add_paths(
    store: Store, paths: Sequence[Path], progress: Progress | None = None, *, read: Reader | None = None
) -> AddReport:
    """Read files and folders and keep what they hold; adding the same again changes nothing.

    What is saved when the user interrupts stays saved, and the next `add` goes on from there.

    Args:
        store: open for writing.
        paths: files, and folders with or without manifests.
        progress: told of every document; silent by default.
        read: gives the records found in the paths; by default `miner.sources.folder.read_folder`.
    """
    if read is None:
        from miner.sources.folder import read_folder

        read = read_folder
    progress = progress or SilentProgress()
    progress.start(None, "documents")
    try:
        with recorded_run(store, "add") as run:
            store.save_source(SOURCE, SOURCE, ", ".join(map(str, paths)))
            try:
                report = _save_all(store, read(paths), run, progress)
            finally:  # also after an interruption: what is saved must be settled
                store.settle()
            store.forget_old_failures(STAGE, map(str, paths), run.id)
            run.has_failures = bool(report.failures)
            run.count(failed=len(report.failures))
    finally:
        progress.stop()
    return report


def _save_all(store: Store, found: Iterable[Found], run: Run, progress: Progress) -> AddReport:
    report, batch, links = AddReport(), _Batch(), list[SolutionLink]()
    for item in found:
        match item:
            case Competition():
                batch.competitions.append(item)
            case SolutionLink():
                links.append(item)
            case Failure():
                batch.failures.append(item)
                progress.advance()
            case (document, raw):
                batch.documents.append((document, raw))
                batch.size_bytes += len(raw.content)
                progress.advance()
        if batch.is_full:
            report, batch = _flush(store, batch, report, run), _Batch()
    report = _flush(store, batch, report, run)
    saved = store.save_solution_links(links)
    run.count(new_links=saved.new, changed_links=saved.changed)
    return AddReport(report.documents, report.competitions, saved, report.failures)


def _flush(store: Store, batch: _Batch, report: AddReport, run: Run) -> AddReport:
    with store.bulk():
        competitions = store.save_competitions(batch.competitions, SOURCE)
        documents = store.save_documents(batch.documents)
        succeeded = ((document.name, STAGE) for document, _ in batch.documents)
        store.save_failures(batch.failures, run.id, succeeded=succeeded)
    run.count(new=documents.new, changed=documents.changed, unchanged=documents.unchanged)
    return AddReport(
        report.documents + documents,
        report.competitions + competitions,
        report.links,
        (*report.failures, *batch.failures),
    )
