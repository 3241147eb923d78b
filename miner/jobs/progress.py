"""How a job says how far it is; the doors decide what to show."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by a job; shown, or not, by a door."""

    def start(self, total: int | None, what: str) -> None:
        """A step begins: how many items (None when that is not known) of what ("documents")."""
        ...

    def advance(self, n: int = 1) -> None:
        """So many more items are done."""
        ...

    def stop(self) -> None:
        """The step has ended, by itself or by an interruption."""
        ...


class SilentProgress:
    """Shows nothing: for tests, pipes and the Python face."""

    def start(self, total: int | None, what: str) -> None:
        """Nothing to see."""

    def advance(self, n: int = 1) -> None:
        """Nothing to see."""

    def stop(self) -> None:
        """Nothing to see."""
