"""Which topics of a competition's forum describe a solution, and the text of such a topic."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from corpus.ids import competition_id
from corpus.records import Fetched, Target
from miner.fetch.kaggle_troubles import NotWholeError
from miner.sources.kaggle_competitions import PLATFORM, aware, is_date
from miner.sources.kaggle_lists import PAGE_SIZE, Listing, Page
from miner.sources.ranks import public_ranks_in_title, rank_in_title

_SOLUTION = re.compile(
    r"\b(?:solution|write-?\s?up)\b|\b(?:my|our)\s(?:\w+\s)?(?:solutions|write-?\s?ups)\b|解法|ソリューション|方案|решени[ея]|解决|\b(?:soluci[oó]n|solução)\b",
    re.I,
)
_WEAK = re.compile(  # says how something was done; chatter uses these words too
    r"\b(?:approach(?:es)?|methods?|pipeline|journey|lessons?|learn(?:ed|t|ings?)|wrap-?\s?up|retrospective"
    r"|post-?\s?mortem|tricks?|recipe|ideas?|insights?|summary|overview|experience|what worked|didn'?t work|ensembl\w+"
    r"|how (?:we|i|our team)|gold|silver|bronze|medal|single model|architecture)\b",
    re.I,
)
_QUESTION = (
    r"^\W*(?:how|what|why|where|when|who|which|is|are|was|can|could|does|do|did|should|will|would|any|anyone|has"
    r"|have)\b"
)
_ASKS = re.compile(rf"{_QUESTION}.*[?？]\s*$", re.I | re.S)
_NOT_ONES_OWN = re.compile(  # asks for, collects or talks about solutions, or means the organiser's files
    r"[?？]"
    rf"|{_QUESTION}(?! (?:i|we) (?:learn|did|won|got|built|used|tried))"
    r"|\b(?:top|winn(?:er|ing)s?'?|best|all|other|others'?|past|previous|old|similar|related|public|published|shared?"
    r"|\d+)\s(?:\w+\s)?(?:solutions|write-?\s?ups)\b"
    r"|\b(?:list|collection|compilation|gathering|links?|index|summary|overview|comparison|analysis|thread)\s"
    r"(?:of|to|for|on)\s(?:\w+\s){0,3}(?:solutions?|write-?\s?ups?)\b"
    r"|\b(?:solutions?|write-?\s?ups?)\s(?:thread|template|deadline|file|csv|format|requirements?|submission|guidelines?"
    r"|discussion|review|links?|request|wanted|needed|sharing|gallery|winners?|prize|awards?)\b"
    r"|\b(?:sample|reference|official|host'?s?|baseline|starter|example|benchmark|leaked|fake|expected)\s(?:\w+\s)?solution"
    r"|\b(?:no|without|need(?:ed)?|waiting for|looking for|request(?:ing)?|please|wanted|congrat\w*|inspired by|from)\s"
    r"(?:\w+\s){0,4}(?:solutions?|write-?\s?ups?)\b"
    r"|\b(?:share|post|publish|submit|upload|read|release|deadline)\s(?:your|their|the|all)\b"
    r"|\b(?:error|bug|issue|problem|fail(?:s|ed|ing)?|invalid|cannot|can'?t|stuck|help|question|disqualif\w+|cheat\w*)\b"
    r"|\b(?:last year|explained|announce\w*|reproduc\w+|previous competition)\b",
    re.I,
)
_MAX_TITLE = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a topic describes its author's solution, and what shows it."""

    is_solution: bool
    evidence: str


def is_solution(title: str, author: str | None, leaderboard_authors: Set[str] = frozenset()) -> Verdict:
    """The verdict on a topic of a competition's forum.

    A rank of the author's own in the title decides; so does a word for solution where nothing shows that it is asked
    for, collected or talked about. A title that only says how something was done counts when its author stands on the
    leaderboard.

    Args:
        title: as the list shows it.
        author: the display name.
        leaderboard_authors: names of teams and members, case folded; empty when the topic was begun before the
            competition closed, or the board is not known.
    """
    text = title[:_MAX_TITLE]
    rank = rank_in_title(text)
    if rank is not None and not _ASKS.search(text):
        return Verdict(True, f"title: rank {rank}")
    if _NOT_ONES_OWN.search(text):
        return Verdict(False, "title: about solutions, not one")
    if public := public_ranks_in_title(text):
        return Verdict(True, f"title: public rank {min(public)}")
    if word := _SOLUTION.search(text):
        return Verdict(True, f"title: {word[0].lower()}")
    weak = _WEAK.search(text)
    if weak and author and author.casefold() in leaderboard_authors:
        return Verdict(True, f"author on the leaderboard, title: {weak[0].lower()}")
    return Verdict(False, "nothing in the title")


def could_be_solution(title: str) -> bool:
    """Whether the leaderboard would decide; for the others it need not be asked."""
    text = title[:_MAX_TITLE]
    return _WEAK.search(text) is not None and _NOT_ONES_OWN.search(text) is None


def topics_listing(slug: str) -> Listing:
    """All topics of a competition's forum, newest first."""
    from kagglesdk.competitions.types.competition_api_service import ApiListCompetitionTopicsRequest
    from kagglesdk.discussions.types.discussions_enums import TopicListSortBy

    def ask(client: Any, number: int, token: str) -> Page:
        request = ApiListCompetitionTopicsRequest()
        request.competition_name = slug
        request.sort_by = TopicListSortBy.TOPIC_LIST_SORT_BY_NEW
        request.page = number
        answer = client.competitions.competition_api_client.list_competition_topics(request)
        return Page(list(answer.topics), n_total=answer.total_count or None)  # 0 may mean that it is not said

    return Listing(f"topics of {slug}", ask, lambda item: item.id, has_tokens=False)


