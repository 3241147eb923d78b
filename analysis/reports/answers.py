"""Tables -> answers, so that the report's Markdown and CSV are written like those of every other command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analysis.reports.evidence import published_quote
from analysis.reports.listings import share_row
from analysis.reports.rows import ReportRows, Solution, Use
from analysis.reports.tables import Tables
from corpus.records import Answer, Column

_TITLES = {
    "n_winners": "winners",
    "n_winners_total": "of",
    "n_solutions": "solutions",
    "n_solutions_total": "of",
    "n_competitions": "competitions",
    "share": "winners’ share",
    "share_all": "everybody’s share",
    "task_type": "task type",
    "n_dropped": "dropped",
    "n_dropped_total": "of",
    "n_documented": "with a document",
    "n_top_documented": "top-10 documented",
    "n_top_documented_total": "of",
    "document_url": "link",
}
PLACE_COLUMNS = ("competition", "year", "task_types", "rank", "rank_source")
REASON_COLUMNS = (
    "architecture", "category", "polarity", "status", *PLACE_COLUMNS, "document", "document_url", "quote",
)  # fmt: skip
EVIDENCE_COLUMNS = (
    "architecture", "family", "status", "roles", "variants", *PLACE_COLUMNS, "document", "document_url", "quote",
)  # fmt: skip
_SHARES = {"share", "share_low", "share_high", "share_all"}
Row = dict[str, object]


def report_answers(tables: Tables) -> dict[str, Answer]:
    """Every table of the report under the name of its file."""
    return {
        "coverage": _answer("coverage", "Coverage of the top ten, by year", _coverage(tables)),
        "popularity": _answer("popularity", "What winners use", map(share_row, tables.overall)),
        "task-types": _answer("task-types", "Task types", _task_types(tables)),
        "popularity-by-task": _answer("popularity-by-task", "By task type", _by_task(tables)),
        "trends": _answer("trends", "Share of each year’s winners", _trends(tables)),
        "dropped": _answer("dropped", "What is dropped, and why", _dropped(tables)),
        "chosen": _answer("chosen", "Why people choose: solutions by kind of reason", _chosen(tables)),
        "newest": _answer("newest", "Newest winners", _newest(tables)),
    }


def reason_rows(rows: ReportRows, *, publish: bool) -> Iterator[Row]:
    """Reasons one by one, for and against: a row each of REASON_COLUMNS, one after the other since they are many."""
    yield from _reasons(rows, publish=publish)


def evidence_rows(rows: ReportRows, tables: Tables, *, publish: bool) -> Iterator[Row]:
    """Claims behind the numbers: every used and tried one, a row each of EVIDENCE_COLUMNS, one after the other."""
    yield from _evidence(rows, tables, publish=publish)


def _answer(name: str, title: str, rows: Iterable[Row]) -> Answer:
    made = tuple(rows)
    columns = tuple(
        Column(key, _TITLES.get(key, key.replace("_", " ")), _kind(key)) for key in (made[0] if made else ())
    )
    return Answer(name, title, columns, made)


def _kind(key: str) -> str:
    if key in _SHARES:
        return "share"
    if key.endswith("_url"):
        return "url"
    return "int" if key.startswith("n_") else "number" if key == "lift" else "text"


def _task_types(tables: Tables) -> Iterable[Row]:
    for table in tables.tasks:
        yield {
            "task_type": table.task_type,
            "n_winners": table.n_winners,
            "n_solutions": table.n_all,
            "n_competitions": table.n_competitions,
        }


def _by_task(tables: Tables) -> Iterable[Row]:
    for table in tables.tasks:
        for share in table.shares:
            yield {"task_type": table.task_type, **share_row(share)}


def _trends(tables: Tables) -> Iterable[Row]:
    for trend in tables.trends:
        for year in trend.years:
            yield {
                "year": year.year,
                "architecture": trend.name,
                "n_solutions": year.n_solutions,
                "n_solutions_total": year.n_solutions_total,
                "share": year.share,
                "share_low": year.share_low,
                "share_high": year.share_high,
                "is_small": year.is_small,
                "lineage": trend.key,
            }


def _dropped(tables: Tables) -> Iterable[Row]:
    for row in tables.dropped:
        count, example = row.count, row.example
        yield {
            "architecture": count.name,
            "n_dropped": count.n_dropped,
            "n_dropped_total": count.n_ran,
            "share": count.share,
            "share_low": count.share_low,
            "share_high": count.share_high,
            "n_winners": row.n_winners,
            "reasons": [f"{category} {n}" for category, n in count.reasons],
            "n_without_reason": count.n_without_reason,
            "example": (example.document_title or example.document) if example else None,
            "example_url": example.document_url if example else None,
            "is_small": count.is_small,
            "lineage": count.key,
        }


def _chosen(tables: Tables) -> Iterable[Row]:
    categories = sorted({category for row in tables.chosen for category in row.by_category})
    for row in tables.chosen:
        counts = {f"n_{category}": row.by_category.get(category, 0) for category in categories}
        yield {"architecture": row.name, "n_solutions": row.n_solutions, **counts, "lineage": row.key}


def _newest(tables: Tables) -> Iterable[Row]:
    for win in tables.newest:
        yield {
            "date": win.solution.counted_on,
            "rank": win.solution.rank,
            "rank_source": win.solution.rank_source,
            "competition": win.solution.competition_title,
            "document": win.document_title,
            "document_url": win.document_url,
            "used": [name for _, name in win.used],
        }


def _coverage(tables: Tables) -> Iterable[Row]:
    for year, row in tables.coverage_by_year:
        yield {
            "year": year,
            "n_competitions": row.n_competitions,
            "n_documented": row.n_competitions_documented,
            "n_top_documented": row.n_top_documented,
            "n_top_documented_total": row.n_top,
        }


def _reasons(rows: ReportRows, *, publish: bool) -> Iterable[Row]:
    solutions = {solution.solution_id: solution for solution in rows.solutions}
    order = sorted(
        rows.reasons,
        key=lambda w: (w.lineage_name.casefold(), w.lineage, w.category, w.polarity, w.document, w.quote or ""),
    )
    for why in order:
        yield {
            "architecture": why.lineage_name,
            "category": why.category,
            "polarity": why.polarity,
            "status": why.status,
            **_place(solutions.get(why.solution_id or "")),
            "document": why.document_title or why.document,
            "document_url": why.document_url,
            "quote": published_quote(why.quote, why.author, why.document_url) if publish else why.quote,
        }


def _evidence(rows: ReportRows, tables: Tables, *, publish: bool) -> Iterable[Row]:
    solutions = {solution.solution_id: solution for solution in rows.solutions}
    for _, by_solution in sorted(tables.uses.items()):
        for use in (use for solution in sorted(by_solution) for use in by_solution[solution]):
            if use.status != "mentioned":
                yield _evidence_row(use, solutions.get(use.solution_id), publish=publish)


def _evidence_row(use: Use, solution: Solution | None, *, publish: bool) -> Row:
    return {
        "architecture": use.lineage_name,
        "family": use.architecture,
        "status": use.status,
        "roles": list(use.roles),
        "variants": list(use.variants),
        **_place(solution),
        "document": use.document_title or use.document,
        "document_url": use.document_url,
        "quote": published_quote(use.quote, use.author, use.document_url) if publish else use.quote,
    }


def _place(solution: Solution | None) -> Row:
    return {
        "competition": solution.competition if solution else None,
        "year": solution.year if solution else None,
        "task_types": list(solution.task_types) if solution else [],
        "rank": solution.rank if solution else None,
        "rank_source": solution.rank_source if solution else None,
    }


def pick(answer: Answer, names: Sequence[str], limit: int) -> Answer:
    """The answer with these columns and at most `limit` rows."""
    columns = tuple(column for column in answer.columns if column.name in names)
    return Answer(answer.name, answer.title, columns, answer.rows[:limit], answer.facts, answer.notes, answer.query)
