"""Tables -> the pages of a static site, one after the other; all text from documents is escaped.

Nothing on them needs a script: the search that one adds has an index page beside it. A page says what it is made from
before it is made, so that whoever writes the site can leave alone what has not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.reports.cells import SMALL_NOTE
from analysis.reports.charts import trend_charts
from analysis.reports.competitions import Documented, gather_documented
from analysis.reports.environment import scale_of, site_environment, task_title
from analysis.reports.evidence import Evidence, gather_evidence, slugs_of
from analysis.reports.finder import INDEX, Found, to_script
from analysis.reports.findings import write_findings
from analysis.reports.fingerprints import Addresses, Fingerprints, fingerprints
from analysis.reports.formats import table_html
from analysis.reports.listings import Listings
from analysis.reports.notes import citation, covered_years, method_notes, part_stamp, stamp_of, tiles_of
from analysis.reports.pages import Page, SiteOptions, digest_of, program_digest
from analysis.reports.queries import Statements
from analysis.reports.queries_yearly import YearlyStatements, builds_of
from analysis.reports.rows import LibraryName, Measured, ReportRows
from analysis.reports.sizes import in_words, main_measure, size_chart, size_rows
from analysis.reports.tables import Tables, TaskTable
from analysis.reports.years import shown_year, year_pages
from corpus.records import Answer, ReasonCategory

if TYPE_CHECKING:
    from jinja2 import Environment

TITLE = "Which architectures win, and why"
N_DROPPED = 25  # rows on the front page; the CSV has them all
N_CARDS = 12  # task types with a card of their own
BIG_TASK = 10  # documented winners from which a task type may have one
SCRIPT = "search.js"
PIECE = 500  # parts of a template that are written together
ANSWERS = {  # answers with a page of their own: what stands above the heading, the heading, what it shows
    "yearly": (
        "Yearly tables",
        "What winners used, year by year",
        "Language-model families, vision families, boosters, neural against boosted, packages: of each year's"
        " documented winners, the share that used them.",
    ),
    "lift": (
        "Over- and underrated",
        "Winners against everybody",
        "What winners use more, or less, than all others who write or publish, beyond what chance explains.",
    ),
}
OfLine = TypeVar("OfLine", Measured, LibraryName)
EVERY_YEAR = "every_year"  # the answer that the pages of years are made from: the yearly tables, whole
NO_ANSWERS: Mapping[str, Answer] = {}


class Site:
    """The rows as the pages share them: gathered once, no page held.

    Equal rows, tables, options and answers give the same pages.
    """

    def __init__(
        self, rows: ReportRows, tables: Tables, options: SiteOptions, answers: Mapping[str, Answer] = NO_ANSWERS
    ) -> None:
        """Gather them.

        Args:
            rows: everything the pages are made from.
            tables: what was counted from them.
            options: how the site is made.
            answers: those of ANSWERS that get a page, and EVERY_YEAR, by name.
        """
        self.rows, self.tables, self.options, self.answers = rows, tables, options, answers
        self.evidence: Evidence = gather_evidence(rows, tables)
        self.documented: Documented = gather_documented(rows, tables.uses)
        lines = {*self.evidence.names, *(s.key for s in tables.overall), *(row.key for row in tables.chosen)}
        self.addresses = Addresses(
            slugs_of(lines),
            slugs_of(table.task_type for table in tables.tasks),
            slugs_of(self.documented.competitions),
        )
        self.prints: Fingerprints = fingerprints(rows, tables, self.addresses)
        self.years = year_pages(rows, tables, answers.get(EVERY_YEAR))
        least = rows.figures.min_confidence
        used = {(use.lineage, use.architecture_kind) for use in rows.uses if use.status == "used"}
        self.listings = Listings(Statements(least), YearlyStatements((), builds_of(used), least))
        self.shared: dict[str, Any] = {
            "title": TITLE,
            "root": "",
            "publish": options.publish,
            "slugs": self.addresses.architectures,
            "task_slugs": self.addresses.tasks,
            "competition_slugs": self.addresses.competitions,
            "answers": [name for name in ANSWERS if name in answers],
            "scale": scale_of,
            "stamp": stamp_of(rows.figures, options.generated_on),
        }
        self.base = digest_of(
            program_digest(), options.publish, self.shared["answers"], rows.figures.min_confidence, rows.figures.made_by
        )

    @cached_property
    def environment(self) -> Environment:
        """The templates, read when the first page is rendered: a report that changes nothing needs none."""
        return site_environment(self.options.publish)

    def page(self, path: str, template: str, context: Callable[[], dict[str, Any]], *made_from: object) -> Page:
        """A page whose context is gathered when it is rendered."""

        def pieces() -> Iterable[str]:
            root = "../" * path.count("/")
            stream = self.environment.get_template(template).stream(self.shared | {"root": root} | context())
            stream.enable_buffering(PIECE)
            yield from stream

        return Page(path, digest_of(self.base, *made_from), pieces)


def render_site(site: Site) -> Iterator[Page]:
    """Each file: index.html first, then answers, index, style and search, competitions, task types, architectures."""
    stamp = site.shared["stamp"]
    rows, tables = site.rows, site.tables
    years = [page.year for page in site.years]
    index = (tables, rows.figures, rows.sources, site.addresses.tasks, _linked(site), bool(rows.examples), years)
    yield site.page("index.html", "index.html.j2", lambda: _front(site), stamp, index, covered_years(rows))
    if rows.examples:
        with_page = sorted({use.lineage for one in rows.examples for use in one.uses} & site.evidence.names.keys())
        known = {"examples": rows.examples, "pages": with_page, "listing": site.listings.examples()}
        slugs = [site.addresses.architectures[key] for key in with_page]
        yield site.page("examples.html", "examples.html.j2", lambda: known, stamp, rows.examples, slugs)
    if lift := site.answers.get("lift"):
        lift_slugs = [site.addresses.architectures.get(str(row["key"])) for row in lift.rows]
        yield site.page("lift.html", "lift.html.j2", lambda: _answer(site, "lift"), stamp, lift, lift_slugs)
    if yearly := site.answers.get("yearly"):
        shown = site.listings.yearly_tables(yearly)
        statements = [sheet.listing for _, sheet in shown.values()]
        yield site.page("yearly.html", "yearly.html.j2", lambda: _answer(site, "yearly"), stamp, yearly, statements)
    groups = _contents(site)
    yield site.page("contents.html", "contents.html.j2", lambda: {"groups": groups}, stamp, groups)
    yield Page(INDEX, digest_of(site.base, groups), lambda: [to_script(one for _, found in groups for one in found)])
    for name in ("style.css", SCRIPT):
        yield Page(name, program_digest(), lambda n=name: [_resource(n)])  # type: ignore[misc]
    yield from _years(site)
    yield from _competitions(site)
    yield from _tasks(site)
    yield from _architectures(site)


def _linked(site: Site) -> list[tuple[str, str]]:
    """The addresses of the pages that the front page's rows lead to, which may change when others join."""
    tables = site.tables
    keys = {key for win in tables.newest for key, _ in win.used}
    keys |= {share.key for share in tables.overall} | {row.key for row in tables.chosen}
    places = {win.solution.competition_id for win in tables.newest}
    places |= {row.example_solution.competition_id for row in tables.dropped if row.example_solution}
    found = [(key, site.addresses.architectures[key]) for key in sorted(keys)]
    return found + [(key, site.addresses.competitions[key]) for key in sorted(places)]


