from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from meta_samples import SCOPE, Kept, texts

from corpus.records import Target
from miner.sources.meta_kaggle import open_source
from miner.sources.meta_kaggle_code import open_source as open_code


def generate(repository: Path, folder: Path, *, messages: int, notebooks: int = 0) -> Path:
    """Tables made by the script."""
    script = repository / "scripts" / "make_meta_tables.py"
    numbers = ["--messages", str(messages), "--notebooks", str(notebooks)]
    subprocess.run([sys.executable, str(script), *numbers, "--out", str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def tables(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(repository, tmp_path_factory.mktemp("tables"), messages=6000, notebooks=60)


def test_the_script_writes_the_same_bytes_again(repository: Path, tables: Path, tmp_path: Path) -> None:
    again = generate(repository, tmp_path, messages=6000, notebooks=60)
    names = sorted(path.relative_to(tables) for path in tables.rglob("*.*"))
    assert len(names) > 60
    assert all((tables / name).read_bytes() == (again / name).read_bytes() for name in names if name.suffix)


def test_generated_tables_import_whole(tables: Path) -> None:
    items, answers = Kept().refresh(open_source({"folder": tables}, None, {}))
    counts = Counter(type(item).__name__ for item in items)
    assert counts["Failure"] == 0
    assert counts["Competition"] == 3
    assert len(texts(answers)) == 76  # one topic in four of three hundred, and a question that a team names
    rows = {item.key: item.facts["rows"] for item in items if isinstance(item, Target) and item.kind == "table"}
    assert rows["table:ForumMessages.csv"] == 6000


def test_memory_stays_far_below_the_size_of_the_messages(tables: Path) -> None:
    source = open_source({"folder": tables}, None, {})
    for _ in source.discover(SCOPE, {}):  # what is imported and compiled once
        continue
    tracemalloc.start()
    try:
        for _ in source.discover(SCOPE, {}):
            continue
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < (tables / "ForumMessages.csv").stat().st_size / 4


def test_generated_notebooks_are_found(tables: Path) -> None:
    options = {"folder": tables / "code", "tables": tables, "competitions": [f"made-up-cup-{n}" for n in range(3)]}
    source = open_code(options, None, {})
    _, answers = Kept().refresh(source)
    assert len(texts(answers)) + source.n_missing == 60
    assert source.n_missing == 8
