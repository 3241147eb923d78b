"""Add and analyse on real documents: the folder source, the store and the shipped extractor together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from analysis.runners import run_processes, run_serial
from corpus.store import MEMORY, Counts, Store
from miner.jobs.add import Found, add_paths
from miner.jobs.analyse import analyse
from miner.sources.folder import read_folder

EVERY = 24  # of the 916 documents: a few of each kind, in seconds
ORDERED = (
    "SELECT * FROM claims ORDER BY id",
    "SELECT * FROM reasons ORDER BY claim_id, position",
    "SELECT * FROM evidence ORDER BY claim_id, position",
    "SELECT * FROM variants ORDER BY claim_id, name",
    "SELECT id, document_id, position, text FROM blocks ORDER BY id",
    "SELECT * FROM solutions ORDER BY id",
    "SELECT * FROM documents ORDER BY id",
    "SELECT * FROM competition_task_types ORDER BY competition_id, position",
)


def sample(paths: Sequence[Path], *, seed: int | None = None) -> Iterator[Found]:
    """All that is no document, and every 24th document; shuffled when a seed is given."""
    found: list[Found] = []
    n_documents = 0
    for item in read_folder(paths):
        n_documents += isinstance(item, tuple)
        if not isinstance(item, tuple) or n_documents % EVERY == 0:
            found.append(item)
    if seed is not None:
        random.Random(seed).shuffle(found)
    return iter(found)


@pytest.fixture(scope="module")
def mined(shared: Path) -> Iterator[Store]:
    with Store.open(Path(MEMORY)) as opened:
        add_paths(opened, [shared / "data" / "corpus"], read=sample)
        analyse(opened, run_serial)
        yield opened


def test_everything_is_stored_and_analysed(mined: Store) -> None:
    assert mined.execute("SELECT count(*) AS n FROM documents")[0]["n"] == 916 // EVERY
    assert mined.execute("SELECT * FROM failures") == []
    assert mined.execute("SELECT count(*) AS n FROM claims WHERE status = 'used'")[0]["n"] > 30
    assert [check for check in mined.checks() if not check.ok] == []


def test_the_same_again_changes_nothing(mined: Store, shared: Path) -> None:
    before = [mined.execute(sql) for sql in ORDERED]
    report = add_paths(mined, [shared / "data" / "corpus"], read=sample)
    assert report.is_unchanged
    assert report.documents == Counts(unchanged=916 // EVERY)
    assert analyse(mined, run_serial).n_documents == 0
    assert [mined.execute(sql) for sql in ORDERED] == before


def test_neither_order_nor_processes_make_a_difference(mined: Store, shared: Path) -> None:
    with Store.open(Path(MEMORY)) as other:
        add_paths(other, [shared / "data" / "corpus"], read=partial(sample, seed=7))
        analyse(other, partial(run_processes, workers=2))
        for sql in ORDERED:
            assert other.execute(sql) == mined.execute(sql), sql
