"""Run one query that a stranger wrote: it reads, it ends, and what it gives is small.

The file is opened a second time, read-only; an authorizer lets SELECT, reading and listed functions through and nothing
else, SQLite's own limits bound memory, a progress handler bounds time, and rows and values are cut as they come.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from corpus import store_open
from corpus.errors import UsageError

Value = str | int | float | bytes | None

AGGREGATES = "avg count group_concat max min string_agg sum total"
WINDOWS = "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number"
SCALARS = (
    "abs char coalesce format glob hex ifnull iif instr length like likelihood likely lower ltrim max min nullif "
    "octet_length printf quote random replace round rtrim sign sqlite_version substr substring trim typeof unicode "
    "unlikely upper"
)
MATHS = (
    "acos asin atan atan2 ceil ceiling cos degrees exp floor ln log log10 log2 mod pi pow power radians sin sqrt tan "
    "trunc"
)
DATES = "current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch"
JSON = "-> ->> json json_array json_array_length json_extract json_object json_quote json_type json_valid"
SEARCH = "bm25 highlight match snippet"
FUNCTIONS = frozenset(" ".join((AGGREGATES, WINDOWS, SCALARS, MATHS, DATES, JSON, SEARCH)).split())
# json_group_array and its kin are not among them: they grow past SQLITE_LIMIT_LENGTH before they look at it

READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
STEPS = 2_000  # of SQLite's machine between two looks at the clock
WARM_UP = (  # virtual tables declare themselves on first use, which the authorizer would take for a CREATE
    "SELECT rowid FROM block_search WHERE block_search MATCH '\"a\"' LIMIT 1",
    "SELECT value FROM json_each('[1]')",
    "SELECT value FROM json_tree('[1]')",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may cost; a value is cut, a query stopped."""

    max_seconds: float = 10.0
    max_rows: int = 100
    max_characters: int = 2_000  # of one value that is shown
    max_value_bytes: int = 1_000_000  # of one value inside SQLite; a longer one ends the query


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gives: `columns` are distinct names, each row has as many values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    is_cut: bool  # there were more rows
    n_values_cut: int


