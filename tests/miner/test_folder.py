"""Local files and folders -> records."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from analysis.blocks import limits
from corpus.errors import UsageError
from corpus.ids import content_hash, document_id
from corpus.records import Competition, Document, DocumentKind, Failure, RankSource, RankStatement, SolutionLink
from miner.sources.files import MAX_DOCUMENT_BYTES
from miner.sources.folder import FolderItem, read_folder
from miner.sources.manifest_values import date_field, int_field
from miner.sources.manifests import SLUG_ONLY

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def write_lines(path: Path, *rows: object) -> Path:
    return write(path, "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n")


def listed(folder: Path, *rows: dict[str, Any], text: str = "# T\ntext") -> list[FolderItem]:
    """What a folder gives whose documents.jsonl holds these rows, each with a file."""
    for row in rows:
        write(folder / "documents" / f"{row['doc_id']}.md", text)
    write_lines(folder / "documents.jsonl", *({"kind": "writeup", "format": "md", **row} for row in rows))
    return list(read_folder([folder]))


def documents(items: Iterable[FolderItem]) -> list[Document]:
    return [item[0] for item in items if isinstance(item, tuple)]


def failures(items: Iterable[FolderItem]) -> list[Failure]:
    return [item for item in items if isinstance(item, Failure)]


def test_limits_of_source_and_analysis_are_one() -> None:
    assert MAX_DOCUMENT_BYTES == limits.MAX_DOCUMENT_BYTES


def test_loose_files_are_known_by_suffix_and_their_own_title(tmp_path: Path) -> None:
    notebook = {
        "cells": [{"cell_type": "code", "source": "# no title"}, {"cell_type": "markdown", "source": ["# Fr*o*gs\n"]}]
    }
    write(tmp_path / "a.ipynb", json.dumps(notebook))
    write(tmp_path / "b" / "README.md", "---\ntitle: 'Toads'\n---\n# Other")
    write(tmp_path / "b" / "notes.markdown", "intro\n\n## 3rd place [solution](x)")
    write(tmp_path / "c.HTM", "<title>Newts &amp;\n co</title>")
    write(tmp_path / "d.R", "x <- 1")
    write(tmp_path / "e.txt", "ignored")
    write(tmp_path / ".git" / "f.md", "hidden")
    write(tmp_path / ".ipynb_checkpoints" / "a.ipynb", "{}")
    found = documents(read_folder([tmp_path]))
    assert [(d.kind.value, d.format, d.title) for d in found] == [
        ("notebook", "ipynb", "Fr*o*gs".replace("*", "")),
        ("readme", "md", "Toads"),
        ("writeup", "md", "3rd place solution"),
        ("blog", "html", "Newts & co"),
        ("script", "r", None),
    ]
    assert found[2].ranks == (RankStatement(RankSource.AUTHOR, 3, "title"),)
    assert all(document.id == document_id(None, document.name) for document in found)


def test_an_edited_loose_file_stays_the_same_document(tmp_path: Path) -> None:
    path = write(tmp_path / "My notes (v2).md", "# A")
    [(before, raw_before)] = [item for item in read_folder([path]) if isinstance(item, tuple)]
    write(path, "# B")
    [(after, raw_after)] = [item for item in read_folder([tmp_path]) if isinstance(item, tuple)]
    assert (before.id, before.name) == (after.id, after.name)
    assert before.name.startswith("my-notes-v2-")
    assert raw_before.content_hash == content_hash(b"# A") != raw_after.content_hash


def test_the_same_stem_elsewhere_is_another_document(tmp_path: Path) -> None:
    write(tmp_path / "x" / "notes.md", "# A")
    write(tmp_path / "y" / "notes.md", "# A")
    assert len({document.id for document in documents(read_folder([tmp_path]))}) == 2


def test_a_manifest_brings_its_facts(tmp_path: Path) -> None:
    row = {
        "doc_id": "wu-1",
        "competition": "frogs",
        "platform": "zindi",
        "rank": 2,
        "rank_source": "repository text",
        "title": "Frogs",
        "author": "A. Nyone",
        "date": "2024-05-31T23:30:00-08:00",
        "url": "https://example.org/w",
        "licence": "MIT",
        "votes": 5,
        "language": "en",
        "sha256": "0" * 64,
        "colour": "green",
    }
    items = listed(tmp_path, row)
    assert items[0] == Competition("zindi/frogs", "frogs", "zindi", title="frogs", provenance=SLUG_ONLY)
    [document] = documents(items)
    assert document == Document(
        id=document_id("https://example.org/w", "wu-1"),
        name="wu-1",
        kind=DocumentKind.WRITEUP,
        format="md",
        title="Frogs",
        author="A. Nyone",
        url="https://example.org/w",
        competition_id="zindi/frogs",
        ranks=(RankStatement(RankSource.AUTHOR, 2, "repository text"),),
        published_on=date(2024, 6, 1),
        year=2024,
        language="en",
        licence="MIT",
        votes=5,
    )
    assert not failures(items)


@pytest.mark.parametrize(
    ("facts", "ranks"),
    [
        (
            {"rank": 4, "rank_source": "kaggle-solutions index"},
            (RankStatement(RankSource.INDEX, 4, "kaggle-solutions index"),),
        ),
        ({"rank": "4"}, (RankStatement(RankSource.AUTHOR, 4, "manifest"),)),
        ({"title": "7th place solution"}, (RankStatement(RankSource.AUTHOR, 7, "title"),)),
        ({"title": "7th place solution", "rank": 6}, (RankStatement(RankSource.AUTHOR, 6, "manifest"),)),
        ({"title": "Public 2nd Place Solution", "rank": 2}, ()),
        ({"title": "Public 4th / private 15th", "rank": 4}, (RankStatement(RankSource.AUTHOR, 15, "title"),)),
        ({"title": "7th place solution", "kind": "notebook"}, ()),
        ({"title": "Top 5%"}, ()),
    ],
)
def test_ranks_carry_their_source(tmp_path: Path, facts: dict[str, Any], ranks: tuple[RankStatement, ...]) -> None:
    assert documents(listed(tmp_path, {"doc_id": "d", **facts}))[0].ranks == ranks


def test_near_copies_come_behind_their_original_and_point_at_it(tmp_path: Path) -> None:
    rows = [
        {"doc_id": "c", "near_duplicate_of": "b"},
        {"doc_id": "b", "near_duplicate_of": "a"},
        {"doc_id": "a"},
        {"doc_id": "lost", "near_duplicate_of": "gone"},
        {"doc_id": "x", "near_duplicate_of": "y"},
        {"doc_id": "y", "near_duplicate_of": "x"},
    ]
    items = listed(tmp_path, *rows)
    copies = {document.name: document.copy_of for document in documents(items)}
    assert list(copies)[-2:] == ["c", "b"]
    assert copies["c"] == copies["b"] == document_id(None, "a")
    assert {copies[name] for name in ("a", "lost", "x", "y")} == {None}
    assert sorted(failure.where for failure in failures(items)) == ["line 4", "line 5", "line 6"]


def test_documents_that_share_a_url_are_known_by_name_in_any_order(tmp_path: Path) -> None:
    rows = [{"doc_id": "a", "url": "https://example.org/w"}, {"doc_id": "b", "url": "http://www.example.org/w/#x"}]
    forward = {document.id for document in documents(listed(tmp_path / "1", *rows))}
    backward = {document.id for document in documents(listed(tmp_path / "2", *reversed(rows)))}
    assert forward == backward == {document_id(None, "a"), document_id(None, "b")}


def test_a_bad_line_costs_that_line_only(tmp_path: Path) -> None:
    write(tmp_path / "documents" / "good.md", "# Good")
    write(tmp_path / "documents" / "blank.md", " \n")
    write(tmp_path / "secret.md", "# Not for this folder")
    folder = tmp_path / "corpus"
    write(folder / "documents" / "good.md", "# Good")
    write(folder / "documents" / "blank.md", " \n")
    write(folder / "documents" / "big.ipynb", b"0" * (MAX_DOCUMENT_BYTES + 1))
    os.symlink(tmp_path / "secret.md", folder / "documents" / "link.md")
    write_lines(
        folder / "documents.jsonl",
        "{broken",
        "[1]",
        {"kind": "writeup", "format": "md"},
        {"doc_id": "../../secret", "format": "md"},
        {"doc_id": "evil", "format": "md", "path": "../secret.md"},
        {"doc_id": "link", "format": "md"},
        {"doc_id": "missing", "format": "md"},
        {"doc_id": "blank", "format": "md"},
        {"doc_id": "big", "format": "ipynb"},
        {"doc_id": "odd", "format": "docx"},
        {"doc_id": "good", "format": "md", "date": "01/02/2024", "rank": 0, "kind": "poem", "votes": "many"},
        {"doc_id": "good", "format": "md"},
    )
    items = list(read_folder([folder]))
    [document] = documents(items)
    assert (document.name, document.published_on, document.ranks, document.kind.value) == ("good", None, (), "writeup")
    messages = [f"{failure.where}: {failure.message}" for failure in failures(items)]
    for number, part in [
        (1, "not JSON"),
        (2, "no JSON object"),
        (3, "no doc_id"),
        (4, "cannot be a file's name"),
        (5, "leads out of the folder"),
        (6, "leads out of the folder"),
        (7, "missing"),
        (10, "format 'docx' is not known"),
        (11, "not an ISO date"),
        (11, "rank is '0'"),
        (11, "kind 'poem'"),
        (11, "votes is 'many'"),
        (12, "stands already in line 11"),
    ]:
        assert any(f"line {number}:" in message and part in message for message in messages), (number, part)
    by_item = {failure.item: failure.message for failure in failures(items)}
    assert by_item["blank"] == "the file is empty"
    assert "20.0 MB, more than the 20 MB" in by_item["big"]


def test_competitions_and_indexes_lying_in_the_folder_are_read(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "competitions.jsonl",
        {
            "slug": "frogs",
            "title": None,
            "tags": ["image", {"name": "pond"}, "image"],
            "deadline": "2020-03-01T00:00:00Z",
        },
        {"slug": "no slug"},
        {"slug": "toads", "n_teams": -3},
    )
    solutions = [
        {"rank": 1, "link": "http://www.kaggle.com/c/frogs/discussion/5/", "kind": "code"},
        {"rank": None, "link": "https://x.org/a"},
    ]
    write_lines(
        tmp_path / "pond-index.jsonl",
        {"slug": "frogs", "title": "Frogs", "solutions": solutions},
        {"slug": "newts", "title": "Newts", "teams": 7, "prize": "Swag", "solutions": []},
        {"slug": "eels", "solutions": [{"rank": 1, "link": "javascript:x"}]},
    )
    write_lines(tmp_path / "other.jsonl", {"slug": "frogs", "types": ["x"]})
    items = list(read_folder([tmp_path]))
    assert items[0] == Competition(
        "kaggle/frogs", "frogs", "kaggle", "frogs", year=2020, deadline=date(2020, 3, 1), tags=("image", "pond")
    )
    assert [item for item in items if isinstance(item, SolutionLink)] == [
        SolutionLink("kaggle/frogs", "https://kaggle.com/competitions/frogs/discussion/5", 1, "code", "pond-index"),
        SolutionLink("kaggle/frogs", "https://x.org/a", None, "description", "pond-index"),
    ]
    newts = [item for item in items if isinstance(item, Competition)][1]
    assert (newts.slug, newts.n_teams, newts.reward, newts.provenance) == ("newts", 7, "Swag", "pond-index")
    assert [failure.where for failure in failures(items)] == ["line 2", "line 3", "line 3"]
    assert next(read_folder([tmp_path / "pond-index.jsonl"])) != items[0]


def test_loose_files_below_a_competition_list_belong_to_it(tmp_path: Path) -> None:
    write_lines(tmp_path / "competitions.jsonl", {"slug": "frogs", "title": "F"}, {"slug": "toads", "title": "T"})
    write(tmp_path / "toads" / "deep" / "a.md", "# A")
    write(tmp_path / "b.md", "# B")
    assert {d.title: d.competition_id for d in documents(read_folder([tmp_path]))} == {"A": "kaggle/toads", "B": None}
    write_lines(tmp_path / "competitions.jsonl", {"slug": "frogs", "title": "F"})
    assert {d.competition_id for d in documents(read_folder([tmp_path]))} == {"kaggle/frogs"}


def test_what_is_named_must_exist_and_be_readable(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.md"):
        read_folder([tmp_path, tmp_path / "nowhere.md"])
    with pytest.raises(UsageError, match="no path given"):
        read_folder([])
    odd, empty, unknown = (
        write(tmp_path / "a.txt", "x"),
        write(tmp_path / "b.md", ""),
        write(tmp_path / "c.jsonl", "{}"),
    )
    found = failures(read_folder([odd, empty, unknown]))
    assert [failure.item for failure in found] == [str(odd), str(empty), str(unknown)]
    assert [failure.message[:14] for failure in found] == ["not a kind of ", "the file is em", "its lines are "]


def test_a_folder_with_nothing_to_read_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "x")
    [failure] = failures(read_folder([tmp_path]))
    assert "holds no file that is read" in failure.message


def test_what_is_reached_twice_comes_once_and_links_are_not_followed(tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a.md", "# A")
    os.symlink(tmp_path / "in", tmp_path / "in" / "loop")
    os.symlink(write(tmp_path / "out.md", "# Out"), tmp_path / "in" / "out.md")
    items = list(read_folder([path, tmp_path / "in", tmp_path / "in"]))
    assert [document.title for document in documents(items)] == ["A"]
    assert not failures(items)


values = st.text(max_size=12) | st.integers() | st.floats() | st.none() | st.lists(st.none(), max_size=2)


@unhurried
@given(st.fixed_dictionaries({"date": values, "n": values}))
def test_any_value_is_a_fact_or_a_reason(row: dict[str, Any]) -> None:
    for read in (date_field, lambda r, _: int_field(r, "n", 1)):
        found: object
        try:
            found = read(row, "date")
        except ValueError as error:
            found = str(error)
        assert found is None or found


def test_the_development_corpus_comes_whole(shared: Path) -> None:
    items = list(read_folder([shared / "data" / "corpus"]))
    n_lines = len((shared / "data" / "corpus" / "documents.jsonl").read_text(encoding="utf-8").splitlines())
    assert len(documents(items)) == n_lines
    assert not failures(items)
    ids = {document.id for document in documents(items)}
    assert len(ids) == n_lines
    assert {document.copy_of for document in documents(items)} - {None} <= ids
    known = {item.id for item in items if isinstance(item, Competition)}
    assert {document.competition_id for document in documents(items)} - {None} <= known
