"""The Dask runner gives what the serial one gives, in order, and names the item that kills its worker."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from analysis.clusters import run_cluster
from analysis.runners import Lost, run_serial
from corpus.errors import UsageError

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # Dask's own, of its version


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        cluster.scheduler.allowed_failures = 1  # as strict as can be: neighbours are blamed, too
        yield cluster.scheduler_address


def double(number: int) -> int:
    return 2 * number


def double_or_die(number: int) -> int:
    if number == 21:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def test_it_gives_what_the_serial_runner_gives(address: str) -> None:
    items = range(100)
    assert list(run_cluster(double, items, address=address)) == list(run_serial(double, items))


def test_an_item_that_kills_costs_only_itself(address: str) -> None:
    results = list(run_cluster(double_or_die, range(40), address=address))
    assert [r for r in results if not isinstance(r, Lost)] == [2 * n for n in range(40) if n != 21]
    assert [r.item for r in results if isinstance(r, Lost)] == [21]


def test_an_address_where_nothing_answers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.clusters.TIMEOUT", "300ms")
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        list(run_cluster(double, [1], address="tcp://127.0.0.1:1"))
