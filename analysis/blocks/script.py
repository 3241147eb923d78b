"""Scripts -> cells: at the marks of Jupytext, Spyder, VS Code and nbconvert, else the whole file as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.blocks.languages import cell_language
from analysis.blocks.notebook import enter_cell
from analysis.blocks.pieces import Draft
from analysis.blocks.trail import Trail
from corpus.records import BlockKind

_MARK = re.compile(r"^#[ \t]?(?:%%(?P<about>[^\n]*)|In\[[ \d]*\]:)[ \t]*\n?", re.M)
_MARKDOWN_MARK = re.compile(r"\[(markdown|md)\]", re.I)
_COMMENT = re.compile(r"^#[ \t]?", re.M)
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def declared_encoding(content: bytes) -> str | None:
    """The encoding that a comment in the first two lines names (PEP 263)."""
    for line in content[:400].split(b"\n", 2)[:2]:
        if match := _CODING.match(line):
            return match[1].decode("ascii", "replace")
    return None


def read_script(text: str, language: str) -> Iterator[Draft | None]:
    """A draft per cell; Markdown cells without their comment signs, code cells as they stand, mark lines left out."""
    trail = Trail()
    marks = [(0, 0, ""), *((m.start(), m.end(), m["about"] or "") for m in _MARK.finditer(text))]
    for (_, start, about), (end, _, _) in zip(marks, [*marks[1:], (len(text), 0, "")], strict=True):
        source = text[start:end].strip("\n")
        if not source.strip():
            if start:
                yield None
        elif _MARKDOWN_MARK.search(about):
            prose = _COMMENT.sub("", source).strip("\n")
            yield Draft(BlockKind.MARKDOWN_CELL, prose, enter_cell(trail, prose)) if prose.strip() else None
        else:
            yield Draft(BlockKind.CODE_CELL, source, trail.above(), cell_language(source, language))
