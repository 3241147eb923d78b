from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from crawl_world import STOP, Clock, Page, World, failure, rank

from analysis.runners import run_serial
from corpus.records import Answer
from corpus.store import MEMORY, Store
from miner.config import Settings
from miner.jobs.analyse import analyse
from miner.jobs.changes import changes
from miner.jobs.refresh import RefreshRequest, refresh
from miner.jobs.sources_status import KnownSource, sources
from miner.wiring_sources import about, available_sources, known_sources, open_sources

KNOWN = [KnownSource("ponds-web", "ponds and what lives in them", True), KnownSource("other", "nothing yet", False)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Iterator[Store]:
    with Store.open(Path(MEMORY), now=clock.now) as opened:
        yield opened


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock, {key: Page(f"Text {key}.") for key in "abc"})


def kinds(answer: Answer) -> list[tuple[object, object]]:
    return [(row["change"], row["name"]) for row in answer.rows]


def test_documents_that_came_changed_and_went(store: Store, world: World, clock: Clock) -> None:
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    assert kinds(changes(store, date(2026, 11, 20))) == [
        ("new", "a"), ("new", "b"), ("new", "c"), ("new competition", "ponds"),
    ]  # fmt: skip
    clock.forward(days=3)
    world.listed.append(rank("ann", 4))
    del world.pages["a"]
    world.pages["b"] = Page("Other words.", signature="2")
    world.pages["d"] = Page("Late.")
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    answer = changes(store, date(2026, 11, 22))
    assert kinds(answer) == [("new", "d"), ("edited", "b"), ("gone", "a")]
    assert answer.facts["counts"] == {
        "new documents": 1, "edited documents": 1, "documents gone": 1, "new competitions": 0, "new architectures": 0,
    }  # fmt: skip
    assert {row["rank"] for row in answer.rows} == {4}
    assert changes(store, date(2026, 11, 30)).rows == ()


def test_lines_that_only_new_documents_name(store: Store, world: World, clock: Clock) -> None:
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    clock.forward(days=10)
    world.pages["new"] = Page("Our final model was an EfficientNet-B0 because it was the fastest.")
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    analyse(store, run_serial)
    answer = changes(store, date(2026, 11, 25))
    assert kinds(answer) == [("new", "new"), ("new architecture", "EfficientNet")]
    assert answer.facts["claims_of_new_and_edited"] == {"used": 1}
    world.pages["a"] = Page("We also used an EfficientNet-B3.", signature="2")  # an older document learns of it
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    analyse(store, run_serial)
    assert kinds(changes(store, date(2026, 11, 25))) == [("new", "new"), ("edited", "a")]


def test_failures_are_counted_and_long_lists_cut(store: Store, world: World, clock: Clock) -> None:
    world.answers["c"] = failure("c")
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    answer = changes(store, date(2026, 11, 20), limit=1)
    assert kinds(answer) == [("new", "a"), ("new competition", "ponds")]
    assert [f["n"] for f in answer.facts["failures"]] == [1]  # type: ignore[attr-defined]
    assert any("newest 1 of each kind" in note for note in answer.notes)


def test_sources_say_how_they_stand(store: Store, world: World, clock: Clock) -> None:
    before = sources(store, KNOWN)
    assert [(row["source"], row["last_run"]) for row in before.rows] == [("ponds-web", None), ("other", None)]
    world.answers["b"] = failure("b")
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    row = sources(store, KNOWN).rows[0]
    assert (row["n_documents"], row["n_failing"], row["n_gone"], row["outcome"]) == (2, 1, 0, "failures")
    assert (row["last_run"], row["next_lists"]) == ("2026-11-20T12:00:00+00:00", "2026-11-21T08:00:00+00:00")
    world.last = [STOP]
    refresh(store, [world], RefreshRequest(), gauges=clock.gauges)
    row = sources(store, KNOWN).rows[0]
    assert (row["outcome"], row["stop_reason"]) == ("stopped", STOP.reason)


def test_every_source_is_found_by_folder_and_says_what_it_is(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "c.db")
    found = available_sources()
    assert {"kaggle", "meta-kaggle"} <= set(found)
    for module in found.values():
        assert len(about(module)) > 20
    assert [source.name for source in known_sources(settings)] == list(found)


def test_offline_opens_only_what_reads_a_folder(store: Store, tmp_path: Path, clock: Clock) -> None:
    settings = Settings(tmp_path / "c.db", values={"sources.meta-kaggle.folder": str(tmp_path)})
    with open_sources([], settings, store, offline=True) as opened:
        assert (opened.web, opened.n_web_requests()) == (None, 0)
        report = refresh(store, [s for s in opened.sources if s.name == "kaggle"], RefreshRequest(),
                         gauges=clock.gauges)  # fmt: skip
        assert {source.name for source in opened.sources} >= {"kaggle", "meta-kaggle"}
    assert [source.stop and source.stop.reason for source in report.sources] == [
        "needs the network, and --offline was asked for"
    ]
    assert not report.failures
