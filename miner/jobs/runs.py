"""Every command that writes leaves a row in `runs`, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from corpus.store import Outcome, Store


@dataclass(slots=True)
class Run:
    """A run under way; a job fills in what it did."""

    id: int
    counts: dict[str, int] = field(default_factory=dict)
    has_failures: bool = False

    def count(self, **counts: int) -> None:
        """Add to the counts that the run's row will show."""
        for name, n in counts.items():
            self.counts[name] = self.counts.get(name, 0) + n


@contextmanager
def recorded_run(store: Store, command: str) -> Iterator[Run]:
    """A run whose row says afterwards how it ended: done, failures, interrupted or error."""
    run = Run(store.begin_run(command))
    outcome: Outcome = "error"
    try:
        yield run
        outcome = "failures" if run.has_failures else "done"
    except KeyboardInterrupt:
        outcome = "interrupted"
        raise
    finally:
        store.end_run(run.id, outcome, run.counts)
