"""One signature, several ways to map a pure function over items: serial here, processes, later many machines.

A runner never sees the database. It yields results in the order of the items. An exception of the function is a bug and
passes through; only an item that kills its process is handed back as `Lost`, and costs nothing but itself.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar

from corpus.errors import UsageError

A = TypeVar("A")
B = TypeVar("B")

CHUNK = 8  # items per message: a task costs about 0.1 ms, a chunk of documents holds a few MB


@dataclass(frozen=True, slots=True)
class Lost(Generic[A]):
    """An item that has no result because its process died, twice, the second time with nothing else in it."""

    item: A
    reason: str


class Runner(Protocol):
    """A way to map: `run_serial`, or `functools.partial(run_processes, workers=4)`."""

    def __call__(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterator[B | Lost[A]]:
        """One result per item, in their order; items are taken from the iterable only as they are needed."""
        ...


def run_serial(function: Callable[[A], B], items: Iterable[A], /) -> Iterator[B | Lost[A]]:
    """The results, one after the other, in this process.

    >>> list(run_serial(abs, [-1, 2]))
    [1, 2]
    """
    yield from map(function, items)


def run_processes(function: Callable[[A], B], items: Iterable[A], /, *, workers: int) -> Iterator[B | Lost[A]]:
    """The results, made by `workers` processes; function, items and results must be picklable.

    A killed process breaks a whole pool of concurrent.futures, so the pool is made again and each item that was under
    way is tried once more alone: the innocent get their result, the one that kills is named.

    Raises:
        UsageError: when processes cannot start at all.
    """
    chunks = _chunks(items)
    pool = _pool(workers)
    under_way: deque[tuple[list[A], Future[list[B]]]] = deque()
    try:
        while True:
            for chunk in islice(chunks, 2 * workers - len(under_way)):
                under_way.append((chunk, _submit(pool, function, chunk)))
            if not under_way:
                return
            chunk, future = under_way.popleft()
            try:
                results: list[B | Lost[A]] = [*future.result()]
            except BrokenProcessPool:
                pool.shutdown(cancel_futures=True)
                _check_that_processes_start()
                pool = _pool(workers)
                results = [_run_alone(function, item) for item in chunk]
                under_way = deque((c, f if _is_whole(f) else _submit(pool, function, c)) for c, f in under_way)
            yield from results
    finally:
        pool.shutdown(cancel_futures=True)


def _run_alone(function: Callable[[A], B], item: A) -> B | Lost[A]:
    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return Lost(
                item, "its process was killed twice, the second time alone: out of memory, or a crash in a library"
            )


def _check_that_processes_start() -> None:
    """Raises UsageError when no process can be blamed on its items, since even an idle one dies."""
    with _pool(1) as pool:
        try:
            pool.submit(int).result()
        except BrokenProcessPool as error:
            raise UsageError(
                "worker processes cannot start: a script that uses several must keep its calls below "
                "`if __name__ == '__main__':`; with one worker everything runs in this process"
            ) from error


def _submit(pool: ProcessPoolExecutor, function: Callable[[A], B], chunk: list[A]) -> Future[list[B]]:
    try:
        return pool.submit(_map_chunk, function, chunk)
    except BrokenProcessPool as error:  # broken since the last result: this chunk takes its turn like the others
        future: Future[list[B]] = Future()
        future.set_exception(error)
        return future


def _map_chunk(function: Callable[[A], B], chunk: list[A]) -> list[B]:
    return [function(item) for item in chunk]


def _chunks(items: Iterable[A]) -> Iterator[list[A]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _is_whole(future: Future[list[B]]) -> bool:
    """Finished with a result or an exception of the function before the pool broke."""
    return future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenProcessPool)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn everywhere: a forked child would share open files and locks with its parent
    return ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_the_parent
    )


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
