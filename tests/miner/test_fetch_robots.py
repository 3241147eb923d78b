"""What robots.txt allows, and that nothing is asked for when that is not known (fault matrix B1 to B5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from loopback.fake_clock import START, FakeClock
from loopback.scripted_server import ScriptedServer, Step, resolver_of

from miner.fetch.answers import Code, Response, Trouble, WebAnswer
from miner.fetch.client import Surroundings, WebClient, open_web
from miner.fetch.limits import LIMITS
from miner.fetch.pace import Pace
from miner.fetch.robots import HostState, RobotsBook, RobotsStatus

PAGE = Step(body=b"<html><p>reef</p></html>")
ORIGIN = "https://blog.example"


def robots_txt(text: str | bytes) -> Step:
    body = text.encode() if isinstance(text, str) else text
    return Step(body=body, headers={"Content-Type": "text/plain"})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(clock: FakeClock) -> Iterator[ScriptedServer]:
    with ScriptedServer({"/p": PAGE, "/private/p": PAGE}, clock) as opened:
        yield opened


def new_web(clock: FakeClock, states: dict[str, HostState] | None = None, pace_s: float = 0.0) -> WebClient:
    surroundings = Surroundings(clock, clock.sleep, Random(1), resolver_of({}))
    return open_web(pace_s=pace_s, host_states=states, surroundings=surroundings)


def code_of(answer: WebAnswer) -> Code | None:
    return answer.code if isinstance(answer, Trouble) else None


@pytest.mark.parametrize(
    "step",
    [
        Step(500),
        Step(503),
        Step(429),
        Step(raw=b""),
        Step(body=b"User-agent: *\nAllow: /", close_after=5),
        Step(302, headers={"Location": "/robots.txt"}),
        Step(302, headers={"Location": "http://10.0.0.1/robots.txt"}),
        Step(304),
    ],
)
def test_what_cannot_be_read_closes_the_host(server: ScriptedServer, clock: FakeClock, step: Step) -> None:
    server.script("/robots.txt", step)
    web = new_web(clock)
    for path in ("/p", "/q"):
        assert code_of(web.get(server.url + path, is_configured=True)) is Code.ROBOTS_UNREACHABLE
    assert server.paths() == []
    n_before = len(server.requests)
    assert n_before <= 6
    web.get(server.url + "/p", is_configured=True)
    assert len(server.requests) == n_before, "asked once a run"

    server.script("/robots.txt", robots_txt("User-agent: *\nDisallow:"))
    again = new_web(clock, web.host_states())
    assert isinstance(again.get(server.url + "/p", is_configured=True), Response), "asked again by the next run"


def test_thirty_days_out_of_reach_count_as_absent(server: ScriptedServer, clock: FakeClock) -> None:
    server.script("/robots.txt", Step(503))
    states: dict[str, HostState] = {}
    for days, code in ((0, Code.ROBOTS_UNREACHABLE), (29, Code.ROBOTS_UNREACHABLE), (31, None)):
        clock.now = START + timedelta(days=days)
        web = new_web(clock, states)
        assert code_of(web.get(f"{server.url}/p", is_configured=True)) is code
        states = web.host_states()
    assert states[server.url].robots_checked_at is not None


def test_rules_that_were_known_hold_when_the_host_is_out_of_reach_for_long(
    server: ScriptedServer, clock: FakeClock
) -> None:
    server.script("/robots.txt", robots_txt("User-agent: *\nDisallow: /private/"), Step(503))
    web = new_web(clock)
    web.get(f"{server.url}/p", is_configured=True)
    states = web.host_states()
    for days in (2, 40):
        clock.now = START + timedelta(days=days)
        web = new_web(clock, states)
        web.get(f"{server.url}/p", is_configured=True)
        states = web.host_states()
    assert code_of(web.get(f"{server.url}/private/p", is_configured=True)) is Code.ROBOTS
    assert isinstance(web.get(f"{server.url}/p", is_configured=True), Response)


@pytest.mark.parametrize("status", [400, 404, 410, 418])
def test_no_robots_txt_is_no_rule(server: ScriptedServer, clock: FakeClock, status: int) -> None:
    server.script("/robots.txt", Step(status))
    web = new_web(clock)
    assert isinstance(web.get(f"{server.url}/p", is_configured=True), Response)
    assert web.host_states()[server.url].robots_status is RobotsStatus.NONE


@pytest.mark.parametrize("status", [401, 403])
def test_a_host_that_hides_its_rules_is_left_alone(server: ScriptedServer, clock: FakeClock, status: int) -> None:
    server.script("/robots.txt", Step(status))
    web = new_web(clock)
    assert code_of(web.get(f"{server.url}/p", is_configured=True)) is Code.ROBOTS
    assert server.paths() == []


def test_rules_are_kept_for_a_day(server: ScriptedServer, clock: FakeClock) -> None:
    server.script("/robots.txt", robots_txt("User-agent: *\nDisallow: /private/"))
    states: dict[str, HostState] = {}
    for hours in (0, 1, 23, 25, 26):
        clock.now = START + timedelta(hours=hours)
        web = new_web(clock, states)
        assert code_of(web.get(f"{server.url}/private/p", is_configured=True)) is Code.ROBOTS
        states = web.host_states()
    assert [request.at - START for request in server.requests] == [timedelta(hours=0), timedelta(hours=25)]
    clock.now = START - timedelta(days=2)  # the clock was put back
    new_web(clock, states).get(f"{server.url}/private/p", is_configured=True)
    assert len(server.requests) == 3


def test_a_redirect_is_judged_by_the_rules_of_where_it_leads(server: ScriptedServer, clock: FakeClock) -> None:
    server.script("/robots.txt", robots_txt("User-agent: *\nDisallow: /private/"))
    server.script("/go", Step(301, headers={"Location": "/private/p"}))
    assert code_of(new_web(clock).get(f"{server.url}/go", is_configured=True)) is Code.ROBOTS
    assert server.paths() == ["/go"]


@pytest.mark.parametrize(
    ("body", "is_allowed"),
    [
        (b"\x00\xff\xfe" * 50_000, True),
        (b"<!doctype html><title>not here</title>", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /\n" + b"# filler\n" * 600_000, False),
        (b"# filler\n" * 60_000 + b"User-agent: *\nDisallow: /\n", True),  # behind the first 512 KiB
        (b"nonsense\n\nUser-agent: *\n\nwhat: ever\nDisallow: /\n", False),
    ],
)
def test_odd_robots_files(server: ScriptedServer, clock: FakeClock, body: bytes, is_allowed: bool) -> None:
    server.script("/robots.txt", robots_txt(body))
    web = new_web(clock)
    assert isinstance(web.get(f"{server.url}/p", is_configured=True), Response) is is_allowed
    assert len(web.host_states()[server.url].robots_body or "") <= LIMITS.robots_bytes


ALL = "User-agent: *\n"
RULES = [
    ("", "/a", True),
    (ALL, "/a", True),
    (ALL + "Disallow:", "/a", True),
    (ALL + "Disallow: /", "/", False),
    (ALL + "Disallow: /", "/a", False),
    (ALL + "Disallow: /a", "/a", False),
    (ALL + "Disallow: /a", "/ab", False),
    (ALL + "Disallow: /a", "/b", True),
    (ALL + "Disallow: /a/", "/a", True),
    (ALL + "Disallow: /a", "/A", True),
    (ALL + "disallow: /a", "/a", False),
    ("user-AGENT: *\nDisallow: /a", "/a", False),
    (ALL + "Disallow : /a", "/a", False),
    (ALL + "Disallow: /a # why", "/a", False),
    (ALL + "Disallow: /a\nAllow: /a/b", "/a/b", True),
    (ALL + "Allow: /a/b\nDisallow: /a", "/a/b", True),
    (ALL + "Allow: /a\nDisallow: /a/b", "/a/b", False),
    (ALL + "Disallow: /a\nAllow: /a", "/a", True),
    (ALL + "Allow: /\nDisallow: /a", "/a", False),
    (ALL + "Disallow: /*.ipynb$", "/x/y.ipynb", False),
    (ALL + "Disallow: /*.ipynb$", "/x/y.ipynb?raw=1", True),
    (ALL + "Disallow: /*.ipynb", "/x/y.ipynb?raw=1", False),
    (ALL + "Disallow: *.ipynb", "/y.ipynb", False),
    (ALL + "Disallow: /*/edit", "/a/b/edit", False),
    (ALL + "Disallow: /*/edit", "/edit", True),
    (ALL + "Disallow: /a*b*c", "/axxbyyc", False),
    (ALL + "Disallow: /a$", "/a", False),
    (ALL + "Disallow: /a$", "/ab", True),
    (ALL + "Disallow: /*?", "/a?b", False),
    (ALL + "Disallow: /*?", "/a", True),
    (ALL + "Disallow: /a?b=1", "/a?b=1&c", False),
    (ALL + "Disallow: /é", "/%C3%A9", False),
    (ALL + "Disallow: /%C3%A9", "/é", False),
    (ALL + "Disallow: /%7Ea", "/~a", False),
    (ALL + "Disallow: /a\n\n" + ALL + "Disallow: /b", "/a", False),
    (ALL + "Disallow: /a\n\n" + ALL + "Disallow: /b", "/b", False),
    ("User-agent: solution-miner\nDisallow: /a\n\n" + ALL + "Disallow: /b", "/b", True),
    ("User-agent: solution-miner\nDisallow: /a\n\n" + ALL + "Disallow: /b", "/a", False),
    ("User-agent: Solution-Miner\nDisallow: /a", "/a", False),
    ("User-agent: other\nUser-agent: solution-miner\nDisallow: /a", "/a", False),
    ("User-agent: other\nDisallow: /\n", "/a", True),
    (ALL + "Crawl-delay: 5\nDisallow: /a", "/a", False),
]


@pytest.mark.parametrize(("text", "path", "is_allowed"), RULES)
def test_the_rules_of_rfc_9309(text: str, path: str, is_allowed: bool) -> None:
    book = RobotsBook("solution-miner", {})
    url = f"{ORIGIN}/robots.txt"
    book.learn(ORIGIN, Response(url, text.encode(), url, (url,)), 200, START)
    assert (book.problem(ORIGIN + path, START) is None) is is_allowed


@pytest.mark.parametrize(
    ("value", "spacing_s"),
    [("0.5", 1), ("7", 7), ("3600", 300), ("abc", 1), ("-4", 1), ("nan", 1), ("inf", 1), ("", 1)],
)
def test_a_crawl_delay_is_kept_within_bounds(value: str, spacing_s: float) -> None:
    book = RobotsBook("solution-miner", {})
    url = f"{ORIGIN}/robots.txt"
    text = f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x"
    book.learn(ORIGIN, Response(url, text.encode(), url, (url,)), 200, START)
    pace = Pace(1.0, FakeClock(), lambda _: None)
    pace.set_crawl_delay("blog.example", book.crawl_delay_s(ORIGIN))
    assert pace.spacing_s("blog.example") == spacing_s
