"""The named limits of the crawl; each one is reached in a test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how much and how often; seconds and bytes."""

    connect_timeout_s: float = 5.0
    read_timeout_s: float = 20.0  # between two pieces of an answer
    deadline_s: float = 60.0  # for a whole answer, headers included: pieces may come slowly for ever
    wire_bytes: int = 10_000_000  # as sent
    decoded_bytes: int = 30_000_000  # after gzip or deflate
    redirects: int = 5
    tries: int = 4  # the first and three more
    backoff_base_s: float = 2.0  # the longest wait before the second try; doubles with each
    backoff_cap_s: float = 60.0
    retry_after_in_run_s: float = 3_600.0  # a longer Retry-After ends this host's part of the run
    retry_after_kept_s: float = 31 * 86_400.0  # and is kept for later runs up to this
    spacing_s: float = 1.0  # between two requests to one host, at least
    latency_factor: float = 5.0  # a slow host gets a rest of this many times its last answer's time
    latency_rest_s: float = 30.0  # but no longer than this
    crawl_delay_min_s: float = 1.0
    crawl_delay_max_s: float = 300.0
    robots_bytes: int = 512 * 1024  # of robots.txt are read (RFC 9309, 2.5)
    robots_cache_s: float = 86_400.0  # RFC 9309, 2.4
    robots_absent_after_s: float = 30 * 86_400.0  # unreachable for this long: counts as absent (RFC 9309, 2.3.1.4)
    header_chars: int = 4_000  # of one header value are kept


LIMITS = Limits()
