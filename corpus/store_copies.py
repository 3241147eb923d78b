"""Keep sketches, and find near copies among them, only where something has changed; for `corpus.store` alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from corpus.copies import Copyable, Likeness, find_near_copies
from corpus.ids import make_id
from corpus.records import Sketch

# Architectures that count, as `v_claims` has them.
COPYABLE_SQL = """
SELECT k.document_id, d.name, k.content, d.competition_id, s.rank, d.published_on, k.near_copy_of, k.similarity,
       k.settled_as,
       (SELECT json_group_array(name) FROM (
            SELECT DISTINCT coalesce(c.architecture_id, lower(c.name)) AS name
            FROM claims c LEFT JOIN architectures a ON a.id = c.architecture_id
            WHERE c.document_id = k.document_id AND c.status = 'used' AND coalesce(a.is_counted, 1) ORDER BY 1)) AS used
FROM sketches k JOIN documents d ON d.id = k.document_id LEFT JOIN solutions s ON s.id = d.solution_id
"""
SAVE_SQL = "UPDATE sketches SET near_copy_of = ?, similarity = ?, settled_as = ? WHERE document_id = ?"
SKETCH_SQL = "SELECT content, level, runs FROM sketches"
BANDS_SQL = "SELECT band FROM sketch_bands WHERE document_id = ?"


class _Decided(NamedTuple):
    """What was decided of a document, and from which facts."""

    original: str | None
    similarity: float
    stamp: str | None  # None: its sketch is newer


def replace_sketch(connection: sqlite3.Connection, document_id: str, sketch: Sketch | None) -> None:
    """Put a document's new sketch in the place of the old, which stays with what was decided where they are equal."""
    old = connection.execute(f"{SKETCH_SQL} WHERE document_id = ?", (document_id,)).fetchone()
    if sketch and old and tuple(old) == (sketch.content, sketch.level, sketch.runs):
        return
    connection.execute("DELETE FROM sketches WHERE document_id = ?", (document_id,))  # its bands go with it
    if sketch is None:
        return
    connection.execute(
        "INSERT INTO sketches (document_id, content, level, runs) VALUES (?, ?, ?, ?)",
        (document_id, sketch.content, sketch.level, sketch.runs),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO sketch_bands (band, document_id) VALUES (?, ?)",
        ((band, document_id) for band in sketch.bands),
    )


def settle_near_copies(connection: sqlite3.Connection, known: Collection[str]) -> dict[str, tuple[str, float]]:
    """Every near copy with its original and how like it is, decided again where facts or sketches have changed.

    What is decided of a document depends on those it shares bands with, those that they share bands with, and so on;
    the others are left as they are.

    Args:
        connection: inside a transaction.
        known: documents that are copies for another reason; they are not looked at.
    """
    documents, before, stamps = _read(connection, known)
    changed = {key for key, old in before.items() if old.stamp != stamps[key]}
    changed |= {
        key for key, old in before.items() if old.original and (old.original in changed or old.original not in before)
    }
    reached = _reach(connection, changed) & documents.keys()
    compare = Likeness(lambda key: _sketch(connection, key))

    def likeness(copy: str, original: str) -> float:
        was = before[copy]
        is_known = was.original == original and was.stamp and before[original].stamp  # both sketches are those of then
        return was.similarity if is_known else compare(copy, original)

    found = find_near_copies((documents[key] for key in reached), lambda key: _bands(connection, key), likeness)
    decided = {copy.copy_id: (copy.original_id, copy.similarity) for copy in found}
    connection.executemany(SAVE_SQL, ((*decided.get(key, (None, None)), stamps[key], key) for key in sorted(reached)))
    aside = [(None, None, None, key) for key in known]
    connection.executemany(f"{SAVE_SQL} AND settled_as IS NOT NULL", aside)
    rows = connection.execute(
        "SELECT document_id, near_copy_of, similarity FROM sketches WHERE near_copy_of IS NOT NULL"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _read(
    connection: sqlite3.Connection, known: Collection[str]
) -> tuple[dict[str, Copyable], dict[str, _Decided], dict[str, str]]:
    """By document id: what decides, what was decided with its stamp, and the stamp that it would get now."""
    documents: dict[str, Copyable] = {}
    before: dict[str, _Decided] = {}
    stamps: dict[str, str] = {}
    for row in connection.execute(COPYABLE_SQL):
        key = row["document_id"]
        if key in known:
            continue
        facts = [row[name] for name in ("name", "content", "competition_id", "rank", "published_on")]
        name, content, competition, rank, day = facts
        used = frozenset(json.loads(row["used"]))
        documents[key] = Copyable(key, name, content, competition, rank, day, used)
        before[key] = _Decided(row["near_copy_of"], row["similarity"] or 0.0, row["settled_as"])
        stamps[key] = make_id("copyable", *facts, row["used"])
    return documents, before, stamps


def _reach(connection: sqlite3.Connection, documents: Collection[str]) -> set[str]:
    """These documents and all that shared bands lead to; each band is read once."""
    reached, bands, todo = set(documents), set[int](), list(documents)
    while todo:
        for band in _bands(connection, todo.pop()):
            if band in bands:
                continue
            bands.add(band)
            sharing = connection.execute("SELECT document_id FROM sketch_bands WHERE band = ?", (band,))
            new = {row[0] for row in sharing} - reached
            reached |= new
            todo.extend(new)
    return reached


def _bands(connection: sqlite3.Connection, document_id: str) -> tuple[int, ...]:
    return tuple(row[0] for row in connection.execute(BANDS_SQL, (document_id,)))


def _sketch(connection: sqlite3.Connection, document_id: str) -> Sketch:
    row = connection.execute(f"{SKETCH_SQL} WHERE document_id = ?", (document_id,)).fetchone()
    return Sketch(row["content"], row["level"], row["runs"], ())
