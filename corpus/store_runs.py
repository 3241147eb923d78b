"""Write runs and failures; for `corpus.store` alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from corpus.ids import make_id
from corpus.records import Failure
from corpus.store_open import insert_rows


def begin_run(connection: sqlite3.Connection, now: str, command: str) -> int:
    """The id of a new row in `runs`."""
    cursor = connection.execute("INSERT INTO runs (command, started_at) VALUES (?, ?)", (command, now))
    return int(cursor.lastrowid or 0)


def end_run(connection: sqlite3.Connection, now: str, run_id: int, outcome: str, counts: Mapping[str, int]) -> None:
    """Say how a run ended."""
    connection.execute(
        "UPDATE runs SET ended_at = ?, outcome = ?, counts = ? WHERE id = ?",
        (now, outcome, json.dumps(dict(counts), sort_keys=True), run_id),
    )


def save_failures(connection: sqlite3.Connection, now: str, failures: Iterable[Failure], run_id: int | None) -> None:
    """Keep failures; one that was met before is the same row with a later date."""
    insert_rows(
        connection,
        "INSERT INTO failures (id, run_id, document_id, item, stage, place, message, seen_at) "
        "VALUES (?, ?, (SELECT id FROM documents WHERE id = ?), ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET run_id = excluded.run_id, document_id = excluded.document_id, "
        "seen_at = excluded.seen_at",
        ((make_id("failure", f.item, f.stage, f.where, f.message), run_id, f.document_id, f.item, f.stage, f.where,
          f.message, now) for f in failures),
    )  # fmt: skip


def clear_failures(connection: sqlite3.Connection, succeeded: Iterable[tuple[str, str]]) -> None:
    """Forget the failures of every (item, stage) that has since succeeded."""
    insert_rows(connection, "DELETE FROM failures WHERE item = ? AND stage = ?", succeeded)


def forget_old_failures(connection: sqlite3.Connection, stage: str, roots: Iterable[str], run_id: int) -> None:
    """Forget what earlier runs met at these paths or below them and this run did not meet again."""
    connection.executemany(
        "DELETE FROM failures WHERE stage = ? AND run_id IS NOT ? AND (item = ? OR substr(item, 1, length(?)) = ?)",
        ((stage, run_id, root, below, below) for root in roots for below in [f"{root.rstrip('/')}/"]),
    )
