from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from store_samples import COMPETITION, content, document

from corpus import store_targets
from corpus.errors import StoreError
from corpus.ids import document_id
from corpus.records import LeaderboardRank, RankSource, RankStatement, Target, Visit
from corpus.store import MEMORY, Content, Store
from corpus.store_crawl import HostRow, SourceRun

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TARGET = Target("kaggle", "topic:1", "topic", "https://www.kaggle.com/c/frogs/discussion/1", COMPETITION.id, "s1",
                {"title": "First", "votes": 3})  # fmt: skip
URL = "https://blog.example/frogs"


def visit(target: Target = TARGET, **fields: object) -> Visit:
    return Visit(target, NOW, **fields)  # type: ignore[arg-type]


def found(text: str = "We used a ResNet.", *, aliases: tuple[str, ...] = (), **fields: object) -> Content:
    made = document(**{"name": "frogs-1st", "url": URL, "source": "kaggle", **fields})  # type: ignore[arg-type]
    return Content(made, content(made, text), aliases)


def one(store: Store, sql: str) -> object:
    return store.execute(sql)[0][0]


def test_targets_are_kept_as_lists_last_showed_them(store: Store) -> None:
    assert store.crawl.save_targets([TARGET]) == [TARGET]
    moved = replace(TARGET, signature="s2", facts={"votes": 4})
    store.crawl.save_targets([moved])
    assert store.crawl.visits("kaggle") == {"topic:1": Visit(moved)}
    assert store.crawl.visits("blogs") == {}


def test_what_a_visit_found_survives_the_next_list(store: Store) -> None:
    kept = visit(next_check_at=NOW, fetched_signature="s1", etag='W/"x"', last_modified="Fri", content_hash="h",
                 unchanged_in_a_row=2, failures_in_a_row=1, gone_since=NOW)  # fmt: skip
    store.crawl.record_visit(kept)
    store.crawl.save_targets([replace(TARGET, signature="s2")])
    assert store.crawl.visits("kaggle")["topic:1"] == replace(kept, target=replace(TARGET, signature="s2"))


def test_hash_and_body_are_kept_together_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.crawl.save_targets([TARGET])

    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store_targets, "_mark_document", fail)  # the last step of the transaction
        with pytest.raises(StoreError):
            store.crawl.record_visit(visit(content_hash="h"), found())
    assert (one(store, "SELECT count(*) FROM documents"), store.crawl.visits("kaggle")["topic:1"]) == (0, Visit(TARGET))
    assert store.crawl.record_visit(visit(content_hash="h"), found()) == "new"
    assert one(store, "SELECT count(*) FROM document_versions") == 1
    assert one(store, "SELECT document_id FROM targets") == document_id(URL, "")


def test_a_document_is_gone_once_all_its_targets_are(store: Store) -> None:
    other = replace(TARGET, key="topic:2")
    store.crawl.record_visit(visit(), found())
    store.crawl.record_visit(visit(other), found())
    store.crawl.record_visit(visit(gone_since=NOW))
    assert one(store, "SELECT gone_at FROM documents") is None
    store.crawl.record_visit(visit(other, gone_since=NOW))
    assert one(store, "SELECT gone_at FROM documents") == "2026-11-20T12:00:00+00:00"
    assert one(store, "SELECT count(*) FROM document_versions") == 1
    store.crawl.record_visit(visit())
    assert one(store, "SELECT gone_at FROM documents") is None


def test_a_page_that_moved_stays_one_document(store: Store) -> None:
    store.crawl.record_visit(visit(), found())
    moved = "https://blog.example/2026/frogs"
    store.crawl.record_visit(visit(), found(url=moved, name="another"))
    rows = [tuple(row) for row in store.execute("SELECT id, name, url FROM documents")]
    assert rows == [(document_id(URL, ""), "frogs-1st", moved)]
    assert one(store, "SELECT url FROM document_aliases") == URL


def test_other_addresses_lead_to_the_same_document(store: Store) -> None:
    alias = "https://blog.example/?p=7&utm_source=x"
    store.crawl.record_visit(visit(), found(aliases=(alias,)))
    store.crawl.record_visit(visit(replace(TARGET, key="feed:7")), found(url=alias, name="feed-7"))
    assert one(store, "SELECT count(*) FROM documents") == 1
    assert one(store, "SELECT count(DISTINCT document_id) FROM targets") == 1


def test_what_another_source_knew_fills_gaps(store: Store) -> None:
    index = RankStatement(RankSource.INDEX, 4, "a list")
    known = document(url=URL, author="Ann", licence="MIT", votes=3, ranks=(index,), source="folder")
    store.save_document(known, content(known))
    store.crawl.record_visit(visit(), found(name="kaggle-topic-1", votes=9, competition_id=None))
    kept = next(store.documents())
    assert (kept.name, kept.author, kept.licence, kept.votes, kept.source) == (
        "frogs-1st", "Ann", "MIT", 9, "kaggle",
    )  # fmt: skip
    assert (kept.competition_id, kept.ranks) == (COMPETITION.id, (index,))


