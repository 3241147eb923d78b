"""The one way to ask the web for something: robots, pace, retries, redirects and checked addresses in one call."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from random import Random
from typing import Protocol
from urllib.parse import urldefrag, urljoin, urlsplit

from miner.fetch.addresses import AddressBook, AddressRefusedError, Resolver, is_loopback, resolve
from miner.fetch.answers import Code, Exchange, Expect, Missing, NotModified, Response, Trouble, WebAnswer, printable
from miner.fetch.canonical import web_address
from miner.fetch.limits import LIMITS, Limits
from miner.fetch.pace import Clock, Pace, Sleep, host_of
from miner.fetch.retry import RETRIED_CODES, RETRIED_STATUSES, backoff_s, retry_after_s
from miner.fetch.robots import HostState, RobotsBook, origin_of

AGENT = "solution-miner"  # the name that robots.txt may address
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CONDITIONAL = frozenset({"If-None-Match", "If-Modified-Since"})
_ACCEPT = {
    Expect.ANY: "*/*",
    Expect.PAGE: "text/html, application/xhtml+xml;q=0.9",
    Expect.XML: "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1",
    Expect.TEXT: "text/plain, text/markdown, */*;q=0.1",
    Expect.NOTEBOOK: "application/json, text/plain, */*;q=0.1",
}
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_PAGE_STARTS = (b"<!doctype html", b"<html")


class Sender(Protocol):
    """What sends one request; `miner.fetch.transport.Transport` in earnest."""

    def send(self, url: str, headers: Mapping[str, str], addresses: tuple[str, ...]) -> Exchange | Trouble:
        """The answer to one GET, redirects not followed."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the client takes from the machine, so that tests can give it something else."""

    clock: Clock = field(default=lambda: datetime.now(UTC))
    sleep: Sleep = time.sleep
    rng: Random = field(default_factory=Random)
    resolver: Resolver = resolve


@dataclass(frozen=True, slots=True)
class _Hop:
    """Where a chain of redirects stands."""

    url: str
    permanent_url: str
    urls: tuple[str, ...]


def user_agent(contact: str | None = None) -> str:
    """How we present ourselves: name, version and, where the user gives one, how to reach them."""
    try:
        number = version(AGENT)
    except PackageNotFoundError:
        number = "0"
    return f"{AGENT}/{number}{f' ({printable(contact, 200)})' if contact else ''}"


def open_web(
    *,
    pace_s: float = LIMITS.spacing_s,
    contact: str | None = None,
    host_states: Mapping[str, HostState] | None = None,
    surroundings: Surroundings | None = None,
    sender: Sender | None = None,
    limits: Limits = LIMITS,
) -> WebClient:
    """A client for one run.

    Args:
        pace_s: least seconds between two requests to one host; below 1 it holds towards this machine only.
        contact: an address or page of the user, shown to the hosts asked.
        host_states: by origin, as `WebClient.host_states` gave them at the end of an earlier run.
        surroundings: clock, sleep, random numbers and resolver.
        sender: what sends the requests; the network by default.
        limits: of time, size and number.
    """
    if sender is None:
        from miner.fetch.transport import Transport

        sender = Transport(user_agent(contact), limits)
    return WebClient(sender, pace_s, host_states or {}, surroundings or Surroundings(), limits)


