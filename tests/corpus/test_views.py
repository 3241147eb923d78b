from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from question_sample import FROGS, MOTHS, REEF, fill

from corpus.records import Filters
from corpus.store import MEMORY, Store
from corpus.views import (
    select_competitions,
    select_documents,
    select_evidence,
    select_reasons,
    select_solutions,
    select_uses,
    to_pandas,
)
from corpus.views_left_out import count_left_out
from corpus.views_lookup import find_architectures, find_competitions, find_documents, find_variant
from corpus.views_search import quote_words, search_blocks, search_titles
from corpus.views_similar import select_compared
from corpus.views_status import corpus_dates, count_everything, count_stale


@pytest.fixture(scope="module")
def sample() -> Iterator[Store]:
    """The sample corpus; tests only read it."""
    with Store.open(Path(MEMORY)) as store:
        fill(store)
        yield store


def solutions(store: Store, **filters: object) -> list[tuple[str, int | None]]:
    """Competition and rank of the solutions in scope."""
    return [(row.competition, row.rank) for row in select_solutions(store, Filters(**filters))]  # type: ignore[arg-type]


def test_a_solution_counts_once_however_many_documents_it_has(sample: Store) -> None:
    rows = select_solutions(sample, Filters())
    found = {(row.competition, row.rank): row for row in rows}
    assert found.keys() == {("frogs", 1), ("frogs", 3), ("frogs", None), ("moths", 2), ("tides", None)}
    assert found["frogs", 3].n_documents == 2
    assert found["frogs", 3].counted_on == date(2023, 6, 1)
    assert found["moths", 2].rank_source == "leaderboard"


def test_without_filters_the_rows_are_those_of_the_documented_view(sample: Store) -> None:
    view = sample.execute("SELECT solution_id, counted_on, n_documents FROM v_documented_solutions")
    mine = [*select_solutions(sample, Filters()), *select_solutions(sample, Filters(platform="example"))]
    assert {(r["solution_id"], r["counted_on"], r["n_documents"]) for r in view} == {
        (r.solution_id, r.counted_on.isoformat() if r.counted_on else None, r.n_documents) for r in mine
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"task": "audio/classification"}, [("frogs", 1), ("frogs", 3), ("frogs", None)]),
        ({"task": "AUDIO", "rank_at_most": 1}, [("frogs", 1)]),
        ({"task": "audio/detection", "rank_at_most": 2}, [("frogs", 1)]),  # a second type counts too
        ({"task": "image"}, [("moths", 2)]),
        ({"task": "image/regression"}, []),  # a curated label hides the inferred one
        ({"task": "*/segmentation"}, [("moths", 2)]),
        ({"task": "aud"}, []),
        ({"year": 2021}, [("moths", 2)]),
        ({"platform": "DrivenData"}, [("tides", None)]),
        ({"platform": "example"}, [("reef-hydrophones", 1)]),
        ({"metric": "roc", "rank_at_most": 10}, [("frogs", 1), ("frogs", 3)]),
        ({"metric": "100%"}, []),
        ({"rank_at_most": 2}, [("frogs", 1), ("moths", 2)]),
        ({"verified": True}, [("frogs", 1), ("moths", 2)]),
        ({"since": date(2023, 5, 10)}, [("frogs", 1), ("frogs", 3)]),
        ({"until": date(2023, 4, 30)}, [("frogs", None), ("moths", 2)]),
        ({"as_of": date(2021, 12, 30)}, []),
        ({"as_of": date(2021, 12, 31)}, [("moths", 2)]),
        ({"exclude": ("fro*", "kaggle/mot*")}, [("tides", None)]),
        ({"exclude": ("FROGS",), "rank_at_most": 10}, [("moths", 2)]),
        ({"exclude": ("f?ogs", "[f]rogs"), "rank_at_most": 1}, [("frogs", 1)]),  # * is the only wildcard
    ],
)
def test_filters(sample: Store, filters: dict[str, object], expected: list[tuple[str, int | None]]) -> None:
    assert solutions(sample, **filters) == expected


def test_as_of_leaves_later_documents_of_the_same_solution_out(sample: Store) -> None:
    early = select_uses(sample, Filters(as_of=date(2023, 12, 31), rank_at_most=3, task="audio"))
    assert {use.document for use in early} == {"wu-frogs-1", "wu-frogs-3"}
    late = select_uses(sample, Filters(rank_at_most=3, task="audio"))
    assert "rd-frogs-3" in {use.document for use in late}


def test_uses_leave_out_copies_techniques_and_examples(sample: Store) -> None:
    uses = select_uses(sample, Filters())
    assert {use.document for use in uses}.isdisjoint({"nb-frogs-9-fork", "ex-reef-1"})
    assert "mixup" not in {use.lineage for use in uses}
    assert {use.lineage for use in uses if use.architecture_id is None} == {"unknown:frogformer"}


def test_what_is_left_out_is_counted(sample: Store) -> None:
    everything = count_left_out(sample, Filters())
    assert (everything.n_copies, everything.n_undated, everything.n_without_competition) == (1, 0, 1)
    dated = count_left_out(sample, Filters(as_of=date(2030, 1, 1)))
    assert (dated.n_copies, dated.n_undated) == (1, 1)  # the page on tides has no date at all
    assert count_left_out(sample, Filters(as_of=date(2023, 4, 2))).n_copies == 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    filters=st.builds(
        Filters,
        task=st.sampled_from([None, "audio", "image", "*/segmentation"]),
        rank_at_most=st.sampled_from([None, 1, 3]),
        verified=st.booleans(),
        as_of=st.none() | st.dates(date(2020, 1, 1), date(2025, 1, 1)),
        exclude=st.lists(st.sampled_from(["frogs", "m*", "*", "'; DROP TABLE claims; --"]), max_size=2).map(tuple),
    )
)
def test_every_use_belongs_to_a_solution_in_scope(sample: Store, filters: Filters) -> None:
    ids = {row.solution_id for row in select_solutions(sample, filters)}
    assert {use.solution_id for use in select_uses(sample, filters)} <= ids
    assert ids <= {row.solution_id for row in select_solutions(sample, Filters())}


