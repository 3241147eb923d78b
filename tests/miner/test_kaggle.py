"""The kaggle source: what it lists, fetches and describes, and what an unchanged world costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from kaggle_scripted import NOW, TOKEN, Clock, point_at, refuse, reply, serve
from kaggle_world import CLOSED_AT, NOTEBOOK, Run, World

from corpus.errors import UsageError
from corpus.records import (
    Competition,
    Failure,
    Fetched,
    Gone,
    LeaderboardRank,
    RankSource,
    Stop,
    Unchanged,
)
from miner.fetch.kaggle_client import HOW_TO, KaggleHost
from miner.sources.kaggle import NAME, Kaggle, open_source
from miner.sources.protocol import Scope


@pytest.fixture
def world() -> World:
    return World()


@contextmanager
def opened(world: World, patch: pytest.MonkeyPatch) -> Iterator[tuple[Kaggle, Any]]:
    """The source on this world, and what the world was asked."""
    with serve(world.answer) as kaggle:
        point_at(kaggle.url, patch)
        with closing(Kaggle(KaggleHost("us", 0, Clock().surroundings()))) as source:
            yield source, kaggle


def discover(world: World, patch: pytest.MonkeyPatch, before: Run | None = None, scope: Scope | None = None) -> Run:
    """One run over the lists, after another one."""
    with opened(world, patch) as (source, kaggle):
        items = list(source.discover(scope or Scope(NOW), before.visits if before else {}))
        assert source.n_requests == len(kaggle.calls)
    assert TOKEN not in repr(items)
    return Run(items, kaggle.methods())


def test_competitions_come_with_their_pages_and_boards(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = discover(world, monkeypatch)
    owls, bats = run.of(Competition)
    assert (owls.id, owls.title, owls.deadline, owls.year) == ("kaggle/owls", "The owls", date(2026, 1, 10), 2026)
    assert owls.description == "Count them.\n\nOwls\n\nMacro F1 of calls"
    assert (owls.metric, owls.n_teams, owls.tags) == ("F1", 3, ("audio",))
    assert bats.slug == "bats"
    assert {(r.competition_id, r.name, r.is_team, r.rank) for r in run.of(LeaderboardRank)} == {
        ("kaggle/owls", "Bob", True, 1),
        ("kaggle/owls", "bob", False, 1),
        ("kaggle/owls", "Ada", True, 2),
        ("kaggle/owls", "ada", False, 2),
    }
    assert run.methods["DownloadLeaderboard"] == 1, "the open competition's board is not final"
    assert run.failures == []


def test_solutions_are_told_from_talk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = discover(world, monkeypatch)
    evidence = {key: t.facts["solution"] for key, t in run.targets.items() if t.kind == "topic"}
    assert evidence == {
        "topic:11": "title: rank 2",
        "topic:12": "author on the leaderboard, title: approach",
        "topic:15": "Kaggle keeps it as a competition write-up",
    }
    assert run.targets["topic:15"].facts["rank"] == 4
    assert all(run.targets[key].signature is None for key in evidence)


def test_topics_go_on_where_their_number_is_not_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = [world.topic(number, f"{number}th place solution", "Ada") for number in range(4, 29)]
    pages = {1: titles[:20], 2: titles[20:]}
    monkeypatch.setattr(
        world, "on_list_competition_topics", lambda slug, fields: {"topics": pages[fields["page"]]}, raising=True
    )
    run = discover(world, monkeypatch, None, Scope(NOW, competitions=("owls",)))
    assert len([target for target in run.targets.values() if target.kind == "topic"]) == 25
    assert run.failures == []
    assert run.methods["ListCompetitionTopics"] == 2


def test_an_unchanged_world_costs_its_list_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = discover(world, monkeypatch)
    second = discover(world, monkeypatch, first)
    assert second.methods == {"ListCompetitions": 1, "ListCompetitionTopics": 2, "ListKernels": 2}
    assert second.targets == first.targets
    assert second.of(Competition) == second.of(LeaderboardRank) == second.failures == []


def test_a_changed_competition_and_a_new_topic_are_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = discover(world, monkeypatch)
    world.competitions[1]["title"] = "The other bats"
    world.topics["owls"].append(world.topic(16, "What we learned about owls", "Bob"))
    second = discover(world, monkeypatch, first)
    assert [c.title for c in second.of(Competition)] == ["The other bats"]
    assert second.targets.keys() - first.targets.keys() == {"topic:16"}
    assert second.methods["DownloadLeaderboard"] == second.methods["ListEntities"] == 1


def test_a_board_is_read_again_once_it_has_settled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    days = {day: Scope(datetime(2026, 1, day, 12, tzinfo=UTC)) for day in (9, 11, 20, 26, 29)}
    run, read = None, []
    for scope in days.values():
        run = discover(world, monkeypatch, run, scope)
        read.append(len(run.of(LeaderboardRank)) > 0)
    assert read == [False, True, False, True, False]


def test_what_lists_omit_is_asked_for_by_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = world.competitions.pop(0)
    scope = Scope(NOW, known_competitions=("bats", "kaggle/owls", "owls", "drivendata/frogs", "nowhere", "../etc"))
    listed = list(world.competitions)
    world.overrides["ListCompetitions"] = reply({"competitions": listed})
    world.competitions.append(closed)
    first = discover(world, monkeypatch, None, scope)
    assert {c.slug for c in first.of(Competition)} == {"owls", "bats"}
    assert first.methods["GetCompetition"] == 2
    second = discover(world, monkeypatch, first, scope)
    assert second.methods["GetCompetition"] == 1, "what Kaggle does not know is not asked for again"
    with opened(world, monkeypatch) as (source, _):
        assert isinstance(source.fetch(first.targets["competition:nowhere"], None), Gone)
        assert source.fetch(first.targets["competition:owls"], None) == Unchanged()
        assert source.n_requests == 0


def test_only_the_competitions_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = discover(world, monkeypatch, None, Scope(NOW, competitions=("bats", "nowhere")))
    assert [c.slug for c in run.of(Competition)] == ["bats"]
    assert [failure.item for failure in run.failures] == ["competition nowhere"]
    assert run.methods["ListCompetitions"] == 0


def test_since_ends_a_list_that_goes_back_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.topics["owls"].sort(key=lambda topic: topic["postDate"], reverse=True)
    run = discover(world, monkeypatch, None, Scope(NOW, since=date(2026, 1, 12)))
    assert {key for key, t in run.targets.items() if t.kind != "competition"} == {"topic:15", "topic:12"}


def test_the_competition_not_looked_into_for_longest_comes_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = discover(world, monkeypatch)
    world.competitions.append(world.competition("frogs", CLOSED_AT))
    world.topics["frogs"] = world.kernels["frogs"] = []
    second = discover(world, monkeypatch, first)
    order = [key for key, target in second.targets.items() if target.kind == "competition"]
    assert order == ["competition:frogs", "competition:owls", "competition:bats"]


@pytest.mark.parametrize(
    ("method", "item"),
    [
        ("ListCompetitionPages", "pages of owls"),
        ("DownloadLeaderboard", "leaderboard of owls"),
        ("ListCompetitionTopics", "topics of owls"),
        ("ListKernels", "notebooks of owls"),
        ("ListEntities", "search for write-ups"),
        ("ListCompetitions", "competitions"),
    ],
)
def test_a_list_that_fails_is_one_failure_and_is_read_by_the_next_run(
    method: str, item: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.overrides[method] = refuse(500)
    broken = discover(world, monkeypatch)
    assert item in [failure.item for failure in broken.failures]
    world.overrides.clear()
    mended = discover(world, monkeypatch, broken)
    assert mended.failures == []
    assert mended.targets == discover(world, monkeypatch).targets


def test_pages_that_failed_are_read_by_the_next_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.overrides["ListCompetitionPages"] = refuse(500)
    broken = discover(world, monkeypatch)
    assert {c.description for c in broken.of(Competition)} == {"Count them."}
    world.overrides.clear()
    mended = discover(world, monkeypatch, broken)
    assert {c.description for c in mended.of(Competition)} == {"Count them.\n\nOwls\n\nMacro F1 of calls"}


def test_without_rights_one_stop_ends_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.overrides["ListCompetitions"] = refuse(401)
    run = discover(world, monkeypatch)
    assert [type(item) for item in run.items] == [Stop]
    assert HOW_TO in run.items[0].reason  # type: ignore[attr-defined]


def test_a_stop_in_the_middle_comes_last(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.overrides["ListCompetitionTopics"] = refuse(429, **{"Retry-After": "99999"})
    run = discover(world, monkeypatch)
    assert isinstance(run.items[-1], Stop)
    assert len(run.of(Stop)) == 1
    assert run.methods["ListKernels"] == 0


def test_a_topic_becomes_a_write_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = discover(world, monkeypatch)
    with opened(world, monkeypatch) as (source, _):
        answer = source.fetch(run.targets["topic:11"], None)
        assert isinstance(answer, Fetched)
        document = source.describe(run.targets["topic:11"], answer)
        searched = source.describe(run.targets["topic:15"], answer)
    assert (answer.content, answer.format) == (b"# 2nd place solution", "md")
    assert document.url == "https://www.kaggle.com/competitions/owls/discussion/11"
    assert (document.kind, document.author, document.votes) == ("writeup", "Ada", 9)
    assert (document.published_on, document.competition_id) == (date(2026, 1, 11), "kaggle/owls")
    assert [(r.source, r.rank) for r in document.ranks] == [(RankSource.AUTHOR, 2)]
    assert [(r.source, r.rank) for r in searched.ranks] == [(RankSource.LEADERBOARD, 4)]


def test_a_topic_without_markdown_is_kept_as_html(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    target = discover(world, monkeypatch).targets["topic:11"]
    own = {"id": 2, "postDate": "2026-01-11T08:00:00Z", "authorName": "Ada", "content": "<p>x</p>"}
    with opened(world, monkeypatch) as (source, _):
        world.overrides["ListTopicMessages"] = reply({"messages": [own]})
        first = source.fetch(target, None)
        world.overrides["ListTopicMessages"] = reply({"messages": [own | {"authorName": "somebody else"}]})
        second = source.fetch(target, None)
    assert isinstance(first, Fetched)
    assert isinstance(second, Fetched)
    assert (first.content, first.format) == (b"<p>x</p>", "html")
    assert (second.content, second.format) == (b"<p>whole</p>", "html")


def test_notebooks_and_scripts_are_described(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = discover(world, monkeypatch)
    assert {key for key, t in run.targets.items() if t.kind == "notebook"} == {"kernel:ada/owl-net", "kernel:cy/bat"}
    assert run.targets["kernel:ada/owl-net"].signature == "2026-01-07T10:00:00.123000|7"
    assert run.targets["kernel:ada/owl-net"].competition_id == "kaggle/owls", "where it was met first"
    described = {}
    with opened(world, monkeypatch) as (source, _):
        for key in ("kernel:ada/owl-net", "kernel:cy/bat"):
            answer = source.fetch(run.targets[key], None)
            assert isinstance(answer, Fetched)
            described[key] = source.describe(run.targets[key], answer)
    notebook, script = described.values()
    assert notebook.url == "https://www.kaggle.com/code/ada/owl-net"
    assert (notebook.kind, notebook.format, notebook.votes) == ("notebook", "ipynb", 5)
    assert (notebook.author, notebook.published_on) == ("Ada A.", date(2026, 1, 7))
    assert (script.kind, script.format) == ("script", "rmd")


@pytest.mark.parametrize("source_text", [NOTEBOOK[:-20], "", "[1]", "[" * 100_000])
def test_a_notebook_that_is_not_whole_is_never_content(
    source_text: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = discover(world, monkeypatch).targets["kernel:ada/owl-net"]
    world.sources["ada/owl-net"] = source_text
    with opened(world, monkeypatch) as (source, _):
        answer = source.fetch(target, None)
    assert isinstance(answer, Failure)
    assert answer.message.startswith("truncated: ")


def test_what_was_deleted_is_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = discover(world, monkeypatch)
    world.overrides["ListTopicMessages"] = world.overrides["GetKernel"] = refuse(404)
    with opened(world, monkeypatch) as (source, _):
        for key in ("topic:11", "kernel:cy/bat"):
            assert isinstance(source.fetch(run.targets[key], None), Gone)


def test_what_is_missing_once_is_not_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    target = discover(world, monkeypatch).targets["kernel:cy/bat"]
    answers = iter([refuse(404), reply({"blob": {"source": "# bats", "kernelType": "script", "language": "python"}})])
    monkeypatch.setattr(world, "answer", lambda method, fields, n: next(answers))
    with opened(world, monkeypatch) as (source, _):
        assert isinstance(source.fetch(target, None), Fetched)


def test_options_are_checked() -> None:
    assert open_source({"competitions": ["owls"], "pace_s": 2}, None, {}).name == NAME
    for wrong in ({"competitions": "owls"}, {"pace_s": "fast"}, {"pace_s": -1}):
        with pytest.raises(UsageError):
            open_source(wrong, None, {})
