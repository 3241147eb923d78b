"""Web pages -> drafts: the main text only, white space as a browser shows it.

The tree is walked with a loop, not by recursion; a page that is nested deeper than the parser's 256 is a ReadError.
Spans count in the normalised text: the page's own source has no use for a reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from analysis.blocks.decoding import clean_text, decode_text
from analysis.blocks.languages import code_language
from analysis.blocks.main_text import find_main_text, is_hidden, words_of_class
from analysis.blocks.pieces import Draft
from analysis.blocks.tables import table_text
from analysis.blocks.trail import BOLD_LINE_LEVEL, Trail
from corpus.errors import ReadError
from corpus.records import BlockKind

_CHARSET = re.compile(rb"<meta[^<>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{2,20})", re.I)
_BLOCK_TAGS = frozenset(
    {
        "address",
        "article",
        "body",
        "button",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "section",
        "summary",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
    }
)
_BOLD_TAGS = frozenset({"b", "strong"})
_CODE_CELL_CLASSES = frozenset({"input_area", "jp-inputarea", "jp-codecell", "code_cell"})
_LANGUAGE_CLASS = re.compile(
    r"\b(?:(?:language|lang|highlight-source|highlight|hl)-|(?:brush:|sourcecode) *)(\w+)", re.I
)
_MAX_BOLD_LINE = 120  # characters of a bold paragraph that works as a heading


def declared_charset(content: bytes) -> str | None:
    """The charset that a meta element in the first 4,096 bytes names."""
    match = _CHARSET.search(content[:4096])
    return match[1].decode("ascii") if match else None


def read_html(content: bytes, item: str) -> Iterator[Draft]:
    """The drafts of the page's main text, in order.

    Raises:
        ReadError: no text, nothing to parse, or nested so deeply that the parser stops.
    """
    text = clean_text(decode_text(content, item, declared_charset(content)))
    parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(item, "", f"not HTML: {error.msg}") from error
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise ReadError(item, f"line {entry.line}", f"HTML beyond the parser's limits: {entry.message[:60]}")
    if root is None:
        raise ReadError(item, "", "not HTML: no element found")
    return _PageReader().drafts(root)


class _PageReader:
    """One walk over the main element; text gathers in a buffer until a block ends."""

    def __init__(self) -> None:
        self.trail = Trail()
        self.buffer: list[str] = []
        self.n_bold = 0  # open bold elements
        self.is_all_bold = True  # of the buffer
        self.level = 0  # of the open heading
        self.n_quotes = 0
        self.n_lists = 0
        self.fresh_items: list[bool] = []  # of the open list items: nothing was read of it yet

    def drafts(self, root: etree._Element) -> Iterator[Draft]:
        main = find_main_text(root)
        walk = etree.iterwalk(main.element, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if not isinstance(tag, str):
                continue
            if event == "start" and (tag in main.skipped or is_hidden(element, main)):
                walk.skip_subtree()
            elif event == "start" and (whole := self._whole(element, main.layout_tables)) is not None:
                yield from self._flush()
                if whole.text.strip():
                    yield whole
                walk.skip_subtree()
            elif event == "start":
                yield from self._open(element, tag)
            else:
                yield from self._close(element, tag)
            if event == "end" and element is not main.element:
                self._add(element.tail)
        yield from self._flush()

    def _open(self, element: etree._Element, tag: str) -> Iterator[Draft]:
        if tag in _BLOCK_TAGS:
            yield from self._flush()
        if tag in _BOLD_TAGS:
            self.n_bold += 1
        elif tag in ("ul", "ol"):
            self.n_lists += 1
        elif tag == "li":
            self.fresh_items.append(True)
        elif tag == "blockquote":
            self.n_quotes += 1
        elif tag == "br":
            self.buffer.append("\n")
        elif tag[0] == "h" and tag[1:].isdigit():
            self.level = int(tag[1:])
        self._add(element.text)

    def _close(self, element: etree._Element, tag: str) -> Iterator[Draft]:
        if tag in _BLOCK_TAGS:
            yield from self._flush()
        if tag in _BOLD_TAGS:
            self.n_bold = max(self.n_bold - 1, 0)
        elif tag in ("ul", "ol"):
            self.n_lists -= 1
        elif tag == "li" and self.fresh_items:
            self.fresh_items.pop()
        elif tag == "blockquote":
            self.n_quotes -= 1
        elif tag[0] == "h" and tag[1:].isdigit():
            self.level = 0

    def _add(self, text: str | None) -> None:
        if not text:
            return
        self.buffer.append(re.sub(r"\s+", " ", text))
        self.is_all_bold = self.is_all_bold and (self.n_bold > 0 or not text.strip(" \n\t:"))

    def _flush(self) -> Iterator[Draft]:
        joined = re.sub(r" ?\n ?", "\n", re.sub(r" {2,}", " ", "".join(self.buffer)))
        was_bold, self.buffer, self.is_all_bold = self.is_all_bold, [], True
        for text in re.split(r"\n{2,}", joined):
            if text.strip():
                yield self._draft(text.strip(), was_bold)

    def _draft(self, text: str, is_bold: bool) -> Draft:
        if self.level:
            return self._heading(text, self.level)
        if self.n_quotes:
            return Draft(BlockKind.QUOTE, text, self.trail.above())
        if self.fresh_items:
            indent = "  " * max(self.n_lists - 1, 0)
            if not self.fresh_items[-1]:
                return Draft(BlockKind.PARAGRAPH, f"{indent}  {text}", self.trail.above())
            self.fresh_items[-1] = False
            return Draft(BlockKind.LIST_ITEM, f"{indent}- {text}", self.trail.above())
        if is_bold and "\n" not in text and len(text) <= _MAX_BOLD_LINE and not text.endswith((".", "!", ",", ";")):
            return self._heading(text, BOLD_LINE_LEVEL)
        return Draft(BlockKind.PARAGRAPH, text, self.trail.above())

    def _heading(self, text: str, level: int) -> Draft:
        draft = Draft(BlockKind.HEADING, text, self.trail.above(level))
        self.trail.push(level, " ".join(text.split())[:200])
        return draft

    def _whole(self, element: etree._Element, layout_tables: frozenset[etree._Element]) -> Draft | None:
        """Code or a data table, taken with all below it; an empty text when there is nothing to keep."""
        if element.tag == "pre":
            for line_break in element.iter("br"):
                line_break.tail = "\n" + (line_break.tail or "")
            code = "".join(map(str, element.itertext())).strip("\n")
            return Draft(BlockKind.CODE, code, self.trail.above(), _language(element))
        if element.tag == "table" and element not in layout_tables:
            return Draft(BlockKind.TABLE, table_text(element), self.trail.above())
        return None


def _language(pre: etree._Element) -> str | None:
    """What the classes of the code or of the boxes around it name; Python in a notebook's input."""
    near = [*pre.iter("code"), pre, *pre.iterancestors()][:8]
    for element in near:
        if match := _LANGUAGE_CLASS.search(element.get("class") or ""):
            return code_language(match[1])
    is_input = any(words_of_class(element) & _CODE_CELL_CLASSES for element in pre.iterancestors())
    return "python" if is_input else None
