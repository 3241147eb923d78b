"""Starter facts: what ships, what may not, and how it enters a database."""

from __future__ import annotations

import gzip
import json
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from corpus.catalogue import load_catalogue
from corpus.errors import StoreError
from corpus.ids import claim_id, content_hash, document_id, make_id
from corpus.records import (
    Block,
    BlockKind,
    Claim,
    Competition,
    Document,
    DocumentAnalysis,
    DocumentKind,
    Evidence,
    Polarity,
    RankSource,
    RankStatement,
    RawDocument,
    Reason,
    ReasonCategory,
    Role,
    SolutionLink,
    Span,
    Status,
    TaskType,
    Variant,
)
from corpus.starter.exporter import shippable_evidence, shippable_title
from corpus.starter.files import COMPETITIONS, DOCUMENTS, NAMES, SOURCES, read_rows, shipped, write_rows
from corpus.starter.loader import starter_version
from corpus.store import MEMORY, Store
from miner.jobs.catalogue import ensure_catalogue
from miner.jobs.starter import export_starter, load_starter

TEXT = "SECRETQUOTE the LightGBM model was best"
URL = "https://example.net/writeups/moss-1"
STAMP = "extractor-test"
TABLES = (
    "competition_tags",
    "competition_task_types",
    "solutions",
    "document_ranks",
    "claims",
    "claim_roles",
    "variants",
)


def mined_store() -> Store:
    """A corpus with one described competition, an original with claims, its copy, and an example document."""
    store = Store.open(Path(MEMORY))
    ensure_catalogue(store)
    store.save_competitions(
        [
            Competition(
                "made-up/moss", "moss", "made-up", "Moss", description="SECRETDESCRIPTION", tags=("tabular",), year=2022
            ),
            Competition("example/reef", "reef", "example", "Reef"),
        ],
        "folder",
    )
    evidence = "tag: tabular; description: three words here and several more"
    store.save_task_types([TaskType("made-up/moss", "tabular/regression", 0, "inferred", evidence, "rules")])
    links = [SolutionLink("made-up/moss", URL, 1, "description", "an index (MIT)")]
    store.save_solution_links(
        [*links, SolutionLink("made-up/moss", "https://example.net/2", 2, "code", "an index (MIT)")]
    )
    original = document("moss-1", URL, competition="made-up/moss")
    copy = replace(document("moss-2", "https://example.net/copy", competition="made-up/moss"), copy_of=original.id)
    example = document("reef-1", "https://example.org/reef", competition="example/reef")
    for item in (original, copy, example):
        save(store, item)
    store.settle()
    return store


def document(name: str, url: str, competition: str) -> Document:
    ranks = (RankStatement(RankSource.AUTHOR, 3, "title"),) if name == "moss-1" else ()
    return Document(
        document_id(url, name), name, DocumentKind.WRITEUP, "md", "Moss by SECRETAUTHOR", "SECRETAUTHOR", url,
        competition, ranks, date(2022, 3, 4), 2022, "en", "MIT", 7,
    )  # fmt: skip


