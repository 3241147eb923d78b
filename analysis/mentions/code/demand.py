"""What of a document's code is worth reading: text cut into statements, and the words that a statement must hold.

Most code of a notebook loads, cleans and plots data. A statement can say something about an architecture only when it
holds a name that the name finder hit, a word that builds (a layer, a loader), or a word that was bound to something of
that kind before. All others are passed over without being parsed; definitions and plain assignments among them are
read when a statement that counts looks them up.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from analysis.mentions.code.carriers import CARRIERS

LINE_END = re.compile(r"\r\n|\r|\n")
_TOP_LEVEL = re.compile(r"[\n\r](?![ \t#)\]}\r\n]|(?:else|elif|except|finally)\b|\Z)")
MAX_PIECES = 2_000  # top-level statements that are told apart in one cell
MAX_CUT_CHARS = 1_000_000

_DEFINITION = re.compile(r"(?:@[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*)*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_COMPOUND = re.compile(r"(?:if|for|while|with|try|match|async|else|elif|except|finally)\b")
_TARGETS = re.compile(
    r"(?P<targets>[A-Za-z_][\w, \t]{0,120}+)(?P<part>[.\[][^=\n(]{1,80}?)?"
    r"[ \t]{0,40}(?::[^=\n]{1,60})?(?P<more>[-+*/|&])?=(?!=)[ \t]{0,40}"
)
# a value that needs no call to be known: a line without one, a literal, and what only carries values along
_PLAIN_VALUE = re.compile(
    r"[^(\n#]{0,400}(?:#[^\n]*)?(?:\n[ \t]*(?:#[^\n]*)?)*\Z"
    r"|\([^(\n]{0,200}\)\s*\Z"
    rf"|[\w.]{{0,60}}\b(?:{'|'.join(sorted(CARRIERS))})\("
    r"|os\.path\.\w+\("
    r"|[\[{]"
)
_IMPORTED = re.compile(r"(?P<name>\*|[A-Za-z_][\w.]*)(?:[ \t]+as[ \t]+(?P<alias>\w+))?")
_STORED = re.compile(r"^[ \t]*([A-Za-z_][\w, \t]{0,120}+)[ \t]{0,8}(?:[-+*/|&%@]|//|\*\*|<<|>>)?=(?!=)", re.M)
_LOOPED = re.compile(r"for(?<!\wfor)[ \t]+([\w, \t()]{1,120}?)[ \t]{1,8}in\b")
_IS_WORD = bytes(byte if chr(byte).isalnum() or chr(byte) in "_(" else ord(" ") for byte in range(128)) + b" " * 128
# names too common to follow a value by
_NO_TRACE = frozenset({"self", "_"})
# functions' names that data goes by as often: these count where they are called
_DATA_NAMES = frozenset(
    {"train", "test", "valid", "val", "data", "df", "score", "scores", "model", "result", "features"}
)
_NAME = re.compile(r"\w+")
_OPEN_ENDS = frozenset(",([{\\")  # a line that ends so goes on in the next


@dataclass(slots=True, eq=False)
class Piece:
    """One top-level statement of a cell: characters [start, end) and its first line (from 0)."""

    text: str
    start: int
    end: int
    line: int
    kind: (
        str  # "definition", "import", "assignment" (of a plain value), "change", "compound", "joined" (by ";"), "other"
    )
    binds: tuple[str, ...]  # names that it gives a value, or whose value it changes
    _words: frozenset[str] | None = None

    @property
    def words(self) -> frozenset[str]:
        """The words in it."""
        if self._words is None:
            self._words = words_of(self.text)
        return self._words


def cut(text: str) -> list[Piece]:
    """The top-level statements of Python text, as far as its lines tell: the parser has the last word."""
    starts = [0, *(found.end() for found in _TOP_LEVEL.finditer(text))] if len(text) < MAX_CUT_CHARS else [0]
    if len(starts) > MAX_PIECES:
        starts = [0]
    has_quotes = '"""' in text or "'''" in text
    pieces: list[Piece] = []
    line = at = 0
    while at < len(starts):
        start, at = starts[at], at + 1
        end = starts[at] if at < len(starts) else len(text)
        while at < len(starts) and _goes_on(text, start, end, has_quotes=has_quotes):
            at += 1
            end = starts[at] if at < len(starts) else len(text)
        pieces.append(_piece(text[start:end], start, line))
        line += _n_lines(text, start, end)
    return pieces


def _n_lines(text: str, start: int, end: int) -> int:
    return len(LINE_END.findall(text, start, end)) if "\r" in text else text.count("\n", start, end)


def line_starts(text: str) -> list[int]:
    r"""Where each line starts.

    >>> line_starts("a\nbc\r\n\rd")
    [0, 2, 6, 7]
    """
    if "\r" in text:
        return [0, *(end.end() for end in LINE_END.finditer(text))]
    return [0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1])]


