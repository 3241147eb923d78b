"""What a person corrected stays corrected: through analyses, edits, sources and starter facts; and can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from store_samples import BENCHMARKS, COMPETITION, FAMILIES, TEXT, analysis, content, document, link, starter_claim

from corpus.corrections import Correction, Field, checked_value, correction_id
from corpus.records import Document, DocumentAnalysis, Failure, Target, Visit
from corpus.store import MEMORY, Content, Store
from miner.jobs.starter import export_starter, load_starter

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DOC = document(rank=5, author="Ada")
OTHER_TEXT = "Edited since: we used EfficientNet-B0 with care."


def says(
    field: Field, value: object, key: str = "efficientnet", of: Document = DOC, at: str = "2026-11-20"
) -> Correction:
    key = "" if field.is_of_document else key
    return Correction(
        correction_id(of.id, key, field), of.id, of.name, field, checked_value(field, value), "read it", at, key,
        key or None, of.url,
    )  # fmt: skip


def rank(n: int, source: str = "author") -> dict[str, object]:
    return {"rank": n, "source": source}


@pytest.fixture
def stocked(store: Store) -> Store:
    """The sample document, analysed."""
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    store.save_competitions([COMPETITION], "folder")
    store.save_document(DOC, content(DOC))
    store.replace_analysis(analysis(DOC))
    store.settle()
    return store


def tables(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All derived rows that corrections touch."""
    names = ("claims", "claim_roles", "variants", "reasons", "evidence", "documents", "solutions", "overruled",
             "correction_effects")  # fmt: skip
    return {name: sorted((tuple(row) for row in store.execute(f"SELECT * FROM {name}")), key=str) for name in names}


def statuses(store: Store) -> dict[str, str]:
    return {row["architecture"]: row["status"] for row in store.execute("SELECT architecture, status FROM v_claims")}


def correct(store: Store, *corrections: Correction) -> None:
    store.corrections.save(corrections)
    store.settle()


def effect(store: Store, field: Field) -> tuple[object, object, str]:
    (row,) = store.execute("SELECT extracted, agrees, state FROM v_corrections WHERE field = ?", (field.value,))
    return (json.loads(row["extracted"]) if row["extracted"] else None), row["agrees"], row["state"]


ONE_OF_EACH = [
    [says(Field.STATUS, "tried")],
    [says(Field.ROLES, ["backbone", "head"])],
    [says(Field.VARIANTS, [["b4", "mentioned"]])],
    [says(Field.ARCHITECTURE, {"id": None, "name": "Frog Former"})],
    [says(Field.CLAIM, "absent")],
    [says(Field.CLAIM, "present", "mixup"), says(Field.STATUS, "used", "mixup")],
    [says(Field.RANK, rank(2))],
    [says(Field.RANK, None)],
    [says(Field.COMPETITION, "kaggle/newts"), says(Field.RANK, rank(1))],
    [says(Field.COMPETITION, None)],
]


@pytest.mark.parametrize("corrections", ONE_OF_EACH, ids=lambda cs: f"{cs[0].field}={cs[0].value}")
def test_each_correction_survives_everything_and_is_undone_without_trace(
    stocked: Store, corrections: list[Correction]
) -> None:
    before = tables(stocked)
    correct(stocked, *corrections)
    after = tables(stocked)
    assert after != before
    assert all(check.ok for check in stocked.checks())
    assert {row["state"] for row in stocked.execute("SELECT state FROM v_corrections")} == {"holds"}
    stocked.replace_analysis(analysis(DOC))
    assert stocked.save_document(DOC, content(DOC)) == "unchanged"
    stocked.settle()
    stocked.corrections.apply()
    assert stocked.corrections.save(corrections).written == 0
    assert tables(stocked) == after
    assert all(check.ok for check in stocked.checks())
    assert stocked.corrections.undo({c.id for c in corrections}) == len(corrections)
    stocked.settle()
    assert tables(stocked) == before
    assert stocked.corrections.all() == ()


