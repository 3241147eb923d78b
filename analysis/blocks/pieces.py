"""What the readers hand on before blocks get their ids and places."""

from __future__ import annotations

from typing import NamedTuple

from corpus.records import BlockKind


class Piece(NamedTuple):
    """A stretch of Markdown source."""

    kind: BlockKind
    start: int  # characters [start, end) of the source
    end: int
    language: str | None = None
    level: int = 0  # of a heading: 1-7; else 0
    title: str = ""  # of a heading: plain text


class Draft(NamedTuple):
    """A block without id and position."""

    kind: BlockKind
    text: str
    headings: tuple[str, ...] = ()
    language: str | None = None
