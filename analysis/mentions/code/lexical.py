"""Strings and comments of any code, found without parsing it; and what commented-out code would have run."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.mentions.code.syntax import parse

MAX_COMMENT_LINES = 80

# a comment, or a string in three quotes or one; what starts it comes first, so that all else is passed over at once
_TOKEN = re.compile(
    r"[#\"'](?:(?<=\#)[^\n]*"
    r"|(?<=\")(?:\"\"(?:[^\\\"]+|\\.|\"(?!\"\"))*+(?:\"\"\"|\Z)|(?:[^\"\\\n]+|\\.)*+(?:\"|$))"
    r"|(?<=')(?:''(?:[^\\']+|\\.|'(?!''))*+(?:'''|\Z)|(?:[^'\\\n]+|\\.)*+(?:'|$)))",
    re.S | re.M,
)
_COMMENTED_SHELL = re.compile(r"\n[ \t]{0,40}#+[ \t]{0,8}!(?P<shell>[^\n]*)")
_COMMENT_GROUP = re.compile(r"\n(?P<lines>[ \t]*#[^\n]*(?:\n[ \t]*#[^\n]*)*)")
_KEY = re.compile(r"^[ \t]*[\"'][\w .-]{1,60}[\"'][ \t]*:(?=[ \t]*\w)")
_CODE_LIKE = re.compile(r"\w\s*\(|\w\s*=\s*[\w\"'\[({]|^\s*(?:from|import)\s+\w|^\s*[\"'][\w./-]+[\"'],?\s*$")


@dataclass(frozen=True, slots=True)
class Lexemes:
    """Where a text's strings and comments are."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    are_comments: tuple[bool, ...]

    def strings(self, min_chars: int) -> Iterator[tuple[int, int]]:
        """[start, end) of the strings of that length or longer, quotes included."""
        for start, end, is_comment in zip(self.starts, self.ends, self.are_comments, strict=True):
            if end - start >= min_chars and not is_comment:
                yield start, end

    def span_at(self, offset: int) -> tuple[int, int]:
        """[start, end) of the string or comment around an offset."""
        at = bisect_right(self.starts, offset) - 1
        return self.starts[at], self.ends[at]

    def kind_at(self, offset: int) -> str:
        """ "string", "comment" or "code" """
        at = bisect_right(self.starts, offset) - 1
        if at < 0 or offset >= self.ends[at]:
            return "code"
        return "comment" if self.are_comments[at] else "string"


@lru_cache(maxsize=256)  # a cell or line is asked for again by every reader of strings
def read_lexemes(text: str) -> Lexemes:
    """The strings and comments of Python or R text; works on text that does not parse."""
    spans = [found.span() for found in _TOKEN.finditer(text)]
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return Lexemes(starts, ends, tuple([text[start] == "#" for start in starts]))


def commented_out(text: str, places: Sequence[int], words: re.Pattern[str] | None = None) -> Iterator[list[ast.stmt]]:
    """The statements in commented-out code, at the offsets they have in the text; prose is none.

    Whole groups of comment lines are tried first, then every run of lines that parses on its own.

    Args:
        places: offsets of what is looked for, rising.
        words: other things looked for; groups of lines that hold none of either are passed over.
    """
    for group in _COMMENT_GROUP.finditer("\n" + text) if "#" in text else ():
        start, end = group.start("lines") - 1, group.end() - 1
        has_word = words is not None and words.search(text, start, end) is not None
        if bisect_left(places, start) == bisect_left(places, end) and not has_word:
            continue
        lines = group["lines"].split("\n")[:MAX_COMMENT_LINES]
        yield from _code_in([_uncommented(line) for line in lines], text.count("\n", 0, start))


def _code_in(lines: list[str], first_line: int) -> Iterator[list[ast.stmt]]:
    """The statements in lines that were comments, numbered from `first_line`."""
    at = 0
    while at < len(lines):
        size, statements = _longest_code(lines[at:])
        for statement in statements:
            ast.increment_lineno(statement, first_line + at)
        if statements:
            yield statements
        at += max(size, 1)


def _uncommented(line: str) -> str:
    """The line with blanks for its comment marks, so that columns hold."""
    body = line.lstrip(" \t").lstrip("#").removeprefix(" ")
    return " " * (len(line) - len(body)) + body


def _longest_code(lines: list[str]) -> tuple[int, list[ast.stmt]]:
    """How many of the lines, from the first, are code, and their statements; (1, []) when the first is none."""
    if not _CODE_LIKE.search(lines[0]):
        return 1, []
    for size in (len(lines), *range(min(len(lines) - 1, 12), 0, -1)):
        statements = parse("\n".join(lines[:size]))
        if statements is None and size == 1:
            statements = parse(_KEY.sub(lambda found: " " * len(found[0]), lines[0]))  # an item of a dict
        if statements is not None:
            return size, [one for one in statements if _does_something(one)]
    return 1, []


def _does_something(statement: ast.stmt) -> bool:
    """Whether the statement is more than words that happen to parse."""
    if isinstance(statement, ast.Expr):
        value = statement.value
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
        inner = [one for part in parts for one in (part.elts if isinstance(part, ast.Tuple | ast.List) else [part])]
        return any(isinstance(one, ast.Call | ast.Await) for one in inner)
    return not isinstance(statement, ast.AnnAssign) or statement.value is not None


def commented_shell(text: str) -> Iterator[tuple[int, str]]:
    """Shell lines that are commented out: (offset of the command, command)."""
    for found in _COMMENTED_SHELL.finditer("\n" + text) if "!" in text else ():
        yield found.start("shell") - 1, found["shell"]


def quoted_code(statements: list[ast.stmt]) -> Iterator[ast.Constant]:
    """Strings of several lines that stand alone as statements: code put in quotes to switch it off."""
    for statement in statements:
        if (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Constant)
            and isinstance(statement.value.value, str)
            and "\n" in statement.value.value
            and _CODE_LIKE.search(statement.value.value)
        ):
            yield statement.value
