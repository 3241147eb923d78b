"""How far a job is: a bar in a terminal, one line that counts in a notebook, elsewhere a plain line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from miner.jobs.progress import Progress, SilentProgress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar, TaskID

SECONDS_BETWEEN_LINES = 10.0
SECONDS_BETWEEN_COUNTS = 0.2  # in a notebook, where each one replaces the one before
Told = Callable[[int, int | None, str], object]  # done, of how many (None: not known), of what


def make_progress(*, quiet: bool, stream: TextIO | None = None) -> Progress:
    """The progress that suits the stream (stderr): a bar, plain lines, or nothing when the user wants quiet."""
    stream = stream or sys.stderr
    if quiet:
        return SilentProgress()
    return BarProgress() if stream.isatty() else LineProgress(stream)


class BarProgress:
    """A bar that goes away when the step has ended."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def start(self, total: int | None, what: str) -> None:
        """Show a bar for this step."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress as RichProgress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self.stop()
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task(what, total=total)

    def advance(self, n: int = 1) -> None:
        """Move the bar."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, n)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class LineProgress:
    """A line at most every ten seconds, and one at the end of a step that took longer."""

    def __init__(self, stream: TextIO, seconds_between: float = SECONDS_BETWEEN_LINES) -> None:
        self._stream = stream
        self._seconds_between = seconds_between
        self._what, self._total, self._done = "", 0, 0
        self._spoke_at = 0.0
        self._has_spoken = False

    def start(self, total: int | None, what: str) -> None:
        """Begin to count."""
        self._what, self._total, self._done = what, total or 0, 0
        self._spoke_at, self._has_spoken = time.monotonic(), False

    def advance(self, n: int = 1) -> None:
        """Count, and say so when it is time."""
        self._done += n
        if time.monotonic() - self._spoke_at >= self._seconds_between:
            self._say()

    def stop(self) -> None:
        """Say how it ended, if anything was said before."""
        if self._has_spoken:
            self._say()
        self._has_spoken = False

    def _say(self) -> None:
        of = f" of {self._total:,}" if self._total else ""
        self._stream.write(f"{self._what}: {self._done:,}{of}\n")
        self._stream.flush()
        self._spoke_at, self._has_spoken = time.monotonic(), True


def progress_for(wanted: bool | Told) -> Progress:
    """What a caller in Python asks for: nothing, what suits where it runs, or a function that is told each step."""
    if callable(wanted):
        return ToldProgress(wanted)
    if wanted and "ipykernel" in sys.modules:
        return CountProgress(sys.stdout)
    return make_progress(quiet=not wanted)


class ToldProgress:
    """Tells a function how many are done; what it raises stops the job, and what is done is kept."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._what, self._done = "", 0
        self._total: int | None = None

    def start(self, total: int | None, what: str) -> None:
        """Tell that none is done yet."""
        self._what, self._total, self._done = what, total, 0
        self._told(0, total, what)

    def advance(self, n: int = 1) -> None:
        """Tell how many are done now."""
        self._done += n
        self._told(self._done, self._total, self._what)

    def stop(self) -> None:
        """Nothing more to tell."""


class CountProgress:
    """One line that counts, written over itself."""

    def __init__(self, stream: TextIO, seconds_between: float = SECONDS_BETWEEN_COUNTS) -> None:
        self._stream = stream
        self._seconds_between = seconds_between
        self._what, self._total, self._done = "", 0, 0
        self._wrote_at = 0.0
        self._is_running = False

    def start(self, total: int | None, what: str) -> None:
        """Begin to count."""
        self._what, self._total, self._done = what, total or 0, 0
        self._is_running = True
        self._write()

    def advance(self, n: int = 1) -> None:
        """Count, and show it when it is time."""
        self._done += n
        if time.monotonic() - self._wrote_at >= self._seconds_between:
            self._write()

    def stop(self) -> None:
        """Leave the last count standing."""
        if self._is_running:
            self._write()
            self._stream.write("\n")
            self._stream.flush()
        self._is_running = False

    def _write(self) -> None:
        of = f" of {self._total:,}" if self._total else ""
        self._stream.write(f"\r{self._what}: {self._done:,}{of}")
        self._stream.flush()
        self._wrote_at = time.monotonic()
