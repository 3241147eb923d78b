"""Feeds, sitemaps and pages -> targets, content and documents."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from loopback.fake_clock import START, FakeClock
from loopback.scripted_server import ScriptedServer, Step
from work_done import work_limit

from corpus.errors import ReadError, UsageError
from corpus.ids import document_id
from corpus.records import Document, Failure, Fetched, Gone, Target, Unchanged, Visit
from miner.fetch.client import Surroundings, open_web
from miner.sources.blogs import DEFAULT_MAX_PAGES, Blogs, open_source
from miner.sources.pages_answers import MAX_PAGE_BYTES
from miner.sources.pages_lists import read_feed, read_sitemap
from miner.sources.pages_meta import read_page
from miner.sources.protocol import Answer, Scope

XML = {"Content-Type": "application/xml"}
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Ponds</title>
<link>{0}/</link><description>d</description>
<item><title>Frogs</title><link>{0}/frogs?utm_source=rss</link><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate></item>
<item><title>No link</title></item>
<item><title>Mail</title><link>mailto:me@pond.example</link></item>
<item><title>Newts</title><link>/newts</link></item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Ponds</title><id>x</id>
<entry><title>Frogs</title><id>1</id><link href="{0}/frogs"/><author><name>Ada</name></author>
<updated>2024-05-06T07:08:09Z</updated><published>2024-03-05T00:00:00Z</published></entry></feed>"""
URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def urls(*locs: str, lastmod: str = "") -> str:
    moved = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return "".join(f"<url><loc>{loc}</loc>{moved}</url>" for loc in locs)


def xml(text: str) -> Step:
    return Step(body=text.encode(), headers=XML)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer({}) as opened:
        yield opened


def source(**options: object) -> Blogs:
    clock = FakeClock()
    web = open_web(pace_s=0, surroundings=Surroundings(clock, clock.sleep))
    return open_source(options, web, {})


def discover(blogs: Blogs) -> tuple[list[Target], list[Failure]]:
    found = list(blogs.discover(Scope(START), {}))
    return [x for x in found if isinstance(x, Target)], [x for x in found if isinstance(x, Failure)]


def document_of(blogs: Blogs, target: Target) -> tuple[Fetched, Document]:
    fetched = blogs.fetch(target, None)
    assert isinstance(fetched, Fetched)
    return fetched, blogs.describe(target, fetched)


def test_a_page_is_one_target_whichever_list_names_it(server: ScriptedServer) -> None:
    server.script("/feed.xml", xml(RSS.format(server.url)))
    server.script("/sitemap.xml", xml(URLSET.format(urls(f"{server.url}/frogs/", lastmod="2024-04-01"))))
    blogs = source(feeds=[f"{server.url}/feed.xml"], sitemaps=[f"{server.url}/sitemap.xml"])
    targets, failures = discover(blogs)
    assert failures == []
    place = server.url.removeprefix("http")
    assert [(t.key, t.signature) for t in targets] == [
        (f"https{place}/frogs", "2024-04-01"),
        (f"https{place}/newts", None),
    ]
    assert targets[1].facts == {"title": "Newts"}
    assert server.paths() == ["/sitemap.xml", "/feed.xml"]


def test_a_feed_shows_a_change_only_where_it_says_when(server: ScriptedServer) -> None:
    server.script("/atom", xml(ATOM.format(server.url)))
    server.script("/rss", xml(RSS.format(server.url)))
    (target,), _ = discover(source(feeds=[f"{server.url}/atom"]))
    assert target.signature == "2024-05-06T07:08:09Z"
    assert target.facts == {"title": "Frogs", "author": "Ada", "published_on": "2024-03-05"}
    targets, _ = discover(source(feeds=[f"{server.url}/rss"]))
    assert [t.signature for t in targets] == [None, None]


def test_an_index_leads_to_its_sitemaps_packed_or_not(server: ScriptedServer) -> None:
    inner = [
        f"<sitemap><loc>{server.url}/{name}</loc></sitemap>" for name in ("a.xml", "b.xml.gz", "a.xml", "index.xml")
    ]
    server.script("/index.xml", xml(INDEX.format("".join(inner))))
    server.script("/a.xml", xml(URLSET.format(urls(f"{server.url}/1", "https://elsewhere.example/2"))))
    packed = gzip.compress(URLSET.format(urls(f"{server.url}/3")).encode())
    server.script("/b.xml.gz", Step(body=packed, headers={"Content-Type": "application/gzip"}))
    targets, failures = discover(source(sitemaps=[f"{server.url}/index.xml"]))
    assert [t.url for t in targets] == [f"{server.url}/1", f"{server.url}/3"], "a sitemap speaks for its own host"
    assert failures == []


