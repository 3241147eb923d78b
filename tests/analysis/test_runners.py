from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from analysis.runners import CHUNK, Lost, run_processes, run_serial


def square(n: int) -> int:
    return n * n


def die_at_thirteen(n: int) -> int:
    if n == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return n * n


def die_once(n: int, mark: str) -> int:
    """Kills the first process that comes here, as running out of memory would."""
    try:
        os.unlink(mark)
    except FileNotFoundError:
        return n * n
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def fail_at_thirteen(n: int) -> int:
    if n == 13:
        raise ZeroDivisionError("thirteen")
    return n


@given(st.lists(st.integers()))
def test_serial_gives_one_result_per_item_in_order(items: list[int]) -> None:
    assert list(run_serial(square, items)) == [square(item) for item in items]


def test_processes_give_the_same_in_the_same_order() -> None:
    items = range(5 * CHUNK + 3)
    assert list(run_processes(square, items, workers=2)) == list(run_serial(square, items))
    assert list(run_processes(square, [], workers=2)) == []


def test_an_item_that_kills_its_process_costs_only_itself() -> None:
    results = list(run_processes(die_at_thirteen, range(6 * CHUNK), workers=2))
    assert [r.item for r in results if isinstance(r, Lost)] == [13]
    assert [r for r in results if not isinstance(r, Lost)] == [n * n for n in range(6 * CHUNK) if n != 13]


def test_a_process_that_is_killed_once_costs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    mark.touch()
    items = range(4 * CHUNK)
    assert list(run_processes(partial(die_once, mark=str(mark)), items, workers=2)) == [n * n for n in items]


def test_a_script_that_cannot_start_processes_is_told_why(tmp_path: Path, repository: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from analysis.runners import run_processes\nprint(list(run_processes(abs, range(100), workers=2)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "worker processes cannot start" in done.stderr


def test_an_exception_of_the_function_passes_through() -> None:
    with pytest.raises(ZeroDivisionError, match="thirteen"):
        list(run_processes(fail_at_thirteen, range(20), workers=1))


def test_items_are_taken_only_as_they_are_needed() -> None:
    taken = []

    def items() -> Iterator[int]:
        for n in range(100 * CHUNK):
            taken.append(n)
            yield n

    results = run_processes(square, items(), workers=2)
    assert next(results) == 0
    assert len(taken) <= 5 * CHUNK
    results.close()  # type: ignore[attr-defined]
