"""Competitions like the one that a person describes, with what won there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.counts.popularity import count_architectures
from analysis.similar import Query, Similar
from corpus.records import Answer, Column, Filters
from corpus.views import (
    CompetitionRow,
    Readable,
    SolutionRow,
    UseRow,
    select_competitions,
    select_solutions,
    select_uses,
)
from corpus.views_left_out import count_unsure_claims
from corpus.views_lookup import find_competitions
from corpus.views_status import corpus_dates
from miner.jobs.ask_scope import WINNERS_RANK, freshness, in_words, query_of, settle_task, unsure_note
from miner.jobs.similar_kept import search_kept

SIMILAR_COLUMNS = (
    Column("slug", "competition", "text", "Slug of the competition; `miner show` takes it."),
    Column("year", "year", "int", "Of its deadline."),
    Column("score", "score", "number", "0 to 1: the sum of the parts."),
    Column("shared", "in common", "list", "Task types, topics and words that both have, most telling first."),
    Column("won", "what won there", "list", "Lineages that its documented winners use, with how many of them do."),
    Column("differences", "differences", "list", "What sets it apart."),
    Column("metric", "metric", "text", "As the source names it."),
    Column(
        "parts", "parts of the score", "list", "What task, domain, text, metric, traits, size and format add to it."
    ),
    Column("title", "title", "text", "Title of the competition."),
    Column("url", "link", "url", "Its front page."),
)
N_WON = 4
KIN_AT_MOST = 1_000  # of the nearest; what lies further off says nothing


@dataclass(frozen=True, slots=True)
class Kin:
    """One similar competition as the database knows it."""

    competition: CompetitionRow
    similar: Similar


def find_kin(
    store: Readable, what: str, filters: Filters, *, curated: bool = True, limit: int = KIN_AT_MOST
) -> tuple[CompetitionRow | None, list[Kin], tuple[str, ...]]:
    """The competition that `what` is the name of, or None; at most `limit` in scope, most similar first; and notes."""
    own = next(iter(find_competitions(store, what)), None)
    scope = replace(filters, rank_at_most=None, verified=False, min_confidence=None)
    within = None  # all, where nothing but a date narrows it
    if scope != Filters(as_of=filters.as_of):
        within = frozenset(c.competition_id for c in select_competitions(store, scope))
    query = Query(
        text="" if own else what,
        slug=own.slug if own else None,
        as_of=filters.as_of,
        within=within,
    )
    found, notes = search_kept(store, query, limit, curated=curated)
    ids = [f"{one.platform}/{one.slug}" for one in found]
    rows = {c.competition_id: c for c in select_competitions(store, Filters(), ids)}
    return own, [Kin(rows[i], one) for i, one in zip(ids, found, strict=True) if i in rows], notes


def similar(store: Readable, what: str, filters: Filters, limit: int = 10, *, curated: bool = True) -> Answer:
    """Competitions similar to a description or to a known competition, with the parts of each score.

    What won there is counted over documented solutions of rank 10 or better.
    """
    filters = settle_task(filters)
    own, kin, said = find_kin(store, what, filters, curated=curated, limit=limit)
    kin = [one for one in kin if one.similar.score > 0][:limit]
    winners = Filters(
        rank_at_most=WINNERS_RANK,
        verified=filters.verified,
        as_of=filters.as_of,
        min_confidence=filters.min_confidence,
    )
    among = [one.competition.competition_id for one in kin]
    solutions, uses = select_solutions(store, winners, among), select_uses(store, winners, among)
    unknown = sum(not any(s.competition_id == i for s in solutions) for i in among)
    notes = list(said)
    if not kin:
        notes.append("Not known: no competition in scope shares a task, a topic, a word or a metric with it.")
    elif unknown:
        notes.append(
            f"What won is not known for {unknown} of these {len(kin)}: no document of a winner is in the corpus."
        )
    if bare := sum(not one.similar.parts.get("domain") and not one.similar.parts.get("text") for one in kin):
        notes.append(
            f"{bare} of these {len(kin)} share no subject and no word with it: they are here for their task, metric or"
            " form alone."
        )
    if not curated:
        notes.append(
            "Facts labelled by people are left out: task types, domains, series, traits and descriptions of ours;"
            " what rules inferred stands in their place."
        )
    if filters.min_confidence is not None:
        notes.append(unsure_note(winners, count_unsure_claims(store, winners, among)))
    named = f"{own.title} ({own.slug})" if own else what
    phrase = in_words(filters)
    return Answer(
        name="similar",
        title=f"Competitions similar to {named}{f'; {phrase}' if phrase else ''}",
        columns=SIMILAR_COLUMNS,
        rows=tuple(_row(one, solutions, uses) for one in kin),
        facts={"read_as": "competition" if own else "description", "n_winners_documented": len(solutions)},
        notes=(*notes, freshness(corpus_dates(store))),
        query=query_of(filters, what=what, slug=own.slug if own else None, curated=curated, limit=limit),
    )


def _row(one: Kin, solutions: Sequence[SolutionRow], uses: Sequence[UseRow]) -> dict[str, object]:
    row, found = one.competition, one.similar
    here = [s for s in solutions if s.competition_id == row.competition_id]
    counts = count_architectures(here, [u for u in uses if u.competition_id == row.competition_id])
    return {
        "slug": found.slug,
        "title": found.title,
        "score": round(found.score, 4),
        "parts": {name: round(value, 4) for name, value in found.parts.items()},
        "shared": list(found.shared),
        "differences": list(found.differences),
        "won": [f"{c.name} {c.n_solutions}/{len(here)}" for c in counts[:N_WON]],
        "winners": [
            {"architecture": c.name, "n_solutions": c.n_solutions, "n_solutions_total": len(here)} for c in counts
        ],
        "year": row.year,
        "metric": row.metric,
        "task_types": (row.task_types or "").split(),
        "platform": row.platform,
        "competition_id": row.competition_id,
        "url": row.url,
    }
