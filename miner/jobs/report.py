"""Write the static site: read rows, compute tables, render, write; the only part of the report that does IO."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from analysis.reports.answers import report_answers
from analysis.reports.formats import to_csv
from analysis.reports.markdown import render_markdown
from analysis.reports.page import TITLE, SiteOptions, render_site
from analysis.reports.rows import ReportRows
from analysis.reports.tables import Tables, compute_tables
from corpus.errors import UsageError
from corpus.views import Readable
from miner.jobs.report_rows import read_report_rows


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
    options = SiteOptions(generated_on=generated_on, publish=publish)
    try:
        written = {_write(out, path, text) for path, text in _files(rows, tables, options)}
        _remove_others(out, written)
    except OSError as error:
        raise UsageError(f"the report cannot be written to {out}: {error.strerror}; choose another --out") from error
    return out / "index.html"


def _files(rows: ReportRows, tables: Tables, options: SiteOptions) -> Iterator[tuple[str, str]]:
    yield from render_site(rows, tables, options)
    answers = report_answers(rows, tables, publish=options.publish)
    for name, answer in answers.items():
        yield f"data/{name}.csv", to_csv(answer)
    yield "report.md", render_markdown(TITLE, rows, tables, answers, options.generated_on)


def _write(out: Path, path: str, text: str) -> Path:
    file = out / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")
    return file


def _remove_others(out: Path, written: set[Path]) -> None:
    """Remove pages that only an earlier report had; only in our own sub-folders and only if they are ours."""
    for folder in ("tasks", "architectures"):
        for file in (out / folder).glob("*.html"):
            if file not in written and 'content="solution-miner"' in file.read_text("utf-8", "replace"):
                file.unlink()
