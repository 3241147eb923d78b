"""Kaggle's lists, page by page, walked to their end and never in a circle.

Pages come by token; the first may be the only one with a token missing, a token may come back, items may move from one
page to the next while the list is walked (docs/kaggle.md). Items are the client's objects.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus.records import Failure, Gone, Stop
from miner.fetch.kaggle_client import KaggleHost
from miner.fetch.kaggle_troubles import NotWholeError

Problem = Failure | Gone | Stop
PROBLEMS = (Failure, Gone, Stop)
PAGE_SIZE = 100  # the most that the client asks for
USUAL_SIZE = 20  # what a server gives that does not heed the size
MAX_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list."""

    items: list[Any]
    token: str = ""  # of the next page; "" when the answer names none
    n_total: int | None = None  # in all pages, where the answer says so


@dataclass(frozen=True, slots=True)
class Listing:
    """How to ask for a list: `ask(client, number, token)` gives the page, number counts from 1, token may be ""."""

    name: str  # for a failure
    ask: Callable[[Any, int, str], Page]
    key: Callable[[Any], Hashable]
    has_tokens: bool = True  # False: the list knows page numbers only


def walk(host: KaggleHost, listing: Listing) -> Iterator[Any]:
    """Every item once; a problem ends the list and comes last. Check `isinstance(item, PROBLEMS)`.

    Where a token is missing after a full page, or comes back, the rest is asked for by page number.
    """
    walked = _Walk(listing)
    for _ in range(MAX_PAGES):
        page = host.ask(listing.name, walked.ask)
        if isinstance(page, PROBLEMS):
            yield page
            return
        yield from walked.take(page)
        if walked.is_over:
            if walked.is_cut_short:
                yield Failure(listing.name, "refresh", "", "the server's page tokens lead nowhere; there may be more")
            return
    yield Failure(listing.name, "refresh", "", f"stopped after {MAX_PAGES:,} pages")


class _Walk:
    """Where a walk stands."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._seen: set[Hashable] = set()
        self._tokens: set[str] = set()
        self._token = ""
        self._n_good = 0  # pages that brought something new
        self._by_number = not listing.has_tokens
        self._is_repeating = False  # a token came back
        self._is_new_by_number = False  # page numbers brought something after tokens had failed
        self.is_over = self.is_cut_short = False

    def ask(self, client: Any) -> Page:
        """The next page; one that is empty and yet not the last is not believed."""
        page = self._listing.ask(client, self._n_good + 1, self._token)
        is_first = self._n_good == 0
        if not page.items and (page.token if not self._by_number else is_first and page.n_total):
            raise NotWholeError(f"page {self._n_good + 1} of the list is empty though there is more")
        return page

    def take(self, page: Page) -> list[Any]:
        """The page's new items; where to go on is settled by it."""
        fresh = []
        for item in page.items:
            key = self._listing.key(item)
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(item)
        self._n_good += bool(fresh)
        if self._by_number:
            self._go_on_by_number(page, bool(fresh))
        else:
            self._go_on(page)
        return fresh

    def _go_on(self, page: Page) -> None:
        is_full = len(page.items) in {USUAL_SIZE, PAGE_SIZE}
        is_short = page.n_total is not None and len(self._seen) < page.n_total
        self._is_repeating = page.token in self._tokens
        if page.token and not self._is_repeating:
            self._tokens.add(page.token)
            self._token = page.token
        elif page.token or is_full or is_short:
            self._by_number, self._token = True, ""
        else:
            self.is_over = True

    def _go_on_by_number(self, page: Page, has_fresh: bool) -> None:
        self._is_new_by_number = self._is_new_by_number or has_fresh
        has_all = page.n_total is not None and len(self._seen) >= page.n_total
        lacks_some = page.n_total is not None and len(self._seen) < page.n_total
        if self._listing.has_tokens:
            self.is_cut_short = not has_fresh and not has_all and (lacks_some or self._is_lost)
        is_short = len(page.items) < USUAL_SIZE and (self._listing.has_tokens or page.n_total is None)
        self.is_over = has_all or is_short or not has_fresh

    @property
    def _is_lost(self) -> bool:
        """Tokens went in a circle, and page numbers gave nothing beside it."""
        return self._is_repeating and not self._is_new_by_number