def test_reasons_and_evidence_carry_their_words(sample: Store) -> None:
    reasons = select_reasons(sample, Filters(), lineage="efficientnet")
    assert [(r.document, r.category, r.polarity) for r in reasons] == [
        ("wu-frogs-1", "speed", "for"),
        ("wu-moths-2", "speed", "against"),
    ]
    evidence = select_evidence(sample, [reasons[0].claim_id])
    assert [(e.quote, e.start, e.block_position) for e in evidence] == [(reasons[0].quote, 0, 0)]
    assert select_reasons(sample, Filters(), architecture_id="yolov5") == ()


def test_competitions_show_curated_task_types_first(sample: Store) -> None:
    rows = {row.competition_id: row for row in select_competitions(sample, Filters())}
    assert REEF not in rows
    assert rows[FROGS].task_types == "audio/classification audio/detection"
    assert rows[MOTHS].main_task_type == "image/segmentation"
    assert rows[MOTHS].counted_on == date(2021, 12, 31)
    assert [c.competition_id for c in select_competitions(sample, Filters(rank_at_most=1, as_of=date(2022, 1, 1)))] == [
        MOTHS
    ]


def test_comparing_without_curated_labels(sample: Store) -> None:
    types = {row.slug: row.task_types for row in select_compared(sample, curated=False)}
    assert types["moths"] == ("image/regression",)
    assert {row.slug: row.task_types for row in select_compared(sample)}["moths"] == ("image/segmentation",)
    assert "reef-hydrophones" not in types


def test_documents_are_found_by_name_id_url_and_prefix(sample: Store) -> None:
    document = find_documents(sample, "wu-frogs-1")[0]
    for name in (document.document_id, "https://example.org/wu-frogs-1", "http://www.example.org/wu-frogs-1/#top"):
        assert find_documents(sample, name) == (document,)
    assert find_documents(sample, document.document_id[:8]) == (document,)
    assert {d.document for d in find_documents(sample, "nb-frogs")} == {"nb-frogs-9", "nb-frogs-9-fork"}
    assert find_documents(sample, "wu") == ()
    assert find_documents(sample, "%") == ()


def test_competitions_are_found_by_slug_title_and_url(sample: Store) -> None:
    for name in ("frogs", "KAGGLE/frogs", "find the frogs", "https://www.kaggle.com/c/frogs/"):
        assert [row.competition_id for row in find_competitions(sample, name)] == [FROGS]
    assert find_competitions(sample, "frog") == ()


def test_architectures_are_found_by_every_name_they_have(sample: Store) -> None:
    for name in ("EfficientNet", "efficient_net", "effnet", "tf_efficientnet_b0"):
        assert [row.architecture_id for row in find_architectures(sample, name)] == ["efficientnet"]
    assert [row.architecture_id for row in find_architectures(sample, "yolo")] == ["yolov5", "yolov8"]
    assert find_variant(sample, "timm/tf_efficientnet_b0.ns_jft_in1k") == "efficientnet"
    assert find_variant(sample, "tf_efficientnet_b0_ns") == "efficientnet"  # as a document writes it
    assert find_variant(sample, "tf_efficientnet_b0.7x") is None  # a dot inside a number is no weights tag
    assert find_variant(sample, "resnet18") is None


def test_search_takes_words_literally(sample: Store) -> None:
    hits = search_blocks(sample, "YOLOv8 worse", Filters(), 5)
    assert [(hit.document, hit.block_position) for hit in hits] == [("wu-frogs-3", 0)]
    assert "[YOLOv8]" in hits[0].snippet
    for words in ('"', "NEAR(", "worse OR nothing", "text:worse", "*", "- worse -"):
        if quote_words(words):
            assert all(hit.document == "wu-frogs-3" for hit in search_blocks(sample, words, Filters(), 5))
    assert search_blocks(sample, "worse", Filters(exclude=("frogs",)), 5) == ()


def test_titles_are_searched_with_the_same_filters(sample: Store) -> None:
    assert [hit.name for hit in search_titles(sample, "the frogs", Filters(), 5)] == ["frogs"]
    assert search_titles(sample, "the frogs", Filters(exclude=("frogs",)), 5) == ()


def test_status_counts(sample: Store) -> None:
    counts = count_everything(sample)
    assert counts["documents"] == 9
    assert counts["documented solutions"] == 6
    assert counts["claims without a catalogue entry"] == 1
    assert count_stale(sample, None) == 0
    assert count_stale(sample, "extractor-2") == 9
    assert corpus_dates(sample).newest_document == "2024-02-01"  # the example is newer, and invented


def test_documents_in_scope_show_copies_and_examples(sample: Store) -> None:
    names = [row.document for row in select_documents(sample, Filters())]
    assert len(names) == 9
    assert names[-1] == "bl-nowhere"
    assert {row.document for row in select_documents(sample, Filters(rank_at_most=2))} == {
        "wu-frogs-1", "wu-moths-2", "ex-reef-1",
    }  # fmt: skip


def test_rows_become_a_frame_when_asked(sample: Store) -> None:
    rows = select_solutions(sample, Filters(rank_at_most=3))
    frame = to_pandas(rows)
    assert list(frame["competition"]) == [row.competition for row in rows]
    assert list(frame["rank"]) == [1, 3, 2]
