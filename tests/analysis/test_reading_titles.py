from __future__ import annotations

import pytest
from work_done import work_limit

from analysis.reading_titles import reading_title


@pytest.mark.parametrize(
    ("title", "kind", "rank", "called"),
    [
        ("1st Place Solution", "writeup", 1, "1st Place Solution: Frogs at Night"),
        ("The 2nd place solution", "writeup", 2, "The 2nd place solution: Frogs at Night"),
        ("Setup", "notebook", 3, "Notebook of the 3rd place: Frogs at Night"),
        ("Table of contents", "readme", None, "Readme: Frogs at Night"),
        (None, "readme", 11, "Readme of the 11th place: Frogs at Night"),
        ("Two mel recipes and a small SED", "writeup", 1, "Two mel recipes and a small SED"),
        ("# **Frogs** by `mel` (https://a.example/x)", "readme", 1, "Frogs by mel"),
        ("[Frog Calls](a.example/frogs)", "readme", 1, "Frog Calls"),
        ("カエルの鳴き声", "readme", 1, "カエルの鳴き声"),
    ],
)
def test_a_title_says_what_the_item_is(title: str | None, kind: str, rank: int | None, called: str) -> None:
    assert reading_title(title, kind, rank, "Frogs at Night") == called


def test_without_a_competition_the_title_stays() -> None:
    assert reading_title("Setup", "notebook", None, None) == "Setup"
    assert reading_title(None, "notebook", None, None) == "Notebook"


@pytest.mark.parametrize("piece", [" ", "\n", "http://a ", "(", "a"])
def test_a_title_without_end_takes_no_longer_than_its_length(piece: str) -> None:
    with work_limit(40):
        assert reading_title(piece * (100_000 // len(piece)), "writeup", 2, "some-competition")