def save(store: Store, item: Document) -> None:
    raw = TEXT.encode()
    store.save_document(item, RawDocument(item.id, raw + item.id.encode(), content_hash(raw + item.id.encode())))
    block = Block(make_id("block", item.id), item.id, 0, BlockKind.PARAGRAPH, TEXT)
    span = Span(block.id, 0, len(TEXT))
    claims = tuple(
        Claim(
            claim_id(item.id, architecture, name), item.id, name, architecture, status, (Role.MAIN,),
            (Variant("depth 6", status),),
            (Reason(ReasonCategory.ACCURACY, Polarity.FOR, span, TEXT),), (Evidence(span, TEXT, 16, 24),), 0.8, STAMP,
        )
        for architecture, name, status in (
            ("lightgbm", load_catalogue().architectures["lightgbm"].name, Status.USED),
            (None, "Mossformer", Status.TRIED),
        )
    )  # fmt: skip
    store.replace_analysis(DocumentAnalysis(item.id, content_hash(raw + item.id.encode()), STAMP, (block,), claims))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Starter files made from `mined_store`."""
    folder = tmp_path_factory.mktemp("facts")
    with mined_store() as store:
        export_starter(store, folder)
    return folder


def loaded(facts: Path) -> Store:
    store = Store.open(Path(MEMORY))
    assert load_starter(store, facts)
    return store


def dump(store: Store, table: str) -> list[str]:
    return sorted(str(tuple(row)) for row in store.execute(f"SELECT * FROM {table}"))


def everything(folder: Path) -> str:
    return "".join(
        gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")
        for path in (folder / name for name in NAMES)
    )


def test_no_sentence_and_no_author_ships(facts: Path) -> None:
    text = everything(facts)
    assert "SECRET" not in text
    assert "several more" not in text
    assert "tag: tabular" in text
    assert "example/reef" not in text


def test_loading_gives_the_same_facts(facts: Path) -> None:
    with mined_store() as mined, loaded(facts) as store:
        for table in TABLES:
            kept = [row for row in dump(mined, table) if "example" not in row]
            reef = mined.execute(
                "SELECT id FROM claims WHERE document_id = ?", (document_id("https://example.org/reef", ""),)
            )
            kept = [row for row in kept if not any(str(claim[0]) in row for claim in reef)]
            if table == "competition_task_types":
                kept = [row.replace("; description: three words here and several more", "") for row in kept]
            assert dump(store, table) == kept, table


def test_claims_stand_without_text(facts: Path) -> None:
    with loaded(facts) as store:
        for table in ("evidence", "reasons"):
            rows = store.execute(f"SELECT block_id, start, end, quote FROM {table}")
            assert rows
            assert {tuple(row) for row in rows} == {(None, None, None, None)}
        per_claim = store.execute("SELECT count(*) AS n FROM evidence GROUP BY claim_id")
        assert {row["n"] for row in per_claim} == {1}


def test_settling_changes_nothing(facts: Path) -> None:
    with loaded(facts) as store:
        before = {table: dump(store, table) for table in (*TABLES, "documents")}
        store.settle()
        assert {table: dump(store, table) for table in before} == before
        assert store.execute("PRAGMA foreign_key_check") == []


def test_a_second_load_does_nothing(facts: Path) -> None:
    with loaded(facts) as store:
        before = dump(store, "documents")
        assert not load_starter(store, facts)
        assert dump(store, "documents") == before


def test_exporting_what_was_loaded_gives_the_same_bytes(facts: Path, tmp_path: Path) -> None:
    with loaded(facts) as store:
        export_starter(store, tmp_path)
    assert (tmp_path / DOCUMENTS).read_bytes() == (facts / DOCUMENTS).read_bytes()
    assert (tmp_path / COMPETITIONS).read_bytes() == (facts / COMPETITIONS).read_bytes()


def test_a_document_with_content_is_not_overwritten(facts: Path) -> None:
    with mined_store() as store:
        claims, documents = dump(store, "claims"), dump(store, "documents")
        assert load_starter(store, facts)
        assert dump(store, "claims") == claims
        assert dump(store, "documents") == documents
        assert "SECRETDESCRIPTION" in dump(store, "competitions")[1]


def test_adding_the_real_document_later_replaces_the_facts(facts: Path) -> None:
    with loaded(facts) as store:
        save(store, document("moss-1", URL, competition="made-up/moss"))
        store.settle()
        row = store.execute("SELECT source, author, solution_id FROM documents WHERE name = 'moss-1'")[0]
        assert (row["source"], row["author"]) == ("folder", "SECRETAUTHOR")
        assert len(store.execute("SELECT DISTINCT solution_id FROM documents WHERE name = 'moss-1'")) == 1
        assert store.execute("SELECT count(*) FROM evidence WHERE quote IS NOT NULL")[0][0] == 2


def test_a_newer_version_replaces_an_older_one(facts: Path, tmp_path: Path) -> None:
    rows = read_rows(facts, DOCUMENTS)
    write_rows(tmp_path, DOCUMENTS, [{**row, "title": "Newer"} for row in rows if "stated_copy_of" not in row])
    write_rows(tmp_path, COMPETITIONS, read_rows(facts, COMPETITIONS))
    with loaded(facts) as store:
        assert load_starter(store, tmp_path)
        assert [row["title"] for row in store.execute("SELECT title FROM documents")] == ["Newer"]
        assert store.execute("PRAGMA foreign_key_check") == []


def test_a_family_the_catalogue_lost_becomes_an_unknown_name(facts: Path, tmp_path: Path) -> None:
    rows = read_rows(facts, DOCUMENTS)
    rows[0]["claims"] = [{"architecture": "no-such-family", "status": "used", "confidence": 0.5}]
    write_rows(tmp_path, DOCUMENTS, rows)
    write_rows(tmp_path, COMPETITIONS, read_rows(facts, COMPETITIONS))
    with loaded(tmp_path) as store:
        found = store.execute("SELECT name, architecture_id FROM claims WHERE name = 'no-such-family'")
        assert [tuple(row) for row in found] == [("no-such-family", None)]


def test_a_competition_known_only_by_name_gets_its_facts(facts: Path) -> None:
    with Store.open(Path(MEMORY)) as store:
        save_before = document("other", "https://example.net/other", competition="made-up/moss")
        store.save_document(save_before, None)
        assert load_starter(store, facts)
        row = store.execute("SELECT title, source FROM competitions WHERE id = 'made-up/moss'")[0]
        assert tuple(row) == ("Moss", "starter")


def test_damaged_facts_are_a_store_error_and_leave_nothing(facts: Path, tmp_path: Path) -> None:
    (tmp_path / COMPETITIONS).write_bytes((facts / COMPETITIONS).read_bytes())
    (tmp_path / DOCUMENTS).write_bytes((facts / DOCUMENTS).read_bytes()[:-9])
    with Store.open(Path(MEMORY)) as store:
        with pytest.raises(StoreError, match="damaged"):
            load_starter(store, tmp_path)
        assert store.execute("SELECT 1 FROM competitions") == []


def test_what_ships_keeps_its_promises() -> None:
    folder = shipped()
    if starter_version() == "none":
        pytest.skip("no starter facts have been made yet (scripts/make_starter.py)")
    assert sum(len((folder / name).read_bytes()) for name in NAMES) < 3_000_000
    known = load_catalogue().architectures
    for row in read_rows(folder, COMPETITIONS):
        assert not row.keys() & {"description"}
    for row in read_rows(folder, DOCUMENTS):
        assert not row.keys() & {"author", "votes", "content_hash"}
        for claim in row.get("claims", ()):
            assert not claim.keys() & {"quote", "evidence", "span"}
            assert claim.get("architecture") in known or claim.get("name")


def test_sources_carry_their_licence(facts: Path, tmp_path: Path) -> None:
    assert {row["name"]: row.get("licence") for row in read_rows(facts, SOURCES)}["an index (MIT)"] == "MIT"
    with loaded(facts) as store:
        store.save_solution_links([SolutionLink("made-up/moss", "https://example.net/3", 3, "code", "other index")])
        export_starter(store, tmp_path, {"other index": "CC0-1.0"})
    assert {row["name"]: row.get("licence") for row in read_rows(tmp_path, SOURCES)}["other index"] == "CC0-1.0"


@given(st.text())
def test_evidence_is_cut_to_cues(evidence: str) -> None:
    kept = shippable_evidence(evidence)
    assert len(kept.replace("; ", ";")) <= len(evidence)
    assert shippable_evidence(kept) == kept
    for part in kept.split("; "):
        assert part.startswith(("tag", "metric", "title")) or len(part.split()) <= 4


@given(st.text(), st.one_of(st.none(), st.text()))
def test_titles_lose_their_author(title: str, author: str | None) -> None:
    short = shippable_title(title, author)
    assert short is None or short == " ".join(short.split())
    assert shippable_title(short, None) == short


@given(st.lists(st.dictionaries(st.text(), st.one_of(st.none(), st.integers(), st.text()))))
def test_rows_survive_the_files(rows: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = write_rows(folder, DOCUMENTS, rows).read_bytes()
        assert sorted(map(json.dumps, read_rows(folder, DOCUMENTS))) == sorted(
            json.dumps(dict(sorted(row.items()))) for row in rows
        )
        assert write_rows(folder, DOCUMENTS, reversed(rows)).read_bytes() == first


def test_packages_travel_with_the_starter_facts() -> None:
    with Store.open(Path(MEMORY)) as store:
        ensure_catalogue(store)
        assert load_starter(store)
        shipped_packages = sum(len(row.get("packages", ())) for row in read_rows(shipped(), DOCUMENTS))
        assert store.execute("SELECT count(*) FROM document_packages")[0][0] == shipped_packages > 0
