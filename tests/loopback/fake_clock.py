"""Time for tests: it passes when somebody sleeps, and nobody waits for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock and the sleep that goes with it; every sleep is recorded, in seconds."""

    def __init__(self, start: datetime = START) -> None:
        self.now, self.sleeps = start, list[float]()

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.sleeps.append(seconds)
        self.now += timedelta(seconds=seconds)

    @property
    def elapsed_s(self) -> float:
        return (self.now - START).total_seconds()
