"""Documents that hold the words asked for."""

from __future__ import annotations

from corpus.errors import UsageError
from corpus.records import Answer, Column, Filters
from corpus.views import Readable
from corpus.views_search import Hit, TitleHit, count_blocks, quote_words, search_blocks, search_titles
from corpus.views_status import corpus_dates
from miner.jobs.ask_rows import solution_label
from miner.jobs.ask_scope import freshness, query_of, settle_task, titled

SEARCH_COLUMNS = (
    Column("document", "document", "text", "Name of the document; `miner show` takes it."),
    Column("title", "title", "text", "Title of the document."),
    Column("solution", "solution", "text", "Rank and competition."),
    Column("block_position", "block", "int", "0-based place of the block in the document."),
    Column("snippet", "found", "quote", "Words around the place; what was found stands in [brackets]."),
    Column("url", "link", "url", "Where to read the document."),
)
TITLE_COLUMNS = (
    Column("kind", "kind", "text", "competition or document."),
    Column("name", "name", "text", "Slug or document name; `miner show` takes it."),
    Column("title", "title", "text", "Its title."),
    Column("url", "link", "url", "Where to read it."),
)


def search(store: Readable, words: str, filters: Filters, limit: int = 10) -> Answer:
    """Blocks that hold every word, best match first; titles when the corpus holds no text.

    Raises:
        UsageError: when there is no letter or digit to look for.
    """
    if not quote_words(words):
        raise UsageError("name at least one word with a letter or a digit")
    filters = settle_task(filters)
    has_text = count_blocks(store) > 0
    hits = search_blocks(store, words, filters, limit) if has_text else ()
    query = query_of(filters, words=words, limit=limit)
    notes = [freshness(corpus_dates(store))]
    if hits:
        notes.insert(0, "Every word must be in the block; word endings do not matter. Best match first (BM25).")
        rows = tuple(_hit_row(hit) for hit in hits)
        title = titled(f"Blocks that hold: {words}", filters)
        return Answer("search", title, SEARCH_COLUMNS, rows, notes=tuple(notes), query=query)
    titles = search_titles(store, words, filters, limit)
    if has_text:
        notes.insert(0, "Not found in the text of any document in scope.")
    else:
        notes.insert(
            0,
            "Starter facts hold no text: only titles, names and slugs were searched. `miner add PATH` brings text in.",
        )
    return Answer(
        name="search",
        title=titled(f"Titles that hold: {words}", filters),
        columns=TITLE_COLUMNS,
        rows=tuple(_title_row(hit) for hit in titles),
        notes=tuple(notes),
        query=query,
    )


def _hit_row(hit: Hit) -> dict[str, object]:
    return {
        "document": hit.document,
        "title": hit.title,
        "solution": solution_label(hit.competition, hit.rank),
        "competition": hit.competition,
        "rank": hit.rank,
        "rank_source": hit.rank_source,
        "counted_on": hit.counted_on,
        "block_position": hit.block_position,
        "block_kind": hit.block_kind,
        "snippet": hit.snippet,
        "score": round(-hit.score, 3),
        "url": hit.url,
        "author": hit.author,
        "licence": hit.licence,
        "document_id": hit.document_id,
        "block_id": hit.block_id,
    }


def _title_row(hit: TitleHit) -> dict[str, object]:
    return {"kind": hit.kind, "name": hit.name, "title": hit.title, "url": hit.url}
