"""Records of crawling: what a source can fetch, what came back, what is known of it; standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a source can fetch again."""

    source: str
    key: str  # what the source calls it: "kernel:owner/slug", "topic:123", a canonical url; unique within the source
    kind: str  # notebook, topic, page, readme, competition, table
    url: str | None = None  # where a person finds it
    competition_id: str | None = None
    signature: str | None = None  # the list's fields that show a change, joined; None when no list shows any
    facts: dict[str, str | int | None] = field(default_factory=dict)  # what the list says of it: title, author, votes


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of a target from earlier runs."""

    target: Target
    checked_at: datetime | None = None  # aware, UTC; None: never asked for
    next_check_at: datetime | None = None  # not before; None: at once
    fetched_signature: str | None = None
    etag: str | None = None  # byte for byte as the server sent it
    last_modified: str | None = None
    content_hash: str | None = None
    unchanged_in_a_row: int = 0
    failures_in_a_row: int = 0
    gone_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """Content of a target, with what the answer said of it."""

    content: bytes
    format: str  # ipynb, md, html, py, r, rmd
    url: str | None = None  # canonical, after permanent redirects
    aliases: tuple[str, ...] = ()  # other addresses that lead to it
    etag: str | None = None
    last_modified: str | None = None
    facts: dict[str, str | int | None] = field(default_factory=dict)  # title, author, date, votes, licence ...


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The source says the content is what it was."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The source says the target is no more (404 or 410)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The source cannot go on in this run: no credentials, refused, or told to wait longer than the run lasts."""

    reason: str  # what to do next, for a person; never holds a credential
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeaderboardRank:
    """One row of a leaderboard: a team or one of its members, and the final rank."""

    competition_id: str
    name: str
    is_team: bool  # False: a member's user name
    rank: int
    team: str | None = None
    medal: str | None = None
    source: str = "kaggle"
