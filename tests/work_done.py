"""How much work a piece of code does, as a multiple of a fixed piece of work timed beside it: the machine cancels out.

What is quadratic on hostile input takes minutes, so the limits of the tests lie far above what is needed and far below
that. Real performance is measured in `benchmarks/`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


def reference_s() -> float:
    """Processor time of a fixed piece of plain Python, in seconds: about 0.05 on a laptop."""
    started = time.process_time()
    counts: dict[int, int] = {}
    for number in range(300_000):
        counts[number % 1_000] = counts.get(number % 1_000, 0) + number
    return time.process_time() - started


@contextmanager
def work_limit(times: float) -> Iterator[None]:
    """Fails when the body takes more processor time than `times` references, the slower of one before and one after."""
    before = reference_s()
    started = time.process_time()
    yield
    took = time.process_time() - started
    assert took < times * max(before, reference_s())
