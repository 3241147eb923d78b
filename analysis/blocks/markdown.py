"""Markdown source -> pieces with exact offsets: what stands at [start, end) is the text of a block or segment.

The block tokens of markdown-it are enough (inline parsing would double the time and give no offsets). Link reference
definitions are not taken out of the text, so that nothing visible in the source is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.blocks.languages import code_language
from analysis.blocks.limits import MAX_HEADING_CHARS
from analysis.blocks.markup import has_heading_tag, split_markup
from analysis.blocks.pieces import Piece
from analysis.blocks.trail import BOLD_LINE_LEVEL, is_visible, plain_title
from corpus.records import BlockKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_QUOTE_MARK = re.compile(r"[ \t>]*")
_BOLD_LINE = re.compile(  # as **x**, __x__ or <b>x</b>
    r"(?:\*{2,3}([^*\n]{1,120})\*{2,3}|__([^_\n]{1,120})__|<(?:b|strong)>([^<\n]{1,120})</\w+>):?", re.I
)
_GLUED_HEADING = re.compile(  # "##Data" without a blank, which old notebooks render; not "#some #tags"
    r"(#{1,6})(?=[^\W_a-z]|[*<])([^#\n]{1,200}?)[ \t#]*(?:\n|$)"
)
_MAX_SHORT = 20_000  # characters of a text worth remembering: 512 of them are 10 MB
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?=(?:.*\n)?[\w-]+[ \t]*:)(?:.*\n){1,200}?(?:---|\.\.\.)[ \t]*(?:\n|$)")


def front_matter_end(text: str) -> int:
    """Where the text begins behind a YAML front matter; 0 when there is none.

    >>> front_matter_end("---\\ntitle: x\\n---\\nText")
    17
    """
    match = _FRONT_MATTER.match(text)
    return match.end() if match else 0


def read_markdown(text: str) -> tuple[Piece, ...]:
    """Headings, paragraphs, list items, tables, code, quotes, in reading order; \\n must be the only line end.

    A list item's piece begins with its indentation and marker: they tell how deep it is nested. Other pieces begin
    with their first visible character, code with its first line.
    """
    return _remembered(text) if len(text) <= _MAX_SHORT else tuple(_PieceReader(text).pieces())


@lru_cache(maxsize=512)  # cells are read for their headings first, for their segments later
def _remembered(text: str) -> tuple[Piece, ...]:
    return tuple(_PieceReader(text).pieces())


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    from analysis.blocks.quick_rules import quicken

    return quicken(MarkdownIt("commonmark").enable("table").disable(["inline", "text_join", "reference"]))


class _PieceReader:
    """One pass over the block tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]  # of the lines
        self.starts.append(len(text) + 1)
        self.n_quotes = 0
        self.item_is_fresh: list[bool] = []  # of the open list items: nothing was read of it yet

    def pieces(self) -> Iterator[Piece]:
        tokens = iter(_parser().parse(self.text.replace("\r", " ")))  # a lone \r is no line end in our count
        for token in tokens:
            match token.type:
                case "blockquote_open":
                    self.n_quotes += 1
                case "blockquote_close":
                    self.n_quotes -= 1
                case "list_item_open":
                    self.item_is_fresh.append(True)
                case "list_item_close":
                    self.item_is_fresh.pop()
                case "heading_open":
                    yield from self._heading(token, next(tokens).content.strip())
                case "paragraph_open":
                    yield from self._paragraph(*self._lines(token))
                case "fence" | "code_block":
                    yield from self._code(token)
                case "html_block":
                    start, end = self._lines(token)
                    yield from self._quoted(split_markup(self.text[start:end], start))
                case "table_open":
                    start, end = self._lines(token)
                    yield from self._trimmed(BlockKind.TABLE, start, end)

    def _lines(self, token: Token) -> tuple[int, int]:
        """Characters [start, end) of the token's lines, without the last line end."""
        first, behind = token.map or [0, 0]
        return self.starts[first], min(self.starts[behind] - 1, len(self.text)) if behind else 0

    def _heading(self, token: Token, content: str) -> Iterator[Piece]:
        start, end = self._lines(token)
        is_underlined = token.markup in ("=", "-")
        if is_underlined and ("\n" in content or len(content) > MAX_HEADING_CHARS):
            yield from self._paragraph(start, self.text.rindex("\n", start, end))  # prose with a rule drawn below it
            return
        at = self.text.find(content, start, end)
        title = plain_title(content)
        if len(title) >= MAX_HEADING_CHARS and at >= 0:
            yield Piece(BlockKind.PARAGRAPH, at, at + len(content))  # prose set large opens no section
        elif title and at >= 0:
            yield Piece(BlockKind.HEADING, at, at + len(content), level=int(token.tag[1:]), title=title)
        elif content and at >= 0:
            yield Piece(BlockKind.PARAGRAPH, at, at + len(content))

    def _paragraph(self, start: int, end: int) -> Iterator[Piece]:
        text = self.text
        if self.n_quotes:
            yield from self._trimmed(BlockKind.QUOTE, start, end)
            return
        if self.item_is_fresh:
            kind = BlockKind.LIST_ITEM if self.item_is_fresh[-1] else BlockKind.PARAGRAPH
            self.item_is_fresh[-1] = False
            yield Piece(kind, start, self._trim_end(start, end))  # indentation kept: it tells the depth
            return
        if has_heading_tag(text[start:end]):
            yield from split_markup(text[start:end], start)
            return
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if (glued := _GLUED_HEADING.match(text, start, end)) and (title := plain_title(glued[2])):
            yield Piece(BlockKind.HEADING, glued.start(2), glued.end(2), level=len(glued[1]), title=title)
            start = min(glued.end(), end)
        yield from self._prose(start, end)

    def _prose(self, start: int, end: int) -> Iterator[Piece]:
        for piece in self._trimmed(BlockKind.PARAGRAPH, start, end):
            source = self.text[piece.start : piece.end]
            bold = _BOLD_LINE.fullmatch(source)
            if bold and not (bold[1] or bold[2] or bold[3]).rstrip().endswith((".", "!", ",", ";")):
                piece = piece._replace(kind=BlockKind.HEADING, level=BOLD_LINE_LEVEL, title=plain_title(source))
            if is_visible(source):
                yield piece

    def _code(self, token: Token) -> Iterator[Piece]:
        first = (token.map or [0, 0])[0] + (token.type == "fence")
        n_lines = token.content.count("\n") + (not token.content.endswith("\n"))
        if not token.content.strip():
            return
        start, end = self.starts[first], min(self.starts[first + n_lines] - 1, len(self.text))
        yield Piece(BlockKind.CODE, start, end, code_language(token.info))
        if self.item_is_fresh:
            self.item_is_fresh[-1] = False

    def _trimmed(self, kind: BlockKind, start: int, end: int) -> Iterator[Piece]:
        mark = _QUOTE_MARK.match(self.text, start, end) if self.n_quotes else None
        start = mark.end() if mark else start
        while start < end and self.text[start].isspace():
            start += 1
        end = self._trim_end(start, end)
        if start < end:
            yield Piece(kind, start, end)

    def _trim_end(self, start: int, end: int) -> int:
        return start + len(self.text[start:end].rstrip())

    def _quoted(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            is_prose = piece.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
            yield piece._replace(kind=BlockKind.QUOTE) if self.n_quotes and is_prose else piece
