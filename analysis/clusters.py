"""The runner for many machines: Dask carries the function to its workers; needs the extra `cluster`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from analysis.runners import Lost
from corpus.errors import UsageError

A = TypeVar("A")
B = TypeVar("B")

CHUNK = 16  # items per task: a task costs about 3 ms of the scheduler's time
AHEAD = 4  # chunks under way per worker thread
TIMEOUT = "10s"  # until a scheduler must have answered
LOCAL = "local"  # instead of an address: workers on this machine


def run_cluster(function: Callable[[A], B], items: Iterable[A], /, *, address: str) -> Iterator[B | Lost[A]]:
    """The results, in the order of the items, made by the workers of a Dask scheduler.

    A worker that dies loses nothing: Dask runs its tasks elsewhere. Where Dask gives up on a chunk, its items are tried
    once more alone, since an innocent neighbour may have been blamed; the one that kills comes back as `Lost`.

    Args:
        function: picklable; the package must be installed on the workers, in the same version.
        items: taken only as they are needed.
        address: of the scheduler, such as "tcp://10.0.0.5:8786"; "local" starts workers on this machine.

    Raises:
        UsageError: without the extra, or when the scheduler does not answer.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError("many machines need Dask: pip install 'solution-miner[cluster]'") from error
    dask: Any = distributed  # has no types
    try:
        cluster = dask.LocalCluster(dashboard_address=None) if address == LOCAL else None
        client = dask.Client(cluster or address, timeout=TIMEOUT)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}") from error
    try:
        chunks = _chunks(items)
        n_ahead = AHEAD * max(1, sum(client.nthreads().values()))
        under_way: deque[tuple[list[A], Any]] = deque()
        while True:
            for chunk in islice(chunks, n_ahead - len(under_way)):
                under_way.append((chunk, _submit(client, function, chunk)))
            if not under_way:
                return
            chunk, future = under_way.popleft()
            try:
                results = future.result()
            except dask.KilledWorker:
                results = [_run_alone(client, function, item, dask.KilledWorker) for item in chunk]
            yield from results
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _chunks(items: Iterable[A]) -> Iterator[list[A]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _submit(client: Any, function: Callable[[A], B], chunk: list[A]) -> Any:
    return client.submit(_map_all, function, chunk, pure=False)


def _map_all(function: Callable[[A], B], chunk: list[A]) -> list[B]:
    return [function(item) for item in chunk]


def _run_alone(client: Any, function: Callable[[A], B], item: A, killed: type[Exception]) -> B | Lost[A]:
    """The item's result, or that its worker died each time it was tried."""
    try:
        results: list[B] = _submit(client, function, [item]).result()
    except killed:
        return Lost(item, "its worker died each time it was tried")
    return results[0]
