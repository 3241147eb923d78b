"""Ranks in titles: the author's own final rank, and nothing that only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from miner.sources.ranks import public_ranks_in_title, rank_in_title

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("1st place solution", 1),
        ("2nd Place Solution: two U-Nets", 2),
        ("Frog Census - 7th Place", 7),
        ("5th-Place writeup", 5),
        ("frog-census-3rd-place-solution", 3),
        ("5th Place Gold", 5),
        ("9th Solution", 9),
        ("The 6th solution, in short", 6),
        ("[3rd] How many frogs", 3),
        ("[2nd Place] Frogs", 2),
        ("(4th) Frogs", 4),
        ("Frogs and toads (12th place)", 12),
        ("First Place Write-Up", 1),
        ("Second place solution", 2),
        ("Rank 106 approach", 106),
        ("Getting to Rank 25 with trees", 25),
        ("Place 22 with one net", 22),
        ("#3 place solution", 3),
        ("4-th Place", 4),
        ("1'st Place", 1),
        ("10st Place", 10),
        ("Ranked 5th with one net", 5),
        ("We finished 8th", 8),
        ("Private 4th / Public 5th Place Solution", 4),
        ("Public 4th / Private 15th Place", 15),
        ("Private 7th (Public 2nd) Place Solution", 7),
        ("3rd place (Public 1st) solution", 3),
        ("Public 71st place (private 39th)", 39),
        ("[Private LB 8th] frogs", 8),
        ("Private & Public 2nd", 2),
        ("5th place on the private leaderboard", 5),
        ("1st place solution: 2nd stage", 1),
        ("My 3rd place solution", 3),
        ("3位解法", 3),
        ("第5名方案", 5),
        ("2 место: лягушки", 2),
        ("1,234th place", None),
        ("Top 5%", None),
        ("Top 5% solution", None),
        ("Top 100 solution", None),
        ("Top 3 solutions", None),
        ("1st place in public LB", None),
        ("2nd on the public leaderboard", None),
        ("[Public LB 12th] notes", None),
        ("Public 2nd Place Solution", None),
        ("1st place (public) with trees", None),
        ("My first solution", None),
        ("1st submission", None),
        ("2nd stage, frogs", None),
        ("A second look at frogs", None),
        ("Solution of the 2nd Frog Census", None),
        ("LoRA rank 16 is enough", None),
        ("Low-rank 4 matrices", None),
        ("Rank averaging", None),
        ("1st and 2nd place solutions", None),
        ("1st, 2nd and 3rd place", None),
        ("1st place vs 2nd place", None),
        ("Summary of the 1st place solution", None),
        ("Reproducing 1st place solution", None),
        ("Lessons from the 3rd place solution", None),
        ("1st place solution explained", None),
        ("How the 1st place team trained", None),
        ("2nd place solutions", None),
        ("95th percentile loss", None),
        ("0th place", None),
        ("January 5th", None),
        ("v1.1st place", None),
        ("Previous 1st place solution", None),
        ("", None),
        (None, None),
    ],
)
def test_rank_in_title(title: str | None, rank: int | None) -> None:
    assert rank_in_title(title) == rank


def test_public_ranks_are_those_that_no_other_board_shares() -> None:
    assert public_ranks_in_title("Public 4th / Private 15th Place") == {4}
    assert public_ranks_in_title("Public & Private 2nd") == frozenset()
    assert public_ranks_in_title("[Public LB 12th] notes") == {12}


@unhurried
@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from(["1st", "place", "public", "(", ")", " ", "rank", "3", "#", "第"]), max_size=60).map(
        "".join
    )
)
def test_any_title_gives_a_rank_or_none(title: str) -> None:
    rank = rank_in_title(title)
    assert rank is None or 1 <= rank <= 9999
    assert rank == rank_in_title(title)


@unhurried
@given(st.integers(1, 9999), st.sampled_from(["{}th place solution", "[{}th] x", "Private {}th", "Rank {}"]))
def test_every_rank_is_read(rank: int, form: str) -> None:
    assert rank_in_title(form.format(rank)) == rank
