"""Two corpora in one: what comes over, what stays, and that doing it again changes nothing."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.runners import run_serial
from corpus.corrections import Correction, Field
from corpus.errors import StoreError
from corpus.ids import content_hash, document_id
from corpus.records import (
    Competition,
    Document,
    DocumentKind,
    LeaderboardRank,
    RankSource,
    RankStatement,
    RawDocument,
    SolutionLink,
)
from corpus.store import Store
from miner import cli
from miner.jobs.add_database import MergeReport, add_database, is_database
from miner.jobs.analyse import analyse
from miner.jobs.starter import load_starter

EARLY, LATE = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)
URL = "https://example.net/ferns"
OLD, NEW = "# 3rd place\n\nWe used LightGBM.\n", "# 3rd place\n\nWe used LightGBM and CatBoost.\n"


def fern(author: str | None = "fernfriend") -> Document:
    return Document(
        document_id(URL, "ferns"), "ferns", DocumentKind.WRITEUP, "md", "Ferns", author, URL, "made-up/ferns",
        (RankStatement(RankSource.AUTHOR, 3, "title"),),
    )  # fmt: skip


def make(path: Path, text: str, now: datetime) -> Path:
    """A corpus with one write-up seen at `now`."""
    with Store.open(path, now=lambda: now) as store:
        store.save_competitions([Competition("made-up/ferns", "ferns", "made-up", "Ferns", year=2025)], "folder")
        store.save_document(fern(), RawDocument(fern().id, text.encode(), content_hash(text.encode())))
        store.settle()
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another corpus: a newer text, a link, a leaderboard and a correction."""
    path = make(tmp_path / "other.db", NEW, LATE)
    with Store.open(path) as store:
        store.save_solution_links([SolutionLink("made-up/ferns", URL, 4, "description", "an index (MIT)")])
        store.crawl.save_ranks([LeaderboardRank("made-up/ferns", "fernfriend", False, 2, medal="gold")])
        store.corrections.save([correction("seen on the final leaderboard")])
        store.settle()
    return path


def correction(note: str, at: str = "2026-11-05T00:00:00+00:00") -> Correction:
    return Correction("c1", fern().id, "ferns", Field.RANK, {"rank": 1, "source": "leaderboard"}, note, at, url=URL)


def merged(path: Path, other: Path) -> MergeReport:
    with Store.open(path) as store:
        return add_database(store, other)


def test_an_empty_corpus_takes_all_of_it(tmp_path: Path, other: Path) -> None:
    report = merged(tmp_path / "mine.db", other)
    assert (report.added.documents.new, report.added.competitions.new, report.added.links.new) == (1, 1, 1)
    assert report.n_corrections == 1
    with Store.open(tmp_path / "mine.db") as store:
        analyse(store, run_serial)
        names = {row[0] for row in store.execute("SELECT name FROM claims")}
        assert {"LightGBM", "CatBoost"} <= names
        solution = store.execute(
            "SELECT s.rank, s.rank_source FROM documents d JOIN solutions s ON s.id = d.solution_id"
        )
        assert [tuple(row) for row in solution] == [(1, "leaderboard")]
        assert {row[0] for row in store.execute("SELECT source FROM document_ranks")} >= {"leaderboard", "author"}


def test_doing_it_again_changes_nothing(tmp_path: Path, other: Path) -> None:
    merged(tmp_path / "mine.db", other)
    again = merged(tmp_path / "mine.db", other)
    assert again.added.is_unchanged
    assert (again.n_corrections, again.n_older) == (0, 0)


@pytest.mark.parametrize(("mine", "seen", "stays"), [(OLD, EARLY, NEW), (OLD, datetime(2026, 11, 12, tzinfo=UTC), OLD)])
def test_the_version_seen_later_stays(tmp_path: Path, other: Path, mine: str, seen: datetime, stays: str) -> None:
    report = merged(make(tmp_path / "mine.db", mine, seen), other)
    assert report.n_older == (1 if stays == OLD else 0)
    with Store.open(tmp_path / "mine.db") as store:
        assert [raw.content.decode() for _, raw in store.stale_documents("", all=True)] == [stays]


def test_the_newer_correction_holds(tmp_path: Path, other: Path) -> None:
    with Store.open(make(tmp_path / "mine.db", NEW, LATE)) as store:
        store.corrections.save([correction("mine, later", at="2026-11-06T00:00:00+00:00")])
    merged(tmp_path / "mine.db", other)
    with Store.open(tmp_path / "mine.db") as store:
        assert [one.note for one in store.corrections.all()] == ["mine, later"]


def test_what_was_forgotten_here_does_not_come_back(tmp_path: Path, other: Path) -> None:
    with Store.open(make(tmp_path / "mine.db", OLD, EARLY)) as store:
        store.forget(store.select_author("fernfriend"))
    merged(tmp_path / "mine.db", other)
    with Store.open(tmp_path / "mine.db") as store:
        assert store.execute("SELECT count(*) FROM documents")[0][0] == 0
        assert store.execute("SELECT count(*) FROM leaderboard_ranks")[0][0] == 0


def test_requests_to_forget_elsewhere_are_told_not_done(tmp_path: Path, other: Path) -> None:
    with Store.open(other) as store:
        store.forget(store.select_author("fernfriend"))
    report = merged(make(tmp_path / "mine.db", OLD, EARLY), other)
    assert report.n_forgotten > 0
    assert any("miner forget" in line for line in report.lines(other))
    with Store.open(tmp_path / "mine.db") as store:
        assert store.execute("SELECT count(*) FROM documents")[0][0] == 1


def test_starter_facts_are_not_taken_for_documents(tmp_path: Path) -> None:
    with Store.open(tmp_path / "other.db") as store:
        load_starter(store)
    report = merged(tmp_path / "mine.db", tmp_path / "other.db")
    assert report.added.is_unchanged


def test_the_other_corpus_is_not_written(tmp_path: Path, other: Path) -> None:
    before = other.read_bytes()
    merged(tmp_path / "mine.db", other)
    assert other.read_bytes() == before


def test_an_older_corpus_is_read_through_a_copy(tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus import store_open

    with monkeypatch.context() as patch:
        patch.setattr(store_open, "MIGRATIONS", store_open.MIGRATIONS[:-1])
        make(tmp_path / "older.db", NEW, LATE)
    before = (tmp_path / "older.db").read_bytes()
    assert merged(tmp_path / "mine.db", tmp_path / "older.db").added.documents.new == 1
    assert (tmp_path / "older.db").read_bytes() == before


def test_what_is_no_corpus_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.db"
    with sqlite3.connect(stranger) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    assert is_database(stranger)
    assert not is_database(tmp_path)
    with Store.open(tmp_path / "mine.db") as store:
        with pytest.raises(StoreError, match="another program"):
            add_database(store, stranger)
        with pytest.raises(StoreError, match="is the corpus that it would be added to"):
            add_database(store, tmp_path / "mine.db")


def test_the_command_takes_corpora_and_files_together(
    tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.md").write_text("We tried XGBoost.\n", "utf-8")
    assert cli.main(["--db", "mine.db", "add", str(other), "note.md"]) == 0
    out = capsys.readouterr().out
    assert "1 corrections taken over" in out
    assert out.count("documents: 1 new") == 2