def test_a_new_extractor_and_an_edited_text_are_corrected_again(stocked: Store) -> None:
    correct(stocked, says(Field.STATUS, "tried"))
    stocked.replace_analysis(analysis(DOC, made_by="extractor-2"))
    (row,) = stocked.execute("SELECT status, made_by FROM claims")
    assert tuple(row) == ("tried", "extractor-2 +correction")
    stocked.save_document(DOC, content(DOC, OTHER_TEXT))
    stocked.replace_analysis(analysis(DOC, OTHER_TEXT, "extractor-2"))
    assert statuses(stocked) == {"EfficientNet": "tried"}
    (row,) = stocked.execute("SELECT quote FROM evidence")
    assert row["quote"] == OTHER_TEXT
    assert stocked.execute("SELECT made_by FROM documents")[0][0] == "extractor-2"


def test_a_correction_waits_while_the_claim_is_not_made_and_holds_again(stocked: Store) -> None:
    correct(stocked, says(Field.STATUS, "tried"))
    assert effect(stocked, Field.STATUS) == ("used", 0, "holds")
    empty = replace(analysis(DOC), claims=())
    stocked.replace_analysis(empty)
    assert (statuses(stocked), effect(stocked, Field.STATUS)) == ({}, (None, None, "waiting"))
    stocked.mark_unreadable(replace(empty, failures=(Failure(DOC.name, "read", "", "no", DOC.id),)))
    assert effect(stocked, Field.STATUS)[2] == "waiting"
    stocked.replace_analysis(analysis(DOC))
    assert statuses(stocked) == {"EfficientNet": "tried"}


def test_an_extractor_that_has_learnt_agrees(stocked: Store) -> None:
    correct(stocked, says(Field.STATUS, "used"), says(Field.CLAIM, "absent", "mixup"), says(Field.ROLES, ["head"]))
    found = {row["field"]: row["agrees"] for row in stocked.execute("SELECT field, agrees FROM v_corrections")}
    assert found == {"status": 1, "claim": 1, "roles": 0}


def test_all_that_counts_sees_the_corrected_value(stocked: Store) -> None:
    correct(stocked, says(Field.CLAIM, "absent"), says(Field.RANK, rank(1, "leaderboard")))
    assert stocked.execute("SELECT * FROM v_solution_architectures") == []
    assert stocked.execute("SELECT * FROM v_reasons") == []
    (row,) = stocked.execute("SELECT rank, rank_source FROM v_documented_solutions")
    assert tuple(row) == (1, "leaderboard")
    assert effect(stocked, Field.RANK) == (rank(5), 0, "holds")


def test_a_claim_that_was_missed_stands_on_the_words_that_a_person_gives(stocked: Store) -> None:
    given = replace(says(Field.CLAIM, "present", "mixup"), quote="it was  the\nfastest of all")
    correct(stocked, given)
    sql = "SELECT quote, start, end FROM v_evidence WHERE architecture_id = 'mixup'"
    (row,) = stocked.execute(sql)
    assert row["quote"] == TEXT[row["start"] : row["end"]] == "it was the fastest of all"
    stocked.save_document(DOC, content(DOC, OTHER_TEXT))
    stocked.replace_analysis(analysis(DOC, OTHER_TEXT))
    assert tuple(stocked.execute(sql)[0]) == (None, None, None)
    assert all(check.ok for check in stocked.checks())


def test_of_two_about_one_thing_the_newer_stays_whatever_the_order(stocked: Store) -> None:
    old, new = says(Field.STATUS, "tried", at="2026-11-01"), says(Field.STATUS, "mentioned", at="2026-11-02")
    for order in ((old, new), (new, old)):
        correct(stocked, *order)
        assert statuses(stocked) == {"EfficientNet": "mentioned"}
        stocked.corrections.undo({old.id})


def test_a_correction_may_come_before_its_document(store: Store) -> None:
    store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
    corrections = [says(Field.STATUS, "tried"), says(Field.COMPETITION, "kaggle/newts"), says(Field.RANK, rank(2))]
    assert store.corrections.save(corrections).new == 3
    assert {row["state"] for row in store.execute("SELECT state FROM v_corrections")} == {"waiting"}
    assert store.save_document(DOC, content(DOC)) == "new"
    assert store.save_document(DOC, content(DOC)) == "unchanged"
    store.replace_analysis(analysis(DOC))
    store.settle()
    assert statuses(store) == {"EfficientNet": "tried"}
    (row,) = store.execute("SELECT competition, rank FROM v_documents")
    assert tuple(row) == ("newts", 2)
    assert effect(store, Field.COMPETITION) == ("kaggle/frogs", 0, "holds")


