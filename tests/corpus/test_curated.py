"""Curated facts: read, checked, kept above inferred ones wherever the competition is known, and left out on request."""

from __future__ import annotations

import pytest

from corpus.catalogue.curated import CuratedCompetition, check_curated, load_curated, parse_curated
from corpus.errors import CatalogueError
from corpus.ids import competition_id
from corpus.records import Competition, Filters, TaskType
from corpus.store import Store
from corpus.views_export import export_competitions
from corpus.views_similar import select_compared

ABOUT = "Count seals on photographs that were taken from a plane above drifting ice along a northern coast."
SEALS = CuratedCompetition(
    slug="count-the-seals",
    task_types=("image/detection", "image/regression"),
    domains=("ecology/species",),
    metric_family="rmse",
    series="seals",
    traits=("high resolution",),
    about=ABOUT,
    keywords=("seal", "aerial"),
    basis="known",
)
KEY = competition_id("kaggle", SEALS.slug)
INFERRED = TaskType(KEY, "tabular/regression", 0, "inferred", "metric: RMSE", "test")


@pytest.fixture
def seals(store: Store) -> Store:
    store.save_source("folder", "folder")
    store.save_competitions([Competition(id=KEY, slug=SEALS.slug, platform="kaggle", title="Seals")], "folder")
    store.save_task_types([INFERRED])
    return store


def test_curated_types_stand_above_inferred_ones_which_stay_beside(seals: Store) -> None:
    assert seals.load_curated([SEALS, CuratedCompetition("not-here", ("text/ner",))], "one")
    assert not seals.load_curated([], "one")
    (row,) = export_competitions(seals, Filters())
    assert [(t.source, t.task_type) for t in row.task_types] == [
        ("curated", "image/detection"), ("curated", "image/regression"), ("inferred", "tabular/regression"),
    ]  # fmt: skip
    assert row.competition.task_types == "image/detection image/regression"
    assert seals.execute("SELECT count(*) FROM v_all_task_types WHERE competition_id LIKE '%not-here'")[0][0] == 0


def test_curated_facts_reach_a_competition_that_comes_later(store: Store) -> None:
    store.load_curated([SEALS], "one")
    store.save_source("folder", "folder")
    store.save_competitions([Competition(id=KEY, slug=SEALS.slug, platform="kaggle", title="Seals")], "folder")
    (row,) = export_competitions(store, Filters())
    assert row.competition.task_types == "image/detection image/regression"


def test_a_label_of_the_corpus_itself_stands_above_the_shipped_one(seals: Store) -> None:
    seals.load_curated([SEALS], "one")
    seals.save_task_types([TaskType(KEY, "video/tracking", 0, "curated", "by hand", "me")])
    (row,) = export_competitions(seals, Filters())
    assert row.competition.task_types == "video/tracking"


def test_a_curated_competition_without_task_types_keeps_the_inferred_ones(seals: Store) -> None:
    seals.load_curated([CuratedCompetition(SEALS.slug, about=ABOUT)], "one")
    (row,) = export_competitions(seals, Filters())
    assert row.competition.task_types == "tabular/regression"


def test_everything_curated_is_left_out_when_it_is_not_wanted(seals: Store) -> None:
    seals.load_curated([SEALS], "one")
    (with_facts,) = select_compared(seals)
    assert with_facts.task_types == SEALS.task_types
    assert with_facts.curated is not None
    assert (with_facts.curated.series, with_facts.curated.keywords) == ("seals", ("seal", "aerial"))
    (without,) = select_compared(seals, curated=False)
    assert (without.task_types, without.curated) == (("tabular/regression",), None)


def test_a_newer_version_takes_the_place_of_the_old(seals: Store) -> None:
    seals.load_curated([SEALS], "one")
    assert seals.load_curated([], "two")
    (row,) = export_competitions(seals, Filters())
    assert row.competition.task_types == "tabular/regression"


def test_sound_facts_break_no_rule() -> None:
    assert check_curated([SEALS, CuratedCompetition("bare")], {SEALS.slug: "Seals, seen from above"}) == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (CuratedCompetition("a", ("image/baking",)), "no task type"),
        (CuratedCompetition("a", domains=("cheese",)), "no domain"),
        (CuratedCompetition("a", metric_family="best"), "no metric family"),
        (CuratedCompetition("a", basis="heard"), "no basis"),
        (CuratedCompetition("a", about="Too short."), "2 words"),
        (CuratedCompetition("a", keywords=("seal", "seal")), "twice"),
        (CuratedCompetition("a", traits=tuple("abcdefg")), "more than 6"),
        (CuratedCompetition("a", about=ABOUT), "repeats the description"),
    ],
)
def test_each_broken_rule_is_named(row: CuratedCompetition, problem: str) -> None:
    (found,) = check_curated([row], {"a": f"Your task: {ABOUT.lower()} Good luck."})[:1]
    assert found.startswith("a: ")
    assert problem in found


@pytest.mark.parametrize("line", ["{", "[]", '{"slug": 3}', '{"slug": "a", "colour": "red"}'])
def test_a_line_that_cannot_be_used_is_named(line: str) -> None:
    with pytest.raises(CatalogueError, match="line 2"):
        parse_curated(['{"slug": "first"}', line], "here")


def test_a_competition_twice_is_refused() -> None:
    with pytest.raises(CatalogueError, match="twice"):
        parse_curated(['{"slug": "a"}', '{"slug": "a"}'], "here")


def test_the_shipped_facts_keep_the_rules() -> None:
    _, shipped = load_curated()
    assert check_curated(shipped.values(), {}) == []
