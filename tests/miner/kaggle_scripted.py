"""A server on this machine that answers calls of Kaggle's client as a test scripts them, and keeps what was asked."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import pytest

from miner.fetch.client import Surroundings
from miner.fetch.kaggle_client import KaggleHost

TOKEN = "tok-9f1c-secret-for-nobody"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """One answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None  # bytes that Content-Length claims, when more than there are


def reply(value: object, **options: Any) -> Step:
    """JSON as the service sends it."""
    return Step(body=json.dumps(value).encode(), headers={"Content-Type": "application/json"}, **options)


def refuse(status: int, **headers: str) -> Step:
    """An error in today's envelope; it repeats the token, as no server should."""
    body = json.dumps({"error": {"code": status, "message": f"no: {TOKEN}"}}).encode()
    return Step(status, body, {"Content-Type": "application/json", **headers})


Script = Callable[[str, dict[str, Any], int], Step]  # method, fields, how often it was asked before -> answer


@dataclass
class Kaggle:
    """What the server was asked."""

    url: str
    calls: list[tuple[str, dict[str, Any], Mapping[str, str]]] = field(default_factory=list)

    def methods(self) -> list[str]:
        """Names of the methods, in order."""
        return [method for method, _, _ in self.calls]


class Server(ThreadingHTTPServer):
    """Says nothing when a client hangs up, which some tests are about."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Anything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(script: Script) -> Iterator[Kaggle]:
    """The server while it runs, on a free port."""
    seen = Kaggle("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            method = self.path.rpartition("/")[2]
            n_before = seen.methods().count(method)
            fields = json.loads(body or b"{}")
            seen.calls.append((method, fields, dict(self.headers)))
            step = script(method, fields, n_before)
            self.send_response(step.status)
            for name, value in step.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(step.promised or len(step.body)))
            self.end_headers()
            self.wfile.write(step.body)
            self.close_connection = step.promised is not None

        def log_message(self, *args: object) -> None:
            """Nothing: the tests look at what was asked."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    seen.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        """Now."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Notes the sleep and lets the time pass."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def surroundings(self) -> Surroundings:
        """For a host; the chance is fixed."""
        return Surroundings(clock=self, sleep=self.sleep, rng=Random(7))


def point_at(url: str, patch: pytest.MonkeyPatch, token: str | None = TOKEN) -> None:
    """Lead Kaggle's client to this address, with this token and no other credentials of the machine."""
    from kagglesdk import kaggle_env

    for name in [name for name in os.environ if name.startswith("KAGGLE")]:
        patch.delenv(name)
    patch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
    patch.setitem(kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.LOCAL, url)
    if token is not None:
        patch.setenv("KAGGLE_API_TOKEN", token)


@contextmanager
def host_for(script: Script, patch: pytest.MonkeyPatch, clock: Clock) -> Iterator[tuple[KaggleHost, Kaggle]]:
    """A host that talks to a scripted server through the real client."""
    with serve(script) as kaggle:
        point_at(kaggle.url, patch)
        host = KaggleHost("solution-miner/test", 0, clock.surroundings())
        try:
            yield host, kaggle
        finally:
            host.close()
