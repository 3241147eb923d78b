"""What the store does when things go wrong; more of it in test_store_open.py. `docs/faults.md` names these tests."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from store_samples import BENCHMARKS, COMPETITION, FAMILIES, TEXT, analysis, content, document, link, starter_claim

from corpus import store_analysis, store_documents, store_open, store_place
from corpus.errors import StoreError, UsageError
from corpus.records import Failure, Filters
from corpus.schema import MIGRATIONS
from corpus.store import MEMORY, Store
from corpus.store_open import migrate, split_statements, storable
from corpus.store_place import network_kind
from miner.jobs.add import add_paths
from miner.jobs.ask_search import search

N_STATEMENTS = sum(len(list(split_statements(migration.sql))) for migration in MIGRATIONS)


class StoppedError(RuntimeError):
    """The failpoint was reached."""


class Stopping(sqlite3.Connection):
    """A connection that does something instead of the n-th statement that makes or changes a table."""

    at = -1
    instead: Callable[[], None]

    def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
        if sql.lstrip().upper().startswith(("CREATE", "ALTER", "DROP", "INSERT")):
            self.at -= 1
            if self.at < 0:
                self.instead()
        return super().execute(sql, parameters)  # type: ignore[arg-type]


def stop() -> None:
    raise StoppedError


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stopping(path: Path, at: int, instead: Callable[[], None]) -> Stopping:
    connection = sqlite3.connect(path, isolation_level=None, factory=Stopping)
    connection.at, connection.instead = at, instead
    return connection


@pytest.mark.parametrize("at", range(0, N_STATEMENTS, 3))
def test_a_migration_that_stops_at_any_statement_leaves_nothing_and_is_done_by_the_next(
    tmp_path: Path, at: int
) -> None:
    connection = stopping(tmp_path / "c.db", at, stop)
    with pytest.raises(StoppedError):
        migrate(connection)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    connection.close()
    with Store.open(tmp_path / "c.db") as store:
        assert store.schema_version == len(MIGRATIONS)
        assert all(check.ok for check in store.checks())


def _migrate_until_killed(path: Path, at: int) -> None:
    migrate(stopping(path, at, kill))


def test_a_migration_that_is_killed_is_done_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with sqlite3.connect(path, isolation_level=None) as older:  # an older version with a row in it
        migrate(older, MIGRATIONS[:1])
        older.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    older.close()
    n_first = len(list(split_statements(MIGRATIONS[0].sql)))
    process = multiprocessing.get_context("spawn").Process(
        target=_migrate_until_killed, args=(path, N_STATEMENTS - n_first - 2)
    )
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    with sqlite3.connect(path) as between:
        assert between.execute("PRAGMA user_version").fetchone()[0] == 1
    between.close()
    with Store.open(path) as store:
        assert (store.schema_version, store.meta("kept")) == (len(MIGRATIONS), "yes")


def write_everything(store: Store) -> None:
    """Every kind of write there is."""
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    store.save_source("folder", "folder")
    store.save_competitions([COMPETITION], "folder")
    store.save_solution_links([link("https://example.org/a", 1)])
    store.save_starter_documents([(document("s", source="starter"), None)])
    store.replace_analysis(starter_claim(document("s")))
    store.save_document(document("d"), content(document("d")))
    store.save_documents([(document("e"), content(document("e")))])
    store.replace_analysis(analysis(document("d")))
    store.mark_unreadable(analysis(document("e")))
    run = store.begin_run("test")
    store.save_failures([Failure("x", "add", "", "why")], run, succeeded=[("y", "add")])
    store.forget_old_failures("add", ["x"], run)
    store.end_run(run, "done", {})
    store.settle()
    store.rebuild_search()
    store.forget(store.select_document("d"))


def test_every_write_stands_inside_begin_immediate(store: Store) -> None:
    said: list[str] = []
    store._connection.set_trace_callback(said.append)
    write_everything(store)
    is_inside, n_writes = False, 0
    for statement in said:
        first = statement.split()[0].upper()
        if first == "BEGIN":
            assert statement == "BEGIN IMMEDIATE"
        is_inside = first == "BEGIN" or (is_inside and first not in {"COMMIT", "ROLLBACK"})
        if first in {"INSERT", "UPDATE", "DELETE", "CREATE", "DROP"}:
            n_writes += 1
            assert is_inside, statement
    assert n_writes > 40


def test_reading_and_then_writing_waits_for_a_writer_instead_of_failing_at_once(tmp_path: Path) -> None:
    """In a transaction that began by reading, SQLite would refuse the write without waiting at all."""
    with Store.open(tmp_path / "c.db") as one, Store.open(tmp_path / "c.db") as other:
        one.set_meta("n", "1")
        with other.bulk():  # reads first, then writes, and nobody came between
            assert other.meta("n") == "1"
            one.execute("PRAGMA busy_timeout = 20")
            with pytest.raises(StoreError, match="in use"):
                one.set_meta("n", "2")
            other.set_meta("n", "3")
        assert one.meta("n") == "3"


def filled(path: Path) -> None:
    with Store.open(path) as store:
        store.save_competitions([COMPETITION], "folder")
        for number in range(40):
            one = document(f"d{number}")
            store.save_document(one, content(one, os.urandom(4000).hex()))


def spoil(path: Path, page: int) -> bytes:
    """The file after 3 kB of one page were overwritten."""
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 3000)
    return path.read_bytes()


@pytest.mark.parametrize("table", ["documents", "document_versions", "claims_document", "meta", "competitions"])
def test_a_spoilt_page_is_named_and_the_file_is_left_alone(tmp_path: Path, table: str) -> None:
    path = tmp_path / "c.db"
    filled(path)
    with Store.open(path) as store:
        page = store.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))[0][0]
    before = spoil(path, page)
    try:
        with Store.open(path) as store:
            problems = [check.detail for check in store.checks() if not check.ok]
    except StoreError as error:
        problems = [str(error)]
    assert any("page" in problem or "damaged" in problem or "malformed" in problem for problem in problems), problems
    assert path.read_bytes() == before


def test_content_that_was_spoilt_is_named_and_never_analysed(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    filled(path)
    raw = path.read_bytes()
    place = raw.index(bytes(_raw(path))[200:260])
    path.write_bytes(raw[:place] + b"\xa5" * 60 + raw[place + 60 :])
    with Store.open(path) as store:
        assert [check.name for check in store.checks() if not check.ok] == ["content"]
        with pytest.raises(StoreError, match="d7 is damaged"):
            list(store.stale_documents("x"))


def _raw(path: Path) -> bytes:
    with Store.open(path, read_only=True) as store:
        sql = "SELECT raw FROM document_versions v JOIN documents d ON d.id = v.document_id WHERE d.name = 'd7'"
        return bytes(store.execute(sql)[0][0])


@given(st.binary(max_size=600), st.booleans())
def test_any_bytes_are_a_database_or_refused_and_never_changed(junk: bytes, has_header: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.db"
        path.write_bytes(before := (b"SQLite format 3\0" if has_header else b"") + junk)
        if not before:
            return
        with pytest.raises(StoreError, match=r"c\.db"):
            Store.open(path)
        assert path.read_bytes() == before


def test_a_search_index_that_differs_is_found_and_made_anew(store: Store) -> None:
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    store.save_competitions([COMPETITION], "folder")
    store.save_document(document(), content(document()))
    store.replace_analysis(analysis(document()))
    with store.bulk():
        store.execute("UPDATE blocks SET text = 'entirely other words'")
    (found,) = [check for check in store.checks() if check.name == "search index"]
    assert not found.ok
    assert "--repair-search" in found.detail
    store.rebuild_search()
    assert all(check.ok for check in store.checks() if check.name == "search index")
    assert len(store.execute("SELECT rowid FROM block_search WHERE block_search MATCH 'entirely'")) == 1


ODD = ("a\0b", "\0", "x\ud800y", "\udfff", "é\0\ud83d")


@pytest.mark.parametrize("odd", ODD)
def test_odd_characters_become_one_mark_each_everywhere(store: Store, odd: str) -> None:
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    store.save_competitions([COMPETITION], "folder")
    given_ = document("d", title=odd, author=odd, votes=2**63, licence=odd)
    text = f"{odd} {TEXT}"
    store.save_document(given_, content(given_, TEXT))
    store.replace_analysis(analysis(given_, TEXT))
    assert store.save_document(given_, content(given_, TEXT)) == "unchanged"
    row = store.execute("SELECT title, length(title) AS n, author, licence, votes FROM documents")[0]
    assert row["title"] == row["author"] == row["licence"] == storable(odd)
    assert row["n"] == len(odd)
    assert "\0" not in row["title"]
    assert float(row["votes"]) == float(2**63)
    store.save_failures([Failure(odd, "add", odd, text)], succeeded=[(odd, "other")])
    store.save_failures([], succeeded=[(odd, "add")])
    assert store.execute("SELECT * FROM failures") == []


def test_a_span_behind_a_nul_is_still_true(store: Store) -> None:
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    store.save_competitions([COMPETITION], "folder")
    store.save_document(document(), content(document()))
    found = analysis(document(), TEXT)
    (block,), nul = found.blocks, f"{TEXT[:7]}\0{TEXT[8:]}"
    claim = found.claims[0]
    claim = replace(
        claim,
        reasons=tuple(replace(reason, quote=nul) for reason in claim.reasons),
        evidence=tuple(replace(item, quote=nul) for item in claim.evidence),
    )
    store.replace_analysis(replace(found, blocks=(replace(block, text=nul),), claims=(claim,)))
    assert all(check.ok for check in store.checks())


@given(
    st.one_of(st.text(st.characters(codec=None, categories=None)), st.integers(), st.floats(), st.binary(), st.none())
)
def test_what_is_storable_can_be_stored(value: str | int | float | bytes | None) -> None:
    connection = sqlite3.connect(MEMORY)
    kept = connection.execute("SELECT ?", (storable(value),)).fetchone()[0]
    connection.close()
    if isinstance(value, float):
        assert kept == value or kept is None, "NaN becomes NULL"
    elif isinstance(value, str):
        assert len(kept) == len(value)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        assert kept is None or kept == float(value), "the nearest float, or unknown"
    else:
        assert kept == value


def test_text_and_hash_of_a_document_are_written_together_or_not_at_all(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    store.save_competitions([COMPETITION], "folder")
    store.save_document(document(), content(document()))
    store.replace_analysis(analysis(document()))

    def state() -> list[list[tuple[object, ...]]]:
        tables = ("documents", "document_versions", "blocks", "claims", "evidence")
        return [[tuple(row) for row in store.execute(f"SELECT * FROM {table}")] for table in tables]

    before = state()
    with monkeypatch.context() as patch:
        patch.setattr(store_documents, "_save_version", lambda *_: stop())
        with pytest.raises(StoppedError):
            store.save_document(document(), content(document(), "new text"))
        patch.setattr(store_analysis, "insert_claims", lambda *_: stop())
        with pytest.raises(StoppedError):
            store.replace_analysis(analysis(document(), f"Now. {TEXT}"))
    assert state() == before


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("", None),
        ("disk / ext4 rw 0 0", None),
        ("disk / ext4 rw 0 0\nbox:/home /home nfs4 rw 0 0", "nfs4"),
        ("box:/ / nfs rw 0 0\ndisk /home ext4 rw 0 0", None),
        ("box:/h /homes cifs rw 0 0\ndisk / ext4 rw 0 0", None),
        ("//box/share /home/my\\040self cifs rw 0 0", "cifs"),
        ("odd line", None),
    ],
)
def test_a_network_drive_is_known_by_its_longest_mount(mounts: str, kind: str | None) -> None:
    assert network_kind(Path("/home/my self/c.db"), mounts) == kind


def test_on_a_network_drive_no_log_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"box:/x {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(store_place, "MOUNTS", table)
    with Store.open(tmp_path / "c.db") as store:
        assert store.execute("PRAGMA journal_mode")[0][0] == "delete"
        store.set_meta("a", "1")
    with Store.open(tmp_path / "c.db", read_only=True) as store:
        assert store.meta("a") == "1"


def test_a_reader_that_stays_lets_the_log_grow_and_is_not_disturbed(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    filled(path)
    with Store.open(path, read_only=True) as reader, Store.open(path) as writer:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM documents")[0][0] == 40
        for number in range(100):
            writer.set_meta(str(number), "x" * 5000)
        assert (tmp_path / "c.db-wal").stat().st_size > 400_000
        assert reader.meta("5") is None
        reader.execute("COMMIT")
        assert reader.meta("5") is not None
    assert store_open.BUSY_TIMEOUT_MS == 10_000


QUERIES = [
    "c++", "u-net", "resnet-50", "AND", "OR NOT", 'a "quoted', "", "NEAR(a b)", "text:words", "*", "^start", "(",
    "it's", "a\0b", "col : x", "x\ud800",
]  # fmt: skip


@pytest.mark.parametrize("words", QUERIES)
def test_any_words_can_be_searched_for(store: Store, words: str) -> None:
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    store.save_competitions([COMPETITION], "folder")
    text = f"Of all, EfficientNet-B0 with {words or 'nothing'} was best.".encode("utf-8", "replace").decode()
    store.save_document(document(), content(document(), text))
    store.replace_analysis(analysis(document(), text))
    if any(char.isalnum() for char in words):
        assert len(search(store, words, Filters(), limit=5).rows) == 1
    else:
        with pytest.raises(UsageError, match="letter or a digit"):
            search(store, words, Filters(), limit=5)


def test_keys_that_nobody_knows_change_no_table(store: Store, tmp_path: Path) -> None:
    def columns() -> list[tuple[object, ...]]:
        return [tuple(row) for row in store.execute("SELECT name, sql FROM sqlite_master ORDER BY name")]

    before = columns()
    odd = {f"surprise_{number}": number for number in range(3000)}
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    row = {"doc_id": "a", "kind": "writeup", "format": "md", "path": "a.md", "title": "A", **odd}
    (tmp_path / "documents.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert add_paths(store, [tmp_path]).documents.new == 1
    assert columns() == before
