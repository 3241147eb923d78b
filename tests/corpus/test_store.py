from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from store_samples import BENCHMARKS, COMPETITION, FAMILIES, analysis, content, document, link, starter_claim

from corpus.errors import StoreError
from corpus.records import Competition, Document, Failure, RankSource, RankStatement, RawDocument, TaskType
from corpus.store import MEMORY, Counts, Store, utc_now as store_clock


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.execute(sql)]


def label(task_type: str, position: int = 0, source: str = "inferred") -> TaskType:
    return TaskType(COMPETITION.id, task_type, position, source, "tag: audio", "rules-1")


# Competitions


def test_a_competition_comes_back_as_it_was(store: Store) -> None:
    assert store.save_competitions([COMPETITION], "folder") == Counts(new=1)
    assert store.save_competitions([COMPETITION], "folder") == Counts(unchanged=1)
    assert list(store.competitions()) == [COMPETITION]


def test_a_changed_tag_is_a_change(store: Store) -> None:
    store.save_competitions([COMPETITION], "folder")
    assert store.save_competitions([dataclasses.replace(COMPETITION, tags=("audio",))], "folder") == Counts(changed=1)
    assert next(store.competitions()).tags == ("audio",)


def test_starter_facts_fill_gaps_and_never_replace(store: Store) -> None:
    shipped = dataclasses.replace(COMPETITION, title="Frogs", n_teams=120, tags=("sound",))
    for sources in (("starter", "folder"), ("folder", "starter")):
        with Store.open(store.path) as fresh:
            for source in sources:
                fresh.save_competitions([shipped if source == "starter" else COMPETITION], source)
            expected = dataclasses.replace(COMPETITION, n_teams=120)
            assert list(fresh.competitions()) == [expected]
            assert fresh.save_competitions([shipped], "starter") == Counts(unchanged=1)
            assert fresh.save_competitions([COMPETITION], "folder") == Counts(unchanged=1)


def test_a_competition_that_only_a_document_names_gives_way_to_any_source(store: Store) -> None:
    store.save_document(document(), None)
    assert rows(store, "SELECT id, title, source FROM competitions") == [("kaggle/frogs", "frogs", "documents")]
    assert store.save_competitions([COMPETITION], "starter") == Counts(new=1)
    assert list(store.competitions()) == [COMPETITION]


def test_a_slug_in_the_place_of_a_title_is_no_title(store: Store) -> None:
    store.save_competitions([COMPETITION], "starter")
    store.save_competitions([Competition(COMPETITION.id, "frogs", "kaggle", "frogs")], "folder")
    assert next(store.competitions()).title == "Find the Frogs"


def test_links_are_kept_by_canonical_url_with_the_better_rank(store: Store) -> None:
    links = [link("https://www.kaggle.com/c/frogs/discussion/1", 3), link("http://kaggle.com/c/frogs/discussion/1/", 2)]
    assert store.save_solution_links(links) == Counts(new=1)
    assert store.save_solution_links(reversed(links)) == Counts(unchanged=1)
    found = rows(store, "SELECT url, rank FROM solution_links")
    assert found == [("https://kaggle.com/competitions/frogs/discussion/1", 2)]
    assert store.save_solution_links([link("https://kaggle.com/c/frogs/discussion/1", 4, "another")]).unchanged == 1
    assert store.save_solution_links([link("https://kaggle.com/c/frogs/discussion/1", 5)]) == Counts(changed=1)


def test_task_types_replace_those_of_the_same_source(store: Store) -> None:
    store.save_competitions([COMPETITION], "folder")
    assert store.save_task_types([label("audio/classification"), label("audio/detection", 1)]) == Counts(new=1)
    assert store.save_task_types([label("audio/detection", 1), label("audio/classification")]) == Counts(unchanged=1)
    assert store.save_task_types([label("audio/detection")]) == Counts(changed=1)
    assert rows(store, "SELECT task_types FROM v_competitions") == [("audio/detection",)]
    store.save_task_types([label("image/detection", source="curated")])
    assert rows(store, "SELECT main_task_type FROM v_competitions") == [("image/detection",)]
    store.save_task_types([], of=[(COMPETITION.id, "curated")])
    assert rows(store, "SELECT main_task_type FROM v_competitions") == [("audio/detection",)]


