from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from corpus.records import Target, Visit
from miner.frontier import (
    DAY,
    DEFAULT,
    after_content,
    after_failure,
    after_gone,
    is_due,
    next_check,
    published_at,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TOPIC = Target("kaggle", "topic:1", "topic", facts={"date": "2026-11-13T08:00:00"})
NOTEBOOK = Target("kaggle", "kernel:a/b", "notebook", signature="v1")

times = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
visits = st.builds(
    Visit,
    st.builds(
        Target, st.just("s"), st.just("k"), st.just("topic"), signature=st.none() | st.just("1"),
        facts=st.fixed_dictionaries({"date": st.none() | st.dates(date(2010, 1, 1)).map(str) | st.just("soon")}),
    ),
    checked_at=st.none() | times,
    next_check_at=st.none() | times,
    fetched_signature=st.none() | st.just("1") | st.just("2"),
    unchanged_in_a_row=st.integers(0, 10**6),
    failures_in_a_row=st.integers(0, 10**6),
    gone_since=st.none() | times,
)  # fmt: skip


def age(days: float, calm: int = 0) -> float:
    """Days until a topic of this age is read again, after so many readings without a change."""
    target = replace(TOPIC, facts={"date": (NOW - timedelta(days=days)).date().isoformat()})
    found = next_check(Visit(target, NOW, unchanged_in_a_row=calm), NOW)
    assert found is not None
    return (found - NOW) / DAY


def test_what_was_never_asked_for_is_due() -> None:
    assert is_due(None, TOPIC, NOW)
    assert is_due(Visit(NOTEBOOK), NOTEBOOK, NOW)


def test_a_signature_decides_where_there_is_one() -> None:
    visit = after_content(Visit(NOTEBOOK), NOW, is_changed=True)
    for later in (NOW, NOW + 300 * DAY):
        assert not is_due(visit, NOTEBOOK, later)
        assert is_due(visit, replace(NOTEBOOK, signature="v2"), later)
    assert is_due(visit, NOTEBOOK, NOW + 32 * DAY, is_listed=False)  # no list speaks for it any more


@pytest.mark.parametrize(("days", "low", "high"), [(0, 1, 1), (7, 1, 1), (30, 2.4, 2.7), (180, 15, 15.1), (365, 30, 31),
                                                   (4000, 31, 31)])  # fmt: skip
def test_topics_are_read_again_after_a_twelfth_of_their_age(days: int, low: float, high: float) -> None:
    assert low <= age(days) <= high


def test_a_calm_document_waits_up_to_twice_as_long() -> None:
    assert (age(7), age(7, 5), age(7, 10), age(7, 1000)) == (1, 1.5, 2, 2)
    assert age(4000, 1000) == 31


def test_the_documented_costs_are_true() -> None:
    target = replace(TOPIC, facts={"date": NOW.date().isoformat()})
    visit, now, readings = Visit(target), NOW, list[datetime]()
    while now < NOW + timedelta(days=730):
        readings.append(now)
        visit = after_content(visit, now, is_changed=len(readings) == 1)
        assert visit.next_check_at is not None
        now = visit.next_check_at
    first_year = sum(at < NOW + timedelta(days=365) for at in readings)
    assert (first_year, len(readings) - first_year) == (33, 11)  # docs/freshness.md says so


def test_failures_are_tried_again_at_once_and_then_ever_later() -> None:
    visit, waits = Visit(TOPIC), list[timedelta]()
    for _ in range(12):
        visit = after_failure(visit, NOW)
        waits.append((visit.next_check_at or NOW) - NOW)
    hours = [wait / timedelta(hours=1) for wait in waits]
    assert hours[:5] == [0, 1, 2, 4, 8]
    assert hours[-1] == 7 * 24
    assert not is_due(visit, replace(TOPIC, signature="new"), NOW + DAY)
    assert after_content(visit, NOW, is_changed=True).failures_in_a_row == 0


def test_gone_is_asked_for_ever_more_rarely_and_at_once_when_listed_anew() -> None:
    visit = after_gone(after_content(Visit(NOTEBOOK), NOW, is_changed=True), NOW, is_listed=False)
    assert is_due(visit, NOTEBOOK, NOW)  # a list names it again
    assert not is_due(visit, NOTEBOOK, NOW + 6 * DAY, is_listed=False)
    assert is_due(visit, NOTEBOOK, NOW + 7 * DAY, is_listed=False)
    again = after_gone(visit, NOW + 7 * DAY, is_listed=False)
    assert (again.gone_since, again.next_check_at) == (NOW, NOW + 21 * DAY)
    still_listed = after_gone(visit, NOW, is_listed=True)
    assert not is_due(still_listed, NOTEBOOK, NOW + timedelta(hours=19))
    assert is_due(still_listed, NOTEBOOK, NOW + timedelta(hours=20))


def test_a_clock_that_went_back_does_not_stop_anything() -> None:
    visit = after_content(Visit(TOPIC), NOW + 400 * DAY, is_changed=True)
    assert is_due(visit, TOPIC, NOW)
    gone = after_gone(visit, NOW + 400 * DAY, is_listed=True)
    assert is_due(gone, TOPIC, NOW)


def test_the_day_of_a_document_is_read_from_what_lists_say() -> None:
    assert published_at(TOPIC) == datetime(2026, 11, 13, tzinfo=UTC)
    assert published_at(replace(TOPIC, facts={"published_on": "soon", "created_at": "2024-02-29"})) == datetime(
        2024, 2, 29, tzinfo=UTC
    )
    assert published_at(NOTEBOOK) is None


@given(visits, times)
def test_nothing_is_further_off_than_a_month_and_all_comes_due(visit: Visit, now: datetime) -> None:
    for after in (
        after_content(visit, now, is_changed=False),
        after_failure(visit, now),
        after_gone(visit, now, is_listed=False),
    ):
        wait = (after.next_check_at or now) - now
        assert timedelta(0) <= wait <= DEFAULT.longest
        assert after.checked_at == now
        if after.target.signature is None:
            assert is_due(after, after.target, now + wait, is_listed=False)
