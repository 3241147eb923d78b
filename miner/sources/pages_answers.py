"""What the web answered, in the words of a source."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote, urlsplit

from corpus.records import Failure, Gone, Target, Unchanged
from miner.fetch.answers import Missing, NotModified, Response, Trouble, WebAnswer

MAX_PAGE_BYTES = 3_000_000  # larger pages are no articles, and parsers are slow on them


def without_content(target: Target, answer: WebAnswer) -> Unchanged | Gone | Failure | Response:
    """The answer for the job where there is no content; else the response itself."""
    match answer:
        case NotModified():
            return Unchanged(answer.etag, answer.last_modified)
        case Missing():
            return Gone(f"the server answered {answer.status}")
        case Trouble():
            return page_failure(target, str(answer))
    if len(answer.body) > MAX_PAGE_BYTES:
        return page_failure(target, f"too_large: {len(answer.body):,} bytes; at most {MAX_PAGE_BYTES:,} are read")
    return answer


def page_failure(target: Target, message: str) -> Failure:
    """What is told of a target that gave no content."""
    return Failure(target.url or target.key, "refresh", "", message)


def list_failure(url: str, message: str) -> Failure:
    """What is told of a list that cannot be read, or not to its end."""
    return Failure(url, "list", "", message)


def page_name(key: str) -> str:
    """A short stable name for a page: the end of its address and 6 hex digits of all of it.

    >>> page_name("https://a.example/2024/My_first%20reef.html")
    'my-first-reef-66badc'
    """
    split = urlsplit(key)
    last = unquote(split.path.rpartition("/")[2]).partition(".")[0] or split.hostname or ""
    stem = re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")[:60] or "page"
    return f"{stem}-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def text_fact(value: str | int | None) -> str | None:
    """A fact that should be text, if it is there."""
    return value if isinstance(value, str) and value else None
