"""A statement: one sentence, list item or table row of the prose of a document that names architectures."""

from __future__ import annotations

from typing import NamedTuple

from corpus.records import BlockKind, Mention, Span


class Statement(NamedTuple):
    """What a judge reads at once.

    Attributes:
        span: where it stands in its block.
        text: the text there.
        kind: of the segment it stands in.
        headings: the trail above it, outermost first.
        intro: the line that introduces its list or table.
        mentions: architectures named in it; empty for most.
        carried: mentions of the statement before, for one that starts with a pronoun or stands in the same paragraph.
        places: where each heading of the trail stands, outermost first; None where it is not known.
        segment: which paragraph, list item or table of the document it is part of, counted from 0.
    """

    span: Span
    text: str
    kind: BlockKind
    headings: tuple[str, ...]
    intro: str
    mentions: tuple[Mention, ...]
    carried: tuple[Mention, ...] = ()
    places: tuple[Span | None, ...] = ()
    segment: int = 0
