"""Rows of `docs/faults.md` about freshness: answers without content, pages that move, clocks that jump."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawl_world import Clock, Page, World, url_of

from corpus.records import Fetched
from corpus.store import MEMORY, Store
from miner.jobs.refresh import RefreshRequest, refresh


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Iterator[Store]:
    with Store.open(Path(MEMORY), now=clock.now) as opened:
        yield opened


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock, {"a": Page("We trained a ResNet-1.", signature=None)})


def go(store: Store, world: World, clock: Clock, *, recheck: bool = False) -> list[str]:
    """What a refresh asked for."""
    refresh(store, [world], RefreshRequest(recheck=recheck), gauges=clock.gauges)
    return world.asked_now()


def rows(store: Store, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.execute(f"SELECT * FROM {table} ORDER BY 1")]


def test_not_modified_leaves_the_document_as_it_was(store: Store, world: World, clock: Clock) -> None:
    assert go(store, world, clock) == ["a"]
    before = [rows(store, table) for table in ("documents", "document_versions", "document_ranks")]
    (checked,) = store.execute("SELECT checked_at, etag, content_hash FROM targets")
    clock.forward(days=1)
    assert go(store, world, clock, recheck=True) == ["a"]
    assert [rows(store, table) for table in ("documents", "document_versions", "document_ranks")] == before
    (again,) = store.execute("SELECT checked_at, etag, content_hash FROM targets")
    assert again["checked_at"] > checked["checked_at"]
    assert tuple(again)[1:] == tuple(checked)[1:]


def test_a_page_that_moved_is_one_document_with_its_old_address(store: Store, world: World, clock: Clock) -> None:
    world.answers["a"] = Fetched(b"We trained a ResNet-1.", "md", url_of("new-home"), (url_of("a"),))
    go(store, world, clock)
    clock.forward(days=1)
    go(store, world, clock, recheck=True)
    assert [row["url"] for row in store.execute("SELECT url FROM documents")] == [url_of("new-home")]
    assert [row["url"] for row in store.execute("SELECT url FROM document_aliases")] == [url_of("a")]
    assert store.select_document(url_of("a")).names == ("a",)


def test_a_week_asleep_is_made_up_for_once(store: Store, world: World, clock: Clock) -> None:
    assert go(store, world, clock) == ["a"]
    clock.forward(days=7)
    assert go(store, world, clock) == ["a"]
    clock.forward(minutes=1)
    assert go(store, world, clock) == []


def test_a_clock_that_goes_back_is_no_standstill(store: Store, world: World, clock: Clock) -> None:
    clock.forward(days=400)
    go(store, world, clock)
    clock.forward(days=-400)
    assert go(store, world, clock) == ["a"]
    assert [tuple(row) for row in store.execute("SELECT count(*) FROM documents")] == [(1,)]
