"""Answers as a person reads them: columns that belong together merged, and every cell as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from analysis.reports.lines import chart_rows
from corpus.records import Answer, Column

SMALL_MARK = "*"
SMALL_NOTE = f"{SMALL_MARK} counted from fewer than 5 solutions: read it as an example, not as a share."
NOTHING = "-"
# the fields of a section that people see, where that is not all of them
SECTION_FIELDS = {
    "replaced_by": ("architecture", "before", "after", "change", "intervals_overlap", "competitions", "overtook_year"),
    "crossings": ("year", "overtaker", "overtaker_share", "overtaken", "overtaken_share", "intervals_overlap"),
    "winning_solutions": ("solution", "rank_source", "ranks_said", "counted_on", "uses", "quote", "code", "url"),
    "combinations": (
        "pair",
        "n_solutions",
        "n_solutions_total",
        "share",
        "share_low",
        "share_high",
        "is_small",
        "newest",
    ),
    "tried_and_dropped": ("architecture", "n_solutions", "n_solutions_total", "reasons", "newest"),
    "newest_solutions": ("solution", "rank_source", "counted_on", "url"),
    "why_here": ("architecture", "why", "winners_name", "paper", "newest_win", "url"),
    "variants": ("architecture", "variant", "n_winners", "params_m", "gmacs", "size_mb", "mb_is", "value", "dataset"),
    "code": ("architecture", "starts_from", "written_for", "needs"),
    "size_not_known": ("architecture", "n_solutions", "n_solutions_total"),
    "too_large": (
        "architecture",
        "n_solutions",
        "n_solutions_total",
        "smallest_published",
        "params_m",
        "gmacs",
        "size_mb",
    ),
    "switches": ("direction", "category", "solution", "quote", "url"),
    "reasons": ("architecture", "polarity", "category", "n_solutions", "is_small", "quote", "solution", "url"),
    "figures": ("architecture", "variant", "params_m", "gmacs", "size_mb", "mb_is", "value", "dataset"),
    "similar_competitions": ("slug", "year", "score", "n_winners", "differences"),
}
SHOWN_FIRST = {"choose": 14}  # columns of the first table that people see, where the rest is in a section of its own
FOR_PROGRAMS = frozenset({"scope"})  # facts that people read in the notes
# controls and direction overrides: text of documents must not steer a terminal or disguise what it says
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and where it leads."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What is shown of an answer: columns, and a cell for each in every row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_small: bool  # whether a cell carries the mark for small numbers


def display_table(answer: Answer, *, merge_links: bool = True) -> Table:
    """The answer's columns as they are shown.

    Merged by name: `x` with `x_low` and `x_high` is a share with its interval, `x` with `x_total` is n/N, `first_x`
    with `last_x` is a range, `x` with `x_url` is a link; `is_small` marks the share of its row.

    Args:
        answer: what is shown.
        merge_links: whether the columns of the links go; a terminal may not show where a cell leads.
    """
    names = {column.name for column in answer.columns}
    merged = {
        other
        for name in names
        for other in (f"{name}_low", f"{name}_high", f"{name}_total", f"{name}_url", name.replace("first_", "last_", 1))
        if other != name
    }
    if not merge_links:
        merged = {name for name in merged if not name.endswith("_url")}
    columns = tuple(c for c in answer.columns if c.name not in merged | {"is_small"})
    rows = tuple(tuple(_cell(column, row, names) for column in columns) for row in answer.rows)
    return Table(columns, rows, any(row.get("is_small") for row in answer.rows))


def first_part(answer: Answer) -> Answer:
    """The answer with the columns of its own table that people see."""
    return replace(answer, columns=answer.columns[: SHOWN_FIRST.get(answer.name, len(answer.columns))])


def sections(answer: Answer) -> tuple[Answer, ...]:
    """The lists of records among the answer's facts, each as a table of its own, in order."""
    found = []
    for name, value in answer.facts.items():
        if isinstance(value, list | tuple) and value and all(isinstance(item, dict) for item in value):
            every = dict.fromkeys(key for item in value for key in item if not key.endswith("_id"))
            keys = SECTION_FIELDS.get(name, tuple(every))
            columns = tuple(Column(key, words(key), _kind(key, value)) for key in keys)
            found.append(Answer(name, words(name).capitalize(), columns, tuple(value)))
    return tuple(found)


