"""When to try again, and how long to wait first."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from miner.fetch.answers import Code
from miner.fetch.limits import Limits

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
RETRIED_CODES = frozenset({Code.CONNECTION, Code.TIMEOUT, Code.TRUNCATED})
_DIGITS = re.compile(r"[0-9]+\Z")


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for; None when there is none that can be read.

    Digits or an HTTP date (RFC 9110, 10.2.3); a date that has passed is 0, a number beyond all reason infinite.

    >>> [retry_after_s(v, datetime(2026, 1, 1, tzinfo=UTC)) for v in ("2", "-5", "soon", "nan", "inf", None)]
    [2.0, None, None, None, None, None]
    """
    text = (value or "").strip()
    if _DIGITS.match(text):
        return float(text) if len(text) < 12 else math.inf
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)


def backoff_s(n_tried: int, rng: Random, limits: Limits) -> float:
    """Seconds to wait after `n_tried` tries: anything up to a bound that doubles ("full jitter")."""
    return rng.uniform(0.0, min(limits.backoff_base_s * 2.0 ** (n_tried - 1), limits.backoff_cap_s))
