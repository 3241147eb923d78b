from __future__ import annotations

import socket
import threading

import pytest
from conftest import NetworkClosedError, is_own_machine


def test_another_machine_cannot_be_reached() -> None:
    with socket.socket() as client, pytest.raises(NetworkClosedError):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkClosedError):
        socket.create_connection(("example.org", 80), timeout=0.1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: server.accept()[0].close())
        thread.start()
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.recv(1) == b""
        thread.join(timeout=5)


@pytest.mark.parametrize(("host", "is_own"), [("::1", True), ("127.9.9.9", True), ("10.0.0.1", False), ("a.b", False)])
def test_loopback_is_told_from_the_rest(host: str, is_own: bool) -> None:
    assert is_own_machine(host) is is_own
