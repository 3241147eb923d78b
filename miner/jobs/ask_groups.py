"""Popularity and company by group: task, modality, metric, platform or year."""

from __future__ import annotations

from dataclasses import replace

from analysis.counts.groups import Per, split
from analysis.counts.popularity import By, count_architectures
from analysis.counts.together import count_together
from corpus.records import Answer, Column, Filters
from corpus.views import Readable
from corpus.views_cohorts import DocumentCount, count_documents
from miner.jobs.ask_names import resolve_architecture
from miner.jobs.ask_popularity import DOCUMENT_COLUMNS, TOGETHER_COLUMNS, companion_row, with_documents
from miner.jobs.ask_rows import COUNT_COLUMNS, count_rows
from miner.jobs.ask_scope import Scope, query_of, read_scope, scope_facts, scope_notes, titled

GROUP_COLUMN = Column("group", "group", "text", "The task, modality, metric, platform or year; `not known` is one too.")
PER_COLUMNS = (GROUP_COLUMN, *COUNT_COLUMNS)
TOGETHER_PER_COLUMNS = (GROUP_COLUMN, *TOGETHER_COLUMNS)
MOST_GROUPS = 20  # largest ones, or last years
GROUPS_NOTE = "Each solution is in one group; a competition of several task types belongs to its main one."


def popularity_per(
    store: Readable, filters: Filters, per: Per, by: By = "lineage", limit: int = 5, *, with_copies: bool = False
) -> Answer:
    """The `limit` most used architectures of each group; the largest groups first, years in order.

    With copies, the documents of the group too, without and with near copies of others.
    """
    scope = read_scope(store, filters)
    competitions = {c.competition_id: c for c in scope.competitions}
    groups = split(scope.solutions, per, competitions)
    names = list(groups)[-MOST_GROUPS:] if per == "year" else list(groups)[:MOST_GROUPS]
    documents = split(_documents(store, scope, by), per, competitions) if with_copies else None
    rows: list[dict[str, object]] = []
    for name in names:
        counts = count_rows(count_architectures(groups[name], scope.uses, by)[:limit])
        found = with_documents(counts, None if documents is None else documents.get(name, ()))
        rows += [{"group": name, **row} for row in found]
    notes = [GROUPS_NOTE, f"Shown: at most {limit} architectures of each group (--limit)."]
    if len(names) < len(groups):
        notes.append(f"Shown: {len(names)} of {len(groups)} groups, the {'last' if per == 'year' else 'largest'}.")
    return Answer(
        name="popularity",
        title=titled(f"Architectures in documented solutions by {per}", scope.filters),
        columns=(*PER_COLUMNS[:2], *DOCUMENT_COLUMNS, *PER_COLUMNS[2:]) if with_copies else PER_COLUMNS,
        rows=tuple(rows),
        facts=scope_facts(scope) | {"groups": {name: len(members) for name, members in groups.items()}},
        notes=(*notes, *scope_notes(scope)),
        query=query_of(scope.filters, by=by, limit=limit, per=per),
    )


def _documents(store: Readable, scope: Scope, by: By) -> list[DocumentCount]:
    """Documents that use an architecture, those of a solution in the solution's year."""
    years = {solution.solution_id: solution.year for solution in scope.solutions}
    return [
        replace(count, year=years.get(count.solution_id or "", count.year))
        for count in count_documents(store, scope.filters, by)
    ]


def together_per(store: Readable, name: str, filters: Filters, per: Per, by: By = "lineage", limit: int = 5) -> Answer:
    """What solutions that use one architecture use beside it, in each group; shares and lift are within the group."""
    asked = resolve_architecture(store, name)
    scope = read_scope(store, filters)
    groups = split(scope.solutions, per, {c.competition_id: c for c in scope.competitions})
    rows: list[dict[str, object]] = []
    for group, members in groups.items():
        for c in count_together(members, scope.uses, asked.key_for(by), by)[:limit]:
            rows.append({"group": group} | companion_row(c))
    notes = [GROUPS_NOTE, f"Shown: at most {limit} companions in each group (--limit)."]
    if not rows:
        notes.insert(0, f"Not known: no documented solution in scope uses {asked.name} beside another architecture.")
    return Answer(
        name="together",
        title=titled(f"Used together with {asked.name}, by {per}", scope.filters),
        columns=TOGETHER_PER_COLUMNS,
        rows=tuple(rows),
        facts=scope_facts(scope) | {"architecture": asked.name},
        notes=(*notes, *scope_notes(scope)),
        query=query_of(scope.filters, architecture=name, by=by, limit=limit, per=per),
    )