def test_shipped_labels_are_not_made_again(store: Store) -> None:
    store.save_competitions([COMPETITION], "starter")
    assert list(store.competitions_to_label()) == [COMPETITION]
    store.save_task_types([label("audio/classification")])
    assert list(store.competitions_to_label()) == []
    store.save_competitions([COMPETITION], "folder")
    assert list(store.competitions_to_label()) == [COMPETITION]


# Documents


def test_a_document_comes_back_as_it_was(store: Store) -> None:
    one = document(rank=2, author="Ann", language="en", votes=3, url="https://example.org/a")
    assert store.save_document(one, content(one)) == "new"
    assert store.save_document(one, content(one)) == "unchanged"
    assert list(store.stale_documents("v1")) == [(one, content(one))]
    assert list(store.documents()) == [one]


def test_raw_bytes_of_every_version_stay(store: Store) -> None:
    one = document()
    store.save_document(one, content(one, "first"))
    assert store.save_document(one, content(one, "second")) == "changed"
    assert store.save_document(one, content(one, "first")) == "changed"
    assert rows(store, "SELECT size_bytes FROM document_versions ORDER BY size_bytes") == [(5,), (6,)]
    assert next(store.stale_documents("v1"))[1].content == b"first"


def test_only_new_content_makes_claims_stale(store: Store) -> None:
    one = document()
    store.load_catalogue(FAMILIES, BENCHMARKS, "1")
    store.save_document(one, content(one))
    store.replace_analysis(analysis(one))
    assert store.count_stale("extractor-1") == 0
    assert store.save_document(dataclasses.replace(one, title="Other"), content(one)) == "changed"
    assert store.count_stale("extractor-1") == 0
    assert store.count_stale("extractor-2") == 1
    assert store.count_stale("extractor-1", all=True) == 1
    store.save_document(one, content(one, "new words"))
    assert store.count_stale("extractor-1") == 1


def test_facts_that_a_source_takes_back_are_gone(store: Store) -> None:
    one = document(rank=2, author="Ann")
    store.save_document(one, None)
    assert store.save_document(document(), None) == "changed"
    assert list(store.documents()) == [document()]


def test_two_documents_may_ask_for_one_name(store: Store) -> None:
    one, other = document("notes", url="https://example.org/1"), document("notes", url="https://example.org/2")
    assert store.save_documents([(one, None), (other, None)]) == Counts(new=2)
    assert store.save_documents([(one, None), (other, None)]) == Counts(unchanged=2)
    names = {row["name"] for row in store.execute("SELECT name FROM documents")}
    assert names == {"notes", f"notes-{other.id[:6]}"}


def test_several_ranks_of_one_source_become_the_best(store: Store) -> None:
    ranks = (RankStatement(RankSource.AUTHOR, 9, "text"), RankStatement(RankSource.AUTHOR, 4, "title"))
    one = document()
    assert store.save_document(dataclasses.replace(one, ranks=ranks), None) == "new"
    assert store.save_document(dataclasses.replace(one, ranks=ranks[::-1]), None) == "unchanged"
    assert next(store.documents()).ranks == ranks[1:]


def test_starter_documents_give_way_to_content_and_never_come_back(store: Store) -> None:
    shipped = document(url="https://example.org/a", source="starter")
    real = document(url="https://example.org/a", author="Ann")
    store.load_catalogue(FAMILIES, BENCHMARKS, "1")
    assert store.save_starter_documents([(shipped, "solution-7")]) == Counts(new=1)
    assert store.save_starter_documents([(shipped, "solution-7")]) == Counts(unchanged=1)
    assert store.replace_analysis(starter_claim(shipped)) is True
    assert rows(store, "SELECT source, solution_id, is_analysed FROM v_documents") == [("starter", "solution-7", 1)]
    assert store.count_stale("shipped") == 0
    assert store.save_document(real, content(real)) == "changed"
    assert store.count_stale("shipped") == 1
    store.replace_analysis(analysis(real))
    assert store.save_starter_documents([(shipped, "solution-7")]) == Counts(unchanged=1)
    assert store.replace_analysis(starter_claim(shipped)) is False
    assert rows(store, "SELECT status FROM claims") == [("used",)]


def test_only_starter_documents_may_be_saved_as_such(store: Store) -> None:
    with pytest.raises(StoreError, match="starter"):
        store.save_starter_documents([(document(), None)])


