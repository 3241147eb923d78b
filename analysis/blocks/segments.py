"""Blocks -> segments: the stretches that are read as one, with their headings and the line that introduces them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

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
            found = iter([(block.kind, 0, len(block.text), block.headings)])
        for kind, line_start, line_end, headings in found:
            start, end = _inside(block.text, line_start, line_end, kind)
            if start < end:
                intro = introductions.of(kind, block.text[line_start:line_end], block.text[start:end])
                segments.append(Segment(block.id, start, end, kind, headings, intro))
    return tuple(segments)


def _inside(text: str, start: int, end: int, kind: BlockKind) -> tuple[int, int]:
    """[start, end) without blank edges and, for a list item, without its marker; code as it is."""
    if kind is BlockKind.CODE_CELL or kind is BlockKind.CODE:
        return start, end
    while start < end and text[start].isspace():
        start += 1
    if kind is BlockKind.LIST_ITEM and (marker := _MARKER.match(text, start, end)):
        start = marker.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cell_segments(block: Block, trail: Trail) -> Iterator[tuple[BlockKind, int, int, tuple[str, ...]]]:
    """Kind, [start, end) and headings of the cell's segments; the trail stands behind the cell afterwards."""
    pieces = read_markdown(block.text)
    if trail.above(pieces[0].level or None if pieces else None) != block.headings:
        trail.restart(block.headings)  # the cells above are not among the blocks
    for piece in pieces:
        headings = trail.above(piece.level or None)
        if piece.kind is BlockKind.HEADING:
            trail.push(piece.level, piece.title)
        yield piece.kind, piece.start, piece.end, headings


@dataclass(slots=True)
class _Introductions:
    """What introduces the next list item or table; fed with every segment in order."""

    lead: str = ""  # the text before the list
    items: list[tuple[int, str]] = field(default_factory=list)  # open items: column where their content begins, text

    def of(self, kind: BlockKind, source: str, text: str) -> str:
        """The introduction of this segment, which is "" for all but list items and tables."""
        if kind is BlockKind.TABLE:
            return self._joined()
        if kind is BlockKind.LIST_ITEM:
            indent = _indent(source)
            self._close_items(indent)
            intro = self._joined()
            marker = _MARKER.match(source.lstrip())
            self.items.append((indent + (len(marker[0]) if marker else 2), text))
            return intro
        if self.items and kind in (BlockKind.PARAGRAPH, BlockKind.CODE) and _indent(source) >= self.items[0][0]:
            return ""  # inside a list item
        self.items.clear()
        self.lead = text if kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) else ""
        return ""

    def _close_items(self, indent: int) -> None:
        while self.items and self.items[-1][0] > indent:
            self.items.pop()

    def _joined(self) -> str:
        """The lead and the open items, the innermost kept when all together are too long."""
        parts = [_last_sentence(text) for text in (self.lead, *(text for _, text in self.items))]
        joined = ""
        for part in reversed([part for part in parts if part]):
            longer = f"{part} {joined}".rstrip()
            if len(longer) > MAX_INTRO_CHARS:
                break
            joined = longer
        return joined


def _indent(source: str) -> int:
    expanded = source.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


@lru_cache(maxsize=64)  # asked again for each item of a list
def _last_sentence(text: str) -> str:
    """The text's last sentence or line as one line, cut at its beginning to MAX_INTRO_CHARS."""
    tail = text[-2 * MAX_INTRO_CHARS :]
    line = " ".join(_SENTENCE_START.split(tail)[-1].split())
    if len(line) <= MAX_INTRO_CHARS:
        return line
    cut = line[-MAX_INTRO_CHARS:]
    return cut.partition(" ")[2] or cut
