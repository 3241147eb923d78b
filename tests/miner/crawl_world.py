"""A source that lives in memory, and a clock that only tests move: for the tests of the refresh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from corpus.ids import content_hash, document_id
from corpus.records import (
    Competition,
    Document,
    DocumentKind,
    Failure,
    Fetched,
    Gone,
    LeaderboardRank,
    Stop,
    Target,
    Unchanged,
    Visit,
)
from miner.jobs.refresh_request import Gauges
from miner.sources.protocol import Answer, Discovered, Scope

PONDS = Competition("kaggle/ponds", "ponds", "kaggle", "Count the Ponds", year=2025)


@dataclass
class Clock:
    """Time as the tests say."""

    at: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **parts: float) -> None:
        self.at += timedelta(**parts)

    def monotonic(self) -> float:
        return self.at.timestamp()

    @property
    def gauges(self) -> Gauges:
        return Gauges(self.now, self.monotonic)


@dataclass
class Page:
    """A document out there."""

    text: str
    signature: str | None = "1"
    published_on: date = date(2026, 11, 13)
    author: str = "ann"
    is_listed: bool = True
    is_gone: bool = False


@dataclass
class World:
    """A source whose pages tests change; it writes down what it was asked for."""

    clock: Clock
    pages: dict[str, Page] = field(default_factory=dict)
    name: str = "ponds-web"
    listed: list[Discovered] = field(default_factory=lambda: list[Discovered]([PONDS]))  # before the pages
    last: list[Discovered] = field(default_factory=list)  # after the pages
    answers: dict[str, Answer] = field(default_factory=dict)  # instead of the page's content
    asked: list[str] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    seconds_per_fetch: float = 0
    n_requests: int | None = 0  # None: it does not count them

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        self.scopes.append(scope)
        yield from self.listed
        for key, page in self.pages.items():
            if page.is_listed:
                facts: dict[str, str | int | None] = {"published_on": page.published_on.isoformat()}
                yield Target(self.name, key, "page", url_of(key), PONDS.id, page.signature, facts)
        yield from self.last

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        self.asked.append(target.key)
        self.n_requests = None if self.n_requests is None else self.n_requests + 1
        self.clock.forward(seconds=self.seconds_per_fetch)
        if target.key in self.answers:
            return self.answers[target.key]
        page = self.pages.get(target.key)
        if page is None or page.is_gone:
            return Gone("410")
        etag = content_hash(page.text.encode())
        if visit is not None and visit.etag == etag:
            return Unchanged(etag)
        return Fetched(page.text.encode(), "md", target.url, etag=etag, facts={"author": page.author})

    def describe(self, target: Target, fetched: Fetched) -> Document:
        url = fetched.url or ""
        return Document(
            document_id(url, target.key),
            target.key,
            DocumentKind.WRITEUP,
            fetched.format,
            author=str(fetched.facts.get("author") or "") or None,
            url=url,
            competition_id=target.competition_id,
            source=self.name,
        )

    def asked_now(self) -> list[str]:
        """What was asked for since the last call, in order."""
        asked, self.asked = self.asked, []
        return asked


def url_of(key: str) -> str:
    """Where a page lies."""
    return f"https://ponds.example/{key}"


def rank(name: str, place: int, *, is_team: bool = False) -> LeaderboardRank:
    """A row of the leaderboard."""
    return LeaderboardRank(PONDS.id, name, is_team, place, source="ponds-web")


def failure(key: str, message: str = "the answer was cut short") -> Failure:
    """A failed fetch."""
    return Failure(key, "fetch", "", message)


STOP = Stop("no token; make one and put it where the client looks")
