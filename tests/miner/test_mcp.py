"""Agents can ask, through the protocol, whatever the command line answers, with the same words and the same answers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.store import Store
from miner.cli import cli, main
from miner.filter_words import FilterWords
from miner.mcp import FEWER, INSTRUCTIONS, WORDS, make_tools, with_fewer_examples
from miner.wiring import make_corpus

mcp = pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

NO_QUESTIONS = {  # commands that write, serve or look after the machine
    "run", "refresh", "add", "analyse", "report", "export", "correct", "forget", "schedule", "config", "serve", "mcp",
    "sources", "doctor",
}  # fmt: skip
OF_THE_DOOR = {"db", "format", "help"}
ONLY_TYPED = {
    "sql": {"tables", "schema", "max_seconds"},  # an empty query, the name of a view; agents get 3 seconds
    "unknown": {"add", "kind", "lineage"},  # prints a line for a file
    "choose": {"code", "library"},  # write a file
    "reading_list": {"new"},  # remembers what was shown, and tools only read
}
QUESTIONS: list[tuple[str, dict[str, Any], str]] = [  # tool, its arguments, the command that asks the same
    ("popularity", {"task": "audio", "winners": True, "limit": 3}, "popularity --task audio --winners --limit 3"),
    ("popularity", {"per": "modality", "limit": 5}, "popularity --per modality --limit 5"),
    ("popularity", {"per": "year", "exclude": ["birdclef-*"]}, "popularity --per year --exclude birdclef-* --limit 3"),
    ("popularity", {"with_copies": True, "limit": 2}, "popularity --with-copies --limit 2"),
    ("popularity", {"with_copies": True, "per": "platform", "limit": 2},
     "popularity --with-copies --per platform --limit 2"),
    ("trends", {"architectures": ["EfficientNet"], "task": "image"}, "trends EfficientNet --task image"),
    ("trends", {"since": "2022-01-01", "by": "family"}, "trends --since 2022-01-01 --by family"),
    ("together", {"architecture": "LightGBM", "limit": 4}, "together LightGBM --limit 4"),
    ("together", {"architecture": "LightGBM", "per": "year"}, "together LightGBM --per year"),
    ("together", {"architecture": "AlexNet"}, "together AlexNet"),
    ("unknown", {"limit": 3}, "unknown --limit 3"),
    ("winners", {"what": "audio", "verified": True}, "winners audio --verified"),
    ("winners", {"medal": "gold", "single_model": True}, "winners --medal gold --single-model"),
    ("winners", {"what": "image", "first_place": True, "limit": 2}, "winners image --first-place --limit 2"),
    ("yearly", {"years": [2023, 2024], "limit": 2}, "yearly 2023 2024 --limit 2"),
    ("lift", {"min_solutions": 20, "correction": "holm"}, "lift --min-solutions 20 --correction holm"),
    ("dropped", {"platform": "kaggle", "limit": 3}, "dropped --platform kaggle --limit 3"),
    ("dropped", {"architecture": "ConvNeXt"}, "dropped ConvNeXt"),
    ("similar", {"what": "bird calls", "no_curated": True, "limit": 3}, "similar bird calls --no-curated --limit 3"),
    ("why", {"architecture": "LightGBM", "rank_at_most": 3}, "why LightGBM --rank-at-most 3"),
    ("compare", {"architectures": ["DeBERTa", "RoBERTa"], "limit": 2}, "compare DeBERTa RoBERTa --limit 2"),
    ("choose", {"what": "image", "max_size_mb": 50, "limit": 2}, "choose image --max-size-mb 50 --limit 2"),
    ("choose", {"what": "audio", "as_of": "2024-06-01", "limit": 2}, "choose audio --as-of 2024-06-01 --limit 2"),
    ("reading_list", {"what": "audio", "kinds": {"paper": 2}, "order": "newest"},
     "reading-list audio --kinds papers=2 --order newest"),
    ("reading_list", {"what": "audio", "max_minutes": 60}, "reading-list audio --max-minutes 60"),
    ("show", {"what": "birdclef-2025", "min_confidence": 0.8}, "show birdclef-2025 --min-confidence 0.8"),
    ("search", {"words": "segmentation", "year": 2023}, "search segmentation --year 2023"),
    ("search", {"words": "blood", "metric": "dice", "until": "2024-12-31"},
     "search blood --metric dice --until 2024-12-31"),
    ("changes", {"since": "2020-01-01"}, "changes --since 2020-01-01"),
    ("status", {}, "status"),
    ("sql", {"query": "SELECT slug FROM v_competitions WHERE year >= :y LIMIT 3", "param": {"y": "2024"}, "limit": 3},
     "sql 'SELECT slug FROM v_competitions WHERE year >= :y LIMIT 3' --param y=2024 --limit 3"),
    ("sql", {"query": ""}, "sql --tables"),
    ("sql", {"query": "v_claims"}, "sql --schema v_claims"),
]  # fmt: skip


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp") / "corpus.db"
    make_corpus(path)
    return path


@pytest.fixture(scope="module")
def offered(starter: Path) -> dict[str, Any]:
    """The tools as a client is told of them."""
    return {tool.name: tool for tool in in_session(starter, lambda client: client.list_tools()).tools}


def in_session(path: Path, use: Callable[[Any], Any]) -> Any:
    """What the client gets from a server in this process, by the messages of the protocol."""
    from miner.mcp import make_server

    async def talk() -> Any:
        async with mcp.Client(make_server(path)) as client:
            return await use(client)

    return asyncio.run(talk())


def call(path: Path, name: str, arguments: dict[str, Any]) -> Any:
    """The answer of a tool, read from its message."""
    reply = in_session(path, lambda client: client.call_tool(name, arguments))
    assert not reply.is_error, reply.content[0].text
    assert reply.structured_content is None, "the text says it once"
    return json.loads(reply.content[0].text)


def without_examples(answer: dict[str, Any]) -> Any:
    """The answer but for its examples."""
    return with_fewer_examples(answer, 0)


@pytest.mark.parametrize(("name", "arguments", "line"), QUESTIONS, ids=[line for _, _, line in QUESTIONS])
def test_a_tool_answers_what_the_command_answers(
    starter: Path, capsys: pytest.CaptureFixture[str], name: str, arguments: dict[str, Any], line: str
) -> None:
    import shlex

    answer = call(starter, name, arguments)
    assert answer.pop("untrusted") is True
    assert main(["--db", str(starter), *shlex.split(line), "--format", "json"]) == 0
    same = json.loads(capsys.readouterr().out)
    if name == "sql":  # agents get less time, and so do the facts say
        answer.pop("query"), same.pop("query")
    if is_short := answer["notes"][-1:] in ([said] for said in FEWER.values()):
        answer, same = without_examples(answer), without_examples(same)
        answer["notes"].pop()
    assert answer == same
    assert not is_short or "--per" in line
    assert answer["rows"] or "Not known" in " ".join(answer["notes"]) or name in {"changes", "search"}


def test_every_question_of_the_command_line_is_a_tool(offered: dict[str, Any]) -> None:
    questions = {name.replace("-", "_") for name in cli.commands if name not in NO_QUESTIONS}
    assert offered.keys() == questions
    assert offered.keys() == {name for name, _, _ in QUESTIONS}, "each is asked above"


def test_the_words_of_a_tool_are_the_options_of_the_command(offered: dict[str, Any]) -> None:
    assert WORDS.keys() == FilterWords.__annotations__.keys()
    for name, tool in offered.items():
        params = cli.commands[name.replace("_", "-")].params
        options = {
            option.removeprefix("--").replace("-", "_")
            for param in params for option in param.opts if option.startswith("--")
        }  # fmt: skip
        arguments = {param.name for param in params if param.param_type_name == "argument"}
        words = set(tool.input_schema["properties"])
        assert words - arguments == options - OF_THE_DOOR - ONLY_TYPED.get(name, set()), name
        assert words >= arguments, name


def test_every_tool_says_shortly_what_it_returns_and_that_it_only_reads(offered: dict[str, Any]) -> None:
    for tool in offered.values():
        assert 20 < len(tool.description) < 520, tool.name
        assert "  " not in tool.description, tool.name
        assert tool.annotations.read_only_hint is True
        assert tool.output_schema is None
    assert len(json.dumps([tool.model_dump(exclude_none=True) for tool in offered.values()])) < 26_000
    for word in WORDS:
        assert word in INSTRUCTIONS


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("show", {"what": "no such thing at all"}, "no "),
        ("why", {"architecture": "EfficientNett"}, "Did you mean EfficientNet"),
        ("search", {"words": "?!"}, "word"),
        ("popularity", {"as_of": "yesterday"}, "as_of must be a date or 'YYYY-MM-DD'"),
        ("changes", {"since": "yesterday"}, "since must be a date"),
        ("lift", {"min_confidence": 2}, "min_confidence must be between 0 and 1"),
        ("trends", {"rank_at_most": -1}, "rank_at_most must be 1 or more"),
        ("winners", {"medal": "gold", "first_place": True}, "medal stands in place of first_place"),
        ("sql", {"query": "DELETE FROM claims"}, "read-only"),
    ],
)
def test_an_error_is_an_answer_that_says_what_to_do(
    starter: Path, name: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in call(starter, name, arguments)["error"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("popularity", {"per": "house"}), ("winners", {"medal": "wood"}), ("lift", {"by": "letter"}), ("why", {})],
)
def test_the_protocol_refuses_what_no_word_can_mean(starter: Path, name: str, arguments: dict[str, Any]) -> None:
    assert in_session(starter, lambda client: client.call_tool(name, arguments)).is_error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"tasks": "audio"}, "popularity knows no 'tasks'; did you mean task?"),
        ({"colour": "red"}, "popularity knows no 'colour'; it takes per, with_copies, by, limit, task"),
    ],
)
def test_a_word_that_a_tool_does_not_know_is_never_left_out_in_silence(
    starter: Path, arguments: dict[str, Any], said: str
) -> None:
    reply = in_session(starter, lambda client: client.call_tool("popularity", arguments))
    assert reply.is_error
    assert said in reply.content[0].text


def test_an_excluded_competition_is_not_seen(starter: Path) -> None:
    for exclude in ("birdclef-*", ["birdclef-*", "rfcx-*"]):
        rows = call(starter, "similar", {"what": "bird sound classification", "exclude": exclude})["rows"]
        assert rows
        assert not any(str(row["slug"]).startswith("birdclef-") for row in rows)


def test_nothing_is_written_but_the_index_of_competitions_beside_the_corpus(starter: Path) -> None:
    before = starter.read_bytes()
    for name, arguments, _ in QUESTIONS[::6]:
        call(starter, name, arguments)
    assert before == starter.read_bytes()
    left = [path for path in starter.parent.iterdir() if path.stat().st_size and not path.name.endswith("-shm")]
    assert {path.name.removeprefix(starter.name) for path in left} <= {"", ".similar-curated", ".similar-inferred"}


def test_a_longer_answer_has_fewer_examples_then_asks_for_fewer_rows(
    starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = call(starter, "popularity", {})
    assert len(whole["rows"][0]["examples"]) > 1
    for longest, n_examples, said in ((24_000, 1, FEWER[1]), (16_000, 0, FEWER[0])):
        monkeypatch.setattr("miner.mcp.LONGEST_ANSWER", longest)
        answer = call(starter, "popularity", {})
        assert {len(row["examples"]) for row in answer["rows"]} == {n_examples}
        assert answer["notes"] == [*whole["notes"], said]
    monkeypatch.setattr("miner.mcp.LONGEST_ANSWER", 500)
    assert "ask for fewer rows (limit)" in call(starter, "popularity", {})["error"]


def test_the_command_serves_over_standard_input_and_output(starter: Path, repository: Path) -> None:
    from mcp.client.stdio import StdioServerParameters

    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "miner.cli", "--db", str(starter), "mcp"],
        cwd=repository,
        env={"PYTHONPATH": str(repository)},
    )

    async def talk() -> str:
        async with mcp.Client(parameters) as client:
            reply = await client.call_tool("trends", {"architectures": ["U-Net"], "since": "2022-01-01"})
            return str(reply.content[0].text)

    assert {row["architecture"] for row in json.loads(asyncio.run(talk()))["rows"]} == {"U-Net"}


def test_tools_are_plain_functions_too(starter: Path) -> None:
    popularity = next(tool for tool in make_tools(starter) if tool.__name__ == "popularity")
    answer = json.loads(popularity(task="audio", winners=True, limit=3))
    with Store.open(starter, read_only=True) as store:
        assert store.execute("SELECT 1")
    assert len(answer["rows"]) == 3
