"""A process that is killed while it writes leaves whole documents, and the next run completes them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from crawl_world import Clock, Page, World

from corpus.store import Store
from miner.jobs.refresh import RefreshRequest, refresh

PAGES = {f"page-{n}": f"We trained a ResNet-{n}." for n in range(6)}
CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {folder!r})
from crawl_world import Clock, Page, World
from corpus import {module} as module
from corpus.store import Store
from miner.jobs.refresh import RefreshRequest, refresh
step, calls = module.{step}, []
def killed(*args, **options):
    calls.append(1)
    if len(calls) == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return step(*args, **options)
module.{step} = killed
clock = Clock()
world = World(clock, {{key: Page(text) for key, text in {pages!r}.items()}})
with Store.open(Path({path!r}), now=clock.now) as store:
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
"""
POINTS = [
    ("store_targets", "save_targets", 1),  # the first list
    ("store_targets", "save_document", 2),  # before a body
    ("store_targets", "_mark_document", 3),  # body, hash and visit written, not committed
    ("store_runs", "clear_failures", 5),  # the last step of a document
    ("store_settle", "settle_copies", 1),  # at the end
]


def content(store: Store) -> list[tuple[object, ...]]:
    sql = (
        "SELECT d.name, d.content_hash, v.size_bytes, t.content_hash, d.solution_id FROM documents d "
        "JOIN document_versions v ON v.document_id = d.id JOIN targets t ON t.document_id = d.id ORDER BY 1"
    )
    return [tuple(row) for row in store.execute(sql)]


@pytest.mark.parametrize(("module", "step", "call"), POINTS)
def test_a_killed_refresh_is_completed_by_the_next(
    tmp_path: Path, repository: Path, module: str, step: str, call: int
) -> None:
    path = tmp_path / "corpus.db"
    code = CHILD.format(
        folder=str(Path(__file__).parent), module=module, step=step, call=call, pages=PAGES, path=str(path)
    )
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, env=environment, timeout=60)
    assert done.returncode == -signal.SIGKILL
    clock = Clock()
    world = World(clock, {key: Page(text) for key, text in PAGES.items()})
    with Store.open(path, now=clock.now) as store:
        assert [check for check in store.checks() if not check.ok] == []
        before = content(store)
        noted = store.execute("SELECT count(*) FROM targets WHERE content_hash IS NOT NULL")[0][0]
        assert len(before) == noted == store.execute("SELECT count(*) FROM documents")[0][0]
        refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
        after = content(store)
    assert len(world.asked) == len(PAGES) - noted  # what was kept is not asked for again
    with Store.open(tmp_path / "whole.db", now=clock.now) as store:
        refresh(store, [World(clock, world.pages)], RefreshRequest(), gauges=clock.gauges)
        assert content(store) == after