class WebClient:
    """Asks for one page at a time; whatever a server does comes back as a value. Not for several threads."""

    def __init__(
        self,
        sender: Sender,
        pace_s: float,
        host_states: Mapping[str, HostState],
        surroundings: Surroundings,
        limits: Limits = LIMITS,
    ) -> None:
        self._sender, self._limits = sender, limits
        self._clock, self._sleep, self._rng = surroundings.clock, surroundings.sleep, surroundings.rng
        self._addresses = AddressBook(surroundings.resolver)
        self._pace = Pace(pace_s, self._clock, self._sleep, limits)
        self._robots = RobotsBook(AGENT, host_states, limits)
        self.n_requests = 0  # sent in this run, those for robots.txt and repeated ones included
        for origin, state in host_states.items():
            if state.not_before:
                self._pace.hold(host_of(origin), (state.not_before - self._clock()).total_seconds())

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        is_configured: bool = False,
        expect: Expect = Expect.ANY,
    ) -> WebAnswer:
        """What the server answers to GET, after everything that politeness asks for.

        Args:
            url: absolute, http or https.
            etag: as the server sent it with our copy; sent back byte for byte.
            last_modified: likewise; a server that knows the ETag ignores it (RFC 9110, 13.2.2).
            is_configured: the user named this address or its host: it may be this machine.
            expect: what kind of content counts as an answer.
        """
        headers = {"Accept": _ACCEPT[expect]}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        answer, _ = self._follow(url, headers, is_configured, is_for_robots=False)
        if isinstance(answer, NotModified):
            answer = replace(answer, etag=answer.etag or etag, last_modified=answer.last_modified or last_modified)
        if isinstance(answer, Response) and not _is_expected(answer, expect):
            got = answer.content_type or "no type"
            return Trouble(answer.url, Code.UNEXPECTED_TYPE, f"not the {expect} that was asked for ({got})")
        return answer

    def wait_s(self, url: str) -> float:
        """Seconds until the host of a url may be asked."""
        return self._pace.wait_s(host_of(url))

    def host_states(self) -> dict[str, HostState]:
        """By origin, what to keep for the next run."""
        return {
            origin: replace(state, not_before=self._pace.not_before(host_of(origin)))
            for origin, state in self._robots.states().items()
        }

    def _follow(
        self, url: str, headers: Mapping[str, str], is_configured: bool, is_for_robots: bool
    ) -> tuple[WebAnswer, int | None]:
        """The answer at the end of the redirects, and the last status."""
        hop = _Hop(url, url, (url,))
        for _ in range(self._limits.redirects + 1):
            may_be_here = is_configured and origin_of(hop.url) == origin_of(url)
            got = self._ask(hop.url, headers, may_be_here, is_for_robots)
            if isinstance(got, Trouble):
                return got, None
            target = got.headers.get("location") if got.status in _REDIRECTS else None
            if target is None:
                return _answer(got, hop, is_conditional=bool(_CONDITIONAL & headers.keys())), got.status
            following = _join(hop.url, target)
            if web_address(following) is None:
                return Trouble(url, Code.REDIRECTS, f"leads to {target[:100]}, which is no web address"), got.status
            is_permanent = got.status in _PERMANENT and hop.permanent_url == hop.url
            hop = _Hop(following, following if is_permanent else hop.permanent_url, (*hop.urls, following))
        return Trouble(url, Code.REDIRECTS, f"more than {self._limits.redirects} redirects"), None

    def _ask(self, url: str, headers: Mapping[str, str], may_be_here: bool, is_for_robots: bool) -> Exchange | Trouble:
        """One hop: every check, then as many tries as are allowed."""
        try:
            addresses = self._check_address(url, may_be_here)
        except AddressRefusedError as error:
            return Trouble(url, error.code, printable(str(error), 200))
        if waiting := self._is_held(url):
            return waiting
        if not is_for_robots and (problem := self._check_robots(url, may_be_here)):
            return problem
        return self._try(url, headers, addresses)

    def _check_address(self, url: str, may_be_here: bool) -> tuple[str, ...]:
        split = urlsplit(url)
        if web_address(url) is None:
            raise AddressRefusedError(Code.BAD_URL, "not an http or https address without a user name")
        addresses = self._addresses.checked(split.hostname or "", may_be_here)
        self._pace.learn(host_of(url), is_loopback=all(is_loopback(address) for address in addresses))
        return addresses

    def _is_held(self, url: str) -> Trouble | None:
        host = host_of(url)
        if self._pace.held_s(host) <= self._limits.retry_after_in_run_s:
            return None
        until = self._pace.not_before(host)
        return Trouble(url, Code.HOST_WAITS, f"{host} asked not to be asked again before {until:%Y-%m-%d %H:%M}", until)

    def _check_robots(self, url: str, may_be_here: bool) -> Trouble | None:
        origin = origin_of(url)
        if self._robots.must_ask(origin, self._clock()):
            headers = {"Accept": "text/plain, */*;q=0.1"}
            answer, status = self._follow(f"{origin}/robots.txt", headers, may_be_here, is_for_robots=True)
            self._robots.learn(origin, answer, status, self._clock())
        self._pace.set_crawl_delay(host_of(url), self._robots.crawl_delay_s(url))
        problem = self._robots.problem(url, self._clock())
        return Trouble(url, *problem) if problem else None

    def _try(self, url: str, headers: Mapping[str, str], addresses: tuple[str, ...]) -> Exchange | Trouble:
        got: Exchange | Trouble = Trouble(url, Code.CONNECTION, "not tried")
        for n_tried in range(1, self._limits.tries + 1):
            got = self._send(url, headers, addresses)
            if not _is_worth_another_try(got):
                return got
            header = got.headers.get("retry-after") if isinstance(got, Exchange) else None
            asked_s = retry_after_s(header, self._clock())
            if asked_s is not None:
                self._pace.hold(host_of(url), asked_s)
                if waiting := self._is_held(url):
                    return waiting
            elif n_tried < self._limits.tries:
                self._sleep(backoff_s(n_tried, self._rng, self._limits))
        return got

    def _send(self, url: str, headers: Mapping[str, str], addresses: tuple[str, ...]) -> Exchange | Trouble:
        host = host_of(url)
        self._pace.wait(host)
        started = self._clock()
        self.n_requests += 1
        got = self._sender.send(url, headers, addresses)
        self._pace.finished(host, (self._clock() - started).total_seconds())
        return got


