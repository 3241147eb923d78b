"""Records of analysis beside blocks and claims: whether text and code agree, what copies are found by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Agreement(StrEnum):
    """Where the status of an architecture stands: in text and code alike, in one alone, or against one another."""

    BOTH = "both"
    TEXT = "text"
    CODE = "code"
    CONTRADICTION = "contradiction"  # the text says tried and dropped, the code runs it


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a document's near copies are found by: hashed runs of its words, and bands to look them up."""

    content: str  # what was hashed: "code" of a notebook or script, all of a "notebook", "text" of other documents
    level: int  # of the hashes, those below 2**32 >> level are kept
    runs: bytes  # they in order, 4 bytes each, little-endian
    bands: tuple[int, ...]  # signed, 64 bits; documents that share one may be near copies
