"""Write the static site: read rows, compute tables, render, write; the only part of the report that does IO."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import resources
from itertools import chain
from pathlib import Path

from analysis.counts.coverage import measure_coverage
from analysis.reports.downloads import render_downloads
from analysis.reports.page import EVERY_YEAR, Site, render_site
from analysis.reports.pages import SiteOptions, digest_of, program_digest
from analysis.reports.rows import ReportRows
from analysis.reports.tables import compute_tables
from corpus.errors import UsageError
from corpus.ids import content_hash
from corpus.records import Answer, Filters
from corpus.views import Readable
from corpus.views_left_out import count_left_out
from corpus.views_state import facts_digest
from miner.jobs.ask_lift import lift_of
from miner.jobs.ask_scope import WINNERS_RANK, Scope, freshness, read_scope
from miner.jobs.ask_yearly import yearly
from miner.jobs.report_folder import ReportFolder, ReportWritten
from miner.jobs.report_rows import read_report_rows

PACKAGES = ("corpus", "analysis", "miner")
PROGRAM_SUFFIXES = (".py", ".jsonl", ".toml")
FRONT = "index.html"
EVERY_ROW = 10**6
N_YEARS = 6  # columns of the yearly tables


def write_report(
    store: Readable,
    out: Path,
    *,
    publish: bool = False,
    min_confidence: float | None = None,
    generated_on: date | None = None,
) -> ReportWritten:
    """Write the site into `out`, which is made where it is missing; what was made, left alone and removed.

    A page that an earlier report wrote there and that nothing has changed since is not made again; pages that this
    report no longer has are removed; nothing else in the folder is touched. A report that was interrupted is finished
    by the next one.

    Args:
        store: the open database; it may be read-only.
        out: a folder.
        publish: cut quotes to 25 words, with author and link, and leave out those that lack either.
        min_confidence: of the claims that it is made from; None for all.
        generated_on: shown in the footer; equal data and dates give equal files.

    Raises:
        UsageError: `out` is a file, or cannot be written.
    """
    options = SiteOptions(generated_on=generated_on, publish=publish)
    inputs = digest_of(whole_program_digest(), options, min_confidence, facts_digest(store))
    try:
        folder = ReportFolder(out)
        if folder.is_made_from(inputs):
            return folder.told(FRONT)
        rows, asked = _read(store, Filters(min_confidence=min_confidence))
        site = Site(rows, compute_tables(rows), options, asked)
        for page in chain(render_site(site), render_downloads(site)):
            folder.put(page)
        return folder.told(FRONT, n_removed=folder.finish(inputs))
    except OSError as error:
        raise UsageError(f"the report cannot be written to {out}: {error.strerror}; choose another --out") from error


def whole_program_digest() -> str:
    """Digest of all code and data of this program: of what counts and reads too, not only of what makes pages."""
    found = [program_digest()]
    for package in PACKAGES:
        folder = Path(str(resources.files(package)))
        for file in sorted(file for suffix in PROGRAM_SUFFIXES for file in folder.rglob(f"*{suffix}")):
            found += [str(file.relative_to(folder)), content_hash(file.read_bytes())]
    return digest_of(found)


def _read(store: Readable, filters: Filters) -> tuple[ReportRows, dict[str, Answer]]:
    """What the pages are made from, and the answers that get a page of their own, as the command line gives them."""
    scope = read_scope(store, filters)
    winners = _winners(store, scope)
    every = tuple(sorted({row.year for row in winners.solutions if row.year}))
    asked = {
        "yearly": yearly(store, filters, every[-N_YEARS:], scope=winners),
        EVERY_YEAR: yearly(store, filters, every, EVERY_ROW, scope=winners),
        "lift": lift_of(scope, filters),
    }
    shown = {name: _without_run(answer, scope) for name, answer in asked.items() if answer.rows}
    return read_report_rows(store, scope), shown


def _without_run(answer: Answer, scope: Scope) -> Answer:
    """The answer without when a command last ran: that alone changes no page, and the corpus date stands on them."""
    facts = {name: value for name, value in answer.facts.items() if name != "corpus_date"}
    return replace(answer, facts=facts, notes=tuple(n for n in answer.notes if n != freshness(scope.dates)))


def _winners(store: Readable, scope: Scope) -> Scope:
    """The part of a scope without dates that a reading of rank 10 or better would give."""
    filters = replace(scope.filters, rank_at_most=WINNERS_RANK)
    solutions = tuple(row for row in scope.solutions if row.rank is not None and row.rank <= WINNERS_RANK)
    return replace(
        scope,
        filters=filters,
        solutions=solutions,
        uses=tuple(row for row in scope.uses if row.rank is not None and row.rank <= WINNERS_RANK),
        coverage=measure_coverage(scope.competitions, solutions, WINNERS_RANK),
        left_out=count_left_out(store, filters),
    )
