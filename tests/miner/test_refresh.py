from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from crawl_world import PONDS, STOP, Clock, Page, World, failure, rank, url_of

from corpus.records import Failure, Fetched, Stop, Target
from corpus.store import MEMORY, Store
from miner.jobs.refresh import Gauges, RefreshReport, RefreshRequest, refresh

Refresh = Callable[..., RefreshReport]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Iterator[Store]:
    with Store.open(Path(MEMORY), now=clock.now) as opened:
        yield opened


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock, {key: Page(f"We trained a ResNet-{n}.") for n, key in enumerate("abc", 1)})


@pytest.fixture
def go(store: Store, world: World, clock: Clock) -> Refresh:
    """Refreshes the world, as asked for by keywords, an hour after the last time; the report."""

    def run(*others: World, **asked: object) -> RefreshReport:
        clock.forward(hours=1)
        request = RefreshRequest(**asked)  # type: ignore[arg-type]
        return refresh(store, [world, *others], request, gauges=clock.gauges)

    return run


def counts(report: RefreshReport, source: int = 0) -> dict[str, int]:
    """The counts of one source, without what is 0 and without competitions and requests."""
    kept = ("new", "changed", "unchanged", "gone", "still_gone", "returned", "failed", "forgotten", "facts_changed")
    return {name: n for name, n in report.sources[source].counts.items() if n and name in kept}


def versions(store: Store) -> dict[str, int]:
    sql = "SELECT d.name, count(*) FROM documents d JOIN document_versions v ON v.document_id = d.id GROUP BY 1"
    return {row[0]: row[1] for row in store.execute(sql)}


def gone(store: Store) -> list[str]:
    return [row[0] for row in store.execute("SELECT name FROM documents WHERE gone_at IS NOT NULL ORDER BY name")]


def failures(store: Store) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in store.execute("SELECT item, stage, message FROM failures ORDER BY 1, 2, 3")]


def test_everything_new_is_fetched_once(go: Refresh, world: World, store: Store) -> None:
    assert counts(go()) == {"new": 3}
    assert world.asked_now() == ["a", "b", "c"]
    assert versions(store) == {"a": 1, "b": 1, "c": 1}
    assert [c.title for c in store.competitions()] == [PONDS.title]
    assert counts(go()) == {}
    assert world.asked_now() == []


def test_a_changed_signature_brings_exactly_that_document_again(go: Refresh, world: World, store: Store) -> None:
    go()
    world.asked_now()
    world.pages["b"] = Page("We trained a ViT.", signature="2")
    world.pages["c"].signature = "2"  # touched, and still the same text
    assert counts(go()) == {"changed": 1, "unchanged": 1}
    assert world.asked_now() == ["b", "c"]
    assert versions(store) == {"a": 1, "b": 2, "c": 1}


def test_the_hash_decides_where_validators_lie(go: Refresh, world: World, store: Store) -> None:
    go()
    world.answers["a"] = Fetched(world.pages["a"].text.encode(), "md", url_of("a"), etag="another")
    world.answers["b"] = Fetched(b"other words", "md", url_of("b"), etag=store.crawl.visits(world.name)["b"].etag)
    report = go(recheck=True)
    assert (report.sources[0].counts["changed"], versions(store)) == (1, {"a": 1, "b": 2, "c": 1})


def test_what_no_list_shows_changes_of_is_read_again_as_it_ages(go: Refresh, world: World, clock: Clock) -> None:
    world.pages = {
        "old": Page("x", None, date(2025, 11, 20)),
        "week": Page("y", None, date(2026, 11, 13)),
        "listed": Page("z", "1", date(2026, 11, 13)),
    }
    go()
    asked = []
    for _ in range(31):
        world.asked_now()
        clock.forward(hours=23)
        go()
        asked.append(world.asked_now())
    days = {key: [day for day, keys in enumerate(asked, 1) if key in keys] for key in world.pages}
    assert days["week"][0] <= 2
    assert 10 <= len(days["week"]) <= 16
    assert days["old"] == [31]
    assert days["listed"] == []


def test_recheck_asks_for_everything(go: Refresh, world: World) -> None:
    go()
    world.asked_now()
    world.pages["a"].text += " And a forest."
    assert counts(go(recheck=True)) == {"changed": 1, "unchanged": 2}
    assert world.asked_now() == ["a", "b", "c"]


def test_what_is_gone_is_marked_kept_and_comes_back(go: Refresh, world: World, store: Store, clock: Clock) -> None:
    go()
    page = world.pages.pop("b")
    assert counts(go()) == {"gone": 1}
    assert (gone(store), versions(store)) == (["b"], {"a": 1, "b": 1, "c": 1})
    world.asked_now()
    go()
    assert world.asked_now() == []  # and is not asked for again at once
    clock.forward(days=8)
    assert counts(go()) == {"still_gone": 1}
    world.pages["b"] = page
    assert counts(go()) == {"returned": 1, "unchanged": 1}
    assert gone(store) == []


