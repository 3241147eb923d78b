"""Tables -> the pages of a static site; all text from documents is escaped.

Nothing on them needs a script: the search that one adds has an index page beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from analysis.counts.popularity import strongest_uses
from analysis.reports.cells import percent, printable, web_link
from analysis.reports.charts import trend_charts
from analysis.reports.competitions import CompetitionPage, competition_pages
from analysis.reports.evidence import ArchitecturePage, Item, evidence_pages, items_of, published_quote, slugs_of
from analysis.reports.finder import INDEX, Found, to_script
from analysis.reports.findings import write_findings
from analysis.reports.formats import to_html
from analysis.reports.notes import citation, covered_years, method_notes, stamp_of, tiles_of
from analysis.reports.queries import QUERIES
from analysis.reports.rows import LibraryName, Measured, ReportRows, Solution, Use
from analysis.reports.sizes import in_words, main_measure, size_chart, size_mb, size_rows
from analysis.reports.tables import Share, Tables, TaskTable
from corpus.records import Answer, ReasonCategory

if TYPE_CHECKING:
    from jinja2 import Environment

TITLE = "Which architectures win, and why"
N_DROPPED = 25  # rows on the front page; the CSV has them all
N_CARDS = 12  # task types with a card of their own
BIG_TASK = 10  # documented winners from which a task type may have one
SCRIPT = "search.js"
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
_UPPER = {"ner": "NER", "3d": "3D", "math": "maths"}


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How the site is made."""

    generated_on: date | None = None  # None: no such date is shown
    publish: bool = False  # quotes cut to 25 words, and only with author and link


class Quoted(Protocol):
    """Anything with a quote and where it stands."""

    @property
    def quote(self) -> str | None: ...
    @property
    def author(self) -> str | None: ...
    @property
    def document_url(self) -> str | None: ...


OfLine = TypeVar("OfLine", Measured, LibraryName)


class OfSolution(Protocol):
    """Anything that belongs to a solution."""

    @property
    def solution(self) -> Solution: ...


NO_ANSWERS: Mapping[str, Answer] = {}


def render_site(
    rows: ReportRows, tables: Tables, options: SiteOptions, answers: Mapping[str, Answer] = NO_ANSWERS
) -> Iterator[tuple[str, str]]:
    """Path and text of each file: index.html first, then style and search, task types, architectures, competitions.

    The same rows, tables, options and answers give the same text.

    Args:
        rows: everything the pages are made from.
        tables: what was counted from them.
        options: how the site is made.
        answers: those of ANSWERS that get a page, by name.
    """
    pages, competitions = evidence_pages(rows, tables), competition_pages(rows)
    environment = _environment(options.publish)
    shared: dict[str, Any] = {
        "title": TITLE,
        "root": "",
        "publish": options.publish,
        "slugs": slugs_of(_keys(tables, pages)),
        "task_slugs": slugs_of(table.task_type for table in tables.tasks),
        "competition_slugs": slugs_of(page.competition.competition_id for page in competitions),
        "answers": [name for name in ANSWERS if name in answers],
        "scale": _scale,
        "stamp": stamp_of(rows.figures, options.generated_on),
    }
    yield (
        "index.html",
        environment.get_template("index.html.j2").render(shared | _front(rows, tables, options.generated_on)),
    )
    if rows.examples:
        known = {"examples": rows.examples, "pages": {page.key for page in pages}}
        yield "examples.html", environment.get_template("examples.html.j2").render(shared | known)
    for name, answer in answers.items():
        overline, heading, lede = ANSWERS[name]
        told = {"name": name, "answer": answer, "section": to_html(answer, whole_page=False)}
        told |= {"overline": overline, "heading": heading, "lede": lede}
        yield f"{name}.html", environment.get_template("answer.html.j2").render(shared | told)
    groups = _contents(shared, tables, pages, competitions)
    yield "contents.html", environment.get_template("contents.html.j2").render(shared | {"groups": groups})
    yield INDEX, to_script(entry for _, entries in groups for entry in entries)
    for name in ("style.css", SCRIPT):
        yield name, (resources.files("analysis.reports") / name).read_text("utf-8")
    shared["root"] = "../"
    template = environment.get_template("competition.html.j2")
    for entry in competitions:
        path = f"competitions/{shared['competition_slugs'][entry.competition.competition_id]}.html"
        yield path, template.render(shared | {"page": entry})
    template = environment.get_template("task.html.j2")
    for table, evidence in _task_evidence(rows, tables):
        text = template.render(shared | {"table": table, "evidence": evidence})
        yield f"tasks/{shared['task_slugs'][table.task_type]}.html", text
    template = environment.get_template("architecture.html.j2")
    figures, names = _by_line(rows.measured), _by_line(rows.library_names)
    for page in pages:
        found = figures.get(page.key, [])
        measure = main_measure(found)
        sizes: dict[str, Any] = {"measure": in_words(measure) if measure else ""}
        sizes |= {
            "sizes": size_rows(found),
            "chart": size_chart(found),
            "libraries": _libraries(names.get(page.key, [])),
        }
        yield f"architectures/{shared['slugs'][page.key]}.html", template.render(shared | {"page": page} | sizes)


