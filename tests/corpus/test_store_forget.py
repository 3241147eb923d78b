"""What is forgotten is gone: from every table, from the bytes of the file, and from what comes in later."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from store_samples import BENCHMARKS, COMPETITION, FAMILIES, analysis, content, document, link, starter_claim

from corpus.records import Document, Failure
from corpus.store import MEMORY, Store
from corpus.store_forget import account_of, author_key, tombstone_hash
from miner.jobs.forget import describe, forget, select
from miner.jobs.starter import export_starter, load_starter

URL = "https://www.example.org/posts/Zebrafinch/?x=1#top"
TEXT = "We used EfficientNet-B0, the zebrafinch quickstep of networks."
AUTHOR = "Ada Quillfeather"
MINE = document("zebrafinch-post", author=AUTHOR, url=URL, rank=3, title="Zebrafinch in two steps")
OTHER = document("other-post", author="Somebody Else", url="https://example.org/other")


def put(store: Store, given: Document, text: str) -> None:
    store.save_document(given, content(given, text))
    store.replace_analysis(analysis(given, text))


def add_target(store: Store, key: str, url: str, author: str, owner: Document | None = None) -> None:
    store.save_source("blogs", "blogs")
    with store.bulk():
        store.execute(
            "INSERT INTO targets (id, source, key, kind, url, document_id, facts, first_seen_at, last_seen_at) "
            "VALUES (?, 'blogs', ?, 'page', ?, ?, json_object('author', ?), '', '')",
            (key, key, url, owner.id if owner else None, author),
        )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "c.db"


@pytest.fixture
def stocked(path: Path) -> Iterator[Store]:
    """A post with everything that can belong to one, and a post of somebody else."""
    with Store.open(path) as store:
        store.load_catalogue(FAMILIES, BENCHMARKS, "v1")
        store.save_competitions([COMPETITION], "folder")
        store.save_solution_links([link(URL, 3), link("https://example.org/other", 4)])
        put(store, MINE, "An earlier EfficientNet-B0 text, later edited, of a zebrafinch.")
        put(store, MINE, TEXT)
        put(store, OTHER, "They used EfficientNet-B0 because it was small.")
        add_target(store, "https://example.org/posts/Zebrafinch?x=1", URL, AUTHOR, MINE)
        add_target(store, "https://example.org/other", "https://example.org/other", "Somebody Else", OTHER)
        with store.bulk():
            store.execute(
                "INSERT INTO document_aliases (url, document_id) VALUES (?, ?)",
                ("https://example.org/z/quillfeather-short", MINE.id),
            )
            store.execute(
                "INSERT INTO leaderboard_ranks (competition_id, name, kind, rank, team, source, seen_at) "
                "VALUES (?, 'ada quillfeather', 'user', 3, 'The Quills', 'kaggle', '')",
                (COMPETITION.id,),
            )
        store.save_failures(
            [
                Failure("zebrafinch-post", "describe", "", "no date"),
                Failure("list", "discover", "", f"bad row: {URL} has no title"),
                Failure("another", "fetch", "", "the server said 500"),
            ]
        )
        store.settle()
        with store.bulk():
            store.execute("UPDATE solutions SET team = ? WHERE rank = 3", (AUTHOR,))
        yield store


def everything(store: Store) -> str:
    """All rows of all tables of ours, as one text."""
    names = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(
        repr(tuple(row)) for name in names if "search_" not in name for row in store.execute(f"SELECT * FROM {name}")
    )


def traces(text: str) -> list[str]:
    """Words of the forgotten post that a text holds."""
    words = ("zebrafinch", "quillfeather", "quickstep", MINE.id)
    return [word for word in words if word in text.casefold()]


@pytest.mark.parametrize(
    "reference", [MINE.name, MINE.id, "http://example.org/posts/Zebrafinch?x=1", "https://example.org/z/quillfeather-short"]
)  # fmt: skip
def test_a_document_is_found_by_each_of_its_names_and_leaves_nothing_behind(stocked: Store, reference: str) -> None:
    report = forget(stocked, select(stocked, reference, None))
    assert report.is_wiped
    assert report.removed.names == (MINE.name,)
    left = everything(stocked)
    assert not {"zebrafinch", "quickstep", MINE.id} & set(traces(left.replace("'ada quillfeather'", "")))
    assert "other-post" in left
    assert "the server said 500" in left
    assert [row["n"] for row in stocked.execute("SELECT count(*) AS n FROM claims")] == [1]
    assert all(check.ok for check in stocked.checks())


def test_a_person_is_found_in_any_case_and_leaves_nothing_behind(stocked: Store) -> None:
    add_target(stocked, "kernel", "https://www.kaggle.com/code/adaq/zebrafinch-next", " ADA quillfeather")
    report = forget(stocked, select(stocked, None, "ada  QUILLFEATHER"))
    assert report.removed.names == (MINE.name,)
    assert traces(everything(stocked)) == []
    assert stocked.execute("SELECT count(*) FROM targets")[0][0] == 1
    assert all(check.ok for check in stocked.checks())


def test_no_byte_of_it_is_left_in_the_file(stocked: Store, path: Path) -> None:
    def on_disk() -> bytes:
        return b"".join(file.read_bytes() for file in sorted(path.parent.glob("c.db*")))

    raw = stocked.execute("SELECT raw FROM document_versions WHERE document_id = ?", (MINE.id,))
    secrets = [bytes(row[0]) for row in raw] + [TEXT.encode(), b"Zebrafinch", b"Quillfeather", b"zebrafinch"]
    assert len(secrets) == 6
    assert zlib.decompress(secrets[0])
    assert all(secret in on_disk() for secret in secrets)
    assert forget(stocked, select(stocked, None, AUTHOR)).is_wiped
    assert [secret for secret in secrets if secret in on_disk()] == []
    stocked.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'block_search', 'row')")
    terms = {row[0] for row in stocked.execute("SELECT term FROM temp.terms")}
    assert "becaus" in terms
    assert not {term for term in terms if term.startswith(("zebra", "quick"))}


def test_it_does_not_come_back_by_any_way(stocked: Store) -> None:
    before = stocked.execute("SELECT count(*) FROM documents")[0][0]
    forget(stocked, select(stocked, None, AUTHOR))
    assert stocked.save_document(MINE, content(MINE, TEXT)) == "unchanged"
    moved = document("elsewhere", author=AUTHOR.upper(), url="https://example.net/new-home")
    assert stocked.save_document(moved, content(moved, TEXT)) == "unchanged"
    nameless = replace(MINE, author=None, id="another id", name="z", url="http://example.org/posts/Zebrafinch/?x=1")
    assert stocked.save_documents([(nameless, content(nameless, TEXT))]).written == 0
    assert stocked.save_solution_links([link(URL, 1)]).written == 0
    assert stocked.execute("SELECT count(*) FROM documents")[0][0] == before - 1
    assert stocked.save_document(document("third", author="Somebody Else"), None) == "new"


def test_starter_facts_of_it_stay_hidden(tmp_path: Path) -> None:
    with Store.open(Path(MEMORY)) as source:
        load_starter(source, tmp_path)  # the catalogue alone
        source.save_competitions([COMPETITION], "folder")
        source.save_solution_links([link(URL, 3), link("https://example.org/other", 4)])
        for given in (MINE, OTHER):
            put(source, given, TEXT)
        source.settle()
        export_starter(source, tmp_path)
    with Store.open(Path(MEMORY)) as store:
        assert load_starter(store, tmp_path)
        (mine,) = select(store, URL, None).names
        forget(store, select(store, mine, None))
        store.set_meta("starter_version", "older")
        assert load_starter(store, tmp_path)
        urls = [row["url"] for row in store.execute("SELECT url FROM documents WHERE source = 'starter'")]
        assert urls == ["https://example.org/other"]
        assert [row["url"] for row in store.execute("SELECT url FROM solution_links")] == ["https://example.org/other"]
        shipped = replace(MINE, source="starter", author=None)
        assert store.save_starter_documents([(shipped, None)]).written == 0
        with pytest.raises(Exception, match="does not hold"):
            store.replace_analysis(starter_claim(shipped))


def test_copies_by_others_are_named_and_stay(stocked: Store) -> None:
    fork = document("fork", author="A Third", url="https://example.org/fork")
    put(stocked, fork, TEXT)
    stocked.settle()
    selection = select(stocked, MINE.name, None)
    assert selection.copies_left == ("fork",)
    forget(stocked, selection)
    (row,) = stocked.execute("SELECT copy_of FROM documents WHERE name = 'fork'")
    assert row["copy_of"] is None
    assert "fork" in "\n".join(describe(selection))


def test_nothing_found_is_said_and_what_was_forgotten_is_known(stocked: Store) -> None:
    nothing = select(stocked, "https://example.org/nothing", None)
    assert nothing.is_empty
    assert not nothing.was_forgotten
    for reference, author in ((URL, None), (None, AUTHOR)):
        forget(stocked, select(stocked, reference, author))
        again = select(stocked, reference, author)
        assert again.is_empty
        assert again.was_forgotten


def test_a_reader_in_the_way_is_said_and_a_second_request_wipes(stocked: Store, path: Path) -> None:
    with Store.open(path, read_only=True) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM documents")[0][0] == 2
        stocked.execute("PRAGMA busy_timeout = 1")
        assert not forget(stocked, select(stocked, URL, None)).is_wiped
    assert forget(stocked, select(stocked, URL, None)).is_wiped
    assert TEXT.encode() not in path.read_bytes()


def test_a_failure_half_way_removes_nothing(stocked: Store) -> None:
    before = everything(stocked)
    stocked.execute(
        "CREATE TEMP TRIGGER stop BEFORE INSERT ON tombstones BEGIN SELECT RAISE(ABORT, 'stopped here'); END"
    )
    with pytest.raises(Exception, match="stopped here"):
        stocked.forget(select(stocked, URL, None))
    assert everything(stocked) == before


def test_runs_say_that_something_was_forgotten_and_not_what(stocked: Store) -> None:
    forget(stocked, select(stocked, URL, None))
    (run,) = stocked.execute("SELECT command, outcome, counts FROM runs")
    assert tuple(run) == ("forget", "done", '{"documents": 1, "other_rows": 2}')
    tombstones = stocked.execute("SELECT hash, kind FROM tombstones ORDER BY kind")
    assert {row["kind"] for row in tombstones} == {"document", "url"}
    assert datetime.fromisoformat(stocked.execute("SELECT at FROM tombstones")[0]["at"]).tzinfo == UTC


@given(st.text())
def test_spellings_of_a_person_meet(name: str) -> None:
    assert author_key(author_key(name)) == author_key(name)
    assert tombstone_hash("author", f" {name}\n") == tombstone_hash("author", author_key(name))


@given(st.text())
def test_any_address_has_an_account_or_none(url: str) -> None:
    account = account_of(f"https://kaggle.com/code/{url}")
    assert account is None or account == account.casefold()
