"""How long a host is left in peace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from loopback.fake_clock import START, FakeClock
from loopback.scripted_server import ScriptedServer, Step

from miner.fetch.client import Surroundings, open_web
from miner.fetch.pace import Pace, host_of

PAGE = Step(body=b"<html>x</html>")


@pytest.mark.parametrize(("latency_s", "spacing_s"), [(0.0, 1.0), (0.1, 1.0), (0.5, 2.5), (4.0, 20.0), (60.0, 30.0)])
def test_a_slow_answer_earns_a_rest(latency_s: float, spacing_s: float) -> None:
    pace = Pace(1.0, FakeClock(), lambda _: None)
    pace.finished("a.example", latency_s)
    assert pace.spacing_s("a.example") == spacing_s
    assert pace.wait_s("a.example") == spacing_s
    assert pace.wait_s("b.example") == 0


def test_a_pace_below_a_second_holds_towards_this_machine_only() -> None:
    pace = Pace(0.0, FakeClock(), lambda _: None)
    pace.learn("a.example", is_loopback=False)
    pace.learn("127.0.0.1:80", is_loopback=True)
    assert (pace.spacing_s("a.example"), pace.spacing_s("127.0.0.1:80")) == (1.0, 0.0)
    pace.set_crawl_delay("127.0.0.1:80", 0.2)
    assert pace.spacing_s("127.0.0.1:80") == 0.2, "what robots.txt asks for is kept everywhere"


def test_a_larger_pace_holds_everywhere() -> None:
    pace = Pace(3.0, FakeClock(), lambda _: None)
    pace.learn("127.0.0.1:80", is_loopback=True)
    assert (pace.spacing_s("a.example"), pace.spacing_s("127.0.0.1:80")) == (3.0, 3.0)


def test_requests_are_spaced_from_end_to_start() -> None:
    clock = FakeClock()
    slow = Step(body=b"<html>x</html>", takes_s=2.0)
    with ScriptedServer({"/a": slow, "/b": slow, "/c": PAGE}, clock) as server:
        web = open_web(surroundings=Surroundings(clock, clock.sleep))
        for path in ("/a", "/b", "/c"):
            web.get(server.url + path, is_configured=True)
        offsets = [(request.at - START).total_seconds() for request in server.requests]
    assert offsets == [0, 1, 1 + 2 + 10, 13 + 2 + 10]  # robots.txt, then 5 x the latency of 2 s


def test_a_clock_put_back_does_not_lengthen_the_wait() -> None:
    clock = FakeClock()
    pace = Pace(1.0, clock, clock.sleep)
    pace.finished("a.example", 0.0)
    clock.now -= timedelta(days=3)
    assert pace.wait_s("a.example") == 1.0
    pace.hold("a.example", 1e12)
    assert pace.held_s("a.example") == timedelta(days=31).total_seconds()


def test_one_site_is_one_host() -> None:
    assert host_of("http://a.example/x") == host_of("https://A.example:443/y") != host_of("https://a.example:8443/")
