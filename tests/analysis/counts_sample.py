"""A solution and a use as the counts see them, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Solution:
    """A solution with what is counted of it."""

    solution_id: str
    competition_id: str = "kaggle/a"
    year: int | None = 2020
    rank: int | None = 1
    rank_source: str | None = "author"
    counted_on: date | None = date(2020, 1, 1)


@dataclass(frozen=True)
class Use:
    """What one document of a solution says; its family is the lineage where none is given."""

    solution_id: str
    lineage: str
    status: str = "used"
    family: str = ""
    architecture_kind: str | None = "cnn"
    competition_id: str = "kaggle/a"
    competition: str = "a"
    year: int | None = 2020
    rank: int | None = 1
    rank_source: str | None = "author"
    counted_on: date | None = date(2020, 1, 1)
    document_url: str | None = None

    @property
    def document(self) -> str:
        """One a solution."""
        return f"doc-{self.solution_id}"

    @property
    def claim_id(self) -> str:
        """One a document and family."""
        return f"{self.document}:{self.architecture_id}"

    @property
    def architecture_id(self) -> str:
        """The family."""
        return self.family or self.lineage

    @property
    def architecture(self) -> str:
        """The family's name."""
        return self.architecture_id

    @property
    def lineage_name(self) -> str:
        """The lineage in capitals."""
        return self.lineage.upper()
