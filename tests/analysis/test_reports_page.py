"""The pages: everything escaped, every link with an end, charts that can be read and heard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings, strategies as st
from report_sample import changed_rows, sample_rows

from analysis.reports.answers import evidence_rows, reason_rows, report_answers
from analysis.reports.charts import describe_trend, trend_charts
from analysis.reports.competitions import competition_pages
from analysis.reports.downloads import render_downloads
from analysis.reports.formats import to_csv
from analysis.reports.markdown import render_markdown
from analysis.reports.page import TITLE, Site, render_site
from analysis.reports.pages import Page, SiteOptions
from analysis.reports.rows import Measured, ReportRows
from analysis.reports.sizes import size_chart, size_mb, size_rows
from analysis.reports.tables import Tables, compute_tables

ROWS = sample_rows()
QUOTE = "because"


class Links(HTMLParser):
    """Collects addresses, ids and element names of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.scripts: list[str] = []  # where each comes from; "" for one that stands in the page
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "script":
            self.scripts.append(dict(attrs).get("src") or "")
        for name, value in attrs:
            if name == "href":
                self.hrefs.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            assert not name.startswith("on")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return compute_tables(ROWS)


@pytest.fixture(scope="module")
def site(tables: Tables) -> dict[str, str]:
    return texts(render_site(Site(ROWS, tables, SiteOptions(date(2025, 4, 1)))))


def texts(made: Iterable[Page]) -> dict[str, str]:
    return {page.path: "".join(page.pieces()) for page in made}


def pages(site: dict[str, str]) -> Iterator[tuple[str, Links]]:
    for path, text in site.items():
        if path.endswith(".html"):
            yield path, Links(text)


def test_text_of_documents_is_escaped(site: dict[str, str]) -> None:
    assert any("&lt;script&gt;" in text for text in site.values())
    for _path, page in pages(site):
        assert [src.rpartition("/")[2] for src in page.scripts] == ["search-index.js", "search.js"]
        assert "net" not in page.tags


def test_only_web_addresses_become_links(site: dict[str, str]) -> None:
    for _path, page in pages(site):
        for href in page.hrefs:
            assert re.match(r"https://example\.org/|data:,$|[#\w./-]+$", href), href


def test_every_link_leads_somewhere(tables: Tables, site: dict[str, str]) -> None:
    downloads = render_downloads(Site(ROWS, tables, SiteOptions(date(2025, 4, 1))))
    files = set(site) | {page.path for page in downloads}
    anchors = {path: set(page.ids) for path, page in pages(site)}
    for path, page in pages(site):
        for href in page.hrefs:
            if href.startswith(("http", "data:,")):
                continue
            target, _, anchor = href.partition("#")
            folder = path.rpartition("/")[0]
            full = path if not target else target[3:] if target.startswith("../") else f"{folder}/{target}".lstrip("/")
            assert full in files, (path, href)
            assert not anchor or anchor in anchors[full], (path, href)


def test_ids_are_unique_on_each_page(site: dict[str, str]) -> None:
    for path, page in pages(site):
        assert len(page.ids) == len(set(page.ids)), path


def test_every_documented_competition_has_a_page_with_its_solutions(tables: Tables, site: dict[str, str]) -> None:
    made = competition_pages(ROWS, tables)
    assert len(made) == len({solution.competition_id for solution in ROWS.solutions})
    assert sum(path.startswith("competitions/") for path in site) == len(made)
    for page in made:
        ranks = [entry.solution.rank or 10**6 for entry in page.entries]
        assert ranks == sorted(ranks)
        assert all(winners <= page.n_winners for _, _, winners, _ in page.architectures)
        used = {part.key for entry in page.entries for part in entry.used}
        assert used == {key for key, *_ in page.architectures}


def test_what_can_be_found_leads_to_every_page(site: dict[str, str]) -> None:
    text = site["search-index.js"]
    entries = json.loads(text.removeprefix("window.minerPages=").rstrip(";\n"))
    paths = {path for path in site if "/" in path}
    assert {entry[2] for entry in entries} == paths
    assert {href for href in Links(site["contents.html"]).hrefs if "/" in href and ":" not in href} == paths
    assert "<" not in text