def fact_lines(answer: Answer) -> tuple[tuple[str, str], ...]:
    """The single facts of the answer as label and text; lists of records are sections instead."""
    lines = []
    for name, value in answer.facts.items():
        is_section = isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value)
        if is_section or name in FOR_PROGRAMS:
            continue
        if isinstance(value, Mapping) and all(isinstance(item, list | tuple) for item in value.values()):
            lines += [(f"{words(name)}, {key}", as_text(item)) for key, item in value.items()]
        else:
            lines.append((words(name), as_text(value) if value not in (None, "") else "not known"))
    return tuple(lines)


def shown_parts(answer: Answer) -> tuple[Answer, ...]:
    """The tables that a person reads, in order: the answer's own, or its yearly tables, then its sections."""
    if answer.name == "yearly":
        return (*yearly_tables(answer), *sections(answer))
    if answer.name == "trends" and answer.rows:
        return (by_year(answer), _chart(answer), *sections(answer))
    return (first_part(answer), *sections(answer))


def _chart(answer: Answer) -> Answer:
    """A trend drawn in characters, one for each year."""
    rows, first, last, top = chart_rows(answer.rows)
    title = f"{first} to {last}, the highest bar is {percent(top)}"
    return Answer("chart", "Chart", (Column("architecture", "architecture"), Column("chart", title)), tuple(rows))


def yearly_tables(answer: Answer) -> tuple[Answer, ...]:
    """The long table of yearly cells as one table each, a year being a column."""
    return tuple(shown for _, shown, _ in yearly_parts(answer))


def yearly_parts(answer: Answer) -> tuple[tuple[str, Answer, Answer], ...]:
    """Name of each yearly table, the table with a year as a column, and its long rows."""
    titles = answer.facts.get("tables")
    names = titles if isinstance(titles, Mapping) else {}
    tables: dict[str, list[dict[str, object]]] = {}
    for row in answer.rows:
        tables.setdefault(str(row["table"]), []).append(row)
    return tuple(
        (table, _yearly_table(str(names.get(table, table)), rows), replace(answer, rows=tuple(rows)))
        for table, rows in tables.items()
    )


def _yearly_table(title: str, rows: list[dict[str, object]]) -> Answer:
    years = sorted({int(str(row["year"])) for row in rows})
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        cells = found.setdefault(str(row["key"]), {"name": row["name"], "is_small": False})
        mark = f" {SMALL_MARK}" if row.get("is_small") and row["n_solutions"] else ""
        ends = f"({_hundredths(row.get('share_low'))}-{_hundredths(row.get('share_high'))})"
        n = f"{row['n_solutions']}/{row['n_solutions_total']}"
        cells[str(row["year"])] = f"{n}  {percent(row['share'])} {ends}{mark}" if row["n_solutions"] else n
        cells["is_small"] = bool(cells["is_small"]) or bool(mark)
    columns = (Column("name", title), *(Column(str(year), str(year), "number") for year in years))
    return Answer("yearly_table", title, columns, tuple(found.values()))


def by_year(answer: Answer) -> Answer:
    """A long table of (year, architecture, share) turned so that each year is one row, each architecture a column."""
    names = list(dict.fromkeys(str(row["architecture"]) for row in answer.rows))
    years: dict[object, dict[str, object]] = {}
    for row in answer.rows:
        cells = years.setdefault(
            row["year"], {name: row.get(name) for name in ("year", "n_solutions_total", "n_competitions_total")}
        )
        mark = f" {SMALL_MARK}" if row.get("is_small") else ""
        cells[str(row["architecture"])] = percent(row["share"]) + mark if row["n_solutions"] else NOTHING
        cells["is_small"] = bool(cells.get("is_small")) or bool(row.get("is_small"))
    competitions = any(row.get("n_competitions_total") for row in answer.rows)
    columns = (
        Column("year", "year", "int"),
        Column("n_solutions_total", "solutions", "int"),
        *([Column("n_competitions_total", "competitions", "int")] if competitions else []),
        *(Column(name, name, "number") for name in names),
    )
    return replace(answer, columns=columns, rows=tuple(years.values()))