def _join(base: str, target: str) -> str:
    """The address that a Location header means; its bytes are UTF-8, which http.client reads as Latin-1."""
    try:
        return urldefrag(urljoin(base, target.encode("latin-1").decode("utf-8"))).url
    except (UnicodeError, ValueError):
        return ""


def _is_worth_another_try(got: Exchange | Trouble) -> bool:
    if isinstance(got, Trouble):
        return got.code in RETRIED_CODES
    return got.status in RETRIED_STATUSES


def _answer(got: Exchange, hop: _Hop, is_conditional: bool) -> WebAnswer:
    """What a status other than a redirect means."""
    status = got.status
    if status == 304 and is_conditional:
        return NotModified(got.url, got.etag, got.last_modified)
    if status in (404, 410):
        return Missing(got.url, status)
    if status != 200:
        return Trouble(got.url, _code_of(status), f"the server answered {status}")
    content_type, _, parameters = got.headers.get("content-type", "").partition(";")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    return Response(
        url=got.url,
        body=got.body,
        permanent_url=hop.permanent_url,
        urls=hop.urls,
        content_type=content_type.strip().lower(),
        charset=charset or None,
        etag=got.etag,
        last_modified=got.last_modified,
        headers=got.headers,
    )


def _code_of(status: int) -> Code:
    if status == 429:
        return Code.HTTP_429
    if 400 <= status < 500:
        return Code.HTTP_4XX
    return Code.HTTP_5XX if 500 <= status < 600 else Code.HTTP_OTHER


def _is_expected(answer: Response, expect: Expect) -> bool:
    if expect is Expect.ANY:
        return True
    start = answer.body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    looks_like_page = start.startswith(_PAGE_STARTS)
    if expect is Expect.PAGE:
        return answer.content_type in _PAGE_TYPES or (not answer.content_type and looks_like_page)
    if expect is Expect.XML:  # some servers send feeds as text/html
        return not looks_like_page
    if looks_like_page or answer.content_type in _PAGE_TYPES:
        return False
    return expect is not Expect.NOTEBOOK or start.startswith(b"{")
