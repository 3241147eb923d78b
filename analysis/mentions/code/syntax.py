"""Python text -> statements at the offsets of their cell, whatever the cell looks like; nothing is ever executed."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from analysis.mentions.code.demand import LINE_END, Piece, cut, line_starts, words_of

MAX_CONTEXT_CHARS = 300
MAX_CHUNKS = 400
MAX_ON_A_LINE = 20  # statements before one that may stand on the same line

_TOP_LEVEL_LINE = re.compile(r"^(?![ \t#)\]}\r\n]|(?:else|elif|except|finally)\b)", re.M)
_PRINT_STATEMENT = re.compile(r"^([ \t]*)(?:print|exec)\b(?![ \t]*[(=.,)\]])[^\n]*", re.M)
_OLD_EXCEPT = re.compile(r"^([ \t]*except[ \t]+[\w.]+)[ \t]*,[ \t]*\w+(?=[ \t]*:)", re.M)


@dataclass(slots=True)
class Source:
    """The Python text of one cell with its statements; positions of nodes are translated to offsets."""

    text: str
    shown: str = ""  # the cell as the document has it, magics and all; as long as the text
    statements: list[ast.stmt] = field(default_factory=list)
    broken: list[tuple[int, int]] = field(default_factory=list)  # stretches that do not parse
    is_whole: bool = False  # all of it has been parsed
    _starts: list[int] = field(default_factory=list)
    _are_sorted: bool = False

    def pieces(self) -> list[Piece]:
        """The top-level statements as far as lines tell, not parsed yet."""
        return cut(self.text)

    def read(self, first: Piece, last: Piece) -> list[ast.stmt]:
        """The statements of some pieces; where they do not parse, all that stands from there on in the whole text."""
        if not self.is_whole:
            tree = _parse("\n" * first.line + self.text[first.start : last.end])
            if tree is not None:
                self.statements += tree
                return tree
            self.read_whole()
        return [one for one in self.statements if one.lineno > first.line]

    def read_whole(self) -> None:
        """Parse all of the text; where it does not parse whole, the pieces that do."""
        self.is_whole, self.statements = True, []
        tree = parse(self.text)
        if tree is None:
            repaired = _OLD_EXCEPT.sub(_as_new_except, _PRINT_STATEMENT.sub(_as_harmless, self.text))
            tree = parse(repaired) if repaired != self.text else None
            if tree is None:
                _read_chunks(self, repaired)
                return
        self.statements = tree

    def extent(self, node: ast.stmt) -> tuple[int, int]:
        """[start, end) of the lines that a statement stands on."""
        self._find_lines()
        last = node.end_lineno or node.lineno
        start = self._starts[min(node.lineno, len(self._starts)) - 1]
        return start, self._starts[last] if last < len(self._starts) else len(self.text)

    def words(self, start: int, end: int) -> frozenset[str]:
        """The words in [start, end)."""
        return words_of(self.text[start:end])

    def _find_lines(self) -> None:
        if not self._starts:
            self._starts = line_starts(self.text)

    def offset(self, line: int, column_bytes: int) -> int:
        """The offset of a place that `ast` gives as 1-based line and column in UTF-8 bytes."""
        self._find_lines()
        if line > len(self._starts):
            return len(self.text)
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        text = self.text[start:end]
        column = column_bytes if text.isascii() else len(text.encode()[:column_bytes].decode("utf-8", "ignore"))
        return min(start + column, len(self.text))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """[start, end) of a node that has a place."""
        start = self.offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        end_line = getattr(node, "end_lineno", None)
        return start, self.offset(end_line, getattr(node, "end_col_offset", 0)) if end_line else start

    def name_span(self, node: ast.AST) -> tuple[int, int]:
        """[start, end) of the name that a node gives: the attribute, the class's or function's name, the literal."""
        start, end = self.span(node)
        if isinstance(node, ast.Attribute):
            return end - len(node.attr), end
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found = re.compile(rf"\b{re.escape(node.name)}\b").search(self.text, start, end)
            return found.span() if found else (start, start)
        if isinstance(node, ast.alias):
            last = node.name.rpartition(".")[2]
            at = self.text.find(last, start, end)
            return (at, at + len(last)) if at >= 0 else (start, end)
        return start, end

    def context(self, start: int, end: int) -> tuple[int, int]:
        """The statement around [start, end): its first lines, or the name's own line, at most 300 characters."""
        best = self._line(start, end)
        if self.shown[best[0] : start].lstrip().startswith("#"):
            return clip(self.shown, best, (start, end))
        first, last = self._statement_at(start)
        if first <= start and last >= end:
            best = (first, last) if end - first <= MAX_CONTEXT_CHARS else best
        return clip(self.shown, best, (start, end))

    def _line(self, start: int, end: int) -> tuple[int, int]:
        first = self.shown.rfind("\n", 0, start) + 1
        last = self.shown.find("\n", end)
        return first, last if last >= 0 else len(self.shown)

    def _statement_at(self, offset: int) -> tuple[int, int]:
        """[start, end) of the innermost statement around an offset, a compound one up to its body; (0, 0) for none."""
        self._find_lines()
        line = bisect_right(self._starts, offset)
        if not self._are_sorted:
            self.statements.sort(key=_first_line)  # those read out of turn stand last
            self._are_sorted = True
        found = (0, 0)
        inner = self.statements
        while inner:
            at = bisect_right(inner, line, key=_first_line)
            around = [one for one in inner[max(0, at - MAX_ON_A_LINE) : at] if line <= (one.end_lineno or one.lineno)]
            inner = []
            for statement in around:
                start, end = self.span(statement)
                if start <= offset < end:
                    bodies = [body for body in _bodies(statement) if body]
                    first = min((self.span(body[0])[0] for body in bodies), default=end)
                    found = (start, first) if offset < first else found
                    inner = sorted((one for body in bodies for one in body), key=_first_line)
        return found