def as_text(value: object) -> str:
    """A value as a person reads it; None is a dash."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{words(str(key))} {as_text(item)}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(as_text(item) for item in value) or NOTHING
    return printable(str(value)) or NOTHING


def printable(text: str) -> str:
    """The text with control characters and direction overrides spelt out, so that they are seen and do nothing.

    >>> print(printable("a" + chr(27) + "[31mb" + chr(0x202E)))
    a\\x1b[31mb<U+202E>
    """
    if text.isprintable():  # nothing to spell out, as nearly always; what the pattern finds never is
        return text
    return UNPRINTABLE.sub(_spelt, text.replace("\r\n", "\n"))


def _spelt(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number:02x}" if number < 256 else f"<U+{number:04X}>"


def percent(share: object) -> str:
    """A share as whole per cent; a dash when it is not known, "<1 %" when it would round to nothing.

    >>> percent(0.414), percent(0.003), percent(None)
    ('41 %', '<1 %', '-')
    """
    if not isinstance(share, int | float) or math.isnan(share):
        return NOTHING
    return "<1 %" if 0 < share < 0.005 else f"{share * 100:.0f} %"


def words(name: str) -> str:
    """A field's name as words.

    >>> words("n_teams"), words("task_types_source")
    ('teams', 'task types source')
    """
    return name.removeprefix("n_").replace("_", " ")


def web_link(value: object) -> str | None:
    """The value when it is an http or https address, else None: nothing else is made a link."""
    return value if isinstance(value, str) and re.match(r"https?://[^\s]+$", value) else None


def _cell(column: Column, row: Mapping[str, object], names: set[str]) -> Cell:
    name, value = column.name, row.get(column.name)
    if column.kind == "url":
        return Cell(as_text(value), web_link(value))
    link = web_link(row.get(f"{name}_url"))
    if column.kind == "share":
        text = percent(value)
        if f"{name}_low" in names and text != NOTHING:
            text += f" ({_hundredths(row.get(f'{name}_low'))}-{_hundredths(row.get(f'{name}_high'))})"
        if row.get("is_small") and text != NOTHING and (name == "share" or "share" not in names):
            text += f" {SMALL_MARK}"
        return Cell(text, link)
    if f"{name}_total" in names:
        return Cell(f"{_count(value)}/{_count(row.get(f'{name}_total'))}", link)
    if name.startswith("first_") and name.replace("first_", "last_", 1) in names:
        return Cell(_range(value, row.get(name.replace("first_", "last_", 1))), link)
    if column.kind == "number" and f"{name}_low" in names:
        low, high = (_number(row.get(f"{name}_{end}")) for end in ("low", "high"))
        return Cell(f"{_number(value)} ({low}-{high})", link)
    if column.kind == "int" and "year" not in name:
        is_marked = name == "n_solutions" and "share" not in names and row.get("is_small")
        return Cell(_count(value) + (f" {SMALL_MARK}" if is_marked else ""), link)
    return Cell(as_text(value), link)


def _number(value: object) -> str:
    return f"{value:.2g}" if isinstance(value, int | float) and math.isfinite(value) else "?"


def _hundredths(share: object) -> str:
    return f"{share * 100:.0f}" if isinstance(share, int | float) and not math.isnan(share) else "?"


def _count(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else NOTHING


def _range(first: object, last: object) -> str:
    ends = [str(value) for value in (first, last) if value is not None]
    return "-".join(dict.fromkeys(ends)) or NOTHING


def _kind(key: str, records: Iterable[Mapping[str, object]]) -> str:
    if key == "url" or key.endswith("_url"):
        return "url"
    if key == "quote":
        return "quote"
    values = [record.get(key) for record in records]
    if (key == "share" or key.endswith("_share")) and not any(isinstance(value, str) for value in values):
        return "share"
    is_number = any(isinstance(value, int) and not isinstance(value, bool) for value in values)
    return "int" if is_number and "year" not in key else "text"
