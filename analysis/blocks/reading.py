"""A document's bytes -> its blocks."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.blocks import notebook
from analysis.blocks.decoding import clean_text, decode_text
from analysis.blocks.limits import MAX_BLOCK_CHARS, MAX_DOCUMENT_BYTES, MAX_MARKDOWN_LINES
from analysis.blocks.markdown import front_matter_end, read_markdown
from analysis.blocks.pieces import Draft
from analysis.blocks.script import declared_encoding, read_script
from analysis.blocks.trail import Trail
from corpus.errors import ReadError
from corpus.ids import block_id
from corpus.records import Block, BlockKind, Document, RawDocument


def read_blocks(document: Document, raw: RawDocument) -> tuple[Block, ...]:
    """The document's blocks in reading order, at least one.

    A notebook's positions are its cells' numbers, so that empty cells leave a gap; a page's are counted from 0. A block
    longer than MAX_BLOCK_CHARS is cut at line ends into several, and the positions behind it move on.

    Raises:
        ReadError: the bytes are empty, too many, no text, or hold no notebook, page or script of the stated format.
    """
    content, item = raw.content, document.name
    if len(content) > MAX_DOCUMENT_BYTES:
        limit = f"{MAX_DOCUMENT_BYTES / 1e6:.0f} MB"
        raise ReadError(item, "", f"{len(content) / 1e6:.1f} MB, more than the {limit} that are read")
    if not content.strip():
        raise ReadError(item, "", "the file is empty")
    blocks: list[Block] = []
    position = 0
    for draft in _drafts(document.format, content, item):
        for text in cut_text(draft.text) if draft else ("",):
            if draft:
                new_id = block_id(document.id, raw.content_hash, position)
                blocks.append(Block(new_id, document.id, position, draft.kind, text, draft.headings, draft.language))
            position += 1
    if not blocks:
        raise ReadError(item, "", "every cell is empty" if document.format == "ipynb" else "no text to read")
    return tuple(blocks)


def cut_text(text: str) -> Iterator[str]:
    """The text in stretches of at most MAX_BLOCK_CHARS, cut behind a line end where there is one."""
    start = 0
    while len(text) - start > MAX_BLOCK_CHARS:
        end = text.rfind("\n", start, start + MAX_BLOCK_CHARS) + 1 or start + MAX_BLOCK_CHARS
        yield text[start:end]
        start = end
    yield text[start:]


def _drafts(form: str, content: bytes, item: str) -> Iterator[Draft | None]:
    match form:
        case "ipynb":
            return notebook.read_notebook(content, item)
        case "md" | "rmd":
            return _markdown_drafts(clean_text(decode_text(content, item)), item)
        case "html":
            from analysis.blocks import html

            return html.read_html(content, item)
        case "py" | "r":
            text = clean_text(decode_text(content, item, declared_encoding(content)))
            return read_script(text, "python" if form == "py" else "r")
        case _:
            raise ReadError(item, "", f"format {form!r} is not known; known are ipynb, md, html, py, r, rmd")


def _markdown_drafts(text: str, item: str) -> Iterator[Draft]:
    """A draft per piece of the page; its front matter is left out."""
    if (n_lines := text.count("\n")) > MAX_MARKDOWN_LINES:
        raise ReadError(item, "", f"{n_lines:,} lines, more than the {MAX_MARKDOWN_LINES:,} that are read")
    body = text[front_matter_end(text) :]
    trail = Trail()
    for piece in read_markdown(body):
        yield Draft(piece.kind, body[piece.start : piece.end], trail.above(piece.level or None), piece.language)
        if piece.kind is BlockKind.HEADING:
            trail.push(piece.level, piece.title)
