"""The example documents that ship: complete, readable, and plainly invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.records import Competition, Document, Failure
from miner.jobs.run import example_folder
from miner.sources.folder import read_folder


@pytest.fixture
def folder() -> Path:
    with example_folder() as path:
        return path


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_manifest_and_files_name_each_other(folder: Path) -> None:
    listed = {f"{row['doc_id']}.{row['format']}" for row in lines_of(folder / "documents.jsonl")}
    assert listed == {file.name for file in (folder / "documents").iterdir()}
    assert {Path(name).suffix for name in listed} == {".md", ".ipynb", ".html"}


def test_nothing_passes_for_a_real_competition(folder: Path) -> None:
    for row in lines_of(folder / "documents.jsonl") + lines_of(folder / "competitions.jsonl"):
        assert row["platform"] == "example"
        assert str(row["url"]).startswith("https://example.org/")
    for file in (folder / "documents").iterdir():
        assert "invented" in file.read_text("utf-8")


def test_examples_are_read_without_failure(folder: Path) -> None:
    found = list(read_folder([folder]))
    assert [item for item in found if isinstance(item, Failure)] == []
    competitions = {item.id for item in found if isinstance(item, Competition)}
    documents = [item[0] for item in found if isinstance(item, tuple)]
    assert len(competitions) == len(documents) == 3
    for document in documents:
        assert isinstance(document, Document)
        assert document.competition_id in competitions
        assert document.ranks


def test_notebook_is_nbformat_4_5(folder: Path) -> None:
    (file,) = (folder / "documents").glob("*.ipynb")
    notebook = json.loads(file.read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))
    assert all(cell["outputs"] == [] for cell in notebook["cells"] if cell["cell_type"] == "code")
