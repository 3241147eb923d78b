"""The main job on an empty corpus, again, with a missing folder, and after an interruption."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.records import Failure
from corpus.store import MEMORY, Store
from miner.jobs.progress import SilentProgress
from miner.jobs.run import FetchedByRun, run_main
from miner.jobs.run_summary import render_summary


class Interrupting(SilentProgress):
    """Presses Ctrl-C at the second document of the analysis."""

    def __init__(self) -> None:
        self.n_documents = 0
        self.is_counting = False

    def start(self, total: int | None, what: str) -> None:
        self.is_counting = total is not None and what == "documents"

    def advance(self, n: int = 1) -> None:
        self.n_documents += n if self.is_counting else 0
        if self.n_documents == 2:
            raise KeyboardInterrupt


def test_a_first_run_shows_claims_with_quotes_and_writes_the_report(store: Store, tmp_path: Path) -> None:
    summary = run_main(store, tmp_path / "out")
    assert summary.failures == ()
    assert summary.added.documents.new == summary.analysed.n_documents == 3
    assert summary.report_path.is_file()
    text = render_summary(summary)
    assert len(text.splitlines()) <= 45
    assert max(map(len, text.splitlines())) <= 110
    assert str(summary.report_path) in text
    assert text.count("“") >= 3
    assert "miner add" in text


def test_a_second_run_changes_nothing(store: Store, tmp_path: Path) -> None:
    run_main(store, tmp_path)
    again = run_main(store, tmp_path)
    assert not again.is_starter_new
    assert again.added.is_unchanged
    assert again.analysed.n_documents == 0
    assert "No source was asked" in render_summary(again)


def test_configured_sources_are_asked_before_the_analysis(store: Store, tmp_path: Path) -> None:
    lost = Failure("kernel:owner/name", "fetch", "", "no answer")
    summary = run_main(store, tmp_path, fetch=lambda: FetchedByRun(("kaggle: 3 new",), (lost,)))
    assert summary.failures == (lost,)
    assert "kaggle: 3 new" in render_summary(summary)
    assert "No source was asked" not in render_summary(summary)


def test_configured_folders_are_read_and_a_missing_one_is_a_failure(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "note.md").write_text("We used CatBoost.\n", encoding="utf-8")
    summary = run_main(store, tmp_path / "out", folders=[folder, tmp_path / "nowhere"])
    assert summary.added.documents.new == 4
    assert [failure.item for failure in summary.failures] == [str(tmp_path / "nowhere")]
    assert "nowhere" in render_summary(summary)
    outcomes = store.execute("SELECT outcome FROM runs WHERE command = 'run'")
    assert [row["outcome"] for row in outcomes] == ["failures"]
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / "other.md").write_text("We used XGBoost.\n", encoding="utf-8")
    assert run_main(store, tmp_path / "out", folders=[folder, tmp_path / "nowhere"]).failures == ()
    assert store.execute("SELECT 1 FROM failures") == []


def test_an_interrupted_run_goes_on_where_it_stopped(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_main(store, tmp_path, progress=Interrupting())
    assert store.execute("SELECT outcome FROM runs WHERE command = 'run'")[0]["outcome"] == "interrupted"
    summary = run_main(store, tmp_path)
    assert 0 < summary.analysed.n_documents < 3
    with Store.open(Path(MEMORY)) as other:
        run_main(other, tmp_path / "other")
        claims = "SELECT id, status FROM claims ORDER BY id"
        assert list(map(tuple, store.execute(claims))) == list(map(tuple, other.execute(claims)))
