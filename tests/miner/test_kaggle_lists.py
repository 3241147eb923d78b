"""Walking lists that shift, repeat, end early or never end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kaggle_scripted import Clock

from corpus.records import Failure
from miner.fetch.kaggle_client import KaggleHost
from miner.fetch.kaggle_session import Noted, Opened
from miner.sources import kaggle_lists
from miner.sources.kaggle_lists import Listing, Page, walk

Pages = Callable[[int, str], Page]


def walked(pages: Pages, has_tokens: bool = True) -> tuple[list[object], list[tuple[int, str]]]:
    """What a walk gives, and the pages it asked for."""
    clock, asked = Clock(), []
    opened = Opened(object(), "http://127.0.0.1:1", Noted(), lambda: None)
    host = KaggleHost("us", 0, clock.surroundings(), lambda agent, limits: opened)

    def ask(client: object, number: int, token: str) -> Page:
        asked.append((number, token))
        return pages(number, token)

    return list(walk(host, Listing("things", ask, lambda item: item, has_tokens))), asked


def numbers(first: int, last: int) -> list[int]:
    """Items of a page."""
    return list(range(first, last + 1))


def test_tokens_are_followed_to_the_end() -> None:
    pages = {"": Page(numbers(1, 3), "b"), "b": Page(numbers(4, 6), "c"), "c": Page([7])}
    found, asked = walked(lambda number, token: pages[token])
    assert found == numbers(1, 7)
    assert asked == [(1, ""), (2, "b"), (3, "c")]


def test_an_item_that_moves_to_the_next_page_comes_once() -> None:
    pages = {"": Page(numbers(1, 3), "b"), "b": Page(numbers(3, 6))}
    assert walked(lambda number, token: pages[token])[0] == numbers(1, 6)


def test_an_empty_list_is_empty() -> None:
    assert walked(lambda number, token: Page([])) == ([], [(1, "")])


def test_where_a_token_is_missing_page_numbers_go_on() -> None:
    found, asked = walked(lambda number, token: Page(numbers(20 * number - 19, min(20 * number, 50))))
    assert found == numbers(1, 50)
    assert asked == [(1, ""), (2, ""), (3, "")]


def test_where_a_token_comes_back_page_numbers_go_on() -> None:
    def pages(number: int, token: str) -> Page:
        first = 1 if token else 20 * number - 19
        return Page(numbers(first, min(first + 19, 50)), "same")

    found, asked = walked(pages)
    assert found == numbers(1, 50)
    assert asked == [(1, ""), (2, "same"), (2, ""), (3, "")]


def test_a_server_that_repeats_one_page_for_ever_is_left_and_told_of() -> None:
    found, asked = walked(lambda number, token: Page(numbers(1, 20), "same"))
    assert found[:-1] == numbers(1, 20)
    assert isinstance(found[-1], Failure)
    assert len(asked) == 3


def test_a_list_that_just_fills_its_page_is_whole() -> None:
    found, asked = walked(lambda number, token: Page(numbers(1, 20) if number == 1 else []))
    assert found == numbers(1, 20)
    assert len(asked) == 2


def test_a_token_that_is_missing_too_early_is_told_of() -> None:
    found, _ = walked(lambda number, token: Page(numbers(1, 20), n_total=70))
    assert found[:-1] == numbers(1, 20)
    assert isinstance(found[-1], Failure)


def test_a_list_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kaggle_lists, "MAX_PAGES", 5)
    found, asked = walked(lambda number, token: Page([number], f"t{number}"))
    assert found[:5] == numbers(1, 5)
    assert isinstance(found[5], Failure)
    assert len(asked) == 5


@pytest.mark.parametrize(("empty", "has_tokens"), [(Page([], "more"), True), (Page([], n_total=7), False)])
def test_an_empty_page_that_is_not_the_last_is_not_believed(empty: Page, has_tokens: bool) -> None:
    answers = iter([empty, Page(numbers(1, 7), n_total=7)])
    assert walked(lambda number, token: next(answers), has_tokens)[0] == numbers(1, 7)
    found, asked = walked(lambda number, token: empty, has_tokens)
    assert [type(item) for item in found] == [Failure]
    assert len(asked) == 2


def test_numbered_pages_end_with_the_total() -> None:
    found, asked = walked(lambda number, token: Page(numbers(20 * number - 19, 20 * number), n_total=40), False)
    assert found == numbers(1, 40)
    assert len(asked) == 2


def test_numbered_pages_end_with_the_items_where_the_total_counts_more() -> None:
    found, asked = walked(lambda number, token: Page(numbers(1, 20), n_total=400), False)
    assert found == numbers(1, 20)
    assert len(asked) == 2
