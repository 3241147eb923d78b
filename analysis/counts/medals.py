"""Kaggle's medal zones, from a rank and the number of teams."""

from __future__ import annotations

from typing import Literal

Medal = Literal["gold", "silver", "bronze"]
ORDER: tuple[Medal, ...] = ("gold", "silver", "bronze")


def medal_of(rank: int, n_teams: int) -> Medal | None:
    """The zone that a rank falls into, as Kaggle's progression rules have had it since 2016; None below bronze.

    Competitions that award no medals (playground, getting started) are not told apart.

    >>> medal_of(12, 1500), medal_of(14, 1500), medal_of(76, 1500), medal_of(9, 80), medal_of(500, 1500)
    ('gold', 'silver', 'bronze', 'silver', None)
    """
    return next((medal for medal, last in zip(ORDER, last_ranks(n_teams), strict=True) if rank <= last), None)


def last_ranks(n_teams: int) -> tuple[int, int, int]:
    """The last rank of gold, silver and bronze.

    >>> last_ranks(80), last_ranks(200), last_ranks(600), last_ranks(2000)
    ((8, 16, 32), (10, 40, 80), (11, 50, 100), (14, 100, 200))
    """
    if n_teams < 100:
        return n_teams // 10, n_teams // 5, n_teams * 2 // 5
    if n_teams < 250:
        return 10, n_teams // 5, n_teams * 2 // 5
    gold = 10 + n_teams // 500  # one more for every 500 teams
    return (gold, 50, 100) if n_teams < 1000 else (gold, n_teams // 20, n_teams // 10)
