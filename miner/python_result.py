"""What a question gives in Python: an answer that shows itself and turns into a DataFrame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from corpus.records import Answer

if TYPE_CHECKING:
    from pandas import DataFrame, Series

STYLE = """<style>
.miner-answer{color:inherit;font-size:.95em;max-width:75em;overflow-x:auto}
.miner-answer h2{font-size:1.15em;margin:.4em 0}
.miner-answer h3{font-size:1em;margin:.8em 0 .3em}
.miner-answer table{border-collapse:collapse;margin:.4em 0;background:transparent;color:inherit}
.miner-answer th,.miner-answer td{text-align:left;vertical-align:top;padding:.25em .7em;color:inherit;
background:transparent;border:0;border-bottom:1px solid rgba(128,128,128,.35);white-space:normal}
.miner-answer a{color:inherit;text-decoration:underline;overflow-wrap:anywhere}
.miner-answer td{min-width:3.5em}
.miner-answer .notes{opacity:.8;font-size:.9em;margin:.5em 0;padding-left:1.3em}
</style>"""


MOST_SHOWN = 20  # rows of an export that a notebook shows; an answer is short, and shown whole
LONGEST_CELL = 60  # characters of a cell of an export


@dataclass(frozen=True, slots=True)
class Result:
    """One answer; iterating gives its rows."""

    answer: Answer

    @property
    def title(self) -> str:
        """One line: what was asked, with the filters in words."""
        return self.answer.title

    @property
    def rows(self) -> tuple[dict[str, object], ...]:
        """The rows as in JSON, dates as dates; may hold more (nested) fields than the table has columns."""
        return self.answer.rows

    @property
    def facts(self) -> dict[str, object]:
        """Denominators, dates covered, corpus date, coverage, what is left out."""
        return self.answer.facts

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that must be read with the rows: what is left out, what is not known."""
        return self.answer.notes

    def __len__(self) -> int:
        return len(self.answer.rows)

    def __iter__(self) -> Iterator[dict[str, object]]:
        return iter(self.answer.rows)

    def __repr__(self) -> str:
        n_rows = f"{len(self)} row{'' if len(self) == 1 else 's'}"
        return f"<{self.answer.name}: {self.title if n_rows in self.title else f'{self.title}; {n_rows}'}>"

    def to_pandas(self) -> DataFrame:
        """A DataFrame, one row per row of the answer, in its order; also where there is none.

        Columns are the table's, then further fields of the rows. Whole numbers are Int64, numbers and shares (0 to 1)
        float64, days datetime64; lists stay lists, unknown values are missing.
        """
        import pandas as pd

        names = dict.fromkeys(column.name for column in self.answer.columns)
        names.update(dict.fromkeys(name for row in self.rows for name in row))
        return pd.DataFrame({name: self._series(name) for name in names})

    def _series(self, name: str) -> Series:
        import pandas as pd

        values = [row.get(name) for row in self.rows]
        kinds = {bool if isinstance(v, bool) else type(v) for v in values if v is not None}
        if not kinds:
            return pd.Series(values, dtype=object)
        if kinds == {int}:
            return pd.Series(values, dtype="Int64")
        if kinds <= {int, float}:
            return pd.Series(values, dtype="float64")
        if kinds == {bool}:
            return pd.Series(values, dtype="boolean")
        if kinds == {date}:
            return pd.Series(pd.to_datetime(pd.Series(values, dtype=object)))
        return pd.Series(values, dtype=object)

    def to_json(self) -> str:
        """As `--format json`: one object."""
        return self._as("json")

    def to_csv(self) -> str:
        """As `--format csv`: the columns of the table, a header first."""
        return self._as("csv")

    def _repr_html_(self) -> str:
        return f'{STYLE}\n<div class="miner-answer">\n{render_for_eyes(self.answer, "html")}</div>\n'

    def _repr_markdown_(self) -> str:
        return render_for_eyes(self.answer, "md")

    def _as(self, format_name: str) -> str:
        from analysis.reports.formats import render

        return render(self.answer, format_name)


def render_for_eyes(answer: Answer, format_name: str) -> str:
    """An answer as it is; of an export the first rows, long texts cut, and of records inside a row their number."""
    from analysis.reports.formats import render

    if answer.name != "export":
        return render(answer, format_name)
    rows = tuple({name: shortened(value) for name, value in row.items()} for row in answer.rows[:MOST_SHOWN])
    notes = answer.notes
    if len(answer.rows) > len(rows):
        notes = (f"Shown: {len(rows)} of {len(answer.rows):,} rows; to_pandas() gives all of them.", *notes)
    return render(replace(answer, rows=rows, notes=notes), format_name)


def shortened(value: object) -> object:
    """A list of records as their number, a long text as its beginning.

    >>> shortened([{"family": "YOLO"}]), shortened(["backbone", "head"]), shortened("word " * 20)[-8:], shortened(3)
    ('1 record', 'backbone, head', 'rd word…', 3)
    """
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return f"{len(value)} record{'' if len(value) == 1 else 's'}"
    if isinstance(value, list) and value:
        value = ", ".join(map(str, value))
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        return f"{value[: LONGEST_CELL - 1]}…"
    return value