@dataclass(slots=True)
class Refusals:
    """What the authorizer refused, in words, for the error that follows."""

    said: list[str] = field(default_factory=list)

    def decide(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        """SQLITE_OK for what reads, SQLITE_DENY for everything else."""
        if action in READS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            if (second or "").lower() in FUNCTIONS:
                return sqlite3.SQLITE_OK
            self.said.append(f"the function {second} is not among those that `sql` runs")
        elif action == sqlite3.SQLITE_PRAGMA and first == "data_version" and second is None:
            return sqlite3.SQLITE_OK  # full-text search asks whether its index has changed
        else:
            self.said.append("sql is read-only: it runs one SELECT, and no statement that writes, attaches or sets")
        return sqlite3.SQLITE_DENY


def run_query(path: Path, query: str, params: Mapping[str, str], limits: Limits) -> Found:
    """The rows of one SELECT over the corpus at `path`, in the order in which they come.

    Args:
        path: the file; `:memory:` cannot be opened twice and is refused.
        query: one statement; `:name` stands for a parameter.
        params: values by name, bound as text; a text that is a number is bound as that number.
        limits: of time, rows and lengths.

    Raises:
        UsageError: when the query writes, takes too long, is too large, or is no SQL; the text says what to do.
        StoreError: when the file cannot be opened.
    """
    if str(path) == store_open.MEMORY:
        raise UsageError("sql needs a corpus in a file")
    refusals = Refusals()
    with closing(store_open.connect(path, read_only=True)) as connection:
        for statement in WARM_UP:
            connection.execute(statement).fetchall()
        _bound(connection, limits)
        connection.set_authorizer(refusals.decide)
        until = time.monotonic() + limits.max_seconds
        connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
        with _explained(connection, refusals, limits):
            cursor = connection.execute(query, {name: _number(text) for name, text in params.items()})
            if cursor.description is None:
                raise UsageError("the query is empty; write one SELECT, or `miner sql --tables` for what there is")
            return _take(cursor, limits)


def _bound(connection: sqlite3.Connection, limits: Limits) -> None:
    for category, limit in (
        (sqlite3.SQLITE_LIMIT_LENGTH, limits.max_value_bytes),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (sqlite3.SQLITE_LIMIT_COLUMN, 64),  # times the longest value: what one row may take
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
        (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 50),
        (sqlite3.SQLITE_LIMIT_VDBE_OP, 250_000),
        (sqlite3.SQLITE_LIMIT_FUNCTION_ARG, 50),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
        (sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
    ):
        connection.setlimit(category, limit)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")


def _take(cursor: sqlite3.Cursor, limits: Limits) -> Found:
    columns = _distinct([item[0] for item in cursor.description])
    rows: list[tuple[Value, ...]] = []
    n_cut = 0
    for row in cursor:
        if len(rows) == limits.max_rows:
            return Found(columns, tuple(rows), True, n_cut)
        values = tuple(_short(value, limits.max_characters) for value in row)
        n_cut += sum(new is not old and isinstance(old, str) for new, old in zip(values, row, strict=True))
        rows.append(values)
    return Found(columns, tuple(rows), False, n_cut)


def _short(value: Value, most: int) -> Value:
    """The value as it can be shown: bytes by their number, long text cut with a mark."""
    if isinstance(value, bytes):
        return f"[{len(value):,} bytes]"
    if isinstance(value, str) and len(value) > most:
        return f"{value[:most]}… [cut: {len(value):,} characters]"
    return value


def _distinct(names: list[str]) -> tuple[str, ...]:
    """The names, later ones of the same name numbered.

    >>> _distinct(["a", "b", "a", "a_2"])
    ('a', 'b', 'a_2', 'a_2_2')
    """
    found: list[str] = []
    for name in names:
        free, n = name, 1
        while free in found:
            n += 1
            free = f"{name}_{n}"
        found.append(free)
    return tuple(found)


def _number(text: str) -> Value:
    """The text, or the number that it writes.

    >>> _number("10"), _number("0.5"), _number("1e3"), _number("audio"), _number("nan")
    (10, 0.5, 1000.0, 'audio', 'nan')
    """
    for kind in (int, float):
        try:
            value: int | float = kind(text)
        except ValueError:
            continue
        if abs(value) < 2**63:
            return value
    return text


@contextmanager
def _explained(connection: sqlite3.Connection, refusals: Refusals, limits: Limits) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError, ValueError) as error:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)
        raise UsageError(_in_words(connection, str(error), refusals, limits)) from error


def _in_words(connection: sqlite3.Connection, message: str, refusals: Refusals, limits: Limits) -> str:
    if refusals.said:
        return refusals.said[0]
    if message == "interrupted":
        return (
            f"the query was stopped after {limits.max_seconds:g} s; narrow it with WHERE or LIMIT, or allow more with "
            "--max-seconds"
        )
    if "one statement" in message:
        return "sql runs one statement at a time; leave out what follows the first `;`"
    if "too big" in message or "out of memory" in message:
        return f"a value of the query is longer than {limits.max_value_bytes:,} bytes; take a part of it with substr()"
    if message.startswith("no such table: "):
        return _with_near(message, _names(connection), "`miner sql --tables` lists the views")
    if message.startswith("no such column: "):
        return _with_near(message, _columns(connection), "`miner sql --schema VIEW` lists the columns of a view")
    if "binding" in message or "bind" in message:
        return f"{message}; give each :name of the query as --param name=value"
    return f"{message}; `miner sql --tables` lists the views, `miner sql --schema VIEW` their columns"


def _with_near(message: str, known: list[str], otherwise: str) -> str:
    name = message.rpartition(": ")[2].rpartition(".")[2].strip('"')
    others = [other for other in known if other != name]  # one of this name is a column of another view
    longer = [other for other in others if other.endswith(f"_{name.lower()}")]
    near = list(dict.fromkeys((*get_close_matches(name.lower(), others, n=3, cutoff=0.6), *longer)))[:3]
    hint = f"did you mean {', '.join(near)}? " if near else ""
    return f"{message}; {hint}{otherwise}"


def _names(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY type DESC, name")
    return [str(row[0]) for row in rows]


def _columns(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'view' ORDER BY 1"
    )
    return [str(row[0]) for row in rows]
