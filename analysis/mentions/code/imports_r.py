"""The packages that R code attaches or calls into, read from its text; nothing is parsed or run.

`library(x)`, `require("x")`, `requireNamespace`, `loadNamespace`, wherever they stand (inside
`suppressPackageStartupMessages`, `if`, one line of many), `pacman::p_load(a, b)`, `import::from(x, f)`, `x::f`, and the
usual loops over a vector of names: `lapply(c("a", "b"), library, character.only = TRUE)` and
`for (p in names) library(p, character.only = TRUE)`. `install.packages` attaches nothing and does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

MAX_CALLS = 2000  # of one block that are read
MAX_CALL = 4000  # characters of a call's arguments that are read

_NAME = r"[A-Za-z][A-Za-z0-9.]*"
_BOUND_NAME = r"[A-Za-z.][\w.]*"
_STRING = r"\"(?:[^\"\\]|\\.)*(?:\"|\Z)|'(?:[^'\\]|\\.)*(?:'|\Z)"  # R's strings go on over lines
_LEXEME = re.compile(rf"(?P<comment>#[^\n]*)|{_STRING}", re.S)
_EACH = "lapply|sapply|vapply|walk|map|map_lgl"
_CALL = re.compile(
    rf"(?<![\w.$@])(?:(?P<space>{_NAME}):::?)?"
    rf"(?P<call>library|require|requireNamespace|loadNamespace|attachNamespace|p_load|from|{_EACH})[ \t]*\("
)
_SPACE = re.compile(rf"(?<![\w.$@:])(?P<name>{_NAME}):::?(?=[A-Za-z.`])")
_FIRST = re.compile(rf"\s*(?:package\s*=\s*)?(?:[\"'](?P<quoted>{_NAME})[\"']|(?P<bare>{_BOUND_NAME}))\s*(?:,|\Z)")
_BARE = re.compile(rf"\s*({_NAME})\s*")
_QUOTED = re.compile(rf"\"({_NAME})\"|'({_NAME})'")
_VECTOR = re.compile(rf"(?<![\w.])(?P<name>{_BOUND_NAME})\s*(?:<-|=)\s*c\s*\(")
_LOOP = re.compile(rf"for\s*\(\s*(?P<one>{_BOUND_NAME})\s+in\s+(?:c\s*\(|(?P<many>{_BOUND_NAME}))")
_BY_NAME = re.compile(r"character\.only\s*=\s*T")
_ATTACHES = re.compile(r",\s*(?:FUN\s*=\s*|\.f\s*=\s*)?(?:library|require|requireNamespace)\b|(?:library|require)\s*\(")
_BRACKET = re.compile(r"[()\[\]{}]")


def names_of_r(text: str) -> Iterator[str]:
    """Names of the packages that R code attaches or calls into, as they come; some more than once.

    >>> sorted(set(names_of_r('library(xgboost); y <- data.table::fread("library(ranger)")  # library(caret)')))
    ['data.table', 'xgboost']
    """
    code = _Code(text)
    vectors = {one["name"]: code.arguments(one.end()) for one in islice(_VECTOR.finditer(code.bare), MAX_CALLS)}
    loops = {
        one["one"]: vectors.get(one["many"], "") if one["many"] else code.arguments(one.end())
        for one in islice(_LOOP.finditer(code.bare), MAX_CALLS)
    }
    yield from (one["name"] for one in _SPACE.finditer(code.bare))
    for call in islice(_CALL.finditer(code.bare), MAX_CALLS):
        inside, name = code.arguments(call.end()), call["call"]
        if name == "p_load":
            yield from _listed(inside)
        elif name in _EACH.split("|"):
            yield from _each(inside, vectors)
        elif name != "from" or call["space"] == "import":
            yield from _attached(inside, loops)


class _Code:
    """R code twice, at the same offsets: without comments, and without comments and strings."""

    def __init__(self, text: str) -> None:
        found = list(_LEXEME.finditer(text))
        self.told = _blanked(text, [one.span() for one in found if one["comment"] is not None])
        self.bare = _blanked(text, [one.span() for one in found])
        self._closed: dict[int, int] = {}  # offset behind an opening bracket -> of the one that closes it
        opened: list[int] = []
        for bracket in _BRACKET.finditer(self.bare):
            if bracket[0] in "([{":
                opened.append(bracket.end())
            elif opened:
                self._closed[opened.pop()] = bracket.start()

    def arguments(self, start: int) -> str:
        """What stands between the bracket that opens before `start` and the one that closes it."""
        return self.told[start : min(self._closed.get(start, start), start + MAX_CALL)]


def _attached(inside: str, loops: Mapping[str, str]) -> Iterator[str]:
    """The package of one `library(...)`; those of the loop's vector where it is given by name."""
    first = _FIRST.match(inside)
    if first and first["quoted"]:
        yield first["quoted"]
    elif first and _BY_NAME.search(inside):
        yield from _quoted(loops.get(first["bare"], ""))
    elif first:
        yield first["bare"]


def _each(inside: str, vectors: Mapping[str, str]) -> Iterator[str]:
    """The packages of `lapply(names, library, ...)`: of a vector written there, or bound to the name before."""
    if _ATTACHES.search(inside):
        head = inside.partition(",")[0].strip()
        yield from _quoted(vectors.get(head, inside))


def _listed(inside: str) -> Iterator[str]:
    """The packages of `p_load(a, "b", char = c("d"))`."""
    yield from _quoted(inside)
    yield from (one[1] for part in inside.split(",") if (one := _BARE.fullmatch(part)))


def _quoted(text: str) -> Iterator[str]:
    yield from (one[1] or one[2] for one in _QUOTED.finditer(text))


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with these stretches blanked."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, text[at:]])
