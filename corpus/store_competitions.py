"""Write sources, competitions, links and task types; for `corpus.store` alone."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from corpus.ids import canonical_url
from corpus.records import Competition, SolutionLink, TaskType
from corpus.store_counts import Change, Counts
from corpus.store_forget import is_forgotten
from corpus.store_open import Value, insert_rows, storable

STARTER = "starter"
NAMED = "documents"  # the source of competitions that we know only because a document or link names them
STRENGTH = {NAMED: 0, STARTER: 1}  # every other source: 2
COLUMNS = (
    "slug", "platform", "title", "url", "year", "deadline", "metric", "description", "n_teams", "reward", "provenance"
)  # fmt: skip


def save_source(connection: sqlite3.Connection, now: str, row: tuple[str, str, str | None, str | None]) -> None:
    """Keep (name, kind, location, licence); the day it was first added stays."""
    connection.execute(
        "INSERT INTO sources (name, kind, location, licence, added_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, location = coalesce(excluded.location, location), "
        "licence = coalesce(excluded.licence, licence)",
        (*row, now),
    )


def ensure_source(connection: sqlite3.Connection, now: str, name: str) -> None:
    """A row for a source that nobody described, so that foreign keys hold."""
    kind = "placeholder" if name == NAMED else name
    connection.execute("INSERT OR IGNORE INTO sources (name, kind, added_at) VALUES (?, ?, ?)", (name, kind, now))


def ensure_competition(connection: sqlite3.Connection, now: str, competition_id: str | None) -> None:
    """A row for a competition that is only named so far; any real source replaces what it says."""
    if competition_id is None:
        return
    if connection.execute("SELECT 1 FROM competitions WHERE id = ?", (competition_id,)).fetchone():
        return
    ensure_source(connection, now, NAMED)
    platform, _, slug = competition_id.partition("/")
    connection.execute(
        "INSERT INTO competitions (id, slug, platform, title, source, first_seen_at) VALUES (?, ?, ?, ?, ?, ?)",
        (competition_id, slug or platform, platform, slug or platform, NAMED, now),
    )


def save_competition(connection: sqlite3.Connection, now: str, competition: Competition, source: str) -> Change:
    """Merge one competition into what is known: the stronger source's facts, gaps filled from the other.

    A fact is replaced by another fact, never by its absence; so the order in which sources arrive does not matter.
    """
    new = _competition_values(competition)
    row = connection.execute("SELECT * FROM competitions WHERE id = ?", (competition.id,)).fetchone()
    old_tags = _tags(connection, competition.id)
    new_tags = {str(storable(tag)) for tag in competition.tags}
    if row is None:
        connection.execute(
            "INSERT INTO competitions (id, slug, platform, title, url, year, deadline, metric, description, n_teams, "
            "reward, provenance, source, first_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (competition.id, *new, source, now),
        )
        _replace_tags(connection, competition.id, new_tags)
        return "new"
    old: tuple[Value, ...] = tuple(row[column] for column in COLUMNS)
    is_stronger = STRENGTH.get(source, 2) >= STRENGTH.get(row["source"], 2)
    first, second = (new, old) if is_stronger else (old, new)
    merged = tuple(b if _is_empty(a, competition) else a for a, b in zip(first, second, strict=True))
    tags = (new_tags or old_tags) if is_stronger else (old_tags or new_tags)
    kept_source = source if is_stronger else row["source"]
    if (merged, tags, kept_source) == (old, old_tags, row["source"]):
        return "unchanged"
    connection.execute(
        "UPDATE competitions SET slug = ?, platform = ?, title = ?, url = ?, year = ?, deadline = ?, metric = ?, "
        "description = ?, n_teams = ?, reward = ?, provenance = ?, source = ? WHERE id = ?",
        (*merged, kept_source, competition.id),
    )
    _replace_tags(connection, competition.id, tags)
    return "new" if row["source"] == NAMED else "changed"


def save_solution_links(connection: sqlite3.Connection, now: str, links: Iterable[SolutionLink]) -> Counts:
    """Keep an index's links; of two statements about one link the better rank is kept, whatever the order.

    Links to what the user had forgotten are not kept, and count as unchanged.
    """
    counts = Counts()
    for (competition_id, url), link in sorted(_best_links(links).items()):
        if is_forgotten(connection, url=url):
            counts += Counts(unchanged=1)
            continue
        new = (link.rank, link.kind, link.provenance)
        row = connection.execute(
            "SELECT rank, kind, provenance FROM solution_links WHERE competition_id = ? AND url = ?",
            (competition_id, url),
        ).fetchone()
        if row is None:
            ensure_competition(connection, now, competition_id)
        old = None if row is None else (row["rank"], row["kind"], row["provenance"])
        if old == new or (old is not None and old[2] != new[2] and _link_order(*old) <= _link_order(*new)):
            counts += Counts(unchanged=1)
            continue
        connection.execute(
            "INSERT INTO solution_links (competition_id, url, rank, kind, provenance) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (competition_id, url) DO UPDATE SET rank = excluded.rank, kind = excluded.kind, "
            "provenance = excluded.provenance",
            (competition_id, url, *new),
        )
        counts += Counts(new=1) if old is None else Counts(changed=1)
    return counts


def save_task_types(
    connection: sqlite3.Connection, task_types: Iterable[TaskType], of: Collection[tuple[str, str]]
) -> Counts:
    """Replace the labels of every (competition, source) that is named; `of` names some that may have none now."""
    wanted: dict[tuple[str, str], set[tuple[Value, ...]]] = defaultdict(set)
    for key in of:
        wanted[key] = set()
    for label in task_types:
        row = (label.position, label.task_type, label.evidence, label.made_by)
        wanted[label.competition_id, label.source].add(tuple(storable(value) for value in row))
    counts = Counts()
    for key, rows in sorted(wanted.items()):
        old = {tuple(row) for row in connection.execute(
            "SELECT position, task_type, evidence, made_by FROM competition_task_types "
            "WHERE competition_id = ? AND source = ?", key)}  # fmt: skip
        if old == rows:
            counts += Counts(unchanged=1)
            continue
        connection.execute("DELETE FROM competition_task_types WHERE competition_id = ? AND source = ?", key)
        insert_rows(
            connection,
            "INSERT INTO competition_task_types (competition_id, source, position, task_type, evidence, made_by) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            ((*key, *row) for row in sorted(rows, key=str)),
        )
        counts += Counts(changed=1) if old else Counts(new=1)
    return counts


def _is_empty(value: Value, competition: Competition) -> bool:
    """No fact: nothing, or a slug in the place of a title."""
    return value is None or value == competition.slug


def _competition_values(competition: Competition) -> tuple[Value, ...]:
    deadline = competition.deadline.isoformat() if competition.deadline else None
    values = (
        competition.slug, competition.platform, competition.title, competition.url, competition.year, deadline,
        competition.metric, competition.description, competition.n_teams, competition.reward, competition.provenance,
    )  # fmt: skip
    return tuple(storable(value) for value in values)


def _tags(connection: sqlite3.Connection, competition_id: str) -> set[str]:
    rows = connection.execute("SELECT tag FROM competition_tags WHERE competition_id = ?", (competition_id,))
    return {row["tag"] for row in rows}


def _replace_tags(connection: sqlite3.Connection, competition_id: str, tags: set[str]) -> None:
    connection.execute("DELETE FROM competition_tags WHERE competition_id = ?", (competition_id,))
    rows = ((competition_id, tag) for tag in sorted(tags))
    insert_rows(connection, "INSERT INTO competition_tags (competition_id, tag) VALUES (?, ?)", rows)


def _best_links(links: Iterable[SolutionLink]) -> dict[tuple[str, str], SolutionLink]:
    best: dict[tuple[str, str], SolutionLink] = {}
    for link in links:
        key = (link.competition_id, canonical_url(link.url))
        other = best.get(key)
        if other is None or _link_order(link.rank, link.kind, link.provenance) < _link_order(
            other.rank, other.kind, other.provenance
        ):
            best[key] = link
    return best


def _link_order(rank: int | None, kind: str, provenance: str) -> tuple[bool, int, str, str]:
    return (rank is None, rank or 0, kind, provenance)


def read_competitions(connection: sqlite3.Connection, *, without_shipped_labels: bool = False) -> Iterator[Competition]:
    """Competitions by id; all, or those whose inferred task types did not come with the starter facts."""
    tags: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute("SELECT competition_id, tag FROM competition_tags ORDER BY tag"):
        tags[row["competition_id"]].append(row["tag"])
    rows = connection.execute(
        "SELECT * FROM competitions WHERE NOT (? AND source = ? AND EXISTS (SELECT 1 FROM competition_task_types t "
        "WHERE t.competition_id = competitions.id AND t.source = 'inferred')) ORDER BY id",
        (without_shipped_labels, STARTER),
    )
    for row in rows.fetchall():
        yield Competition(
            id=row["id"],
            **{column: row[column] for column in COLUMNS if column != "deadline"},
            deadline=date.fromisoformat(row["deadline"]) if row["deadline"] else None,
            tags=tuple(tags[row["id"]]),
        )
