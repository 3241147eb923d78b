from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from question_sample import FROGS_1, claim_of, fill

from analysis.reports.formats import FORMATS, render, to_json
from corpus.errors import NotKnownError, UsageError
from corpus.records import Answer, Filters
from corpus.store import MEMORY, Store
from miner.jobs import ask


@pytest.fixture(scope="module")
def sample() -> Iterator[Store]:
    """The sample corpus with its texts; tests only read it."""
    with Store.open(Path(MEMORY)) as store:
        fill(store)
        yield store


@pytest.fixture(scope="module")
def starter() -> Iterator[Store]:
    """The same as starter facts: no text, no quotes."""
    with Store.open(Path(MEMORY)) as store:
        fill(store, with_text=False)
        yield store


def as_json(answer: Answer) -> Any:
    """The answer as a program sees it."""
    return json.loads(to_json(answer))


def test_popularity_states_its_denominators(sample: Store) -> None:
    answer = ask.popularity(sample, Filters())
    rows = {row["architecture"]: row for row in answer.rows}
    assert (rows["EfficientNet"]["n_solutions"], rows["EfficientNet"]["n_solutions_total"]) == (2, 5)
    assert rows["LightGBM"]["n_solutions"] == 2  # a readme of the third place, and the page on tides
    assert rows["FrogFormer"]["key"] == "unknown:frogformer"
    facts = as_json(answer)["facts"]
    assert facts["n_solutions"] == 5
    assert facts["n_solutions_verified"] == 2
    assert facts["dates_covered"] == {"first": "2021-12-31", "last": "2023-06-01"}
    assert facts["corpus_date"]["newest_document"] == "2024-02-01"
    assert facts["coverage"]["n_top"] == 10 + 4 + 10
    assert facts["coverage"]["n_top_documented"] == 3
    left_out = {"n_copies": 1, "n_undated": 0, "n_without_competition": 1, "n_not_analysed": 0, "n_unsure_claims": 0}
    assert facts["left_out"] == left_out
    text = " ".join(answer.notes)
    assert "N = 5 documented solutions of 3 competitions, dated 2021-12-31 to 2023-06-01 (1 undated)" in text
    assert "Seen: 3 of 24 top-10 places (12 %) in the 3 competitions in scope; 5 of 904 teams" in text
    assert "1 near copy (counted once, with the original), 1 document of no known competition" in text
    assert "Corpus date: newest document 2024-02-01, last run" in text


def test_popularity_by_family_and_limit(sample: Store) -> None:
    answer = ask.popularity(sample, Filters(task="audio", rank_at_most=10), by="family", limit=1)
    assert [row["architecture"] for row in answer.rows] == ["EfficientNet"]
    assert "audio, rank 10 or better" in answer.title
    assert "Shown: 1 of 3 architectures (--limit)." in answer.notes
    newest = as_json(answer)["rows"][0]["examples"][0]
    assert newest["claim_id"] == claim_of("wu-frogs-1", "efficientnet")
    assert (newest["rank"], newest["rank_source"], newest["url"]) == (1, "index", "https://example.org/wu-frogs-1")


def test_an_empty_scope_says_that_nothing_is_known(sample: Store) -> None:
    answer = ask.popularity(sample, Filters(year=1999))
    assert answer.rows == ()
    assert answer.notes[0].startswith("Not known:")
    for name in FORMATS:
        assert render(answer, name) or name == "jsonl"


@pytest.mark.parametrize("task", ["audio classification", "*/classification", "Audio/Classification"])
def test_tasks_are_understood(sample: Store, task: str) -> None:
    assert ask.popularity(sample, Filters(task=task)).facts["n_solutions"] == 3


def test_an_unknown_task_gets_near_ones(sample: Store) -> None:
    with pytest.raises(NotKnownError) as caught:
        ask.popularity(sample, Filters(task="audio/clasification"))
    assert caught.value.suggestions[0] == "audio/classification"


def test_winners_of_a_task(sample: Store) -> None:
    answer = ask.winners(sample, "audio/classification", Filters())
    assert {row["architecture"]: row["n_solutions"] for row in answer.rows} == {
        "EfficientNet": 1, "LightGBM": 1, "YOLO": 1,
    }  # fmt: skip
    assert answer.query["rank_at_most"] == 10
    solutions = as_json(answer)["facts"]["winning_solutions"]
    assert [(s["solution"], s["uses"]) for s in solutions] == [
        ("#3 frogs", "LightGBM, YOLO"), ("#1 frogs", "EfficientNet"),
    ]  # fmt: skip
    assert ask.winners(sample, "audio/classification", Filters(verified=True)).facts["n_solutions"] == 1


def test_winners_of_a_competition_and_those_like_it(sample: Store) -> None:
    answer = ask.winners(sample, "frogs", Filters())
    assert answer.facts["read_as"] == "competition"
    row = next(row for row in answer.rows if row["architecture"] == "YOLO")
    assert row["n_here"] == 1
    assert any("2 of its winners are documented" in note for note in answer.notes)
    excluded = ask.winners(sample, "frogs", Filters(exclude=("frogs",)))
    assert all("frogs" not in str(s["solution"]) for s in as_json(excluded)["facts"]["winning_solutions"])