def test_a_topic_that_lists_name_again_is_asked_for_at_once(go: Refresh, world: World, store: Store) -> None:
    world.pages["b"].signature = None
    go()
    page = world.pages.pop("b")
    assert counts(go()) == {"gone": 1}
    world.pages["b"] = page
    page.is_gone = True  # the list is ahead of the page
    assert counts(go()) == {"still_gone": 1}
    world.asked_now()
    go()
    assert world.asked_now() == []  # a day's rest while it stays like that
    page.is_gone = False
    assert counts(go(recheck=True))["returned"] == 1


def test_a_list_that_lacks_a_target_proves_nothing(go: Refresh, world: World, store: Store) -> None:
    go()
    world.pages["b"].is_listed = False
    world.asked_now()
    assert counts(go()) == {"unchanged": 1}
    assert (world.asked_now(), gone(store)) == (["b"], [])
    go()
    assert world.asked_now() == []  # once is enough until its age says so


def test_what_a_failing_list_does_not_name_is_found_gone_as_it_ages(
    go: Refresh, world: World, store: Store, clock: Clock
) -> None:
    go()
    del world.pages["b"]
    world.last = [Failure("page 2", "fetch", "", "refused")]
    go()
    assert gone(store) == []
    clock.forward(days=1)
    assert counts(go())["gone"] == 1
    assert gone(store) == ["b"]


@pytest.mark.parametrize("item", [Failure("page 2", "fetch", "", "reset"), STOP])
def test_lists_that_were_not_read_to_the_end_make_nothing_gone(
    go: Refresh, world: World, store: Store, item: Failure
) -> None:
    go()
    world.asked_now()
    del world.pages["b"]
    world.last = [item]
    report = go()
    assert (world.asked_now(), gone(store)) == ([], [])
    assert report.sources[0].has_read_lists is False


def test_part_of_a_source_makes_nothing_of_the_rest_gone(go: Refresh, world: World, store: Store) -> None:
    go()
    del world.pages["b"]
    go(competitions=("ponds",))
    go(since=date(2026, 11, 1))
    assert gone(store) == []
    assert [scope.competitions for scope in world.scopes[1:]] == [("ponds",), ()]


def test_a_lost_item_is_one_failure_until_it_succeeds(go: Refresh, world: World, store: Store, clock: Clock) -> None:
    world.answers["b"] = failure("b")
    assert counts(go()) == {"new": 2, "failed": 1}
    world.answers["b"] = failure("b", "timeout")
    world.asked_now()
    assert counts(go()) == {"failed": 1}  # the next run tries again
    assert world.asked_now() == ["b"]
    assert failures(store) == [(url_of("b"), "refresh", "timeout")]
    clock.forward(minutes=-50)
    go()
    assert world.asked_now() == []  # then it waits: an hour after the second time
    clock.forward(hours=2)
    del world.answers["b"]
    assert counts(go()) == {"new": 1}
    assert failures(store) == []


def test_a_failed_list_is_one_failure_until_it_is_read(go: Refresh, world: World, store: Store) -> None:
    world.last = [Failure("page 2", "fetch", "", "reset")]
    go()
    assert failures(store) == [("ponds-web/page 2", "list", "reset")]
    world.last = []
    go()
    assert failures(store) == []


def test_a_bug_in_a_source_costs_one_document(go: Refresh, world: World, store: Store) -> None:
    class Broken(World):
        def describe(self, target: Target, fetched: Fetched) -> object:  # type: ignore[override]
            raise ValueError("secret words")

    broken = Broken(world.clock, {"d": Page("x")}, name="broken")
    report = go(broken)
    assert counts(report) == {"new": 3}
    assert counts(report, 1) == {"failed": 1}
    assert [item for item, _, message in failures(store) if "ValueError" in message and "secret" not in message]


def test_a_source_that_stops_lets_the_others_go_on(go: Refresh, world: World, store: Store) -> None:
    world.answers["b"] = STOP
    other = World(world.clock, {"d": Page("x")}, name="other")
    report = go(other)
    assert world.asked == ["a", "b"]
    assert [source.outcome for source in report.sources] == ["stopped", "done"]
    kept = store.crawl.source_runs()["ponds-web"]
    assert (kept.outcome, kept.stop_reason) == ("stopped", STOP.reason)
    del world.answers["b"]
    assert counts(go()) == {"new": 2}


def test_a_source_that_must_wait_is_not_asked_before(go: Refresh, world: World, clock: Clock) -> None:
    world.answers["a"] = Stop("told to wait", clock.at + timedelta(hours=9))
    go()
    del world.answers["a"]
    world.asked.clear()
    clock.forward(hours=4)
    report = go()
    assert (world.asked, report.sources[0].outcome) == ([], "stopped")
    clock.forward(hours=4)
    assert go().sources[0].outcome == "done"
    assert world.asked == ["a", "b", "c"]


def test_without_a_network_a_source_ends_after_a_few_items(go: Refresh, world: World) -> None:
    world.pages = {str(place): Page("x") for place in range(9)}
    dead = Failure("", "refresh", "", "name: blog.example has no address")
    world.answers = dict.fromkeys(world.pages, dead)
    report = go()
    assert (len(world.asked), report.sources[0].outcome) == (5, "stopped")
    world.asked.clear()
    del world.answers["0"]  # one page that answers, and it is the others that are not there
    report = go(recheck=True)
    assert (len(world.asked), report.sources[0].outcome) == (9, "failures")


