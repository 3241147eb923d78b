from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from question_sample import fill

from analysis.reading import Limits
from analysis.reports.formats import render
from corpus.records import Filters, SolutionLink
from corpus.store import Store
from miner.cli import cli
from miner.jobs import ask
from miner.jobs.reading_shown import keep_shown, read_shown, shown_path
from miner.mcp import make_tools


@pytest.fixture
def sample(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture
def sample_file(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.db"
    with Store.open(path) as opened:
        fill(opened)
    return path


def test_a_list_for_a_task_has_papers_and_documents_with_their_reasons(sample: Store) -> None:
    answer = ask.reading_list(sample, "audio/classification", Filters())
    assert answer.facts["read_as"] == "task"
    assert answer.rows[0]["kind"] == "paper"
    counted = ask.popularity(sample, Filters(task="audio/classification", rank_at_most=10)).rows
    n = next(row["n_solutions"] for row in counted if row["architecture"] == "EfficientNet")
    used, applied = str(answer.rows[0]["why"]).split("; ")
    assert used == f"introduces EfficientNet: used by {n} of 2 documented winners here"
    assert applied.startswith("applied in #")
    assert [row["position"] for row in answer.rows] == list(range(1, len(answer.rows) + 1))
    first = next(row for row in answer.rows if row["rank"] == 1)
    assert str(first["why"]).startswith("1st of 900 in frogs")
    assert all(row["competition"] in (None, "frogs") for row in answer.rows)
    assert any("EfficientNet" not in note and "the list covers" in note for note in answer.notes)


def test_near_copies_and_examples_are_not_listed(sample: Store) -> None:
    answer = ask.reading_list(sample, "audio", Filters(), ask.ReadingChoice(Limits(50)))
    copies = {f"document:{row['id']}" for row in sample.execute("SELECT id FROM documents WHERE copy_of IS NOT NULL")}
    assert copies
    assert not copies & {row["key"] for row in answer.rows}
    assert not any(row["competition"] == "reef-hydrophones" for row in answer.rows)


@pytest.mark.parametrize(
    ("what", "read_as"),
    [("frogs", "competition"), ("EfficientNet", "architecture"), ("calls of frogs at night", "description")],
)
def test_what_is_asked_may_be_many_things(sample: Store, what: str, read_as: str) -> None:
    answer = ask.reading_list(sample, what, Filters())
    assert answer.facts["read_as"] == read_as
    assert answer.rows
    for name in ("json", "md", "html", "csv"):
        assert render(answer, name)


def test_reasons_are_named_and_the_asked_architecture_stands_first(sample: Store) -> None:
    answer = ask.reading_list(sample, "EfficientNet", Filters())
    told = [str(row["why"]) for row in answer.rows if row["kind"] != "paper"]
    assert any("uses EfficientNet" in why or "dropped EfficientNet" in why for why in told)
    assert any("reasons for EfficientNet (" in why for why in told), told


def test_filters_hold(sample: Store) -> None:
    gone = ask.reading_list(sample, "audio", Filters(exclude=("frogs",)))
    assert gone.rows == ()
    assert gone.notes[0].startswith("Not known: nothing to read")
    before = ask.reading_list(sample, "audio", Filters(as_of=date(2018, 6, 1)))
    assert before.rows == ()
    late = ask.reading_list(sample, "audio", Filters(since=date(2020, 1, 1)))
    assert late.rows
    assert all(row["kind"] != "paper" for row in late.rows), "the paper is of 2019"


def test_what_was_shown_is_left_out(sample: Store) -> None:
    first = ask.reading_list(sample, "audio", Filters(), ask.ReadingChoice(Limits(1), shown=frozenset()))
    seen = frozenset(str(row["key"]) for row in first.rows)
    second = ask.reading_list(sample, "audio", Filters(), ask.ReadingChoice(shown=seen))
    assert second.facts["n_shown_before"] == 1
    assert not seen & {row["key"] for row in second.rows}


def test_new_remembers_each_list_by_itself(tmp_path: Path) -> None:
    database = tmp_path / "corpus.db"
    assert read_shown(database, "audio") == frozenset()
    keep_shown(database, "Audio", ["b", "a"])
    keep_shown(database, "audio", ["c"])
    keep_shown(database, "image", ["d"])
    assert read_shown(database, " audio ") == {"a", "b", "c"}
    assert [path.name for path in tmp_path.iterdir()] == [shown_path(database).name]
    shown_path(database).write_text("[", encoding="utf-8")
    result = CliRunner().invoke(cli, ["--db", str(database), "reading-list", "audio", "--new"])
    assert "remove it to begin anew" in str(result.exception)


def test_the_command_gives_bibliographies_and_only_what_is_new(sample_file: Path) -> None:
    path = str(sample_file)
    asked = ["--db", path, "reading-list", "audio/classification", "--new", "--format"]
    first = CliRunner().invoke(cli, [*asked, "csl-json"])
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)
    again = CliRunner().invoke(cli, [*asked, "json"])
    assert json.loads(again.stdout)["rows"] == []
    text = CliRunner().invoke(cli, ["--db", path, "reading-list", "frogs", "--format", "bibtex"]).stdout
    assert text.startswith("@misc{")
    wrong = CliRunner().invoke(cli, ["reading-list", "audio", "--kinds", "books=3"])
    assert (wrong.exit_code, "is no kind=number" in wrong.stderr) == (2, True)


def test_agents_ask_for_the_same_list(sample: Store, sample_file: Path) -> None:
    tool = next(one for one in make_tools(sample_file) if one.__name__ == "reading_list")
    same = ask.reading_list(sample, "frogs", Filters(), ask.ReadingChoice(Limits(3)))
    assert [row["key"] for row in json.loads(tool("frogs", limit=3))["rows"]] == [row["key"] for row in same.rows]


def test_a_link_counts_where_no_document_of_that_place_is_known(sample: Store) -> None:
    links = (
        SolutionLink("kaggle/frogs", "https://www.kaggle.com/competitions/frogs/discussion/7", 2, "code", "index"),
        SolutionLink("kaggle/frogs", "https://www.kaggle.com/competitions/frogs/discussion/8", 1, "description", "i"),
    )
    sample.save_solution_links(links)
    answer = ask.reading_list(sample, "audio", Filters(), ask.ReadingChoice(Limits(50)))
    found = [row for row in answer.rows if str(row["key"]).startswith("link:")]
    assert [(row["rank"], row["kind"], row["minutes_from"]) for row in found] == [(2, "writeup", "default")]
    assert "what it uses is not known" in str(found[0]["why"])
    before = ask.reading_list(sample, "audio", Filters(as_of=date(2023, 4, 30)), ask.ReadingChoice(Limits(50)))
    assert not any(str(row["key"]).startswith("link:") for row in before.rows)


def test_where_few_winners_are_documented_the_task_comes_in_and_a_note_says_so(sample: Store) -> None:
    answer = ask.reading_list(sample, "frogs", Filters())
    assert any("other competitions of audio/classification came in" in note for note in answer.notes)