def _first_line(node: ast.stmt) -> int:
    return node.lineno


def clip(text: str, stretch: tuple[int, int], name: tuple[int, int]) -> tuple[int, int]:
    """The stretch without blanks around it, cut to 300 characters that hold the name, else the name's first 300."""
    start, end = stretch
    if name[1] - start > MAX_CONTEXT_CHARS:
        start = max(start, name[1] - MAX_CONTEXT_CHARS // 2)
    start = min(start, name[0])
    end = max(min(end, start + MAX_CONTEXT_CHARS), min(name[1], start + MAX_CONTEXT_CHARS))
    while start < name[0] and text[start].isspace():
        start += 1
    while end > name[1] and text[end - 1].isspace():
        end -= 1
    return start, end


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of statements directly below a statement."""
    for name in ("body", "orelse", "finalbody"):
        below = getattr(node, name, None)
        if isinstance(below, list):
            yield below
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def read_source(text: str, shown: str = "") -> Source:
    """A text with all its statements; where it does not parse whole, those of the pieces that do.

    Args:
        text: Python, magics blanked.
        shown: the cell as the document has it, where that differs.
    """
    source = Source(text, shown or text)
    source.read_whole()
    return source


def parse(text: str) -> list[ast.stmt] | None:
    """The statements of a text, also of one that is indented as a whole; None when it is not Python."""
    tree = _parse(text)
    if tree is None and (first := re.search(r"\S", text)) and text[first.start() - 1 : first.start()] in (" ", "\t"):
        inner = _parse("if 1:\n" + text)
        if inner and isinstance(inner[0], ast.If):
            for statement in inner:
                ast.increment_lineno(statement, -1)
            tree = inner[0].body + inner[1:]
    return tree


def _parse(text: str) -> list[ast.stmt] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in other people's strings
            return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # not Python 3, NUL, nested too deep
        return None


def _read_chunks(source: Source, text: str) -> None:
    """Fill the source from its top-level pieces: a broken line costs its own piece only."""
    starts = [0, *(found.start() for found in _TOP_LEVEL_LINE.finditer(text) if found.start())][:MAX_CHUNKS]
    line = 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        chunk = text[start:end]
        tree = _parse("\n" * line + chunk)
        line += len(LINE_END.findall(chunk))
        if tree is None:
            source.broken.append((start, end))
        else:
            source.statements += tree


def _as_harmless(found: re.Match[str]) -> str:
    return found[1] + "0" + " " * (len(found[0]) - len(found[1]) - 1)


def _as_new_except(found: re.Match[str]) -> str:
    return found[1].ljust(len(found[0]))
