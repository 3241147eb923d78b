"""How many rows a write made or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Change = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what saving them did.

    >>> Counts(new=1) + Counts.of("unchanged")
    Counts(new=1, changed=0, unchanged=1)
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, change: Change) -> Counts:
        """One row."""
        return cls(**{change: 1})

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)

    @property
    def total(self) -> int:
        """All rows seen."""
        return self.new + self.changed + self.unchanged

    @property
    def written(self) -> int:
        """Rows that the database holds differently now."""
        return self.new + self.changed


NO_ROWS = Counts()
