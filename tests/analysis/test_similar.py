"""Similar competitions: scores that explain themselves, exclusions, dates, and the same answer in any order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st
from work_done import work_limit

from analysis.similar import CompetitionFacts, Query, SimilarIndex, rank_similar
from analysis.similar_kin import load_scales, metric_kin, type_kin, types_kin
from analysis.similar_reading import topics_of_text
from analysis.similar_traits import load_traits, read_traits
from corpus.catalogue.task_types import MODALITIES, TASKS
from corpus.errors import NotKnownError

FACTS = (
    CompetitionFacts(
        "kidney-vessels", "Kidney Vessel Segmentation in 3D", year=2023, metric="Dice", task_types=("3d/segmentation",)
    ),
    CompetitionFacts(
        "lung-masks", "Lung Segmentation in CT", year=2020, metric="Dice", task_types=("image/segmentation",)
    ),
    CompetitionFacts(
        "house-prices", "House Prices", year=2016, metric="Root Mean Squared Error", task_types=("tabular/regression",)
    ),
    CompetitionFacts(
        "frog-calls",
        "Frog Calls",
        year=2021,
        metric="AUC",
        task_types=("audio/classification",),
        deadline=date(2021, 5, 1),
    ),
    CompetitionFacts(
        "owl-calls-2",
        "Owl Calls 2",
        year=2022,
        metric="AUC",
        task_types=("audio/classification",),
        deadline=date(2022, 5, 1),
    ),
    CompetitionFacts("undated", "Toad Calls", metric="AUC", task_types=("audio/classification",)),
)
VESSELS = "segment blood vessels in 3D CT, Dice, small data"


def test_a_description_finds_the_nearest_first_and_says_why() -> None:
    found = rank_similar(Query(text=VESSELS), FACTS, 3)
    assert [entry.slug for entry in found][:2] == ["kidney-vessels", "lung-masks"]
    first = found[0]
    assert first.score == pytest.approx(sum(first.parts.values()))
    assert set(first.parts) == {"task", "domain", "text", "metric", "traits"}
    assert "3d/segmentation" in first.shared
    assert first.differences == ()


def test_hard_differences_are_said_in_words() -> None:
    query = Query(text="segment houses in satellite images, house masks, Dice")
    house = next(entry for entry in rank_similar(query, FACTS, 10) if entry.slug == "house-prices")
    assert "modality differs: image vs tabular" in house.differences
    assert "metric differs: dice vs Root Mean Squared Error" in house.differences
    assert "year 2016" in house.differences


def test_words_of_a_field_meet_by_topic() -> None:
    assert set(topics_of_text("brain bleed on a CT scan")) & set(topics_of_text("intracranial hemorrhage"))
    assert topics_of_text("zzyzx") == {}


@pytest.mark.parametrize(
    ("text", "topic", "named"),
    [
        ("machine learning on tables", "education", False),
        ("a tutor for each learner", "education", True),
        ("classify images of roofs", "classifieds", False),
        ("rental listings and classified ads", "classifieds", True),
        ("a training set of hourly records", "transport", False),
        ("train the model", "transport", False),
        ("rainforest soundscapes", "weather", False),
        ("hourly rainfall", "weather", True),
        ("tourism in several countries", "travel", True),
        ("ratings of movies", "movies", True),
        ("optimize delivery routes", "optimisation", True),
        ("optimise delivery routes", "optimisation", True),
    ],
)
def test_a_topic_is_named_by_its_words_and_not_by_others_of_one_stem(text: str, topic: str, named: bool) -> None:
    assert (topic in topics_of_text(text)) is named


def test_a_competition_about_one_thing_of_many_does_not_win_by_that() -> None:
    bare = CompetitionFacts("bare", "Insurance")
    more = CompetitionFacts("more", "Insurance claims of drivers: fraud, weather and car accidents")
    query = Query(text="insurance claims after storms, weather and fraud, cars")
    assert rank_similar(query, (bare, more), 1)[0].slug == "more"


def test_a_metric_is_named_by_its_family_where_its_own_name_says_nothing() -> None:
    facts = (
        CompetitionFacts("own-name", "Vessels", metric="Scorer 7", metric_family="dice"),
        CompetitionFacts("no-name", "Vessels again", metric_family="map_at_k"),
    )
    found = {entry.slug: entry for entry in rank_similar(Query(text="vessels, Dice"), facts)}
    assert "metric dice" in found["own-name"].shared
    assert "metric differs: dice vs map at k" in found["no-name"].differences


def test_a_slug_stands_for_its_own_facts_and_is_left_out() -> None:
    found = rank_similar(Query(slug="frog-calls"), FACTS, 10)
    assert [entry.slug for entry in found][:2] == ["owl-calls-2", "undated"]
    assert "frog-calls" not in {entry.slug for entry in found}


def test_an_unknown_slug_names_near_ones() -> None:
    with pytest.raises(NotKnownError) as caught:
        rank_similar(Query(slug="frog-call"), FACTS)
    assert "frog-calls" in caught.value.suggestions


def test_exclusions_take_wildcards() -> None:
    slugs = {entry.slug for entry in rank_similar(Query(slug="undated", exclude=("owl-*",)), FACTS, 10)}
    assert "owl-calls-2" not in slugs
    assert "frog-calls" in slugs


def test_as_of_keeps_what_was_over_and_drops_what_has_no_date() -> None:
    query = Query(text="recognise animal calls in audio", as_of=date(2021, 12, 31))
    slugs = {entry.slug for entry in rank_similar(query, FACTS, 10)}
    assert "frog-calls" in slugs
    assert not slugs & {"owl-calls-2", "undated", "kidney-vessels"}


def test_named_types_and_metric_outweigh_the_words() -> None:
    query = Query(text="calls", task_types=("tabular/regression",), metric="MSE")
    found = {entry.slug: entry for entry in rank_similar(query, FACTS, 10)}
    assert found["house-prices"].parts["task"] == max(entry.parts["task"] for entry in found.values())
    assert found["house-prices"].parts["metric"] > 0


def test_topics_that_travel_without_a_description_count() -> None:
    bare = CompetitionFacts("a", "Project A")
    told = CompetitionFacts("b", "Project B", topics=("volume-scan",))
    assert rank_similar(Query(text="brain hemorrhage on CT"), [bare, told], 1)[0].slug == "b"


def test_nothing_to_compare_gives_nothing() -> None:
    assert rank_similar(Query(text=""), FACTS) == ()
    assert rank_similar(Query(text=VESSELS), ()) == ()


@settings(max_examples=40, deadline=None)
@given(st.permutations(FACTS), st.text(max_size=80))
def test_order_of_the_facts_does_not_matter_and_scores_are_shares(facts: list[CompetitionFacts], text: str) -> None:
    found = rank_similar(Query(text=text), facts, 10)
    assert found == rank_similar(Query(text=text), FACTS, 10)
    assert all(0 < entry.score <= 1.0001 for entry in found)
    assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)


@given(st.sampled_from(MODALITIES), st.sampled_from(TASKS), st.sampled_from(MODALITIES), st.sampled_from(TASKS))
def test_kinship_of_types_is_mutual_and_greatest_with_oneself(a: str, b: str, c: str, d: str) -> None:
    one, other = f"{a}/{b}", f"{c}/{d}"
    assert type_kin(one, other) == type_kin(other, one) <= type_kin(one, one) == 1.0


def test_kinship_of_metrics_and_lists() -> None:
    assert (metric_kin("auc", "auc"), metric_kin("dice", "iou"), metric_kin("dice", "rmse")) == (1.0, 0.5, 0.0)
    assert metric_kin(None, None) == 0.0
    assert types_kin((("image/detection", 1.0),), ("text/ner", "image/detection")) == pytest.approx(0.85)
    assert types_kin((), ("text/ner",)) == 0.0


def test_weights_of_the_parts_sum_to_one() -> None:
    assert sum(load_scales().weights.values()) == pytest.approx(1.0)


def test_a_thousand_competitions_are_searched_quickly() -> None:
    facts = [
        CompetitionFacts(f"{entry.slug}-{number}", entry.title, metric=entry.metric, task_types=entry.task_types)
        for number in range(170)
        for entry in FACTS
    ]
    index = SimilarIndex.build(facts)
    index.search(Query(text=VESSELS))
    with work_limit(20):  # about 2
        found = index.search(Query(text=VESSELS), 10)
    assert len(found) == 10


def test_data_traits_size_and_format_are_parts_of_their_own() -> None:
    one = CompetitionFacts(
        "one", "Noisy labels, one", year=2021, n_teams=900, traits=("noisy labels", "code competition")
    )
    near = CompetitionFacts("near", "Weak label set", year=2022, n_teams=1000, traits=("no internet",))
    far = CompetitionFacts("far", "Something", year=2012, n_teams=12)
    found = {entry.slug: entry.parts for entry in rank_similar(Query(slug="one"), (one, near, far))}
    for part in ("traits", "size", "format"):
        assert found["near"][part] > found.get("far", {}).get(part, 0.0)


def test_curated_words_domain_and_series_are_compared() -> None:
    bare = CompetitionFacts("bare", "Challenge B")
    told = CompetitionFacts("told", "Challenge A", keywords=("marmot", "whistle"), domains=("ecology/bioacoustics",))
    kin = CompetitionFacts("kin", "Challenge C", domains=("ecology/species",), series="marmots")
    own = CompetitionFacts("own", "Challenge D", series="marmots", domains=("ecology/bioacoustics",))
    facts = (bare, told, kin, own)
    assert rank_similar(Query(text="whistles of a marmot"), facts, 1)[0].slug == "told"
    found = {entry.slug: entry for entry in rank_similar(Query(slug="own"), facts)}
    assert "series marmots" in found["kin"].shared
    assert "ecology/bioacoustics" in found["told"].shared
    assert "bare" not in found


def test_every_trait_has_a_kind() -> None:
    assert set(load_traits().values()) == {"data", "format"}
    assert read_traits("few images, multi-label") == {"few-samples", "multi-label"}
    assert read_traits("", ("own trait", "no internet")) == {"own trait", "code-competition"}
