"""A web page -> what it says of itself: title, author, date, its own address, and the competition it is about.

Only links in the main text count, as trafilatura finds it: menus and side bars name other competitions. Exactly one
Kaggle competition linked there is taken for the page's; of several, none is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin, urlsplit

from corpus.ids import competition_id
from miner.fetch.canonical import web_address

_COMPETITION = re.compile(
    r"https?://(?:www\.)?kaggle\.com/(?:c|competitions)/([a-z0-9-]{1,100})(?=[/?#]|\Z)(?:/(\w+))?", re.I
)
_NOT_SLUGS = frozenset({"about", "new", "host", "hosted", "active", "community"})
_POSTS = frozenset({"discussion", "discussions", "writeups", "code", "kernels", "notebooks"})
_MAX_TEXT = 300
_MAX_READ_BYTES = 1_000_000  # of a page; what it says of itself stands in front
_DATES = {"extensive_search": False, "original_date": True, "max_date": "2099-12-31"}  # no guesses, and no clock


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself; None where it does not."""

    main_text: str  # how the main text was found, or that it was not
    title: str | None = None
    author: str | None = None
    published_on: date | None = None
    canonical_url: str | None = None  # on the same host: another host's address is not the page's to claim
    competition_id: str | None = None
    competition_evidence: str | None = None
    licence: str | None = None


@cache
def main_text_method() -> str:
    """The name and version of what finds the main text."""
    return f"trafilatura {version('trafilatura')}"


def read_page(content: bytes, url: str) -> PageFacts:
    """What the page says; whatever its bytes are, something comes back.

    Args:
        content: the page as sent.
        url: its address.
    """
    from lxml import etree
    from trafilatura import bare_extraction, load_html
    from trafilatura.metadata import extract_metadata

    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they think of a page is not for the terminal
    try:
        tree: Any = load_html(content[:_MAX_READ_BYTES])
        if tree is None:
            return PageFacts("none found: not a page")
        canonical_url = _canonical_url(tree, url)
        meta: Any = extract_metadata(tree, default_url=url, date_config=dict(_DATES))
        found: Any = bare_extraction(tree, url=url, include_links=True, include_comments=False, fast=True)
        links = [] if found is None or found.body is None else [ref.get("target") for ref in found.body.iter("ref")]
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        RecursionError,
        etree.LxmlError,
    ) as error:
        return PageFacts(f"none found: {type(error).__name__}")  # no page is worth a run
    competition = the_competition(link for link in links if link)
    return PageFacts(
        main_text=main_text_method() if found is not None else "none found: too little text",
        title=_text(meta.title),
        author=_text(meta.author),
        published_on=read_date(meta.date),
        canonical_url=canonical_url,
        competition_id=competition,
        competition_evidence="the only competition linked in the main text" if competition else None,
        licence=_text(meta.license),
    )


def the_competition(links: Iterable[str]) -> str | None:
    """The competition that links lead to, if they lead to exactly one, and to more than somebody's post in it.

    A link to a discussion or notebook alone more often names earlier work than the page's own subject.

    >>> the_competition(["https://www.kaggle.com/c/reef", "http://kaggle.com/competitions/Reef/data", "https://a.example"])
    'kaggle/reef'
    >>> the_competition(["https://www.kaggle.com/c/reef", "https://www.kaggle.com/c/moths"])
    >>> the_competition(["https://www.kaggle.com/c/reef/discussion/12"])
    """
    matches = [match for link in links if (match := _COMPETITION.match(link)) and match[1].lower() not in _NOT_SLUGS]
    slugs = {match[1].lower() for match in matches}
    is_subject = any((match[2] or "").lower() not in _POSTS for match in matches)
    return competition_id("kaggle", slugs.pop()) if len(slugs) == 1 and is_subject else None


def read_date(text: object) -> date | None:
    """The date that a text begins with, in ISO form.

    >>> read_date("2024-02-30"), read_date("2024-02-03T10:00")
    (None, datetime.date(2024, 2, 3))
    """
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _canonical_url(tree: Any, url: str) -> str | None:
    for link in tree.xpath('//link[@rel="canonical"]/@href')[:1]:
        address = web_address(urljoin(url, str(link)))
        if address and _site(address) == _site(url):
            return address
    return None


def _site(url: str) -> tuple[str, int | None]:
    split = urlsplit(url)
    port = split.port if split.port not in (80, 443) else None
    return (split.hostname or "").removeprefix("www."), port


def _text(value: object) -> str | None:
    return " ".join(value.split())[:_MAX_TEXT] or None if isinstance(value, str) else None