def test_a_report_can_be_cited(site: dict[str, str]) -> None:
    assert "@misc{solution-miner-report," in site["index.html"]
    assert "year = {2025}" in site["index.html"]


def test_the_same_rows_give_the_same_site(tables: Tables, site: dict[str, str]) -> None:
    assert texts(render_site(Site(ROWS, tables, SiteOptions(date(2025, 4, 1))))) == site


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_pages_made_from_the_same_have_the_same_text(seed: int) -> None:
    """Rows with a few changes: where a page says that it is made from what it was made from before, its text is too."""
    rows = sample_rows(2, 50)
    before = {page.path: page for page in made_of(rows)}
    same = 0
    for page in made_of(changed_rows(rows, seed)):
        known = before.get(page.path)
        if known is not None and known.made_from == page.made_from:
            same += 1
            assert "".join(known.pieces()) == "".join(page.pieces()), page.path
    assert same > 3


def made_of(rows: ReportRows) -> Iterator[Page]:
    site = Site(rows, compute_tables(rows), SiteOptions())
    yield from render_site(site)
    yield from render_downloads(site)


def test_publishing_leaves_out_what_may_not_be_quoted(tables: Tables, site: dict[str, str]) -> None:
    published = texts(render_site(Site(ROWS, tables, SiteOptions(publish=True))))
    assert sum(text.count(QUOTE) for text in published.values()) < sum(text.count(QUOTE) for text in site.values())
    shown = [*evidence_rows(ROWS, tables, publish=True), *reason_rows(ROWS, publish=True)]
    assert all(row["quote"] is None or row["document_url"] for row in shown)


def test_charts_take_colours_from_the_page_and_can_be_heard(tables: Tables) -> None:
    charts = trend_charts(tables.trends)
    assert charts.keys() == {trend.key for trend in tables.trends}
    for trend in tables.trends:
        svg = charts[trend.key]
        assert "var(--accent" in svg
        assert not re.search(r'"#0102\d\d"|font-family|<svg [^>]*\bwidth="| id="', svg)
        assert "<title>" in svg
        assert describe_trend(trend).split(".")[0] in svg.replace("&amp;", "&")


def test_no_chart_is_drawn_without_years() -> None:
    assert trend_charts(()) == {}


def test_markdown_has_the_same_sections_and_no_markup_from_documents(tables: Tables) -> None:
    answers = report_answers(tables)
    text = render_markdown(TITLE, ROWS, tables, answers, None)
    for heading in (
        "What winners use",
        "By task type",
        "What is dropped, and why",
        "Newest winners",
        "Method and limits",
    ):
        assert f"## {heading}" in text
    assert "<b>" not in text
    assert "<script" not in text
    assert text == render_markdown(TITLE, ROWS, tables, answers, None)


def test_csv_has_a_row_for_each_share(tables: Tables) -> None:
    answers = report_answers(tables)
    assert len(answers["popularity"].rows) == len(tables.overall)
    assert to_csv(answers["popularity"]).startswith("architecture,n_winners,n_winners_total,share,")


def measured(variant: str, params_m: float | None, value: float | None, size_mb: float | None = None) -> Measured:
    return Measured("net", "timm", variant, "", "ImageNet-1k", "top1_pct", value, params_m, 1.0, size_mb)


def test_sizes_are_published_or_marked_as_estimated() -> None:
    assert size_mb(measured("a", 10.0, 70.0, 38.0)) == (38.0, False)
    assert size_mb(measured("a", 10.0, 70.0)) == (40.0, True)
    assert size_mb(measured("a", None, 70.0)) == (None, False)


def test_a_chart_of_sizes_has_a_named_point_for_each_known_variant() -> None:
    rows = [measured("big<net", 100.0, 80.0), measured("small", 1.0, 60.0), measured("middle", 10.0, 70.0)]
    unknown = [measured("unsized", None, 90.0), measured("unmeasured", 5.0, None)]
    svg = size_chart(rows + unknown)
    assert svg.count("<circle") == 3
    assert "big&lt;net: 80, 100 M parameters" in svg
    assert "unsized" not in svg
    assert size_chart(rows[:2]) == ""
    assert [row.variant for row in size_rows(rows + unknown)] == ["small", "middle", "big<net", "unsized", "unmeasured"]
