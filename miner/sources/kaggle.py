"""Kaggle through its official client: competitions, leaderboards, solution topics and notebooks.

Needs an account; without credentials discovery gives one Stop that says how to get them. docs/kaggle.md says which
calls are made, what each run costs, and how soon a change is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from corpus.errors import UsageError
from corpus.ids import document_id
from corpus.records import (
    Document,
    DocumentKind,
    Failure,
    Fetched,
    Gone,
    RankSource,
    RankStatement,
    Target,
    Unchanged,
    Visit,
)
from miner.fetch.client import WebClient, user_agent
from miner.fetch.kaggle_client import KaggleHost
from miner.fetch.limits import LIMITS
from miner.sources.kaggle_discovery import ABSENT, Discovery
from miner.sources.kaggle_notebooks import kind_of, source_of
from miner.sources.kaggle_topics import own_message, whole_topic
from miner.sources.protocol import Answer, Discovered, Scope
from miner.sources.ranks import rank_in_title

NAME = "kaggle"


class Kaggle:
    """The source for one run."""

    name = NAME

    def __init__(self, host: KaggleHost, competitions: tuple[str, ...] = ()) -> None:
        self._host, self._competitions = host, competitions

    @property
    def n_requests(self) -> int:
        """Requests sent in this run, repeated ones included."""
        return self._host.n_requests

    def close(self) -> None:
        """Give the connection back."""
        self._host.close()

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """Everything there is, as lists show it; competitions come before what belongs to them."""
        if not scope.competitions and self._competitions:
            scope = replace(scope, competitions=self._competitions)
        return Discovery(self._host, scope, visits).items()

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        """A topic's own message or a notebook's source; a competition has nothing to fetch and sends no request."""
        answer = self._fetch(target)
        if isinstance(answer, Gone) and target.kind != "competition":
            return self._fetch(target)  # a listed item that is not there: asked once more before it is believed
        return answer

    def _fetch(self, target: Target) -> Answer:
        item = target.url or target.key
        if target.kind == "notebook":
            return self._host.ask(item, source_of(target))
        if target.kind == "topic":
            message = self._host.ask(item, own_message(target))
            return message if message is not None else self._host.ask(item, whole_topic(target))
        if target.kind == "competition":
            return Gone("Kaggle knows no such competition") if target.facts.get(ABSENT) else Unchanged()
        return Failure(item, "refresh", "", f"not a kind that Kaggle has: {target.kind}")

    def describe(self, target: Target, fetched: Fetched) -> Document:
        """The document made from content."""
        facts = {**target.facts, **{name: value for name, value in fetched.facts.items() if value is not None}}
        url = fetched.url or target.url
        name = _name(target)
        published = _date(target.facts.get("date")) or _date(facts.get("date"))
        is_topic = target.kind == "topic"
        kind = DocumentKind.WRITEUP if is_topic else DocumentKind(kind_of(fetched.format))
        title, author, votes = facts.get("title"), facts.get("author"), facts.get("votes")
        return Document(
            id=document_id(url, name),
            name=name,
            kind=kind,
            format=fetched.format,
            title=str(title) if title else None,
            author=str(author) if author else None,
            url=url,
            competition_id=target.competition_id,
            ranks=_ranks(str(title) if title else None, target.facts.get("rank")),
            published_on=published.date() if published else None,
            year=published.year if published else None,
            votes=votes if isinstance(votes, int) else None,
            source=NAME,
        )


def open_source(options: Mapping[str, object], web: WebClient | None, environ: Mapping[str, str]) -> Kaggle:
    """The source for one run.

    Args:
        options: `competitions`, slugs of the only ones to look at; `pace_s`, seconds between two requests;
            `contact`, how Kaggle can reach the user.
        web: not used: everything goes through Kaggle's client.
        environ: not used: Kaggle's own code looks for credentials in the environment of the process.

    Raises:
        UsageError: an option has a value that cannot be meant.
    """
    pace_s = options.get("pace_s", LIMITS.spacing_s)
    if isinstance(pace_s, bool) or not isinstance(pace_s, int | float) or pace_s < 0:
        raise UsageError("kaggle: pace_s is a number of seconds, 0 or more")
    competitions = options.get("competitions", ())
    if not isinstance(competitions, list | tuple) or not all(isinstance(slug, str) for slug in competitions):
        raise UsageError("kaggle: competitions is a list of slugs")
    contact = options.get("contact")
    agent = user_agent(contact if isinstance(contact, str) else None)
    return Kaggle(KaggleHost(agent, float(pace_s)), tuple(competitions))


def _name(target: Target) -> str:
    kind, _, rest = target.key.partition(":")
    return f"kaggle-{kind}-{rest.replace('/', '-')}"


def _date(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _ranks(title: str | None, searched: object) -> tuple[RankStatement, ...]:
    """What the title claims and what Kaggle's search says; the leaderboard's rows are matched in the store."""
    stated = rank_in_title(title)
    ranks = [RankStatement(RankSource.LEADERBOARD, searched, "Kaggle search")] if isinstance(searched, int) else []
    if stated is not None:
        ranks.append(RankStatement(RankSource.AUTHOR, stated, "title"))
    return tuple(ranks)
