"""Retries, waits, redirects, conditional requests and types, on a scripted server and a clock that only tests move.

Fault matrix A1 to A5, A9, A10, A13, A14 and B6 to B9, B11.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from random import Random

import pytest
from loopback.fake_clock import START, FakeClock
from loopback.scripted_server import ScriptedServer, Step

from miner.fetch.answers import Code, Expect, Missing, NotModified, Response, Trouble, WebAnswer
from miner.fetch.client import Surroundings, WebClient, open_web, user_agent
from miner.fetch.limits import LIMITS
from miner.fetch.retry import backoff_s, retry_after_s
from miner.fetch.turns import take_turns

PAGE = Step(body=b"<html><p>reef</p></html>")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(clock: FakeClock) -> Iterator[ScriptedServer]:
    with ScriptedServer({}, clock) as opened:
        yield opened


@pytest.fixture
def web(clock: FakeClock) -> WebClient:
    return new_web(clock)


def new_web(clock: FakeClock, pace_s: float = 0.0) -> WebClient:
    return open_web(pace_s=pace_s, surroundings=Surroundings(clock, clock.sleep, Random(5)))


def code_of(answer: WebAnswer) -> Code | None:
    return answer.code if isinstance(answer, Trouble) else None


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_failing_server_is_tried_again_with_growing_jitter(
    server: ScriptedServer, web: WebClient, clock: FakeClock, status: int
) -> None:
    server.script("/p", Step(status), Step(status), PAGE)
    answer = web.get(f"{server.url}/p", is_configured=True)
    assert isinstance(answer, Response)
    assert answer.body == PAGE.body
    rng = Random(5)
    assert clock.sleeps == [backoff_s(n, rng, LIMITS) for n in (1, 2)]
    assert 0 <= clock.sleeps[0] <= 2
    assert 0 <= clock.sleeps[1] <= 4


def test_four_tries_and_no_more(server: ScriptedServer, web: WebClient, clock: FakeClock) -> None:
    server.script("/p", Step(503))
    assert code_of(web.get(f"{server.url}/p", is_configured=True)) is Code.HTTP_5XX
    assert server.paths() == ["/p"] * 4
    assert len(clock.sleeps) == 3
    assert web.n_requests == 5  # with robots.txt


@pytest.mark.parametrize("step", [Step(body=b"x" * 100, reset_after=10), Step(body=b"x" * 100, close_after=10)])
def test_a_broken_body_is_tried_again(server: ScriptedServer, web: WebClient, step: Step) -> None:
    server.script("/p", step, PAGE)
    answer = web.get(f"{server.url}/p", is_configured=True)
    assert isinstance(answer, Response)
    assert answer.body == PAGE.body
    server.script("/q", step)
    assert code_of(web.get(f"{server.url}/q", is_configured=True)) is Code.TRUNCATED


@pytest.mark.parametrize("status", [400, 401, 403, 405, 451])
def test_a_refusal_is_not_repeated(server: ScriptedServer, web: WebClient, status: int) -> None:
    server.script("/p", Step(status))
    assert code_of(web.get(f"{server.url}/p", is_configured=True)) is Code.HTTP_4XX
    assert server.paths() == ["/p"]


def test_retry_after_holds_for_the_whole_host(server: ScriptedServer, web: WebClient, clock: FakeClock) -> None:
    server.script("/p", Step(429, headers={"Retry-After": "40"}))
    server.script("/q", PAGE)
    web.get(f"{server.url}/p", is_configured=True)
    assert isinstance(web.get(f"{server.url}/q", is_configured=True), Response)
    times = [request.at for request in server.requests if request.path != "/robots.txt"]
    assert all(later - earlier >= timedelta(seconds=40) for earlier, later in pairwise(times))
    assert server.paths() == ["/p"] * 4 + ["/q"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        (format_datetime(START + timedelta(seconds=90)), 90.0),
        ("Fri, 20 Nov 2026 12:00:05 GMT", 5.0),
        ("Friday, 20-Nov-26 12:00:06 GMT", 6.0),
        ("Fri, 20 Nov 2020 12:00:00 GMT", 0.0),
        ("99999999", 99_999_999.0),
        ("9" * 400, float("inf")),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("2.5", None),
        ("²", None),
        ("", None),
        ("Fri, 99 Nov 2026 99:00:00 GMT", None),
    ],
)
def test_every_form_of_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, START) == seconds


@pytest.mark.parametrize("value", ["99999999", "9" * 400, "3601"])
def test_a_wait_beyond_the_run_ends_the_host_and_is_kept(
    server: ScriptedServer, web: WebClient, clock: FakeClock, value: str
) -> None:
    server.script("/p", Step(429, headers={"Retry-After": value}))
    server.script("/q", PAGE)
    answer = web.get(f"{server.url}/p", is_configured=True)
    assert isinstance(answer, Trouble)
    assert answer.code is Code.HOST_WAITS
    assert answer.until is not None
    assert timedelta(0) < answer.until - START <= timedelta(days=31)
    assert code_of(web.get(f"{server.url}/q", is_configured=True)) is Code.HOST_WAITS
    assert (server.paths(), clock.sleeps) == (["/p"], [])
    state = web.host_states()[server.url]
    assert state.not_before == answer.until

    next_run = open_web(pace_s=0, host_states=web.host_states(), surroundings=Surroundings(clock, clock.sleep))
    assert code_of(next_run.get(f"{server.url}/q", is_configured=True)) is Code.HOST_WAITS
    clock.now = answer.until + timedelta(seconds=1)
    late = open_web(pace_s=0, host_states=web.host_states(), surroundings=Surroundings(clock, clock.sleep))
    assert isinstance(late.get(f"{server.url}/q", is_configured=True), Response)


def test_a_redirect_loop_ends_after_five(server: ScriptedServer, web: WebClient) -> None:
    server.script("/a", Step(302, headers={"Location": "/a"}))
    assert code_of(web.get(f"{server.url}/a", is_configured=True)) is Code.REDIRECTS
    assert server.paths() == ["/a"] * 6
    for n in range(5):
        server.script(f"/{n}", Step(302, headers={"Location": f"/{n + 1}"}))
    server.script("/5", PAGE)
    assert isinstance(web.get(f"{server.url}/0", is_configured=True), Response)


def test_only_permanent_moves_change_the_address(server: ScriptedServer, web: WebClient) -> None:
    server.script("/old", Step(301, headers={"Location": "/newer"}))
    server.script("/newer", Step(308, headers={"Location": "/today"}))
    server.script("/today", Step(302, headers={"Location": "/caf%C3%A9"}))
    server.script("/caf%C3%A9", PAGE)
    answer = web.get(f"{server.url}/old", is_configured=True)
    assert isinstance(answer, Response)
    assert answer.permanent_url == f"{server.url}/today"
    assert answer.url == f"{server.url}/caf%C3%A9"
    assert [url.rpartition("/")[2] for url in answer.urls] == ["old", "newer", "today", "caf%C3%A9"]


def test_no_validator_travels_without_being_asked_and_both_come_back_byte_for_byte(
    server: ScriptedServer, web: WebClient
) -> None:
    future = "Sat, 01 Jan 2050 00:00:00 GMT"
    server.script("/p", Step(body=b"<html>1", etag='W/"odd, one"', headers={"Last-Modified": future}))
    first = web.get(f"{server.url}/p", is_configured=True)
    assert isinstance(first, Response)
    assert (first.etag, first.last_modified) == ('W/"odd, one"', future)
    second = web.get(f"{server.url}/p", etag=first.etag, last_modified=first.last_modified, is_configured=True)
    assert second == NotModified(f"{server.url}/p", 'W/"odd, one"', future)
    plain, conditional = (request.headers for request in server.requests if request.path == "/p")
    assert not {"if-none-match", "if-modified-since"} & plain.keys()
    assert (conditional["if-none-match"], conditional["if-modified-since"]) == ('W/"odd, one"', future)


def test_a_not_modified_that_nobody_asked_for_is_no_answer(server: ScriptedServer, web: WebClient) -> None:
    server.script("/p", Step(304))
    assert code_of(web.get(f"{server.url}/p", is_configured=True)) is Code.HTTP_OTHER


def test_bytes_come_whatever_the_validators_say(server: ScriptedServer, web: WebClient) -> None:
    """B8: the same ETag with other bytes is a whole answer; the hash of the content decides, not the header."""
    server.script(
        "/p", Step(body=b"<html>one", headers={"ETag": '"a"'}), Step(body=b"<html>two", headers={"ETag": '"a"'})
    )
    answers = [web.get(f"{server.url}/p", etag='"a"', is_configured=True) for _ in range(2)]
    assert [answer.body for answer in answers if isinstance(answer, Response)] == [b"<html>one", b"<html>two"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_no_more(server: ScriptedServer, web: WebClient, status: int) -> None:
    server.script("/p", Step(status))
    assert web.get(f"{server.url}/p", is_configured=True) == Missing(f"{server.url}/p", status)


@pytest.mark.parametrize(
    ("content_type", "body", "fits"),
    [
        ("text/html", b"<html>", {Expect.PAGE}),
        ("text/html; charset=latin-1", b"just words", {Expect.PAGE, Expect.XML}),
        ("", b"  <!DOCTYPE html>", {Expect.PAGE}),
        ("application/rss+xml", b"<?xml version='1.0'?><rss/>", {Expect.XML, Expect.TEXT}),
        ("text/html", b"<rss/>", {Expect.PAGE, Expect.XML}),
        ("text/plain", b"# A title", {Expect.XML, Expect.TEXT}),
        ("text/plain", b'\xef\xbb\xbf {"cells": []}', {Expect.XML, Expect.TEXT, Expect.NOTEBOOK}),
        ("application/json", b"<html>Please log in", set()),
    ],
)
def test_a_page_of_another_type_is_no_answer(
    server: ScriptedServer, web: WebClient, content_type: str, body: bytes, fits: set[Expect]
) -> None:
    server.script("/p", Step(body=body, headers={"Content-Type": content_type}))
    got = {
        expect
        for expect in Expect
        if isinstance(web.get(f"{server.url}/p", is_configured=True, expect=expect), Response)
    }
    assert got == fits | {Expect.ANY}


def test_bytes_and_claimed_charset_are_kept_as_they_came(server: ScriptedServer, web: WebClient) -> None:
    body = "<html>caf\u00e9".encode("cp1252")
    server.script("/p", Step(body=body, headers={"Content-Type": 'Text/HTML; a=b; Charset="UTF-8"'}))
    answer = web.get(f"{server.url}/p", is_configured=True)
    assert isinstance(answer, Response)
    assert (answer.body, answer.content_type, answer.charset) == (body, "text/html", "utf-8")


def test_we_say_who_we_are(server: ScriptedServer, clock: FakeClock) -> None:
    server.script("/p", PAGE)
    web = open_web(contact="someone@example.org\r\nX: y", surroundings=Surroundings(clock, clock.sleep))
    web.get(f"{server.url}/p", is_configured=True)
    agents = {request.headers["user-agent"] for request in server.requests}
    assert agents == {user_agent("someone@example.org\r\nX: y")}
    assert agents.pop().startswith("solution-miner/")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "http://", "http://u:p@a.example/", "nonsense"]
)
def test_what_is_no_web_address_is_not_asked(web: WebClient, url: str) -> None:
    assert code_of(web.get(url, is_configured=True)) is Code.BAD_URL
    assert web.n_requests == 0


def test_no_header_follows_to_another_host(server: ScriptedServer, web: WebClient, clock: FakeClock) -> None:
    """A10: there is nothing to leak, but validators and referrers do not travel with secrets either."""
    with ScriptedServer({"/x": PAGE}, clock) as other:
        server.script("/p", Step(302, headers={"Location": f"http://localhost:{server.port}/q", "Set-Cookie": "a=b"}))
        server.script("/q", PAGE)
        web.get(f"{server.url}/p", is_configured=True)
        assert other.requests == []
    allowed = {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert all(request.headers.keys() <= allowed for request in server.requests)


def test_a_slow_host_keeps_nobody_waiting(clock: FakeClock) -> None:
    """B6: while one host rests, the other goes on; never two requests to one host without a rest."""
    robots = [Step(body=b"User-agent: *\nCrawl-delay: 10", headers={"Content-Type": "text/plain"})]
    pages = {f"/{n}": PAGE for n in range(4)}
    with ScriptedServer({"/robots.txt": robots, **pages}, clock) as slow, ScriptedServer(pages, clock) as quick:
        web = new_web(clock, pace_s=1.0)
        urls = [f"{host.url}/{n}" for host in (slow, quick) for n in range(4)]
        order = []
        for url in take_turns(urls, lambda url: url, web.wait_s):
            assert isinstance(web.get(url, is_configured=True), Response)
            order.append(url.startswith(slow.url))
        times: list[datetime] = [request.at for request in slow.requests]
    assert order.index(True) == 0
    assert not any(order[1:5])
    assert all(b - a >= timedelta(seconds=10) for a, b in pairwise(times[1:]))
    assert sorted(urls) == sorted(take_turns(urls, lambda url: url, lambda _: 0.0))
