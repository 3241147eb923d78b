"""Tables -> the report as one Markdown page, for repositories, tickets and agents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from analysis.reports.answers import pick
from analysis.reports.cells import percent
from analysis.reports.findings import write_findings
from analysis.reports.formats import to_markdown
from analysis.reports.notes import covered_years, method_notes, stamp_of
from analysis.reports.rows import ReportRows
from analysis.reports.tables import Tables
from corpus.records import Answer

_SHARE_COLUMNS = (
    "architecture",
    "n_winners",
    "n_winners_total",
    "share",
    "share_low",
    "share_high",
    "share_all",
    "lift",
    "is_small",
)
_N_TASKS = 12
_N_ROWS = 20


def render_markdown(
    title: str, rows: ReportRows, tables: Tables, answers: dict[str, Answer], generated_on: date | None
) -> str:
    """The whole report; tables are cut to their first rows and name the CSV that has the rest."""
    years = covered_years(rows)
    competitions = f"{tables.coverage.n_competitions_documented:,} competitions{f', {years}' if years else ''}"
    parts = [
        f"# {title}",
        f"{len(rows.solutions):,} documented solutions to {competitions}. {stamp_of(rows.figures, generated_on)}",
    ]
    findings = [f"- **{_escaped(finding.subject)}** {finding.text}" for finding in write_findings(tables)]
    if findings:
        parts.append("\n".join(findings))
    seen = tables.coverage
    share = percent(seen.n_top_documented / seen.n_top) if seen.n_top else "none"
    parts.append(f"Documents exist for {seen.n_top_documented:,} of {seen.n_top:,} top-10 places ({share}).")
    parts.append(_table(answers["popularity"], _SHARE_COLUMNS, _N_ROWS))
    parts.append("## By task type")
    parts += _task_parts(tables, answers["popularity-by-task"])
    parts.append(_table(answers["trends"], _all_but_ids(answers["trends"]), 10**6))
    dropped = (
        "architecture",
        "n_dropped",
        "n_dropped_total",
        "share",
        "reasons",
        "n_without_reason",
        "example",
        "example_url",
        "is_small",
    )
    parts.append(_table(answers["dropped"], dropped, _N_ROWS))
    parts.append(_table(answers["chosen"], _all_but_ids(answers["chosen"]), _N_ROWS))
    newest = ("date", "rank", "competition", "document", "document_url", "used")
    parts.append(_table(answers["newest"], newest, _N_ROWS))
    parts.append("## Method and limits")
    parts += method_notes(rows)
    if rows.sources:
        parts.append("## Sources")
        parts.append(
            "\n".join(f"- {_escaped(s.name)}{f': {_escaped(s.licence)}' if s.licence else ''}" for s in rows.sources)
        )
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _task_parts(tables: Tables, by_task: Answer) -> list[str]:
    """A small table for each of the largest task types."""
    parts = []
    for table in tables.tasks[:_N_TASKS]:
        counts = f"{table.n_winners} winners, {table.n_all} solutions, {table.n_competitions} competitions"
        title = f"{table.task_type}: {counts}"
        of_task = tuple(row for row in by_task.rows if row["task_type"] == table.task_type)
        shown = pick(replace(by_task, title=title, rows=of_task), _SHARE_COLUMNS, 6)
        parts.append(to_markdown(shown).replace("## ", "### ", 1))
    parts.append("All task types: `data/popularity-by-task.csv`.")
    return parts


def _table(answer: Answer, columns: tuple[str, ...], limit: int) -> str:
    text = to_markdown(pick(answer, columns, limit))
    if not answer.rows:
        return f"{text}\nNothing to show."
    return f"{text}\nAll rows: `data/{answer.name}.csv`." if len(answer.rows) > limit else text


def _all_but_ids(answer: Answer) -> tuple[str, ...]:
    return tuple(column.name for column in answer.columns if column.name != "lineage")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;").replace("[", "\\[")
