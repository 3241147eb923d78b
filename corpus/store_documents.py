"""Write documents and their versions, read back those that wait for analysis; for `corpus.store` alone."""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from corpus.errors import StoreError
from corpus.records import Document, DocumentKind, RankSource, RankStatement, RawDocument
from corpus.store_competitions import STARTER, ensure_competition, ensure_source
from corpus.store_corrections import keep_stated, with_corrections
from corpus.store_counts import Change
from corpus.store_forget import is_forgotten
from corpus.store_open import Value, insert_rows, storable

COMPRESSION = 6
PAGE = 32  # documents read at a time: bounds memory, and a page is never read while it is being written
LINKED = "link: "  # begins the evidence of ranks that settling derives from solution_links
BOARD = "board: "  # begins the evidence of ranks that settling derives from leaderboard_ranks
COLUMNS = (
    "name", "kind", "format", "title", "author", "url", "competition_id", "published_on", "year", "language",
    "licence", "votes", "stated_copy_of", "source",
)  # fmt: skip

STALE_SQL = """
FROM documents d JOIN document_versions v ON v.document_id = d.id AND v.content_hash = d.content_hash
WHERE (d.made_by IS NOT :made_by OR d.analysed_hash IS NOT d.content_hash OR :all)
"""


def save_document(connection: sqlite3.Connection, now: str, document: Document, raw: RawDocument | None) -> Change:
    """Keep one document and, where `raw` is given, a version of it.

    What the new record leaves empty becomes empty; starter facts give way to any other source and never the reverse.
    What the user had forgotten is not kept: nothing is written, and it counts as unchanged. What a person corrected
    stays corrected, and is no change.
    """
    corrected = with_corrections(connection, document)
    change = _save_document(connection, now, corrected, raw)
    if corrected is not document:
        keep_stated(connection, now, document)
    return change


def _save_document(connection: sqlite3.Connection, now: str, document: Document, raw: RawDocument | None) -> Change:
    if is_forgotten(connection, document.id, document.url, document.author):
        return "unchanged"
    old = connection.execute("SELECT * FROM documents WHERE id = ?", (document.id,)).fetchone()
    if old is not None and document.source == STARTER != old["source"]:
        return "unchanged"
    ensure_source(connection, now, document.source)
    ensure_competition(connection, now, document.competition_id)
    new = _values(connection, document)
    ranks = _stated_ranks(document)
    new_hash = raw.content_hash if raw else (old["content_hash"] if old else None)
    if old is None:
        connection.execute(
            "INSERT INTO documents (name, kind, format, title, author, url, competition_id, published_on, year, "
            "language, licence, votes, stated_copy_of, source, content_hash, id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*new, new_hash, document.id),
        )
    else:
        before = (tuple(old[column] for column in COLUMNS), old["content_hash"], stated_ranks(connection, document.id))
        if before == (new, new_hash, ranks):
            return "unchanged"
        connection.execute(
            "UPDATE documents SET name = ?, kind = ?, format = ?, title = ?, author = ?, url = ?, competition_id = ?, "
            "published_on = ?, year = ?, language = ?, licence = ?, votes = ?, stated_copy_of = ?, source = ?, "
            "content_hash = ? WHERE id = ?",
            (*new, new_hash, document.id),
        )
    if raw is not None:
        _save_version(connection, now, document.id, raw)
    _replace_ranks(connection, document.id, ranks)
    return "new" if old is None else "changed"


def save_starter_document(
    connection: sqlite3.Connection, now: str, document: Document, solution_id: str | None
) -> Change:
    """Keep a document's facts without content, with the solution id it was shipped with."""
    if document.source != STARTER:
        raise StoreError(f"{document.name}: starter facts must carry the source {STARTER!r}, not {document.source!r}")
    change = save_document(connection, now, document, None)
    row = connection.execute("SELECT source, solution_id FROM documents WHERE id = ?", (document.id,)).fetchone()
    if row is None or row["source"] != STARTER or row["solution_id"] == solution_id:
        return change
    if solution_id is not None:
        connection.execute(
            "INSERT OR IGNORE INTO solutions (id, competition_id) VALUES (?, ?)", (solution_id, document.competition_id)
        )
    connection.execute("UPDATE documents SET solution_id = ? WHERE id = ?", (solution_id, document.id))
    return "changed" if change == "unchanged" else change


def stale_documents(
    connection: sqlite3.Connection, made_by: str, *, everything: bool
) -> Iterator[tuple[Document, RawDocument]]:
    """Documents with content whose claims are missing or old, by name; a few are in memory at a time."""
    after = ""
    while True:
        rows = connection.execute(
            f"SELECT d.*, v.raw {STALE_SQL} AND d.name > :after ORDER BY d.name LIMIT :page",
            {"made_by": made_by, "all": everything, "after": after, "page": PAGE},
        ).fetchall()
        for row in rows:
            raw = RawDocument(row["id"], _content(row), row["content_hash"])
            yield _document(row, stated_ranks(connection, row["id"])), raw
        if len(rows) < PAGE:
            return
        after = rows[-1]["name"]


