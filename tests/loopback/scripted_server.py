"""A web server on this machine that answers as its script says: right, wrong, cut off, dripping or reset.

One thread, port 0. Each path has a list of steps; the last one stays. What has no script is 404. Every request is
recorded with its headers and the time on the test's clock.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Step:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    close_after: int | None = None  # bytes of the body; the length promised stays that of all of it
    reset_after: int | None = None  # likewise, but with a reset
    drip: tuple[int, float] | None = None  # bytes at a time, and seconds of real time between them
    raw: bytes | None = None  # the whole answer, head included; may drip
    etag: str | None = None  # answers 304 to a request that names it
    takes_s: float = 0.0  # on the test's clock


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]  # lower-case names
    at: Any  # the clock's value


class ScriptedServer:
    """Serves `steps` until the `with` block ends."""

    def __init__(self, steps: Mapping[str, Step | list[Step]], clock: Any = None) -> None:
        self._steps = {path: [*step] if isinstance(step, list) else [step] for path, step in steps.items()}
        self._steps.setdefault("/robots.txt", [Step(404)])
        self._clock = clock
        self.requests: list[Request] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=10)

    def script(self, path: str, *steps: Step) -> None:
        """Replaces the steps of a path."""
        self._steps[path] = [*steps]

    def paths(self, *, robots: bool = False) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.requests if robots or request.path != "/robots.txt"]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65_536)
            if not piece:
                return
            head += piece
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.requests.append(Request(method, path, headers, self._clock() if self._clock else None))
        steps = self._steps.get(path, [Step(404)])
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if step.takes_s:
            self._clock.sleep(step.takes_s)
        if step.etag and headers.get("if-none-match") == step.etag:
            step = Step(304, headers={"ETag": step.etag})
        _play(connection, step)
        if step.reset_after is None:
            _hang_up(connection)


def _hang_up(connection: socket.socket) -> None:
    """Closes when the other side has read everything: an early close may lose what is still under way."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(2)
    while connection.recv(65_536):
        pass


def _play(connection: socket.socket, step: Step) -> None:
    if step.raw is not None:
        _drip(connection, step.raw, *(step.drip or (len(step.raw) or 1, 0.0)))
        return
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(step.body)), **step.headers}
    if step.etag:
        headers["ETag"] = step.etag
    head = f"HTTP/1.1 {step.status} Scripted\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection.sendall(head.encode("latin-1") + b"\r\n")
    if step.drip:
        _drip(connection, step.body, *step.drip)
    elif step.reset_after is not None:
        connection.sendall(step.body[: step.reset_after])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        connection.sendall(step.body[: step.close_after])


def _drip(connection: socket.socket, body: bytes, size: int, gap_s: float) -> None:
    for start in range(0, len(body), size):
        connection.sendall(body[start : start + size])
        threading.Event().wait(gap_s)


class Dialer:
    """Connects public-looking addresses to ports of this machine, and notes what it was asked for."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._ports = ports
        self.asked: list[str] = []

    def __call__(self, address: str, port: int, timeout_s: float) -> socket.socket:
        self.asked.append(address)
        return socket.create_connection(("127.0.0.1", self._ports[address]), timeout_s)


def resolver_of(names: Mapping[str, list[str]]) -> Callable[[str], list[str]]:
    """A resolver that knows these names, and numeric addresses."""

    def resolve(host: str) -> list[str]:
        if host in names:
            return names[host]
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        raise OSError(f"no such name: {host}")

    return resolve
