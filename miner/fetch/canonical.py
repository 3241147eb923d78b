"""One spelling for the many addresses of one page.

`web_address` still leads there; `page_key` is the name it is known by, the same as `corpus.ids.canonical_url` gives for
that address, but that a port is kept.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, unquote, urlsplit

from corpus.ids import canonical_url

_USUAL_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(utm_\w+|mtm_\w+|pk_(campaign|kwd|source|medium)|hsa_\w+|_hs(enc|mi)|fbclid|gclid|dclid|gbraid|wbraid|msclkid"
    r"|yclid|twclid|igshid|mc_[ce]id|mkt_tok|ref_src|ref_url|s_kwcid|vero_(conv|id)|oly_(anon|enc)_id|_gl|_ga|spm"
    r"|trk|cmpid|(?:php|j|asp)?sess(?:ion)?id)",
    re.I,
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.I)
_SAFE = "/:@!$&'()*+,;=~-._%?"
_HEX = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?\Z")


def web_address(url: str) -> str | None:
    """The address without fragment, tracking keys, session ids and usual port; None when it is none.

    Only http and https with a host and without a user name are addresses here.

    >>> web_address("HTTP://Example.org:80/a/../b%7Ec?utm_source=x&z=1&a#top")
    'http://example.org/b~c?z=1&a'
    >>> web_address("file:///etc/passwd")
    """
    try:
        split = urlsplit(re.sub(r"[\x00-\x20\x7f]", "", url))
        host, port = _host(split.hostname or ""), split.port
        path, query = _path(split.path), _query(split.query)
    except (ValueError, UnicodeError):
        return None
    scheme = split.scheme.lower()
    if scheme not in _USUAL_PORTS or not host or split.username is not None or split.password is not None or port == 0:
        return None
    where = f"{host}{f':{port}' if port not in (None, _USUAL_PORTS[scheme]) else ''}"
    return f"{scheme}://{where}{path}{f'?{query}' if query else ''}"


def page_key(url: str) -> str | None:
    """The name that a page is known by, whichever of its addresses leads to it; None when this is no web address.

    >>> page_key("http://www.kaggle.com/c/some-slug/?utm_medium=mail") == page_key("https://kaggle.com/c/some-slug")
    True
    >>> page_key("http://127.0.0.1:8000/a/")
    'https://127.0.0.1:8000/a'
    """
    address = web_address(url)
    if address is None:
        return None
    split = urlsplit(address)
    name = split.netloc.removesuffix(f":{split.port}") if split.port else split.netloc
    port = f":{split.port}" if split.port not in (None, *_USUAL_PORTS.values()) else ""
    query = "&".join(sorted(split.query.split("&")))
    rest = f"{split.path}{f'?{query}' if query else ''}"
    if name.startswith("["):  # corpus.ids loses the brackets of an IPv6 address
        return f"https://{name}{port}{split.path.rstrip('/')}{f'?{query}' if query else ''}"
    plain = re.sub(r"^(?:www\.)+(?=.)", "", name)
    known = canonical_url(f"https://{plain}{rest}")
    return known.replace(f"https://{plain}", f"https://{plain}{port}", 1)


def _host(name: str) -> str:
    name = name.rstrip(".").lower()
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name).compressed}]"
    if not name.isascii():
        name = name.encode("idna").decode("ascii").lower()
    return name if len(name) < 254 and _HOST.match(name) else ""


def _path(path: str) -> str:
    path = _quoted(_SESSION_IN_PATH.sub("", path))
    kept: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    ends_open = path.endswith(("/.", "/..")) and kept
    return "/" + "/".join(kept) + ("/" if ends_open and kept[-1] else "")


def _quoted(text: str) -> str:
    """Percent signs where they are needed, and only there."""
    quoted = re.sub(r"%(?![0-9a-fA-F]{2})", "%25", quote(text, safe=_SAFE))
    return _HEX.sub(_plain_or_upper, quoted)


def _plain_or_upper(match: re.Match[str]) -> str:
    character = unquote(match[0])
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()


def _query(query: str) -> str:
    """The parts that choose the page, as they stand and in their order."""
    parts = [part for part in _quoted(query).split("&") if part]
    return "&".join(part for part in parts if not _TRACKING.fullmatch(unquote(part.partition("=")[0])))