def test_endless_lists_end_and_say_so(server: ScriptedServer) -> None:
    """B15: a sitemap that names the next for ever, and more pages than anybody meant."""
    for n in range(6):
        server.script(f"/{n}", xml(INDEX.format(f"<sitemap><loc>{server.url}/{n + 1}</loc></sitemap>")))
    _, (failure,) = discover(source(sitemaps=[f"{server.url}/0"]))
    assert "cap reached" in failure.message
    assert server.paths() == ["/0", "/1", "/2"]

    many = [f"{server.url}/day/{n}" for n in range(DEFAULT_MAX_PAGES + 5)]
    server.script("/many", xml(URLSET.format(urls(*many))))
    targets, (failure,) = discover(source(sitemaps=[f"{server.url}/many"]))
    assert (len(targets), "cap reached" in failure.message) == (DEFAULT_MAX_PAGES, True)
    targets, failures = discover(source(sitemaps=[f"{server.url}/many"], max_pages=7))
    assert ([t.url for t in targets], failures) == (many[:7], [])

    wide = "".join(f"<sitemap><loc>{server.url}/w{n}</loc></sitemap>" for n in range(60))
    server.script("/wide", xml(INDEX.format(wide)))
    _, failures = discover(source(sitemaps=[f"{server.url}/wide"]))
    assert "cap reached" in failures[-1].message
    assert len(failures) == 49 + 1  # the 49 that are not there, and the cap


def test_only_paths_asked_for_and_pages_named(server: ScriptedServer) -> None:
    server.script("/s", xml(URLSET.format(urls(f"{server.url}/blog/1", f"{server.url}/shop/2"))))
    blogs = source(sitemaps=[f"{server.url}/s"], pages=[f"{server.url}/about"], path_contains=["/blog/"])
    assert [t.url for t in discover(blogs)[0]] == [f"{server.url}/about", f"{server.url}/blog/1"]


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS + URLSET.format("<url><loc>https://a.example/&j;</loc></url>"),
        '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + URLSET.format("<url><loc>&x;</loc></url>"),
        "<html><p>404</p></html>",
        "not xml",
        "",
        "<urlset><url><loc>https://a.example/",
        "\x1f\x8bnot gzip",
    ],
)
def test_hostile_lists_are_refused(body: str) -> None:
    with pytest.raises(ReadError):
        list(read_sitemap(body.encode("latin-1"), "https://a.example/sitemap.xml"))
    feed = body.replace("urlset", "rss").encode("latin-1")
    try:
        links = [item.url for item in read_feed(feed, "https://a.example/feed")]
    except ReadError:
        links = []
    assert links == []


def test_bytes_of_a_feed_are_never_a_file_name(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS.format("https://secret.example"), "utf-8")
    with pytest.raises(ReadError):
        list(read_feed(str(secret).encode(), "https://a.example/feed"))


def test_a_list_that_is_not_to_be_had_is_a_failure(server: ScriptedServer) -> None:
    server.script("/feed", Step(body=b"<html>please log in</html>"))
    _, failures = discover(source(feeds=[f"{server.url}/feed", f"{server.url}/none"]))
    assert [failure.item for failure in failures] == [f"{server.url}/feed", f"{server.url}/none"]
    assert "unexpected_type" in failures[0].message


def test_the_example_page_becomes_the_expected_document(repository: Path) -> None:
    folder = repository / "tests/examples/sources"
    content = (folder / "blogs.in.html").read_bytes()
    expected = json.loads((folder / "blogs.out.json").read_text("utf-8"))
    with ScriptedServer({"/frogs?utm_source=feed": Step(body=content), "/frogs": Step(body=content)}) as server:
        blogs = source(pages=[f"{server.url}/frogs?utm_source=feed"])
        ((target,), _) = discover(blogs)
        fetched, document = document_of(blogs, target)
    assert fetched.content == content
    assert str(fetched.facts["main_text"]).startswith("trafilatura ")
    assert fetched.facts["competition_evidence"]
    assert document.id == document_id(target.key, "")
    got = {**asdict(document), "published_on": str(document.published_on), "rank": document.ranks[0].rank}
    got["url"] = str(document.url).replace(server.url, "https://pond.example")
    assert {key: got[key] for key in expected["document"]} == expected["document"]


