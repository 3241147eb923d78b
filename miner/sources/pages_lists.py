"""Feeds and sitemaps -> the pages they name; pure.

Entities are never expanded and nothing outside the bytes is read. What is not a feed or sitemap is a ReadError.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from corpus.errors import ReadError
from miner.fetch.bodies import Body, BodyRefusedError
from miner.fetch.limits import LIMITS

MAX_LISTED = 50_000  # pages of one sitemap, as its protocol allows
_MAX_FEED_BYTES = 5_000_000
_MAX_FACT = 300  # characters
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Listed:
    """One page or sitemap that a list names."""

    url: str
    is_list: bool = False  # another sitemap
    changed: str | None = None  # what the list says of the last change, as it stands
    title: str | None = None
    author: str | None = None
    published_on: str | None = None  # ISO date


def read_feed(body: bytes, url: str) -> Iterator[Listed]:
    """The entries of an RSS or Atom feed, in its order.

    A publication date shows no edit, so `changed` is set only where an entry says when it was updated.

    Raises:
        ReadError: no feed.
    """
    import feedparser

    if len(body) > _MAX_FEED_BYTES:
        raise ReadError(url, "", f"a feed of {len(body):,} bytes; at most {_MAX_FEED_BYTES:,} are read")
    # a stream, because bare bytes may be taken for the name of a file
    feed = feedparser.parse(BytesIO(body), resolve_relative_uris=False, sanitize_html=False)
    if not feed.get("version"):
        raise ReadError(url, "", "neither RSS nor Atom")
    for entry in feed.entries[:MAX_LISTED]:
        if not (link := _text(entry.get("link"))):
            continue
        updated = _text(entry.get("updated")) if "updated" in entry else None
        moment = entry.get("published_parsed")
        yield Listed(
            url=urljoin(url, link),
            changed=updated,
            title=_text(entry.get("title")),
            author=_text(entry.get("author")),
            published_on=f"{moment.tm_year:04}-{moment.tm_mon:02}-{moment.tm_mday:02}" if moment else None,
        )


def read_sitemap(body: bytes, url: str) -> Iterator[Listed]:
    """The pages of a sitemap, or the sitemaps of an index, in its order.

    Raises:
        ReadError: no sitemap, or one that declares entities.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(_unpacked(body, url), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(url, "", f"not a sitemap: {str(error)[:100]}") from error
    tree: Any = root.getroottree()
    if tree.docinfo.internalDTD is not None:
        raise ReadError(url, "", "a sitemap has no document type: refused")
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        raise ReadError(url, "", f"not a sitemap but <{kind[:40]}>")
    for entry in islice(root, MAX_LISTED):
        values = {etree.QName(child).localname: child.text for child in entry if isinstance(child.tag, str)}
        if link := _text(values.get("loc")):
            yield Listed(urljoin(url, link), kind == "sitemapindex", changed=_text(values.get("lastmod")))


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(_GZIP_MAGIC):
        return body
    packed = Body("gzip", LIMITS)
    try:
        packed.feed(body)
        return packed.whole()
    except BodyRefusedError as error:
        raise ReadError(url, "", str(error)) from error


def _text(value: object) -> str | None:
    return " ".join(value.split())[: 2_000 if "://" in value else _MAX_FACT] or None if isinstance(value, str) else None
