"""What crawling keeps between runs, as one part of the store: targets, visits, leaderboards, hosts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from corpus import store_targets
from corpus.records import Document, LeaderboardRank, Target, Visit
from corpus.store_competitions import ensure_source
from corpus.store_counts import Change
from corpus.store_open import explained
from corpus.store_targets import Content, as_text, as_time

__all__ = ["Content", "CrawlStore", "HostRow", "SourceRun"]


@dataclass(frozen=True, slots=True)
class HostRow:
    """What is known of a web host from earlier runs."""

    host: str  # scheme, name and port
    robots_status: str | None = None  # rules, none, unreachable, refused
    robots_body: str | None = None
    robots_checked_at: datetime | None = None
    not_before: datetime | None = None  # no request before this


@dataclass(frozen=True, slots=True)
class SourceRun:
    """How the last refresh of a source went, or goes."""

    source: str
    run_id: int | None
    started_at: datetime
    ended_at: datetime | None = None
    listed_at: datetime | None = None  # when its lists were last read to the end without a failure
    outcome: str | None = None  # done, failures, stopped, budget, interrupted, error
    stop_reason: str | None = None
    stop_until: datetime | None = None  # it is not asked before
    counts: Mapping[str, int] = field(default_factory=dict)


class CrawlStore:
    """The tables of the crawlers; reached as `Store.crawl`, and part of its transactions.

    Methods raise StoreError where the file cannot be read or written as it is.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        writing: Callable[[], AbstractContextManager[None]],
        now: Callable[[], str],
    ) -> None:
        self._connection = connection
        self._path = path
        self._writing = writing
        self._now = now

    def visits(self, source: str) -> dict[str, Visit]:
        """What is known of a source's targets, by key."""
        with explained(self._path):
            return store_targets.read_visits(self._connection, source)

    def save_targets(self, targets: Iterable[Target]) -> list[Target]:
        """Keep what lists say; what a user asked to be forgotten is not kept. Those that were kept come back."""
        with self._writing():
            return store_targets.save_targets(self._connection, self._now(), targets)

    def listed_keys(self, source: str) -> set[str]:
        """Keys of the targets that a list named when it was last read."""
        with explained(self._path):
            return store_targets.listed_keys(self._connection, source)

    def mark_unlisted(self, target: Target) -> None:
        """Keep that a target was asked for because no list named it any more; a list that names it undoes this."""
        with self._writing():
            store_targets.mark_unlisted(self._connection, self._now(), target)

    def record_visit(self, visit: Visit, content: Content | None = None) -> Change | None:
        """Keep what a visit found, together with the content where it brought some.

        Returns:
            What that is for the document: new (its text is), changed or unchanged, facts included; None without
            content.
        """
        with self._writing():
            return store_targets.record_visit(self._connection, self._now(), visit, content)

    def is_forgotten(self, content: Content) -> bool:
        """Whether a user asked that this document, one of its addresses or its author be forgotten."""
        with explained(self._path):
            return store_targets.is_content_forgotten(self._connection, content)

    def bury_target(self, target: Target, document: Document) -> None:
        """Drop a target that leads to something forgotten, so that it is not asked for again."""
        with self._writing():
            store_targets.bury_target(self._connection, self._now(), target, document)

    def save_ranks(self, ranks: Iterable[LeaderboardRank]) -> None:
        """Keep rows of leaderboards; `Store.settle` gives them to the documents."""
        with self._writing():
            store_targets.save_ranks(self._connection, self._now(), ranks)

    def drop_old_ranks(self, source: str, since: datetime, competitions: Collection[str]) -> None:
        """Forget what the leaderboards of these competitions, read again since then, hold no more."""
        with self._writing():
            store_targets.drop_old_ranks(self._connection, source, as_text(since) or "", competitions)

    def known_links(self) -> tuple[tuple[str, str | None], ...]:
        """(url, competition id) of every link that an index gives, and of every document's address, by url."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT url, competition_id FROM solution_links UNION "
                "SELECT url, competition_id FROM documents WHERE url IS NOT NULL ORDER BY 1, 2"
            )
            return tuple((row[0], row[1]) for row in rows)

    def hosts(self) -> dict[str, HostRow]:
        """What is known of web hosts, by host."""
        with self._reading() as connection:
            rows = connection.execute("SELECT * FROM hosts ORDER BY host").fetchall()
        return {
            row["host"]: HostRow(
                row["host"], row["robots_status"], row["robots_body"], as_time(row["robots_checked_at"]),
                as_time(row["not_before"]),
            )
            for row in rows
        }  # fmt: skip

    def save_hosts(self, hosts: Iterable[HostRow]) -> None:
        """Keep what a run learnt of web hosts, in the place of what was known of them."""
        with self._writing():
            self._connection.executemany(
                "INSERT OR REPLACE INTO hosts (host, robots_status, robots_body, robots_checked_at, not_before) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    (h.host, h.robots_status, h.robots_body, as_text(h.robots_checked_at), as_text(h.not_before))
                    for h in hosts
                ],
            )

    def source_runs(self) -> dict[str, SourceRun]:
        """How the last refresh of each source went, by source."""
        with self._reading() as connection:
            rows = connection.execute("SELECT * FROM source_runs ORDER BY source").fetchall()
        return {row["source"]: _source_run(row) for row in rows}

    def save_source_run(self, run: SourceRun) -> None:
        """Keep how a source's refresh goes or went; `listed_at` stays what it was where the new one says nothing."""
        with self._writing():
            ensure_source(self._connection, self._now(), run.source)
            self._connection.execute(
                "INSERT INTO source_runs (source, run_id, started_at, ended_at, listed_at, outcome, stop_reason, "
                "stop_until, counts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (source) DO UPDATE SET run_id = excluded.run_id, "
                "started_at = excluded.started_at, ended_at = excluded.ended_at, "
                "listed_at = coalesce(excluded.listed_at, listed_at), outcome = excluded.outcome, "
                "stop_reason = excluded.stop_reason, stop_until = excluded.stop_until, counts = excluded.counts",
                (run.source, run.run_id, as_text(run.started_at), as_text(run.ended_at), as_text(run.listed_at),
                 run.outcome, run.stop_reason, as_text(run.stop_until), json.dumps(dict(run.counts), sort_keys=True)),
            )  # fmt: skip

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with explained(self._path):
            yield self._connection


def _source_run(row: sqlite3.Row) -> SourceRun:
    started_at = datetime.fromisoformat(row["started_at"])
    return SourceRun(
        row["source"], row["run_id"], started_at, as_time(row["ended_at"]), as_time(row["listed_at"]), row["outcome"],
        row["stop_reason"], as_time(row["stop_until"]), json.loads(row["counts"]),
    )  # fmt: skip
