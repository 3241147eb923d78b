"""How long to leave a host in peace between two requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from miner.fetch.limits import LIMITS, Limits

Clock = Callable[[], datetime]  # aware, UTC
Sleep = Callable[[float], object]  # seconds


def host_of(url: str) -> str:
    """The host that a pace holds for: its name, with the port unless it is the usual one; http and https are one.

    >>> host_of("https://Example.org/a"), host_of("http://127.0.0.1:8000/")
    ('example.org', '127.0.0.1:8000')
    """
    split = urlsplit(url)
    port = split.port
    return f"{split.hostname or ''}{f':{port}' if port not in (None, 80, 443) else ''}"


@dataclass(slots=True)
class _Host:
    finished_at: datetime | None = None
    latency_s: float = 0.0
    crawl_delay_s: float | None = None  # as robots.txt has it
    not_before: datetime | None = None
    is_loopback: bool = False


class Pace:
    """Spacing of requests per host; the caller has one request in flight at a time."""

    def __init__(self, pace_s: float, clock: Clock, sleep: Sleep, limits: Limits = LIMITS) -> None:
        self._pace_s, self._clock, self._sleep, self._limits = pace_s, clock, sleep, limits
        self._hosts: dict[str, _Host] = {}

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())

    def spacing_s(self, host: str) -> float:
        """Seconds from the end of one request to the start of the next.

        A pace below the usual second holds towards this machine only; a Crawl-delay is kept there too, as it stands.
        """
        known, limits = self._host(host), self._limits
        if known.is_loopback and self._pace_s < limits.spacing_s:
            return max(self._pace_s, min(known.crawl_delay_s or 0.0, limits.crawl_delay_max_s))
        rest = min(limits.latency_factor * known.latency_s, limits.latency_rest_s)
        asked = 0.0
        if known.crawl_delay_s is not None:
            asked = min(max(known.crawl_delay_s, limits.crawl_delay_min_s), limits.crawl_delay_max_s)
        return max(limits.spacing_s, self._pace_s, rest, asked)

    def wait_s(self, host: str) -> float:
        """Seconds until the host may be asked; never longer than its spacing, even if the clock was put back."""
        known, now = self._host(host), self._clock()
        wait = 0.0
        if known.finished_at is not None:
            spacing = self.spacing_s(host)
            wait = min(spacing - (now - known.finished_at).total_seconds(), spacing)
        return max(wait, self.held_s(host), 0.0)

    def wait(self, host: str) -> None:
        """Sleeps until the host may be asked."""
        if (seconds := self.wait_s(host)) > 0:
            self._sleep(seconds)

    def finished(self, host: str, latency_s: float) -> None:
        """Notes that a request has just ended, and how long it took."""
        known = self._host(host)
        known.finished_at, known.latency_s = self._clock(), max(latency_s, 0.0)

    def learn(self, host: str, *, is_loopback: bool) -> None:
        """Notes where the host's address is."""
        self._host(host).is_loopback = is_loopback

    def set_crawl_delay(self, host: str, seconds: float | None) -> None:
        """Notes what robots.txt asks for; a negative delay means nothing."""
        self._host(host).crawl_delay_s = seconds if seconds is not None and seconds >= 0 else None

    def hold(self, host: str, seconds: float) -> datetime:
        """Keeps every request from the host for so long; the moment when that ends."""
        until = self._clock() + timedelta(seconds=min(seconds, self._limits.retry_after_kept_s))
        known = self._host(host)
        known.not_before = max(until, known.not_before or until)
        return known.not_before

    def held_s(self, host: str) -> float:
        """Seconds that the host still wants to be left alone for; at most 31 days, whatever the clocks did."""
        not_before = self._host(host).not_before
        seconds = (not_before - self._clock()).total_seconds() if not_before else 0.0
        return min(max(seconds, 0.0), self._limits.retry_after_kept_s)

    def not_before(self, host: str) -> datetime | None:
        """When the host may be asked again, where it said so and that is still to come."""
        return self._host(host).not_before if self.held_s(host) > 0 else None
