"""A file without a manifest -> its document: kind by suffix, title and rank from what stands at its beginning.

No competition is guessed from the text: a link may lead to any of several. Only a competitions.jsonl above the file
names one: the one whose slug is a folder on the way to the file, or the only one it holds.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path

from corpus.ids import document_id
from corpus.records import Document
from miner.sources.manifests import format_of_file, kind_of_file, title_rank

_HEAD_BYTES = 65_536  # titles stand at the beginning
_MAX_NOTEBOOK_BYTES = 5_000_000  # larger notebooks keep their file name for a title: parsing takes 4 ms a megabyte
_MAX_TITLE = 300
_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+([^\n]+)|^([^\n#>|`-][^\n]{2,200})\n(?:={3,}|-{3,})[ \t]*$", re.M)
_FRONT_TITLE = re.compile(r"\A---[ \t]*\n(?:[^\n]*\n){0,40}?title[ \t]*:[ \t]*([^\n]+)\n")
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]{1,500})</title", re.I)
_HTML_HEADING = re.compile(r"<h[12]\b[^<>]*>([^<]{1,300})</h", re.I)
_TAG = re.compile(r"<[^<>]*>")
_EMPHASIS = re.compile(r"\*+|`+|__+")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")


def describe_loose(path: Path, content: bytes, competition: str | None = None) -> Document:
    """The document that a file holds, by name, suffix and its own title.

    Its name is the file's stem with 6 hex digits of the resolved path: an edited file stays the same document.

    Args:
        path: an existing file with a suffix that is read.
        content: its bytes.
        competition: id of the competition that the folder says it belongs to.
    """
    stem = re.sub(r"[^\w]+", "-", path.stem.lower()).strip("-")[:60] or "document"
    place = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:6]
    name, kind, form = f"{stem}-{place}", kind_of_file(path.name), format_of_file(path.name)
    title = _title(form or "", content)
    return Document(
        id=document_id(None, name),
        name=name,
        kind=kind,
        format=form or "",
        title=title,
        competition_id=competition,
        ranks=title_rank(kind, title),
    )


def _title(form: str, content: bytes) -> str | None:
    """The title that the document gives itself, in plain text; None when it gives none."""
    if form == "ipynb":
        found = _notebook_title(content)
    elif form in ("md", "rmd", "html"):
        head = content[:_HEAD_BYTES].decode("utf-8-sig", "replace").replace("\r\n", "\n")
        found = _page_title(head) if form == "html" else _markdown_title(head)
    else:
        found = None
    bare = _EMPHASIS.sub("", _TAG.sub("", _LINK.sub(r"\1", (found or "")[: 10 * _MAX_TITLE])))
    plain = " ".join(html.unescape(bare).replace("\0", " ").split())
    return plain.strip("#_ ")[:_MAX_TITLE] or None


def _page_title(head: str) -> str | None:
    match = _HTML_TITLE.search(head) or _HTML_HEADING.search(head)
    return match[1] if match else None


def _markdown_title(text: str) -> str | None:
    if front := _FRONT_TITLE.match(text):
        return front[1].strip("\"' ")
    match = _HEADING.search(re.sub(r"^(```|~~~)[^\n]*\n.*?(?:^\1|\Z)", "", text, flags=re.M | re.S))
    if match:
        return match[1] or match[2]
    return _page_title(text)


def _notebook_title(content: bytes) -> str | None:
    """The first heading of the first Markdown cells; None also when this is no notebook, which the analysis reports."""
    if len(content) > _MAX_NOTEBOOK_BYTES:
        return None
    try:
        notebook = json.loads(content)
        cells = notebook.get("cells") or notebook["worksheets"][0]["cells"]
        sources = [cell["source"] for cell in cells[:20] if cell["cell_type"] in ("markdown", "heading")]
        texts = ["".join(source) for source in sources]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None
    return next((title for text in texts if (title := _markdown_title(text[:_HEAD_BYTES]))), None)
