"""The index as bytes: it comes back equal, and bytes that are not what was kept are refused, whatever they are."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from analysis.similar import CompetitionFacts, Query, SimilarIndex
from analysis.similar_columns import MAGIC, Columns, from_bytes, to_bytes
from corpus.errors import KeptIndexError

FACTS = (
    CompetitionFacts("owl-calls", "Owl Calls", year=2022, metric="AUC", task_types=("audio/classification",)),
    CompetitionFacts("roof-masks", "Roofs", year=2019, metric="Dice", description="Outline roofs.", n_teams=40),
    CompetitionFacts("roof-masks", "Roofs again", platform="drivendata", series="roofs", keywords=("aerial",)),
)
QUERIES = (
    Query(text="outline roofs in aerial images, Dice"),
    Query(text="owls"),
    Query(slug="roof-masks"),
    Query(text=""),
    Query(text="roofs", platform="drivendata"),
)


def read(keys: Sequence[str]) -> dict[str, CompetitionFacts]:
    """Facts by key."""
    known = {f"{entry.platform}/{entry.slug}": entry for entry in FACTS}
    return {key: known[key] for key in keys}


@pytest.mark.parametrize("query", QUERIES)
def test_a_loaded_index_answers_as_the_built_one(query: Query) -> None:
    built = SimilarIndex.build(FACTS)
    loaded = SimilarIndex.load(built.keep("one"), "one", read)
    assert loaded.search(query) == built.search(query)
    assert loaded.keep("one") == built.keep("one")


def test_the_order_of_the_facts_changes_no_byte() -> None:
    assert SimilarIndex.build(FACTS[::-1]).keep("one") == SimilarIndex.build(FACTS).keep("one")


def test_an_empty_index_can_be_kept() -> None:
    empty = SimilarIndex.build(())
    assert SimilarIndex.load(empty.keep("one"), "one", read).search(Query(text="roofs")) == ()


def test_another_stamp_and_another_layout_are_refused_and_are_no_damage() -> None:
    kept = SimilarIndex.build(FACTS).keep("one")
    for other in (lambda: from_bytes(kept, "two"), lambda: from_bytes(kept.replace(b"similar 1", b"similar 0"), "one")):
        with pytest.raises(KeptIndexError) as caught:
            other()
        assert not caught.value.is_damaged


@given(st.data())
def test_one_wrong_byte_or_a_missing_end_is_found(data: st.DataObject) -> None:
    kept = SimilarIndex.build(FACTS).keep("one")
    place = data.draw(st.integers(len(MAGIC), len(kept) - 1))
    wrong = bytes([kept[place] ^ data.draw(st.integers(1, 255))])
    for broken in (kept[:place], kept[:place] + wrong + kept[place + 1 :], kept + b"\0"):
        with pytest.raises(KeptIndexError) as caught:
            from_bytes(broken, "one")
        assert caught.value.is_damaged


@given(st.binary(max_size=200))
def test_bytes_of_a_stranger_are_refused_even_with_a_right_checksum(body: bytes) -> None:
    for kept in (body, pickle.dumps(body), MAGIC + zlib.crc32(body).to_bytes(4, "little") + body):
        with pytest.raises(KeptIndexError):
            from_bytes(kept, "one")


def broken_columns(how: str) -> Columns:
    """Columns of which one number is wrong."""
    columns = SimilarIndex.build(FACTS).columns
    if how in columns.of:
        columns.of[how][0] = 99 if how != "slack" else -1.0
    elif how == "ends":
        columns.words.ends[0] = 99
    elif how == "short":
        del columns.of["years"][0]
    else:
        columns.words.numbers[:] = type(columns.words.numbers)("I", [99] * len(columns.words.numbers))
    return columns


@pytest.mark.parametrize("how", ["types_at", "metric_at", "traits_at", "slack", "ends", "short"])
def test_numbers_that_lead_outside_are_refused(how: str) -> None:
    with pytest.raises(KeptIndexError, match="damaged"):
        from_bytes(to_bytes(broken_columns(how), "one"), "one")


def test_a_posting_that_leads_outside_is_refused_when_it_is_looked_up() -> None:
    loaded = SimilarIndex(from_bytes(to_bytes(broken_columns("postings"), "one"), "one"), read)
    with pytest.raises(KeptIndexError, match="leads outside"):
        loaded.search(Query(text="roofs"))
