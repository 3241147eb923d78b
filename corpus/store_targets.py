"""Write what crawled sources list, and what came of asking for it; for `corpus.store` alone.

A visit is kept in the transaction that keeps the content it found, so a hash never stands without its bytes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from corpus.ids import canonical_url, make_id
from corpus.records import Document, LeaderboardRank, RankSource, RankStatement, RawDocument, Target, Visit
from corpus.store_competitions import ensure_competition, ensure_source
from corpus.store_corrections import stated_competition
from corpus.store_counts import Change
from corpus.store_documents import save_document, stated_ranks
from corpus.store_forget import author_key, is_forgotten, tombstone_hash
from corpus.store_open import Value, insert_rows, storable

FILLED = ("title", "author", "competition_id", "published_on", "year", "language", "licence", "votes")

SAVE_TARGET_SQL = """
INSERT INTO targets (id, source, key, kind, url, competition_id, signature, facts, first_seen_at, last_seen_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, key) DO UPDATE
SET kind = excluded.kind, url = excluded.url, competition_id = excluded.competition_id,
    signature = excluded.signature, facts = excluded.facts, last_seen_at = excluded.last_seen_at, unlisted_at = NULL
"""

SAVE_RANK_SQL = """
INSERT INTO leaderboard_ranks (competition_id, name, kind, rank, team, medal, source, seen_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (competition_id, name, kind, rank, source) DO UPDATE
SET team = excluded.team, medal = excluded.medal, seen_at = excluded.seen_at
"""

OLD_RANKS_SQL = """
DELETE FROM leaderboard_ranks WHERE source = :source AND seen_at < :since
AND competition_id IN (SELECT value FROM json_each(:competitions))
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What a visit brought."""

    document: Document
    raw: RawDocument
    aliases: tuple[str, ...] = ()  # other addresses that lead to it


def save_targets(connection: sqlite3.Connection, now: str, targets: Iterable[Target]) -> list[Target]:
    """Keep what lists say of targets; what is known of earlier visits stays. Those that may be asked for come back.

    What a user asked to be forgotten is not kept, and does not come back.
    """
    kept = [_storable_target(target) for target in targets if not _is_target_forgotten(connection, target)]
    for source in dict.fromkeys(target.source for target in kept):
        ensure_source(connection, now, source)
    rows = (
        (make_id("target", t.source, t.key), t.source, t.key, t.kind, t.url, t.competition_id, t.signature,
         json.dumps(t.facts, sort_keys=True), now, now)
        for t in kept
    )  # fmt: skip
    insert_rows(connection, SAVE_TARGET_SQL, rows)
    return kept


def read_visits(connection: sqlite3.Connection, source: str) -> dict[str, Visit]:
    """What is known of a source's targets, by key."""
    rows = connection.execute("SELECT * FROM targets WHERE source = ? ORDER BY key", (source,))
    return {row["key"]: _visit(row) for row in rows}


def listed_keys(connection: sqlite3.Connection, source: str) -> set[str]:
    """Keys of the targets that a list named when it was last read."""
    rows = connection.execute("SELECT key FROM targets WHERE source = ? AND unlisted_at IS NULL", (source,))
    return {row["key"] for row in rows}


def mark_unlisted(connection: sqlite3.Connection, now: str, target: Target) -> None:
    """Keep that a target was asked for because no list named it any more."""
    connection.execute(
        "UPDATE targets SET unlisted_at = ? WHERE source = ? AND key = ?", (now, target.source, target.key)
    )


def record_visit(connection: sqlite3.Connection, now: str, visit: Visit, content: Content | None) -> Change | None:
    """Keep what a visit found, and the content where it brought some; the change that this is for the document.

    A target that is gone marks its document gone, text and claims stay; one that is back takes the mark away.
    """
    target = visit.target
    known = connection.execute(
        "SELECT document_id FROM targets WHERE source = ? AND key = ?", (target.source, target.key)
    ).fetchone()
    if known is None:
        save_targets(connection, now, [target])
    document_id = known["document_id"] if known else None
    change = None
    if content is not None:
        document_id = _known_id(connection, content, document_id)
        change = _save_content(connection, now, content, document_id)
    connection.execute(
        "UPDATE targets SET document_id = ?, checked_at = ?, next_check_at = ?, fetched_signature = ?, etag = ?, "
        "last_modified = ?, content_hash = ?, unchanged_in_a_row = ?, failures_in_a_row = ?, gone_at = ? "
        "WHERE source = ? AND key = ?",
        (document_id, as_text(visit.checked_at), as_text(visit.next_check_at), visit.fetched_signature, visit.etag,
         visit.last_modified, visit.content_hash, visit.unchanged_in_a_row, visit.failures_in_a_row,
         as_text(visit.gone_since), target.source, target.key),
    )  # fmt: skip
    if document_id is not None:
        _mark_document(connection, document_id)
    return change


def save_ranks(connection: sqlite3.Connection, now: str, ranks: Iterable[LeaderboardRank]) -> None:
    """Keep rows of leaderboards; names are folded, so that a document's author can be found."""
    rows: list[tuple[Value, ...]] = []
    competitions: set[str] = set()
    for rank in ranks:
        if any(is_forgotten(connection, author=name) for name in (rank.name, rank.team) if name):
            continue
        if rank.competition_id not in competitions:
            ensure_competition(connection, now, rank.competition_id)
            competitions.add(rank.competition_id)
        kind = "team" if rank.is_team else "user"
        rows.append(
            (rank.competition_id, author_key(rank.name), kind, rank.rank, rank.team, rank.medal, rank.source, now)
        )
    insert_rows(connection, SAVE_RANK_SQL, rows)


def drop_old_ranks(connection: sqlite3.Connection, source: str, since: str, competitions: Collection[str]) -> None:
    """Forget rows of these competitions' leaderboards that were not seen since then."""
    names = json.dumps(sorted(competitions))
    connection.execute(OLD_RANKS_SQL, {"source": source, "since": since, "competitions": names})


def is_content_forgotten(connection: sqlite3.Connection, content: Content) -> bool:
    """Whether a user asked that this document, one of its addresses or its author be forgotten."""
    document = content.document
    urls = (document.url, *content.aliases)
    return any(is_forgotten(connection, document.id, url, document.author) for url in urls)


def bury_target(connection: sqlite3.Connection, now: str, target: Target, document: Document) -> None:
    """Drop a target that turned out to lead to something forgotten; its address gets a tombstone of its own."""
    urls = {url for url in (target.url, document.url) if url}
    connection.executemany(
        "INSERT OR IGNORE INTO tombstones (hash, kind, at) VALUES (?, 'url', ?)",
        ((tombstone_hash("url", url), now) for url in sorted(urls)),
    )
    connection.execute("DELETE FROM targets WHERE source = ? AND key = ?", (target.source, target.key))


def _storable_target(target: Target) -> Target:
    """The target as SQLite can hold it, so that what is read back compares equal."""
    return replace(
        target,
        key=str(storable(target.key)),
        url=_storable_text(target.url),
        signature=_storable_text(target.signature),
    )


def _storable_text(text: str | None) -> str | None:
    return None if text is None else str(storable(text))


def _is_target_forgotten(connection: sqlite3.Connection, target: Target) -> bool:
    author = target.facts.get("author")
    return is_forgotten(connection, url=target.url, author=str(author) if author else None)


def _known_id(connection: sqlite3.Connection, content: Content, document_id: str | None) -> str:
    """The id under which the corpus holds the document: by its target, by one of its addresses, else its own."""
    if document_id is not None:
        return document_id
    document = content.document
    if connection.execute("SELECT 1 FROM documents WHERE id = ?", (document.id,)).fetchone():
        return document.id
    for url in (document.url, *content.aliases):
        row = connection.execute(
            "SELECT document_id FROM document_aliases WHERE url = ?", (canonical_url(url) if url else "",)
        ).fetchone()
        if row is not None:
            return str(row["document_id"])
    return document.id


def _save_content(connection: sqlite3.Connection, now: str, content: Content, document_id: str) -> Change:
    old = connection.execute("SELECT * FROM documents WHERE id = ?", (document_id,)).fetchone()
    document = replace(content.document, id=document_id)
    if old is not None:
        document = _with_known(connection, document, old)
    change = save_document(connection, now, document, replace(content.raw, document_id=document_id))
    if old is not None and old["content_hash"] is None:
        change = "new"  # until now only facts of it were known
    own = {canonical_url(document.url)} if document.url else set()
    former = [old["url"]] if old is not None and old["url"] else []
    urls = {canonical_url(url) for url in (*content.aliases, *former)} - own
    insert_rows(
        connection,
        "INSERT INTO document_aliases (url, document_id) VALUES (?, ?) "
        "ON CONFLICT (url) DO UPDATE SET document_id = excluded.document_id",
        ((url, document_id) for url in sorted(urls)),
    )
    return change


def _with_known(connection: sqlite3.Connection, document: Document, old: sqlite3.Row) -> Document:
    """The document under the name it has, with what another source knows of it where this one says nothing."""
    document = replace(document, name=old["name"])
    if old["source"] == document.source:
        return document
    known = {name: old[name] for name in FILLED if getattr(document, name) is None and old[name] is not None}
    if "competition_id" in known:
        known["competition_id"] = stated_competition(connection, document.id, known["competition_id"])
    if "published_on" in known:
        known["published_on"] = datetime.fromisoformat(known["published_on"]).date()
    said = {statement.source for statement in document.ranks}
    others = tuple(
        RankStatement(RankSource(str(source)), int(str(rank)), str(evidence))
        for source, rank, evidence in sorted(stated_ranks(connection, document.id), key=str)
        if source not in said
    )
    return replace(document, ranks=(*document.ranks, *others), **known)


def _mark_document(connection: sqlite3.Connection, document_id: str) -> None:
    """A document is gone once all targets that lead to it are."""
    connection.execute(
        "UPDATE documents SET gone_at = g.gone_at FROM (SELECT CASE WHEN count(gone_at) = count(*) "
        "THEN max(gone_at) END AS gone_at FROM targets WHERE document_id = ?) g "
        "WHERE id = ? AND documents.gone_at IS NOT g.gone_at",
        (document_id, document_id),
    )


def _visit(row: sqlite3.Row) -> Visit:
    target = Target(
        row["source"], row["key"], row["kind"], row["url"], row["competition_id"], row["signature"],
        json.loads(row["facts"]),
    )  # fmt: skip
    return Visit(
        target, as_time(row["checked_at"]), as_time(row["next_check_at"]), row["fetched_signature"], row["etag"],
        row["last_modified"], row["content_hash"], row["unchanged_in_a_row"], row["failures_in_a_row"],
        as_time(row["gone_at"]),
    )  # fmt: skip


def as_time(text: str | None) -> datetime | None:
    """The time that a column holds, aware."""
    return datetime.fromisoformat(text) if text else None


def as_text(time: datetime | None) -> str | None:
    """The time as columns hold it: UTC, ISO 8601, whole seconds."""
    return time.astimezone(UTC).isoformat(timespec="seconds") if time else None
