"""`meta-kaggle`: competitions, final ranks and write-ups from the Meta Kaggle tables, without an account.

The tables come from a local folder, or are fetched as single files without credentials. They are streamed; of the
messages only the places of the write-ups' texts are kept, and a text is read when it is due. A table that is as the
last complete import left it is not read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from corpus.errors import ReadError, UsageError
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
from miner.sources.meta_competitions import read_competitions
from miner.sources.meta_download import download_tables
from miner.sources.meta_dump import STAGE, TABLE, Dump
from miner.sources.meta_layouts import (
    COMPETITION_TAGS,
    COMPETITIONS,
    FOR_WRITEUPS,
    FORUMS,
    MEMBERSHIPS,
    MESSAGES,
    TAGS,
    TEAMS,
    TOPICS,
    USERS,
)
from miner.sources.meta_options import folder_option, whole_option
from miner.sources.meta_tables import Table, open_table
from miner.sources.meta_teams import Teams, read_users
from miner.sources.meta_topics import TOPIC, Topic, find_messages, find_topics, make_targets, read_text
from miner.sources.protocol import Answer, Discovered, Scope
from miner.sources.ranks import rank_in_title

NAME = "meta-kaggle"
_RULES = "1"  # raised when the same tables are read differently
_DEFAULT_RANK = 100
_DEFAULT_TIMEOUT_S = 7200


@dataclass(slots=True)
class MetaKaggle:
    """The source for one run."""

    folder: Path | None
    cache_dir: Path  # where tables are fetched to when no folder is given
    rank_at_most: int = _DEFAULT_RANK
    accept_smaller: bool = False
    timeout_s: int = _DEFAULT_TIMEOUT_S
    environ: Mapping[str, str] = field(default_factory=dict)
    name: str = NAME
    _messages: Table | None = None
    _listed: set[str] | None = None  # keys of the write-ups, once all of them are known

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """Competitions, ranks and write-up targets; targets for the tables themselves come last.

        Only an import of everything remembers the tables; a table that cannot be trusted costs what needs it.
        """
        if self.folder is None:
            yield from download_tables(FOR_WRITEUPS, self._tables(), self.environ, self.timeout_s)
        dump = Dump(NAME, self._tables(), f"{_RULES}:{self.rank_at_most}", self.accept_smaller)
        dump.look(FOR_WRITEUPS, visits)
        if dump.is_unchanged(FOR_WRITEUPS) and not dump.refused:
            yield from _known_targets(scope, visits)
            yield from dump.remembered(visits)
            return
        yield from self._read(dump, scope, visits)
        yield from dump.refused
        if not (dump.refused or scope.competitions or scope.since):
            yield from dump.remembered(visits)

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        """A write-up's text, sought out in the table of messages; a table itself has no content."""
        if target.kind == TABLE:
            return Unchanged()
        if self._listed is not None and target.key not in self._listed:
            return Gone("no longer among the write-ups of Meta Kaggle")
        try:
            if self._messages is None:
                self._messages = open_table(self._tables(), MESSAGES)
            content, form = read_text(self._messages, target)
        except (ReadError, OSError) as error:
            return Failure(target.url or target.key, STAGE, "", str(error))
        return Fetched(content, form, target.url, facts=dict(target.facts))

    def describe(self, target: Target, fetched: Fetched) -> Document:
        """The write-up; its final rank where a team's row or its author's team gives one, and the title's own."""
        facts = fetched.facts
        title, author, day = _text(facts, "title"), _text(facts, "author"), _text(facts, "date")
        rank, votes = facts.get("rank"), facts.get("votes")
        ranks = []
        if isinstance(rank, int):
            ranks.append(RankStatement(RankSource.LEADERBOARD, rank, str(facts.get("rank_evidence"))))
        if (stated := rank_in_title(title)) is not None:
            ranks.append(RankStatement(RankSource.AUTHOR, stated, "title"))
        return Document(
            id=document_id(target.url, target.key),
            name=f"kaggle-{target.key.replace(':', '-')}",
            kind=DocumentKind.WRITEUP,
            format=fetched.format,
            title=title,
            author=author,
            url=target.url,
            competition_id=target.competition_id,
            ranks=tuple(ranks),
            published_on=date.fromisoformat(day) if day else None,
            year=int(day[:4]) if day else None,
            votes=votes if isinstance(votes, int) else None,
            source=NAME,
        )

    def _tables(self) -> Path:
        return self.folder or self.cache_dir

    def _read(self, dump: Dump, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """Everything that the sound ones of the tables hold."""
        for layout in (COMPETITIONS, COMPETITION_TAGS, TAGS, FORUMS, TEAMS, MEMBERSHIPS, USERS):
            dump.verify(layout, visits)
        if not dump.has(COMPETITIONS):
            return
        competitions = read_competitions(dump)
        asked_for = competitions.asked_for(scope.competitions)
        yield from (record for n, record in enumerate(competitions.records) if asked_for is None or n in asked_for)
        teams = Teams(competitions, self.rank_at_most, scope.now.date(), asked_for)
        yield from teams.read(dump)
        teams.read_members(dump)
        topics = _find_texts(dump, teams, scope, visits)
        names = {topic.poster: ("", "") for topic in topics.values() if topic.poster is not None}
        yield from read_users(dump, teams, names)
        n_nameless = sum(not user_name for user_name, _ in names.values())
        dump.dangling["ForumMessages.PostUserId"] += n_nameless
        listed = set[str]()
        for target in make_targets(topics, teams, names):
            listed.add(target.key)
            yield target
        if not (dump.refused or scope.competitions or scope.since):
            self._listed = listed


def _find_texts(dump: Dump, teams: Teams, scope: Scope, visits: Mapping[str, Visit]) -> dict[str, Topic]:
    """The write-up topics with the places of their texts; none when one of the two tables cannot be trusted."""
    if not dump.has(TOPICS, MESSAGES):
        return {}
    topics: dict[str, Topic] = {}
    for layout in (TOPICS, MESSAGES):
        try:
            if layout is TOPICS:
                topics = find_topics(dump, teams, scope.since)
            else:
                find_messages(dump, topics)
            dump.check_size(layout, visits)
        except ReadError as error:
            dump.refuse(layout, error)
            return {}
    return topics


def _known_targets(scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Target]:
    """The write-ups as the last import listed them."""
    wanted = {f"kaggle/{slug}".casefold() for slug in scope.competitions}
    for visit in visits.values():
        target = visit.target
        if target.kind == TOPIC and (not wanted or (target.competition_id or "").casefold() in wanted):
            yield target


def _text(facts: Mapping[str, str | int | None], name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) else None


def _default_cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("solution-miner") / NAME


def open_source(options: Mapping[str, object], web: object, environ: Mapping[str, str]) -> MetaKaggle:
    """The source for one run.

    Args:
        options: `folder`, or `cache_dir` to fetch to (by default in the platform's cache folder); `rank_at_most`,
            `accept_smaller`, `download_timeout_s`.
        web: not used.
        environ: handed to the download, without what holds credentials.

    Raises:
        UsageError: an option has a value that cannot be meant.
    """
    accept_smaller = options.get("accept_smaller", False)
    if not isinstance(accept_smaller, bool):
        raise UsageError("meta-kaggle: accept_smaller is true or false")
    return MetaKaggle(
        folder=folder_option(NAME, options, "folder"),
        cache_dir=folder_option(NAME, options, "cache_dir") or _default_cache(),
        rank_at_most=whole_option(NAME, options, "rank_at_most", _DEFAULT_RANK),
        accept_smaller=accept_smaller,
        timeout_s=whole_option(NAME, options, "download_timeout_s", _DEFAULT_TIMEOUT_S),
        environ=environ,
    )
