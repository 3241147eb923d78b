from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from meta_samples import SCOPE, TABLES, Kept, texts, write_table, write_tables

from corpus.errors import UsageError
from corpus.ids import document_id
from corpus.records import Competition, Failure, Fetched, Gone, LeaderboardRank, Target, Visit
from corpus.store import MEMORY, Store
from miner.jobs.refresh import RefreshRequest, refresh
from miner.sources.meta_kaggle import MetaKaggle, open_source
from miner.sources.protocol import Answer

MESSAGES = TABLES["ForumMessages"][1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tables(tmp_path / "tables")


def source(folder: Path, **options: object) -> MetaKaggle:
    return open_source({"folder": str(folder), **options}, None, {})


def topics(items: object) -> dict[str, Target]:
    assert isinstance(items, list)
    return {item.key: item for item in items if isinstance(item, Target) and item.kind == "topic"}


def facts_of(items: object, key: str) -> dict[str, str | int | None]:
    assert isinstance(items, list)
    return next(item.facts for item in items if isinstance(item, Target) and item.key == key)


def test_competitions_come_with_what_the_tables_know(folder: Path) -> None:
    items, _ = Kept().refresh(source(folder))
    pond, reef, _ = (item for item in items if isinstance(item, Competition))
    assert pond == Competition(
        id="kaggle/pond-life",
        slug="pond-life",
        platform="kaggle",
        title="Pond Life",
        url="https://www.kaggle.com/competitions/pond-life",
        year=2024,
        deadline=date(2024, 5, 31),
        metric="Macro F1",
        description="Count",
        tags=("image",),
        n_teams=900,
        reward="$50,000",
        provenance="Meta Kaggle",
    )
    assert (reef.deadline, reef.reward, reef.tags) == (date(2023, 2, 1), "Swag", ())


def test_final_ranks_of_teams_and_members(folder: Path) -> None:
    items, _ = Kept().refresh(source(folder))
    found = [item for item in items if isinstance(item, LeaderboardRank)]
    assert {(rank.competition_id, rank.name, rank.is_team, rank.rank, rank.medal) for rank in found} == {
        ("kaggle/pond-life", "Newts", True, 3, "gold"),
        ("kaggle/pond-life", "annewt", False, 3, "gold"),
        ("kaggle/pond-life", "bobnewt", False, 3, "gold"),
        ("kaggle/reef-calls", "Divers", True, 2, None),  # over, and no private rank: the public one is final
        ("kaggle/reef-calls", "annewt", False, 2, None),
    }  # neither the benchmark, nor a rank above 100, nor that of a competition under way
    assert {rank.source for rank in found} == {"meta-kaggle"}


def test_write_ups_are_listed_and_fetched(folder: Path) -> None:
    kept = Kept()
    items, answers = kept.refresh(source(folder))
    assert set(topics(items)) == {"topic:601", "topic:603", "topic:605"}
    assert texts(answers) == {
        "topic:601": 'We used "ConvNeXt",\n\n- and a **U-Net**\n',
        "topic:603": "<p>LightGBM only, größer</p>",
        "topic:605": "Two encoders",
    }
    formats = {key: answer.format for key, answer in answers.items() if isinstance(answer, Fetched)}
    assert formats == {"topic:601": "md", "topic:603": "html", "topic:605": "md"}


def test_a_write_up_is_the_same_document_as_in_other_sources(folder: Path) -> None:
    meta = source(folder)
    items, answers = Kept().refresh(meta)
    target, answer = topics(items)["topic:601"], answers["topic:601"]
    assert isinstance(answer, Fetched)
    document = meta.describe(target, answer)
    assert document.url == "https://www.kaggle.com/competitions/pond-life/discussion/601"
    assert document.id == document_id("https://kaggle.com/c/pond-life/discussion/601", "")
    assert (document.title, document.author, document.votes) == ("3rd place solution", "Ann Newt", 40)
    assert (document.published_on, document.competition_id) == (date(2024, 6, 2), "kaggle/pond-life")
    assert [(str(rank.source), rank.rank) for rank in document.ranks] == [("leaderboard", 3), ("author", 3)]


def test_ranks_of_write_ups_come_from_the_team_that_names_them_or_the_authors(folder: Path) -> None:
    items, _ = Kept().refresh(source(folder))
    found = {key: (target.facts["rank"], target.facts["rank_evidence"]) for key, target in topics(items).items()}
    assert found == {
        "topic:601": (3, "Meta Kaggle: its author's team"),
        "topic:603": (250, "Meta Kaggle: the team names this write-up"),
        "topic:605": (2, "Meta Kaggle: its author's team"),
    }


def test_a_topic_from_before_the_close_gets_no_rank_from_its_author(folder: Path) -> None:
    header, rows = TABLES["ForumTopics"]
    early = [(*row[:4], "05/01/2024", *row[5:]) if row[0] == 601 else row for row in rows]
    write_table(folder, "ForumTopics", header, early)
    items, _ = Kept().refresh(source(folder))
    assert topics(items)["topic:601"].facts["rank"] is None


def test_dangling_keys_and_bad_dates_are_counted(folder: Path) -> None:
    header, rows = TABLES["Competitions"]
    write_table(folder, "Competitions", header, [(*rows[0][:4], "31/31/2024", *rows[0][5:]), *rows[1:]])
    items, _ = Kept().refresh(source(folder))
    assert not [item for item in items if isinstance(item, Failure)]
    assert facts_of(items, "table:Teams.csv")["dangling Teams.CompetitionId"] == 1
    assert facts_of(items, "table:ForumTopics.csv")["dangling ForumTopics.FirstForumMessageId"] == 1
    assert facts_of(items, "table:CompetitionTags.csv")["dangling CompetitionTags.TagId"] == 1
    assert facts_of(items, "table:Competitions.csv")["unreadable dates in DeadlineDate"] == 1
    assert facts_of(items, "table:ForumMessages.csv")["columns_ignored"] == 1


def test_unchanged_tables_are_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    items, _ = kept.refresh(source(folder))
    for path in folder.glob("*.csv"):
        os.utime(path, (1, 1))  # another time, the same bytes: hashed, not read
    monkeypatch.setattr("miner.sources.meta_tables.Table.rows", lambda self: pytest.fail("was read"))
    again, answers = kept.refresh(source(folder))
    assert topics(again) == topics(items)
    assert answers == {}
    assert facts_of(again, "table:ForumMessages.csv")["rows"] == len(MESSAGES)


def test_a_new_dump_touches_only_what_changed(folder: Path) -> None:
    kept = Kept()
    kept.refresh(source(folder))
    edited = tuple((*row[:5], "Two encoders, edited") if row[0] == 9006 else row for row in MESSAGES)
    write_tables(folder, ForumMessages=((8000, 601, 105, "", "<p>older</p>", "moves all offsets"), *edited))
    items, answers = kept.refresh(source(folder))
    assert texts(answers) == {"topic:605": "Two encoders, edited"}
    first = topics(items)["topic:601"]
    answer = source(folder).fetch(first, None)
    assert isinstance(answer, Fetched)
    assert answer.content.startswith(b"We used")


def test_a_write_up_that_a_new_dump_lacks_is_gone(folder: Path) -> None:
    kept = Kept()
    kept.refresh(source(folder))
    header, rows = TABLES["ForumTopics"]
    write_table(folder, "ForumTopics", header, [row for row in rows if row[0] != 605])
    _, answers = kept.refresh(source(folder, accept_smaller=True))
    assert isinstance(answers["topic:605"], Gone)
    assert not texts(answers)


def test_a_cut_table_is_refused_and_costs_only_what_needs_it(folder: Path) -> None:
    kept = Kept()
    kept.refresh(source(folder))
    write_tables(folder, ForumMessages=MESSAGES[:2])
    items, answers = kept.refresh(source(folder))
    (failure,) = (item for item in items if isinstance(item, Failure))
    assert failure.item == "ForumMessages.csv"
    assert "2 rows where the last import had 7" in failure.message
    assert len([item for item in items if isinstance(item, Competition)]) == 3
    assert not [item for item in items if isinstance(item, Target)]  # nothing is remembered of a broken import
    assert not any(isinstance(answer, Gone) for answer in answers.values())
    write_tables(folder)
    assert topics(kept.refresh(source(folder))[0])


@pytest.mark.parametrize("name", ["Teams", "Users", "ForumTopics", "ForumMessages", "Competitions", "TeamMemberships"])
def test_nothing_of_a_table_with_an_open_quote_comes_out(folder: Path, name: str) -> None:
    path = folder / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[-2] = lines[-2].replace(",", ',"', 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    items, _ = Kept().refresh(source(folder))
    assert [item.item for item in items if isinstance(item, Failure)] == [f"{name}.csv"]
    ranks = [item for item in items if isinstance(item, LeaderboardRank)]
    assert bool(ranks) is (name not in ("Teams", "Competitions"))
    assert any(not rank.is_team for rank in ranks) is name.startswith("Forum")
    assert bool(topics(items)) is (name in ("Teams", "Users", "TeamMemberships"))


def test_a_scoped_import_lists_its_competition_and_remembers_no_table(folder: Path) -> None:
    kept = Kept()
    items, _ = kept.refresh(source(folder), replace(SCOPE, competitions=("Reef-Calls",)))
    assert {item.competition_id for item in items if isinstance(item, Target)} == {"kaggle/reef-calls"}
    assert [item.slug for item in items if isinstance(item, Competition)] == ["reef-calls"]
    assert not [key for key in kept.visits if key.startswith("table:")]
    whole, _ = kept.refresh(source(folder))
    assert len(topics(whole)) == 3
    known, _ = kept.refresh(source(folder), replace(SCOPE, competitions=("reef-calls",)))
    assert set(topics(known)) == {"topic:605"}


def test_since_lists_topics_that_were_begun_or_answered_since(folder: Path) -> None:
    items, _ = Kept().refresh(source(folder), replace(SCOPE, since=date(2024, 6, 4)))
    assert set(topics(items)) == {"topic:601"}


def test_a_text_that_is_not_where_it_was_listed_is_a_failure(folder: Path) -> None:
    kept = Kept()
    kept.refresh(source(folder))
    target = kept.visits["topic:605"].target
    write_tables(folder, ForumMessages=MESSAGES[2:])
    assert isinstance(source(folder).fetch(target, None), Failure)
    assert isinstance(source(folder).fetch(replace(target, facts={}), None), Failure)


def test_tables_that_are_not_needed_may_be_missing(folder: Path) -> None:
    for name in ("Tags", "CompetitionTags", "Forums"):
        (folder / f"{name}.csv").unlink()
    items, _ = Kept().refresh(source(folder))
    assert not [item for item in items if isinstance(item, Failure)]
    assert set(topics(items)) == {"topic:601", "topic:603"}  # the forum of the third was known by its title alone


def test_a_folder_without_tables_says_so(tmp_path: Path) -> None:
    items, _ = Kept().refresh(source(tmp_path))
    assert {item.item for item in items if isinstance(item, Failure)} >= {"Competitions.csv", "ForumMessages.csv"}
    assert all(isinstance(item, Failure) for item in items)


@pytest.mark.parametrize("options", [{"folder": 5}, {"rank_at_most": 0}, {"accept_smaller": "yes"}])
def test_options_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="meta-kaggle"):
        open_source(options, None, {})


def test_without_a_folder_tables_go_to_the_platforms_cache() -> None:
    assert open_source({}, None, {}).cache_dir.name == "meta-kaggle"


def content(store: Store) -> list[tuple[object, ...]]:
    """What the store holds of each document: its address, the hash of its text, its rank and who says so."""
    sql = (
        "SELECT d.url, d.content_hash, s.rank, s.rank_source, count(v.document_id) FROM documents d "
        "JOIN solutions s ON s.id = d.solution_id LEFT JOIN document_versions v ON v.document_id = d.id "
        "GROUP BY d.id ORDER BY d.url"
    )
    return [tuple(row) for row in store.execute(sql)]


def interrupt_after(n: int) -> Callable[[MetaKaggle, Target, Visit | None], Answer]:
    """A fetch during which the user presses Ctrl-C, after n that went well."""
    calls, fetch = iter(range(n)), MetaKaggle.fetch

    def interrupted(meta: MetaKaggle, target: Target, visit: Visit | None) -> Answer:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return fetch(meta, target, visit)

    return interrupted


def test_an_import_stopped_anywhere_is_completed_by_the_next(folder: Path) -> None:
    def imported(n_fetches: int | None) -> Store:
        store = Store.open(Path(MEMORY), now=lambda: SCOPE.now)
        if n_fetches is not None:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(MetaKaggle, "fetch", interrupt_after(n_fetches))
                with pytest.raises(KeyboardInterrupt):
                    refresh(store, [source(folder)], RefreshRequest())
        refresh(store, [source(folder)], RefreshRequest())
        return store

    with imported(None) as whole:
        expected = content(whole)
        assert [row[2:] for row in expected] == [(3, "leaderboard", 1), (250, "leaderboard", 1), (2, "leaderboard", 1)]
    for n_fetches in range(6):
        with imported(n_fetches) as store:
            assert content(store) == expected
