"""Blocks -> segments: the stretches that are read as one, with their headings and the line that introduces them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.blocks.limits import MAX_INTRO_CHARS
from analysis.blocks.markdown import read_markdown
from analysis.blocks.trail import Trail
from corpus.records import Block, BlockKind, Segment

_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_SENTENCE_START = re.compile(r"(?<=[.!?])\s+|\n(?=\s*[A-Z*#])")  # authors also end a sentence with a line


def read_segments(block: Block) -> tuple[Segment, ...]:
    """The segments of one block alone: without the introductions that other blocks hold.

    In a Markdown cell a heading trail below its first heading continues the block's own.
    """
    return read_document_segments((block,))


def read_document_segments(blocks: Sequence[Block]) -> tuple[Segment, ...]:
    """The segments of a document's blocks in order; each lies inside its block and holds at least one character.

    Headings are those above the segment (a heading's own are its parents). `intro` is given for list items and tables:
    the sentence just before the list, then the items that a nested item stands below, at most MAX_INTRO_CHARS.
    """
    trail, introductions = Trail(), _Introductions()
    segments: list[Segment] = []
    for block in blocks:
        if block.kind is BlockKind.MARKDOWN_CELL:
            found = _cell_segments(block, trail)
        else:
            start, end = 0, len(block.text)
            found = iter([(Segment(block.id, start, end, block.kind, block.headings), start)])
        for segment, line_start in found:
            prefix = block.text[line_start : segment.end]
            segment = _inside(segment, block.text)
            if segment.start < segment.end:
                intro = introductions.of(segment.kind, prefix, block.text[segment.start : segment.end])
                segments.append(
                    Segment(segment.block_id, segment.start, segment.end, segment.kind, segment.headings, intro)
                )
    return tuple(segments)


def _inside(segment: Segment, text: str) -> Segment:
    """The segment without blank edges and, for a list item, without its marker."""
    start, end = segment.start, segment.end
    if segment.kind is BlockKind.CODE_CELL or segment.kind is BlockKind.CODE:
        return segment
    while start < end and text[start].isspace():
        start += 1
    if segment.kind is BlockKind.LIST_ITEM and (marker := _MARKER.match(text, start, end)):
        start = marker.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    return Segment(segment.block_id, start, end, segment.kind, segment.headings)


def _cell_segments(block: Block, trail: Trail) -> Iterator[tuple[Segment, int]]:
    """The cell's segments with the start of each one's line; the trail stands behind the cell afterwards."""
    pieces = read_markdown(block.text)
    if trail.above(pieces[0].level or None if pieces else None) != block.headings:
        trail.restart(block.headings)  # the cells above are not among the blocks
    for piece in pieces:
        headings = trail.above(piece.level or None)
        if piece.kind is BlockKind.HEADING:
            trail.push(piece.level, piece.title)
        yield Segment(block.id, piece.start, piece.end, piece.kind, headings), piece.start


@dataclass(slots=True)
class _Introductions:
    """What introduces the next list item or table; fed with every segment in order."""

    lead: str = ""  # the sentence before the list
    items: list[tuple[int, str]] = field(default_factory=list)  # open items: column where their content begins, text

    def of(self, kind: BlockKind, source: str, text: str) -> str:
        """The introduction of this segment, which is "" for all but list items and tables."""
        indent = len(source.expandtabs(4)) - len(source.expandtabs(4).lstrip())
        if kind is BlockKind.LIST_ITEM:
            self._close_items(indent)
            intro = self._joined()
            marker = _MARKER.match(source.lstrip())
            self.items.append((indent + (len(marker[0]) if marker else 2), text))
            return intro
        if kind is BlockKind.TABLE:
            return self._joined()
        if self.items and indent >= self.items[0][0] and kind in (BlockKind.PARAGRAPH, BlockKind.CODE):
            return ""  # inside a list item
        self.items.clear()
        is_line = kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        self.lead = _last_sentence(text) if is_line else ""
        return ""

    def _close_items(self, indent: int) -> None:
        while self.items and self.items[-1][0] > indent:
            self.items.pop()

    def _joined(self) -> str:
        """The lead and the open items, the innermost kept when all together are too long."""
        parts = [self.lead, *(_last_sentence(text) for _, text in self.items)]
        joined = ""
        for part in reversed([part for part in parts if part]):
            longer = f"{part} {joined}".rstrip()
            if len(longer) > MAX_INTRO_CHARS:
                break
            joined = longer
        return joined


def _last_sentence(text: str) -> str:
    """The text's last sentence or line as one line, cut at its beginning to MAX_INTRO_CHARS."""
    tail = text[-2 * MAX_INTRO_CHARS :]
    line = " ".join(_SENTENCE_START.split(tail)[-1].split())
    if len(line) <= MAX_INTRO_CHARS:
        return line
    cut = line[-MAX_INTRO_CHARS:]
    return cut.partition(" ")[2] or cut
