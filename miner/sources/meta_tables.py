"""One CSV table of Meta Kaggle as a stream of rows: strict about quotes, columns by name, memory flat.

A quote that is never closed swallows rows without an error in most readers. Here three checks refuse such a table: the
strict mode of the csv module, the number of fields in every row, and the sequence of ids: a line inside a quoted field
that begins with an id between those of its own row and the next one is a row that was swallowed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from corpus.errors import ReadError
from miner.sources.meta_values import day

if TYPE_CHECKING:
    from _csv import Reader

MAX_FIELD = 16 * 2**20  # characters of one field; the csv module's own limit is 131,072
_MAX_LINE = 4 * MAX_FIELD  # bytes; a file without line ends is no table
_INNER_ID = re.compile(r"\n(\d{1,18}),")
_LAST_ROW_REACH = 1000  # how far above the last id a swallowed row's may lie


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one table that are read; rows come out in this order, required before optional."""

    name: str  # the file is name.csv
    required: tuple[str, ...]  # the first is the id
    optional: tuple[str, ...] = ()  # empty text where the table lacks them
    is_needed: bool = True  # False: a folder without this table is no failure, what it would give stays unknown


@dataclass(slots=True)
class Table:
    """One opened table; `rows` may be called again and again, the counts are of the last complete pass."""

    path: Path
    layout: Layout
    width: int = 0  # columns in the file
    ignored: tuple[str, ...] = ()  # columns that nothing here reads
    missing: tuple[str, ...] = ()  # optional columns that the table lacks
    n_rows: int = 0
    start: int = 0  # byte where the row last given begins
    end: int = 0  # byte behind it
    counts: Counter[str] = field(default_factory=Counter)  # losses by what was lost
    _columns: tuple[int, ...] = ()

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every row's cells in the layout's order, as text.

        Raises:
            ReadError: the table cannot be trusted; what came out before must not be used.
        """
        csv.field_size_limit(MAX_FIELD)
        self.n_rows = 0
        with self.path.open("rb") as file:
            lines = _Lines(file, self.path.name)
            reader = csv.reader(lines, strict=True)
            try:
                next(reader)
                yield from self._checked(reader, lines)
            except csv.Error as error:
                where = f"record at byte {self.end}"
                raise ReadError(self.path.name, where, f"refused, not a sound table: {error}") from error

    def _checked(self, reader: Reader, lines: _Lines) -> Iterator[tuple[str, ...]]:
        pick, width, id_at = itemgetter(*self._columns, self.width), self.width, self._columns[0]
        self.end, seen_lines, n_rows = lines.position, reader.line_num, 0
        inner: list[int] = []  # numbers that begin lines inside the row before
        own = 0
        for row in reader:
            if len(row) != width:
                if not row:  # a blank line
                    seen_lines, self.end = reader.line_num, lines.position
                    continue
                raise csv.Error(f"{len(row)} fields instead of {width}; a quote may be missing")
            if not row[id_at].isdecimal():
                raise csv.Error(f"{row[id_at][:40]!r} is no id; a quote may be missing")
            if inner:
                _refuse_swallowed(inner, own, int(row[0]))
                inner = []
            if id_at == 0 and reader.line_num - seen_lines > 1:
                inner = [int(found) for cell in row if "\n" in cell for found in _INNER_ID.findall(cell)]
                own = int(row[0])
            seen_lines = reader.line_num
            self.start, self.end = self.end, lines.position
            n_rows += 1
            row.append("")
            yield pick(row)[:-1]
        if inner:
            _refuse_swallowed(inner, own, own + _LAST_ROW_REACH)
        self.n_rows = n_rows

    def row_at(self, start: int, length: int) -> tuple[str, ...]:
        """The one row in these bytes.

        Raises:
            ReadError: there is no whole row.
        """
        csv.field_size_limit(MAX_FIELD)
        with self.path.open("rb") as file:
            file.seek(start)
            text = file.read(length).decode("utf-8", "replace")
        try:
            rows = list(csv.reader(_split(text), strict=True))
        except csv.Error as error:
            raise ReadError(self.path.name, f"byte {start}", str(error)) from error
        if len(rows) != 1 or len(rows[0]) != self.width:
            raise ReadError(self.path.name, f"byte {start}", "no whole row there")
        cells = [*rows[0], ""]
        return tuple(cells[column] for column in self._columns)

    def day(self, cell: str, column: str) -> str | None:
        """The cell's day as ISO 8601; what cannot be read is None and counted."""
        try:
            found = day(cell)
        except ValueError:
            self.counts[f"unreadable dates in {column}"] += 1
            return None
        return found.isoformat() if found else None


class _Lines:
    """Lines of a file as text, with the number of bytes read so far; the csv module takes no more than it needs."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file, self.name, self.position = file, name, 0

    def __iter__(self) -> Iterator[str]:
        read = self.file.readline
        codec = "utf-8-sig"
        while line := read(_MAX_LINE):
            if len(line) == _MAX_LINE:
                raise ReadError(self.name, f"byte {self.position}", "a line without an end is no row of a table")
            self.position += len(line)
            yield line.decode(codec, "replace")
            codec = "utf-8"


def open_table(folder: Path, layout: Layout) -> Table:
    """The table, its header matched by name.

    Raises:
        ReadError: no such file, no header, a required column is missing or a column comes twice.
    """
    path = folder / f"{layout.name}.csv"
    try:
        with path.open("rb") as file:
            header = next(csv.reader(_Lines(file, path.name), strict=True), [])
    except OSError as error:
        raise ReadError(path.name, "", error.strerror or str(error)) from error
    except csv.Error as error:
        raise ReadError(path.name, "header", str(error)) from error
    names = [name.strip() for name in header]
    if lost := [name for name in layout.required if name not in names]:
        raise ReadError(path.name, "header", f"refused, required columns are missing: {', '.join(lost)}")
    wanted = (*layout.required, *layout.optional)
    if twice := [name for name in wanted if names.count(name) > 1]:
        raise ReadError(path.name, "header", f"refused, columns come twice: {', '.join(twice)}")
    return Table(
        path=path,
        layout=layout,
        width=len(names),
        ignored=tuple(name for name in names if name not in wanted),
        missing=tuple(name for name in layout.optional if name not in names),
        _columns=tuple(names.index(name) if name in names else len(names) for name in wanted),
    )


def _split(text: str) -> list[str]:
    """Lines ended by line feeds alone, as the table was read; a carriage return inside a field is text."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _refuse_swallowed(inner: list[int], own: int, following: int) -> None:
    for number in inner:
        if own < number < following:
            raise csv.Error(f"row {number} lies inside a quoted field of row {own}: a quote was never closed")
