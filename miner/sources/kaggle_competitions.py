"""Competitions as Kaggle's client gives them, and what one run has to remember of each for the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from corpus.ids import competition_id, content_hash
from corpus.records import Competition, Target, Visit
from miner.sources.kaggle_lists import PAGE_SIZE, Listing, Page

PLATFORM = "kaggle"
READ_PAGES = ("description", "evaluation")  # the others are rules, prizes and dates
SETTLED_AFTER = timedelta(days=14)  # a closed board may still lose teams; it is read once more after this
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_TAG = re.compile(r"<[^<>]{0,500}>")
_MAX_PAGE_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the last run knew of a competition; kept among the facts of its target."""

    signature: str | None = None
    board_read_on: str | None = None  # ISO date of the last reading of the closed board
    undecided: str | None = None  # names the set of topics that nothing showed to be solutions
    read_at: str | None = None  # when its topics and notebooks were last listed, to their end or not


def competitions_listing() -> Listing:
    """All competitions of all groups, closed ones too, the latest deadline first."""
    from kagglesdk.competitions.types.competition_api_service import ApiListCompetitionsRequest
    from kagglesdk.competitions.types.competition_enums import CompetitionListTab, CompetitionSortBy

    def ask(client: Any, number: int, token: str) -> Page:
        request = ApiListCompetitionsRequest()
        request.group = CompetitionListTab.COMPETITION_LIST_TAB_EVERYTHING
        request.sort_by = CompetitionSortBy.COMPETITION_SORT_BY_LATEST_DEADLINE
        request.page_size = PAGE_SIZE
        if token:
            request.page_token = token
        else:
            request.page = number
        answer = client.competitions.competition_api_client.list_competitions(request)
        return Page(list(answer.competitions), answer.next_page_token)

    return Listing("competitions", ask, lambda item: item.ref)


def one_competition(slug: str) -> Callable[[Any], Any]:
    """The call for one competition, whatever lists show."""
    from kagglesdk.competitions.types.competition_api_service import ApiGetCompetitionRequest

    def ask(client: Any) -> Any:
        request = ApiGetCompetitionRequest()
        request.competition_name = slug
        return client.competitions.competition_api_client.get_competition(request)

    return ask


def page_texts(slug: str) -> Callable[[Any], str]:
    """The call for a competition's description and evaluation pages, as plain text; "" when it has neither."""
    from kagglesdk.competitions.types.competition_api_service import ApiListCompetitionPagesRequest

    def ask(client: Any) -> str:
        request = ApiListCompetitionPagesRequest()
        request.competition_name = slug
        answer = client.competitions.competition_api_client.list_competition_pages(request)
        by_name = {str(page.name).lower(): plain_text(page.content) for page in answer.pages}
        return "\n\n".join(by_name[name] for name in READ_PAGES if by_name.get(name))

    return ask


def slug_of(listed: Any) -> str | None:
    """The last part of a competition's address, or None when it is no slug."""
    slug = str(listed.ref or listed.url or "").rstrip("/").rpartition("/")[2]
    return slug if is_slug(slug) else None


def is_slug(text: str) -> bool:
    """Whether a text can name a competition; nothing else is put into a request or an address."""
    return _SLUG.fullmatch(text) is not None


def seeds(slugs: Sequence[str]) -> Iterator[str]:
    """The slugs among what the corpus knows, each once: `slug` or `kaggle/slug`; other platforms are left out."""
    for slug in dict.fromkeys(text.removeprefix(f"{PLATFORM}/") for text in slugs):
        if is_slug(slug):
            yield slug


def read_competition(listed: Any, slug: str, pages: str) -> Competition:
    """The record of a competition, its pages behind its short description."""
    deadline = listed.deadline.date() if is_date(listed.deadline) else None
    description = "\n\n".join(text for text in (str(listed.description or "").strip(), pages) if text)
    return Competition(
        id=competition_id(PLATFORM, slug),
        slug=slug,
        platform=PLATFORM,
        title=listed.title or slug,
        url=f"https://www.kaggle.com/competitions/{slug}",
        year=deadline.year if deadline else None,
        deadline=deadline,
        metric=listed.evaluation_metric or None,
        description=description or None,
        tags=tuple(dict.fromkeys(tag.name for tag in listed.tags if tag.name)),
        n_teams=listed.team_count or None,
        reward=listed.reward or None,
        provenance="Kaggle, official client",
    )


def signature_of(listed: Any) -> str:
    """Changes with every field of the list that the record takes."""
    record = read_competition(listed, "x", "")
    return content_hash(repr(record).encode("utf-8", "replace"))[:20]


def is_closed(listed: Any, now: datetime) -> bool:
    """Whether the deadline has passed."""
    return is_date(listed.deadline) and aware(listed.deadline) < now


def is_board_due(listed: Any, remembered: Remembered, now: datetime) -> bool:
    """Whether to read the leaderboard: once after the deadline, once more when it has settled."""
    if not is_closed(listed, now):
        return False
    if remembered.board_read_on is None:
        return True
    settled_on = (aware(listed.deadline) + SETTLED_AFTER).date()
    return datetime.fromisoformat(remembered.board_read_on).date() < settled_on <= now.date()


def remembered_of(visit: Visit | None) -> Remembered:
    """What the last run kept."""
    if visit is None:
        return Remembered()
    facts = visit.target.facts
    kept = {name: facts.get(name) for name in ("board_read_on", "undecided", "read_at")}
    return Remembered(visit.target.signature, **{n: v if isinstance(v, str) else None for n, v in kept.items()})


def competition_target(slug: str, title: str, remembered: Remembered) -> Target:
    """What is kept of a competition for the next run; fetching it asks for nothing."""
    return Target(
        PLATFORM,
        f"competition:{slug}",
        "competition",
        f"https://www.kaggle.com/competitions/{slug}",
        competition_id(PLATFORM, slug),
        remembered.signature,
        {
            "title": title,
            "board_read_on": remembered.board_read_on,
            "undecided": remembered.undecided,
            "read_at": remembered.read_at,
        },
    )


def plain_text(html: str | None) -> str:
    """A page's words without its tags, cut at 20,000 characters; for reading task and metric, not for showing."""
    from html import unescape

    text = unescape(_TAG.sub(" ", (html or "")[: 2 * _MAX_PAGE_CHARS]))
    return " ".join(text.split())[:_MAX_PAGE_CHARS]


def is_date(value: Any) -> bool:
    """Whether the client gave a date that means something: an absent one comes as None or as its year 1."""
    return isinstance(value, datetime) and value.year > 2000


def aware(moment: datetime) -> datetime:
    """The client's dates are UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