def test_a_source_that_changes_its_mind_is_heard_when_the_correction_goes(stocked: Store) -> None:
    said = says(Field.COMPETITION, "kaggle/newts")
    correct(stocked, said)
    stocked.save_document(replace(DOC, competition_id="kaggle/toads"), content(DOC))
    assert effect(stocked, Field.COMPETITION) == ("kaggle/toads", 0, "holds")
    stocked.corrections.undo({said.id})
    stocked.settle()
    assert stocked.execute("SELECT competition_id FROM documents")[0][0] == "kaggle/toads"


def test_a_refresh_leaves_corrections_alone_and_does_not_take_them_for_a_source(stocked: Store) -> None:
    made = replace(DOC, source="kaggle", url="https://example.org/post", competition_id=None)
    target = Target("kaggle", "topic:1", "topic", made.url, None, "s1", {})
    correct(stocked, said := says(Field.COMPETITION, "kaggle/newts"), says(Field.STATUS, "tried"))
    visit = Visit(target, NOW, content_hash="h")
    assert stocked.crawl.record_visit(visit, Content(made, content(made, OTHER_TEXT))) == "changed"
    stocked.replace_analysis(analysis(DOC, OTHER_TEXT))
    stocked.settle()
    (row,) = stocked.execute("SELECT competition, status FROM v_claims")
    assert tuple(row) == ("newts", "tried")
    stocked.corrections.undo({said.id})
    stocked.settle()
    assert stocked.execute("SELECT competition_id FROM documents")[0][0] == COMPETITION.id


def test_a_family_that_enters_or_leaves_the_catalogue_keeps_its_correction(stocked: Store) -> None:
    unknown = analysis(DOC)
    (one,) = unknown.claims
    frog = replace(one, name="Frog Former", architecture_id=None)
    correct(stocked, replace(says(Field.STATUS, "tried", "name:frogformer"), name="Frog Former"))
    stocked.replace_analysis(replace(unknown, claims=(frog,)))
    assert statuses(stocked) == {"Frog Former": "tried"}
    family = replace(FAMILIES[1], id="frogformer", name="FrogFormer", lineage="frogformer", aliases=("frog former",))
    stocked.load_catalogue([*FAMILIES, family], BENCHMARKS, "v2")
    stocked.replace_analysis(replace(unknown, claims=(replace(frog, architecture_id="frogformer", name="FrogFormer"),)))
    assert statuses(stocked) == {"FrogFormer": "tried"}
    correct(stocked, replace(says(Field.ROLES, ["head"], "frogformer"), name="FrogFormer"))
    stocked.replace_analysis(replace(unknown, claims=()))
    stocked.load_catalogue(FAMILIES, BENCHMARKS, "v3")
    stocked.replace_analysis(replace(unknown, claims=(replace(frog, name="FrogFormer"),)))
    assert statuses(stocked) == {"FrogFormer": "tried"}
    assert [row["role"] for row in stocked.execute("SELECT role FROM claim_roles")] == ["head"]


def starter(folder: Path, *ranks: tuple[str, int]) -> list[Document]:
    """Starter facts of documents with ranks, written into a folder."""
    documents = [document(name, rank=n, author=f"By {name}", url=f"https://example.org/{name}") for name, n in ranks]
    with Store.open(Path(MEMORY)) as source:
        load_starter(source, folder / "none")  # the catalogue alone
        source.save_competitions([COMPETITION], "folder")
        source.save_solution_links([link("https://example.org/a", 3)])
        for one in documents:
            source.save_document(one, content(one))
            source.replace_analysis(analysis(one))
        source.settle()
        export_starter(source, folder)
    return documents


