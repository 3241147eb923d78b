"""Which topics are solutions, and which message is a topic's own."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st

from miner.sources.kaggle_topics import choose_message, could_be_solution, is_solution

BOARD = frozenset({"ada", "team seven"})

OWN = """
1st place solution
[Private LB 8th] three ConvNeXts and patience
Public 4th / Private 15th Place
22nd place - boosting with lag features
My solution and code
0.812 private - solution overview
A simple solution that nearly won
Silver medal write-up
3位解法
[Public LB 30th] what a journey
Our solutions for both tracks
Team Seven's solution: graph networks
"""
WEAK = """
Our approach: ViT and gated attention
Solo silver: what worked and what didn't work
How we won by doing less
Lessons from three months of molecules
Our pipeline with TabM and trees
"""
OTHERS = """
How to submit a solution?
Any 1st place solution yet?
Looking for teammates
Where are the winning solutions?
List of top solutions
Links to all public write-ups
Congratulations to the winners, waiting for your solutions
Solution file format
Sample solution scores zero
Please share your solution
Is an ensemble allowed in the final solution
Deadline for winners' write-ups
Summary of the 1st place solution
Reproducing the 2nd place solution of last year
Welcome to the competition
External data thread
CV vs LB correlation
My LB score dropped
Submission error: notebook timeout
Dataset update
What is your best single model?
Baseline with EfficientNet, LB 0.71
Team merge request
Top 5% solutions from a similar competition
Final leaderboard is out
Shake-up analysis
Solutions from previous competitions
Is anyone else getting a different metric?
Host's baseline solution
Solution wanted for out of memory
Top solutions report
1st and 2nd place solutions
"""


def lines(text: str) -> list[str]:
    """The titles of a block."""
    return text.strip().splitlines()


@pytest.mark.parametrize("title", lines(OWN))
def test_a_title_that_states_a_solution_needs_nothing_else(title: str) -> None:
    assert is_solution(title, "Nobody").is_solution


@pytest.mark.parametrize("title", lines(WEAK))
def test_a_title_about_the_work_needs_its_author_on_the_leaderboard(title: str) -> None:
    assert could_be_solution(title)
    assert not is_solution(title, "Nobody", BOARD).is_solution
    assert not is_solution(title, "Ada").is_solution
    assert is_solution(title, "Ada", BOARD).is_solution
    assert is_solution(title, "TEAM seven", BOARD).evidence.startswith("author on the leaderboard")


@pytest.mark.parametrize("title", lines(OTHERS))
def test_talk_of_solutions_is_none_whoever_writes_it(title: str) -> None:
    assert not is_solution(title, "Ada", BOARD).is_solution


def test_the_evidence_is_named() -> None:
    assert is_solution("3rd place solution", None).evidence == "title: rank 3"
    assert is_solution("[Public LB 12th] notes", None).evidence == "title: public rank 12"
    assert is_solution("My Solution", None).evidence == "title: solution"


@given(st.text(max_size=400), st.none() | st.text(max_size=20))
def test_any_title_gets_a_verdict(title: str, author: str | None) -> None:
    verdict = is_solution(title, author, BOARD)
    assert verdict.evidence
    if is_solution(title, author).is_solution:
        assert verdict.is_solution, "the leaderboard only adds"


def test_titles_of_real_write_ups(shared: Path) -> None:
    """Measured by the title alone; some of the 173 collect other people's solutions and are rightly left out."""
    with (shared / "data/corpus/documents.jsonl").open(encoding="utf-8") as rows:
        documents = [json.loads(row) for row in rows]
    titles = [d["title"] for d in documents if d["kind"] == "writeup" and d["platform"] == "kaggle"]
    found = sum(is_solution(title, None).is_solution for title in titles)
    assert found / len(titles) >= 0.9


def message(number: int, author: str | None, minute: int, **more: object) -> SimpleNamespace:
    """A message as the client gives it."""
    when = datetime(2026, 1, 5, 10, minute)
    return SimpleNamespace(id=number, author_name=author, post_date=when, is_deleted=False, **more)


def test_the_own_message_is_chosen_by_author_and_date() -> None:
    pinned, reader = message(1, "host", 0), message(2, "reader", 30)
    own, later = message(3, "Ada", 30), message(4, "Ada", 50)
    assert choose_message([pinned, reader, later, own], "Ada", "2026-01-05T10:30:00.120") is own
    earlier = message(5, "Ada", 10)
    assert choose_message([earlier, own], "Ada", "2026-01-05T10:30:00") is own
    assert choose_message([later, own], "Ada", None) is own
    assert choose_message([later, own], "Ada", "2025-12-01T00:00:00") is own
    assert choose_message([pinned, reader], "Ada", "2026-01-05T10:30:00") is None
    own.is_deleted = True
    assert choose_message([pinned, own], "Ada", "2026-01-05T10:30:00") is None
