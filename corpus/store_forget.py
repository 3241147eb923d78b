"""Remove a document or a person for good, and know what must not come back; for `corpus.store` and the loaders.

A tombstone is a hash: it says that something was forgotten, and cannot be read back. What others wrote about a person
stays: only documents of the person, and the person's rows, are theirs to take out.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from corpus.ids import canonical_url, make_id
from corpus.store_open import storable

TombstoneKind = Literal["document", "url", "author"]

REBUILD_SQL = "INSERT INTO block_search (block_search) VALUES ('rebuild')"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a request to forget is about: found, and not removed yet."""

    documents: tuple[str, ...] = ()  # ids
    names: tuple[str, ...] = ()  # of the documents, for people
    urls: tuple[str, ...] = ()  # canonical: of the documents, their aliases, and the one asked for
    author: str | None = None  # as asked for
    n_others: int = 0  # rows without a document: links, targets, places on a leaderboard, team names
    copies_left: tuple[str, ...] = ()  # names of documents by others with the very same content
    was_forgotten: bool = False  # a tombstone for it is there already

    @property
    def is_empty(self) -> bool:
        """Nothing in the corpus is what was asked for."""
        return not self.documents and not self.n_others


def tombstone_hash(kind: TombstoneKind, value: str) -> str:
    """The hash under which a document's id, a url (in any spelling) or an author (in any case) is remembered.

    >>> tombstone_hash("author", " Ada ") == tombstone_hash("author", "ada")
    True
    >>> tombstone_hash("url", "http://www.example.org/a/") == tombstone_hash("url", "https://example.org/a#b")
    True
    """
    if kind == "url":
        value = _canonical(value) or value
    elif kind == "author":
        value = author_key(value)
    return make_id("tombstone", kind, value)


def author_key(name: str) -> str:
    """A name as it is compared: case folded, one space between words."""
    return " ".join(name.casefold().split())


def account_of(url: str | None) -> str | None:
    """The account that a Kaggle notebook or a GitHub repository lies under, case folded; None for any other url.

    >>> account_of("https://www.kaggle.com/code/SomeBody/a-notebook"), account_of("https://example.org/code/x/y")
    ('somebody', None)
    """
    path = urlsplit(_canonical(url) or "")
    parts = path.path.strip("/").split("/")
    if path.hostname == "kaggle.com" and len(parts) >= 3 and parts[0] == "code":
        return parts[1].casefold()
    return parts[0].casefold() if path.hostname == "github.com" and len(parts) >= 2 else None


def hashes_of(document: str | None, url: str | None, author: str | None) -> set[str]:
    """The tombstones any one of which would keep this document out."""
    found = {tombstone_hash("document", document)} if document else set()
    if url:
        found.add(tombstone_hash("url", url))
    found |= {tombstone_hash("author", name) for name in (author, account_of(url)) if name}
    return found


def is_forgotten(
    connection: sqlite3.Connection, document: str | None = None, url: str | None = None, author: str | None = None
) -> bool:
    """Whether a user asked that nothing under this id, url or author is kept."""
    if connection.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is None:
        return False
    wanted = sorted(hashes_of(document, url, author))
    marks = ", ".join("?" * len(wanted)) or "NULL"
    sql = f"SELECT 1 FROM tombstones WHERE hash IN ({marks}) LIMIT 1"  # noqa: S608 - marks alone
    return connection.execute(sql, wanted).fetchone() is not None


def select_document(connection: sqlite3.Connection, reference: str) -> Selection:
    """What belongs to one document, named by its id, its name, or any address it is known by."""
    _add_functions(connection)
    url = _canonical(reference)
    rows = connection.execute(
        f"{_KNOWN_SQL} WHERE id = :given OR name = :given OR canonical_or_null(url) = :url "  # noqa: S608 - own words
        "OR id IN (SELECT document_id FROM document_aliases WHERE url = :url) "
        "OR id IN (SELECT document_id FROM targets WHERE canonical_or_null(url) = :url) ORDER BY name",
        {"given": storable(reference), "url": url},
    ).fetchall()
    asked = {tombstone_hash("document", reference)} | ({tombstone_hash("url", reference)} if url else set())
    return _selection(connection, rows, asked, {url} if url else set(), None)


