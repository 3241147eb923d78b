"""The report's files for programs and other tools: a CSV of each table, and the whole as one Markdown page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from analysis.reports.answers import EVIDENCE_COLUMNS, REASON_COLUMNS, evidence_rows, reason_rows, report_answers
from analysis.reports.formats import csv_pieces, to_csv
from analysis.reports.listings import EXAMPLES, Sheet, example_rows
from analysis.reports.markdown import render_markdown
from analysis.reports.page import ANSWERS, TITLE, Site, by_line
from analysis.reports.pages import Page, digest_of
from analysis.reports.tables import TaskTable


def render_downloads(site: Site) -> Iterator[Page]:
    """`data/*.csv` and `report.md`."""
    rows, tables, publish = site.rows, site.tables, site.options.publish
    answers = report_answers(tables)
    pages = {name: answer for name, answer in site.answers.items() if name in ANSWERS}
    for name, answer in {**answers, **pages}.items():
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
    if rows.examples:
        listing = site.listings.examples()

        def examples() -> Sheet:
            return Sheet(listing, EXAMPLES, example_rows(rows.examples, publish=publish))

        yield _page(site, examples, listing.path, rows.examples)
    yield from _yearly(site)
    yield from _beside_pages(site)


def _yearly(site: Site) -> Iterator[Page]:
    """The tables of each year, and those of the yearly answer."""
    yearly = site.answers.get("yearly")
    sheets = [sheet for _, sheet in site.listings.yearly_tables(yearly).values()] if yearly else []
    for sheet in sheets:
        yield _page(site, lambda one=sheet: one, sheet.listing.path, yearly)  # type: ignore[misc]
    for page in site.years:
        for name, sheet in site.listings.year(page).items():
            if name not in {"new", "crossings"} or getattr(page, name):
                made = lambda p=page, n=name: site.listings.year(p)[n]  # noqa: E731 - rows can be gone through once
                yield _page(site, made, sheet.listing.path, page)


def _beside_pages(site: Site) -> Iterator[Page]:
    """The tables of the competitions, task types and architectures."""
    addresses, listings, prints = site.addresses, site.listings, site.prints
    for key, slug in addresses.competitions.items():

        def of_competition(key: str = key, slug: str = slug) -> Sheet:
            return listings.competition(slug, site.documented.page(key))

        yield _page(site, of_competition, f"competitions/{slug}.csv", prints.competitions[key])
    for table in site.tables.tasks:

        def of_task(table: TaskTable = table) -> Sheet:
            return listings.task(addresses.tasks[table.task_type], table)

        yield _page(site, of_task, f"tasks/{addresses.tasks[table.task_type]}.csv", table)
    figures = by_line(site.rows.measured)
    for key in site.evidence.names:
        slug = addresses.architectures[key]

        def of_tasks(key: str = key, slug: str = slug) -> Sheet:
            return listings.architecture(slug, site.evidence.page(key))

        def of_figures(key: str = key, slug: str = slug) -> Sheet:
            return listings.figures(slug, key, figures[key])

        if site.evidence.tasks.get(key):
            yield _page(site, of_tasks, f"architectures/{slug}-tasks.csv", prints.architectures[key])
        if key in figures:
            yield _page(site, of_figures, f"architectures/{slug}-figures.csv", figures[key])


def _page(site: Site, sheet: Callable[[], Sheet], path: str, *made_from: object) -> Page:
    def pieces() -> Iterable[str]:
        made = sheet()
        return csv_pieces(made.columns, made.rows)

    return Page(path, digest_of(site.base, *made_from), pieces)
