"""What a host's robots.txt allows (RFC 9309), failing closed: what is not known is not asked for.

An answer 4xx means there are no rules, but 401 and 403 close the host; 5xx, a time-out or no address close it until
robots.txt can be read again, or has been out of reach for 30 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from miner.fetch.answers import Code, Missing, Response, Trouble, WebAnswer
from miner.fetch.limits import LIMITS, Limits

if TYPE_CHECKING:
    from protego import Protego

_OPENED_BY = frozenset({Code.HTTP_4XX})  # other than 401 and 403: no rules
_CLOSED_BY = frozenset({401, 403})


class RobotsStatus(StrEnum):
    """What asking for robots.txt gave."""

    RULES = "rules"
    NONE = "none"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class HostState:
    """What is kept of one origin (scheme, name and port) between runs."""

    robots_status: RobotsStatus | None = None  # None: never asked
    robots_body: str | None = None  # at most 512 KiB; kept while the host cannot be reached
    robots_checked_at: datetime | None = None  # for "unreachable": since when it is
    not_before: datetime | None = None  # no request before this


def origin_of(url: str) -> str:
    """Scheme, name and port: what one robots.txt speaks for.

    >>> origin_of("HTTPS://Example.org:443/a?b"), origin_of("http://127.0.0.1:8000/x")
    ('https://example.org', 'http://127.0.0.1:8000')
    """
    split = urlsplit(url)
    name = split.hostname or ""
    name = f"[{name}]" if ":" in name else name
    usual = {"http": 80, "https": 443}.get(split.scheme)
    return f"{split.scheme}://{name}{f':{split.port}' if split.port not in (None, usual) else ''}"


class RobotsBook:
    """The rules of each origin, from earlier runs or this one."""

    def __init__(self, agent: str, states: Mapping[str, HostState], limits: Limits = LIMITS) -> None:
        """Ready to judge.

        Args:
            agent: the name that robots.txt may address, without version.
            states: by origin, as `states` gave them at the end of an earlier run.
            limits: cache time and size.
        """
        self._agent, self._limits = agent, limits
        self._states = dict(states)
        self._asked: set[str] = set()  # in this run
        self._parsed: dict[str, Protego] = {}

    def states(self) -> dict[str, HostState]:
        """By origin, what to keep for the next run."""
        return dict(self._states)

    def must_ask(self, origin: str, now: datetime) -> bool:
        """Whether robots.txt has to be fetched first: not yet, or too long ago, or out of reach in an earlier run."""
        state = self._states.get(origin)
        if origin in self._asked:
            return False
        if state is None or state.robots_checked_at is None or state.robots_status is RobotsStatus.UNREACHABLE:
            return True
        age_s = (now - state.robots_checked_at).total_seconds()
        return not 0 <= age_s < self._limits.robots_cache_s

    def learn(self, origin: str, answer: WebAnswer, status: int | None, now: datetime) -> None:
        """Takes the answer to robots.txt; `status` is that of the last answer, where there was one."""
        self._asked.add(origin)
        self._parsed.pop(origin, None)
        before = self._states.get(origin, HostState())
        if isinstance(answer, Response):
            body = self._text(answer.body)
            after = replace(before, robots_status=RobotsStatus.RULES, robots_body=body, robots_checked_at=now)
        elif status in _CLOSED_BY:
            after = replace(before, robots_status=RobotsStatus.REFUSED, robots_body=None, robots_checked_at=now)
        elif isinstance(answer, Missing) or (isinstance(answer, Trouble) and answer.code in _OPENED_BY):
            after = replace(before, robots_status=RobotsStatus.NONE, robots_body=None, robots_checked_at=now)
        else:
            is_known = before.robots_status is RobotsStatus.UNREACHABLE and before.robots_checked_at
            since = before.robots_checked_at if is_known else now
            after = replace(before, robots_status=RobotsStatus.UNREACHABLE, robots_checked_at=since)
        self._states[origin] = after

    def _text(self, body: bytes) -> str:
        if len(body) > self._limits.robots_bytes:
            body = body[: self._limits.robots_bytes].rpartition(b"\n")[0]  # no half rule
        return body.decode("utf-8-sig", "replace").replace("\0", " ")

    def problem(self, url: str, now: datetime) -> tuple[Code, str] | None:
        """Why the url may not be asked for; None when it may."""
        origin = origin_of(url)
        state = self._states.get(origin, HostState())
        if state.robots_status is RobotsStatus.REFUSED:
            return Code.ROBOTS, f"{origin} refuses to show its robots.txt, so nothing of it is read"
        if state.robots_status in (None, RobotsStatus.UNREACHABLE) and not self._is_long_gone(state, now):
            return Code.ROBOTS_UNREACHABLE, f"the robots.txt of {origin} cannot be read now, so nothing else is"
        rules = self._rules(origin, state)
        if rules is not None and not rules.can_fetch(url, self._agent):
            return Code.ROBOTS, "disallowed by robots.txt"
        return None

    def crawl_delay_s(self, url: str) -> float | None:
        """The Crawl-delay that the host asks for, as it stands; None when there is none that can be read."""
        origin = origin_of(url)
        rules = self._rules(origin, self._states.get(origin, HostState()))
        return rules.crawl_delay(self._agent) if rules is not None else None

    def _is_long_gone(self, state: HostState, now: datetime) -> bool:
        since = state.robots_checked_at
        return since is not None and now - since > timedelta(seconds=self._limits.robots_absent_after_s)

    def _rules(self, origin: str, state: HostState) -> Protego | None:
        if state.robots_body is None:
            return None
        if origin not in self._parsed:
            from protego import Protego

            self._parsed[origin] = Protego.parse(state.robots_body)
        return self._parsed[origin]
