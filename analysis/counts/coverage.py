"""How much of the truth a statistic has seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.counts.rows import Competition, Solution

TOP = 10


@dataclass(frozen=True, slots=True)
class Coverage:
    """Documented solutions against all there are, over the competitions in scope."""

    top: int  # K: how many places of each competition are meant by "top"
    n_top_documented: int
    n_top: int  # min(K, teams) summed over competitions; K where the number of teams is not known
    n_documented: int
    n_teams: int | None  # summed where known; None when it is known nowhere
    n_competitions: int
    n_competitions_documented: int
    n_competitions_without_teams: int


def measure_coverage(competitions: Iterable[Competition], solutions: Iterable[Solution], top: int = TOP) -> Coverage:
    """Distinct documented solutions against the places that the competitions in scope had.

    Solutions of competitions that are not in scope are ignored; one solution counts once, whatever documents it has.
    """
    teams = {c.competition_id: c.n_teams for c in competitions}
    inside = {s.solution_id: s for s in solutions if s.competition_id in teams}
    # two solutions cannot share a place: count the places
    places = {(s.competition_id, s.rank) for s in inside.values() if s.rank is not None and s.rank <= top}
    known = [n for n in teams.values() if n is not None]
    return Coverage(
        top=top,
        n_top_documented=len(places),
        n_top=sum(top if n is None else min(top, n) for n in teams.values()),
        n_documented=len(inside),
        n_teams=sum(known) if known else None,
        n_competitions=len(teams),
        n_competitions_documented=len({s.competition_id for s in inside.values()}),
        n_competitions_without_teams=len(teams) - len(known),
    )