def _by_line(rows: Iterable[OfLine]) -> dict[str, list[OfLine]]:
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


def _contents(
    shared: Mapping[str, Any],
    tables: Tables,
    pages: Iterable[ArchitecturePage],
    competitions: Iterable[CompetitionPage],
) -> list[tuple[str, list[Found]]]:
    """What can be found, by kind: in the order of the index page, by name in each."""
    tasks = [
        Found(task_title(table.task_type), "task type", f"tasks/{shared['task_slugs'][table.task_type]}.html")
        for table in tables.tasks
    ]
    architectures = [
        Found(page.name, "architecture", f"architectures/{shared['slugs'][page.key]}.html", _paper(page))
        for page in pages
    ]
    documented = [
        Found(
            page.competition.title or page.competition.slug,
            f"competition {page.competition.year or ''}".strip(),
            f"competitions/{shared['competition_slugs'][page.competition.competition_id]}.html",
            page.competition.competition_id,
        )
        for page in competitions
    ]
    groups = [("Task types", tasks), ("Architectures", architectures), ("Competitions", documented)]
    return [(name, sorted(found, key=lambda one: (one.name.casefold(), one.path))) for name, found in groups]


def _paper(page: ArchitecturePage) -> str:
    return (page.family.paper_title or "") if page.family else ""


def _front(rows: ReportRows, tables: Tables, generated_on: date | None) -> dict[str, Any]:
    categories = [
        category.value for category in ReasonCategory if any(category in r.by_category for r in tables.chosen)
    ]
    big = [table for table in tables.tasks if table.n_winners >= BIG_TASK][:N_CARDS]
    return {
        "rows": rows,
        "tables": tables,
        "findings": write_findings(tables),
        "n_solutions": len(rows.solutions),
        "years": covered_years(rows),
        "tiles": tiles_of(rows, tables),
        "big_tasks": big,
        "small_tasks": [table for table in tables.tasks if table not in big],
        "charts": trend_charts(tables.trends),
        "dropped": tables.dropped[:N_DROPPED],
        "categories": categories,
        "heat_top": max((n for row in tables.chosen for n in row.by_category.values()), default=1),
        "notes": method_notes(rows),
        "queries": QUERIES,
        "has_least": rows.figures.min_confidence is not None,
        "citation": citation(TITLE, rows.figures, generated_on),
    }


def _keys(tables: Tables, pages: Iterable[ArchitecturePage]) -> set[str]:
    """Every key that a page may link to; lines that are only mentioned have reasons but no page of uses."""
    chosen = {row.key for row in tables.chosen}
    return {page.key for page in pages} | {share.key for share in tables.overall} | chosen


def _task_evidence(
    rows: ReportRows, tables: Tables
) -> Iterator[tuple[TaskTable, list[tuple[Share, tuple[Item, ...]]]]]:
    solutions = {solution.solution_id: solution for solution in rows.solutions}
    by_claim = {use.claim_id: use for use in rows.uses}
    strongest = strongest_uses(rows.uses, "lineage")
    for table in tables.tasks:
        evidence = []
        for share in table.shares:
            members: dict[str, list[Use]] = {
                key: [by_claim[use.claim_id] for use in uses]
                for key, uses in strongest[share.key].items()
                if key in solutions and table.task_type in solutions[key].task_types
            }
            evidence.append((share, items_of(members, solutions, "used")))
        yield table, evidence


def _environment(publish: bool) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("analysis.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value,
    )
    environment.filters.update(
        {
            "percent": percent,
            "safe_url": web_link,
            "ordinal": ordinal,
            "grouped": lambda number: f"{number:,}",
            "words": lambda name: name.replace("_", " "),
            "task": task_title,
            "css": lambda number: f"{number:.4g}" if number == number else "0",
            "quote": partial(_shown_quote, publish=publish),
            "n_solutions": _n_solutions,
            "size_mb": size_mb,
        }
    )
    return environment


def ordinal(rank: int) -> str:
    """A rank as people write it.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 21, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '21st', '113th']
    """
    if rank % 100 in (11, 12, 13):
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def task_title(task_type: str) -> str:
    """A task type as a heading.

    >>> task_title("time-series/forecasting"), task_title("3d/detection"), task_title("text/ner")
    ('Time series · forecasting', '3D · detection', 'Text · NER')
    """
    parts = [_UPPER.get(part, part.replace("-", " ")) for part in task_type.split("/")]
    return " · ".join([parts[0][:1].upper() + parts[0][1:], *parts[1:]])


def _scale(shares: Iterable[Share]) -> float:
    """What a full bar stands for: the largest interval in the table, so that bars can be told apart and none is cut."""
    return max([0.1, *(max(share.high if share.n_of else 0.0, share.share_all) for share in shares)])


def _shown_quote(item: Quoted, *, publish: bool) -> str | None:
    return published_quote(item.quote, item.author, item.document_url) if publish else item.quote


def _n_solutions(items: Iterable[OfSolution]) -> int:
    return len({item.solution.solution_id for item in items})
