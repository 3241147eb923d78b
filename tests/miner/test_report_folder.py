"""The report's folder: only what changed is made again, and only what a report wrote is ever touched."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.reports.pages import Page, digest_of
from analysis.reports.rows import ReportRows
from corpus.store import Store
from corpus.views import Readable
from corpus.views_state import NOT_COUNTED, facts_digest
from miner.cli import cli
from miner.jobs import report as report_job
from miner.jobs.ask_scope import Scope
from miner.jobs.report import write_report
from miner.jobs.report_folder import LIST, ReportFolder
from miner.jobs.starter import load_starter


def page(path: str, text: str) -> Page:
    return Page(path, digest_of(text), lambda: iter([text[:1], text[1:]]))


def put(out: Path, *pages: Page, inputs: str = "") -> list[str]:
    """Paths of the pages that had to be rendered."""
    folder = ReportFolder(out)
    made = [one.path for one in pages if folder.put(one)]
    folder.finish(inputs)
    return made


def contents(out: Path) -> dict[str, bytes]:
    return {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}


def test_only_what_was_made_from_something_else_is_rendered_again(tmp_path: Path) -> None:
    assert put(tmp_path, page("index.html", "a"), page("tasks/b.html", "b")) == ["index.html", "tasks/b.html"]
    assert put(tmp_path, page("index.html", "a"), page("tasks/b.html", "c")) == ["tasks/b.html"]
    assert (tmp_path / "tasks" / "b.html").read_text("utf-8") == "c"


def test_a_file_that_someone_changed_or_removed_is_made_again(tmp_path: Path) -> None:
    pages = [page("index.html", "a"), page("contents.html", "b"), page("data/x.csv", "c")]
    put(tmp_path, *pages)
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    (tmp_path / "data" / "x.csv").unlink()
    assert put(tmp_path, *pages) == ["index.html", "data/x.csv"]
    assert (tmp_path / "index.html").read_text("utf-8") == "a"


def test_what_only_an_earlier_report_had_goes_unless_it_was_changed(tmp_path: Path) -> None:
    put(tmp_path, page("index.html", "a"), page("tasks/old.html", "b"), page("tasks/kept.html", "c"))
    (tmp_path / "tasks" / "kept.html").write_text("with notes of mine", encoding="utf-8")
    (tmp_path / "tasks" / "foreign.html").write_text("not ours", encoding="utf-8")
    put(tmp_path, page("index.html", "a"))
    assert set(contents(tmp_path)) == {"index.html", "tasks/kept.html", "tasks/foreign.html", LIST}


MARKED = '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta name="generator" content="solution-miner">\n</head>'


def test_what_became_of_the_folder_is_told(tmp_path: Path) -> None:
    pages = [page("index.html", "a"), page("tasks/b.html", "b"), page("data/x.csv", "c")]
    put(tmp_path, *pages)
    folder = ReportFolder(tmp_path)
    for one in (pages[0], page("tasks/c.html", "d"), pages[2]):
        folder.put(one)
    told = folder.told("index.html", folder.finish("digest"))
    assert (told.front, told.n_pages, told.n_pages_made) == (tmp_path / "index.html", 2, 1)
    assert (told.n_files, told.n_files_made, told.n_removed, told.leftovers) == (3, 1, 1, ())
    again = ReportFolder(tmp_path)
    assert again.is_made_from("digest")
    told = again.told("index.html")
    assert (told.n_pages, told.n_pages_made, told.n_files, told.n_files_made, told.n_removed) == (2, 0, 3, 0, 0)


def test_pages_of_reports_before_the_list_are_told_and_kept(tmp_path: Path) -> None:
    put(tmp_path, page("index.html", "a"), page("tasks/noted.html", MARKED))
    (tmp_path / "tasks" / "noted.html").write_text(MARKED + "with notes of mine", encoding="utf-8")
    (tmp_path / "architectures").mkdir()
    for name, text in (("old.html", MARKED), ("foreign.html", "<html>not ours</html>"), ("Mine 1.html", MARKED)):
        (tmp_path / "architectures" / name).write_text(text, encoding="utf-8")
    (tmp_path / "architectures" / "linked.html").symlink_to(tmp_path / "architectures" / "old.html")
    folder = ReportFolder(tmp_path)
    folder.put(page("index.html", "a"))
    told = folder.told("index.html", folder.finish(""))
    assert told.leftovers == ("architectures/old.html", "tasks/noted.html")
    assert told.n_removed == 0
    assert all((tmp_path / path).is_file() for path in told.leftovers)


def test_every_page_bears_the_mark_by_which_it_is_known(first: Path) -> None:
    (first / "site" / LIST).rename(first / "list")
    try:
        left = ReportFolder(first / "site").told("index.html").leftovers
    finally:
        (first / "list").rename(first / "site" / LIST)
    pages = {file.relative_to(first / "site").as_posix() for file in (first / "site").rglob("*.html")}
    assert set(left) == pages


def test_the_command_says_what_was_made_and_the_path_alone_on_standard_output(copy: Path, tmp_path: Path) -> None:
    typed = ["--db", str(copy), "report", "--out", str(tmp_path / "typed")]
    first, again = (CliRunner().invoke(cli, typed) for _ in range(2))
    assert first.stdout == again.stdout == f"{tmp_path / 'typed' / 'index.html'}\n"
    assert re.search(r"pages: [1-9][\d,]* made, 0 unchanged; .* removed: 0; \d+\.\d s", first.stderr)
    assert re.search(r"pages: 0 made, [1-9][\d,]* unchanged; .*: 0 made, [1-9]", again.stderr)
    (tmp_path / "typed" / "tasks" / "old.html").write_text(MARKED, encoding="utf-8")
    kept = CliRunner().invoke(cli, typed).stderr
    assert "1 page of earlier reports that this one has no longer, kept" in kept
    assert "tasks/old.html" in kept


def break_json(found: dict[str, object]) -> str:
    return json.dumps(found)[:-9]


def another_program(found: dict[str, object]) -> str:
    return json.dumps(found | {"made_by": "something else"})


def another_format(found: dict[str, object]) -> str:
    return json.dumps(found | {"format": 99})


def a_list_of_lists(found: dict[str, object]) -> str:
    return json.dumps([found])


def odd_digests(found: dict[str, object]) -> str:
    return json.dumps(found | {"files": {"index.html": "no digests"}})


@pytest.mark.parametrize("spoil", [break_json, another_program, another_format, a_list_of_lists, odd_digests])
def test_without_a_list_of_ours_everything_is_made_and_nothing_removed(
    tmp_path: Path, spoil: Callable[[dict[str, object]], str]
) -> None:
    put(tmp_path, page("index.html", "a"), page("tasks/old.html", "b"))
    found = json.loads((tmp_path / LIST).read_text("utf-8"))
    (tmp_path / LIST).write_text(spoil(found), encoding="utf-8")
    assert put(tmp_path, page("index.html", "a")) == ["index.html"]
    assert (tmp_path / "tasks" / "old.html").exists()


@pytest.mark.parametrize("name", ["../victim.html", "/etc/victim.html", "tasks/../../victim.html", "a/b/c.html"])
def test_a_list_that_points_elsewhere_is_not_followed(tmp_path: Path, name: str) -> None:
    site, victim = tmp_path / "site", tmp_path / "victim.html"
    victim.write_text("b", encoding="utf-8")
    put(site, page("index.html", "a"), page("tasks/b.html", "b"))
    found = json.loads((site / LIST).read_text("utf-8"))
    found["files"][name] = found["files"]["tasks/b.html"]
    (site / LIST).write_text(json.dumps(found), encoding="utf-8")
    put(site, page("index.html", "a"))
    assert victim.exists()


def test_a_page_that_was_not_finished_leaves_the_one_before_and_is_made_by_the_next_report(tmp_path: Path) -> None:
    put(tmp_path, page("index.html", "a"), page("contents.html", "b"), inputs="1" * 24)

    def breaks() -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    folder = ReportFolder(tmp_path)
    folder.put(page("contents.html", "new"))
    with pytest.raises(KeyboardInterrupt):
        folder.put(Page("index.html", digest_of("c"), breaks))
    assert (tmp_path / "index.html").read_text("utf-8") == "a"
    assert not ReportFolder(tmp_path).is_made_from("1" * 24)
    assert put(tmp_path, page("index.html", "a"), page("contents.html", "b")) == ["contents.html"]
    assert (tmp_path / "contents.html").read_text("utf-8") == "b"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `corpus.db` of the starter facts and its report `site`, for all tests to copy."""
    folder = tmp_path_factory.mktemp("first")
    with Store.open(folder / "corpus.db") as store:
        load_starter(store)
        write_report(store, folder / "site")
    return folder


