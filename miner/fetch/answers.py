"""What asking for a page gives: an answer is a value, whatever the server did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Expect(StrEnum):
    """What a page must be to count as an answer; a login page with status 200 is none."""

    ANY = "any"
    PAGE = "page"  # a web page
    XML = "xml"  # a feed or sitemap; servers send them under many types, but never as a page
    TEXT = "text"  # Markdown or plain text
    NOTEBOOK = "notebook"  # a JSON object


class Code(StrEnum):
    """Why there is no answer; stable, for counting."""

    ADDRESS = "address"  # the name leads to an address that crawled links may not reach
    BAD_URL = "bad_url"
    ROBOTS = "robots"  # disallowed
    ROBOTS_UNREACHABLE = "robots_unreachable"  # not known, so not asked for
    HOST_WAITS = "host_waits"  # the host asked us to come back later
    HTTP_5XX = "http_5xx"
    HTTP_429 = "http_429"
    HTTP_4XX = "http_4xx"
    HTTP_OTHER = "http_other"
    CONNECTION = "connection"
    NAME = "name"  # cannot be resolved
    TIMEOUT = "timeout"  # no piece within the read timeout
    DEADLINE = "deadline"  # not whole within the deadline
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad_encoding"
    REDIRECTS = "redirects"
    UNEXPECTED_TYPE = "unexpected_type"


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer with status 200."""

    url: str  # that gave the content
    body: bytes  # decoded from gzip or deflate, otherwise as sent
    permanent_url: str  # the address to keep: the one asked for, moved on by permanent redirects only
    urls: tuple[str, ...]  # every address on the way, the one asked for first
    content_type: str = ""  # without parameters, lower case
    charset: str | None = None  # as the header claims
    etag: str | None = None  # byte for byte
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names, printable values


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says our copy is the latest."""

    url: str
    etag: str | None = None  # new validators where the server sent some, else those we asked with
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """The server says there is no such page."""

    url: str
    status: int  # 404 or 410


@dataclass(frozen=True, slots=True)
class Trouble:
    """No answer, and why."""

    url: str
    code: Code
    message: str  # one sentence, printable
    until: datetime | None = None  # when the host may be asked again, where it said so

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


WebAnswer = Response | NotModified | Missing | Trouble


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, redirects not followed."""

    url: str
    status: int
    headers: Mapping[str, str]  # lower-case names; values cut and without control characters
    body: bytes = b""
    etag: str | None = None  # byte for byte; None when it cannot be sent back
    last_modified: str | None = None


def printable(text: str, limit: int) -> str:
    r"""At most `limit` characters, control characters escaped: safe for logs, terminals and the store.

    >>> printable("a\x1b[2Jb\r\n", 50)
    'a\\x1b[2Jb\\x0d\\x0a'
    """
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[:limit])
