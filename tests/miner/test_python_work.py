"""What `Corpus` does beside asking: add, analyse, report, export, and lists that show what is new."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from corpus.errors import MinerError, StoreError, UsageError
from corpus.store import Store
from miner import Corpus
from miner.cli import main
from miner.jobs.progress import SilentProgress
from miner.progress_lines import CountProgress, ToldProgress, progress_for

EXAMPLES = str(files("miner") / "examples")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    """An empty corpus."""
    Store.open(tmp_path / "corpus.db").close()
    with Corpus(tmp_path / "corpus.db") as corpus:
        yield corpus


def test_what_is_added_and_analysed_is_seen_by_the_next_question(corpus: Corpus, tmp_path: Path) -> None:
    assert corpus.export("claims").rows == ()
    broken = tmp_path / "broken.ipynb"
    broken.write_text("no JSON", encoding="utf-8")
    added = corpus.add(EXAMPLES, broken)
    assert added.title == "Added: 4 new documents, 3 new competitions"
    done = corpus.analyse()
    assert (done.rows[0]["n_documents"], done.rows[0]["n_unreadable"]) == (4, 1)
    assert done.title.endswith("; 1 failed")
    (failure,) = done.facts["failures"]  # type: ignore[misc]
    assert "not JSON" in failure["message"]
    assert "not JSON" in done._repr_html_()
    assert corpus.show("example-writeup-reef-hydrophones").rows
    again = corpus.add(EXAMPLES, broken)
    assert again.title == "Nothing has changed"
    assert corpus.analyse(all=True).rows[0]["n_documents"] == 4


def test_the_command_line_sees_the_same_corpus(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus.add(EXAMPLES)
    corpus.analyse()
    for what in ("claims", "competitions", "documents", "corrections"):
        for form in ("jsonl", "csv"):
            path = corpus.export(what, out=tmp_path / "export", format=form)  # type: ignore[call-overload]
            assert (
                main(["--db", str(corpus.path), "export", what, "--format", form, "--out", str(tmp_path / "same")]) == 0
            )
            assert path.read_bytes() == (tmp_path / "same").read_bytes()
    rows = [json.loads(line) for line in corpus.export("claims", out=tmp_path / "c").read_text("utf-8").splitlines()]
    assert [row["doc_id"] for row in rows] == [row["doc_id"] for row in corpus.export("claims")]
    capsys.readouterr()
    assert main(["--db", str(corpus.path), "report", "--out", str(tmp_path / "typed")]) == 0
    front = corpus.report(out=tmp_path / "report")
    assert front.read_bytes() == (tmp_path / "typed" / "index.html").read_bytes()


def test_parquet_is_written_and_read_back_with_its_types(corpus: Corpus, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    pandas = pytest.importorskip("pandas")
    corpus.add(EXAMPLES)
    corpus.analyse()
    frame = pandas.read_parquet(corpus.export("claims", out=tmp_path / "claims.parquet", format="parquet"))
    rows = corpus.export("claims", format="parquet").rows
    assert frame["claim_id"].tolist() == [row["claim_id"] for row in rows]
    assert [list(roles) for roles in frame["roles"]] == [row["roles"] for row in rows]


def test_facts_travel_from_one_corpus_to_another(corpus: Corpus, tmp_path: Path) -> None:
    with Corpus(tmp_path / "full.db") as full:
        package = full.export("starter", out=tmp_path / "facts.zip")
    taken = corpus.add(package)
    assert taken.title == "Facts taken"
    assert "competitions and" in taken.notes[0]
    assert len(corpus.export("competitions")) > 700
    assert corpus.add(tmp_path / "full.db").title == "Nothing has changed", "starter facts come as a file"


def test_an_export_shows_its_first_rows_and_keeps_them_all(tmp_path: Path) -> None:
    with Corpus(tmp_path / "full.db") as full:
        claims = full.export("claims")
    shown = claims._repr_markdown_()
    assert f"Shown: 20 of {len(claims):,} rows; to_pandas() gives all of them." in shown.replace("\\", "")
    assert "records" in shown
    assert len(claims.to_pandas()) == len(claims)


def test_a_new_list_shows_nothing_twice_here_and_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Corpus(tmp_path / "full.db") as full:
        first = full.reading_list("audio", limit=2, new=True)
        second = full.reading_list("Audio", limit=2, new=True)
        assert main(["--db", str(full.path), "reading-list", "audio", "--limit", "2", "--new", "--format", "json"]) == 0
        third = json.loads(capsys.readouterr().out)["rows"]
        assert [row["key"] for row in full.reading_list("audio", limit=2)] == [row["key"] for row in first]
    assert len({row["key"] for row in (*first, *second, *third)}) == 6


def test_progress_is_silent_unless_asked_for(
    corpus: Corpus, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int | None, str]] = []
    corpus.add(EXAMPLES, progress=lambda n_done, total, what: told.append((n_done, total, what)))
    assert told == [(n, None, "documents") for n in range(4)]
    corpus.analyse()
    assert capsys.readouterr() == ("", "")
    assert isinstance(progress_for(False), SilentProgress)
    assert isinstance(progress_for(print), ToldProgress)
    monkeypatch.setitem(__import__("sys").modules, "ipykernel", None)  # there, as in a notebook
    assert isinstance(progress_for(True), CountProgress)


def test_a_line_that_counts_is_written_over_itself() -> None:
    stream = io.StringIO()
    progress = CountProgress(stream, seconds_between=0.0)
    progress.start(2, "documents")
    progress.advance()
    progress.advance()
    progress.stop()
    progress.stop()
    assert stream.getvalue() == "\rdocuments: 0 of 2\rdocuments: 1 of 2\rdocuments: 2 of 2\rdocuments: 2 of 2\n"


def test_a_function_that_raises_stops_the_job_and_what_is_done_stays(corpus: Corpus) -> None:
    corpus.add(EXAMPLES)

    def stop(n_done: int, total: int | None, what: str) -> None:
        if n_done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.analyse(progress=stop)
    assert corpus.analyse().rows[0]["n_documents"] == 1


def test_errors_are_of_one_root_and_say_what_to_do(corpus: Corpus, tmp_path: Path) -> None:
    for error, said, call in (
        (UsageError, "no such file or folder", lambda: corpus.add(EXAMPLES, tmp_path / "none.md")),
        (UsageError, "no path given", lambda: corpus.add()),
        (StoreError, "name another", lambda: corpus.add(corpus.path)),
        (UsageError, "workers must be 1 or more", lambda: corpus.analyse(workers=0)),
        (UsageError, "between 0 and 1", lambda: corpus.report(out=tmp_path / "report", min_confidence=2)),
        (UsageError, "choose another --out", lambda: corpus.report(out=corpus.path)),
        (UsageError, "choose another --out", lambda: corpus.export("claims", out=tmp_path / "none" / "claims.jsonl")),
        (UsageError, "as jsonl, csv or parquet", lambda: corpus.export("claims", format="xml")),  # type: ignore[call-overload]
        (UsageError, "no export of houses", lambda: corpus.export("houses")),  # type: ignore[call-overload]
        (UsageError, "needs out=", lambda: corpus.export("starter")),
        (UsageError, "is for claims", lambda: corpus.export("documents", min_confidence=0.5)),
    ):
        assert issubclass(error, MinerError)
        with pytest.raises(error, match=said):
            call()
    assert corpus.export("documents").rows == (), "nothing was added where a path does not exist"
    corpus.close()
    for question in (corpus.status, corpus.tables, lambda: corpus.add(EXAMPLES), corpus.analyse, corpus.report):
        with pytest.raises(UsageError, match=r"closed; Corpus\(.* opens it again"):
            question()
