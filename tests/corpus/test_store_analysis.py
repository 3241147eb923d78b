from __future__ import annotations

import dataclasses

import pytest
from store_samples import BENCHMARKS, FAMILIES, TEXT, analysis, content, document, starter_claim

from corpus.errors import StoreError
from corpus.records import DocumentAnalysis, Failure, Span
from corpus.store import Store

OTHER = "In the end EfficientNet-B0 was as good as its larger sisters."


@pytest.fixture
def stocked(store: Store) -> Store:
    store.load_catalogue(FAMILIES, BENCHMARKS, "1")
    store.save_document(document(), content(document()))
    return store


def found(store: Store, words: str) -> int:
    sql = "SELECT b.id FROM block_search JOIN blocks b ON b.row = block_search.rowid WHERE block_search MATCH ?"
    return len(store.execute(sql, (words,)))


def all_is_well(store: Store) -> bool:
    return all(check.ok for check in store.checks())


def test_claims_with_all_their_parts_are_kept(stocked: Store) -> None:
    assert stocked.replace_analysis(analysis(document())) is True
    claim = stocked.execute("SELECT * FROM v_claims")[0]
    assert (claim["architecture"], claim["lineage"], claim["status"], claim["confidence"]) == (
        "EfficientNet",
        "efficientnet",
        "used",
        0.9,
    )
    assert [row["role"] for row in stocked.execute("SELECT role FROM claim_roles")] == ["main"]
    assert [row["name"] for row in stocked.execute("SELECT name FROM variants")] == ["EfficientNet-B0"]
    reason = stocked.execute("SELECT category, polarity, quote, start, end FROM v_reasons")[0]
    assert tuple(reason) == ("speed", "for", TEXT, 0, len(TEXT))
    evidence = stocked.execute("SELECT quote, headings, block_position, is_code FROM v_evidence")[0]
    assert tuple(evidence) == (TEXT, '["Model"]', 0, 0)
    assert all_is_well(stocked)


def test_the_old_is_replaced_and_so_is_its_place_in_the_index(stocked: Store) -> None:
    stocked.replace_analysis(analysis(document()))
    assert (found(stocked, "fastest"), found(stocked, "sisters")) == (1, 0)
    stocked.save_document(document(), content(document(), OTHER))
    stocked.replace_analysis(analysis(document(), OTHER))
    assert (found(stocked, "fastest"), found(stocked, "sisters")) == (0, 1)
    assert [row["n"] for row in stocked.execute("SELECT count(*) AS n FROM claims")] == [1]
    assert all_is_well(stocked)


def test_equal_blocks_are_left_where_they_are(stocked: Store) -> None:
    one = analysis(document())
    stocked.replace_analysis(one)
    before = stocked.execute("SELECT row FROM blocks")[0]["row"]
    stocked.save_document(document("other"), content(document("other")))
    stocked.replace_analysis(analysis(document("other")))
    stocked.replace_analysis(dataclasses.replace(one, made_by="extractor-2", claims=()))
    assert stocked.execute("SELECT row FROM blocks WHERE document_id = ?", (document().id,))[0]["row"] == before
    stocked.replace_analysis(
        dataclasses.replace(one, blocks=(dataclasses.replace(one.blocks[0], headings=()),), claims=())
    )
    assert stocked.execute("SELECT headings FROM blocks WHERE document_id = ?", (document().id,))[0]["headings"] == "[]"
    assert all_is_well(stocked)


def test_bulk_may_index_words_once_at_the_end(stocked: Store) -> None:
    stocked.replace_analysis(analysis(document()))
    with stocked.bulk(defer_search=True):
        stocked.save_document(document(), content(document(), OTHER))
        stocked.replace_analysis(analysis(document(), OTHER))
        assert found(stocked, "sisters") == 0
    assert (found(stocked, "fastest"), found(stocked, "sisters")) == (0, 1)
    stocked.save_document(document(), content(document()))
    stocked.replace_analysis(analysis(document()))
    assert found(stocked, "fastest") == 1
    assert all_is_well(stocked)


def test_an_unreadable_version_waits_and_is_not_counted_as_analysed(stocked: Store) -> None:
    stocked.replace_analysis(analysis(document()))
    broken = content(document(), "%%")
    stocked.save_document(document(), broken)
    failure = Failure("frogs-1st", "read", "byte 0", "no text", document().id)
    stocked.mark_unreadable(DocumentAnalysis(document().id, broken.content_hash, "extractor-1", (), (), (failure,)))
    assert stocked.count_stale("extractor-1") == 0
    assert stocked.count_stale("extractor-2") == 1
    assert stocked.execute("SELECT * FROM claims") == []
    assert found(stocked, "fastest") == 0
    assert stocked.execute("SELECT is_analysed FROM v_documents")[0]["is_analysed"] == 0
    assert [row["message"] for row in stocked.execute("SELECT message FROM failures")] == ["no text"]
    stocked.save_document(document(), content(document()))
    stocked.replace_analysis(analysis(document()))
    assert stocked.execute("SELECT is_analysed FROM v_documents")[0]["is_analysed"] == 1
    assert stocked.execute("SELECT * FROM failures") == []


def test_content_that_changed_during_the_analysis_stays_stale(stocked: Store) -> None:
    late = analysis(document())
    stocked.save_document(document(), content(document(), OTHER))
    stocked.replace_analysis(late)
    assert stocked.count_stale("extractor-1") == 1


def test_starter_claims_have_neither_blocks_nor_quotes(store: Store) -> None:
    shipped = document(source="starter")
    store.load_catalogue(FAMILIES, BENCHMARKS, "1")
    store.save_starter_documents([(shipped, None)])
    store.replace_analysis(starter_claim(shipped))
    reason = store.execute("SELECT category, quote, block_id FROM v_reasons")[0]
    assert tuple(reason) == ("memory", None, None)
    assert all_is_well(store)


def test_claims_of_an_unknown_document_are_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="does not hold"):
        store.replace_analysis(analysis(document()))


def test_checks_find_what_is_wrong(stocked: Store) -> None:
    one = analysis(document())
    claim = one.claims[0]
    shifted = dataclasses.replace(claim.evidence[0], span=Span(one.blocks[0].id, 1, len(TEXT)))
    weak = dataclasses.replace(claim, evidence=(shifted,), status=type(claim.status).MENTIONED)
    stocked.replace_analysis(dataclasses.replace(one, claims=(weak,)))
    assert {check.name for check in stocked.checks() if not check.ok} == {"spans", "statuses"}
    stocked.replace_analysis(dataclasses.replace(one, claims=(dataclasses.replace(claim, evidence=()),)))
    assert {check.name for check in stocked.checks() if not check.ok} == {"evidence"}
    stocked.replace_analysis(one)
    stocked.execute("UPDATE blocks SET text = 'x' || substr(text, 2)")
    assert {check.name for check in stocked.checks() if not check.ok} >= {"search index", "spans"}
    stocked.rebuild_search()
    stocked.execute("PRAGMA foreign_keys = OFF")
    stocked.execute("DELETE FROM blocks")
    assert {check.name for check in stocked.checks() if not check.ok} >= {"foreign keys", "search index", "spans"}
