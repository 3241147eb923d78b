"""The web and agent doors answer what the command line answers, and only read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import StoreError, UsageError
from corpus.store import Store
from miner.jobs import ask
from miner.mcp import make_filters, make_server, make_tools
from miner.web.serve import make_app, serve
from miner.wiring import make_corpus


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("doors") / "corpus.db"
    make_corpus(path)
    return path


def tool(path: Path, name: str) -> Callable[..., str]:
    return next(one for one in make_tools(path) if one.__name__ == name)


def test_a_tool_gives_the_rows_of_the_command(starter: Path) -> None:
    answer = json.loads(tool(starter, "popularity")(task="audio", winners_only=True, limit=3))
    with Store.open(starter, read_only=True) as store:
        same = ask.popularity(store, make_filters("audio", "", "", 10), "lineage", 3)
    assert answer["untrusted"] is True
    assert [row["architecture"] for row in answer["rows"]] == [row["architecture"] for row in same.rows]
    assert len(answer["rows"]) == 3


def test_an_excluded_competition_is_not_seen(starter: Path) -> None:
    answer = json.loads(tool(starter, "similar")("bird sound classification", exclude="birdclef-*"))
    assert answer["rows"]
    assert not any(str(row["slug"]).startswith("birdclef-") for row in answer["rows"])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("show", ("no such thing at all",)), ("why", ("no-such-architecture",)), ("search", ("?!",))],
)
def test_an_error_is_an_answer(starter: Path, name: str, arguments: tuple[str, ...]) -> None:
    assert json.loads(tool(starter, name)(*arguments))["error"]


def test_a_date_that_is_none_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        make_filters("", "yesterday", "", None)


def test_every_tool_says_that_it_only_reads(starter: Path) -> None:
    pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
    tools = asyncio.run(make_server(starter).list_tools())
    names = {"popularity", "winners", "similar", "why", "show", "search", "lift", "compare", "choose", "sql"}
    assert {one.name for one in tools} >= names
    for one in tools:
        assert one.description
        assert one.annotations is not None
        assert one.annotations.read_only_hint is True


@pytest.mark.filterwarnings("default")  # Datasette's own, of its version
def test_pages_show_views_and_refuse_to_write(starter: Path) -> None:
    pytest.importorskip("datasette", reason="the extra `web` is not installed")
    httpx = pytest.importorskip("httpx")

    async def ask_pages() -> dict[str, tuple[int, str]]:
        transport = httpx.ASGITransport(app=make_app(starter))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            found = {}
            for page in (
                "/corpus/v_competitions.json?_size=1",
                "/corpus/document_versions.json",
                "/corpus.json?sql=delete+from+claims",
            ):
                reply = await client.get(page)
                found[page.partition("?")[0]] = (reply.status_code, reply.text)
            return found

    pages = asyncio.run(ask_pages())
    assert pages["/corpus/v_competitions.json"][0] == 200
    assert pages["/corpus/document_versions.json"][0] == 403
    assert pages["/corpus.json"][0] == 400
    with Store.open(starter, read_only=True) as store:
        assert store.execute("SELECT count(*) FROM claims")[0][0] > 0


def test_only_this_machine_is_served(starter: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="this machine only"):
        serve(starter, host="0.0.0.0", port=8001)
    pytest.importorskip("datasette", reason="the extra `web` is not installed")
    with pytest.raises(StoreError, match="miner run"):
        make_app(tmp_path / "none.db")
