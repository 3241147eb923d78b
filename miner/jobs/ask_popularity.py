"""Which architectures solutions use, how that changes, and what goes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from analysis.counts.popularity import By, count_architectures
from analysis.counts.together import Companion, count_together
from analysis.counts.trends import count_by_year
from corpus.records import Answer, Column, Filters
from corpus.views import Readable
from corpus.views_cohorts import DocumentCount, count_documents
from miner.jobs.ask_crossing import crossing_note, crossing_rows, replacement
from miner.jobs.ask_names import resolve_architecture
from miner.jobs.ask_rows import COUNT_COLUMNS, count_rows, example_rows, solution_label
from miner.jobs.ask_scope import about, plural, query_of, read_scope, scope_facts, scope_notes, titled

DOCUMENT_COLUMNS = (
    Column("n_documents", "documents", "int", "Documents that use it, near copies left out."),
    Column("n_documents_with_copies", "with copies", "int", "The same, near copies counted too."),
)
TREND_COLUMNS = (
    Column("year", "year", "int", "Of the competition, else of the document."),
    Column("architecture", "architecture", "text", "Name of the lineage, or of the family with --by family."),
    Column("n_solutions", "solutions", "int", "Documented solutions of that year that use it."),
    Column("n_solutions_total", "of", "int", "Documented solutions of that year."),
    Column("share", "share", "share", "n_solutions over n_solutions_total, 0 to 1."),
    Column("share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("n_competitions", "competitions", "int", "Competitions of that year with such a solution."),
    Column("n_competitions_total", "of", "int", "Competitions of that year with a documented solution in scope."),
    Column("is_small", "small", "text", "Whether the year has under 5 documented solutions in scope."),
)
TOGETHER_COLUMNS = (
    Column("architecture", "architecture", "text", "Used in the same solution."),
    Column("n_together", "together", "int", "Solutions that use both."),
    Column("n_together_total", "of", "int", "Solutions that use the architecture asked about."),
    Column("share", "share", "share", "n_together over n_together_total, 0 to 1."),
    Column("share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("lift", "lift", "number", "Share here over share of all solutions in scope; 1 is chance."),
    Column("is_small", "small", "text", "Whether n_together is under 5."),
    Column("newest", "newest example", "text", "Rank and competition of the newest solution that uses both."),
    Column("newest_url", "link", "url", "Where to read that document."),
)

MOST_CROSSINGS = 3  # that are told in sentences; all of them are in a table


def popularity(
    store: Readable,
    filters: Filters,
    by: By = "lineage",
    limit: int | None = 20,
    *,
    with_copies: bool = False,
) -> Answer:
    """Architectures by the number of documented solutions in scope that use them.

    Args:
        store: the corpus.
        filters: which solutions.
        by: lineages or families.
        limit: rows at most; None for all.
        with_copies: documents too, without and with near copies of others: what folding them changes.
    """
    scope = read_scope(store, filters)
    counts = count_architectures(scope.solutions, scope.uses, by)
    shown = counts if limit is None else counts[:limit]
    documents = count_documents(store, scope.filters, by) if with_copies else None
    notes = scope_notes(scope)
    if len(shown) < len(counts):
        notes += (f"Shown: {len(shown)} of {len(counts):,} architectures (--limit).",)
    return Answer(
        name="popularity",
        title=titled("Architectures in documented solutions", scope.filters),
        columns=(*COUNT_COLUMNS[:1], *DOCUMENT_COLUMNS, *COUNT_COLUMNS[1:]) if with_copies else COUNT_COLUMNS,
        rows=with_documents(count_rows(shown), documents),
        facts=scope_facts(scope) | {"n_architectures": len(counts)},
        notes=notes,
        query=query_of(scope.filters, by=by, limit=limit),
    )


def with_documents(
    rows: tuple[dict[str, object], ...], counts: Iterable[DocumentCount] | None
) -> tuple[dict[str, object], ...]:
    """The rows with the documents that use each, without and with near copies; as they are without counts."""
    if counts is None:
        return rows
    originals, copies = Counter[str](), Counter[str]()
    for count in counts:
        originals[count.key] += count.n_originals
        copies[count.key] += count.n_copies
    return tuple(
        {**row, "n_documents": originals[key], "n_documents_with_copies": originals[key] + copies[key]}
        for row in rows
        for key in (str(row["key"]),)
    )


def trends(
    store: Readable, filters: Filters, names: tuple[str, ...] = (), by: By = "lineage", limit: int = 6
) -> Answer:
    """Shares by year of the architectures named, or of the `limit` most used ones; a row per year and architecture."""
    scope = read_scope(store, filters)
    found = [resolve_architecture(store, name) for name in names]
    keys = [one.key_for(by) for one in found] or None
    if keys:
        scope = about(store, scope, keys, by)
    shares = count_by_year(scope.solutions, scope.uses, by, keys, limit)
    notes = scope_notes(scope)
    absent = [one.name for one in found if one.key_for(by) not in {share.key for share in shares}]
    if absent and scope.solutions:
        notes += (f"No documented solution in scope uses {', '.join(absent)}.",)
    alone = sorted({s.year for s in shares if s.n_competitions_total == 1})
    if alone:
        notes += (f"Years of one competition alone, of which no crossing is told: {', '.join(map(str, alone))}.",)
    undated = sum(s.year is None for s in scope.solutions)
    if undated:
        notes += (
            f"{undated:,} {plural(undated, 'solution of no known year is|solutions of no known year are')} left out.",
        )
    crossings = crossing_rows(shares)
    notes = (
        *(crossing_note(one) for one in sorted(crossings, key=lambda c: bool(c["intervals_overlap"]))[:MOST_CROSSINGS]),
        *notes,
    )
    facts: dict[str, object] = {"crossings": crossings}
    if len(found) == 1 and scope.solutions:
        facts["replaced_by"], said = replacement(store, scope, scope.filters, found[0], by)
        notes = (said, *notes)
    rows: list[dict[str, object]] = [
        {
            "year": s.year,
            "architecture": s.name,
            "key": s.key,
            "n_solutions": s.n_solutions,
            "n_solutions_total": s.n_solutions_total,
            "share": s.share,
            "share_low": s.share_low,
            "share_high": s.share_high,
            "n_competitions": s.n_competitions,
            "n_competitions_total": s.n_competitions_total,
            "is_small": s.is_small,
        }
        for s in shares
    ]
    return Answer(
        name="trends",
        title=titled("Share of documented solutions by year", scope.filters),
        columns=TREND_COLUMNS,
        rows=tuple(rows),
        facts=scope_facts(scope) | facts,
        notes=notes,
        query=query_of(scope.filters, architectures=list(names), by=by, limit=limit),
    )


def together(store: Readable, name: str, filters: Filters, by: By = "lineage", limit: int | None = 15) -> Answer:
    """What solutions that use one architecture use beside it."""
    asked = resolve_architecture(store, name)
    scope = read_scope(store, filters)
    companions = count_together(scope.solutions, scope.uses, asked.key_for(by), by)
    n_using = companions[0].n_solutions if companions else 0
    notes = scope_notes(scope)
    if not companions:
        notes = (f"Not known: no documented solution in scope uses {asked.name} beside another architecture.", *notes)
    rows: list[dict[str, object]] = [companion_row(c) for c in companions[:limit]]
    return Answer(
        name="together",
        title=titled(f"Used together with {asked.name}", scope.filters),
        columns=TOGETHER_COLUMNS,
        rows=tuple(rows),
        facts=scope_facts(scope) | {"architecture": asked.name, "n_using": n_using},
        notes=notes,
        query=query_of(scope.filters, architecture=name, by=by, limit=limit),
    )


def companion_row(c: Companion) -> dict[str, object]:
    """One architecture beside another, as a row of TOGETHER_COLUMNS."""
    return {
        "architecture": c.name,
        "key": c.key,
        "n_together": c.n_together,
        "n_together_total": c.n_solutions,
        "share": c.share,
        "share_low": c.share_low,
        "share_high": c.share_high,
        "lift": round(c.lift, 2),
        "is_small": c.is_small,
        "newest": solution_label(c.examples[0].competition, c.examples[0].rank),
        "newest_url": c.examples[0].url,
        "examples": example_rows(c.examples),
    }