def test_the_first_text_of_a_known_document_is_new(store: Store) -> None:
    store.save_document(document(url=URL, source="starter"), None)
    assert store.crawl.record_visit(visit(content_hash="h"), found()) == "new"
    assert store.crawl.record_visit(visit(content_hash="i"), found("Other words.")) == "changed"


@pytest.mark.parametrize(("kind", "rank", "expected"), [("writeup", None, 3), ("notebook", None, None),
                                                        ("notebook", 3, 3)])  # fmt: skip
def test_a_place_on_the_board_is_of_write_ups_and_of_what_claims_one(
    store: Store, kind: str, rank: int | None, expected: int | None
) -> None:
    from corpus.records import DocumentKind

    store.save_document(replace(document(author="Ann B", rank=rank), kind=DocumentKind(kind)), None)
    store.crawl.save_ranks([LeaderboardRank(COMPETITION.id, " ann  b ", False, 3)])
    store.settle()
    assert one(store, "SELECT rank FROM v_documents") == expected
    assert one(store, "SELECT rank_source FROM v_documents") == (expected and "leaderboard")


def test_a_confirmed_rank_gets_the_team_and_medal_of_the_board(store: Store) -> None:
    store.save_document(document(author="Ann B", rank=None), None)
    team = LeaderboardRank(COMPETITION.id, "The Anns", True, 3, team="The Anns", medal="gold")
    store.crawl.save_ranks([team, replace(team, name="Ann B", is_team=False)])
    store.settle()
    store.settle()
    rows = store.execute("SELECT team, rank, rank_source, medal FROM solutions WHERE rank = 3")
    assert [tuple(row) for row in rows] == [("The Anns", 3, "leaderboard", "gold")]


def test_only_boards_that_were_read_again_lose_their_old_rows(store: Store) -> None:
    ranks = [LeaderboardRank(COMPETITION.id, name, False, place) for place, name in enumerate(("ann", "bob"), start=1)]
    store.crawl.save_ranks(ranks)
    later = NOW + timedelta(days=400)
    store.crawl.drop_old_ranks("kaggle", later, ())
    assert one(store, "SELECT count(*) FROM leaderboard_ranks") == 2
    store.crawl.drop_old_ranks("kaggle", later, {COMPETITION.id})
    assert one(store, "SELECT count(*) FROM leaderboard_ranks") == 0


def test_a_contradiction_stays_visible(store: Store) -> None:
    stated = document(author="Ann", rank=1)
    store.save_document(stated, None)
    store.crawl.save_ranks([LeaderboardRank(COMPETITION.id, "Ann", True, 12, team="Ann")])
    store.settle()
    store.settle()
    rows = store.execute("SELECT source, rank, evidence FROM document_ranks ORDER BY rank")
    assert [tuple(row) for row in rows] == [
        ("author", 1, "title"), ("leaderboard", 12, "board: kaggle, team name"),
    ]  # fmt: skip
    assert one(store, "SELECT rank FROM v_documents") == 12
    assert store.save_document(stated, None) == "unchanged"


def test_hosts_and_source_runs_come_back_as_they_were(store: Store) -> None:
    host = HostRow("https://blog.example", "rules", "User-agent: *", NOW, NOW)
    store.crawl.save_hosts([host, HostRow("http://other.example")])
    assert store.crawl.hosts() == {host.host: host, "http://other.example": HostRow("http://other.example")}
    run = SourceRun("blogs", None, NOW, NOW, NOW, "done", None, NOW, {"new": 2})
    store.crawl.save_source_run(run)
    store.crawl.save_source_run(replace(run, listed_at=None, outcome="stopped", stop_reason="no"))
    kept = store.crawl.source_runs()["blogs"]
    assert (kept.listed_at, kept.outcome, kept.stop_reason) == (NOW, "stopped", "no")
    assert (kept.stop_until, kept.counts) == (NOW, {"new": 2})


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.text(max_size=5)), max_size=12))
def test_the_last_word_of_a_list_counts(seen: list[tuple[str, str | None]]) -> None:
    with Store.open(Path(MEMORY), now=lambda: NOW) as store:
        kept: dict[str, str | None] = {}
        for key, signature in seen:
            for target in store.crawl.save_targets([Target("s", key, "page", signature=signature)]):
                kept[key] = target.signature
        assert {key: v.target.signature for key, v in store.crawl.visits("s").items()} == kept
        assert kept.keys() == dict(seen).keys()
