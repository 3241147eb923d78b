"""The report's files for programs and other tools: a CSV of each table, and the whole as one Markdown page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.reports.answers import EVIDENCE_COLUMNS, REASON_COLUMNS, evidence_rows, reason_rows, report_answers
from analysis.reports.formats import csv_pieces, to_csv
from analysis.reports.markdown import render_markdown
from analysis.reports.page import TITLE, Site
from analysis.reports.pages import Page, digest_of


def render_downloads(site: Site) -> Iterator[Page]:
    """`data/*.csv` and `report.md`."""
    rows, tables, publish = site.rows, site.tables, site.options.publish
    answers = report_answers(tables)
    for name, answer in {**answers, **site.answers}.items():
        yield Page(f"data/{name}.csv", digest_of(site.base, answer.columns, answer.rows), lambda a=answer: [to_csv(a)])  # type: ignore[misc]

    def evidence() -> Iterable[str]:
        return csv_pieces(EVIDENCE_COLUMNS, evidence_rows(rows, tables, publish=publish))

    def reasons() -> Iterable[str]:
        return csv_pieces(REASON_COLUMNS, reason_rows(rows, publish=publish))

    def markdown() -> Iterable[str]:
        yield render_markdown(TITLE, rows, tables, answers, site.options.generated_on)

    yield Page("data/evidence.csv", digest_of(site.base, site.prints.uses), evidence)
    yield Page("data/reasons.csv", digest_of(site.base, site.prints.reasons), reasons)
    made_from = (tables, rows.figures, rows.sources, len(rows.solutions), site.shared["stamp"])
    yield Page("report.md", digest_of(site.base, *made_from), markdown)
