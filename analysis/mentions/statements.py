"""A statement: one sentence, list item or table row of prose that names architectures or goes on about them."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.records import BlockKind, Mention, Span


@dataclass(frozen=True, slots=True)
class Statement:
    """What a judge reads at once.

    Attributes:
        span: where it stands in its block.
        text: the text there.
        kind: of the segment it stands in.
        headings: the trail above it, outermost first.
        intro: the line that introduces its list or table.
        mentions: architectures named in it; empty when it only continues the statement before ("It was too slow").
        places: where each heading of the trail stands, outermost first; None where it is not known.
        carried: mentions of the statement before, for one that starts with a pronoun.
    """

    span: Span
    text: str
    kind: BlockKind
    headings: tuple[str, ...]
    intro: str
    mentions: tuple[Mention, ...]
    carried: tuple[Mention, ...] = ()
    places: tuple[Span | None, ...] = ()
