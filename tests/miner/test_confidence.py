"""The least confidence that a question asks of claims: what it leaves out, what it says of that, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from question_sample import claim_of, fill

from corpus.errors import UsageError
from corpus.records import Answer, Filters
from corpus.store import MEMORY, Store
from miner.cli import cli
from miner.filter_words import make_filters
from miner.jobs import ask
from miner.jobs.export import export_lines, unsure_claims
from miner.jobs.report import write_report
from miner.mcp import make_tools

SURE = Filters(min_confidence=0.9)
# what each question leaves out: of two unsure claims of solutions, one says used, the other tried; both of EfficientNet
QUESTIONS: dict[str, tuple[Callable[[Store, Filters], Answer], int]] = {
    "popularity": (ask.popularity, 2),
    "trends": (ask.trends, 2),
    "trends of one": (lambda store, filters: ask.trends(store, filters, ("LightGBM",)), 0),
    "together": (lambda store, filters: ask.together(store, "LightGBM", filters), 2),
    "winners of a task": (lambda store, filters: ask.winners(store, "audio", filters), 0),
    "winners here": (lambda store, filters: ask.winners(store, "moths", filters), 1),
    "similar": (lambda store, filters: ask.similar(store, "moths", filters), 0),
    "why": (lambda store, filters: ask.why(store, "EfficientNet", filters), 2),
    "why another": (lambda store, filters: ask.why(store, "LightGBM", filters), 0),
    "show architecture": (lambda store, filters: ask.show(store, "EfficientNet", filters), 2),
    "show family": (lambda store, filters: ask.show(store, "YOLOv5", filters), 0),
    "show competition": (lambda store, filters: ask.show(store, "frogs", filters), 1),
    "show document": (lambda store, filters: ask.show(store, "wu-moths-2", filters), 1),
    "show example": (lambda store, filters: ask.show(store, "ex-reef-1", filters), 1),
}


@pytest.fixture(scope="module", params=[True, False], ids=["text", "starter"])
def sample(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The sample corpus with its texts, and as starter facts: a claim's confidence counts in both."""
    with Store.open(Path(MEMORY)) as store:
        fill(store, with_text=request.param)
        yield store


def used(answer: Answer) -> dict[object, object]:
    return {row["architecture"]: row["n_solutions"] for row in answer.rows}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_says_what_it_leaves_out(sample: Store, question: str) -> None:
    ask_it, n_claims = QUESTIONS[question]
    answer = ask_it(sample, SURE)
    assert answer.query["min_confidence"] == 0.9
    assert "claims of confidence 0.9 or more" in answer.title
    claims = "1 claim" if n_claims == 1 else f"{n_claims} claims"
    assert any(f"Left out: {claims} of confidence below 0.9" in note for note in answer.notes)
    plain = ask_it(sample, Filters())
    assert "min_confidence" not in plain.query
    assert "confidence" not in plain.title + " ".join(plain.notes)


def test_unsure_claims_are_not_counted_and_solutions_stay(sample: Store) -> None:
    every, sure = ask.popularity(sample, Filters()), ask.popularity(sample, SURE)
    assert (used(every)["EfficientNet"], used(sure)["EfficientNet"]) == (2, 1)
    assert used(every)["LightGBM"] == used(sure)["LightGBM"] == 2
    assert every.facts["n_solutions"] == sure.facts["n_solutions"] == 5
    assert all(row["n_solutions_total"] == 5 for row in sure.rows)


def test_asking_for_more_never_finds_more(sample: Store) -> None:
    counts = [used(ask.popularity(sample, Filters(min_confidence=p))) for p in (0.0, 0.5, 0.51, 0.6, 0.61, 0.9, 1.0)]
    totals = [sum(map(int, map(str, found.values()))) for found in counts]
    assert totals == sorted(totals, reverse=True)
    assert counts[0] == used(ask.popularity(sample, Filters()))
    assert counts[-1] == {}


def test_a_confidence_of_exactly_the_least_is_enough(sample: Store) -> None:
    assert used(ask.popularity(sample, Filters(min_confidence=0.6)))["EfficientNet"] == 2
    assert used(ask.popularity(sample, Filters(min_confidence=0.61)))["EfficientNet"] == 1


def test_a_least_confidence_of_nothing_is_still_in_the_query(sample: Store) -> None:
    answer = ask.popularity(sample, Filters(min_confidence=0.0))
    assert answer.query["min_confidence"] == 0.0
    assert any("Left out: 0 claims of confidence below 0;" in note for note in answer.notes)


