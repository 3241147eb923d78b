"""docs/faults.md names a test for every row of severity A and B, and each of them exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = (REPOSITORY / "docs" / "faults.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([A-H]\d+) \| ([ABC]) \| (.+?) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
SEVERITY_A = {"A": (5, 7, 10, 11, 12, 16), "B": (1, 3), "C": (1, 2, 3, 6, 8, 12), "F": (2, 5, 6)}
SEVERITY_B = {
    "A": (1, 2, 3, 4, 6, 8, 9, 14, 17),
    "B": (2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
    "C": (4, 5, 7, 9, 10, 11, 13, 14, 15),
    "F": (1, 3, 4, 7),
}


def numbered(rows: dict[str, tuple[int, ...]]) -> set[str]:
    """A1, A2 ... of the groups."""
    return {f"{group}{number}" for group, numbers in rows.items() for number in numbers}


@cache
def named_tests(path: str) -> frozenset[str]:
    """Names of the tests in a module that assert something."""
    tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and is_checking(node))


def is_checking(function: ast.FunctionDef) -> bool:
    """Whether something in it can fail: an assertion, or an exception that must come."""
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Attribute) and node.attr == "raises")
        for node in ast.walk(function)
    )


def not_shown() -> set[str]:
    """Rows under "Not shown yet"."""
    return set(re.findall(r"^- ([A-H]\d+):", PAGE.partition("## Not shown yet")[2], re.MULTILINE))


@pytest.mark.parametrize("path_and_name", sorted(set(TEST.findall(PAGE))), ids="::".join)
def test_every_test_that_is_named_exists_and_asserts(path_and_name: tuple[str, str]) -> None:
    path, name = path_and_name
    assert (REPOSITORY / path).is_file()
    assert name in named_tests(path)


def test_every_row_of_severity_a_and_b_is_shown_or_said_to_be_missing() -> None:
    rows = {row: severity for row, severity, *_ in ROW.findall(PAGE)}
    wanted = numbered(SEVERITY_A) | numbered(SEVERITY_B)
    assert wanted - rows.keys() - not_shown() == set()
    assert {row for row in numbered(SEVERITY_A) & rows.keys() if rows[row] != "A"} == set()
    assert {row for row in numbered(SEVERITY_B) & rows.keys() if rows[row] != "B"} == set()


def test_every_row_names_a_test_and_stands_once() -> None:
    rows = ROW.findall(PAGE)
    names = [row for row, *_ in rows]
    assert len(names) == len(set(names)) == PAGE.count("\n| ") - 2 * PAGE.count("| row |")
    assert [row for row, _, _, shown_by in rows if not TEST.search(shown_by)] == []
    assert [rest for *_, rest in rows if TEST.sub("", rest).strip()] == []
