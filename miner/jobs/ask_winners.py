"""What won: in one competition and those like it, in a kind of task, or in competitions like a description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.counts.popularity import By, count_architectures
from corpus.records import Answer, Column, Filters
from corpus.views import CompetitionRow, Readable, SolutionRow, UseRow, select_documents, select_solutions
from corpus.views_lookup import find_competitions
from miner.jobs.ask_rows import COUNT_COLUMNS, count_rows, solution_label
from miner.jobs.ask_scope import (
    WINNERS_RANK,
    Scope,
    in_words,
    is_task,
    query_of,
    read_scope,
    scope_facts,
    scope_notes,
    settle_task,
)
from miner.jobs.ask_show_rows import architectures_by_document
from miner.jobs.ask_similar import Kin, find_kin

NEAR_ENOUGH = 0.5  # of the best score: what is less like the query says little about what wins there
HERE_COLUMN = Column("n_here", "won it", "int", "Winning solutions of the competition itself that use it.")


@dataclass(frozen=True, slots=True)
class Cohort:
    """The competitions whose winners are counted."""

    own: CompetitionRow | None  # the competition asked about, when one was
    kin: tuple[Kin, ...]  # similar ones with documented winners, most similar first
    n_passed_over: int  # nearer ones without
    read_as: str  # task, competition or description


def winners(
    store: Readable, what: str, filters: Filters, by: By = "lineage", limit: int = 15, *, n_similar: int = 10
) -> Answer:
    """Architectures by their share of winning solutions, and these solutions with their links.

    Args:
        store: the corpus.
        what: a known competition (slug, title or url), a task type, modality or task, else a description in free text.
        filters: rank_at_most 10 unless it says otherwise; for a task, its own task stays in force too.
        by: lineages or families.
        limit: architectures, and solutions, at most.
        n_similar: similar competitions with documented winners at most.
    """
    filters = replace(filters, rank_at_most=filters.rank_at_most or WINNERS_RANK)
    is_competition = bool(find_competitions(store, what))
    if is_task(what) and not is_competition:
        filters = settle_task(replace(filters, task=what))
        cohort, among = Cohort(None, (), 0, "task"), None
    else:
        filters = settle_task(filters)
        cohort = _similar_cohort(store, what, filters, n_similar)
        among = [k.competition.competition_id for k in cohort.kin]
        among += [cohort.own.competition_id] if cohort.own else []
    scope = read_scope(store, filters, among)
    counts = count_architectures(scope.solutions, scope.uses, by)
    rows = count_rows(counts[:limit])
    columns: tuple[Column, ...] = COUNT_COLUMNS
    here = _here(scope, cohort.own, by) if cohort.own else {}
    if here:
        rows = tuple(row | {"n_here": here.get(str(row["key"]), 0)} for row in rows)
        columns = (*COUNT_COLUMNS[:1], HERE_COLUMN, *COUNT_COLUMNS[1:])
    facts = scope_facts(scope) | {"read_as": cohort.read_as, "n_architectures": len(counts)}
    if cohort.read_as != "task":
        facts["similar_competitions"] = [_kin_row(kin, scope.solutions) for kin in cohort.kin]
    facts["winning_solutions"] = _solutions(store, scope, cohort, limit)
    return Answer(
        name="winners",
        title=_title(what, cohort, filters),
        columns=columns,
        rows=rows,
        facts=facts,
        notes=(*_cohort_notes(cohort, scope, len(counts), limit), *scope_notes(scope)),
        query=query_of(filters, what=what, by=by, limit=limit),
    )


def _similar_cohort(store: Readable, what: str, filters: Filters, n_similar: int) -> Cohort:
    own, kin = find_kin(store, what, filters)
    ids = [one.competition.competition_id for one in kin]
    documented = {s.competition_id for s in select_solutions(store, filters, ids)}
    chosen: list[Kin] = []
    passed = 0
    for one in kin:
        if len(chosen) == n_similar or one.similar.score < NEAR_ENOUGH * kin[0].similar.score or not one.similar.score:
            break
        if one.competition.competition_id in documented:
            chosen.append(one)
        else:
            passed += 1
    return Cohort(own, tuple(chosen), passed, "competition" if own else "description")


def _here(scope: Scope, own: CompetitionRow, by: By) -> dict[str, int]:
    solutions = [s for s in scope.solutions if s.competition_id == own.competition_id]
    return {c.key: c.n_solutions for c in count_architectures(solutions, scope.uses, by)}


def _kin_row(kin: Kin, solutions: Sequence[SolutionRow]) -> dict[str, object]:
    return {
        "slug": kin.similar.slug,
        "year": kin.competition.year,
        "score": round(kin.similar.score, 3),
        "n_winners": sum(s.competition_id == kin.competition.competition_id for s in solutions),
        "shared": ", ".join(kin.similar.shared),
        "differences": ", ".join(kin.similar.differences),
        "competition_id": kin.competition.competition_id,
    }


def _solutions(store: Readable, scope: Scope, cohort: Cohort, limit: int) -> list[dict[str, object]]:
    """Winning solutions: of the competition itself, then by similarity (of a task: the newest); best rank first."""
    nearness = {kin.competition.competition_id: place for place, kin in enumerate(cohort.kin, start=1)}
    if cohort.own:
        nearness[cohort.own.competition_id] = 0
    chosen = sorted(scope.solutions, key=lambda s: _order(s, nearness, by_date=cohort.read_as == "task"))[:limit]
    documents = select_documents(store, scope.filters, sorted({s.competition_id for s in chosen}))
    said = architectures_by_document(scope.uses)
    found: list[dict[str, object]] = []
    for solution in chosen:
        mine = [d for d in documents if d.solution_id == solution.solution_id and d.is_analysed and d.copy_of is None]
        best = max(mine, key=lambda d: (len(said[d.document_id]["used"]), d.kind == "writeup", d.document))
        found.append(
            {
                "solution": solution_label(solution.competition, solution.rank),
                "counted_on": solution.counted_on,
                "rank_source": solution.rank_source,
                "uses": _used(scope.uses, solution),
                "url": best.url,
                "document": best.document,
                "competition": solution.competition,
                "rank": solution.rank,
            }
        )
    return found


def _used(uses: Sequence[UseRow], solution: SolutionRow) -> str:
    names = {u.lineage_name for u in uses if u.solution_id == solution.solution_id and u.status == "used"}
    return ", ".join(sorted(names, key=str.casefold)) or "nothing named"


def _order(solution: SolutionRow, nearness: dict[str, int], *, by_date: bool) -> tuple[int, int, str, str]:
    place = -(solution.counted_on.toordinal() if solution.counted_on else 0) if by_date else 0
    near = nearness.get(solution.competition_id, 0)
    return (place or near, solution.rank or 10**9, solution.competition, solution.solution_id)


def _title(what: str, cohort: Cohort, filters: Filters) -> str:
    phrase = in_words(filters if cohort.read_as == "task" else replace(filters, task=None))
    if cohort.own:
        return f"What won {cohort.own.title} ({cohort.own.slug}) and competitions like it: {phrase}"
    if cohort.read_as == "task":
        return f"What won: {phrase}"
    return f"What won in competitions like: {what}; {phrase}"


def _cohort_notes(cohort: Cohort, scope: Scope, n_counts: int, limit: int) -> list[str]:
    notes = []
    if cohort.own:
        n_own = sum(s.competition_id == cohort.own.competition_id for s in scope.solutions)
        said = f"{n_own} of its winners are documented" if n_own else "none of its winners is documented here"
        notes.append(f"{cohort.own.slug}: {said}; counted with {len(cohort.kin)} similar competitions.")
    elif cohort.read_as == "description":
        notes.append(f"Read as a description; counted over the {len(cohort.kin)} most similar with documented winners.")
    if cohort.n_passed_over:
        notes.append(f"{cohort.n_passed_over} others as near have no documented winner and were passed over.")
    if limit < n_counts or limit < len(scope.solutions):
        notes.append(f"Shown: at most {limit} of {n_counts:,} architectures and {len(scope.solutions):,} solutions.")
    return notes
