"""Cues as data: what authors say around a name, read from `cues.toml` and compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.errors import CatalogueError

KINDS = frozenset({"status", "reason", "heading"})
SIDES = frozenset({"around", "after", "before"})
KEYS = frozenset({"id", "kind", "value", "polarity", "side", "strength", "phrases", "expressions", "matches", "misses"})


@dataclass(frozen=True, slots=True)
class Cue:
    """One meaning and the phrases that carry it; see the head of `cues.toml`."""

    id: str
    kind: str
    value: str
    polarity: str | None
    side: str
    strength: int
    pattern: re.Pattern[str]
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
            row["strength"],
            pattern,
            tuple(row["matches"]),
            tuple(row["misses"]),
        )
    return tuple(cues.values())


def find_cues(text: str, kind: str) -> list[CueHit]:
    """All cues of a kind in a text, by place; a cue may be found several times."""
    normal = normalise(text)
    hits = [
        CueHit(cue, match.start(), match.end())
        for cue in load_cues()
        if cue.kind == kind
        for match in cue.pattern.finditer(normal)
    ]
    return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.cue.id))