def test_winners_of_a_description(sample: Store) -> None:
    answer = ask.winners(sample, "find animals by their calls in audio recordings", Filters())
    assert answer.facts["read_as"] == "description"
    assert as_json(answer)["facts"]["similar_competitions"][0]["slug"] == "frogs"


def test_a_document_without_a_rank_is_no_winner(sample: Store) -> None:
    answer = ask.winners(sample, "audio", Filters())
    assert answer.facts["n_solutions"] == 2
    assert "nb-frogs-9" not in to_json(answer)


def test_similar_shows_parts_and_what_won(sample: Store) -> None:
    answer = as_json(ask.similar(sample, "classify sounds of frogs in audio", Filters()))
    row = answer["rows"][0]
    assert row["slug"] == "frogs"
    assert row["score"] == pytest.approx(sum(row["parts"].values()), abs=1e-3)
    assert {w["architecture"] for w in row["winners"]} == {"EfficientNet", "YOLO", "LightGBM"}
    assert answer["query"]["what"] == "classify sounds of frogs in audio"
    own = as_json(ask.similar(sample, "frogs", Filters()))
    assert "frogs" not in [r["slug"] for r in own["rows"]]
    excluded = as_json(ask.similar(sample, "sounds of frogs, moths in images", Filters(exclude=("f*",))))
    assert [r["slug"] for r in excluded["rows"]] == ["moths"]


def test_similar_as_of_leaves_later_competitions_and_winners_out(sample: Store) -> None:
    early = as_json(ask.similar(sample, "frogs in audio, moths in images", Filters(as_of=date(2022, 1, 1))))
    assert [row["slug"] for row in early["rows"]] == ["moths"]


def test_why_puts_contrary_reasons_side_by_side(sample: Store) -> None:
    answer = ask.why(sample, "effnet", Filters())
    assert [(r["category"], r["polarity"], r["n_solutions"]) for r in answer.rows] == [
        ("speed", "for", 1), ("speed", "against", 1),
    ]  # fmt: skip
    assert answer.rows[0]["quote"] == FROGS_1
    quotes = as_json(answer)["rows"][1]["quotes"]
    assert quotes[0]["claim_id"] == claim_of("wu-moths-2", "efficientnet")
    assert answer.notes[0].startswith(
        "EfficientNet: used in 2, tried and dropped in 1, only mentioned in 0 of 5 documented solutions; 2 of the 3"
    )


def test_why_from_starter_facts_leads_to_the_document(starter: Store) -> None:
    answer = ask.why(starter, "EfficientNet", Filters())
    assert answer.rows[0]["quote"] is None
    assert answer.rows[0]["url"] == "https://example.org/wu-frogs-1"
    assert any("no quotes" in note for note in answer.notes)


def test_why_of_a_line_and_of_one_family(sample: Store) -> None:
    assert ask.why(sample, "YOLO", Filters()).facts["key"] == "yolo"
    family = ask.why(sample, "YOLOv5", Filters(), by="family")
    assert family.facts["key"] == "yolov5"
    assert family.notes[0] == "Not known: no document in scope gives a reason for or against YOLOv5."


def test_an_unknown_architecture_gets_near_ones(sample: Store) -> None:
    with pytest.raises(NotKnownError) as caught:
        ask.why(sample, "EficientNet", Filters())
    assert "EfficientNet" in caught.value.suggestions


def test_trends_have_a_row_per_year_and_architecture(sample: Store) -> None:
    answer = ask.trends(sample, Filters(), ("EfficientNet", "YOLO"))
    assert [(r["year"], r["architecture"], r["n_solutions"], r["n_solutions_total"]) for r in answer.rows] == [
        (2021, "EfficientNet", 0, 1),
        (2021, "YOLO", 0, 1),
        (2023, "EfficientNet", 2, 3),
        (2023, "YOLO", 1, 3),
    ]
    assert "1 solution of no known year is left out." in answer.notes
    absent = ask.trends(sample, Filters(platform="drivendata"), ("YOLO",))
    assert "No documented solution in scope uses YOLO." in absent.notes


def test_together(sample: Store) -> None:
    answer = ask.together(sample, "yolo", Filters())
    assert [(r["architecture"], r["n_together"], r["n_together_total"], r["lift"]) for r in answer.rows] == [
        ("LightGBM", 1, 1, 2.5)
    ]
    nothing = ask.together(sample, "FrogFormer", Filters())
    assert nothing.notes[0].startswith("Not known:")