def test_starter_facts_are_corrected_through_every_new_version(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    a, b = starter(tmp_path, ("a", 3), ("b", 4))
    given = [
        says(Field.STATUS, "tried", of=a),
        says(Field.RANK, rank(7, "leaderboard"), of=a),
        says(Field.COMPETITION, "kaggle/newts", of=b),
        says(Field.CLAIM, "absent", of=b),
    ]
    with Store.open(Path(MEMORY)) as store:
        assert load_starter(store, tmp_path)
        before = tables(store)
        correct(store, *given)
        sql = "SELECT document, competition, rank FROM v_documents ORDER BY document"
        seen = [("a", "frogs", 7), ("b", "newts", 4)]
        assert [tuple(row) for row in store.execute(sql)] == seen
        assert statuses(store) == {"EfficientNet": "tried"}
        after = tables(store)
        store.set_meta("starter_version", "older")
        assert load_starter(store, tmp_path)
        assert tables(store) == after
        exported = tmp_path / "again"
        export_starter(store, exported)
        store.corrections.undo({c.id for c in given})
        store.settle()
        assert tables(store) == before
    with Store.open(Path(MEMORY)) as store:
        assert load_starter(store, exported)
        store.settle()
        assert [tuple(row) for row in store.execute(sql)] == seen
        assert statuses(store) == {"EfficientNet": "tried"}


def test_the_document_behind_a_corrected_starter_fact_is_corrected_too(stocked: Store) -> None:
    shipped = replace(document("shipped", url="https://example.org/s"), source="starter")
    stocked.save_starter_documents([(shipped, "solution-of-somebody")])
    stocked.replace_analysis(starter_claim(shipped))
    correct(stocked, says(Field.STATUS, "mentioned", of=shipped), says(Field.RANK, rank(9), of=shipped))
    real = replace(shipped, source="folder", author="Somebody")
    assert stocked.save_document(real, content(real)) == "changed"
    stocked.replace_analysis(analysis(real))
    stocked.settle()
    (row,) = stocked.execute("SELECT status, rank FROM v_claims WHERE document = 'shipped'")
    assert tuple(row) == ("mentioned", 9)


@pytest.mark.parametrize("is_here", [True, False])
def test_what_is_forgotten_takes_its_corrections_along(stocked: Store, is_here: bool) -> None:
    other = document("elsewhere", url="https://github.com/quill/elsewhere")
    correct(stocked, says(Field.STATUS, "tried"), says(Field.STATUS, "tried", of=other), says(Field.RANK, rank(2)))
    selections: list[Callable[[], object]] = [
        lambda: stocked.forget(stocked.select_document(DOC.name if is_here else other.url or "")),
        lambda: stocked.forget(stocked.select_author("ada" if is_here else "quill")),
    ]
    for forget in selections:
        forget()
        left = {c.document for c in stocked.corrections.all()}
        assert left == {other.name if is_here else DOC.name}
    gone = DOC if is_here else other
    assert stocked.corrections.save([says(Field.STATUS, "tried", of=gone)]).written == 0
    assert [row["document_id"] for row in stocked.execute("SELECT * FROM overruled")] == ([] if is_here else [DOC.id])


def test_half_a_correction_is_none(stocked: Store) -> None:
    before = tables(stocked)
    stocked.execute("CREATE TEMP TRIGGER stop BEFORE INSERT ON claims BEGIN SELECT RAISE(ABORT, 'stopped here'); END")
    with pytest.raises(Exception, match="stopped here"):
        stocked.corrections.save([says(Field.STATUS, "tried")])
    assert (tables(stocked), stocked.corrections.all()) == (before, ())


def test_an_analysis_in_any_order_gives_the_same_rows(stocked: Store) -> None:
    second = document("newts-2nd", rank=2)
    made: list[DocumentAnalysis] = [analysis(DOC), analysis(second)]
    stocked.save_document(second, content(second))
    correct(stocked, says(Field.CLAIM, "absent"), says(Field.STATUS, "tried", of=second))
    found = []
    for order in (made, made[::-1]):
        for one in order:
            stocked.replace_analysis(one)
        found.append(tables(stocked))
    assert found[0] == found[1]
