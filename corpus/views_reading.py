"""What could be read on some competitions beside the claims: links of public indexes, and how long documents are."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from corpus.views import Readable, read_rows


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A public index's statement that a link describes the solution of this rank."""

    competition_id: str
    competition: str
    competition_title: str
    year: int | None
    n_teams: int | None
    counted_on: date | None  # the competition's deadline, else the end of its year
    url: str
    rank: int | None
    kind: str  # description, code, video ... as the index says


@dataclass(frozen=True, slots=True)
class LengthRow:
    """How much there is to read in a document whose text is in the corpus."""

    document_id: str
    n_words: int  # of prose, counted by spaces
    n_code_lines: int


def select_links(store: Readable, competition_ids: Collection[str]) -> tuple[LinkRow, ...]:
    """All links of these competitions, by competition, rank and address."""
    return read_rows(
        store,
        LinkRow,
        "SELECT l.competition_id, c.slug AS competition, c.title AS competition_title, c.year, c.n_teams,"
        " coalesce(c.deadline, c.year || '-12-31') AS counted_on, l.url, l.rank, l.kind"
        " FROM solution_links l JOIN competitions c ON c.id = l.competition_id"
        " WHERE l.competition_id IN (SELECT value FROM json_each(?))"
        " ORDER BY l.competition_id, l.rank IS NULL, l.rank, l.url",
        [json.dumps(sorted(competition_ids))],
    )


def select_lengths(store: Readable, document_ids: Collection[str]) -> dict[str, LengthRow]:
    """Length of each of these documents that has text, by its id."""
    rows = read_rows(
        store,
        LengthRow,
        "SELECT document_id,"
        " sum(CASE WHEN kind IN ('code', 'code_cell') THEN 0"
        " ELSE length(text) - length(replace(text, ' ', '')) + 1 END) AS n_words,"
        " sum(CASE WHEN kind IN ('code', 'code_cell')"
        " THEN length(text) - length(replace(text, char(10), '')) + 1 ELSE 0 END) AS n_code_lines"
        " FROM blocks WHERE document_id IN (SELECT value FROM json_each(?)) GROUP BY document_id",
        [json.dumps(sorted(document_ids))],
    )
    return {row.document_id: row for row in rows}