def test_reasons_of_unsure_claims_are_left_out(sample: Store) -> None:
    speaks = [{row["polarity"] for row in ask.why(sample, "EfficientNet", f).rows} for f in (Filters(), SURE)]
    assert speaks == [{"for", "against"}, {"for"}]


def test_show_lists_sure_claims_but_the_one_that_is_asked_for(sample: Store) -> None:
    assert [row["architecture"] for row in ask.show(sample, "wu-moths-2", SURE).rows] == ["FrogFormer"]
    (claim,) = ask.show(sample, claim_of("wu-moths-2", "efficientnet"), SURE).rows
    assert claim["confidence"] == 0.5
    notebook = {row["document"]: row for row in ask.show(sample, "frogs", SURE).rows}["nb-frogs-9"]
    assert (notebook["uses"], notebook["tried"]) == ([], ["LightGBM"])
    nothing = ask.show(sample, "ex-reef-1", SURE)
    assert not nothing.rows
    assert "No architecture was found in this document." not in nothing.notes


def test_an_export_keeps_documents_and_leaves_claims_out(sample: Store) -> None:
    every = [json.loads(line) for line in export_lines(sample, "claims", "jsonl", Filters())]
    sure = [json.loads(line) for line in export_lines(sample, "claims", "jsonl", SURE)]
    assert [line["doc_id"] for line in every] == [line["doc_id"] for line in sure]
    n_gone = sum(len(line["claims"]) for line in every) - sum(len(line["claims"]) for line in sure)
    assert n_gone == 3  # the example's too
    assert unsure_claims(sample, SURE) == "Left out: 3 claims of confidence below 0.9."
    assert unsure_claims(sample, Filters()) == ""
    header, *rows = list(export_lines(sample, "claims", "csv", SURE))
    assert header.strip().endswith("claim_id,confidence")
    assert all(row.strip().endswith(",0.9") for row in rows)


def test_a_report_says_what_it_was_made_from(sample: Store, tmp_path: Path) -> None:
    page = write_report(sample, tmp_path / "sure", min_confidence=0.9).front.read_text("utf-8")
    assert "only claims of confidence 0.9 or more" in page
    assert "2 claims of confidence below 0.9" in page
    assert "only claims of confidence 0.9 or more" in (tmp_path / "sure" / "report.md").read_text("utf-8")
    assert "of confidence" not in write_report(sample, tmp_path / "all").front.read_text("utf-8")


@pytest.mark.parametrize("value", ["-0.1", "1.01", "nan", "high"])
def test_what_is_no_probability_is_a_usage_error(value: str) -> None:
    result = CliRunner().invoke(cli, ["popularity", "--min-confidence", value])
    assert result.exit_code == 2
    assert "number from 0 to 1" in result.output


@pytest.mark.parametrize("what", ["documents", "competitions", "corrections", "starter"])
def test_only_claims_have_a_confidence_to_ask_for(what: str) -> None:
    result = CliRunner().invoke(cli, ["export", what, "--min-confidence", "0.5"])
    assert result.exit_code == 2
    assert "miner export claims" in result.output


def test_search_has_no_such_option() -> None:
    assert CliRunner().invoke(cli, ["search", "frogs", "--min-confidence", "0.5"]).exit_code == 2


def test_the_command_line_and_agents_ask_for_it_alike(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with Store.open(path) as store:
        fill(store)
    arguments = ["--db", str(path), "-q", "popularity", "--min-confidence", "0.9", "--format", "json"]
    shown = json.loads(CliRunner().invoke(cli, arguments).stdout)
    tools = {tool.__name__: tool for tool in make_tools(path)}
    told = json.loads(tools["popularity"](min_confidence=0.9))
    assert shown["rows"] == told["rows"]
    assert shown["query"]["min_confidence"] == told["query"]["min_confidence"] == 0.9
    for name, question in (("winners", "frogs"), ("similar", "frogs"), ("why", "EfficientNet"), ("show", "frogs")):
        assert json.loads(tools[name](question, min_confidence=0.9))["query"]["min_confidence"] == 0.9
    assert "min_confidence must be" in _error(lambda: make_filters({"min_confidence": 1.5}))


def _error(call: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as caught:
        call()
    return str(caught.value)
