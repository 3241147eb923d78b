"""HTML that stands inside Markdown -> pieces of the source, tags left out at their edges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.blocks.pieces import Piece
from analysis.blocks.trail import is_visible, plain_title
from corpus.records import BlockKind

_TAG = re.compile(
    r"<!--|<(/?)(h[1-6]|li|p|div|ul|ol|table|script|style|summary|details|center|blockquote|pre|hr)\b[^<>]*>", re.I
)
_HEADING_TAG = re.compile(r"<h[1-6]\b", re.I)
_HEADING_END = re.compile(r"</h[1-6]\s*>", re.I)
_MAX_HEADING_SOURCE = 2_000  # characters up to the closing tag; an unclosed heading is prose
_ENDS = {name: re.compile(rf"</{name}\s*>", re.I) for name in ("table", "pre", "script", "style")}
_WHOLE = {"table": BlockKind.TABLE, "pre": BlockKind.CODE}  # one piece up to the closing tag; scripts are left out


def has_heading_tag(text: str) -> bool:
    """Whether an HTML heading opens somewhere in the text."""
    return "<" in text and _HEADING_TAG.search(text) is not None


def split_markup(text: str, offset: int) -> Iterator[Piece]:
    """Headings, list items, tables and paragraphs of one HTML block, in order; scripts, styles and comments left out.

    Args:
        text: the source of the block.
        offset: where it begins in the document; the pieces' offsets are counted from there.
    """
    kind, start = BlockKind.PARAGRAPH, 0
    for match in _TAG.finditer(text):
        if match.start() < start:
            continue  # inside what was taken or left out as a whole
        name, opens = (match[2] or "!--").lower(), not match[1]
        if name == "p" and opens and kind is BlockKind.LIST_ITEM and not text[start : match.start()].strip():
            start = match.end()
            continue
        yield from _piece(text, start, match.start(), offset, kind)
        kind = BlockKind.LIST_ITEM if name == "li" and opens else BlockKind.PARAGRAPH
        start = match.end()
        if opens and (end := _whole_end(text, name, start)) is not None:
            yield from _whole(text, match, end, offset)
            start = end
    yield from _piece(text, start, len(text), offset, kind)


def _whole_end(text: str, name: str, start: int) -> int | None:
    """Where the content of an element ends that is taken or left out as a whole; None for all others."""
    if name == "!--":
        end = text.find("-->", start)
        return len(text) if end < 0 else end + 3
    if name in _ENDS:
        match = _ENDS[name].search(text, start)
        return match.end() if match else len(text)
    if name[0] == "h" and name[1:].isdigit():
        match = _HEADING_END.search(text, start, start + _MAX_HEADING_SOURCE)
        return match.start() if match else None
    return None


def _whole(text: str, opening: re.Match[str], end: int, offset: int) -> Iterator[Piece]:
    name = (opening[2] or "").lower()
    if name in _WHOLE:
        yield from _piece(text, opening.start(), end, offset, _WHOLE[name])
    elif name[:1] == "h":
        yield from _piece(text, opening.end(), end, offset, BlockKind.HEADING, int(name[1]))


def _piece(text: str, start: int, end: int, offset: int, kind: BlockKind, level: int = 0) -> Iterator[Piece]:
    source = text[start:end]
    stripped = source.strip()
    if not stripped or not is_visible(stripped):
        return
    start += source.index(stripped)
    title = plain_title(stripped) if level else ""
    if level and not title:
        kind, level = BlockKind.PARAGRAPH, 0  # an image set as a heading
    yield Piece(kind, offset + start, offset + start + len(stripped), level=level, title=title)
