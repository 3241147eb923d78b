"""What a refresh is asked for, what it may spend, and what it reports; for `miner.jobs.refresh` and its parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from corpus.records import Failure, Stop, Target
from miner.sources.protocol import Source


@dataclass(frozen=True, slots=True)
class RefreshRequest:
    """What a refresh is asked for."""

    sources: tuple[str, ...] = ()  # names; empty: all that are given
    due: bool = False  # read the lists of those sources only whose time has come
    since: date | None = None
    competitions: tuple[str, ...] = ()  # slugs
    dry_run: bool = False
    recheck: bool = False  # ask for everything that is listed, due or not
    max_seconds: float | None = None
    max_requests: int | None = None
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # per source, from the configuration

    @property
    def is_whole(self) -> bool:
        """Whether all of a source was asked for, so that what its lists lack may be gone."""
        return not self.competitions and self.since is None


@dataclass(frozen=True, slots=True)
class Gauges:
    """What a refresh reads beside the store: two clocks, and how many requests the shared web client has sent."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    n_web_requests: Callable[[], int] = field(default=lambda: 0)


@dataclass(slots=True)
class SourceReport:
    """What one source's part of a refresh did."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)  # new, changed, unchanged, gone, returned, failed, requests ..
    failures: list[Failure] = field(default_factory=list)
    stop: Stop | None = None
    is_budget_reached: bool = False
    has_read_lists: bool = False  # to the end, without a failure
    due: list[Target] = field(default_factory=list)  # of a dry run: what would be asked for

    def count(self, **counts: int) -> None:
        """Add to the counts."""
        for name, n in counts.items():
            self.counts[name] = self.counts.get(name, 0) + n

    @property
    def outcome(self) -> str:
        """How it ended, in the words of `source_runs.outcome`."""
        if self.stop is not None:
            return "stopped"
        if self.is_budget_reached:
            return "budget"
        return "failures" if self.failures else "done"


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What one refresh did, source by source."""

    sources: tuple[SourceReport, ...] = ()

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Everything that failed."""
        return tuple(failure for source in self.sources for failure in source.failures)

    @property
    def is_changed(self) -> bool:
        """Whether any document came, changed or went."""
        return any(
            source.counts.get(name) for source in self.sources for name in ("new", "changed", "gone", "returned")
        )


class Budget:
    """How long and how much a refresh may still ask."""

    def __init__(self, request: RefreshRequest, gauges: Gauges) -> None:
        self._request, self._gauges = request, gauges
        self._ends = None if request.max_seconds is None else gauges.monotonic() + request.max_seconds
        self._n_earlier = 0  # requests of the sources before this one
        self._n_before = 0

    def begin(self, source: Source) -> None:
        """From here on the requests are this source's."""
        self._n_before = self._counter(source)

    def end(self, source: Source) -> None:
        """This source is done."""
        self._n_earlier += self.n_requests(source)

    def n_requests(self, source: Source) -> int:
        """Requests of this source so far: as it counts them itself (`n_requests`), else those of the web client."""
        return self._counter(source) - self._n_before

    def is_spent(self, source: Source) -> bool:
        """Whether time or requests are used up."""
        if self._ends is not None and self._gauges.monotonic() >= self._ends:
            return True
        most = self._request.max_requests
        return most is not None and self._n_earlier + self.n_requests(source) >= most

    def _counter(self, source: Source) -> int:
        own = getattr(source, "n_requests", None)
        return own if isinstance(own, int) else self._gauges.n_web_requests()
