"""What the official client does not do by itself: limits, tries, pace, silence; and no credential gets out."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kaggle_scripted import NOW, TOKEN, Clock, Step, host_for, point_at, refuse, reply, serve

from corpus.records import Failure, Gone, Stop
from miner.fetch.kaggle_client import HOW_TO, UNREACHABLE_IN_A_ROW, KaggleHost
from miner.fetch.kaggle_session import Noted, Opened, open_session, quietly
from miner.fetch.kaggle_troubles import NotWholeError
from miner.fetch.limits import LIMITS

KERNEL = {"metadata": {"ref": "a/b"}, "blob": {"source": "print(1)", "kernelType": "script", "language": "python"}}


def get_kernel(client: Any) -> str:
    """A call as sources make it."""
    from kagglesdk.kernels.types.kernels_api_service import ApiGetKernelRequest

    request = ApiGetKernelRequest()
    request.user_name, request.kernel_slug = "a", "b"
    return str(client.kernels.kernels_api_client.get_kernel(request).blob.source)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(steps: list[Step], patch: pytest.MonkeyPatch, clock: Clock) -> tuple[object, list[str]]:
    """The answer when the server goes through these steps (the last one stays), and the methods it was asked for."""
    with host_for(lambda method, fields, n: steps[min(n, len(steps) - 1)], patch, clock) as (host, kaggle):
        answer = host.ask("a/b", get_kernel)
        assert host.n_requests == len(kaggle.calls)
        assert TOKEN not in repr(answer)
        return answer, kaggle.methods()


def test_a_good_answer_takes_one_request_and_names_us(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with host_for(lambda *_: reply(KERNEL), monkeypatch, clock) as (host, kaggle):
        assert host.ask("a/b", get_kernel) == "print(1)"
        assert host.ask("a/b", get_kernel) == "print(1)"
    headers = kaggle.calls[0][2]
    assert headers["User-Agent"] == "solution-miner/test"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert len(kaggle.calls) == 2
    assert clock.slept == []


@pytest.mark.parametrize(
    "bad",
    [
        refuse(500),
        refuse(503),
        refuse(408),
        refuse(429),
        Step(502, b"<html>bad gateway</html>", {"Content-Type": "text/html"}),
        Step(200, b"<html>please sign in</html>", {"Content-Type": "text/html"}),
        Step(200, b'{"blob": {"source": "pri', {"Content-Type": "application/json"}),
        Step(200, b'{"blob": ', {"Content-Type": "application/json"}, promised=1_000),
        Step(200, gzip.compress(b"x" * 3_000)[:30], {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
        Step(200, b'{"code": 503, "message": "old envelope"}', {"Content-Type": "application/json"}),
    ],
)
def test_what_may_pass_is_tried_again(bad: Step, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    answer, methods = ask([bad, bad, reply(KERNEL)], monkeypatch, clock)
    assert answer == "print(1)"
    assert len(methods) == 3
    assert len(clock.slept) == 2
    assert 0 < clock.slept[0] <= LIMITS.backoff_base_s
    assert 0 < clock.slept[1] <= 2 * LIMITS.backoff_base_s


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (refuse(503), "http_5xx"),
        (refuse(429), "http_429"),
        (Step(200, b"<html>please sign in</html>", {"Content-Type": "text/html"}), "unexpected_type"),
        (Step(200, b'{"blob": {"source": "pri', {"Content-Type": "application/json"}), "truncated"),
        (Step(200, b'{"blob": ', {"Content-Type": "application/json"}, promised=1_000), "truncated"),
    ],
)
def test_what_does_not_pass_is_a_failure(bad: Step, code: str, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    answer, methods = ask([bad], monkeypatch, clock)
    assert isinstance(answer, Failure)
    assert (answer.item, answer.stage) == ("a/b", "refresh")
    assert answer.message.startswith(f"{code}: ")
    assert len(methods) == LIMITS.tries


def test_a_missing_item_is_gone_and_not_asked_for_again(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    answer, methods = ask([refuse(404)], monkeypatch, clock)
    assert answer == Gone("Kaggle answers HTTP 404")
    assert len(methods) == 1


def test_a_bad_request_is_not_repeated(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    answer, methods = ask([refuse(400)], monkeypatch, clock)
    assert isinstance(answer, Failure)
    assert answer.message == "http_4xx: Kaggle answers HTTP 400"
    assert len(methods) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_stop_the_source(status: int, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with host_for(lambda *_: refuse(status), monkeypatch, clock) as (host, kaggle):
        first, second = host.ask("a/b", get_kernel), host.ask("c/d", get_kernel)
    assert isinstance(first, Stop)
    assert first == second
    assert len(kaggle.calls) == 1
    assert "KAGGLE_API_TOKEN" in first.reason
    assert TOKEN not in first.reason
    assert "\n" not in first.reason


def test_a_forbidden_item_costs_that_item_once_the_credentials_have_worked(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    steps = [reply(KERNEL), refuse(403), reply(KERNEL)]
    with host_for(lambda method, fields, n: steps[n], monkeypatch, clock) as (host, _):
        answers = [host.ask("a/b", get_kernel) for _ in steps]
    assert isinstance(answers[1], Failure)
    assert answers[2] == "print(1)"


def test_many_forbidden_items_in_a_row_stop_the_source(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with host_for(lambda m, f, n: refuse(403) if n else reply(KERNEL), monkeypatch, clock) as (host, kaggle):
        answers = [host.ask("a/b", get_kernel) for _ in range(30)]
    assert isinstance(answers[-1], Stop)
    assert len(kaggle.calls) == 21


@pytest.mark.parametrize(
    ("header", "least_s"),
    [("2", 2.0), ("-5", 0.0), ("soon", 0.0), ("nan", 0.0), ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0)],
)
def test_retry_after_holds_every_later_call(
    header: str, least_s: float, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    started = clock.now
    answer, _ = ask([refuse(429, **{"Retry-After": header}), reply(KERNEL)], monkeypatch, clock)
    assert answer == "print(1)"
    assert least_s <= (clock.now - started).total_seconds() <= least_s + LIMITS.backoff_base_s


def test_the_wait_of_a_failed_item_holds_for_the_next_one(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    def script(method: str, fields: dict[str, Any], n: int) -> Step:
        return refuse(429, **{"Retry-After": "100"}) if n < LIMITS.tries else reply(KERNEL)

    with host_for(script, monkeypatch, clock) as (host, _):
        assert isinstance(host.ask("a/b", get_kernel), Failure)
        before = clock.now
        assert host.ask("c/d", get_kernel) == "print(1)"
    assert clock.now - before >= timedelta(seconds=100)


@pytest.mark.parametrize("header", ["99999999", "Sun, 20 Nov 2027 12:00:00 GMT", "7200"])
def test_a_wait_longer_than_a_run_stops_the_source(header: str, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    answer, methods = ask([refuse(429, **{"Retry-After": header})], monkeypatch, clock)
    assert isinstance(answer, Stop)
    assert answer.until is not None
    assert NOW + timedelta(hours=1) < answer.until <= NOW + timedelta(days=31)
    assert len(methods) == 1
    assert clock.slept == []


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    bomb = gzip.compress(b'{"a": "' + b"0" * (LIMITS.decoded_bytes + 10) + b'"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer, methods = ask([Step(200, bomb, headers)], monkeypatch, clock)
    assert isinstance(answer, Failure)
    assert answer.message.startswith("too_large: ")
    assert len(methods) == 1


def test_a_slow_body_is_cut_at_the_deadline(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with serve(lambda *_: reply(KERNEL)) as kaggle:
        point_at(kaggle.url, monkeypatch)
        impatient = replace(LIMITS, deadline_s=-1.0)
        host = KaggleHost("us", 0, clock.surroundings(), lambda agent, _: open_session(agent, impatient))
        answer = host.ask("a/b", get_kernel)
        host.close()
    assert isinstance(answer, Failure)
    assert answer.message.startswith("deadline: ")
    assert len(kaggle.calls) == LIMITS.tries


def test_a_silent_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    is_over = threading.Event()

    def silent(method: str, fields: dict[str, Any], n: int) -> Step:
        is_over.wait(10)
        return reply(KERNEL)

    with serve(silent) as kaggle:
        point_at(kaggle.url, monkeypatch)
        impatient = replace(LIMITS, read_timeout_s=0.05)
        host = KaggleHost("us", 0, clock.surroundings(), lambda agent, _: open_session(agent, impatient))
        answer = host.ask("a/b", get_kernel)
        is_over.set()
        host.close()
    assert answer == Failure("a/b", "refresh", "", "timeout: no answer in time")


def test_a_dead_host_stops_the_source_after_some_items(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with serve(lambda *_: reply(KERNEL)) as kaggle:
        pass
    point_at(kaggle.url, monkeypatch)
    host = KaggleHost("us", 0, clock.surroundings())
    answers = [host.ask("a/b", get_kernel) for _ in range(UNREACHABLE_IN_A_ROW)]
    host.close()
    assert [type(answer) for answer in answers] == [Failure] * (UNREACHABLE_IN_A_ROW - 1) + [Stop]
    assert host.n_requests == LIMITS.tries * UNREACHABLE_IN_A_ROW


def test_the_wait_between_calls_is_kept_except_towards_this_machine(clock: Clock) -> None:
    for endpoint, slept in (("https://api.example.org", [1.0, 1.0]), ("http://127.0.0.1:1", [])):
        clock.slept.clear()
        opened = Opened(None, endpoint, Noted(), lambda: None)
        host = KaggleHost("us", 0, clock.surroundings(), lambda agent, limits, opened=opened: opened)  # type: ignore[misc]
        assert [host.ask("x", lambda client: 1) for _ in range(3)] == [1, 1, 1]
        assert clock.slept == pytest.approx(slept)


def unruly_exit(client: Any) -> str:
    sys.stdout.write(f"help {TOKEN}")
    raise SystemExit(1)


def unruly_question(client: Any) -> str:
    return input("token? ")


def unruly_answer(client: Any) -> str:
    return str(client.nothing)


@pytest.mark.parametrize("call", [unruly_exit, unruly_question, unruly_answer])
def test_a_client_that_prints_asks_or_exits_is_a_failure(
    call: Any, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = Opened(object(), "http://127.0.0.1:1", Noted(), lambda: None)
    host = KaggleHost("us", 0, clock.surroundings(), lambda agent, limits: opened)
    answer = host.ask("x", call)
    assert isinstance(answer, Failure)
    assert answer.message.startswith("client: ")
    assert capsys.readouterr() == ("", "")


def test_content_that_is_cut_short_is_asked_for_once_more(clock: Clock) -> None:
    opened = Opened(object(), "http://127.0.0.1:1", Noted(), lambda: None)
    host = KaggleHost("us", 0, clock.surroundings(), lambda agent, limits: opened)
    asked = []

    def call(client: Any) -> str:
        asked.append(client)
        raise NotWholeError("it does not close")

    assert host.ask("x", call) == Failure("x", "refresh", "", "truncated: it does not close")
    assert len(asked) == 2


def test_quiet_ends_when_it_should(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("ours"))
    with quietly():
        sys.stdout.write("theirs")
        with pytest.raises(EOFError):
            input()
    sys.stdout.write("ours")
    assert sys.stdin.read() == "ours"
    assert capsys.readouterr().out == "ours"


CHILD = """
import sys
from miner.fetch.kaggle_client import KaggleHost
host = KaggleHost("us", 0)
def call(client):
    from kagglesdk.competitions.types.competition_api_service import ApiListCompetitionsRequest
    return len(client.competitions.competition_api_client.list_competitions(ApiListCompetitionsRequest()).competitions)
