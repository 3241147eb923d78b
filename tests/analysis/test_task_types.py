"""Task types are read from what a competition says; the closed lists and the data files hold together."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from analysis.task_types import MADE_BY, infer_from_text, infer_task_types
from analysis.task_types_metrics import metric_families, metric_family
from analysis.task_types_phrases import PhraseFinder
from analysis.task_types_rules import load_rules, load_topics, topics_with_broader
from analysis.task_types_words import spellings, stem, tokens
from corpus.catalogue.task_types import is_task_type, load_task_names, resolve_tag, resolve_task
from corpus.records import Competition


def competition(title: str, **facts: object) -> Competition:
    return Competition(id="kaggle/x", slug="x", platform="kaggle", title=title, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "metric", "description", "wanted"),
    [
        (
            "Frog Call Identification",
            "Macro F1",
            "Name the frog in an audio recording of a pond",
            "audio/classification",
        ),
        ("Lake Segmentation", "Dice", "Outline lakes in satellite images", "image/segmentation"),
        ("Parcel Boxes", "COCO mAP", "Draw bounding boxes around parcels in photos", "image/detection"),
        ("Umbrella Sales Forecasting", "SMAPE", None, "time-series/forecasting"),
        ("House Prices of Elbonia", "RMSLE", None, "tabular/regression"),
        ("Who Will Leave? Telecom Churn", "Log Loss", None, "tabular/classification"),
        ("Song Recommendation Contest", "MAP@{K}", None, "tabular/recommendation"),
        ("Rude Comments", "AUC", "Find toxic comments in a forum", "text/classification"),
        ("Essay Scoring for Schools", "Quadratic Weighted Kappa", None, "text/regression"),
        ("Answer Trivia", "Accuracy", "Multiple choice question answering", "text/question-answering"),
        ("Personal Names", "F1", "Named entity recognition in letters", "text/ner"),
        ("Island Landmark Retrieval", None, "Find the same landmark in other images", "image/retrieval"),
        ("Santa's Lorry", None, "Find the shortest tour through all villages", "other/optimization"),
        (
            "Robot Tag",
            None,
            "Train agents with reinforcement learning in a simulation environment",
            "game/reinforcement-learning",
        ),
        ("Maths Olympiad", "Accuracy", "Solve mathematical olympiad problems", "math/reasoning"),
        (
            "Farm LiDAR",
            "mean average precision at IoU thresholds",
            "3D object detection in point clouds",
            "3d/detection",
        ),
        ("Time to Relapse", "Concordance Index", "Survival analysis of patients", "tabular/survival"),
    ],
)
def test_main_type(title: str, metric: str | None, description: str | None, wanted: str) -> None:
    found = infer_task_types(competition(title, metric=metric, description=description))
    assert found[0].task_type == wanted


def test_rows_carry_source_position_and_what_they_were_read_from() -> None:
    found = infer_task_types(
        competition(
            "Movie Review Moods", metric="Macro F1", tags=("analysis > nlp",), description="sentiment of reviews"
        )
    )
    assert [entry.position for entry in found] == list(range(len(found)))
    assert {entry.source for entry in found} == {"inferred"}
    assert {entry.made_by for entry in found} == {MADE_BY}
    assert "tag: nlp" in found[0].evidence
    assert "metric: macro f1" in found[0].evidence


def test_nothing_is_said_where_nothing_speaks() -> None:
    assert infer_task_types(competition("Zzyzx Prediction Challenge 7")) == ()
    assert infer_from_text("") == ()


def test_lineages_of_the_solutions_decide_where_the_words_do_not() -> None:
    silent = competition("The Great Unnamed", metric="Log Loss")
    assert infer_task_types(silent)[0].task_type == "tabular/classification"
    assert infer_task_types(silent, ["efficientnet"] * 20)[0].task_type == "image/classification"


def test_openings_of_documents_speak_where_the_competition_does_not() -> None:
    silent = competition("Elbonian Skies")
    assert infer_task_types(silent) == ()
    openings = ["First place: segment clouds in satellite images.", "Clouds from above . Our U-Net draws cloud masks."]
    found = infer_task_types(silent, (), openings)
    assert found[0].task_type == "image/segmentation"
    assert "documents: " in found[0].evidence
    assert infer_task_types(silent, (), openings[::-1]) == found


def test_one_opening_of_many_hardly_counts() -> None:
    known = competition("Elbonian Loans", metric="AUC")
    openings = ["Loan default by boosted trees."] * 9 + ["A bird song classifier for audio recordings."]
    assert infer_task_types(known, (), openings)[0].task_type == "tabular/classification"


def test_a_metric_of_predictions_rules_out_a_game_to_be_played() -> None:
    title = "Strength of Board Game Agents"
    assert infer_task_types(competition(title, metric="Mean Squared Error"))[0].task_type == "tabular/regression"
    assert infer_task_types(competition(title))[0].task_type == "game/reinforcement-learning"


def test_analytics_that_predict_are_not_judged_alone() -> None:
    spoken = "River Analytics"
    assert infer_task_types(competition(spoken))[0].task_type.endswith("/other")
    predicted = competition(spoken, description="Predict water levels")
    assert infer_task_types(predicted)[0].task_type == "time-series/forecasting"


def test_names_whose_words_mean_nothing_give_no_cue() -> None:
    at_the_coast = competition("Customers of Santa Clara", metric="AUC")
    assert infer_task_types(at_the_coast)[0].task_type == "tabular/classification"
    assert infer_task_types(competition("Santa's Customers"))[0].task_type == "other/optimization"


def test_what_every_contest_says_of_its_rules_changes_nothing() -> None:
    rules = (
        " Deadlines are at 23:59 on the day; the team merger ends a week before. Code must finish in nine hours."
        " For each id of the test set give a value; the file has a header and the following format. Review the"
        " documentation of the platform, its privacy policy and terms of use, ask questions in the discussion forum."
        " Prizes go to the first three of the private leaderboard; winners present their work at a workshop."
    )
    for title, tagline, metric in (
        ("Loan Trouble", "Predict who will not repay a loan", "AUC"),
        ("Leaf Spots", "Classify leaf disease in photos", "Accuracy"),
        ("Bus Riders", "Forecast daily riders of each bus route", "MAE"),
    ):
        alone = infer_task_types(competition(title, metric=metric, description=tagline))
        assert infer_task_types(competition(title, metric=metric, description=tagline + rules))[0].task_type == (
            alone[0].task_type
        )


def test_words_joined_by_capitals_are_read_whole_too() -> None:
    assert infer_task_types(competition("Fix GitHub Issues"))[0].task_type == "code/generation"
    assert spellings("plain words") == ("plain words",)


def test_a_video_of_pictures_is_a_video() -> None:
    found = infer_task_types(competition("Camera Traps", description="Recognise animals in camera trap videos"))
    assert found[0].task_type == "video/classification"


def test_invented_competitions() -> None:
    """Wide coverage of vocabulary; one example more or less is no fault, a share below this is."""
    lines = (Path(__file__).parent / "task_type_examples.txt").read_text("utf-8").splitlines()
    right, total = 0, 0
    for line in lines:
        if not line.startswith("#"):
            title, description, metric, wanted = (part.strip() for part in line.split("|"))
            assert is_task_type(wanted), line
            found = infer_task_types(competition(title, metric=metric or None, description=description))
            right += bool(found) and found[0].task_type == wanted
            total += 1
    assert total == 567
    assert right / total >= 0.83


def test_a_metric_rules_out_what_it_cannot_score() -> None:
    words = "Loan default of small firms"
    assert infer_task_types(competition(words, metric="AUC"))[0].task_type == "tabular/classification"
    assert infer_task_types(competition(words, metric="Mean Absolute Error"))[0].task_type.endswith("/regression")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=30), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_gives_types_of_the_closed_lists_and_the_same_again(text: str, metric: str, tags: list[str]) -> None:
    given_competition = competition(text, metric=metric, description=text, tags=tuple(tags))
    found = infer_task_types(given_competition)
    assert all(is_task_type(entry.task_type) for entry in found)
    assert len({entry.task_type for entry in found}) == len(found) <= 3
    assert infer_task_types(given_competition) == found
    assert infer_task_types(competition(text, metric=metric, description=text, tags=tuple(reversed(tags)))) == found


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_words_are_lower_case_and_stems_are_no_longer_than_words(text: str) -> None:
    for word in tokens(text):
        assert word == word.casefold()
        assert 0 < len(stem(word)) <= len(word) + 1


@pytest.mark.parametrize(
    ("metric", "family"),
    [
        ("Area Under Receiver Operating Characteristic Curve", "auc"),
        ("Mean Columnwise Root Mean Squared Logarithmic Error", "rmsle"),
        ("Root Mean Square Percentage Error", "mape"),
        ("Multiclass Loss", "logloss"),
        ("QuadraticWeightedKappa", "qwk"),
        ("macro_F1", "f1"),
        ("MAP@12", "map_at_k"),
        ("ElbonianObjectDetectionAP", "detection_ap"),
        ("IntersectionOverUnionObjectSegmentation", "instance_ap"),
        ("Dice coefficient", "dice"),
        ("mIoU", "iou"),
        ("weighted zero-mean R-squared score", "rmse"),
        ("Weighted AUC, with correlation check", "auc"),
        ("Village Score 17", None),
        ("", None),
        (None, None),
    ],
)
def test_metric_family(metric: str | None, family: str | None) -> None:
    assert metric_family(metric) == family


def test_every_family_has_a_name_that_leads_to_it() -> None:
    for name in metric_families():
        spoken = {"mae": "mean absolute error"}.get(name, name.replace("_", " "))
        found = metric_family(spoken)
        assert found is None or found == name, spoken


def test_a_longer_phrase_is_found_beside_the_shorter_one() -> None:
    finder = PhraseFinder.build([("blood vessel, vessel", "vessel"), ("vasc*", "vascular")])
    hits = finder.find("Blood vessels of the vasculature")
    assert [(hit.surface, hit.value) for hit in hits] == [
        ("blood vessels", "vessel"),
        ("vessels", "vessel"),
        ("vasculature", "vascular"),
    ]


def test_topics_lead_upwards_to_an_end() -> None:
    assert topics_with_broader("histology") == ("histology", "medical")
    assert all(topics_with_broader(name)[-1] in load_topics() for name in load_topics())


def test_rules_cover_every_modality_with_priors() -> None:
    rules = load_rules()
    for entry in load_task_names():
        if entry.modality:
            assert entry.modality in rules.priors


def test_a_phrase_stands_once_in_a_list() -> None:
    rules = tomllib.loads(files("analysis").joinpath("task_rules.toml").read_text("utf-8"))
    for section in ("modalities", "tasks", "types"):
        for name, cues in rules[section].items():
            phrases = [phrase.strip() for entry in cues for phrase in entry.split(",")]
            assert sorted(phrases) == sorted(set(phrases)), name


def test_other_vocabularies_are_mapped_in_one_table() -> None:
    names = load_task_names()
    assert len([entry for entry in names if entry.vocabulary == "catalogue"]) == 87  # "optimization" twice
    assert len({(entry.vocabulary, entry.name) for entry in names}) == len(names)
    tag = resolve_tag("task > object-detection")
    assert tag is not None
    assert (tag.modality, tag.task) == ("image", "detection")
    assert resolve_tag("no such tag") is None
    assert resolve_task("sound event detection") == ("audio", "classification")
    assert resolve_task("nonsense") == (None, None)


def test_the_table_is_what_the_script_makes(shared: Path) -> None:
    root = Path(__file__).parents[2]
    script = [sys.executable, str(root / "scripts" / "build_task_types.py"), "--shared", str(shared), "--check"]
    assert subprocess.run(script, cwd=root, check=False, capture_output=True).returncode == 0


def test_main_types_of_the_labelled_competitions(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "data" / "task_types.jsonl").read_text("utf-8").splitlines()]
    right = 0
    for row in rows:
        found = infer_task_types(
            Competition(f"kaggle/{row['slug']}", row["slug"], "kaggle", row["title"], metric=row["metric"])
        )
        right += bool(found) and found[0].task_type == row["task_types"][0]
    assert right / len(rows) >= 0.75  # titles and metrics alone
