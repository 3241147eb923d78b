"""The report's tables and findings from rows of invented competitions."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st
from report_sample import sample_rows
from work_done import work_limit

from analysis.reports.evidence import evidence_pages, published_quote, slugs_of
from analysis.reports.findings import write_findings
from analysis.reports.page import Site
from analysis.reports.pages import SiteOptions
from analysis.reports.rows import ReportRows
from analysis.reports.tables import compute_tables

ROWS = sample_rows()
TABLES = compute_tables(ROWS)


def shuffled(rows: ReportRows, seed: int) -> ReportRows:
    chance = random.Random(seed)
    parts = {
        name: chance.sample(getattr(rows, name), len(getattr(rows, name))) for name in ("solutions", "uses", "reasons")
    }
    return replace(rows, **{name: tuple(values) for name, values in parts.items()})


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    rows = shuffled(ROWS, seed)
    assert compute_tables(rows) == TABLES
    assert evidence_pages(rows, TABLES) == evidence_pages(ROWS, TABLES)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_counts_stay_within_their_totals(seed: int) -> None:
    tables = compute_tables(sample_rows(seed, 40))
    for share in [*tables.overall, *(share for table in tables.tasks for share in table.shares)]:
        assert 0 <= share.n <= share.n_of <= share.n_all_of
        assert share.n <= share.n_all <= share.n_all_of
        assert 0 <= share.low <= share.high <= 1
    for row in tables.dropped:
        assert 0 < row.count.n_dropped <= row.count.n_ran
        assert row.n_winners <= row.count.n_dropped


def test_winners_are_counted_by_hand() -> None:
    winners = {s.solution_id for s in ROWS.solutions if s.rank is not None and s.rank <= 10}
    users = {use.solution_id for use in ROWS.uses if use.lineage == "gbdt-a" and use.status == "used"}
    (share,) = [share for share in TABLES.overall if share.key == "gbdt-a"]
    assert (share.n, share.n_of) == (len(users & winners), len(winners))
    assert (share.n_all, share.n_all_of) == (len(users), len(ROWS.solutions))


def test_every_number_has_its_evidence() -> None:
    pages = {page.key: page for page in evidence_pages(ROWS, TABLES)}
    for share in TABLES.overall:
        page = pages[share.key]
        assert len(page.used) == share.n_all
        assert sum(item.solution.is_winner for item in page.used) == share.n
    for row in TABLES.dropped:
        assert len(pages[row.count.key].tried) == row.count.n_dropped
    for chosen in TABLES.chosen:
        groups = dict(pages[chosen.key].reasons_for)
        for category, n in chosen.by_category.items():
            assert len({item.solution.solution_id for item in groups[category]}) == n


def test_newest_winners_come_first() -> None:
    days = [win.solution.counted_on for win in TABLES.newest]
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]
    assert all(win.solution.is_winner and win.used for win in TABLES.newest)


def test_an_empty_corpus_has_empty_tables() -> None:
    tables = compute_tables(replace(ROWS, solutions=(), uses=(), reasons=(), competitions=()))
    assert (tables.overall, tables.tasks, tables.trends, tables.dropped, tables.newest) == ((), (), (), (), ())
    assert write_findings(tables) == ()


def test_findings_need_more_than_chance() -> None:
    winners = [s.solution_id for s in ROWS.solutions if s.is_winner][:30]
    uses = tuple(
        replace(use, solution_id=solution, claim_id=f"{use.claim_id}-{number}", status="used", lineage="gbdt-a")
        for number, solution in enumerate(winners)
        for use in ROWS.uses[:1]
    )
    subjects = [finding.text.split(":")[0] for finding in write_findings(compute_tables(replace(ROWS, uses=uses)))]
    assert "sets winners apart" in subjects
    assert "sets winners apart" not in [
        f.text.split(":")[0] for f in write_findings(compute_tables(sample_rows(3, 30)))
    ]


def test_a_large_corpus_is_counted_in_one_pass() -> None:
    rows = sample_rows(1, 4_000)
    with work_limit(30):  # about 5
        site = Site(rows, compute_tables(rows), SiteOptions())
    assert len(site.prints.competitions) == 30


@given(st.lists(st.text()))
def test_slugs_are_unique_file_names(keys: list[str]) -> None:
    slugs = slugs_of(keys)
    assert len(set(slugs.values())) == len(set(keys))
    assert all(slug and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for slug in slugs.values())


@pytest.mark.parametrize(("author", "url"), [(None, "https://example.org"), ("Jo", None)])
def test_nothing_is_published_without_author_and_link(author: str | None, url: str | None) -> None:
    assert published_quote("words", author, url) is None


@given(st.text(min_size=1))
def test_published_quotes_are_short(quote: str) -> None:
    shown = published_quote(quote, "Jo", "https://example.org")
    assert shown is not None
    assert len(shown.removesuffix("…").split()) <= 25
    assert quote.startswith(shown.removesuffix(" …"))