def _competitions(site: Site) -> Iterator[Page]:
    stamp = part_stamp(site.rows.figures)
    for key, slug in site.addresses.competitions.items():

        def context(key: str = key) -> dict[str, Any]:
            page = site.documented.page(key)
            listing = site.listings.competition(site.addresses.competitions[key], page).listing
            return {"page": page, "stamp": stamp, "listing": listing}

        made_from = site.prints.competitions[key]
        yield site.page(f"competitions/{slug}.html", "competition.html.j2", context, made_from)


def _tasks(site: Site) -> Iterator[Page]:
    for table in site.tables.tasks:

        def context(table: TaskTable = table) -> dict[str, Any]:
            listing = site.listings.task(site.addresses.tasks[table.task_type], table).listing
            return {"table": table, "evidence": site.evidence.behind(table), "listing": listing}

        made_from = site.prints.tasks[table.task_type]
        path = f"tasks/{site.addresses.tasks[table.task_type]}.html"
        yield site.page(path, "task.html.j2", context, site.shared["stamp"], made_from)


def _architectures(site: Site) -> Iterator[Page]:
    figures, names = by_line(site.rows.measured), by_line(site.rows.library_names)
    for key in site.evidence.names:

        def context(key: str = key) -> dict[str, Any]:
            found = figures.get(key, [])
            measure, slug, page = main_measure(found), site.addresses.architectures[key], site.evidence.page(key)
            return {
                "page": page,
                "listing": site.listings.architecture(slug, page).listing,
                "figures_listing": site.listings.figures(slug, key, found).listing,
                "measure": in_words(measure) if measure else "",
                "sizes": size_rows(found),
                "chart": size_chart(found),
                "libraries": _libraries(names.get(key, [])),
            }

        made_from = site.prints.architectures[key]
        path = f"architectures/{site.addresses.architectures[key]}.html"
        yield site.page(path, "architecture.html.j2", context, site.shared["stamp"], made_from)