@pytest.fixture
def copy(first: Path, tmp_path: Path) -> Path:
    """The copied database; the copied report stands beside it."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    return tmp_path / "corpus.db"


def change(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(sql).rowcount > 0
    connection.close()


def report(path: Path, out: Path, **options: object) -> dict[str, int]:
    """File -> time of its last change, after a report."""
    with Store.open(path, read_only=True) as store:
        write_report(store, out, **options)  # type: ignore[arg-type]
    return {str(file.relative_to(out)): file.stat().st_mtime_ns for file in out.rglob("*") if file.is_file()}


CHANGES = {
    "a title": "UPDATE documents SET title = 'Another title' WHERE id = (SELECT max(document_id) FROM claims)",
    "a status": "UPDATE claims SET status = 'tried' WHERE id = (SELECT min(id) FROM claims WHERE status = 'used')",
    "a rank": "UPDATE solutions SET rank = 1 WHERE id = (SELECT min(solution_id) FROM documents WHERE solution_id IN"
    " (SELECT id FROM solutions WHERE rank IS NULL OR rank > 10))",
    "a document less": "DELETE FROM documents WHERE id = (SELECT document_id FROM claims LIMIT 1)",
    "a task type": "UPDATE competition_task_types SET task_type = 'video/tracking' WHERE competition_id ="
    " (SELECT min(competition_id) FROM documents) AND position = 0",
}


def test_after_changes_the_folder_is_as_a_new_report_would_be(copy: Path, tmp_path: Path) -> None:
    for names in (("a title", "a status"), ("a rank", "a document less", "a task type")):
        for name in names:
            change(copy, CHANGES[name])
        report(copy, tmp_path / "site")
    report(copy, tmp_path / "new")
    assert contents(tmp_path / "site") == contents(tmp_path / "new")


def test_nothing_is_read_or_made_where_nothing_changed(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = report(copy, tmp_path / "site")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the report was made again")

    monkeypatch.setattr(report_job, "read_report_rows", never)
    assert report(copy, tmp_path / "site") == before


def test_another_version_of_the_program_counts_anew(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_read, whole = [0], report_job.read_report_rows

    def counted(store: Readable, scope: Scope) -> ReportRows:
        n_read[0] += 1
        return whole(store, scope)

    monkeypatch.setattr(report_job, "read_report_rows", counted)
    before = report(copy, tmp_path / "site")
    assert n_read == [0]
    monkeypatch.setattr(report_job, "whole_program_digest", lambda: "another version")
    after = report(copy, tmp_path / "site")
    assert n_read == [1]
    assert {path for path in after if after[path] != before[path]} == {LIST}


def test_the_program_is_all_of_its_code_and_data(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = report_job.whole_program_digest()
    assert digest == report_job.whole_program_digest()
    for package in report_job.PACKAGES:
        others = tuple(name for name in report_job.PACKAGES if name != package)
        with monkeypatch.context() as changed:
            changed.setattr(report_job, "PACKAGES", others)
            assert report_job.whole_program_digest() != digest


def test_a_changed_title_renders_the_pages_that_show_it_and_no_others(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    whole = ReportFolder.put

    def watched(folder: ReportFolder, one: Page) -> bool:
        is_made = whole(folder, one)
        rendered.extend([one.path] if is_made else [])
        return is_made

    monkeypatch.setattr(ReportFolder, "put", watched)
    change(copy, CHANGES["a title"])
    report(copy, tmp_path / "site")
    assert rendered
    texts = contents(tmp_path / "site")
    shown = {path for path, text in texts.items() if b"Another title" in text}
    assert shown <= set(rendered)
    assert len(rendered) < len(texts) / 5


def test_options_make_other_pages(copy: Path, tmp_path: Path) -> None:
    before = (tmp_path / "site" / "index.html").read_text("utf-8")
    report(copy, tmp_path / "site", min_confidence=0.9)
    assert (tmp_path / "site" / "index.html").read_text("utf-8") != before
    report(copy, tmp_path / "new", min_confidence=0.9)
    assert contents(tmp_path / "site") == contents(tmp_path / "new")


def test_an_interrupted_report_is_finished_by_the_next(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, n_left = ReportFolder.put, [400]

    def stopped(folder: ReportFolder, one: Page) -> bool:
        n_left[0] -= 1
        if n_left[0] < 0:
            raise KeyboardInterrupt
        return whole(folder, one)

    monkeypatch.setattr(ReportFolder, "put", stopped)
    with pytest.raises(KeyboardInterrupt):
        report(copy, tmp_path / "new")
    monkeypatch.undo()
    report(copy, tmp_path / "new")
    assert contents(tmp_path / "new") == contents(tmp_path / "site")


def test_the_report_reads_nothing_that_the_digest_leaves_out(copy: Path, tmp_path: Path) -> None:
    read: set[str] = set()

    def note(action: int, first: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and first:
            read.add(first)
        return sqlite3.SQLITE_OK

    with Store.open(copy, read_only=True) as store:
        store._connection.set_authorizer(note)
        write_report(store, tmp_path / "site")
    assert {"claims", "documents", "reasons", "failures"} <= read
    assert read & NOT_COUNTED <= {"runs"}  # and what that says is left out: see the next test


def test_a_run_alone_changes_nothing(copy: Path, tmp_path: Path) -> None:
    with Store.open(copy, read_only=True) as store:
        before = facts_digest(store)
    change(
        copy,
        "INSERT INTO runs (command, started_at, ended_at, outcome, counts) VALUES"
        " ('run', '2033-03-03T03:03:03', '2033-03-03T04:03:03', 'done', '{}')",
    )
    with Store.open(copy, read_only=True) as store:
        assert facts_digest(store) == before
    report(copy, tmp_path / "new")
    assert contents(tmp_path / "new") == contents(tmp_path / "site")


def test_the_digest_of_the_facts_follows_every_change(copy: Path) -> None:
    found = []
    for sql in ["", *CHANGES.values()]:
        if sql:
            change(copy, sql)
        with Store.open(copy, read_only=True) as store:
            found.append(facts_digest(store))
            assert found[-1] == facts_digest(store)
    assert len(set(found)) == len(found)
