"""Two that ask for what is new at once show different items, and nothing that was shown is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from question_sample import fill

from corpus.errors import BusyError
from corpus.records import Answer
from corpus.store import Store
from miner.jobs import reading_shown
from miner.jobs.reading_shown import read_shown, shown_before, shown_path

WAITING = "waiting for the lock"
CHILD = f"""
import sys, time
from pathlib import Path
from miner.jobs import lock
from miner.cli import main
sleep, said = time.sleep, []
def tell(seconds):
    if not said:
        said.append(print({WAITING!r}, flush=True))
    sleep(seconds)
lock.time.sleep = tell
sys.exit(main(["--db", sys.argv[1], "reading-list", "frogs", "--limit", "2", "--new", "--format", "jsonl"]))
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "corpus.db") as opened:
        fill(opened)
    return tmp_path / "corpus.db"


def ask(database: Path, repository: Path) -> subprocess.Popen[str]:
    """Another process that asks for what is new; its first line says so if it must wait."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(database)], cwd=repository, stdout=subprocess.PIPE, text=True
    )


def answer_of(*keys: str) -> Answer:
    return Answer("reading-list", "", (), tuple({"key": key} for key in keys))


def test_the_second_waits_and_shows_what_the_first_has_not(database: Path, repository: Path) -> None:
    with shown_before(database, "frogs") as shown:
        assert shown.keys == frozenset()
        other = ask(database, repository)
        assert other.stdout is not None
        assert other.stdout.readline().strip() == WAITING
        with Store.open(database, read_only=True) as store:
            from corpus.records import Filters
            from miner.jobs.ask import reading_list

            first = reading_list(store, "frogs", Filters())
        keys = {str(row["key"]) for row in first.rows[:1]}
        shown.keep(answer_of(*keys))
    rows, _ = other.communicate(timeout=60)
    assert other.returncode == 0
    theirs = {json.loads(line)["key"] for line in rows.splitlines()}
    assert theirs
    assert not theirs & keys
    assert read_shown(database, "frogs") == theirs | keys


def test_two_at_once_share_no_item_and_lose_none(database: Path, repository: Path) -> None:
    both = [ask(database, repository) for _ in range(2)]
    found = []
    for one in both:
        lines = one.communicate(timeout=60)[0].splitlines()
        assert one.returncode == 0
        found.append({json.loads(line)["key"] for line in lines if line != WAITING})
    assert all(found)
    assert not found[0] & found[1]
    assert read_shown(database, "frogs") == found[0] | found[1]


def test_lists_of_other_names_are_not_lost_either(database: Path) -> None:
    with shown_before(database, "frogs") as shown:
        shown.keep(answer_of("a"))
    with shown_before(database, "moths") as shown:
        shown.keep(answer_of("b"))
    assert json.loads(shown_path(database).read_text(encoding="utf-8")) == {"frogs": ["a"], "moths": ["b"]}


def test_waiting_has_an_end_that_says_what_to_do(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_shown, "WAIT_S", 0.01)
    with (
        shown_before(database, "frogs"),
        pytest.raises(BusyError, match=r"already running since .* on .*reading\.json; waited"),
        shown_before(database, "moths"),
    ):
        pytest.fail("two at a time")


def test_an_error_inside_keeps_nothing_and_frees_the_lock(database: Path) -> None:
    with pytest.raises(RuntimeError), shown_before(database, "frogs"):
        raise RuntimeError
    with shown_before(database, "frogs") as shown:
        assert shown.keys == frozenset()


def test_a_refresh_keeps_nobody_from_reading(database: Path) -> None:
    from datetime import UTC, datetime

    from miner.jobs.lock import one_at_a_time

    with one_at_a_time(database, datetime(2026, 11, 20, tzinfo=UTC)), shown_before(database, "frogs") as shown:
        assert shown.keys == frozenset()
