"""The database as one object; with its `store_*` neighbours the only module that writes SQL.

Every method that writes is atomic: one document, one transaction. Inside `bulk()` they share one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from corpus import (
    store_analysis,
    store_catalogue,
    store_checks,
    store_competitions,
    store_documents,
    store_forget,
    store_open,
    store_runs,
    store_settle,
    store_unknown,
)
from corpus.catalogue.curated import CuratedCompetition
from corpus.records import (
    Architecture,
    Benchmark,
    Competition,
    Document,
    DocumentAnalysis,
    Failure,
    RawDocument,
    SolutionLink,
    TaskType,
)
from corpus.store_checks import Check
from corpus.store_corrections import CorrectionStore
from corpus.store_counts import NO_ROWS, Change, Counts
from corpus.store_crawl import Content, CrawlStore
from corpus.store_open import MEMORY, Value, explained, transaction

__all__ = ["MEMORY", "NO_ROWS", "Check", "Content", "Counts", "Outcome", "Store", "Value"]

Outcome = Literal["done", "failures", "interrupted", "error"]
BATCH_DOCUMENTS = 200
BATCH_BYTES = 16_000_000


def utc_now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


class Store:
    """One open database; use it as a context manager.

    Methods raise StoreError where the file cannot be read or written as it is.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self._connection = connection
        self._clock = now
        self._indexes_words = True
        self.crawl = CrawlStore(connection, path, self._writing, self._now)
        self.corrections = CorrectionStore(connection, path, self._writing, self._now)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, now: Callable[[], datetime] = utc_now) -> Self:
        """The database at `path`, made or migrated first unless it is opened read-only.

        Args:
            path: a file, or ":memory:" for a database that lasts as long as the object.
            read_only: nothing can be written through it, and several may be open beside one writer.
            now: clock for the columns that say when; tests fix it.

        Raises:
            StoreError: with what to do, when the path is a folder, not writable, missing (read-only), not a database
                of ours, or newer than this program.
        """
        return cls(store_open.connect(path, read_only=read_only), path, now)

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Reading

    def execute(self, sql: str, params: Sequence[Value] | Mapping[str, Value] = ()) -> list[sqlite3.Row]:
        """All rows of one query; for the views layer, which only reads."""
        with explained(self.path):
            return self._connection.execute(sql, params).fetchall()

    def each(self, sql: str, params: Sequence[Value] = ()) -> Iterator[sqlite3.Row]:
        """The rows of one query one after the other, never all held at once; for the views layer."""
        with explained(self.path):
            yield from self._connection.execute(sql, params)

    @property
    def schema_version(self) -> int:
        """Number of migrations applied."""
        return int(self.execute("PRAGMA user_version")[0][0])

    def meta(self, key: str) -> str | None:
        """A single fact about this database, or None."""
        rows = self.execute("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def competitions(self) -> Iterator[Competition]:
        """All competitions by id."""
        with explained(self.path):
            yield from store_competitions.read_competitions(self._connection)

    def competitions_to_label(self) -> Iterator[Competition]:
        """Competitions by id without those whose shipped labels stand: they were made from texts that do not ship."""
        with explained(self.path):
            yield from store_competitions.read_competitions(self._connection, without_shipped_labels=True)

    def documents(self) -> Iterator[Document]:
        """All documents by name, without content; `copy_of` is the settled one."""
        with explained(self.path):
            yield from store_documents.read_documents(self._connection)

    def stale_documents(self, made_by: str, *, all: bool = False) -> Iterator[tuple[Document, RawDocument]]:
        """Documents that are new, changed, or analysed by another `made_by`, in order of their names.

        A few are in memory at a time, and what is written meanwhile does not disturb the order.

        Args:
            made_by: extractor and catalogue version that claims should carry.
            all: every document that has content.
        """
        with explained(self.path):
            yield from store_documents.stale_documents(self._connection, made_by, everything=all)

    def count_stale(self, made_by: str, *, all: bool = False) -> int:
        """How many documents `stale_documents` gives."""
        with explained(self.path):
            return store_documents.count_stale(self._connection, made_by, everything=all)

    def checks(self) -> tuple[Check, ...]:
        """What is right and wrong with the file and between its rows; reads all of it."""
        with explained(self.path):
            return tuple(store_checks.check_database(self._connection))

    # Writing what sources say

    @contextmanager
    def bulk(self, *, defer_search: bool = False) -> Iterator[None]:
        """One transaction around many writes: all of them or none.

        Args:
            defer_search: build the search index anew at the end instead of row by row; pays when most of the blocks
                in the database are written inside.
        """
        with self._writing():
            self._indexes_words = not defer_search
            try:
                yield
                if defer_search:
                    self._connection.execute(store_analysis.REBUILD_SQL)
            finally:
                self._indexes_words = True

    def set_meta(self, key: str, value: str) -> None:
        """Keep a single fact about this database."""
        with self._writing():
            self._connection.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def save_source(self, name: str, kind: str, location: str | None = None, licence: str | None = None) -> None:
        """Keep where rows come from; what is None leaves what is known."""
        with self._writing():
            store_competitions.save_source(self._connection, self._now(), (name, kind, location, licence))

    def save_competitions(self, competitions: Iterable[Competition], source: str) -> Counts:
        """Merge competitions into what is known: starter facts yield to every other source, gaps are filled."""
        counts = Counts()
        with self._writing():
            store_competitions.ensure_source(self._connection, self._now(), source)
            for competition in competitions:
                counts += Counts.of(
                    store_competitions.save_competition(self._connection, self._now(), competition, source)
                )
        return counts

    def save_solution_links(self, links: Iterable[SolutionLink]) -> Counts:
        """Keep an index's links, by competition and canonical url."""
        with self._writing():
            return store_competitions.save_solution_links(self._connection, self._now(), links)

    def save_task_types(self, task_types: Iterable[TaskType], of: Collection[tuple[str, str]] = ()) -> Counts:
        """Replace the labels of each (competition, source) met; counts are of those pairs.

        Args:
            task_types: the labels.
            of: pairs (competition_id, source) whose labels go even when `task_types` holds none for them.
        """
        with self._writing():
            return store_competitions.save_task_types(self._connection, task_types, of)

    def save_document(self, document: Document, raw: RawDocument | None) -> Change:
        """Keep a document and a version of its content; equal content and facts write nothing.

        Only new content makes its claims stale. Call `settle` once all documents of a run are in.
        """
        with self._writing():
            return store_documents.save_document(self._connection, self._now(), document, raw)

    def save_documents(self, documents: Iterable[tuple[Document, RawDocument | None]]) -> Counts:
        """The same for many, committed in batches: an interruption loses the last batch at most."""
        counts, batch, size = Counts(), [], 0
        for document, raw in documents:
            batch.append((document, raw))
            size += len(raw.content) if raw else 0
            if len(batch) >= BATCH_DOCUMENTS or size >= BATCH_BYTES:
                counts += self._save_batch(batch)
                batch, size = [], 0
        return counts + self._save_batch(batch)

    def save_starter_documents(self, documents: Iterable[tuple[Document, str | None]]) -> Counts:
        """Keep shipped facts of documents, each with its solution id; what another source has brought stays."""
        counts = Counts()
        with self._writing():
            for document, solution in documents:
                counts += Counts.of(
                    store_documents.save_starter_document(self._connection, self._now(), document, solution)
                )
        return counts

    def load_catalogue(
        self, architectures: Iterable[Architecture], benchmarks: Iterable[Benchmark], version: str
    ) -> bool:
        """Put this catalogue into the tables; False when this version is there already."""
        if self.meta("catalogue_version") == version:
            return False
        with self._writing():
            store_catalogue.replace_catalogue(self._connection, architectures, benchmarks)
            self.set_meta("catalogue_version", version)
        return True

    def load_curated(self, competitions: Iterable[CuratedCompetition], version: str) -> bool:
        """Put these shipped facts in the place of the old; False when this version is there already."""
        if self.meta("curated_version") == version:
            return False
        with self._writing():
            store_catalogue.replace_curated(self._connection, competitions)
            self.set_meta("curated_version", version)
        return True

    # Deciding for the whole corpus

    def settle(self) -> None:
        """Recompute solutions and copies; at the end of every command that saved something."""
        with self._writing():
            self.settle_solutions()
            self.settle_copies()

    def settle_solutions(self) -> None:
        """Recompute which solution each document is of, and each solution's rank with its strongest source."""
        with self._writing():
            store_settle.settle_solutions(self._connection)

    def settle_copies(self) -> None:
        """Recompute which documents are copies; a copy always points at an original."""
        with self._writing():
            store_settle.settle_copies(self._connection)

    # Writing what analysis derives

    def replace_analysis(self, analysis: DocumentAnalysis, run_id: int | None = None) -> bool:
        """Put a document's new blocks, claims and failures in the place of the old.

        Claims of starter facts have content_hash "" and no spans; they never replace those of a document with content,
        and False is returned.
        """
        with self._writing():
            is_replaced = store_analysis.replace_analysis(
                self._connection, self._now(), analysis, run_id, index_words=self._indexes_words
            )
            if is_replaced:
                self.corrections.apply_to_new_claims(analysis.document_id)
            return is_replaced

    def settle_unknown_names(self) -> int:
        """Give every architecture that the catalogue lacks one spelling across documents; how many claims changed."""
        with self._writing():
            return store_unknown.settle_unknown_names(self._connection)

    def rebuild_search(self) -> None:
        """Make the search index anew from the blocks."""
        with self._writing():
            self._connection.execute(store_analysis.REBUILD_SQL)

    def mark_unreadable(self, analysis: DocumentAnalysis, run_id: int | None = None) -> None:
        """Drop a document's claims and keep why it cannot be read; it waits until it or the extractor changes."""
        with self._writing():
            store_analysis.mark_unreadable(
                self._connection, self._now(), analysis, run_id, index_words=self._indexes_words
            )
            self.corrections.apply_to_new_claims(analysis.document_id)

    # Runs and failures

    def begin_run(self, command: str) -> int:
        """The id of a new row in `runs`."""
        with self._writing():
            return store_runs.begin_run(self._connection, self._now(), command)

    def end_run(self, run_id: int, outcome: Outcome, counts: Mapping[str, int]) -> None:
        """Say how a run ended and what it did."""
        with self._writing():
            store_runs.end_run(self._connection, self._now(), run_id, outcome, counts)

    def save_failures(
        self, failures: Iterable[Failure], run_id: int | None = None, *, succeeded: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Keep failures, and forget those of every (item, stage) that has `succeeded` since."""
        with self._writing():
            store_runs.clear_failures(self._connection, succeeded)
            store_runs.save_failures(self._connection, self._now(), failures, run_id)

    def forget_old_failures(self, stage: str, roots: Iterable[str], run_id: int) -> None:
        """Forget the failures of a stage at or below these paths that were not met again in this run."""
        with self._writing():
            store_runs.forget_old_failures(self._connection, stage, roots, run_id)

    def _save_batch(self, batch: Iterable[tuple[Document, RawDocument | None]]) -> Counts:
        counts = Counts()
        with self._writing():
            for document, raw in batch:
                counts += Counts.of(store_documents.save_document(self._connection, self._now(), document, raw))
        return counts

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with explained(self.path), transaction(self._connection):
            yield

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="seconds")

    # Forgetting

    def select_document(self, reference: str) -> store_forget.Selection:
        """What `forget` would remove for a document's id, name or address."""
        with explained(self.path):
            return store_forget.select_document(self._connection, reference)

    def select_author(self, name: str) -> store_forget.Selection:
        """What `forget` would remove for a person's name or account."""
        with explained(self.path):
            return store_forget.select_author(self._connection, name)

    def forget(self, selection: store_forget.Selection) -> None:
        """Remove what was selected for good, in one step; call `wipe` afterwards."""
        self.execute("PRAGMA secure_delete = ON")
        with self._writing():
            store_forget.forget(self._connection, self._now(), selection)
            self.settle()

    def wipe(self) -> bool:
        """Whether no removed byte is left in the file or its log: False while another program holds it open."""
        with explained(self.path):
            return store_forget.wipe(self._connection)