print(repr(host.ask("x", call)))
"""


def in_child(home: Path, url: str, files: dict[str, str], **environ: str) -> subprocess.CompletedProcess[str]:
    """A fresh process with its own home, because Kaggle's package looks for credentials when it is imported."""
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
        (home / name).chmod(0o600)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT", "LANG"}}
    proxy = {"KAGGLE_API_ENVIRONMENT": "LOCALHOST", "HTTP_PROXY": url, "http_proxy": url}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD],
        capture_output=True,
        text=True,
        timeout=60,
        input="",
        cwd=Path(__file__).resolve().parent.parent.parent,
        env={**kept, "HOME": str(home), **proxy, **environ},
    )


@pytest.mark.parametrize(
    ("files", "environ", "scheme"),
    [
        ({}, {"KAGGLE_API_TOKEN": TOKEN}, "Bearer"),
        ({".kaggle/access_token": TOKEN}, {}, "Bearer"),
        ({}, {"KAGGLE_USERNAME": "somebody", "KAGGLE_KEY": TOKEN}, "Basic"),
        ({"conf/kaggle.json": f'{{"username": "somebody", "key": "{TOKEN}"}}'}, {"KAGGLE_CONFIG_DIR": "conf"}, "Basic"),
    ],
)
def test_credentials_are_found_where_kaggle_keeps_them(
    files: dict[str, str], environ: dict[str, str], scheme: str, tmp_path: Path
) -> None:
    if "KAGGLE_CONFIG_DIR" in environ:
        environ = {"KAGGLE_CONFIG_DIR": str(tmp_path / environ["KAGGLE_CONFIG_DIR"])}
    with serve(lambda *_: reply({"competitions": [{"ref": "x"}]})) as kaggle:
        done = in_child(tmp_path, kaggle.url, files, **environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
    assert kaggle.methods() == ["ListCompetitions"]
    assert kaggle.calls[0][2]["Authorization"].startswith(scheme)


def test_without_credentials_one_line_says_how_to_get_them(tmp_path: Path) -> None:
    with serve(lambda *_: reply({})) as kaggle:
        done = in_child(tmp_path, kaggle.url, {})
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{Stop(HOW_TO)!r}\n", "")
    assert kaggle.calls == []
