"""Questions about the database's own health; for `corpus.store` alone."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.ids import content_hash

# Each query: rows looked at, rows that are wrong, and one of these.
SPANS_SQL = """
SELECT count(*), coalesce(sum(is_wrong), 0), min(CASE WHEN is_wrong THEN claim_id END)
FROM (SELECT p.claim_id, b.text IS NULL OR p.start < 0 OR p.end <= p.start OR p.end > length(b.text)
             OR substr(b.text, p.start + 1, p.end - p.start) IS NOT p.quote OR p.is_outside AS is_wrong
      FROM (SELECT claim_id, block_id, start, end, quote, 0 AS is_outside FROM reasons
            UNION ALL
            SELECT claim_id, block_id, start, end, quote,
                   name_start IS NOT NULL AND (name_start < start OR name_end > end OR name_end <= name_start)
            FROM evidence) p
      LEFT JOIN blocks b ON b.id = p.block_id
      WHERE p.block_id IS NOT NULL OR p.quote IS NOT NULL)
"""
BARE_SQL = """
SELECT count(*), coalesce(sum(is_bare), 0), min(CASE WHEN is_bare THEN id END)
FROM (SELECT k.id, NOT EXISTS (SELECT 1 FROM evidence e WHERE e.claim_id = k.id) AS is_bare
      FROM claims k JOIN documents d ON d.id = k.document_id WHERE d.analysed_hash IS NOT NULL)
"""
STATUS_SQL = """
SELECT count(*), coalesce(sum(is_weaker), 0), min(CASE WHEN is_weaker THEN id END)
FROM (SELECT k.id, EXISTS (SELECT 1 FROM variants v WHERE v.claim_id = k.id AND
             (v.status = 'used' AND k.status <> 'used' OR v.status = 'tried' AND k.status = 'mentioned')) AS is_weaker
      FROM claims k)
"""
LONG_SQL = """
SELECT count(*), coalesce(sum(length(quote) > 300), 0), min(CASE WHEN length(quote) > 300 THEN claim_id END)
FROM (SELECT claim_id, quote FROM reasons UNION ALL SELECT claim_id, quote FROM evidence) WHERE quote IS NOT NULL
"""
COPIES_SQL = """
SELECT count(*), coalesce(sum(o.copy_of IS NOT NULL), 0), min(CASE WHEN o.copy_of IS NOT NULL THEN d.name END)
FROM documents d JOIN documents o ON o.id = d.copy_of
"""
_COUNTED = (
    ("spans", SPANS_SQL, "quotes that differ from the text at their span"),
    ("evidence", BARE_SQL, "claims without evidence, made from documents with content"),
    ("statuses", STATUS_SQL, "claims weaker than one of their variants"),
    ("quotes", LONG_SQL, "quotes of more than 300 characters"),
    ("copies", COPIES_SQL, "copies of copies"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    detail: str  # what was found; where it is wrong, with an example or what to do


def check_database(connection: sqlite3.Connection) -> Iterator[Check]:
    """The file itself, its foreign keys, its search index, and what must hold between its rows."""
    problems = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    yield Check("integrity", not problems, "; ".join(problems) or "SQLite's integrity_check finds nothing wrong")
    broken = [f"{row[0]} row {row[1]} -> {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
    yield Check("foreign keys", not broken, _few(broken) or "every reference leads to a row")
    yield _check_search(connection)
    yield _check_content(connection)
    for name, sql, what in _COUNTED:
        n_seen, n_wrong, example = connection.execute(sql).fetchone()
        detail = f"{n_wrong} {what}, such as {example}" if n_wrong else f"{n_seen} checked: no {what}"
        yield Check(name, not n_wrong, detail)


def _check_search(connection: sqlite3.Connection) -> Check:
    if connection.execute("PRAGMA query_only").fetchone()[0]:
        return Check("search index", True, "not compared with the blocks: the database is open read-only")
    try:
        connection.execute("INSERT INTO block_search (block_search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        return Check(
            "search index", False, f"differs from the blocks ({error}); `miner doctor --repair-search` makes it anew"
        )
    n_blocks = connection.execute("SELECT count(*) FROM blocks").fetchone()[0]
    return Check("search index", True, f"agrees with {n_blocks} blocks")


def _check_content(connection: sqlite3.Connection) -> Check:
    """Raw bytes against their hashes: SQLite does not look inside a value."""
    wrong, n_seen = [], 0
    rows = connection.execute(
        "SELECT d.name, v.content_hash, v.raw FROM document_versions v JOIN documents d ON d.id = v.document_id"
    )
    for name, expected, raw in rows:
        n_seen += 1
        try:
            is_whole = content_hash(zlib.decompress(raw)) == expected
        except zlib.error:
            is_whole = False
        wrong += [] if is_whole else [str(name)]
    return Check("content", not wrong, f"damaged: {_few(wrong)}" if wrong else f"{n_seen} versions equal their hashes")


def _few(items: list[str], n: int = 3) -> str:
    return "; ".join(items[:n]) + (f" and {len(items) - n} more" if len(items) > n else "")
