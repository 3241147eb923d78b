"""How the documents about a competition begin: what is known of it where its source says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.views import Readable

if TYPE_CHECKING:
    import sqlite3

LENGTH = 400  # characters of one opening: a title and what the first lines say of the task
MOST = 20  # of one competition; more say nothing new, and a popular one has thousands
_BLOCKS = 12  # blocks of one document that are looked at


def select_openings(store: Readable) -> dict[str, tuple[str, ...]]:
    """Competition id -> openings of its documents, by document id, `MOST` at most; only where there is no description.

    Copies are left out, and so is code. A document without content, as those of the starter facts are, gives its title.
    """
    rows = store.each(
        "SELECT d.competition_id, d.id, d.title, substr(b.text, 1, ?) AS text FROM documents d"
        " JOIN competitions c ON c.id = d.competition_id"
        " LEFT JOIN blocks b ON b.document_id = d.id AND b.position < ?"
        " AND b.kind NOT IN ('code', 'code_cell', 'table')"
        " WHERE d.copy_of IS NULL AND coalesce(c.description, '') = ''"
        " ORDER BY d.competition_id, d.id, b.position",
        [LENGTH, _BLOCKS],
    )
    found: dict[str, list[str]] = {}
    for (competition, _), blocks in groupby(rows, key=lambda row: (str(row["competition_id"]), str(row["id"]))):
        openings = found.setdefault(competition, [])
        if len(openings) < MOST and (opening := _opening(blocks)):
            openings.append(opening)
    return {competition: tuple(openings) for competition, openings in found.items() if openings}


def _opening(blocks: Iterable[sqlite3.Row]) -> str:
    rows = list(blocks)
    title = str(rows[0]["title"] or "").strip()
    text = " ".join(str(row["text"]) for row in rows if row["text"]).strip()
    return " . ".join(part for part in (title, text) if part)[:LENGTH]
