"""What a crawled source is: one module in this folder with NAME, discover, fetch and describe.

A source reads from the network through what it is given and knows nothing of the store or of the analysis. The job
`miner.jobs.refresh` asks it what there is, decides with `miner.frontier` what is due, has that fetched and keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from corpus.records import (
    Competition,
    Document,
    Failure,
    Fetched,
    Gone,
    LeaderboardRank,
    SolutionLink,
    Stop,
    Target,
    Unchanged,
    Visit,
)

Discovered = Competition | SolutionLink | LeaderboardRank | Target | Failure | Stop
Answer = Fetched | Unchanged | Gone | Failure | Stop


@dataclass(frozen=True, slots=True)
class Scope:
    """What a refresh was asked for."""

    now: datetime  # aware, UTC; the only clock a source sees beside its pace
    competitions: tuple[str, ...] = ()  # slugs; empty: all
    since: date | None = None  # only what changed since then, where a list can tell
    known_competitions: tuple[str, ...] = ()  # slugs that the corpus knows: seeds for what lists omit
    known_links: tuple[tuple[str, str | None], ...] = ()  # (url, competition id): links that documents and indexes give
    options: Mapping[str, object] = field(default_factory=dict)  # the source's part of the configuration file


class Source(Protocol):
    """One crawled source; made once per run by its module's `open_source(...)`."""

    name: str

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """Everything there is, as lists show it, without content; `visits` are the known targets by key."""
        ...

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        """The target's content, or that it is unchanged, gone or not to be had; never raises for what a server does."""
        ...

    def describe(self, target: Target, fetched: Fetched) -> Document:
        """The document made from content; pure. `Document.ranks` says where a rank comes from."""
        ...
