"""Cues as data: what authors say around a name, read from `cues.toml` and compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from corpus.errors import CatalogueError

KINDS = frozenset({"status", "reason", "heading"})
ANYWHERE = 10_000
SIDES = frozenset({"around", "after", "before"})
KEYS = frozenset(
    {
        "id",
        "kind",
        "value",
        "polarity",
        "side",
        "within",
        "strength",
        "phrases",
        "expressions",
        "triggers",
        "matches",
        "misses",
    }
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One meaning and the phrases that carry it; see the head of `cues.toml`."""

    id: str
    kind: str
    value: str
    polarity: str | None
    side: str
    within: int  # the most characters between the cue and a name it speaks of
    strength: int
    pattern: re.Pattern[str]
    triggers: tuple[str, ...]  # a text without any of them need not be searched; empty: always search
    matches: tuple[str, ...]
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CueHit:
    """A cue found at characters [start, end) of the text searched."""

    cue: Cue
    start: int
    end: int


_GROUP = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|([^\s()\[\]]+)")


def compile_phrase(phrase: str) -> str:
    """The regular expression of one phrase: (a|b) is either, [x] may be left out, blanks are any blanks.

    >>> bool(re.search(compile_phrase("(did not|didn't) [really] help"), "it didn't  help"))
    True
    """
    expression = ""
    for match in _GROUP.finditer(phrase):
        required, optional, word = match.groups()
        choices = (required or optional or word).split("|")
        either = "(?:" + "|".join(_escape(choice) for choice in choices) + ")"
        if optional is not None:
            expression += f"(?:\\s+{either})?" if expression else f"(?:{either}\\s+)?"
        else:
            expression += f"\\s+{either}" if expression and not expression.endswith("\\s+)?") else either
    return f"(?<!\\w){expression}(?!\\w)"


def _escape(choice: str) -> str:
    escaped = r"\s+".join(re.escape(word) for word in choice.split())
    return re.sub(r"(?<!\w)n't", r"\\w+n't", escaped)


def normalise(text: str) -> str:
    """Lower case, plain apostrophes, emphasis marks and addresses as blanks; same length, so that offsets hold."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _LINK.sub(lambda link: " " * len(link.group()), lower.translate(_MARKS))


_LINK = re.compile(r"https?://[^\s)>\]\"']+")
_MARKS = str.maketrans({"’": "'", "‘": "'", "`": " ", "*": " ", "_": " ", "\n": " ", "\t": " "})


def triggers_of(phrase: str) -> tuple[str, ...]:
    """Words of which a text must hold one for the phrase to match: the choices of its most telling required part.

    >>> triggers_of("(did not|didn't) [really] help")
    ('help',)
    """
    parts: list[tuple[str, ...]] = []
    for match in _GROUP.finditer(phrase):
        required, optional, word = match.groups()
        if optional is None:
            parts.append(
                tuple(choice.split()[-1].removeprefix("n't") or "n't" for choice in (required or word).split("|"))
            )
    return max(parts, key=lambda choices: min(len(choice) for choice in choices))


class _Screen:
    """Which cues of a kind can be in a text at all: one pass over it, before any pattern is tried."""

    def __init__(self, kind: str) -> None:
        self.cues = [cue for cue in load_cues() if cue.kind == kind]
        self._always = frozenset(place for place, cue in enumerate(self.cues) if not cue.triggers)
        words = sorted({word for cue in self.cues for word in cue.triggers})
        self._owners = [[p for p, cue in enumerate(self.cues) if word in cue.triggers] for word in words]
        self._automaton = AhoCorasick(words, matchkind=MatchKind.Standard)

    def candidates(self, normal: str) -> list[Cue]:
        """Cues in file order."""
        places = set(self._always)
        for word, _, _ in self._automaton.find_matches_as_indexes(normal, overlapping=True):
            places.update(self._owners[word])
        return [self.cues[place] for place in sorted(places)]


@cache
def _screen(kind: str) -> _Screen:
    return _Screen(kind)


@cache
def load_cues() -> tuple[Cue, ...]:
    """All cues, in file order.

    Raises:
        CatalogueError: an entry has an unknown key or value, or repeats an id.
    """
    rows = tomllib.loads(files("analysis.claims").joinpath("cues.toml").read_text(encoding="utf-8"))["cue"]
    cues: dict[str, Cue] = {}
    for row in rows:
        side = row.get("side", "around")
        if row["id"] in cues or row.keys() - KEYS or row["kind"] not in KINDS or side not in SIDES:
            raise CatalogueError(f"cues.toml: entry {row['id']!r} repeats an id or has an unknown key, kind or side")
        phrases = [compile_phrase(normalise(phrase)) for phrase in row.get("phrases", ())]
        pattern = re.compile("|".join([*phrases, *row.get("expressions", ())]))
        cues[row["id"]] = Cue(
            row["id"],
            row["kind"],
            row["value"],
            row.get("polarity"),
            side,
            row.get("within", ANYWHERE),
            row["strength"],
            pattern,
            _triggers(row),
            tuple(row["matches"]),
            tuple(row["misses"]),
        )
    return tuple(cues.values())


def _triggers(row: dict[str, Any]) -> tuple[str, ...]:
    words = {word for phrase in row.get("phrases", ()) for word in triggers_of(normalise(phrase))}
    if row.get("expressions") and not row.get("triggers"):
        return ()
    return tuple(sorted(words.union(row.get("triggers", ()))))


@lru_cache(maxsize=512)  # a statement is asked once for each of its names
def find_cues(text: str, kind: str) -> tuple[CueHit, ...]:
    """All cues of a kind in a text, by place; a cue may be found several times."""
    normal = normalise(text)
    hits = [
        CueHit(cue, match.start(), match.end())
        for cue in _screen(kind).candidates(normal)
        for match in cue.pattern.finditer(normal)
    ]
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.cue.id)))