def test_budgets_end_it_cleanly_and_the_rest_stays_due(go: Refresh, world: World, store: Store) -> None:
    report = go(max_requests=1)
    assert (counts(report), report.sources[0].outcome) == ({"new": 1}, "budget")
    world.seconds_per_fetch = 40
    report = go(max_seconds=30)
    assert (counts(report), report.sources[0].outcome) == ({"new": 1}, "budget")
    assert gone(store) == []
    report = go()
    assert (counts(report), report.sources[0].outcome) == ({"new": 1}, "done")


def test_due_reads_lists_once_in_twenty_hours(go: Refresh, world: World, clock: Clock) -> None:
    world.pages["a"].signature = None
    go(due=True)
    go(due=True)
    assert len(world.scopes) == 1
    clock.forward(hours=17)
    world.asked_now()
    go(due=True)
    assert (len(world.scopes), world.asked_now()) == (1, [])
    clock.forward(hours=2)
    go(due=True)
    assert len(world.scopes) == 2


def test_a_dry_run_writes_nothing(go: Refresh, world: World, store: Store) -> None:
    before = store.execute("SELECT total_changes()")[0][0]
    report = go(dry_run=True)
    assert [target.key for target in report.sources[0].due] == ["a", "b", "c"]
    assert (world.asked, store.execute("SELECT total_changes()")[0][0]) == ([], before)


def test_a_run_is_recorded_with_its_counts(go: Refresh, world: World, store: Store) -> None:
    world.answers["b"] = failure("b")
    go()
    row = store.execute("SELECT command, outcome, counts FROM runs")[0]
    recorded = json.loads(row["counts"])
    assert (row["command"], row["outcome"]) == ("refresh", "failures")
    assert (recorded["ponds-web new"], recorded["ponds-web failed"], recorded["ponds-web requests"]) == (2, 1, 3)
    kept = store.crawl.source_runs()["ponds-web"]
    assert (kept.outcome, kept.counts["new"], kept.listed_at) == ("failures", 2, kept.started_at)


def test_an_interruption_keeps_what_is_done(go: Refresh, world: World, store: Store) -> None:
    class Interrupted(World):
        def fetch(self, target: Target, visit: object) -> object:  # type: ignore[override]
            if target.key == "e":
                raise KeyboardInterrupt
            return super().fetch(target, None)

    other = Interrupted(world.clock, {"d": Page("x"), "e": Page("y")}, name="other")
    with pytest.raises(KeyboardInterrupt):
        go(other)
    assert versions(store) == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert store.execute("SELECT outcome FROM runs")[0][0] == "interrupted"
    assert store.crawl.source_runs()["other"].outcome == "interrupted"
    assert store.execute("SELECT count(*) FROM documents WHERE solution_id IS NULL")[0][0] == 0  # settled


def test_what_was_forgotten_does_not_come_back(go: Refresh, world: World, store: Store) -> None:
    world.pages["b"].author = "bob"
    go()
    store.forget(store.select_document(url_of("a")))
    store.forget(store.select_author("ann"))
    world.asked_now()
    report = go(recheck=True)
    assert world.asked_now() == ["b"]  # c is by ann and its address was forgotten with her
    assert counts(report) == {"unchanged": 1}
    world.pages["d"] = Page("z")  # nobody knows yet that it is by ann
    assert counts(go()) == {"forgotten": 1}
    world.asked_now()
    go(recheck=True)
    assert world.asked_now() == ["b"]
    assert versions(store) == {"b": 1}


def test_leaderboards_give_ranks_to_write_ups(go: Refresh, world: World, store: Store) -> None:
    world.listed += [rank("Ann", 7), rank("bob", 2), rank("Bob", 9, is_team=True)]
    world.pages["b"].author = "BOB"  # two places bear this name
    go()
    sql = "SELECT document, rank, rank_source FROM v_documents ORDER BY 1"
    assert [tuple(row) for row in store.execute(sql)] == [
        ("a", 7, "leaderboard"), ("b", None, None), ("c", 7, "leaderboard"),
    ]  # fmt: skip
    world.listed[1:] = [rank("Ann", 8), rank("bob", 2)]  # the board was read again
    go()
    assert [row[1] for row in store.execute(sql)] == [8, 2, 8]


def test_links_that_documents_give_are_told_to_later_sources(go: Refresh, world: World) -> None:
    go()
    go()
    assert (url_of("a"), PONDS.id) in world.scopes[1].known_links
    assert world.scopes[1].known_competitions == ("ponds",)


def test_requests_are_those_of_the_web_client_where_it_counts(store: Store, world: World, clock: Clock) -> None:
    world.n_requests = None
    gauges = Gauges(clock.now, clock.monotonic, lambda: 5 * len(world.asked))
    report = refresh(store, [world], RefreshRequest(max_requests=7), gauges=gauges)
    assert (world.asked, report.sources[0].counts["requests"]) == (["a", "b"], 10)
