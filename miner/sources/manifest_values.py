"""Values of a manifest's fields: what is of the wrong type or out of range is an error with a plain reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
_MAX_TEXT = 100_000  # characters of one field; a longer description is no description
_YEARS = range(1990, 2101)


def text_field(row: Row, *names: str) -> str | None:
    """The first of these fields that holds text, without blank edges and lone surrogates; None when none does.

    Raises:
        ValueError: a field holds something else.
    """
    for name in names:
        value = row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} is no text but a {type(value).__name__}")
        if value and value.strip():
            return value.strip()[:_MAX_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return None


def int_field(row: Row, name: str, low: int = 0, high: int = 10**9) -> int | None:
    """The field as an integer in [low, high]; None when it is missing or empty.

    Raises:
        ValueError: it is no integer, or outside.
    """
    value = row.get(name)
    if value is None or value == "":
        return None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        value, is_number = int(value), True
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 12:
        value, is_number = int(value), True
    if not is_number or not low <= value <= high:
        raise ValueError(f"{name} is {str(value)[:40]!r}, not a whole number of at least {low}")
    return int(value)


def year_field(row: Row, name: str = "year") -> int | None:
    """The field as a year; ValueError when it cannot be one."""
    return int_field(row, name, _YEARS.start, _YEARS.stop - 1)


def date_field(row: Row, name: str) -> date | None:
    """The field's date, in UTC where it has a time and a zone; ISO 8601 only, since 01/02/2024 has two readings.

    >>> date_field({"date": "2024-05-31T23:30:00-08:00"}, "date")
    datetime.date(2024, 6, 1)

    Raises:
        ValueError: it is no ISO date, or of no year that can be meant.
    """
    text = text_field(row, name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        found = (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} is {text[:40]!r}, not an ISO date") from error
    if found.year not in _YEARS:
        raise ValueError(f"{name} is {text[:40]!r}, a year that cannot be meant")
    return found


def tags_field(row: Row) -> tuple[str, ...]:
    """The tags' names, each once, in order; a tag is a text or an object with a name.

    Raises:
        ValueError: the field is no list of these.
    """
    tags = row.get("tags") or []
    if not isinstance(tags, list):
        raise ValueError(f"tags is no list but a {type(tags).__name__}")
    names = [text_field(tag if isinstance(tag, dict) else {"tag": tag}, "name", "tag") for tag in tags]
    return tuple(dict.fromkeys(name for name in names if name))
