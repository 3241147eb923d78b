"""Cues as data: what authors say around a name, read from `cues.toml` and compiled once."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise, product
from math import prod

from ahocorasick_rs import AhoCorasick, MatchKind

from corpus.errors import CatalogueError

KINDS = frozenset({"status", "reason", "heading"})
ANYWHERE = 10_000
MOST_SPELLINGS = 1500  # of a phrase's parts that are searched as they are
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
    triggers: tuple[str, ...]  # of the expressions: a text without any of them need not be searched for one
    matches: tuple[str, ...]
    misses: tuple[str, ...]
    phrases: tuple[str, ...]  # normalised
    parts: tuple[re.Pattern[str], ...]  # what the pattern matches, each alone: phrases, then expressions


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
        first = "" if expression or optional is not None else "|".join(map(_starting, choices))
        either = "(?:" + "|".join(map(_escape, choices)) + ")"
        if first:
            expression = f"(?:{first})"
        elif optional is not None:
            expression += f"(?:\\s+{either})?" if expression else f"(?<!\\w)(?:{either}\\s+)?"
        else:
            expression += f"\\s+{either}" if not expression.endswith("\\s+)?") else either
    return f"{expression}(?!\\w)"


def _starting(choice: str) -> str:
    """A choice with no word before it; its letters come first, so that all places that lack them are passed over."""
    word, *others = _escape(choice).split(r"\s+")
    if word.startswith(r"\w+"):
        return rf"(?<!\w){_escape(choice)}"
    return r"\s+".join([rf"{word}(?<!\w{word})", *others])


def _escape(choice: str) -> str:
    escaped = r"\s+".join(re.escape(word) for word in choice.split())
    return re.sub(r"(?<!\w)n't", r"\\w+n't", escaped)


def normalise(text: str) -> str:
    """Lower case, plain apostrophes, emphasis marks and addresses as blanks; same length, so that offsets hold."""
    if text.isascii():
        marked = text.encode("ascii").translate(_PLAIN).decode("ascii")
    else:
        lower = text.lower()
        if len(lower) != len(text):
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        marked = lower.translate(_MARKS)
    return _LINK.sub(lambda link: " " * len(link.group()), marked) if "http" in marked else marked


_LINK = re.compile(r"https?://[^\s)>\]\"']+")
_MARKS = str.maketrans({"’": "'", "‘": "'", "`": " ", "*": " ", "_": " ", "\n": " ", "\t": " "})
_PLAIN = bytes(
    ord(chr(byte).lower().translate(_MARKS)) if byte < 128 else ord(" ") for byte in range(256)
)  # both at once


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


_OPEN_NOT = re.compile(r"(?<!\w)(?=n't)")  # before what stands for the end of any such word


def signs_of(phrase: str) -> frozenset[str]:
    """Pieces of text, blanks single, of which one must be there for the phrase to match: as much of it as can be spelt.

    Of the runs of its parts that have at most MOST_SPELLINGS spellings, the one with most required parts is spelt.

    >>> sorted(signs_of("(did not|didn't) [really] help"))
    ['did not help', 'did not really help', "didn't help", "didn't really help"]
    """
    parts = [
        ((required or optional or word).split("|"), optional is not None)
        for required, optional, word in (match.groups() for match in _GROUP.finditer(phrase))
    ]
    runs = [parts[at:behind] for at in range(len(parts)) for behind in range(at + 1, len(parts) + 1)]
    runs = [
        run
        for run in runs
        if not run[0][1]
        and not run[-1][1]
        and prod(len(choices) + is_free for choices, is_free in run) <= MOST_SPELLINGS
    ]
    spelt = [frozenset(_spell(run)) for run in runs]
    sizes = [sum(not is_free for _, is_free in run) for run in runs]
    best = max(range(len(runs)), key=lambda at: (sizes[at], min(map(len, spelt[at]))), default=None)
    return frozenset(triggers_of(phrase)) if best is None else spelt[best]


def _spell(run: Sequence[tuple[Sequence[str], bool]]) -> Iterator[str]:
    for words in product(*(("", *choices) if is_free else choices for choices, is_free in run)):
        whole = " ".join(" ".join(words).split())
        yield max((piece.strip() for piece in _OPEN_NOT.split(whole)), key=len)


class _Screen:
    """Which cues can be in a text at all: one pass over it, before any pattern is tried."""

    def __init__(self) -> None:
        self.cues = load_cues()
        owners: dict[str, set[tuple[int, int]]] = defaultdict(set)  # sign -> places of a cue and of one of its parts
        for place, cue in enumerate(self.cues):
            for number, phrase in enumerate(cue.phrases):
                for sign in signs_of(phrase):
                    owners[sign].add((place, number))
            for number in range(len(cue.phrases), len(cue.parts)):
                for trigger in cue.triggers:
                    owners[trigger].add((place, number))
        signs = sorted(owners)
        self._owners = [owners[sign] for sign in signs]
        self._automaton = AhoCorasick(signs, matchkind=MatchKind.Standard)

    def search(self, normal: str) -> list[CueHit]:
        """All cues in a text."""
        single = " ".join(normal.split())
        found: dict[int, set[int]] = defaultdict(set)
        for sign in {match[0] for match in self._automaton.find_matches_as_indexes(single, overlapping=True)}:
            for place, number in self._owners[sign]:
                found[place].add(number)
        hits: list[CueHit] = []
        for place, numbers in found.items():
            cue = self.cues[place]
            hits += [CueHit(cue, start, end) for start, end in _matches(cue, numbers, normal)]
        return hits


def _matches(cue: Cue, numbers: Iterable[int], normal: str) -> list[tuple[int, int]]:
    """Where a cue is found when only some parts can match: parts alone are quicker, and the same if none overlap."""
    spans = sorted(match.span() for number in numbers for match in cue.parts[number].finditer(normal))
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        return [match.span() for match in cue.pattern.finditer(normal)]
    return spans


@cache
def _screen() -> _Screen:
    return _Screen()


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
        if bool(row.get("expressions")) != bool(row.get("triggers")):
            raise CatalogueError(
                f"cues.toml: entry {row['id']!r} needs triggers for its expressions, and only for them"
            )
        phrases = tuple(normalise(phrase) for phrase in row.get("phrases", ()))
        parts = [*map(compile_phrase, phrases), *row.get("expressions", ())]
        pattern = re.compile("|".join(parts))
        cues[row["id"]] = Cue(
            row["id"],
            row["kind"],
            row["value"],
            row.get("polarity"),
            side,
            row.get("within", ANYWHERE),
            row["strength"],
            pattern,
            tuple(row.get("triggers", ())),
            tuple(row["matches"]),
            tuple(row["misses"]),
            phrases,
            tuple(map(re.compile, parts)),
        )
    return tuple(cues.values())


def find_cues(text: str, kind: str) -> tuple[CueHit, ...]:
    """All cues of a kind in a text, by place; a cue may be found several times."""
    return _all_cues(text).get(kind, ())


@lru_cache(maxsize=2048)  # a statement is asked once for each kind and each of its names
def _all_cues(text: str) -> dict[str, tuple[CueHit, ...]]:
    hits = sorted(_screen().search(normalise(text)), key=lambda hit: (hit.start, hit.end, hit.cue.id))
    return {kind: tuple(hit for hit in hits if hit.cue.kind == kind) for kind in {hit.cue.kind for hit in hits}}
