from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_type_hints

import pytest

from corpus.errors import NotKnownError, UsageError
from corpus.records import Answer, Column
from miner import Corpus, Result
from miner.cli import cli
from miner.filter_words import FilterWords, ReadingWords, ScopeWords, make_filters
from miner.jobs import ask

NO_METHOD = {  # questions that are no method of their own, and why
    "WinnersChoice": "a record: keywords of winners",
    "ReadingChoice": "a record: keywords of reading_list",
    "popularity_per": "popularity(per=)",
    "together_per": "together(per=)",
    "starter_code": "in the rows of choose",
}
WORK = ("add", "analyse", "report", "export")
OF_THE_DOOR = {"db", "format", "help"}
OF_PYTHON = {"progress"}  # the command line says it unless --quiet is typed
ONLY_TYPED = {  # --tables and --schema are methods of their own; --add prints a line for a file
    "sql": {"tables", "schema"},
    "unknown": {"add", "kind", "lineage"},
    "choose": {"code", "library"},  # write a file
}
WORDS = (FilterWords, ReadingWords, ScopeWords)
COMMANDS = (*(name for name in ask.__all__ if name not in NO_METHOD), "changes", "unknown", *WORK)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The starter facts, made because there is no file."""
    with Corpus(tmp_path_factory.mktemp("python") / "new.db") as corpus:
        yield corpus


def keywords(name: str) -> set[str]:
    """What a method takes by keyword alone, its filters spelt out."""
    method = getattr(Corpus, name)
    found = set()
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            words = next(words for words in WORDS if words.__name__ in str(parameter.annotation))
            found |= get_type_hints(words).keys()
        elif parameter.kind is parameter.KEYWORD_ONLY:
            found.add(parameter.name)
    return found


def test_every_question_has_a_method() -> None:
    missing = [name for name in ask.__all__ if name not in NO_METHOD and not callable(getattr(Corpus, name, None))]
    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_keywords_are_the_options(name: str) -> None:
    options = {
        option.removeprefix("--").replace("-", "_")
        for param in cli.commands[name.replace("_", "-")].params
        for option in param.opts
        if option.startswith("--")
    }
    of_the_door = OF_THE_DOOR - {"format"} if name == "export" else OF_THE_DOOR  # there it says how a file is written
    assert keywords(name) - OF_PYTHON == options - of_the_door - ONLY_TYPED.get(name, set())


@pytest.mark.parametrize("name", COMMANDS)
def test_defaults_are_the_options_defaults(name: str) -> None:
    command = cli.commands[name.replace("_", "-")]
    defaults = {param.name: param.to_info_dict()["default"] for param in command.params}
    for parameter in inspect.signature(getattr(Corpus, name)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name in {"by", "limit", "max_seconds", "workers"}:
            assert parameter.default == defaults[parameter.name]


def test_answers_are_those_of_the_command_line(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    from miner.cli import main

    found = corpus.popularity(task="audio", winners=True, limit=2, exclude="birdclef-2021")
    line = ["popularity", "--task", "audio", "--winners", "--limit", "2", "--exclude", "birdclef-2021"]
    assert main(["--db", str(corpus.path), *line, "--format", "json"]) == 0
    assert json.loads(found.to_json()) == json.loads(capsys.readouterr().out)
    assert len(found) == 2
    assert [row["architecture"] for row in found] == [row["architecture"] for row in found.rows]
    assert "documented solutions" in " ".join(found.notes)
    assert found.facts["n_solutions"]


def test_all_methods_answer(corpus: Corpus) -> None:
    results = [
        corpus.trends("EfficientNet", since=date(2019, 1, 1)), corpus.together("LightGBM"), corpus.winners("audio"),
        corpus.similar("bird calls", limit=1), corpus.why("LightGBM"), corpus.show("EfficientNet"),
        corpus.search("segmentation"), corpus.changes(since="2020-01-01"), corpus.status(), corpus.unknown(),
        corpus.sql("SELECT slug FROM v_competitions WHERE year >= :y LIMIT 1", param={"y": "2020"}), corpus.tables(),
        corpus.schema("v_claims"), corpus.popularity(per="modality"), corpus.together("LightGBM", per="year"),
        corpus.winners(medal="gold", single_model=True), corpus.winners("audio", first_place=True),
        corpus.compare("DeBERTa", "RoBERTa"), corpus.choose("image/classification", max_size_mb=50), corpus.lift(),
        corpus.yearly(2023, 2024), corpus.dropped(), corpus.dropped("ConvNeXt"),
        corpus.reading_list("audio", kinds={"paper": 2}),
    ]  # fmt: skip
    for result in results:
        assert result._repr_html_().startswith("<style>")
        assert result._repr_markdown_().startswith("## ")
        assert len(result.to_pandas()) == len(result)
        assert result.to_csv()
        assert repr(result)


def test_a_frame_has_sensible_types() -> None:
    rows: tuple[dict[str, object], ...] = (
        {"n": 1, "share": 0.5, "day": date(2024, 1, 2), "roles": ["a"], "name": "x", "is_new": True, "key": "k"},
        {"n": None, "share": None, "day": None, "roles": [], "name": None, "is_new": None},
    )
    columns = tuple(Column(name, name) for name in ("n", "share", "day", "roles", "name", "is_new", "nothing"))
    frame = Result(Answer("x", "X", columns, rows)).to_pandas()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert list(frame.columns) == [*(column.name for column in columns), "key"]
    assert (kinds["n"], kinds["share"], kinds["is_new"]) == ("Int64", "float64", "boolean")
    assert kinds["day"].startswith("datetime64")
    assert frame["roles"].tolist() == [["a"], []]
    assert list(Result(Answer("x", "X", columns, ())).to_pandas().columns) == [column.name for column in columns]


def test_html_is_escaped() -> None:
    answer = Answer("x", "<b>", (Column("a", "a"),), ({"a": "<script>"},), notes=("<i>",))
    html = Result(answer)._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;script&gt;" in html


def test_errors(corpus: Corpus) -> None:
    with pytest.raises(NotKnownError):
        corpus.why("no-such-architecture")
    with pytest.raises(UsageError, match="read-only"):
        corpus.sql("DELETE FROM claims")
    with pytest.raises(UsageError, match="since must be a date"):
        corpus.popularity(since="yesterday")
    with pytest.raises(UsageError, match="min_confidence"):
        corpus.popularity(min_confidence=2)
    with pytest.raises(UsageError, match="rank_at_most"):
        corpus.popularity(rank_at_most=0)
    with pytest.raises(UsageError, match="medal stands in place of first_place, rank_at_most and winners"):
        corpus.winners(medal="gold", winners=True)
    with pytest.raises(TypeError, match="did you mean task="):
        corpus.popularity(tasks="audio")  # type: ignore[call-arg]


def test_a_stronger_rank_wins_over_winners() -> None:
    assert make_filters({"winners": True}).rank_at_most == 10
    assert make_filters({"winners": True, "rank_at_most": 1}).rank_at_most == 1
    assert make_filters({"exclude": ["a", "b*"]}).exclude == ("a", "b*")


def test_the_default_is_that_of_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINER_DB", str(tmp_path / "here.db"))
    with Corpus() as corpus:
        assert corpus.path == tmp_path / "here.db"
        assert corpus.path.exists()