def select_author(connection: sqlite3.Connection, name: str) -> Selection:
    """What belongs to one person: documents by the author's name or account, and rows that carry the name."""
    _add_functions(connection)
    rows = connection.execute(
        f"{_KNOWN_SQL} WHERE author_key(author) = :who OR account_of(url) = :who ORDER BY name",
        {"who": author_key(name)},
    ).fetchall()
    return _selection(connection, rows, {tombstone_hash("author", name)}, set(), name)


def forget(connection: sqlite3.Connection, now: str, selection: Selection) -> None:
    """Delete everything selected and leave tombstones; call inside a transaction, and `wipe` after it."""
    _add_functions(connection)
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS going (id TEXT PRIMARY KEY)")
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS going_urls (url TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM temp.going")
    connection.execute("DELETE FROM temp.going_urls")
    connection.executemany("INSERT INTO temp.going VALUES (?)", ((document,) for document in selection.documents))
    connection.executemany("INSERT OR IGNORE INTO temp.going_urls VALUES (?)", ((url,) for url in selection.urls))
    _delete_failures(connection, selection)
    for sql in _DELETE_SQL:
        connection.execute(sql)
    if selection.author is not None:
        for sql in _DELETE_AUTHOR_SQL:
            connection.execute(sql, {"who": author_key(selection.author)})
    connection.execute(REBUILD_SQL)  # deleting from the index only marks words as gone
    _bury(connection, now, selection)
    connection.execute("DELETE FROM temp.going")
    connection.execute("DELETE FROM temp.going_urls")


def wipe(connection: sqlite3.Connection) -> bool:
    """Rewrite the file so that no deleted byte is left in it or its log; False when another program holds it open."""
    try:
        connection.execute("VACUUM")
        is_busy = bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return not is_busy


# Documents, and those that are not here of which a person keeps corrections.
_KNOWN_SQL = """
SELECT id, name, url FROM
(SELECT id, name, url, author FROM documents
 UNION ALL
 SELECT document_id, min(document), min(url), NULL FROM corrections
 WHERE document_id NOT IN (SELECT id FROM documents) GROUP BY document_id)
"""
_DELETE_SQL = (
    "UPDATE documents SET copy_of = NULL WHERE copy_of IN (SELECT id FROM temp.going)",
    "DELETE FROM targets WHERE document_id IN (SELECT id FROM temp.going) "
    "OR canonical_or_null(url) IN (SELECT url FROM temp.going_urls) OR key IN (SELECT url FROM temp.going_urls)",
    "DELETE FROM solution_links WHERE url IN (SELECT url FROM temp.going_urls)",
    "DELETE FROM claims WHERE document_id IN (SELECT id FROM temp.going)",  # before the blocks their spans point at
    "DELETE FROM corrections WHERE document_id IN (SELECT id FROM temp.going) "
    "OR canonical_or_null(url) IN (SELECT url FROM temp.going_urls)",
    "DELETE FROM documents WHERE id IN (SELECT id FROM temp.going)",  # versions, blocks, ranks, aliases go with it
)
_DELETE_AUTHOR_SQL = (
    "DELETE FROM targets WHERE author_key(json_extract(facts, '$.author')) = :who OR account_of(url) = :who",
    "DELETE FROM leaderboard_ranks WHERE author_key(name) = :who OR author_key(team) = :who",
    "UPDATE solutions SET team = NULL WHERE author_key(team) = :who",
    "DELETE FROM solution_links WHERE account_of(url) = :who",
)
_AUTHOR_ROWS_SQL = """
SELECT (SELECT count(*) FROM targets WHERE author_key(json_extract(facts, '$.author')) = :who OR account_of(url) = :who)
     + (SELECT count(*) FROM leaderboard_ranks WHERE author_key(name) = :who OR author_key(team) = :who)
     + (SELECT count(*) FROM solutions WHERE author_key(team) = :who)
     + (SELECT count(*) FROM solution_links WHERE account_of(url) = :who)
"""
_URL_ROWS_SQL = """
SELECT (SELECT count(*) FROM targets WHERE canonical_or_null(url) = :url OR key = :url)
     + (SELECT count(*) FROM solution_links WHERE url = :url)
"""
_COPIES_SQL = """
SELECT DISTINCT d.name FROM documents d JOIN documents o ON o.content_hash = d.content_hash
WHERE o.id IN (SELECT value FROM json_each(:ids)) AND d.id NOT IN (SELECT value FROM json_each(:ids)) ORDER BY d.name
"""


def _selection(
    connection: sqlite3.Connection, rows: list[sqlite3.Row], asked: set[str], urls: set[str], author: str | None
) -> Selection:
    ids = [str(row["id"]) for row in rows]
    urls = urls | {url for row in rows if (url := _canonical(row["url"]))}
    given = {"ids": "[" + ",".join(f'"{key}"' for key in ids) + "]"}
    aliases = "SELECT url FROM document_aliases WHERE document_id IN (SELECT value FROM json_each(:ids))"
    urls |= {str(row["url"]) for row in connection.execute(aliases, given)}
    if author is None:
        n_others = sum(connection.execute(_URL_ROWS_SQL, {"url": url}).fetchone()[0] for url in sorted(urls))
    else:
        n_others = connection.execute(_AUTHOR_ROWS_SQL, {"who": author_key(author)}).fetchone()[0]
    marks = ", ".join("?" * len(asked))
    known = f"SELECT 1 FROM tombstones WHERE hash IN ({marks}) LIMIT 1"  # noqa: S608 - marks alone
    return Selection(
        documents=tuple(ids),
        names=tuple(str(row["name"]) for row in rows),
        urls=tuple(sorted(urls)),
        author=author,
        n_others=int(n_others),
        copies_left=tuple(str(row["name"]) for row in connection.execute(_COPIES_SQL, given)),
        was_forgotten=connection.execute(known, sorted(asked)).fetchone() is not None,
    )


def _bury(connection: sqlite3.Connection, now: str, selection: Selection) -> None:
    # names too: who gives the same command again is told that it is done
    dead: list[tuple[TombstoneKind, str]] = [("document", key) for key in (*selection.documents, *selection.names)]
    dead += [("url", url) for url in selection.urls]
    if selection.author is not None:
        dead.append(("author", selection.author))
    connection.executemany(
        "INSERT OR IGNORE INTO tombstones (hash, kind, at) VALUES (?, ?, ?)",
        ((tombstone_hash(kind, value), kind, now) for kind, value in dead),
    )


def _delete_failures(connection: sqlite3.Connection, selection: Selection) -> None:
    """Failures of the documents, and those whose words hold a name, an address or the author."""
    connection.execute("DELETE FROM failures WHERE document_id IN (SELECT id FROM temp.going)")
    words = _whole_words([*selection.names, *([selection.author] if selection.author else [])])
    rows = connection.execute("SELECT id, item, place, message FROM failures").fetchall()
    gone = [(row["id"],) for row in rows if _names("\n".join(row[1:]), words, selection.urls)]
    connection.executemany("DELETE FROM failures WHERE id = ?", gone)


def _names(text: str, words: re.Pattern[str] | None, urls: Iterable[str]) -> bool:
    """Whether the text holds one of the words, or one of the addresses in any spelling."""
    found = {_canonical(url.rstrip(".,;:)'\"")) for url in re.findall(r"https?://\S+", text)}
    return bool(words and words.search(text)) or not found.isdisjoint(urls)


def _whole_words(words: Iterable[str]) -> re.Pattern[str] | None:
    escaped = "|".join(sorted((re.escape(word) for word in words if word.strip()), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{escaped})(?!\w)", re.IGNORECASE) if escaped else None


def _canonical(url: str | None) -> str | None:
    """The canonical spelling of what has the form of a web address, else None."""
    if not url or not re.match(r"https?://[^/]", url.strip(), re.IGNORECASE):
        return None
    try:
        return canonical_url(url)
    except ValueError:  # such as a bracket that is never closed
        return None


def _add_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("canonical_or_null", 1, _canonical, deterministic=True)
    connection.create_function("account_of", 1, account_of, deterministic=True)
    connection.create_function(
        "author_key", 1, lambda name: author_key(name) if isinstance(name, str) else None, deterministic=True
    )
