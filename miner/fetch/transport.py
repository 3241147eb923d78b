"""One request, one answer: to a checked address, within limits of time and size, and without anything secret.

The requests adapter is used without its session: no cookies, no .netrc, no proxies and no credentials of the
environment, no redirects of its own. Each request has its own connection, so that no connection outlives the check of
its address.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from requests import PreparedRequest, exceptions
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from miner.fetch.answers import Code, Exchange, Trouble, printable
from miner.fetch.bodies import ACCEPT_ENCODING, Body, BodyRefusedError
from miner.fetch.limits import LIMITS, Limits

Dial = Callable[[str, int, float], socket.socket]  # address, port, timeout in seconds -> connected socket
_PIECE_BYTES = 65_536


def dial(address: str, port: int, timeout_s: float) -> socket.socket:
    """A socket connected to a numeric address."""
    return socket.create_connection((address, port), timeout_s)


class Transport:
    """Sends requests one at a time; not for several threads."""

    def __init__(self, user_agent: str, limits: Limits = LIMITS, dial: Dial = dial) -> None:
        self._user_agent = user_agent
        self._limits = limits
        self._dial = dial
        self._addresses: Sequence[str] = ()  # of the request under way
        self._sockets: list[socket.socket] = []
        self._adapter = _PinnedAdapter(self)

    def send(self, url: str, headers: Mapping[str, str], addresses: Sequence[str]) -> Exchange | Trouble:
        """The answer to GET, whatever its status; Trouble when there is none or its body cannot be taken.

        Args:
            url: with http or https, and without a user name.
            headers: beside the usual ones.
            addresses: checked; tried in order, and no other is connected to.
        """
        self._addresses = addresses
        with self._deadline() as is_cut:
            answer = self._exchange(url, headers)
        if is_cut.is_set():
            return Trouble(url, Code.DEADLINE, f"not whole after {self._limits.deadline_s:g} s")
        return answer

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A socket to the first checked address that answers."""
        problem: OSError = OSError("no address")
        for address in self._addresses:
            try:
                opened = self._dial(address, connection.port or 80, self._limits.connect_timeout_s)
            except OSError as error:
                problem = error
                continue
            return opened
        if isinstance(problem, TimeoutError):
            raise ConnectTimeoutError(connection, "no connection in time")
        raise NewConnectionError(connection, str(problem))

    def watch(self, opened: socket.socket | None) -> None:
        """Lets the deadline cut this socket."""
        if opened is not None:
            self._sockets.append(opened)

    @contextmanager
    def _deadline(self) -> Iterator[threading.Event]:
        """Cuts the connection when time is up: a read timeout alone lets a body drip for ever."""
        is_cut = threading.Event()
        timer = threading.Timer(self._limits.deadline_s, self._cut, (is_cut,))
        timer.daemon = True
        timer.start()
        try:
            yield is_cut
        finally:
            timer.cancel()
            self._sockets.clear()

    def _cut(self, is_cut: threading.Event) -> None:
        is_cut.set()
        for opened in tuple(self._sockets):
            with suppress(OSError):
                socket.socket.shutdown(opened, socket.SHUT_RDWR)  # below TLS, which would wait for the other side

    def _exchange(self, url: str, headers: Mapping[str, str]) -> Exchange | Trouble:
        ours = {"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING, "Connection": "close", **headers}
        request = PreparedRequest()
        timeouts = (self._limits.connect_timeout_s, self._limits.read_timeout_s)
        try:
            request.prepare(method="GET", url=url, headers=ours)
            answer = self._adapter.send(request, stream=True, timeout=timeouts, verify=True)
        except (exceptions.RequestException, HTTPError, ValueError) as error:
            return Trouble(url, _code(error), printable(str(error), 200))
        try:
            return self._read(url, answer.status_code, answer.raw)
        except BodyRefusedError as error:
            return Trouble(url, error.code, str(error))
        except (HTTPError, OSError) as error:
            return Trouble(url, _code_of_body(error), printable(str(error), 200))
        finally:
            answer.close()
            self._adapter.close()  # not every server closes its end, and nothing may be sent over an old connection

    def _read(self, url: str, status: int, raw: BaseHTTPResponse) -> Exchange:
        values = {name.lower(): value for name, value in raw.headers.items()}
        body = Body(values.get("content-encoding", "") if status == 200 else "", self._limits)
        for piece in raw.stream(_PIECE_BYTES, decode_content=False):
            body.feed(piece)
        return Exchange(
            url,
            status,
            {name: printable(value, self._limits.header_chars) for name, value in values.items()},
            body.whole(),
            self._validator(values.get("etag")),
            self._validator(values.get("last-modified")),
        )

    def _validator(self, value: str | None) -> str | None:
        """The value when it can be sent back byte for byte."""
        return value if value and value.isprintable() and len(value) <= self._limits.header_chars else None


def _code(error: Exception) -> Code:
    if isinstance(error, exceptions.Timeout):
        return Code.TIMEOUT
    if isinstance(error, exceptions.InvalidURL | exceptions.MissingSchema | ValueError) and not isinstance(
        error, exceptions.ConnectionError
    ):
        return Code.BAD_URL
    return Code.CONNECTION


def _code_of_body(error: Exception) -> Code:
    if isinstance(error, ReadTimeoutError | TimeoutError):
        return Code.TIMEOUT
    return Code.TRUNCATED


class _PinnedAdapter(HTTPAdapter):
    """Connects where the transport says; what a host name means is never asked again."""

    def __init__(self, transport: Transport) -> None:
        self._pools = _pools(transport)
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: object) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _pools(transport: Transport) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return transport.connect(self)

        def connect(self) -> None:
            super().connect()
            transport.watch(self.sock)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            opened = transport.connect(self)
            transport.watch(opened)  # for the handshake
            return opened

        def connect(self) -> None:
            super().connect()
            transport.watch(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
