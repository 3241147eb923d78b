from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawl_world import Clock, World

from corpus.errors import BusyError
from corpus.store import MEMORY, Store
from miner.jobs.lock import one_at_a_time
from miner.jobs.refresh import RefreshRequest, refresh

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


def test_the_second_is_told_since_when_the_first_runs(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    said = "already running since 2026-11-20 12:00:00 UTC"
    with one_at_a_time(path, NOW), pytest.raises(BusyError, match=said), one_at_a_time(path, LATER):
        pytest.fail("two at a time")
    with one_at_a_time(path, LATER):
        assert (tmp_path / "corpus.db.lock").read_text() == "2026-11-20 13:00:00 UTC\n"


def test_another_database_and_one_in_memory_are_free(tmp_path: Path) -> None:
    with (
        one_at_a_time(tmp_path / "a.db", NOW),
        one_at_a_time(tmp_path / "b.db", NOW),
        one_at_a_time(Path(MEMORY), NOW),
        one_at_a_time(Path(MEMORY), NOW),
    ):
        names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.db.lock", "b.db.lock"]


def test_a_refresh_under_way_keeps_another_process_out(tmp_path: Path, repository: Path) -> None:
    path = tmp_path / "corpus.db"
    Store.open(path).close()
    command = [sys.executable, "-m", "miner.cli", "--db", str(path), "refresh", "--offline"]
    with one_at_a_time(path, NOW):
        done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=60)
    assert done.returncode == 75
    assert "already running since 2026-11-20 12:00:00 UTC" in done.stderr


def test_a_killed_process_leaves_no_lock(tmp_path: Path, repository: Path) -> None:
    path = tmp_path / "corpus.db"
    code = (
        "import os, signal; from datetime import UTC, datetime; from pathlib import Path\n"
        "from miner.jobs.lock import one_at_a_time\n"
        f"with one_at_a_time(Path({str(path)!r}), datetime.now(UTC)):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, timeout=60)
    assert done.returncode == -9
    with one_at_a_time(path, NOW):
        assert path.with_name("corpus.db.lock").exists()


def test_nothing_is_written_by_the_one_that_is_kept_out(tmp_path: Path) -> None:
    clock = Clock()
    with Store.open(tmp_path / "corpus.db") as store:
        with one_at_a_time(store.path, NOW), pytest.raises(BusyError):
            refresh(store, [World(clock)], RefreshRequest(), gauges=clock.gauges)
        assert store.execute("SELECT count(*) FROM runs")[0][0] == 0