def _content(row: sqlite3.Row) -> bytes:
    try:
        return zlib.decompress(row["raw"])
    except zlib.error as error:
        raise StoreError(
            f"the stored content of {row['name']} is damaged ({error}); `miner forget {row['id']}` takes it out"
        ) from error


def count_stale(connection: sqlite3.Connection, made_by: str, *, everything: bool) -> int:
    """How many `stale_documents` gives."""
    row = connection.execute(f"SELECT count(*) {STALE_SQL}", {"made_by": made_by, "all": everything}).fetchone()
    return int(row[0])


def read_documents(connection: sqlite3.Connection) -> Iterator[Document]:
    """All documents by name, without content; their copy_of is the settled one."""
    ranks: dict[str, set[tuple[Value, ...]]] = defaultdict(set)
    for row in connection.execute("SELECT document_id, source, rank, evidence FROM document_ranks"):
        ranks[row["document_id"]].add((row["source"], row["rank"], row["evidence"]))
    for row in connection.execute("SELECT * FROM documents ORDER BY name").fetchall():
        yield _document(row, ranks.get(row["id"], set()))


def _values(connection: sqlite3.Connection, document: Document) -> tuple[Value, ...]:
    published_on = document.published_on.isoformat() if document.published_on else None
    values = (
        _free_name(connection, document), document.kind.value, document.format, document.title, document.author,
        document.url, document.competition_id, published_on, document.year, document.language, document.licence,
        document.votes, document.copy_of, document.source,
    )  # fmt: skip
    return tuple(storable(value) for value in values)


def _free_name(connection: sqlite3.Connection, document: Document) -> str:
    """The document's name, or a longer one when another document already has it."""
    row = connection.execute("SELECT id FROM documents WHERE name = ?", (storable(document.name),)).fetchone()
    return document.name if row is None or row["id"] == document.id else f"{document.name}-{document.id[:6]}"


def _save_version(connection: sqlite3.Connection, now: str, document_id: str, raw: RawDocument) -> None:
    key = (document_id, raw.content_hash)
    known = "SELECT 1 FROM document_versions WHERE document_id = ? AND content_hash = ?"
    if connection.execute(known, key).fetchone():
        return
    connection.execute(
        "INSERT INTO document_versions (document_id, content_hash, size_bytes, raw, first_seen_at) "
        "VALUES (?, ?, ?, ?, ?)",
        (*key, len(raw.content), zlib.compress(raw.content, COMPRESSION), now),
    )


def _stated_ranks(document: Document) -> set[tuple[Value, ...]]:
    """One statement per source, the best rank where a source gives several."""
    best: dict[str, tuple[Value, ...]] = {}
    for statement in sorted(document.ranks, key=lambda s: (s.rank, s.evidence)):
        row = (statement.source.value, statement.rank, storable(statement.evidence))
        best.setdefault(statement.source.value, row)
    return set(best.values())


def stated_ranks(connection: sqlite3.Connection, document_id: str) -> set[tuple[Value, ...]]:
    """(source, rank, evidence) as the document's own source states them, without those that settling derives."""
    rows = connection.execute("SELECT source, rank, evidence FROM document_ranks WHERE document_id = ?", (document_id,))
    return {tuple(row) for row in rows if not row["evidence"].startswith((LINKED, BOARD))}


def _replace_ranks(connection: sqlite3.Connection, document_id: str, ranks: Iterable[tuple[Value, ...]]) -> None:
    connection.execute("DELETE FROM document_ranks WHERE document_id = ?", (document_id,))
    sql = "INSERT INTO document_ranks (document_id, source, rank, evidence) VALUES (?, ?, ?, ?)"
    insert_rows(connection, sql, ((document_id, *rank) for rank in ranks))


def _document(row: sqlite3.Row, ranks: Iterable[tuple[Value, ...]]) -> Document:
    statements = (RankStatement(RankSource(str(s)), int(str(r)), str(e)) for s, r, e in ranks)
    strength = list(RankSource)
    return Document(
        id=row["id"],
        name=row["name"],
        kind=DocumentKind(row["kind"]),
        format=row["format"],
        title=row["title"],
        author=row["author"],
        url=row["url"],
        competition_id=row["competition_id"],
        ranks=tuple(sorted(statements, key=lambda s: strength.index(s.source))),
        published_on=date.fromisoformat(row["published_on"]) if row["published_on"] else None,
        year=row["year"],
        language=row["language"],
        licence=row["licence"],
        votes=row["votes"],
        copy_of=row["copy_of"],
        source=row["source"],
    )
