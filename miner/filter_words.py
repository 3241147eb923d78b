"""The words by which Python and agents narrow a question: those of the command line, each - an underscore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import TypedDict

from corpus.errors import UsageError
from corpus.records import Filters

WINNERS_RANK = 10
MEDALS = ("gold", "silver", "bronze", "any")
Day = date | str


class ScopeWords(TypedDict, total=False):
    """What narrows a question: the options of the command line, - as _."""

    task: str | None  # "audio/classification", a modality or a task alone
    year: int | None  # of the competition, else of the document
    since: Day | None  # a date or "YYYY-MM-DD"; only what counts from then or later
    until: Day | None
    platform: str | None
    metric: str | None  # part of its name
    rank_at_most: int | None
    winners: bool  # short for rank_at_most=10
    verified: bool  # only ranks that a leaderboard or a public index confirms
    as_of: Day | None  # what was known then
    exclude: str | Sequence[str]  # slugs, * as wildcard


class FilterWords(ScopeWords, total=False):
    """The same where claims are counted."""

    min_confidence: float | None  # 0 to 1; only claims whose status is right with at least this probability


class ReadingWords(FilterWords, total=False):
    """Those of a reading list."""

    new: bool  # only what was not shown before


def make_filters(words: ScopeWords) -> Filters:
    """Filters from keywords.

    Raises:
        TypeError: for a keyword that is none.
        UsageError: for a day that is none, or a confidence or rank out of bounds.
    """
    known = FilterWords.__annotations__.keys()
    for word in words:
        if word not in known:
            near = get_close_matches(word, known, n=1)
            raise TypeError(f"no filter called {word!r}{f'; did you mean {near[0]}=?' if near else ''}")
    given: dict[str, object] = {**words}
    for name in ("since", "until", "as_of"):
        if given.get(name) is not None:
            given[name] = read_day(name, given[name])
    check_confidence(given.get("min_confidence"))
    rank = given.get("rank_at_most")
    if rank is not None and not (isinstance(rank, int) and rank >= 1):
        raise UsageError(f"rank_at_most must be 1 or more, not {rank!r}")
    exclude = words.get("exclude", ())
    given["exclude"] = (exclude,) if isinstance(exclude, str) else tuple(exclude)
    if given.pop("winners", False) and rank is None:
        given["rank_at_most"] = WINNERS_RANK
    return Filters(**given)  # type: ignore[arg-type]  # the keys are the fields' names, checked above


def read_day(name: str, value: object) -> date:
    """The day that a date or "YYYY-MM-DD" means.

    Raises:
        UsageError: for anything else.
    """
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"{name} must be a date or 'YYYY-MM-DD', not {value!r}") from error


def check_confidence(value: object) -> None:
    """Raises UsageError unless the value is None or a number from 0 to 1."""
    if value is not None and not (isinstance(value, int | float) and 0 <= value <= 1):
        raise UsageError(f"min_confidence must be between 0 and 1, not {value!r}")


def narrow_winners(filters: Filters, medal: str | None, *, first_place: bool) -> Filters:
    """The filters of a question about winners, of first places alone where that is asked for.

    Raises:
        UsageError: for a medal that is none, or one beside a rank, in whose place it stands.
    """
    if medal not in (None, *MEDALS):
        raise UsageError(f"medal must be {', '.join(MEDALS[:-1])} or {MEDALS[-1]}, not {medal!r}")
    if medal and (first_place or filters.rank_at_most):
        raise UsageError("medal stands in place of first_place, rank_at_most and winners; leave these out")
    return replace(filters, rank_at_most=1) if first_place else filters
