"""Which addresses may be asked: looked up once, checked, and then connected to as checked.

A crawled link may lead to public addresses only. What the user configured may be this machine as well.
IPv4 addresses that travel inside IPv6 ones (mapped, 6to4, Teredo, NAT64) are judged by what they carry: Python calls
some of these global that lead to loopback.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address

from corpus.errors import MinerError
from miner.fetch.answers import Code

Resolver = Callable[[str], Sequence[str]]  # host name -> addresses; OSError when there is none
Address = IPv4Address | IPv6Address

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # the old way to write IPv4 as IPv6
_ANYCAST_6TO4 = ipaddress.IPv4Network("192.88.99.0/24")  # the way into 6to4, which Python calls global


class AddressRefusedError(MinerError):
    """A host that may not be asked; `code` says whether it has no address or a wrong one."""

    def __init__(self, code: Code, message: str) -> None:
        self.code = code
        super().__init__(message)


def resolve(host: str) -> Sequence[str]:
    """The addresses of a host name, by the system's resolver; numeric spellings ("0", "127.1") are understood too.

    Raises:
        OSError: there is none.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def carried(address: Address) -> tuple[Address, ...]:
    """The addresses that traffic to this one ends at: itself, or the IPv4 addresses inside it."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    is_compatible = address in _COMPATIBLE and int(address) > 1  # "::" and "::1" are themselves
    if is_compatible or any(address in network for network in _NAT64):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address,)


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet.

    >>> [is_public(a) for a in ("93.184.216.34", "100.64.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1")]
    [True, False, False, False]
    """
    return all(_is_public(address) for address in carried(_parse(text)))


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address) and address in _ANYCAST_6TO4:
        return False
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_site_local)


def is_loopback(text: str) -> bool:
    """Whether an address is this machine."""
    return all(address.is_loopback for address in carried(_parse(text)))


def _parse(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])


class AddressBook:
    """Looks each host up once a run and says which of its addresses may be connected to."""

    def __init__(self, resolver: Resolver = resolve) -> None:
        self._resolver = resolver
        self._known: dict[str, tuple[str, ...]] = {}

    def checked(self, host: str, is_configured: bool) -> tuple[str, ...]:
        """The host's addresses, all of them allowed.

        Raises:
            AddressRefusedError: none is known, or one of them may not be asked.
        """
        addresses = self._look_up(host)
        wrong = [address for address in addresses if not is_public(address)]
        if not wrong or (is_configured and all(is_loopback(address) for address in addresses)):
            return addresses
        raise AddressRefusedError(Code.ADDRESS, f"{host} leads to {wrong[0]}, which is not a public address")

    def _look_up(self, host: str) -> tuple[str, ...]:
        if host not in self._known:
            try:
                addresses = tuple(self._resolver(host))
            except (OSError, UnicodeError) as error:
                raise AddressRefusedError(Code.NAME, f"{host} has no address: {error}") from error
            if not addresses:
                raise AddressRefusedError(Code.NAME, f"{host} has no address")
            self._known[host] = addresses
        return self._known[host]
