"""What every answer rests on: the cohort its filters choose, and the facts and sentences a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches

from analysis.counts.coverage import Coverage, measure_coverage
from analysis.counts.popularity import By
from corpus.catalogue.task_types import MODALITIES, TASKS, is_task_type, resolve_task
from corpus.errors import NotKnownError
from corpus.records import Filters
from corpus.views import (
    VERIFYING_SOURCES,
    CompetitionRow,
    Readable,
    SolutionRow,
    UseRow,
    select_competitions,
    select_solutions,
    select_uses,
)
from corpus.views_left_out import LeftOut, count_left_out, count_unsure_claims
from corpus.views_status import CorpusDates, corpus_dates

WINNERS_RANK = 10


@dataclass(frozen=True, slots=True)
class Scope:
    """The cohort of one question."""

    filters: Filters
    solutions: tuple[SolutionRow, ...]
    uses: tuple[UseRow, ...]
    competitions: tuple[CompetitionRow, ...]  # all in scope, documented or not
    coverage: Coverage
    left_out: LeftOut
    dates: CorpusDates


def read_scope(store: Readable, filters: Filters, among: Collection[str] | None = None) -> Scope:
    """Everything the filters choose, read once; `among` limits it to these competition ids."""
    filters = settle_task(filters)
    solutions = select_solutions(store, filters, among)
    competitions = _competitions(store, filters, solutions, among)
    return Scope(
        filters=filters,
        solutions=solutions,
        uses=select_uses(store, filters, among),
        competitions=competitions,
        coverage=measure_coverage(competitions, solutions, filters.rank_at_most or WINNERS_RANK),
        left_out=count_left_out(store, filters, among),
        dates=corpus_dates(store),
    )


def about(store: Readable, scope: Scope, keys: Collection[str], by: By) -> Scope:
    """The scope of a question about these architectures alone: of claims left out, only theirs are counted."""
    n_claims = count_unsure_claims(store, scope.filters, keys=keys, by=by)
    return replace(scope, left_out=replace(scope.left_out, n_unsure_claims=n_claims))


def settle_task(filters: Filters) -> Filters:
    """The filters with their task in the words of the closed lists: `audio/classification`, `audio` or `*/forecasting`.

    Raises:
        NotKnownError: with near ones, for a task that the lists and the names of other vocabularies lack.
    """
    if filters.task is None:
        return filters
    modality, task = resolve_task(filters.task.removeprefix("*/"))
    if modality is None and task is None:
        known = [*(f"{m}/{t}" for m in MODALITIES for t in TASKS), *MODALITIES, *TASKS]
        raise NotKnownError("task type", filters.task, tuple(get_close_matches(filters.task.lower(), known, 5, 0.5)))
    return replace(filters, task="/".join(part for part in (modality or "*", task) if part))


def is_task(text: str) -> bool:
    """Whether the text is a task type, a modality or a task of the closed lists."""
    return is_task_type(text.lower()) or text.lower() in MODALITIES or text.lower() in TASKS


def scope_facts(scope: Scope) -> dict[str, object]:
    """Denominators, dates covered, freshness and what was left out, for programs."""
    first, last = dates_covered(scope.solutions)
    seen = scope.coverage
    return {
        "n_solutions": len(scope.solutions),
        "n_solutions_verified": sum(s.rank_source in VERIFYING_SOURCES for s in scope.solutions),
        "n_competitions": len({s.competition_id for s in scope.solutions}),
        "dates_covered": {"first": first, "last": last},
        "corpus_date": {"newest_document": scope.dates.newest_document, "last_run": scope.dates.last_run},
        "coverage": {
            "top": seen.top,
            "n_top_documented": seen.n_top_documented,
            "n_top": seen.n_top,
            "n_documented": seen.n_documented,
            "n_teams": seen.n_teams,
            "n_competitions": seen.n_competitions,
            "n_competitions_documented": seen.n_competitions_documented,
            "n_competitions_without_teams": seen.n_competitions_without_teams,
        },
        "left_out": {
            "n_copies": scope.left_out.n_copies,
            "n_undated": scope.left_out.n_undated,
            "n_without_competition": scope.left_out.n_without_competition,
            "n_not_analysed": scope.left_out.n_not_analysed,
            "n_unsure_claims": scope.left_out.n_unsure_claims,
        },
    }


def scope_notes(scope: Scope) -> tuple[str, ...]:
    """The same in sentences, for people."""
    notes = [_cohort(scope), _seen(scope)]
    left = [
        (
            scope.left_out.n_copies,
            "near copy (counted once, with the original)|near copies (counted once, with the original)",
        ),
        (scope.left_out.n_undated, "document without any date|documents without any date"),
        (scope.left_out.n_not_analysed, "document not analysed|documents not analysed"),
        (scope.left_out.n_without_competition, "document of no known competition|documents of no known competition"),
    ]
    said = [f"{n:,} {plural(n, text)}" for n, text in left if n]
    if said:
        notes.append(f"Left out: {', '.join(said)}.")
    notes.append(unsure_note(scope.filters, scope.left_out.n_unsure_claims, has_denominator=True))
    notes.append(freshness(scope.dates))
    return tuple(note for note in notes if note)


def unsure_note(filters: Filters, n_claims: int, *, has_denominator: bool = False) -> str:
    """How many claims are left out because they are less sure than was asked for; '' where nothing was asked.

    >>> unsure_note(Filters(min_confidence=0.9), 1)
    'Left out: 1 claim of confidence below 0.9.'
    """
    if filters.min_confidence is None:
        return ""
    said = f"Left out: {n_claims:,} {plural(n_claims, 'claim|claims')} of confidence below {filters.min_confidence:g}"
    return f"{said}; N counts their solutions all the same." if has_denominator else f"{said}."


def freshness(dates: CorpusDates) -> str:
    """One sentence on how new the corpus is."""
    newest = dates.newest_document or "not known"
    run = f"last run {dates.last_run[:16].replace('T', ' ')} UTC" if dates.last_run else "no run yet"
    return f"Corpus date: newest document {newest}, {run}."


def dates_covered(solutions: Sequence[SolutionRow]) -> tuple[date | None, date | None]:
    """The first and last date that the solutions count from; None when none has a date."""
    known = [s.counted_on for s in solutions if s.counted_on is not None]
    return min(known, default=None), max(known, default=None)


def in_words(filters: Filters) -> str:
    """The filters as a phrase: "audio/classification, 2020, rank 10 or better"; '' without any."""
    parts = [
        filters.task,
        str(filters.year) if filters.year else None,
        f"since {filters.since}" if filters.since else None,
        f"until {filters.until}" if filters.until else None,
        f"on {filters.platform}" if filters.platform else None,
        f"metric {filters.metric}" if filters.metric else None,
        f"rank {filters.rank_at_most} or better" if filters.rank_at_most else None,
        "verified ranks only" if filters.verified else None,
        f"as of {filters.as_of}" if filters.as_of else None,
        f"without {', '.join(filters.exclude)}" if filters.exclude else None,
        None if filters.min_confidence is None else f"claims of confidence {filters.min_confidence:g} or more",
    ]
    return ", ".join(part for part in parts if part)


def titled(title: str, filters: Filters) -> str:
    """The title with the filters in words behind it."""
    phrase = in_words(filters)
    return f"{title}: {phrase}" if phrase else title


def query_of(filters: Filters, **more: object) -> dict[str, object]:
    """The request as understood: what was asked, then every filter that is set."""
    chosen = {f.name: getattr(filters, f.name) for f in fields(filters)}
    return more | {name: value for name, value in chosen.items() if value not in (None, ()) and value is not False}


def plural(n: int, forms: str) -> str:
    """The form of "one|many" that goes with n.

    >>> plural(1, "copy|copies"), plural(0, "copy|copies")
    ('copy', 'copies')
    """
    one, _, many = forms.partition("|")
    return one if n == 1 else many


def _cohort(scope: Scope) -> str:
    n = len(scope.solutions)
    if not n:
        return "Not known: no analysed document of a solution in this scope."
    n_competitions = len({s.competition_id for s in scope.solutions})
    text = f"N = {n:,} {plural(n, 'documented solution|documented solutions')}"
    text += f" of {n_competitions:,} {plural(n_competitions, 'competition|competitions')}"
    first, last = dates_covered(scope.solutions)
    if first and last:
        text += f", dated {first}" if first == last else f", dated {first} to {last}"
    undated = sum(s.counted_on is None for s in scope.solutions)
    if undated:
        text += f" ({undated:,} undated)"
    verified = sum(s.rank_source in VERIFYING_SOURCES for s in scope.solutions)
    ranked = sum(s.rank is not None for s in scope.solutions)
    if scope.filters.rank_at_most or scope.filters.verified:
        return f"{text}. Ranks: {verified:,} verified by a leaderboard or a public index, the rest as the author says."
    return f"{text}; {ranked:,} with a rank, {verified:,} of these verified by a leaderboard or a public index."


def _seen(scope: Scope) -> str:
    seen = scope.coverage
    if not seen.n_competitions:
        return ""
    part = _per_cent(seen.n_top_documented, seen.n_top)
    text = (
        f"Seen: {seen.n_top_documented:,} of {seen.n_top:,} top-{seen.top} places ({part}) in the"
        f" {seen.n_competitions:,} {plural(seen.n_competitions, 'competition|competitions')} in scope"
    )
    if not scope.filters.rank_at_most and seen.n_teams:
        text += f"; {seen.n_documented:,} of {seen.n_teams:,} teams ({_per_cent(seen.n_documented, seen.n_teams)})"
    if seen.n_competitions_without_teams:
        n = seen.n_competitions_without_teams
        text += f"; number of teams not known for {n:,}"
    return text + "."


def _per_cent(n: int, total: int) -> str:
    if not total:
        return "not known"
    value = 100 * n / total
    return f"{value:.2g} %" if value < 10 else f"{value:.0f} %"


def _competitions(
    store: Readable, filters: Filters, solutions: Sequence[SolutionRow], among: Collection[str] | None
) -> tuple[CompetitionRow, ...]:
    """Competitions in scope: those whose own date is, and those with a solution that is."""
    every = select_competitions(store, replace(filters, since=None, until=None, as_of=None), examples=among is not None)
    if among is None and not (filters.since or filters.until or filters.as_of):
        return every
    dated = {c.competition_id for c in select_competitions(store, filters, examples=among is not None)}
    documented = {s.competition_id for s in solutions}
    chosen = dated | documented if among is None else (dated | documented) & set(among)
    return tuple(c for c in every if c.competition_id in chosen)
