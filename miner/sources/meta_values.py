"""Values of Meta Kaggle's columns: ids that may be written as floats, and dates in two spellings."""

from __future__ import annotations

import re
from datetime import date

_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?)?\Z")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\Z")
_WHOLE = re.compile(r"(-?\d{1,18})(?:\.0*)?\Z")
_YEARS = range(1990, 2101)
_MEDALS = {1: "gold", 2: "silver", 3: "bronze"}


def whole(text: str) -> int | None:
    """The whole number in a cell; None when it holds none. Nullable ids may come out of a float column.

    >>> whole("57031"), whole("57031.0"), whole(""), whole("n/a")
    (57031, 57031, None, None)
    """
    if text.isdecimal() and len(text) <= 18:
        return int(text)
    match = _WHOLE.match(text.strip())
    return int(match[1]) if match else None


def day(text: str) -> date | None:
    """The day in a cell, None for an empty one; slashes mean month/day/year, dashes ISO 8601. Times count as UTC.

    >>> day("01/31/2024 23:59:00"), day("1/31/2024 11:59:00 PM"), day("2024-01-31"), day("")
    (datetime.date(2024, 1, 31), datetime.date(2024, 1, 31), datetime.date(2024, 1, 31), None)

    Raises:
        ValueError: it is no such date, or of a year that cannot be meant.
    """
    text = text.strip()
    if not text:
        return None
    if us := _US.match(text):
        found = date(int(us[3]), int(us[1]), int(us[2]))
    elif iso := _ISO.match(text):
        found = date(int(iso[1]), int(iso[2]), int(iso[3]))
    else:
        raise ValueError(f"{text[:40]!r} is no date in a spelling that Meta Kaggle uses")
    if found.year not in _YEARS:
        raise ValueError(f"{text[:40]!r} is of a year that cannot be meant")
    return found


def medal(text: str) -> str | None:
    """gold, silver, bronze or None."""
    return _MEDALS.get(whole(text) or 0)
