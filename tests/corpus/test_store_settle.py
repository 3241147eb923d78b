from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, strategies as st
from store_samples import COMPETITION, content, dated, document, link

from corpus.ids import content_hash, solution_id
from corpus.records import Document, RankSource, RankStatement, RawDocument, SolutionLink
from corpus.store import MEMORY, Store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "https://www.kaggle.com/c/frogs/discussion/1"


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.execute(sql)]


def rank_of(store: Store, name: str) -> tuple[object, object]:
    row = store.execute("SELECT rank, rank_source FROM v_documents WHERE document = ?", (name,))[0]
    return row["rank"], row["rank_source"]


def copies(store: Store) -> dict[object, object]:
    sql = "SELECT d.name, o.name FROM documents d JOIN documents o ON o.id = d.copy_of"
    return {row[0]: row[1] for row in store.execute(sql)}


def test_an_index_that_links_a_document_is_stronger_than_its_author(store: Store) -> None:
    store.save_document(document("a", rank=5, url=URL), None)
    store.settle_solutions()
    assert rank_of(store, "a") == (5, "author")
    store.save_solution_links([link("https://kaggle.com/competitions/frogs/discussion/1/", 7)])
    store.settle_solutions()
    assert rank_of(store, "a") == (7, "index")
    statements = rows(store, "SELECT source, rank, evidence FROM document_ranks ORDER BY source")
    assert statements == [("author", 5, "title"), ("index", 7, "link: index (MIT)")]
    assert store.save_document(document("a", rank=5, url=URL), None) == "unchanged"


def test_a_leaderboard_is_strongest(store: Store) -> None:
    ranks = (RankStatement(RankSource.AUTHOR, 1, "title"), RankStatement(RankSource.LEADERBOARD, 12, "private board"))
    store.save_document(document("a", url=URL, ranks=ranks), None)
    store.save_solution_links([link(URL, 7)])
    store.settle_solutions()
    assert rank_of(store, "a") == (12, "leaderboard")


def test_documents_of_one_rank_are_of_one_solution(store: Store) -> None:
    store.save_document(document("a", rank=1, author="Ann"), None)
    store.save_document(document("b", rank=1, author="Bob"), None)
    store.save_document(document("c", author="Cid"), None)
    store.save_document(document("d", author="cid "), None)
    store.save_document(document("e"), None)
    store.save_document(document("f", competition_id=None, rank=1), None)
    store.settle_solutions()
    found = dict(rows(store, "SELECT name, solution_id FROM documents"))
    assert found["a"] == found["b"] == solution_id(COMPETITION.id, 1, None, "")
    assert found["c"] == found["d"] != found["e"]
    assert found["f"] is None
    assert rows(store, "SELECT count(*) FROM solutions") == [(3,)]


def test_solutions_that_only_an_index_knows_are_kept_and_go_with_it(store: Store) -> None:
    store.save_solution_links([link(URL, 2), link("https://example.org/video", None)])
    store.settle_solutions()
    assert rows(store, "SELECT competition_id, rank, rank_source FROM solutions") == [(COMPETITION.id, 2, "index")]
    store.save_solution_links([link(URL, 3)])
    store.settle_solutions()
    assert rows(store, "SELECT rank FROM solutions") == [(3,)]


def test_an_index_that_links_elsewhere_does_not_confirm_an_authors_rank(store: Store) -> None:
    store.save_document(document("a", rank=2), None)
    store.save_solution_links([link(URL, 2)])
    store.settle_solutions()
    assert rank_of(store, "a") == (2, "author")


def test_a_link_of_another_competition_says_nothing(store: Store) -> None:
    store.save_document(document("a", url=URL, competition_id="kaggle/toads"), None)
    store.save_solution_links([link(URL, 2)])
    store.settle_solutions()
    assert rank_of(store, "a") == (None, None)


def test_starter_documents_keep_their_solution(store: Store) -> None:
    store.save_starter_documents([(document("a", rank=4, source="starter"), "shipped-id")])
    store.settle_solutions()
    assert rows(store, "SELECT id, rank, rank_source FROM solutions") == [("shipped-id", 4, "author")]


def test_equal_bytes_are_copies_of_the_earliest(store: Store) -> None:
    for name, day in [("a", "2023-05-03"), ("b", "2023-05-01"), ("c", "2023-05-02")]:
        one = dated(name, day)
        store.save_document(one, content(one, "the same"))
    store.save_document(document("0"), content(document("0"), "the same"))
    store.settle_copies()
    assert copies(store) == {"a": "b", "c": "b", "0": "b"}
    b = dated("b", "2023-05-01")
    store.save_document(b, content(b, "now different"))
    store.settle_copies()
    assert copies(store) == {"a": "c", "0": "c"}


def test_empty_files_are_not_copies(store: Store) -> None:
    store.save_documents((document(name), RawDocument(document(name).id, b"", content_hash(b""))) for name in "ab")
    store.settle_copies()
    assert copies(store) == {}


def test_stated_copies_need_their_original_and_are_never_chained(store: Store) -> None:
    a, b, c = document("a"), document("b", copy_of=document("a").id), document("c", copy_of=document("b").id)
    store.save_documents([(b, None), (c, None)])
    store.settle_copies()
    assert copies(store) == {"c": "b"}
    store.save_document(a, None)
    store.settle_copies()
    assert copies(store) == {"b": "a", "c": "a"}
    assert store.save_documents([(a, None), (b, None), (c, None)]).unchanged == 3


def test_statements_in_a_circle_have_one_original(store: Store) -> None:
    a, b = document("a", copy_of=document("b").id), document("b", copy_of=document("a").id)
    store.save_documents([(a, None), (b, None), (document("c", copy_of=document("c").id), None)])
    store.settle_copies()
    assert copies(store) == {"b": "a"}


Facts = tuple[str, int | None, str | None, str, str | None]
facts = st.tuples(
    st.sampled_from("abcdef"),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, "Ann", "Bob"]),
    st.sampled_from(["one text", "another text"]),
    st.sampled_from([None, *"abcdefg"]),
)


def settled(saved: Sequence[tuple[Document, RawDocument] | SolutionLink]) -> list[list[tuple[object, ...]]]:
    with Store.open(Path(MEMORY), now=lambda: NOW) as store:
        for item in saved:
            if isinstance(item, SolutionLink):
                store.save_solution_links([item])
            else:
                store.save_document(*item)
        store.settle()
        assert (
            rows(store, "SELECT 1 FROM documents d JOIN documents o ON o.id = d.copy_of WHERE o.copy_of NOTNULL") == []
        )
        tables = ("documents", "solutions", "document_ranks", "solution_links", "competitions")
        return [sorted(rows(store, f"SELECT * FROM {table}"), key=str) for table in tables]


@given(st.lists(facts, unique_by=lambda fact: fact[0]), st.lists(st.sampled_from("abcxyz"), unique=True), st.randoms())
def test_the_order_of_arrival_does_not_matter(
    documents: list[Facts], linked: list[str], shuffle: random.Random
) -> None:
    def page(name: str) -> str:
        return f"https://example.org/{name}"

    saved: list[tuple[Document, RawDocument] | SolutionLink] = []
    for name, rank, author, text, copied in documents:
        original = document(copied, url=page(copied)).id if copied else None
        one = document(name, rank=rank, author=author, url=page(name), copy_of=original)
        saved.append((one, content(one, text)))
    saved.extend(link(page(name), number + 1) for number, name in enumerate(linked))
    shuffled = saved.copy()
    shuffle.shuffle(shuffled)
    assert settled(saved) == settled(shuffled)