def test_show_a_document(sample: Store) -> None:
    answer = ask.show(sample, "wu-moths-2", Filters())
    assert answer.facts["rank"] == 2
    assert "leaderboard says 2, author says 5" in answer.notes[0]
    value = as_json(answer)
    assert [(r["architecture"], r["status"]) for r in value["rows"]] == [
        ("FrogFormer", "used"),
        ("EfficientNet", "tried"),
    ]
    evidence = value["rows"][1]["evidence"][0]
    assert (evidence["start"], evidence["end"]) == (0, len(evidence["quote"]))
    assert evidence["headings"] == ["Model", "Choice"]
    assert value["rows"][1]["made_by"] == "extractor-1"
    assert value["facts"]["rank_statements"][0] == {"source": "leaderboard", "rank": 2, "said_in": "title"}
    copy = ask.show(sample, "nb-frogs-9-fork", Filters())
    assert any("A copy of nb-frogs-9, as a source states." in note for note in copy.notes)
    assert ask.show(sample, "bl-nowhere", Filters()).notes == ("No architecture was found in this document.",)


def test_show_a_competition(sample: Store) -> None:
    value = as_json(ask.show(sample, "frogs", Filters()))
    assert value["facts"]["task_types"][0]["read_from"] == "tag: audio"
    assert [(r["document"], r["uses"], r["tried"]) for r in value["rows"][:2]] == [
        ("wu-frogs-1", ["EfficientNet"], []),
        ("rd-frogs-3", ["LightGBM"], []),
    ]
    assert "Documented: 2 of 10 top-10 places; 5 documents, 1 near copy." in value["notes"]


def test_show_a_variant(sample: Store) -> None:
    value = as_json(ask.show(sample, "tf_efficientnet_b0.ns_jft_in1k", Filters()))
    assert value["facts"]["paper_url"] == "https://arxiv.org/abs/1905.11946"
    assert value["facts"]["libraries"] == {"timm": ["tf_efficientnet_b0"]}
    first, second = value["rows"]
    assert (first["variant"], first["size_mb"], first["is_size_estimated"]) == ("tf_efficientnet_b0", 21.2, True)
    assert (second["variant"], second["size_mb"], second["is_size_estimated"]) == ("tf_efficientnet_b4", 74.0, False)
    assert value["facts"]["use_by_year"] == [{"year": 2023, "n_solutions": 2, "of": 3, "share": pytest.approx(2 / 3)}]


def test_show_a_line_an_unknown_architecture_and_a_claim(sample: Store) -> None:
    line = as_json(ask.show(sample, "YOLO", Filters()))
    assert [family["name"] for family in line["facts"]["families"]] == ["YOLOv5", "YOLOv8"]
    unknown = ask.show(sample, "frogformer", Filters())
    assert unknown.notes[0].startswith("FrogFormer is not in the catalogue")
    claim = ask.show(sample, claim_of("wu-frogs-1", "efficientnet"), Filters())
    assert claim.facts["what"] == "claim"
    assert claim.rows[0]["quote"] == FROGS_1


def test_show_nothing(sample: Store) -> None:
    with pytest.raises(NotKnownError) as caught:
        ask.show(sample, "frogz", Filters())
    assert "frogs" in caught.value.suggestions
    with pytest.raises(NotKnownError) as several:
        ask.show(sample, "nb-frogs", Filters())
    assert several.value.suggestions == ("nb-frogs-9", "nb-frogs-9-fork")


def test_search_finds_words_and_falls_back_to_titles(sample: Store, starter: Store) -> None:
    found = as_json(ask.search(sample, "worse fold", Filters()))
    assert [row["document"] for row in found["rows"]] == ["wu-frogs-3"]
    assert "[worse]" in found["rows"][0]["snippet"]
    assert ask.search(sample, "xylophone", Filters()).notes[0].startswith("Not found")
    titles = ask.search(starter, "find frogs", Filters())
    assert [row["name"] for row in titles.rows] == ["frogs"]
    assert titles.notes[0].startswith("Starter facts hold no text")
    with pytest.raises(UsageError):
        ask.search(sample, '"*"', Filters())


def test_status_says_what_is_missing(sample: Store, starter: Store) -> None:
    value = as_json(ask.status(sample, "extractor-2"))
    assert value["facts"]["n_stale_documents"] == 9
    assert value["facts"]["failures"][0]["item"] == "broken.ipynb"
    assert value["facts"]["last_runs"][0]["outcome"] == "failures"
    assert any("claims name an architecture that the catalogue lacks" in note for note in value["notes"])
    assert ask.status(starter).notes[0].startswith("No document has text")
    assert as_json(ask.status(starter, "extractor-2"))["facts"]["n_stale_documents"] == 0


@pytest.mark.parametrize("as_of", [date(2021, 1, 1), date(2023, 5, 9)])
def test_as_of_never_shows_what_came_later(sample: Store, as_of: date) -> None:
    filters = Filters(as_of=as_of)
    for answer in (
        ask.popularity(sample, filters),
        ask.winners(sample, "audio", filters),
        ask.why(sample, "yolo", filters),
    ):
        text = to_json(answer)
        assert "wu-frogs-1" not in text
        assert "wu-frogs-3" not in text