def _goes_on(text: str, start: int, end: int, *, has_quotes: bool) -> bool:
    """Whether the line at `end` belongs to the statement before: below a decorator, in brackets or triple quotes."""
    if text[end - 2 : end - 1] in _OPEN_ENDS:
        return True
    if text.startswith("@", start) and text.startswith(("@", "def", "class", "async"), end):
        return not _DEFINITION.match(text, start, end)
    return has_quotes and bool(text.count('"""', start, end) % 2 or text.count("'''", start, end) % 2)


def _piece(text: str, start: int, line: int) -> Piece:
    kind = "other"
    binds: tuple[str, ...] = ()
    if text.startswith(("import ", "from ")):
        kind, binds = "import", tuple(_imported(text))
    elif text.startswith(("def", "class", "async", "@")) and (definition := _DEFINITION.match(text)):
        kind, binds = "definition", (definition[1],)
    elif _COMPOUND.match(text):
        kind, binds = "compound", ()
    elif found := _TARGETS.match(text):
        binds = tuple(_NAME.findall(found["targets"]))
        is_plain = bool(_PLAIN_VALUE.match(text, found.end()))
        kind = "change" if found["part"] or found["more"] else "assignment" if is_plain else "other"
    if ";" in text and kind in {"import", "assignment"}:
        kind = "joined"
    return Piece(text, start, start + len(text), line, kind, binds)


def _imported(text: str) -> Iterator[str]:
    """The names that an import statement binds."""
    before, _, after = text.partition("import")
    for found in _IMPORTED.finditer(after.partition("#")[0] if "\n" not in after.strip() else after):
        name = found["alias"] or (found["name"] if before else found["name"].partition(".")[0])
        if name != "*":
            yield name


def stored(text: str) -> set[str]:
    """Names that may get a value somewhere in a statement."""
    return {name for names in (*_STORED.findall(text), *_LOOPED.findall(text)) for name in _NAME.findall(names)}


def words_of(text: str) -> frozenset[str]:
    """The words of Python text, with the parenthesis of a call where one follows directly.

    "train" is data in one notebook, a function in another: "train(" is a call.

    >>> sorted(words_of("out = train(model, 3)"))
    ['3', 'model', 'out', 'train(']
    """
    spaced = text.replace("(", "( ").encode("ascii", "replace")
    return frozenset(spaced.translate(_IS_WORD).decode("ascii").split())


def in_any_form(words: Iterable[str], calls: Iterable[str]) -> frozenset[str]:
    """Words as they stand alone and as they are called; of `calls` only the latter."""
    return frozenset(form for word in words for form in (word, word + "(")) | {word + "(" for word in calls}


class Interest:
    """Which words make a statement worth reading; grows with what is bound to something that counts."""

    def __init__(self, seed: frozenset[str], places: Iterable[Sequence[int]]) -> None:
        """`seed`: words that count from the start; `places`: per cell, rising, the offsets of the names hit."""
        self.places = list(places)
        self._words = set(seed)
        self._waiting: list[tuple[frozenset[str], str, bool]] = []

    def add(self, word: str, *, is_call: bool = False) -> None:
        """A word that was bound to something that counts; definitions that hold it count from now on.

        Args:
            is_call: it counts where it is called only.
        """
        forms = [form for form in (word + "(", *(() if is_call else (word,))) if form not in self._words]
        if not forms or word in _NO_TRACE or word.startswith("__"):
            return
        self._words.update(forms)
        reached = [one for one in self._waiting if not one[0].isdisjoint(forms)]
        if reached:
            self._waiting = [one for one in self._waiting if one[0].isdisjoint(forms)]
            for _, name, is_method in reached:
                self.add_definition(name, is_method=is_method)

    def add_definition(self, name: str, *, is_method: bool = False) -> None:
        """A function or class that counts where it is called, and where it is passed on if no data goes by its name."""
        self.add(name, is_call=is_method or name in _DATA_NAMES)

    def watch(self, words: frozenset[str], name: str, *, is_method: bool = False) -> None:
        """Let the name of a definition count as soon as one of its words does."""
        if self.holds(words):
            self.add_definition(name, is_method=is_method)
        else:
            self._waiting.append((words, name, is_method))

    def calls(self, name: str) -> bool:
        """Whether a call of that name counts."""
        return name + "(" in self._words

    def holds(self, words: frozenset[str]) -> bool:
        """Whether one of the words counts."""
        return not self._words.isdisjoint(words)

    def hits(self, cell: int, start: int, end: int) -> bool:
        """Whether a name was hit in [start, end) of a cell."""
        places = self.places[cell]
        at = bisect_left(places, start)
        return at < len(places) and places[at] < end