def test_stale_documents_can_be_done_while_they_are_read(store: Store) -> None:
    documents = [document(f"d{n:03}") for n in range(100)]
    store.load_catalogue(FAMILIES, BENCHMARKS, "1")
    store.save_documents((one, content(one)) for one in reversed(documents))
    seen = []
    for one, _ in store.stale_documents("extractor-1"):
        store.replace_analysis(analysis(one))
        seen.append(one)
    assert seen == documents
    assert store.count_stale("extractor-1") == 0


def test_batches_that_were_committed_survive_an_interruption(store: Store) -> None:
    def interrupted() -> Iterator[tuple[Document, RawDocument]]:
        for number in range(250):
            yield document(f"d{number}"), content(document(f"d{number}"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.save_documents(interrupted())
    assert rows(store, "SELECT count(*) FROM documents") == [(200,)]


# Catalogue


def test_the_catalogue_is_loaded_once_per_version(store: Store) -> None:
    assert store.load_catalogue(FAMILIES, BENCHMARKS, "1") is True
    assert store.load_catalogue((), (), "1") is False
    assert rows(store, "SELECT alias, is_ambiguous FROM architecture_aliases ORDER BY alias") == [
        ("b0", 1),
        ("efficientnet", 0),
        ("effnet", 0),
    ]
    assert rows(store, "SELECT variant, value, paper_url FROM v_benchmarks") == [
        ("efficientnet_b0", 77.7, "https://arxiv.org/abs/1905.11946")
    ]
    assert rows(store, "SELECT library, library_id FROM library_ids") == [("timm", "efficientnet_b0")]


def test_a_family_that_claims_name_outlives_its_catalogue(store: Store) -> None:
    store.load_catalogue(FAMILIES, BENCHMARKS, "1")
    store.save_document(document(), content(document()))
    store.replace_analysis(analysis(document()))
    store.load_catalogue((), (), "2")
    assert rows(store, "SELECT id, is_counted FROM architectures") == [("efficientnet", 1)]
    assert rows(store, "SELECT count(*) FROM benchmarks") == [(0,)]
    store.load_catalogue([dataclasses.replace(FAMILIES[0], kind="other")], (), "3")
    assert rows(store, "SELECT kind FROM architectures") == [("other",)]
    assert all(check.ok for check in store.checks())


# Runs and failures


def test_a_failure_is_one_row_until_its_item_succeeds(store: Store) -> None:
    run = store.begin_run("add")
    failure = Failure("a.ipynb", "add", "byte 0", "not JSON")
    store.save_failures([failure, failure], run)
    store.save_failures([failure], store.begin_run("add"))
    assert rows(store, "SELECT item, place, run_id FROM failures") == [("a.ipynb", "byte 0", 2)]
    store.save_failures([], None, succeeded=[("a.ipynb", "analyse"), ("b.ipynb", "add")])
    assert rows(store, "SELECT count(*) FROM failures") == [(1,)]
    store.save_failures([], None, succeeded=[("a.ipynb", "add")])
    assert rows(store, "SELECT count(*) FROM failures") == [(0,)]


def test_a_run_says_how_it_ended(store: Store) -> None:
    run = store.begin_run("add")
    assert rows(store, "SELECT ended_at, outcome FROM runs") == [(None, None)]
    store.end_run(run, "failures", {"new": 2, "failed": 1})
    assert rows(store, "SELECT command, started_at, ended_at, outcome, counts FROM runs") == [
        ("add", "2026-11-20T12:00:00+00:00", "2026-11-20T12:00:00+00:00", "failures", '{"failed": 1, "new": 2}')
    ]


def test_sources_keep_what_is_known_of_them(store: Store) -> None:
    store.save_source("folder", "folder", "notes", "MIT")
    store.save_source("folder", "folder", "more", None)
    assert rows(store, "SELECT name, location, licence FROM sources") == [("folder", "more", "MIT")]


def test_the_default_clock_is_aware() -> None:
    assert store_clock().utcoffset() is not None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y"]), st.sampled_from([None, 1, 2]))))
def test_saving_twice_changes_nothing(facts: list[tuple[str, str, int | None]]) -> None:
    latest = {name: (text, rank) for name, text, rank in facts}
    documents = [(document(name, rank=rank), content(document(name), text)) for name, (text, rank) in latest.items()]
    with Store.open(Path(MEMORY)) as store:
        for name, text, rank in facts:
            store.save_document(document(name, rank=rank), content(document(name), text))
        store.settle()
        before = rows(store, "SELECT * FROM documents")
        assert store.save_documents(documents) == Counts(unchanged=len(documents))
        store.settle()
        assert rows(store, "SELECT * FROM documents") == before