def _years(site: Site) -> Iterator[Page]:
    index = [page.year for page in site.years]
    for page in site.years:
        sheets = site.listings.year(page)
        context = {"page": page, "years": index, "listings": {name: sheet.listing for name, sheet in sheets.items()}}
        context["yearly"] = [(name, answer.title, table_html(shown_year(answer))) for name, answer in page.yearly]
        keys = {share.key for share in page.shares} | {
            one.key for c in page.crossings for one in (c.overtaker, c.overtaken)
        }
        links = [(key, site.addresses.architectures[key]) for key in sorted(keys)]
        links += [(one.competition_id, site.addresses.competitions[one.competition_id]) for one in page.competitions]
        links += [(table.task_type, site.addresses.tasks[table.task_type]) for table in page.tasks]
        made_from = (site.shared["stamp"], page, links, index, context["listings"])
        yield site.page(f"years/{page.year}.html", "year.html.j2", lambda c=context: c, *made_from)  # type: ignore[misc]


def _answer(site: Site, name: str) -> dict[str, Any]:
    overline, heading, lede = ANSWERS[name]
    answer = site.answers[name]
    told = {"name": name, "answer": answer, "overline": overline, "heading": heading, "lede": lede}
    if name == "yearly":
        parts = site.listings.yearly_tables(answer).values()
        return told | {"parts": [(shown, sheet.listing) for shown, sheet in parts], "small_note": SMALL_NOTE}
    return told | {"listing": site.listings.lift()}


def _resource(name: str) -> str:
    return (resources.files("analysis.reports") / name).read_text("utf-8")


def by_line(rows: Iterable[OfLine]) -> dict[str, list[OfLine]]:
    """Rows of the catalogue by line of architectures."""
    found: dict[str, list[OfLine]] = {}
    for row in rows:
        found.setdefault(row.lineage, []).append(row)
    return found


def _libraries(names: Iterable[LibraryName]) -> list[tuple[str, list[str]]]:
    """Libraries with their names for a line, most names first."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.library, []).append(name.library_id)
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _contents(site: Site) -> list[tuple[str, list[Found]]]:
    """What can be found, by kind: in the order of the index page, by name in each."""
    addresses = site.addresses
    tasks = [
        Found(task_title(table.task_type), "task type", f"tasks/{addresses.tasks[table.task_type]}.html")
        for table in site.tables.tasks
    ]
    architectures = [
        Found(name, "architecture", f"architectures/{addresses.architectures[key]}.html", _paper(site, key))
        for key, name in site.evidence.names.items()
    ]
    documented = [
        Found(
            one.title or one.slug,
            f"competition {one.year or ''}".strip(),
            f"competitions/{addresses.competitions[key]}.html",
            key,
        )
        for key, one in site.documented.competitions.items()
    ]
    years = [Found(str(page.year), "year", f"years/{page.year}.html") for page in site.years]
    groups = [("Years", years), ("Task types", tasks), ("Architectures", architectures), ("Competitions", documented)]
    return [(name, sorted(found, key=lambda one: (one.name.casefold(), one.path))) for name, found in groups]


def _paper(site: Site, key: str) -> str:
    family = site.evidence.families.get(key)
    return (family.paper_title or "") if family else ""


def _front(site: Site) -> dict[str, Any]:
    rows, tables, generated_on = site.rows, site.tables, site.options.generated_on
    categories = [
        category.value for category in ReasonCategory if any(category in r.by_category for r in tables.chosen)
    ]
    big = [table for table in tables.tasks if table.n_winners >= BIG_TASK][:N_CARDS]
    return {
        "rows": rows,
        "tables": tables,
        "findings": write_findings(tables),
        "n_solutions": len(rows.solutions),
        "covered": covered_years(rows),
        "tiles": tiles_of(rows, tables),
        "big_tasks": big,
        "small_tasks": [table for table in tables.tasks if table not in big],
        "charts": trend_charts(tables.trends),
        "dropped": tables.dropped[:N_DROPPED],
        "categories": categories,
        "heat_top": max((n for row in tables.chosen for n in row.by_category.values()), default=1),
        "notes": method_notes(rows),
        "listings": site.listings.front(tables, categories),
        "years_with_page": [page.year for page in site.years],
        "citation": citation(TITLE, rows.figures, generated_on),
    }
