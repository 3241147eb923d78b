"""Open the database file: checks, settings, migrations and transactions; for `corpus.store` alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from corpus.errors import DiskFullError, StoreError
from corpus.schema import MIGRATIONS, Migration
from corpus.store_place import network_kind

APPLICATION_ID = 0x534D494E  # "SMIN" in the file's header: tells our files from those of other programs
BUSY_TIMEOUT_MS = 10_000
MIN_SQLITE = (3, 35, 0)  # UPDATE ... FROM, upserts, window functions, DROP COLUMN
MEMORY = ":memory:"
HEADER, MIN_BYTES = b"SQLite format 3\0", 512  # how every database begins, and its smallest page

Value = str | int | float | bytes | None


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to an existing or new database of ours, migrated unless it is opened read-only.

    Raises:
        StoreError: when the path cannot hold a database, holds something else, or a newer version of it.
    """
    _check_sqlite()
    _check_path(path, read_only=read_only)
    with explained(path), ExitStack() as undo:
        connection = _open_read_only(path) if read_only else _open_writable(path)
        undo.callback(connection.close)
        _prepare(connection, read_only=read_only)
        _check_owner(connection, path)
        if not read_only:
            if str(path) != MEMORY and network_kind(path):  # the log needs memory that all its users share
                connection.execute("PRAGMA journal_mode = DELETE")
            else:
                _use_wal(connection)
            migrate(connection)
        elif _version(connection) < len(MIGRATIONS):
            raise StoreError(f"{path} was made by an older version; `miner --db {path} status` brings it up to date")
        undo.pop_all()
    return connection


def migrate(connection: sqlite3.Connection, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Apply what is missing, all of it or nothing; the number applied stands in `PRAGMA user_version`.

    Plain SQL on purpose: sqlite-utils' Migrations would do the same, but importing it takes 0.35-0.6 s (it imports
    pandas where that is installed), over half of the second in which a fresh machine must give its first answer.
    """
    if _version(connection) >= len(migrations):
        return
    with transaction(connection):
        for number in range(_version(connection), len(migrations)):  # read again: another process may have been first
            for statement in split_statements(migrations[number].sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def split_statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit before it starts.

    >>> list(split_statements("CREATE TABLE a (b); -- not; an end\\nSELECT 1;"))
    ['CREATE TABLE a (b); -- not; an end', 'SELECT 1;']
    """
    lines: list[str] = []
    for line in script.splitlines():
        if lines or line.strip():
            lines.append(line)
        if lines and sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing: a transaction, or a savepoint inside one."""
    if connection.in_transaction:
        begin, commit, rollback = "SAVEPOINT step", "RELEASE step", ["ROLLBACK TO step", "RELEASE step"]
    else:
        begin, commit, rollback = "BEGIN IMMEDIATE", "COMMIT", ["ROLLBACK"]
    connection.execute(begin)
    try:
        yield
        connection.execute(commit)
    except BaseException:
        if connection.in_transaction:  # a full disk has already rolled back
            for statement in rollback:
                connection.execute(statement)
        raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into a StoreError that says which file and what to do."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        kind = DiskFullError if "disk is full" in str(error) else StoreError
        raise kind(_explain(path, str(error))) from error


def insert_rows(connection: sqlite3.Connection, sql: str, rows: Iterable[tuple[Value, ...]]) -> None:
    """Run one statement for every row, each value made `storable`."""
    connection.executemany(sql, (tuple(storable(value) for value in row) for row in rows))


def storable(value: Value) -> Value:
    """The value as SQLite can hold it; a string keeps its length, so that spans stay true.

    Lone surrogates and NUL, behind which SQLite sees nothing of a text, become U+FFFD one for one; a whole number that
    needs more than 64 bits becomes the nearest float, or unknown where there is none.

    >>> storable("a\\ud800b\\0c") == "a\\ufffdb\\ufffdc", storable(2**63), storable(10**400)
    (True, 9.223372036854776e+18, None)
    """
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value) if abs(value) < 10**300 else None
    if not isinstance(value, str):
        return value
    if "\0" in value:
        value = value.replace("\0", "\ufffd")
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in value)
    return value


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        wanted = ".".join(map(str, MIN_SQLITE))
        raise StoreError(f"this Python is linked to SQLite {sqlite3.sqlite_version}; {wanted} or newer is needed")


def _check_path(path: Path, *, read_only: bool) -> None:
    if str(path) == MEMORY:
        return
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it, such as {path / 'corpus.db'}")
    if path.exists():
        if not os.access(path, os.R_OK if read_only else os.R_OK | os.W_OK):
            raise StoreError(f"{path} may not be {'read' if read_only else 'written'}; check its permissions")
        _check_header(path)
        return
    if read_only:
        raise StoreError(f"there is no corpus at {path}; `miner run` makes one")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {path.parent} cannot be made: {error.strerror}") from error


def _check_header(path: Path) -> None:
    """Raises StoreError for what SQLite itself would take for an empty database: other files of a few bytes."""
    with path.open("rb") as file:
        head = file.read(MIN_BYTES)
    if head and (len(head) < MIN_BYTES or not head.startswith(HEADER)):
        raise StoreError(_explain(path, "file is not a database"))


def _open_writable(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)


def _open_read_only(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        connection.close()
        has_log = path.with_name(f"{path.name}-wal").exists()
        if not isinstance(error, sqlite3.OperationalError) or os.access(path.parent, os.W_OK) or has_log:
            raise
        # WAL needs a file beside the database; in a folder that nobody can write to, nobody changes the database either
        return sqlite3.connect(f"{uri}&immutable=1", uri=True, isolation_level=None)
    return connection


def _prepare(connection: sqlite3.Connection, *, read_only: bool) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA query_only = ON" if read_only else "PRAGMA synchronous = NORMAL")
    if not connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone():
        raise StoreError("this Python's SQLite lacks full-text search (FTS5); use a Python built with it")


def _check_owner(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreError unless the file is empty or ours, and no newer than we are."""
    connection.execute("BEGIN")  # one view of all three: another process may be making the tables right now
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    is_empty = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    version = _version(connection)
    connection.execute("COMMIT")
    if owner != APPLICATION_ID and not (is_empty and owner == 0 and version == 0):
        raise StoreError(f"{path} is a database of another program; choose another file")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} has schema {version}, this program knows {len(MIGRATIONS)}: it was made by a newer version; "
            "update with `pip install --upgrade solution-miner`"
        )


def _use_wal(connection: sqlite3.Connection) -> None:
    for attempt in range(50):  # SQLite does not wait by itself here when two processes make one new file at once
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if attempt == 49 or "locked" not in str(error):
                raise
            time.sleep(0.02)
        else:
            return


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _explain(path: Path, message: str) -> str:
    if "locked" in message:
        return f"{path} is in use by another miner; try again when it has finished"
    if "not a database" in message:
        return f"{path} is not a database of this program; choose another file"
    if "malformed" in message:
        return f"{path} is damaged ({message}); nothing was written. `sqlite3 {path} .recover` may save its rows"
    if "disk is full" in message:
        free_mb = shutil.disk_usage(path.parent).free / 1e6 if path.parent.exists() else 0.0
        return f"{path}: the disk is full ({free_mb:.0f} MB free); the last step was undone, the rest is safe"
    if "readonly" in message or "unable to open" in message:
        return f"{path} cannot be opened or written ({message}); check the permissions of the file and its folder"
    return f"{path}: {message}"