def test_what_becomes_of_a_page(server: ScriptedServer) -> None:
    server.script("/same", Step(body=b"<html>x", etag='"1"'))
    server.script("/gone", Step(410))
    server.script("/shut", Step(403))
    server.script("/huge", Step(body=b"<html>" + b"x" * MAX_PAGE_BYTES))
    server.script("/moved", Step(301, headers={"Location": "/new?utm_medium=m"}))
    server.script(
        "/new?utm_medium=m", Step(body=b"<html><title>New</title><p>Words.</p>", headers={"Last-Modified": "L"})
    )
    blogs = source(pages=[f"{server.url}/{name}" for name in ("same", "gone", "shut", "huge", "moved")])
    targets, _ = discover(blogs)
    visits = [Visit(targets[0], etag='"1"'), None, None, None, None]
    same, gone, shut, huge, moved = (blogs.fetch(t, v) for t, v in zip(targets, visits, strict=True))
    assert same == Unchanged('"1"', None)
    assert isinstance(gone, Gone)
    assert [isinstance(x, Failure) for x in (shut, huge)] == [True, True]
    assert isinstance(moved, Fetched)
    assert (moved.url, moved.aliases, moved.last_modified) == (f"{server.url}/new", (f"{server.url}/moved",), "L")


def test_a_page_may_not_claim_an_address_of_another_host() -> None:
    page = (
        b"<html><head><link rel=canonical href='https://www.kaggle.com/c/reef/discussion/1'></head><p>Words</p></html>"
    )
    assert read_page(page, "https://a.example/x").canonical_url is None
    assert read_page(page.replace(b"www.kaggle.com", b"www.a.example"), "https://a.example/x").canonical_url


def test_a_crawled_link_to_this_machine_is_not_followed(server: ScriptedServer) -> None:
    """What the user configured may be loopback; another port that a list names was not configured."""
    with ScriptedServer({"/x": Step(body=b"<html>")}) as other:
        server.script("/feed", xml(RSS.format(other.url)))
        blogs = source(feeds=[f"{server.url}/feed"])
        answers: list[Answer] = [blogs.fetch(target, None) for target in discover(blogs)[0]]
        assert other.requests == []
    assert isinstance(answers[0], Failure)
    assert answers[0].message.startswith("address")


@pytest.mark.parametrize(
    "options",
    [{"feeds": "https://a.example"}, {"feeds": [1]}, {"pages": ["file:///x"]}, {"max_pages": 0}, {"max_pages": "9"}],
)
def test_options_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"sources\.blogs"):
        source(**options)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<html><body><article><p>", b"<!doctype html><meta charset=utf-16>"]),
)
def test_any_bytes_give_page_facts(noise: bytes, start: bytes) -> None:
    facts = read_page(start + noise, "https://a.example/")
    assert facts.main_text
    assert facts == read_page(start + noise, "https://a.example/")


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>" + b"<div>" * 20_000 + b"x" * 500,
        b"<html><body>" + b"<b>x " * 100_000,
        b"<html>" + b"<a " * 700_000,
        b"<html><![x <p>words",
        b"<html><article>" + b"<p>some words in a row and <a href=/x>a link</a></p>" * 50_000,
    ],
)
def test_hostile_pages_are_read_in_time(page: bytes) -> None:
    """E2, E3: nested, unclosed, malformed and endless pages cost a bounded amount of work."""
    with work_limit(800):
        assert read_page(page, "https://a.example/").competition_id is None


@contextmanager
def emulator(shared: Path) -> Iterator[str]:
    """The blog host of the development tools, on the development corpus."""
    command = [sys.executable, str(shared / "tools/kaggle_emulator.py"), "--corpus", str(shared / "data/corpus")]
    with subprocess.Popen(
        [*command, "--port", "0", "--crawl-delay", "0.03"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split()[1]
        finally:
            server.terminate()


def test_thirty_pages_of_the_emulated_host_politely(shared: Path) -> None:
    """With the machine's own clock: the emulator measures the delay it asks for."""
    with emulator(shared) as url:
        blogs = open_source({"sitemaps": [f"{url}/sitemap.xml"], "pages": [f"{url}/private/x"], "max_pages": 31},
                            open_web(pace_s=0), {})  # fmt: skip
        targets, failures = discover(blogs)
        answers = [blogs.fetch(target, None) for target in targets]
        visits = [
            Visit(target, datetime.now().astimezone(), etag=answer.etag)
            for target, answer in zip(targets, answers, strict=True)
            if isinstance(answer, Fetched)
        ]
        again = [blogs.fetch(visit.target, visit) for visit in visits]
        with urllib.request.urlopen(f"{url}/__stats") as response:
            stats = json.load(response)
    assert failures == []
    assert [isinstance(answer, Fetched) for answer in answers] == [False] + [True] * 30
    assert all(isinstance(answer, Unchanged) for answer in again)
    assert stats["disallowed_hits"] == 0
    assert stats["crawl_delay_violations"] in (0, {})
