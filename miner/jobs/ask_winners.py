"""What won: in one competition and those like it, in a kind of task, or in competitions like a description."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from analysis.counts.popularity import By, count_architectures
from corpus.records import Answer, Column, Filters
from corpus.views import CompetitionRow, Readable, SolutionRow, UseRow, select_documents, select_solutions
from corpus.views_lookup import find_competitions
from miner.jobs.ask_cohort import contradiction_note, contradictions, keep_medals
from miner.jobs.ask_dropped import dropped_rows
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
from miner.jobs.ask_winners_parts import evidence_of, pair_rows, roles_of, single_models

NEAR_ENOUGH = 0.5  # of the best score: what is less like the query says little about what wins there
HERE_COLUMN = Column("n_here", "won it", "int", "Winning solutions of the competition itself that use it.")
MORE_COLUMNS = (
    Column("everybody_share", "of all entries", "share", "Share of all documented solutions there, ranked or not."),
    Column("everybody_share_low", "low", "share", "Lower end of its 95 % Wilson interval."),
    Column("everybody_share_high", "high", "share", "Upper end of its 95 % Wilson interval."),
    Column("n_everybody", "entries", "int", "Documented solutions there that use it, winners or not."),
    Column("n_everybody_total", "of", "int", "Documented solutions there."),
    Column("roles", "roles", "list", "What it does in them, with the number of winning solutions."),
)
WINNER_COLUMNS = (*COUNT_COLUMNS[:6], *MORE_COLUMNS, *COUNT_COLUMNS[6:])
N_PAIRS = 8  # pairs of architectures, and dropped ones, that are listed


@dataclass(frozen=True, slots=True)
class Cohort:
    """The competitions whose winners are counted."""

    own: CompetitionRow | None  # the competition asked about, when one was
    kin: tuple[Kin, ...]  # similar ones with documented winners, most similar first
    n_passed_over: int  # nearer ones without
    read_as: str  # task, competition or description


@dataclass(frozen=True, slots=True)
class WinnersChoice:
    """Which winners are shown, beyond what filters say."""

    medal: str | None = None  # gold, silver, bronze or any: Kaggle's zone in place of a rank
    single_model: bool = False  # only the solutions that use one family, as a list
    n_similar: int = 10  # similar competitions with documented winners at most


WHOLE = WinnersChoice()


def winners(
    store: Readable,
    what: str,
    filters: Filters,
    by: By = "lineage",
    limit: int = 15,
    choice: WinnersChoice = WHOLE,
) -> Answer:
    """Architectures by their share of winning solutions, and these solutions with their links.

    Args:
        store: the corpus.
        what: a known competition (slug, title or url), a task type, modality or task, else a description in free text;
            '' for the winners of all competitions in scope.
        filters: rank_at_most 10 unless it says otherwise; for a task, its own task stays in force too.
        by: lineages or families.
        limit: architectures, and solutions, at most.
        choice: which winners: a medal zone, those of a single model; and how many similar competitions.
    """
    filters = replace(filters, rank_at_most=None if choice.medal else filters.rank_at_most or WINNERS_RANK)
    if not what:
        filters = settle_task(filters)
        cohort, among = Cohort(None, (), 0, "task"), None
    elif is_task(what) and not find_competitions(store, what):
        filters = settle_task(replace(filters, task=what))
        cohort, among = Cohort(None, (), 0, "task"), None
    else:
        filters = settle_task(filters)
        cohort = _similar_cohort(store, what, filters, choice.n_similar)
        among = [k.competition.competition_id for k in cohort.kin]
        among += [cohort.own.competition_id] if cohort.own else []
    if choice.single_model:
        return single_models(store, filters, among, limit, medal=choice.medal, what=what or None)
    scope = read_scope(store, filters, among)
    cohort_notes: tuple[str, ...] = ()
    if choice.medal:
        scope, cohort_notes = keep_medals(scope, choice.medal)
    counts = count_architectures(scope.solutions, scope.uses, by)
    rows = _with_more(store, filters, among, scope, count_rows(counts[:limit]), by)
    columns: tuple[Column, ...] = WINNER_COLUMNS
    here = _here(scope, cohort.own, by) if cohort.own else {}
    if here:
        rows = tuple(row | {"n_here": here.get(str(row["key"]), 0)} for row in rows)
        columns = (*WINNER_COLUMNS[:1], HERE_COLUMN, *WINNER_COLUMNS[1:])
    facts = scope_facts(scope) | {"read_as": cohort.read_as, "n_architectures": len(counts)}
    if cohort.read_as != "task":
        facts["similar_competitions"] = [_kin_row(kin, scope.solutions) for kin in cohort.kin]
    facts["winning_solutions"] = _solutions(store, scope, cohort, limit)
    facts["combinations"] = pair_rows(scope, by, N_PAIRS)
    facts["tried_and_dropped"] = dropped_rows(store, scope, by, N_PAIRS)
    said = contradictions(store, [s.solution_id for s in scope.solutions])
    cohort_notes += (contradiction_note(len(said)),) if said else ()
    return Answer(
        name="winners",
        title=_title(what, cohort, filters) + (f", medal zone {choice.medal}" if choice.medal else ""),
        columns=columns,
        rows=rows,
        facts=facts,
        notes=(*_cohort_notes(cohort, scope, len(counts), limit), *cohort_notes, *scope_notes(scope)),
        query=query_of(filters, what=what, by=by, limit=limit, medal=choice.medal),
    )


def _with_more(
    store: Readable,
    filters: Filters,
    among: Collection[str] | None,
    scope: Scope,
    rows: Sequence[dict[str, object]],
    by: By,
) -> tuple[dict[str, object], ...]:
    """The rows with the share among all documented solutions of the winners' own competitions, and with roles."""
    there = {s.competition_id for s in scope.solutions} & set(among if among is not None else _ids(scope))
    everybody = read_scope(store, replace(filters, rank_at_most=None, verified=False), sorted(there))
    counts = {c.key: c for c in count_architectures(everybody.solutions, everybody.uses, by)}
    roles = roles_of(store, scope.uses, {s.solution_id for s in scope.solutions}, by)
    return tuple(
        {
            **row,
            "everybody_share": counts[key].share,
            "everybody_share_low": counts[key].share_low,
            "everybody_share_high": counts[key].share_high,
            "n_everybody": counts[key].n_solutions,
            "n_everybody_total": counts[key].n_solutions_total,
            "roles": roles.get(key, []),
        }
        for row in rows
        if (key := str(row["key"])) in counts
    )


def _ids(scope: Scope) -> set[str]:
    return {c.competition_id for c in scope.competitions}


def _similar_cohort(store: Readable, what: str, filters: Filters, n_similar: int) -> Cohort:
    own, kin, _ = find_kin(store, what, filters)
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
    ids = {s.solution_id for s in chosen}
    evidence = evidence_of(store, [u for u in scope.uses if u.solution_id in ids and u.status == "used"])
    disputes = contradictions(store, ids)
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
                "ranks_said": disputes.get(solution.solution_id),
                **evidence.get(solution.solution_id, {"quote": None, "code": None}),
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
        return f"What won: {phrase}" if phrase else "What won"
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
