"""Notebooks of every nbformat -> one draft per cell.

Version 4 has `cells`, versions 2 and 3 have `worksheets` with `input` for code and cells that are headings. Outputs and
attachments are never read. Source and structure: nbformat's own schemas and its upgrade of headings to Markdown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from analysis.blocks.decoding import clean_text, decode_strictly
from analysis.blocks.languages import cell_language, code_language
from analysis.blocks.limits import MAX_CELLS, MAX_MARKDOWN_LINES
from analysis.blocks.markdown import read_markdown
from analysis.blocks.pieces import Draft
from analysis.blocks.trail import Trail
from corpus.errors import ReadError
from corpus.records import BlockKind

_MAX_INT_DIGITS = 18  # Python refuses to read integers of over 4,300 digits; nothing here needs more than these


def load_notebook(content: bytes, item: str) -> dict[str, Any]:
    """The notebook's JSON object.

    Raises:
        ReadError: not UTF-8 or UTF-16, not JSON, nested too deeply, or no object.
    """
    text = decode_strictly(content, item)
    if not text.strip():
        raise ReadError(item, "", "the file is empty")
    try:
        notebook = _read_json(text)
    except json.JSONDecodeError as error:
        guess = " (it looks like a web page)" if text.lstrip().startswith("<") else ""
        where = f"line {error.lineno} column {error.colno}"
        raise ReadError(item, where, f"not JSON: {error.msg}{guess}") from error
    except RecursionError as error:
        raise ReadError(item, "", "JSON nested too deeply") from error
    if not isinstance(notebook, dict):
        raise ReadError(item, "", f"no notebook: the JSON is a {type(notebook).__name__}, not an object with cells")
    return notebook


def _kernel_language(notebook: dict[str, Any]) -> str:
    """What the kernel says its cells are written in; python where nothing readable says otherwise."""
    metadata = _as_dict(notebook.get("metadata"))
    kaggle = _as_dict(metadata.get("kaggle"))
    kernel, info = _as_dict(metadata.get("kernelspec")), _as_dict(metadata.get("language_info"))
    names = (kernel.get("language"), info.get("name"), kaggle.get("language"), kernel.get("name"))
    return next((found for name in names if isinstance(name, str) and (found := code_language(name))), "python")


def read_notebook(content: bytes, item: str) -> Iterator[Draft | None]:
    """A draft per cell, in order; None for an empty cell, which keeps its place in the count.

    Raises:
        ReadError: as `load_notebook`; also without cells, with too many, or with a cell whose source is no text.
    """
    notebook = load_notebook(content, item)
    kernel = _kernel_language(notebook)
    cells = list(_cells(notebook))
    if not cells:
        raise ReadError(item, "", "no cells")
    if len(cells) > MAX_CELLS:
        raise ReadError(item, "", f"{len(cells):,} cells, more than the {MAX_CELLS:,} that are read")
    trail, n_lines = Trail(), 0
    for number, cell in enumerate(cells):
        kind = cell.get("cell_type")
        source = clean_text(_source(cell, item, number))
        if kind == "heading" and source.strip():
            source = f"{'#' * _heading_level(cell)} {' '.join(source.split())}"
        if not source.strip():
            yield None
        elif kind == "code":
            own = cell.get("language")
            language = code_language(own) if isinstance(own, str) and own else kernel
            yield Draft(BlockKind.CODE_CELL, source, trail.above(), cell_language(source, language or kernel))
        elif kind == "raw":
            yield Draft(BlockKind.PARAGRAPH, source, trail.above())
        else:
            n_lines += source.count("\n") + 1
            if n_lines > MAX_MARKDOWN_LINES:
                raise ReadError(item, f"cell {number}", f"more than {MAX_MARKDOWN_LINES:,} lines of Markdown")
            yield Draft(BlockKind.MARKDOWN_CELL, source, enter_cell(trail, source))


def enter_cell(trail: Trail, source: str) -> tuple[str, ...]:
    """The headings above a Markdown cell; afterwards the trail stands behind it.

    A cell that begins with a heading stands below that heading's parents.
    """
    pieces = read_markdown(source)
    above = trail.above(pieces[0].level or None if pieces else None)
    for piece in pieces:
        if piece.level:
            trail.push(piece.level, piece.title)
    return above


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cells of any version; entries that are no objects are not cells."""
    groups = [notebook, *(sheet for sheet in _as_list(notebook.get("worksheets")) if isinstance(sheet, dict))]
    for group in groups:
        yield from (cell for cell in _as_list(group.get("cells")) if isinstance(cell, dict))


def _source(cell: dict[str, Any], item: str, number: int) -> str:
    """The cell's text; version 3 and 2 call it `input` in code cells, version 1 `code`."""
    source = next((cell[key] for key in ("source", "input", "code", "text") if cell.get(key) is not None), "")
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    raise ReadError(item, f"cell {number}", f"its source is no text but a {type(source).__name__}")


def _heading_level(cell: dict[str, Any]) -> int:
    level = cell.get("level", 1)
    return min(max(level, 1), 6) if isinstance(level, int) else 1


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer too long for Python
        return json.loads(text, parse_int=_short_int)


def _short_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_INT_DIGITS else float(digits[:_MAX_INT_DIGITS])


def _as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
