"""What is due, and when to ask again: decided from records and `now` alone.

A list that shows changes (a version, a date of the last change) is trusted: while its signature stands, nothing is
fetched. Where no list shows edits (discussion topics), the document is read again on a schedule that ages with it:
after a twelfth of its age, at least a day, at most 31 days, up to twice as long while it never changes.
`docs/freshness.md` says what that costs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from corpus.records import Target, Visit

DAY = timedelta(days=1)
AGE_FACTS = ("published_on", "date", "created_at")  # what sources call the day a document appeared


@dataclass(frozen=True, slots=True)
class Settings:
    """How often to ask."""

    shortest: timedelta = DAY  # between two readings of a young document
    age_share: float = 1 / 12  # of its age: until it is read again
    calm_step: float = 0.1  # that much longer for every reading without a change ...
    calm_most: float = 2.0  # ... up to this factor
    longest: timedelta = timedelta(days=31)  # nothing is further off, whatever a clock says
    first_retry: timedelta = timedelta(hours=1)  # after the second failure in a row; doubles from there
    longest_retry: timedelta = timedelta(days=7)
    gone_listed: timedelta = timedelta(hours=20)  # gone, but a list still (or again) names it
    gone_unlisted: timedelta = timedelta(days=7)  # gone from the lists as well; doubles up to `longest`


DEFAULT = Settings()


def is_due(
    visit: Visit | None,
    target: Target,
    now: datetime,
    settings: Settings = DEFAULT,
    *,
    is_listed: bool = True,
    is_anew: bool = False,
) -> bool:
    """Whether to ask for a target in this run.

    Args:
        visit: what is known of it; None when it was never met.
        target: as lists show it now.
        now: aware, UTC. It may lie before earlier visits: a date further off than any schedule reaches is due.
        settings: how often to ask.
        is_listed: whether the lists name it, as far as is known; one that they dropped is read again like those whose
            lists show no change.
        is_anew: a list names it that had dropped it.
    """
    if visit is None or visit.checked_at is None or visit.failures_in_a_row:
        return not _waits(visit, now, settings)
    if visit.gone_since is not None and is_listed:
        has_moved = target.signature is not None and target.signature != visit.fetched_signature
        return is_anew or has_moved or not visit.checked_at <= now < visit.checked_at + settings.gone_listed
    if visit.gone_since is not None or target.signature is None or not is_listed:
        return not _waits(visit, now, settings)
    return target.signature != visit.fetched_signature


def after_content(visit: Visit, now: datetime, settings: Settings = DEFAULT, *, is_changed: bool) -> Visit:
    """The visit after an answer with content, new or as before; the caller adds hash and validators."""
    calm = 0 if is_changed else visit.unchanged_in_a_row + 1
    done = replace(
        visit,
        checked_at=now,
        fetched_signature=visit.target.signature,
        unchanged_in_a_row=calm,
        failures_in_a_row=0,
        gone_since=None,
    )
    return replace(done, next_check_at=next_check(done, now, settings))


def after_failure(visit: Visit, now: datetime, settings: Settings = DEFAULT) -> Visit:
    """The visit after an answer that was of no use; what was fetched before stands."""
    failed = replace(visit, checked_at=now, failures_in_a_row=visit.failures_in_a_row + 1)
    return replace(failed, next_check_at=next_check(failed, now, settings))


def after_gone(visit: Visit, now: datetime, settings: Settings = DEFAULT, *, is_listed: bool) -> Visit:
    """The visit after the source said that the target is no more."""
    gone = replace(
        visit,
        checked_at=now,
        fetched_signature=visit.target.signature if is_listed else None,  # back in a list: at once
        unchanged_in_a_row=visit.unchanged_in_a_row + 1 if visit.gone_since else 0,
        failures_in_a_row=0,
        gone_since=visit.gone_since or now,
    )
    return replace(gone, next_check_at=next_check(gone, now, settings))


def next_check(visit: Visit, now: datetime, settings: Settings = DEFAULT) -> datetime | None:
    """When to ask again at the earliest, never more than `longest` from now; None: in the next run.

    After one failure the next run asks again, after more it waits 1, 2, 4 ... hours, at most a week. A gone target is
    asked for after 7, 14, 28, 31 ... days. Others wait for their age's share.
    """
    if visit.failures_in_a_row == 1:
        return None
    if visit.failures_in_a_row:
        pause = settings.first_retry * (1 << min(visit.failures_in_a_row - 2, 12))
        return now + min(pause, settings.longest_retry, settings.longest)
    if visit.gone_since is not None:
        return now + min(settings.gone_unlisted * (1 << min(visit.unchanged_in_a_row, 8)), settings.longest)
    age = max(now - (published_at(visit.target) or now - 180 * DAY), timedelta(0))
    calm = min(1 + settings.calm_step * visit.unchanged_in_a_row, settings.calm_most)
    return now + min(max(age * settings.age_share, settings.shortest) * calm, settings.longest)


def published_at(target: Target) -> datetime | None:
    """When the document appeared, as lists say; None when none does."""
    for name in AGE_FACTS:
        try:
            day = date.fromisoformat(str(target.facts.get(name) or "")[:10])
        except ValueError:
            continue
        return datetime.combine(day, time(), UTC)
    return None


def _waits(visit: Visit | None, now: datetime, settings: Settings) -> bool:
    """Its time has not come; one that lies further off than it can was written by a clock that was wrong."""
    if visit is None or visit.next_check_at is None:
        return False
    return now < visit.next_check_at <= now + settings.longest
