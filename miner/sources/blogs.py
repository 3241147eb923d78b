"""Feeds, sitemaps and single pages that the user names.

Options: `feeds`, `sitemaps`, `pages` (addresses), `max_pages` (of one host, in the order of the lists), `path_contains`
(texts, one of which a page's path must hold). A page is known by one spelling of its address, whichever list names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.errors import ReadError, UsageError
from corpus.ids import document_id
from corpus.records import Document, DocumentKind, Failure, Fetched, Target, Visit
from miner.fetch.answers import Expect, Response
from miner.fetch.canonical import page_key, web_address
from miner.fetch.pace import host_of
from miner.fetch.robots import origin_of
from miner.fetch.turns import take_turns
from miner.sources.manifests import title_rank
from miner.sources.pages_answers import list_failure, page_name, text_fact, without_content
from miner.sources.pages_lists import Listed, read_feed, read_sitemap
from miner.sources.pages_meta import read_date, read_page
from miner.sources.protocol import Answer, Discovered, Scope

if TYPE_CHECKING:
    from miner.fetch.client import WebClient

NAME = "blogs"
DEFAULT_MAX_PAGES = 500  # of one host; that it was reached is told, for it may cut off what nobody meant to leave out
MAX_LISTS = 50  # sitemaps of one run
MAX_DEPTH = 3  # an index of indexes of sitemaps


def open_source(options: Mapping[str, object], web: WebClient, environ: Mapping[str, str]) -> Blogs:
    """The source for one run; `environ` is not looked at.

    Raises:
        UsageError: an option that is not what it should be.
    """
    return Blogs(options, web)


class Blogs:
    """Pages of blogs, over polite HTTP."""

    name = NAME

    def __init__(self, options: Mapping[str, object], web: WebClient) -> None:
        self._web = web
        self._feeds, self._sitemaps, self._pages = (_addresses(options, key) for key in ("feeds", "sitemaps", "pages"))
        self._path_contains = _texts(options, "path_contains")
        max_pages = options.get("max_pages", DEFAULT_MAX_PAGES)
        if not isinstance(max_pages, int) or max_pages < 1:
            raise UsageError("sources.blogs.max_pages must be a whole number of at least 1")
        self._max_pages = max_pages
        self._configured = {origin_of(url) for url in (*self._feeds, *self._sitemaps, *self._pages)}

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """The pages that sitemaps, feeds and the configuration name, hosts taking turns; and what lists failed."""
        found: dict[str, Target] = {}
        n_of_host: Counter[str] = Counter()
        capped: set[str] = set()
        for item in self._listed():
            if isinstance(item, Failure):
                yield item
                continue
            target = self._target(item)
            if target is None or target.key in found:
                continue
            host = host_of(target.url or "")
            if n_of_host[host] >= self._max_pages:
                capped.add(host)
                continue
            n_of_host[host] += 1
            found[target.key] = target
        if self._max_pages == DEFAULT_MAX_PAGES:
            for host in sorted(capped):
                yield list_failure(host, f"cap reached: {self._max_pages} pages of one host (sources.blogs.max_pages)")
        yield from take_turns(found.values(), lambda target: target.url or "", lambda _: 0.0)

    def _listed(self) -> Iterator[Listed | Failure]:
        for url in self._pages:
            yield Listed(url)
        yield from self._read_sitemaps()
        for url in self._feeds:
            yield from self._read_list(url, is_feed=True)

    def _read_sitemaps(self) -> Iterator[Listed | Failure]:
        todo = [(url, 1) for url in self._sitemaps]
        known = set(self._sitemaps)
        n_read = 0
        while todo:
            url, depth = todo.pop(0)
            if n_read >= MAX_LISTS:
                yield list_failure(url, f"cap reached: {MAX_LISTS} sitemaps in one run")
                return
            n_read += 1
            for item in self._read_list(url, is_feed=False):
                if isinstance(item, Failure) or not item.is_list:
                    yield item
                elif depth >= MAX_DEPTH:
                    yield list_failure(item.url, f"cap reached: sitemaps {MAX_DEPTH} deep")
                elif item.url not in known:
                    known.add(item.url)
                    todo.append((item.url, depth + 1))

    def _read_list(self, url: str, *, is_feed: bool) -> Iterator[Listed | Failure]:
        answer = self._web.get(url, is_configured=origin_of(url) in self._configured, expect=Expect.XML)
        if not isinstance(answer, Response):
            yield list_failure(url, f"{answer}")
            return
        try:
            for item in (read_feed if is_feed else read_sitemap)(answer.body, answer.url):
                if is_feed or host_of(item.url) == host_of(answer.url):  # a sitemap speaks for its own host
                    yield item
        except ReadError as error:
            yield list_failure(url, error.reason)

    def _target(self, item: Listed) -> Target | None:
        url, key = web_address(item.url), page_key(item.url)
        if url is None or key is None:
            return None
        path = urlsplit(url).path
        if item.url not in self._pages and self._path_contains and not any(p in path for p in self._path_contains):
            return None
        facts = {"title": item.title, "author": item.author, "published_on": item.published_on}
        given = {name: value for name, value in facts.items() if value}
        return Target(self.name, key, "page", url, signature=item.changed, facts={**given})

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        """The page, or what became of it."""
        url = target.url or target.key
        answer = without_content(
            target,
            self._web.get(
                url,
                etag=visit.etag if visit else None,
                last_modified=visit.last_modified if visit else None,
                is_configured=origin_of(url) in self._configured,
                expect=Expect.PAGE,
            ),
        )
        if not isinstance(answer, Response):
            return answer
        page = read_page(answer.body, answer.url)
        address = page.canonical_url or web_address(answer.permanent_url) or url
        aliases = dict.fromkeys(a for other in (url, *answer.urls) if (a := web_address(other)) and a != address)
        return Fetched(
            content=answer.body,
            format="html",
            url=address,
            aliases=tuple(aliases),
            etag=answer.etag,
            last_modified=answer.last_modified,
            facts={
                "main_text": page.main_text,
                "charset": answer.charset,
                "title": page.title,
                "author": page.author,
                "published_on": page.published_on.isoformat() if page.published_on else None,
                "competition_id": page.competition_id,
                "competition_evidence": page.competition_evidence,
                "licence": page.licence,
            },
        )

    def describe(self, target: Target, fetched: Fetched) -> Document:
        """The document: what the page says of itself, and what the list says where the page is silent."""
        said = {**target.facts, **{name: value for name, value in fetched.facts.items() if value is not None}}
        url = fetched.url or target.url or target.key
        key = page_key(url) or target.key
        title, published_on = text_fact(said.get("title")), read_date(said.get("published_on"))
        return Document(
            id=document_id(key, ""),
            name=page_name(key),
            kind=DocumentKind.BLOG,
            format=fetched.format,
            title=title,
            author=text_fact(said.get("author")),
            url=url,
            competition_id=text_fact(said.get("competition_id")),
            ranks=title_rank(DocumentKind.BLOG, title),
            published_on=published_on,
            year=published_on.year if published_on else None,
            licence=text_fact(said.get("licence")),
            source=self.name,
        )


def _texts(options: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = options.get(key, ())
    if isinstance(values, str) or not isinstance(values, Sequence) or not all(isinstance(v, str) for v in values):
        raise UsageError(f"sources.blogs.{key} must be a list of texts")
    return tuple(values)


def _addresses(options: Mapping[str, object], key: str) -> tuple[str, ...]:
    urls = _texts(options, key)
    for url in urls:
        if web_address(url) is None:
            raise UsageError(f"sources.blogs.{key}: {url!r} is no http or https address without a user name")
    return urls
