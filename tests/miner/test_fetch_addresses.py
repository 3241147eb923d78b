"""Crawled links reach the open internet only; what was checked is what is connected to (fault matrix A11, A12)."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given, strategies as st
from loopback.fake_clock import FakeClock
from loopback.scripted_server import Dialer, ScriptedServer, Step, resolver_of

from miner.fetch.addresses import AddressBook, AddressRefusedError, carried, is_loopback, is_public, resolve
from miner.fetch.answers import Code, Response, Trouble, WebAnswer
from miner.fetch.client import Surroundings, WebClient, open_web
from miner.fetch.transport import Transport

PUBLIC = "93.184.216.34"
HOSTILE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep credentials
    "100.64.0.1",  # carrier-grade NAT
    "192.88.99.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a00:1::",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b:1::a00:1",
    "2001:0:7f00:1::",  # Teredo, its server
]


def client(names: dict[str, list[str]], dialer: Dialer, clock: FakeClock) -> WebClient:
    surroundings = Surroundings(clock, clock.sleep, resolver=resolver_of(names))
    return open_web(surroundings=surroundings, sender=Transport("tester/1", dial=dialer))


def code_of(answer: WebAnswer) -> Code | None:
    return answer.code if isinstance(answer, Trouble) else None


@pytest.mark.parametrize("address", HOSTILE)
def test_a_crawled_link_never_reaches_a_private_address(address: str) -> None:
    assert not is_public(address)
    dialer, clock = Dialer({}), FakeClock()
    answer = client({"blog.example": [PUBLIC, address]}, dialer, clock).get("http://blog.example/post")
    assert code_of(answer) is Code.ADDRESS
    assert dialer.asked == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", f"::ffff:{PUBLIC}", "64:ff9b::5db8:d822"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.1", "0", "2130706433", "0x7f.1"])
def test_numeric_spellings_are_judged_by_what_they_mean(host: str) -> None:
    meant = socket.inet_ntoa(socket.inet_aton(host))
    with pytest.raises(AddressRefusedError, match="not a public address"):
        AddressBook(lambda name: [socket.inet_ntoa(socket.inet_aton(name))]).checked(host, is_configured=False)
    assert not is_public(meant)


def test_the_system_resolver_knows_this_machine() -> None:
    assert resolve("127.0.0.1") == ("127.0.0.1",)
    assert all(is_loopback(address) for address in resolve("localhost"))


def test_what_the_user_configured_may_be_this_machine_and_nothing_else_private() -> None:
    book = AddressBook(resolver_of({"here": ["127.0.0.1"], "there": ["192.168.1.1"], "mixed": ["127.0.0.1", PUBLIC]}))
    assert book.checked("here", is_configured=True) == ("127.0.0.1",)
    for host, is_configured in (("here", False), ("there", True), ("mixed", True)):
        with pytest.raises(AddressRefusedError) as caught:
            book.checked(host, is_configured)
        assert caught.value.code is Code.ADDRESS


def test_a_name_is_looked_up_once_and_the_checked_address_is_connected_to() -> None:
    """DNS rebinding: the second answer would be private."""
    asked = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    clock = FakeClock()
    with ScriptedServer({"/a": Step(body=b"<html>a</html>"), "/b": Step(503)}, clock) as server:
        dialer = Dialer({PUBLIC: server.port})
        surroundings = Surroundings(clock, clock.sleep, resolver=rebinding)
        web = open_web(surroundings=surroundings, sender=Transport("tester/1", dial=dialer))
        assert isinstance(web.get("http://blog.example/a"), Response)
        assert code_of(web.get("http://blog.example/b")) is Code.HTTP_5XX
        hosts = {request.headers["host"] for request in server.requests}
    assert asked == ["blog.example"]
    assert set(dialer.asked) == {PUBLIC}
    assert hosts == {"blog.example"}


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://127.0.0.1:{port}/secret", Code.ADDRESS),
        ("http://inside.example/secret", Code.ADDRESS),
        ("http://[::ffff:127.0.0.1]/secret", Code.ADDRESS),
        ("file:///etc/passwd", Code.REDIRECTS),
        ("ftp://blog.example/x", Code.REDIRECTS),
        ("data:text/html,hello", Code.REDIRECTS),
        ("http://user:word@blog.example/", Code.REDIRECTS),
        ("http://[broken/", Code.REDIRECTS),
    ],
)
def test_every_hop_is_checked(location: str, code: Code) -> None:
    """A9, A11: a redirect is judged like a link."""
    clock = FakeClock()
    with ScriptedServer({"/secret": Step(body=b"<html>secret</html>")}, clock) as server:
        server.script("/go", Step(302, headers={"Location": location.format(port=server.port)}))
        dialer = Dialer({PUBLIC: server.port, "127.0.0.1": server.port})
        web = client({"blog.example": [PUBLIC], "inside.example": ["10.1.1.1"]}, dialer, clock)
        assert code_of(web.get("http://blog.example/go")) is code
        assert server.paths() == ["/go"]


def test_a_configured_address_does_not_vouch_for_where_it_leads() -> None:
    clock = FakeClock()
    with ScriptedServer({"/secret": Step()}) as other, ScriptedServer({}, clock) as server:
        server.script("/go", Step(302, headers={"Location": f"{other.url}/secret"}))
        server.script("/here", Step(302, headers={"Location": "/page"}))
        server.script("/page", Step(body=b"<html>page</html>"))
        web = open_web(surroundings=Surroundings(clock, clock.sleep))
        assert code_of(web.get(f"{server.url}/go", is_configured=True)) is Code.ADDRESS
        assert isinstance(web.get(f"{server.url}/here", is_configured=True), Response)
        assert other.requests == []


def test_an_unknown_name_is_a_trouble_of_its_own() -> None:
    assert code_of(client({}, Dialer({}), FakeClock()).get("http://nowhere.example/")) is Code.NAME


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_carried_addresses_decide(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    inner = carried(address)
    assert inner
    if is_public(str(address)):
        assert all(a.is_global and not a.is_loopback and not a.is_private for a in inner)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_never_makes_it_public(address: ipaddress.IPv4Address) -> None:
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        wrapped = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address))
        assert is_public(str(wrapped)) == is_public(str(address))
