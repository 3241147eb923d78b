"""The web door shows what the command line answers, and only reads; tests/miner/test_mcp.py is about agents."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from corpus.errors import StoreError, UsageError
from corpus.store import Store
from miner.web.serve import make_app, serve
from miner.wiring import make_corpus


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("doors") / "corpus.db"
    make_corpus(path)
    return path


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
