"""Answers as JSON, JSON lines, CSV, Markdown and an HTML fragment; tables in a terminal are the command line's."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import Enum
from html import escape
from urllib.parse import quote

from analysis.reports.answer_page import PAGES, as_page
from analysis.reports.cells import SMALL_NOTE, Cell, display_table, fact_lines, printable, shown_parts
from analysis.reports.lines import svg_chart
from analysis.reports.tradeoff import caption, tradeoff_svg
from corpus.errors import UsageError
from corpus.records import Answer

WITH_FACTS = frozenset({"show", "status"})  # answers whose single facts are what was asked for
LINK_CHARACTERS = "%/:?#[]@!$&'*+,;=~"  # kept as they are in a Markdown link; brackets and bars would end it
CSV_PIECE = 1_000  # rows
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]#|~])")


def render(answer: Answer, format_name: str) -> str:
    """The answer in one of FORMATS, ending in a newline unless it is empty.

    Raises:
        UsageError: if there is no such format.
    """
    if format_name not in FORMATS:
        raise UsageError(f"no format called {format_name!r}; there are {', '.join(sorted(FORMATS))}")
    return FORMATS[format_name](answer)


def to_json(answer: Answer) -> str:
    """One object: answer, title, query, facts, notes, rows; keys in this order, dates as ISO 8601, unknown as null."""
    value = {
        "answer": answer.name,
        "title": answer.title,
        "query": answer.query,
        "facts": answer.facts,
        "notes": answer.notes,
        "rows": answer.rows,
    }
    return json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_jsonl(answer: Answer) -> str:
    """One object a line: the rows as in JSON; facts and notes are not in it."""
    return "".join(json.dumps(plain(row), ensure_ascii=False, allow_nan=False) + "\n" for row in answer.rows)


def to_csv(answer: Answer) -> str:
    """A header of the columns' names and one record per row; lists joined by "; ", unknown empty. RFC 4180.

    Text that a spreadsheet would take for a formula has a `'` before it; see `no_formula`.
    """
    return "".join(csv_pieces([column.name for column in answer.columns], answer.rows))


def csv_pieces(names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The same in pieces of about CSV_PIECE rows, so that a long table is never held as one text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for number, row in enumerate(rows, start=1):
        writer.writerow([no_formula(_csv_value(row.get(name))) for name in names])
        if number % CSV_PIECE == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def to_markdown(answer: Answer) -> str:
    """A heading, a table, a section for each list of records among the facts, and what must be known to read them."""
    parts = [f"## {_md(answer.title)}", ""]
    if answer.name in WITH_FACTS:
        parts += [f"- {_md(label)}: {_md(text)}" for label, text in fact_lines(answer)] + [""]
    for place, part in enumerate(shown_parts(answer)):
        table = display_table(part)
        if place and part.name != "yearly_table":
            parts += [f"### {_md(part.title)}", ""]
        if table.rows:
            rule = ["---:" if column.kind in {"int", "share", "number"} else "---" for column in table.columns]
            parts += [_md_row(_md(column.title) for column in table.columns), _md_row(rule)]
            parts += [_md_row(_md_cell(cell) for cell in row) for row in table.rows] + [""]
        if table.has_small:
            parts += [_md(SMALL_NOTE), ""]
        if part.name == "code":
            parts += [
                line for row in part.rows for line in (f"#### {_md(str(row['architecture']))}", "", *_md_code(row))
            ]
    parts += [f"- {_md(note)}" for note in answer.notes]
    return "\n".join(parts).rstrip("\n") + "\n"


def to_html(answer: Answer, *, whole_page: bool = True) -> str:
    """A `<section class="answer">` with heading, tables and notes; everything from the corpus escaped, no scripts."""
    parts = [f'<section class="answer answer-{escape(answer.name)}">', f"<h2>{escape(printable(answer.title))}</h2>"]
    if answer.name in WITH_FACTS:
        items = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in fact_lines(answer))
        parts.append(f'<dl class="facts">{items}</dl>')
    for place, part in enumerate(shown_parts(answer)):
        if place and part.name != "yearly_table":
            parts.append(f"<h3>{escape(part.title)}</h3>")
        parts += [svg_chart(answer.rows)] if part.name == "chart" else _html_table(part)
        if place == 0 and (chart := tradeoff_svg(answer)):
            parts.append(f'<figure class="chart">{chart}<figcaption>{escape(caption(answer))}</figcaption></figure>')
        if part.name == "code":
            parts += [_html_code(row) for row in part.rows]
    if answer.notes:
        notes = "".join(f"<li>{escape(printable(note))}</li>" for note in answer.notes)
        parts.append(f'<ul class="notes">{notes}</ul>')
    text = "\n".join([*parts, "</section>"]) + "\n"
    return as_page(answer, text) if whole_page and answer.name in PAGES else text


def table_html(answer: Answer) -> str:
    """The answer's own table alone, everything from the corpus escaped; "" without rows."""
    return "\n".join(_html_table(answer))


def plain(value: object) -> object:
    """The value in terms of JSON: records as objects, tuples as lists, dates as ISO 8601, NaN as null."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def no_formula(value: object) -> object:
    """The value of a cell, with a `'` before text that a spreadsheet would run as a formula; numbers stay numbers.

    >>> no_formula("=1+1"), no_formula(-3), no_formula("a=1")
    ("'=1+1", -3, 'a=1')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _csv_value(value: object) -> object:
    if value is None or type(value) in (str, int):
        return value
    value = plain(value)
    if isinstance(value, list):
        return "; ".join(item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _md(text: str) -> str:
    one_line = " ".join(printable(text).split())
    return MARKDOWN_SPECIAL.sub(r"\\\1", one_line).replace("<", "&lt;")


def _md_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _md_cell(cell: Cell) -> str:
    if not cell.link:
        return _md(cell.text)
    return f"[{_md(cell.text)}]({quote(cell.link, safe=LINK_CHARACTERS)})"


def _md_code(row: Mapping[str, object]) -> list[str]:
    return ["```python", str(row["code"]).rstrip("\n"), "```", ""]


def _html_code(row: Mapping[str, object]) -> str:
    name, code = escape(printable(str(row["architecture"]))), escape(str(row["code"]))
    return f"<details><summary>{name}: the program</summary><pre><code>{code}</code></pre></details>"


def _html_table(answer: Answer) -> list[str]:
    table = display_table(answer)
    if not table.rows:
        return []
    head = "".join(
        f'<th class="{escape(c.kind)}" title="{escape(c.note)}">{escape(c.title)}</th>' for c in table.columns
    )
    lines = ["<table>", f"<thead><tr>{head}</tr></thead>", "<tbody>"]
    for row in table.rows:
        pairs = zip(table.columns, row, strict=True)
        cells = "".join(f'<td class="{escape(column.kind)}">{_html_cell(cell)}</td>' for column, cell in pairs)
        lines.append(f"<tr>{cells}</tr>")
    lines += ["</tbody>", "</table>"]
    return [*lines, f'<p class="small">{escape(SMALL_NOTE)}</p>'] if table.has_small else lines


def _html_cell(cell: Cell) -> str:
    text = escape(cell.text)
    return f'<a href="{escape(cell.link)}" rel="nofollow noopener">{text}</a>' if cell.link else text


FORMATS: dict[str, Callable[[Answer], str]] = {
    "json": to_json,
    "jsonl": to_jsonl,
    "csv": to_csv,
    "md": to_markdown,
    "html": to_html,
}
