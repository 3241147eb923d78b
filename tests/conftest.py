"""What every test may ask for; and the network is closed for all of them."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.store import MEMORY, Store

REPOSITORY = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class NetworkClosedError(RuntimeError):
    """A test tried to reach a machine other than its own."""


def is_own_machine(host: object) -> bool:
    """A loopback address, or a name that always means one."""
    if host in {"", "localhost", None}:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def guarded(function: Callable[..., object]) -> Callable[..., object]:
    """The socket method, refusing every address off this machine."""

    def connect(self: socket.socket, address: object, /) -> object:
        if self.family != socket.AF_UNIX and not (isinstance(address, tuple) and is_own_machine(address[0])):
            raise NetworkClosedError(f"tests may not connect to {address}")
        return function(self, address)

    return connect


@pytest.fixture(scope="session", autouse=True)
def _closed_network() -> Iterator[None]:
    look_up = socket.getaddrinfo

    def getaddrinfo(host: object, *args: object, **options: object) -> object:
        if not is_own_machine(host.decode() if isinstance(host, bytes) else host):
            raise NetworkClosedError(f"tests may not look up {host!r}")
        return look_up(host, *args, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_user() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINER_CONFIG", os.devnull)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The clone that the tests lie in."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data beside the clone; without it the test is skipped."""
    path = REPOSITORY.parent / "shared"
    if not (path / "data").is_dir():
        pytest.skip("needs the development data in ../shared, which is not distributed")
    return path


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty database in memory with a fixed clock."""
    with Store.open(Path(MEMORY), now=lambda: NOW) as opened:
        yield opened
