"""Full-text search over blocks; the user's words are data, never query language."""
# ruff: noqa: S608 - the SQL is put together from this module's own words; every value is a bound parameter

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.records import Filters
from corpus.views import COMPETITIONS_DATED, Readable, columns_of, read_rows, where_clause


@dataclass(frozen=True, slots=True)
class Hit:
    """One block that holds all the words."""

    snippet: str  # at most 24 words around the best place, found words in [brackets]
    score: float  # bm25: lower is better
    block_id: str
    block_position: int
    block_kind: str
    document_id: str
    document: str
    title: str | None
    url: str | None
    competition: str | None
    rank: int | None
    rank_source: str | None
    counted_on: str | None
    author: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class TitleHit:
    """One document or competition whose title, name or slug holds all the words."""

    kind: str  # document or competition
    name: str
    title: str | None
    url: str | None


def quote_words(words: str) -> str:
    """An FTS5 query for rows that hold every word, each one quoted; '' when there is no letter or digit in them.

    >>> quote_words('u-net OR "NEAR" *')
    '"u-net" "OR" "NEAR"'
    """
    cleaned = (re.sub(r'["\x00\ud800-\udfff]', " ", word).strip() for word in words.split())
    return " ".join(f'"{word}"' for word in cleaned if re.search(r"\w", word))


def count_blocks(store: Readable) -> int:
    """How many blocks can be searched; 0 when the corpus holds starter facts only."""
    return int(store.execute("SELECT count(*) AS n FROM blocks")[0]["n"])


def search_blocks(store: Readable, words: str, filters: Filters, limit: int) -> tuple[Hit, ...]:
    """Blocks that hold every word, best first; `words` must not be empty after quoting."""
    where, params = where_clause(filters, examples=True)
    names = columns_of(Hit, leave_out=("snippet", "score", "block_id", "block_position", "block_kind")).split(", ")
    of_document = ", ".join(f"d.{name}" for name in names)
    return read_rows(
        store,
        Hit,
        f"WITH d AS MATERIALIZED (SELECT * FROM v_documents WHERE {where})"
        " SELECT snippet(block_search, 0, '[', ']', ' … ', 24) AS snippet, bm25(block_search) AS score,"
        f" b.id AS block_id, b.position AS block_position, b.kind AS block_kind, {of_document}"
        " FROM block_search JOIN blocks b ON b.row = block_search.rowid JOIN d ON d.document_id = b.document_id"
        " WHERE block_search MATCH ? ORDER BY score, d.document, b.position LIMIT ?",
        [*params, quote_words(words), limit],
    )


def search_titles(store: Readable, words: str, filters: Filters, limit: int) -> tuple[TitleHit, ...]:
    """Documents and competitions whose title or name holds every word, in any case; competitions first, by name."""
    where, params = where_clause(filters, examples=True)
    c_where, c_params = where_clause(replace(filters, rank_at_most=None, verified=False), examples=True)
    wanted = [word.lower() for word in words.split()]
    holds = " AND ".join(["instr(lower(name || ' ' || coalesce(title, '')), ?) > 0"] * len(wanted)) or "0"
    return read_rows(
        store,
        TitleHit,
        "SELECT kind, name, title, url FROM ("
        f" SELECT 'competition' AS kind, slug AS name, title, url FROM ({COMPETITIONS_DATED}) WHERE {c_where}"
        " UNION ALL SELECT 'document', document, title, url FROM"
        f" (SELECT * FROM v_documents WHERE {where})) WHERE {holds} ORDER BY kind, name LIMIT ?",
        [*c_params, *params, *wanted, limit],
    )
