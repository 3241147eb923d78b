from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from corpus.ids import content_hash, document_id
from corpus.records import Competition, Document, DocumentKind, Failure, RawDocument, SolutionLink
from corpus.store import Counts, Store
from miner.jobs.add import Found, add_paths

FROGS = Competition("kaggle/frogs", "frogs", "kaggle", "Find the Frogs")
BROKEN = Failure("broken.ipynb", "add", "byte 0", "not JSON")


class Recorder:
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.n, self.is_running = 0, False

    def start(self, total: int | None, what: str) -> None:
        self.is_running = True

    def advance(self, n: int = 1) -> None:
        self.n += n

    def stop(self) -> None:
        self.is_running = False


def pair(name: str, text: str = "We used ResNet.") -> tuple[Document, RawDocument]:
    key, raw = document_id(None, name), text.encode()
    return Document(key, name, DocumentKind.WRITEUP, "md", competition_id=FROGS.id), RawDocument(
        key, raw, content_hash(raw)
    )


def reader(*found: Found) -> object:
    def read(paths: Sequence[Path]) -> Iterator[Found]:
        assert paths == [Path("notes")]
        yield from found

    return read


def add(store: Store, *found: Found, progress: Recorder | None = None) -> object:
    return add_paths(store, [Path("notes")], progress, read=reader(*found))  # type: ignore[arg-type]


def runs(store: Store) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.execute("SELECT command, outcome, counts FROM runs ORDER BY id")]


def test_everything_that_was_found_is_kept(store: Store) -> None:
    progress = Recorder()
    link = SolutionLink(FROGS.id, "https://example.org/a", 1, "description", "index")
    report = add_paths(store, [Path("notes")], progress, read=reader(pair("a"), BROKEN, link, FROGS, pair("b")))  # type: ignore[arg-type]
    assert report.documents == Counts(new=2)
    assert report.competitions == report.links == Counts(new=1)
    assert report.failures == (BROKEN,)
    assert not report.is_unchanged
    assert (progress.n, progress.is_running) == (3, False)
    assert [d.name for d in store.documents()] == ["a", "b"]
    assert [row["item"] for row in store.execute("SELECT item FROM failures")] == ["broken.ipynb"]
    assert runs(store)[0][:2] == ("add", "failures")


def test_the_same_again_changes_nothing_and_says_so(store: Store) -> None:
    found = (FROGS, pair("a"), SolutionLink(FROGS.id, "https://example.org/a", 1, "code", "index"))
    assert not add_paths(store, [Path("notes")], read=reader(*found)).is_unchanged  # type: ignore[arg-type]
    tables = ("competitions", "documents", "document_versions", "solutions", "solution_links")
    before = [store.execute(f"SELECT * FROM {table}") for table in tables]
    report = add_paths(store, [Path("notes")], read=reader(*found))  # type: ignore[arg-type]
    assert report.is_unchanged
    assert report.documents == Counts(unchanged=1)
    assert [store.execute(f"SELECT * FROM {table}") for table in tables] == before
    assert runs(store)[1][:2] == ("add", "done")


def test_ranks_and_copies_are_settled(store: Store) -> None:
    add(store, pair("b"), pair("a"))
    found = store.execute("SELECT document, copy_of IS NOT NULL, solution_id IS NOT NULL FROM v_documents ORDER BY 1")
    assert [tuple(row) for row in found] == [("a", 0, 1), ("b", 1, 1)]


def test_a_failure_goes_when_its_document_can_be_read(store: Store) -> None:
    add(store, Failure("a", "add", "", "empty"))
    add(store, pair("a"))
    assert store.execute("SELECT * FROM failures") == []


def test_a_failure_goes_when_its_path_is_read_again_without_it(store: Store) -> None:
    add(store, Failure("notes/a.md", "add", "", "empty"), Failure("notes/b.md", "add", "", "empty"))
    add(store, Failure("notebook.md", "add", "", "empty"))
    add(store, Failure("notes/b.md", "add", "", "empty"))
    assert [row["item"] for row in store.execute("SELECT item FROM failures ORDER BY item")] == [
        "notebook.md",
        "notes/b.md",
    ]


def test_what_is_committed_survives_an_interruption(store: Store) -> None:
    def read(paths: Sequence[Path]) -> Iterator[Found]:
        for number in range(130):
            yield pair(f"d{number}", f"text {number}")
        raise KeyboardInterrupt

    progress = Recorder()
    with pytest.raises(KeyboardInterrupt):
        add_paths(store, [Path("notes")], progress, read=read)
    assert not progress.is_running
    assert len(list(store.documents())) == 100
    assert runs(store)[0][:2] == ("add", "interrupted")
    assert len(store.execute("SELECT * FROM solutions")) == 100


def test_an_error_is_recorded_and_passes_through(store: Store) -> None:
    def read(paths: Sequence[Path]) -> Iterator[Found]:
        yield pair("a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_paths(store, [Path("notes")], read=read)
    assert runs(store)[0][:2] == ("add", "error")
