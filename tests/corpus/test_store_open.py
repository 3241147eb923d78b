from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from store_samples import COMPETITION, analysis, content, document

from corpus import store_open
from corpus.errors import DiskFullError, StoreError
from corpus.schema import MIGRATIONS
from corpus.store import Store


def test_a_new_file_is_made_with_its_folder(tmp_path: Path) -> None:
    with Store.open(tmp_path / "deep" / "er" / "c.db") as store:
        assert store.schema_version == len(MIGRATIONS)
        assert store.execute("PRAGMA journal_mode")[0][0] == "wal"
        assert store.execute("PRAGMA foreign_keys")[0][0] == 1
        assert store.execute("PRAGMA synchronous")[0][0] == 1


def test_what_is_written_is_there_again(tmp_path: Path) -> None:
    with Store.open(tmp_path / "c.db") as store:
        store.set_meta("a", "1")
        store.set_meta("a", "2")
    with Store.open(tmp_path / "c.db", read_only=True) as store:
        assert store.meta("a") == "2"
        assert store.meta("b") is None


def test_read_only_cannot_write(tmp_path: Path) -> None:
    Store.open(tmp_path / "c ?#%.db").close()
    with Store.open(tmp_path / "c ?#%.db", read_only=True) as store:
        with pytest.raises(StoreError, match="permissions"):
            store.set_meta("a", "1")
        with pytest.raises(StoreError):
            store.execute("DELETE FROM meta")


def test_paths_that_hold_no_database_are_refused_with_advice(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("some notes that are no database, and longer than a header of sixteen bytes " * 20)
    with pytest.raises(StoreError, match="folder"):
        Store.open(tmp_path)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(text)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(text, read_only=True)
    with pytest.raises(StoreError, match="miner run"):
        Store.open(tmp_path / "missing.db", read_only=True)
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(text / "c.db")
    assert text.read_text().startswith("some notes")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE shopping (item)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    Store.open(path).close()
    with sqlite3.connect(path) as later:
        later.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    later.close()
    with pytest.raises(StoreError, match="newer version"):
        Store.open(path)


def test_an_older_database_is_migrated_by_writers_and_explained_to_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.db"
    Store.open(path).close()
    later = (*MIGRATIONS, store_open.Migration("later", "CREATE TABLE later (x);"))
    monkeypatch.setattr(store_open, "MIGRATIONS", later)
    monkeypatch.setattr(store_open.migrate, "__defaults__", (later,))
    with pytest.raises(StoreError, match="older version"):
        Store.open(path, read_only=True)
    with Store.open(path) as store:
        assert store.execute("SELECT * FROM later") == []
        assert store.schema_version == len(MIGRATIONS) + 1


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    path = tmp_path / "c.db"
    Store.open(path).close()
    path.chmod(0o444)
    with pytest.raises(StoreError, match="permissions"):
        Store.open(path)


def test_a_folder_that_nobody_can_write_to_can_be_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    path = tmp_path / "shelf" / "c.db"
    Store.open(path).close()
    path.parent.chmod(0o555)
    try:
        with Store.open(path, read_only=True) as store:
            assert store.schema_version == len(MIGRATIONS)
    finally:
        path.parent.chmod(0o755)


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with Store.open(path) as store:
        store.save_competitions([COMPETITION], "folder")
        store.save_document(document(), content(document(), "words " * 5000))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)


def test_a_full_disk_undoes_the_step_and_keeps_the_rest(tmp_path: Path) -> None:
    with Store.open(tmp_path / "c.db") as store:
        store.save_document(document("first"), None)
        pages = store.execute("PRAGMA page_count")[0][0]
        store.execute(f"PRAGMA max_page_count = {pages + 2}")
        big = content(document("second"), os.urandom(50_000).hex())
        with pytest.raises(DiskFullError, match=r"c\.db: the disk is full \(\d+ MB free\)"):
            store.save_document(document("second"), big)
        assert [row["name"] for row in store.execute("SELECT name FROM documents")] == ["first"]
        assert store.checks()[0].ok


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path) -> None:
    with Store.open(tmp_path / "c.db") as one, Store.open(tmp_path / "c.db") as other:
        other.execute("PRAGMA busy_timeout = 100")
        with one.bulk():
            one.set_meta("a", "1")
            assert other.meta("a") is None, "a reader is not disturbed"
            with pytest.raises(StoreError, match="in use"):
                other.set_meta("a", "2")
        other.set_meta("a", "2")
        assert one.meta("a") == "2"


def _open_and_write(path: Path, number: int) -> None:
    with Store.open(path) as store:
        store.set_meta(str(number), "here")


def test_several_may_make_one_new_file_at_once(tmp_path: Path) -> None:
    threads = [threading.Thread(target=_open_and_write, args=(tmp_path / "c.db", n)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(tmp_path / "c.db", read_only=True) as store:
        assert {row["key"] for row in store.execute("SELECT key FROM meta")} == {str(n) for n in range(6)}


def _write_until_killed(path: Path, ready: object) -> None:
    with Store.open(path) as store:
        for number in range(100_000):
            store.save_document(document(f"d{number}"), content(document(f"d{number}")))
            if number == 20:
                ready.set()  # type: ignore[attr-defined]


def test_a_killed_writer_leaves_whole_documents(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=_write_until_killed, args=(tmp_path / "c.db", ready))
    writer.start()
    assert ready.wait(30)
    writer.kill()
    writer.join()
    with Store.open(tmp_path / "c.db") as store:
        assert all(check.ok for check in store.checks())
        without_content = (
            "SELECT count(*) AS n FROM documents WHERE id NOT IN (SELECT document_id FROM document_versions)"
        )
        assert store.execute(without_content)[0]["n"] == 0
        assert store.execute("SELECT count(*) AS n FROM documents")[0]["n"] > 20


def test_an_interruption_inside_bulk_undoes_all_of_it(store: Store) -> None:
    def interrupted() -> None:
        with store.bulk():
            store.save_document(document(), content(document()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.execute("SELECT * FROM documents") == []


def test_a_failed_write_inside_bulk_undoes_itself_alone(store: Store) -> None:
    store.save_competitions([COMPETITION], "folder")
    with store.bulk():
        store.save_document(document(), content(document()))
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            store.replace_analysis(analysis(document()))  # the catalogue is not loaded
        store.set_meta("a", "1")
    assert store.meta("a") == "1"
    assert store.execute("SELECT * FROM blocks") == []
    assert len(store.execute("SELECT * FROM documents")) == 1


def test_lone_surrogates_are_stored_one_for_one(store: Store) -> None:
    store.save_document(document("odd", title="a\ud83db"), None)
    assert store.execute("SELECT title FROM documents")[0]["title"] == "a\ufffdb"
    assert store.save_document(document("odd", title="a\ud83db"), None) == "unchanged"
