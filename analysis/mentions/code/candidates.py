"""Which of the names hit in a cell code may build something by: not those in comments, prose and variables' names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from analysis.mentions.code.naming import Match

MAX_IDENTIFIER_CHARS = 80
MAX_PREFIX_CHARS = 1_000  # of the line before a name in which a comment mark is looked for

_TRIPLE = re.compile("\"\"\"|'''")
_QUOTE = re.compile(r"[\"']")
_BEFORE_TEXT = frozenset("\"'/-.:")  # before a name in a string, in a path or behind a module
_AFTER_TEXT = frozenset("(\"'/-:")


def candidates(text: str, names: Iterable[Match]) -> list[int]:
    """The offsets of the names that may count, rising; `names` are those found in the text, left to right."""
    names = list(names)
    if not names:
        return []
    quotes = [(found.start(), found[0]) for found in _TRIPLE.finditer(text)]
    at = [start for start, _ in quotes]
    opened = _opened(quotes)
    found = []
    for name in names:
        inside = opened[bisect_left(at, name.start)]
        if _may_build(text, name) and not _in_comment(text, name.start) and not _in_prose(text, inside):
            found.append(name.start)
    return found


def _opened(quotes: list[tuple[int, str]]) -> list[int]:
    """For each number of triple quotes passed: where the text we are in began, or -1 outside of any."""
    opened, mark = [-1], ""
    for start, quote in quotes:
        if not mark:
            mark = quote
            opened.append(start)
        elif quote == mark:
            mark = ""
            opened.append(-1)
        else:
            opened.append(opened[-1])
    return opened


def _in_prose(text: str, opened: int) -> bool:
    """Whether a text in triple quotes that began at `opened` has several lines and is no statement of its own.

    One that stands at the start of a line may be code in quotes.
    """
    if opened <= 0 or text[opened - 1] == "\n":
        return False
    end = text.find(text[opened : opened + 3], opened + 3)
    return text.find("\n", opened, end if end >= 0 else len(text)) >= 0


def _in_comment(text: str, start: int) -> bool:
    line = max(text.rfind("\n", 0, start) + 1, start - MAX_PREFIX_CHARS)
    mark = text.find("#", line, start)
    return mark >= 0 and not _QUOTE.search(text, line, mark)


def _may_build(text: str, name: Match) -> bool:
    """Whether a name stands where a string, a path, a class or a function can be.

    Not so an ordinary word ("logits", "MAE"), unless it is called or part of a path, nor a variable that only bears
    the name: what it holds was built elsewhere.
    """
    first, last = _identifier(text, name.start, name.end)
    before, after = text[first - 1 : first], text[last : last + 1]
    surface = text[name.start : name.end]
    if name.is_ambiguous and "/" not in (before, after):
        return surface[0].isupper() and (not surface.isupper() or after == "(")
    if not text[first].islower() or before in _BEFORE_TEXT or after in _AFTER_TEXT:
        return True
    return after == "." and last - first == len(surface)


def _identifier(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) of the identifier around a name."""
    least, most = max(0, start - MAX_IDENTIFIER_CHARS), min(len(text), end + MAX_IDENTIFIER_CHARS)
    while start > least and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < most and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return start, end
