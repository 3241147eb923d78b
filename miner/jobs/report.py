"""Write the static site: read rows, compute tables, render, write; the only part of the report that does IO."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from analysis.reports.answers import report_answers
from analysis.reports.formats import to_csv
from analysis.reports.markdown import render_markdown
from analysis.reports.page import TITLE, SiteOptions, render_site
from analysis.reports.rows import ReportRows
from analysis.reports.tables import Tables, compute_tables
from corpus.errors import UsageError
from corpus.records import Answer, Filters
from corpus.views import Readable, select_solutions
from miner.jobs.ask_lift import lift
from miner.jobs.ask_yearly import yearly
from miner.jobs.report_rows import read_report_rows

N_YEARS = 6  # columns of the yearly tables


def write_report(
    store: Readable,
    out: Path,
    *,
    publish: bool = False,
    min_confidence: float | None = None,
    generated_on: date | None = None,
) -> Path:
    """The front page of the site written into `out`, which is made where it is missing.

    Pages of an earlier report that this one no longer has are removed; nothing else in the folder is touched.

    Args:
        store: the open database; it may be read-only.
        out: a folder.
        publish: cut quotes to 25 words, with author and link, and leave out those that lack either.
        min_confidence: of the claims that it is made from; None for all.
        generated_on: shown in the footer; equal data and dates give equal files.

    Raises:
        UsageError: `out` is a file, or cannot be written.
    """
    rows = read_report_rows(store, min_confidence)
    tables = compute_tables(rows)
    asked = _ask(store, Filters(min_confidence=min_confidence))
    options = SiteOptions(generated_on=generated_on, publish=publish)
    try:
        written = {_write(out, path, text) for path, text in _files(rows, tables, options, asked)}
        _remove_others(out, written)
    except OSError as error:
        raise UsageError(f"the report cannot be written to {out}: {error.strerror}; choose another --out") from error
    return out / "index.html"


def _ask(store: Readable, filters: Filters) -> dict[str, Answer]:
    """The answers that get a page of their own, as the command line gives them."""
    years = tuple(sorted({row.year for row in select_solutions(store, filters) if row.year}))[-N_YEARS:]
    found = {"yearly": yearly(store, filters, years), "lift": lift(store, filters)}
    return {name: answer for name, answer in found.items() if answer.rows}


def _files(
    rows: ReportRows, tables: Tables, options: SiteOptions, asked: Mapping[str, Answer]
) -> Iterator[tuple[str, str]]:
    yield from render_site(rows, tables, options, asked)
    answers = {**report_answers(rows, tables, publish=options.publish), **asked}
    for name, answer in answers.items():
        yield f"data/{name}.csv", to_csv(answer)
    yield "report.md", render_markdown(TITLE, rows, tables, answers, options.generated_on)


def _write(out: Path, path: str, text: str) -> Path:
    file = out / path
    file.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8")
    if not (file.is_file() and file.read_bytes() == content):  # what is the same keeps its date: less to upload
        file.write_bytes(content)
    return file


def _remove_others(out: Path, written: set[Path]) -> None:
    """Remove pages that only an earlier report had; only in our own sub-folders and only if they are ours."""
    for folder in ("tasks", "architectures", "competitions"):
        for file in (out / folder).glob("*.html"):
            if file not in written and 'content="solution-miner"' in file.read_text("utf-8", "replace"):
                file.unlink()
