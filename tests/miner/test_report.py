"""The report as files in a folder, from a database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analysis.runners import run_serial
from corpus.errors import UsageError
from corpus.records import Filters
from corpus.store import MEMORY, Store
from miner.jobs.add import add_paths
from miner.jobs.analyse import analyse
from miner.jobs.ask_scope import read_scope
from miner.jobs.report import write_report
from miner.jobs.report_rows import read_report_rows
from miner.jobs.run import example_folder
from miner.jobs.starter import load_starter

COMPETITION = (
    '{"slug": "moss", "title": "Moss", "platform": "made-up", "year": 2022, "metric": "RMSE", "tags": ["tabular"],'
    ' "url": null, "deadline": null, "description": null, "n_teams": 9, "reward": null, "source": "ours"}\n'
)
DOCUMENT = (
    '{"doc_id": "moss-1", "kind": "writeup", "format": "md", "competition": "moss", "platform": "made-up", "rank": 1,'
    ' "title": "# 1st <b>place</b>", "author": "A. Moss", "date": "2022-05-01", "url": "https://example.org/moss",'
    ' "licence": "MIT", "language": "en", "rank_source": "title", "year": 2022}\n'
)
TEXT = """# 1st place

We used LightGBM because it was the best single model.

## What did not work

- XGBoost was too slow.
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One real-looking write-up and the examples that ship, analysed."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "documents").mkdir()
    (folder / "competitions.jsonl").write_text(COMPETITION, encoding="utf-8")
    (folder / "documents.jsonl").write_text(DOCUMENT, encoding="utf-8")
    (folder / "documents" / "moss-1.md").write_text(TEXT, encoding="utf-8")
    store = Store.open(Path(MEMORY))
    with example_folder() as examples:
        add_paths(store, [folder, examples])
    analyse(store, run_serial)
    return store


def test_examples_are_shown_and_counted_nowhere(corpus: Store, tmp_path: Path) -> None:
    rows = read_report_rows(corpus, read_scope(corpus, Filters()))
    assert [solution.competition for solution in rows.solutions] == ["moss"]
    assert rows.figures.n_documents == 1
    assert len(rows.examples) == 3
    assert all(use.quote for document in rows.examples for use in document.uses)
    write_report(corpus, tmp_path)
    assert "Reef Hydrophones" in (tmp_path / "examples.html").read_text("utf-8")
    assert "Reef Hydrophones" not in (tmp_path / "index.html").read_text("utf-8")


def test_files_are_the_same_when_written_again(corpus: Store, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert (
            write_report(corpus, tmp_path / name, generated_on=date(2025, 1, 1)).front == tmp_path / name / "index.html"
        )
    first, second = (
        {file.relative_to(tmp_path / name): file.read_bytes() for file in (tmp_path / name).rglob("*.*")}
        for name in ("a", "b")
    )
    assert first == second
    assert {Path("report.md"), Path("style.css"), Path("data/popularity.csv")} <= first.keys()


def test_quotes_stand_with_their_evidence(corpus: Store, tmp_path: Path) -> None:
    write_report(corpus, tmp_path)
    page = (tmp_path / "architectures" / "lightgbm.html").read_text("utf-8")
    assert "We used LightGBM because" in page
    assert "https://example.org/moss" in page
    assert "1st place" in page
    assert "&lt;b&gt;" not in page  # titles lose their markup


def test_an_empty_corpus_has_a_report_too(tmp_path: Path) -> None:
    with Store.open(Path(MEMORY)) as store:
        text = write_report(store, tmp_path).front.read_text("utf-8")
    assert "0 documented solutions" in text


def test_a_file_in_the_way_is_a_usage_error(corpus: Store, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="another --out"):
        write_report(corpus, tmp_path / "report")


def test_yearly_tables_and_lift_have_pages_where_there_is_something_to_show(tmp_path: Path) -> None:
    with Store.open(tmp_path / "corpus.db") as store:
        load_starter(store)
        write_report(store, tmp_path / "site")
    for name in ("yearly", "lift"):
        assert (tmp_path / "site" / f"{name}.html").is_file()
        assert (tmp_path / "site" / "data" / f"{name}.csv").read_text("utf-8").count("\n") > 5
    assert 'href="yearly.html"' in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_what_is_the_same_is_not_written_again(corpus: Store, tmp_path: Path) -> None:
    write_report(corpus, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    page = tmp_path / "contents.html"
    page.write_text("old", encoding="utf-8")
    write_report(corpus, tmp_path)
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert {path for path in after if after[path] != before[path]} == {page}
    assert "All pages" in page.read_text("utf-8")
