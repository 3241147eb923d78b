"""The SQL beside each table of the report, run as `miner sql` runs it, against the CSV beside it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from analysis.runners import run_serial
from corpus.guarded import Limits, run_query
from corpus.store import Store
from miner.jobs.add import add_paths
from miner.jobs.analyse import analyse
from miner.jobs.report import write_report
from miner.jobs.run import example_folder
from miner.jobs.starter import load_starter

SHOWN = re.compile(r'<details class="sql" data-csv="([^"]+)">.*?<code>([^<]*SELECT[^<]*)</code></pre>', re.DOTALL)
COUNTS_ONLY = re.compile(r"^(?:data/lift|years/\d+-crossings)\.csv$")
LIMITS = Limits(max_rows=100_000)
EACH = 12  # pages of a kind, spread over all of them


@pytest.fixture(scope="module", params=[None, 0.9], ids=["all claims", "sure claims"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `corpus.db` of the starter facts and the examples, and `site`, its report."""
    folder = tmp_path_factory.mktemp("report")
    with Store.open(folder / "corpus.db") as store:
        load_starter(store)
        with example_folder() as examples:
            add_paths(store, [examples])
        analyse(store, run_serial)
        write_report(store, folder / "site", min_confidence=request.param)
    return folder


def statements(folder: Path, pattern: str) -> Iterator[tuple[str, str]]:
    """Path of the CSV and the statement, for some pages of one kind."""
    pages = sorted((folder / "site").glob(pattern))
    for page in pages[:: max(1, len(pages) // EACH)]:
        for path, sql in SHOWN.findall(page.read_text("utf-8")):
            yield path, unescape(sql)


def run(folder: Path, sql: str) -> list[dict[str, str]]:
    found = run_query(folder / "corpus.db", sql, {}, LIMITS)
    assert not found.is_cut
    return [dict(zip(found.columns, map(written, row), strict=True)) for row in found.rows]


def written(value: object) -> str:
    return "" if value is None else str(value)


def table(folder: Path, path: str) -> list[dict[str, str]]:
    with (folder / "site" / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def ordered(rows: list[dict[str, str]], columns: list[str]) -> list[list[str]]:
    return sorted([str(row[name]) for name in columns] for row in rows)


@pytest.mark.parametrize(
    "pattern",
    ["index.html", "yearly.html", "examples.html", "tasks/*.html", "competitions/*.html", "architectures/*.html",
     "years/*.html"],
)  # fmt: skip
def test_a_statement_gives_the_rows_of_its_table(site: Path, pattern: str) -> None:
    n_run = 0
    for path, sql in statements(site, pattern):
        found = run(site, sql)
        n_run += bool(found)
        if not found:
            assert not (site / "site" / path).is_file() or not table(site, path), path
        elif not COUNTS_ONLY.match(path):
            shown = table(site, path)
            if path.startswith(("years/", "data/yearly-")):
                shown = [row for row in shown if "key" not in row or row["n_solutions"] != "0"]
                found = [row for row in found if "key" not in row or row["n_solutions"] != "0"]
            columns = list(found[0])
            assert set(columns) <= set(shown[0]), path
            assert ordered(found, columns) == ordered(shown, columns), path
    assert n_run


def test_the_counts_under_lift_are_its_own(site: Path) -> None:
    [(path, sql)] = statements(site, "lift.html")
    counts = {row["architecture"]: row for row in run(site, sql)}
    shown = table(site, path)
    assert shown
    for row in shown:
        names = ("n_winners", "n_winners_total", "n_others", "n_others_total")
        assert [counts[row["architecture"]][name] for name in names] == [row[name] for name in names]


def test_the_counts_under_who_overtook_whom_are_its_own(site: Path) -> None:
    n_crossings = 0
    for path, sql in statements(site, "years/*.html"):
        if path.endswith("-crossings.csv"):
            counts = {(row["year"], row["architecture"]): row["n_solutions"] for row in run(site, sql)}
            for row in table(site, path):
                n_crossings += 1
                assert counts[row["year"], row["overtaker"]] == row["n_overtaker"]
                assert counts[row["year"], row["overtaken"]] == row["n_overtaken"]
    assert n_crossings


def test_every_section_with_a_table_has_its_file_and_statement(site: Path) -> None:
    kinds = ("*.html", "tasks/*.html", "competitions/*.html", "architectures/*.html", "years/*.html")
    for page in (page for kind in kinds for page in sorted((site / "site").glob(kind))[:EACH]):
        text = page.read_text("utf-8")
        tables, listed = text.count("<table"), text.count('<details class="sql"')
        assert bool(tables) == bool(listed), page
        for path in re.findall(r'data-csv="([^"]+)"', text):
            assert (site / "site" / path).is_file(), path
