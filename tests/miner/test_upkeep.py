"""The commands forget, config and doctor, as they are typed."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from question_sample import fill

from corpus import store_open
from corpus.store import Store
from miner import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "sample.db") as store:
        fill(store)
    return tmp_path / "sample.db"


@pytest.fixture
def run(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line on the sample corpus: exit code, stdout, stderr."""
    monkeypatch.setenv("MINER_DB", str(path))
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("MINER_FOLDERS", "MINER_PACE_S", "KAGGLE_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINER_CONFIG", str(path.with_name("config.toml")))
    path.with_name("config.toml").write_text("", encoding="utf-8")

    def run_main(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run_main


def names(path: Path) -> set[str]:
    with Store.open(path, read_only=True) as store:
        return {row["name"] for row in store.execute("SELECT name FROM documents")}


def test_forget_asks_first_and_a_no_changes_nothing(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = names(path)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, out, err = run("forget", "wu-frogs-1")
    assert (code, out) == (130, "")
    assert "1 document" in err
    assert "wu-frogs-1" in err
    assert names(path) == before
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert run("forget", "wu-frogs-1")[0] == 0
    assert before - names(path) == {"wu-frogs-1"}


def test_forget_says_what_was_removed_and_then_that_nothing_is_left(run: Run, path: Path) -> None:
    code, out, err = run("forget", "https://example.org/wu-frogs-1", "--yes")
    assert (code, err) == (0, "")
    assert out.startswith("removed: 1 document with all that was made from it")
    assert "  wu-frogs-1\n" in out
    assert run("forget", "https://example.org/wu-frogs-1", "--yes")[:2] == (
        0, "forgotten before: nothing is left to remove\n",
    )  # fmt: skip
    assert run("show", "wu-frogs-1")[0] == 1


def test_forget_of_nothing_fails_and_needs_one_name(run: Run) -> None:
    code, out, err = run("forget", "no-such-document", "--yes")
    assert (code, out) == (1, "")
    assert "nothing was changed" in err
    assert run("forget", "--yes")[0] == 2
    assert run("forget", "a", "--author", "b", "--yes")[0] == 2


def test_forget_says_when_another_program_keeps_the_bytes(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.store_open.BUSY_TIMEOUT_MS", 1)
    with Store.open(path, read_only=True) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM documents")
        code, out, err = run("forget", "wu-frogs-1", "--yes")
        assert code == 1
        assert "removed" in out
        assert "give the same command again" in err
    assert run("forget", "wu-frogs-1", "--yes")[0] == 0


def test_config_says_where_what_and_writes_a_sample_once(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = path.with_name("config.toml")
    assert run("config", "path") == (0, f"{file}\n", "")
    assert run("config", "init")[0] == 2
    assert file.read_text() == ""
    file.write_text("[refresh]\nmax_seconds = 9\n")
    monkeypatch.setenv("MINER_PACE_S", "4")
    rows = {row["key"]: row for row in json.loads(run("config", "show", "--format", "json")[1])["rows"]}
    assert rows["refresh.max_seconds"] == {"key": "refresh.max_seconds", "value": "9", "from": "file"}
    assert rows["refresh.pace_s"]["from"] == "MINER_PACE_S"
    assert rows["sources.blogs.feeds"] == {"key": "sources.blogs.feeds", "value": "[]", "from": "default"}
    file.unlink()
    monkeypatch.setenv("MINER_CONFIG", str(path.parent / "new" / "c.toml"))
    assert run("config", "init")[0] == 0
    assert run("config", "show")[0] == 0
    (path.parent / "new" / "c.toml").write_text("[refresh]\npace = 4\n")
    code, _, err = run("status")
    assert code == 2
    assert "refresh.pace_s" in err


def test_doctor_repairs_the_search_index(run: Run, path: Path) -> None:
    with Store.open(path) as store, store.bulk():
        store.execute("UPDATE blocks SET text = text || ' more'")
    found = {row["check"]: row for row in json.loads(run("doctor", "--format", "json")[1])["rows"]}
    assert found["search index"]["result"] == "WRONG"
    assert {"Kaggle credentials", "clock", "size", "place", "network"} <= found.keys()
    found = {row["check"]: row for row in json.loads(run("doctor", "--repair-search", "--format", "json")[1])["rows"]}
    assert found["search index"]["result"] == "ok"


def test_doctor_never_shows_a_credential(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_API_TOKEN", "KGAT_do-not-show")
    _, out, err = run("-v", "doctor")
    assert "found in KAGGLE_API_TOKEN" in out
    assert "do-not-show" not in out + err


def test_a_full_disk_ends_with_its_own_code_and_keeps_what_was_there(
    run: Run, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, prepare = names(path), store_open._prepare

    def prepare_small(connection: sqlite3.Connection, *, read_only: bool) -> None:
        prepare(connection, read_only=read_only)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")

    (tmp_path / "big.md").write_text(os.urandom(200_000).hex(), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(store_open, "_prepare", prepare_small)
        code, out, err = run("add", str(tmp_path / "big.md"))
    assert (code, out) == (74, "")
    assert f"{path}: the disk is full" in err
    assert "MB free" in err
    assert names(path) == before
    with Store.open(path) as store:
        assert store.checks()[0].ok
