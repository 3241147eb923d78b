"""Write-up topics of competition forums, and where the text of each lies in the table of messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corpus.errors import ReadError
from corpus.ids import make_id
from corpus.records import Target
from miner.sources.kaggle_topics import could_be_solution, is_solution
from miner.sources.meta_dump import Dump
from miner.sources.meta_layouts import MESSAGES, TOPICS
from miner.sources.meta_tables import Table
from miner.sources.meta_teams import Teams
from miner.sources.meta_values import whole

TOPIC = "topic"  # kind of target
URL = "https://www.kaggle.com/competitions/{slug}/discussion/{topic}"


@dataclass(slots=True)
class Topic:
    """One topic that may be a solution, by its title or by its team's own word."""

    id: int
    place: int  # of its competition
    title: str
    created_on: str | None  # ISO day
    votes: int | None
    is_named: bool  # a team names this topic as its write-up
    rank: int | None  # final, of that team
    poster: int | None = None  # user id
    signature: str | None = None  # of the text; None until its message is met
    start: int = 0  # bytes of the message's row in the table
    length: int = 0


def may_be_solution(title: str) -> bool:
    """Whether a topic can be its author's solution, whoever the author is."""
    return is_solution(title, None).is_solution or could_be_solution(title)


def find_topics(dump: Dump, teams: Teams, since: date | None) -> dict[str, Topic]:
    """The topics that may be solutions by the id of their first message, as the table of messages spells it.

    Raises:
        ReadError: the table cannot be trusted.
    """
    table, found = dump.tables[TOPICS.name], dict[str, Topic]()
    for key, forum, first, title, kernel, created, commented, score in table.rows():
        if kernel.strip():
            continue  # the comments on a notebook
        topic_id = int(key)
        place, rank = teams.writeups.get(topic_id, (None, None))
        is_named = place is not None
        if place is None:
            place = teams.competitions.place_of_forum.get(whole(forum) or 0)
            if place is None or not may_be_solution(title):
                continue
        if teams.asked_for is not None and place not in teams.asked_for:
            continue
        created_on, commented_on = table.day(created, "CreationDate"), table.day(commented, "LastCommentDate")
        if since and max(created_on or "", commented_on or "") < since.isoformat():
            continue
        message = whole(first)
        if message is None:
            dump.dangling["ForumTopics.FirstForumMessageId"] += 1
            continue
        found[str(message)] = Topic(topic_id, place, title.strip(), created_on, whole(score), is_named, rank)
    return found


def find_messages(dump: Dump, topics: dict[str, Topic]) -> None:
    """Fill in poster, signature and place of the text from one pass over the messages; no text is kept.

    Raises:
        ReadError: the table cannot be trusted.
    """
    table = dump.tables[MESSAGES.name]
    for row in table.rows():
        topic = topics.get(row[0])
        if topic is None:
            continue
        content, form = text_of(row)
        topic.poster, topic.signature = whole(row[2]), sign(content, form)
        topic.start, topic.length = table.start, table.end - table.start
    for message in [message for message, topic in topics.items() if topic.signature is None]:
        dump.dangling["ForumTopics.FirstForumMessageId"] += 1
        del topics[message]


def text_of(row: tuple[str, ...]) -> tuple[bytes, str]:
    """A message's text and its format: the Markdown source where the table has it, else HTML."""
    html, markdown = row[3], row[4]
    text, form = (markdown, "md") if markdown.strip() else (html, "html")
    return text.encode("utf-8", "replace"), form


def sign(content: bytes, form: str) -> str:
    """What shows a change of a message: a hash of its text and format."""
    return make_id("message", form, content.decode("utf-8"))


def make_targets(topics: dict[str, Topic], teams: Teams, names: dict[int, tuple[str, str]]) -> Iterator[Target]:
    """A target for each topic that is a solution; its facts say where the text lies and whose final rank it has.

    The signature changes with the text and with what the document's record says: title, author, rank. Not with votes.
    """
    for message, topic in topics.items():
        competition = teams.competitions.records[topic.place]
        user_name, display_name = names.get(topic.poster or 0, ("", ""))
        author = display_name or user_name or None
        deadline = competition.deadline.isoformat() if competition.deadline else ""
        is_after_close = topic.created_on is not None and topic.created_on >= deadline
        author_rank = teams.rank_of(topic.poster, topic.place) if is_after_close else None
        board = {author.casefold()} if author and author_rank is not None else set()
        if not (topic.is_named or is_solution(topic.title, author, board).is_solution):
            continue
        rank, evidence = topic.rank, "Meta Kaggle: the team names this write-up"
        if not topic.is_named:
            rank, evidence = author_rank, "Meta Kaggle: its author's team"
        facts: dict[str, str | int | None] = {
            "title": topic.title or None,
            "author": author,
            "author_user_name": user_name or None,
            "date": topic.created_on,
            "votes": topic.votes,
            "rank": rank,
            "rank_evidence": evidence if rank is not None else None,
            "message": int(message),
            "start": topic.start,
            "length": topic.length,
        }
        url = URL.format(slug=competition.slug, topic=topic.id)
        signature = f"{topic.signature}:{make_id('facts', topic.title, author, rank)[:8]}"
        yield Target("meta-kaggle", f"topic:{topic.id}", TOPIC, url, competition.id, signature, facts)


def read_text(table: Table, target: Target) -> tuple[bytes, str]:
    """The target's text and format, from the bytes that its facts name.

    Raises:
        ReadError: another row lies there, or the text is not the one that was listed.
    """
    start, length, message = (target.facts.get(name) for name in ("start", "length", "message"))
    if not (isinstance(start, int) and isinstance(length, int)):
        raise ReadError(table.path.name, target.key, "the list does not say where its text lies")
    row = table.row_at(start, length)
    content, form = text_of(row)
    if row[0] != str(message) or sign(content, form) != (target.signature or "").partition(":")[0]:
        raise ReadError(table.path.name, target.key, "the table changed since it was listed; refresh meta-kaggle again")
    return content, form