@dataclass(frozen=True, slots=True)
class WriteUp:
    """What search says of a topic that Kaggle itself keeps as a competition write-up."""

    topic_id: int
    rank: int | None


def write_ups_listing() -> Listing:
    """All competition write-ups, as search gives them: the only list that ties a topic to a rank."""
    from kagglesdk.discussions.types.search_discussions import WriteUpInclusionType
    from kagglesdk.discussions.types.writeup_enums import WriteUpType
    from kagglesdk.search.types.search_api_service import (
        ApiSearchDiscussionsFilters,
        ListEntitiesFilters,
        ListEntitiesRequest,
    )
    from kagglesdk.search.types.search_enums import DocumentType

    def ask(client: Any, number: int, token: str) -> Page:
        request = ListEntitiesRequest()
        request.filters = ListEntitiesFilters()
        request.filters.document_types = [DocumentType.TOPIC]
        request.filters.discussion_filters = ApiSearchDiscussionsFilters()
        request.filters.discussion_filters.write_up_inclusion_type = WriteUpInclusionType.WRITE_UP_INCLUSION_TYPE_ONLY
        request.filters.discussion_filters.write_up_types = [WriteUpType.COMPETITION_SOLUTION]
        request.page_size = PAGE_SIZE
        if token:
            request.page_token = token
        elif number > 1:
            request.skip = PAGE_SIZE * (number - 1)
        answer = client.search.search_api_client.list_entities(request)
        return Page(list(answer.documents), answer.next_page_token, answer.total_documents or None)

    return Listing("search for write-ups", ask, lambda item: item.id)


def write_up_of(found: Any) -> WriteUp | None:
    """What a hit of the search says; None when it is no competition write-up."""
    from kagglesdk.discussions.types.writeup_enums import WriteUpType

    discussion = found.discussion_document
    kept = discussion.write_up_metadata if discussion else None
    if kept is None or kept.type is not WriteUpType.COMPETITION_SOLUTION:
        return None
    rank = kept.competition_info.write_up_leaderboard_rank if kept.competition_info else 0
    return WriteUp(found.id, rank if rank and rank > 0 else None)


def topic_target(slug: str, topic: Any, evidence: str, rank: int | None) -> Target:
    """A topic to fetch. No field of the list shows an edit, so it has no signature."""
    return Target(
        PLATFORM,
        f"topic:{topic.id}",
        "topic",
        f"https://www.kaggle.com/competitions/{slug}/discussion/{topic.id}",
        competition_id(PLATFORM, slug),
        None,
        {
            "title": topic.title,
            "author": topic.author_name or None,
            "date": topic.post_date.isoformat() if is_date(topic.post_date) else None,
            "votes": topic.votes,
            "solution": evidence,
            "rank": rank,
        },
    )


def own_message(target: Target) -> Callable[[Any], Fetched | None]:
    """The call for a topic's own message, Markdown where Kaggle has it, else HTML; None when none is its own.

    The first message need not be the topic's own (a pinned one may come before), so author and date choose.
    """
    from kagglesdk.competitions.types.competition_api_service import ApiListTopicMessagesRequest
    from kagglesdk.discussions.types.discussions_enums import CommentListSortBy

    def ask(client: Any) -> Fetched | None:
        request = ApiListTopicMessagesRequest()
        request.competition_name = (target.competition_id or "").rpartition("/")[2]
        request.topic_id = _topic_id(target)
        request.sort_by = CommentListSortBy.COMMENT_LIST_SORT_BY_OLD
        answer = client.competitions.competition_api_client.list_topic_messages(request)
        message = choose_message(answer.messages, target.facts.get("author"), target.facts.get("date"))
        if message is None or not (message.raw_markdown or message.content):
            return None
        text, form = (message.raw_markdown, "md") if message.raw_markdown else (message.content, "html")
        return Fetched(text.encode("utf-8", "replace"), form, target.url, facts={"votes": message.votes})

    return ask


def whole_topic(target: Target) -> Callable[[Any], Fetched]:
    """The call for a topic by its number: HTML only, for where the messages do not show which one is its own.

    The call raises NotWholeError when the topic has no text.
    """
    from kagglesdk.discussions.types.discussions_api_service import ApiGetTopicRequest

    def ask(client: Any) -> Fetched:
        request = ApiGetTopicRequest()
        request.id = _topic_id(target)
        topic = client.discussions.discussion_api_client.get_topic(request).topic
        if topic is None or not topic.content:
            raise NotWholeError("the topic has no text")
        return Fetched(topic.content.encode("utf-8", "replace"), "html", target.url, facts={"votes": topic.votes})

    return ask


def _topic_id(target: Target) -> int:
    return int(target.key.partition(":")[2])


def choose_message(messages: Any, author: object, date: object) -> Any | None:
    """The message by the topic's author nearest to its date, else the oldest of theirs; None without one."""
    own = [m for m in messages if not m.is_deleted and is_date(m.post_date) and (m.author_name or None) == author]
    if not own:
        return None
    began = datetime.fromisoformat(str(date)) if date else None
    oldest = min(own, key=lambda m: (m.post_date, m.id))
    if began is None:
        return oldest
    nearest = min(own, key=lambda m: (abs(aware(m.post_date) - aware(began)), m.id))
    return nearest if abs(aware(nearest.post_date) - aware(began)).total_seconds() < 60 else oldest
