"""Winners by medal zone, and what sources say against each other of their ranks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from analysis.counts.coverage import measure_coverage
from analysis.counts.medals import ORDER, medal_of
from corpus.views import Readable
from corpus.views_cohorts import SaidRank, select_said_ranks
from miner.jobs.ask_scope import Scope, plural

ZONES = (*ORDER, "any")


def keep_medals(scope: Scope, zone: str) -> tuple[Scope, tuple[str, ...]]:
    """The scope's solutions in a medal zone of Kaggle's rules, and what a reader must know of the choice.

    Args:
        scope: read without a limit on ranks.
        zone: gold, silver, bronze or any; each zone alone, `any` all three.
    """
    teams = {c.competition_id: c.n_teams for c in scope.competitions if c.platform == "kaggle"}
    kept, n_unknown, n_elsewhere = [], 0, 0
    for solution in scope.solutions:
        if solution.rank is None:
            continue
        n_teams = teams.get(solution.competition_id)
        if solution.competition_id not in teams:
            n_elsewhere += 1
        elif n_teams is None:
            n_unknown += 1
        elif (medal := medal_of(solution.rank, n_teams)) is not None and zone in (medal, "any"):
            kept.append(solution)
    ids = {s.solution_id for s in kept}
    notes = [
        f"Medal zone {zone}: by Kaggle's rules, from rank and number of teams; competitions that award no medals are"
        " not told apart."
    ]
    if n_unknown or n_elsewhere:
        notes.append(
            f"Left out: {n_unknown:,} ranked {plural(n_unknown, 'solution|solutions')} of competitions whose number of"
            f" teams is not known, {n_elsewhere:,} of other platforms."
        )
    narrowed = replace(
        scope,
        solutions=tuple(kept),
        uses=tuple(use for use in scope.uses if use.solution_id in ids),
        coverage=measure_coverage(scope.competitions, kept),
    )
    return narrowed, tuple(notes)


def contradictions(store: Readable, solution_ids: Collection[str]) -> dict[str, str]:
    """Solution id -> "leaderboard says 2, author says 5", where sources contradict each other."""
    return {key: _said(some) for key, some in select_said_ranks(store, solution_ids).items()}


def contradiction_note(n: int) -> str:
    """One sentence on how many ranks are in dispute; '' for none."""
    if not n:
        return ""
    return (
        f"{n:,} {plural(n, 'rank is|ranks are')} contradicted by another source; the stronger one counts (leaderboard,"
        " then a public index, then the author)."
    )


def _said(some: Collection[SaidRank]) -> str:
    return ", ".join(f"{one.source} says {one.rank}" for one in some)
