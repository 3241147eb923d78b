"""Where a document speaks of each of its architectures: what tells which one an unnamed "this model" is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.claims.generic import UMBRELLAS
from analysis.claims.ruled_reasons import ruled_reasons
from analysis.claims.words import Words, key_of, read_words
from analysis.mentions.prose import PRONOUN
from analysis.mentions.statements import Statement
from corpus.ids import squash
from corpus.records import BlockKind, Status

# both of text in lower case: the choices of a pattern that ignores case are tried one by one at every word
GENERIC = re.compile(
    r"\b(?:models?|networks?|architectures?|approach(?:es)?|solutions?|ensembles?|backbones?|pipelines?|methods?|nets?|encoders?|nns?)\b"
)
ANOTHER = re.compile(r"\b(?:other|another|larger|bigger|smaller|different|alternative|more complex|deeper)\b")
NEAREST_WITHIN = 12  # statements back in which the nearest name is looked for
STEPS = ((0, "0"), (1, "1"), (2, "2"), (4, "3"), (8, "5"), (16, "9"))


class Subject(NamedTuple):
    """One architecture of the document as far as links need it."""

    key: str
    name: str
    kind: str
    status: Status


@dataclass(frozen=True, slots=True)
class References:
    """How one statement refers to architectures without their names."""

    features: frozenset[str]
    is_generic: bool
    is_pronoun: bool


@dataclass(frozen=True, slots=True)
class Crowd:
    """How often the subjects of a document are named: all together, at least 1, and the one named most."""

    subjects: Sequence[Subject]
    total: int
    most: int


class Outline:
    """The statements of one document, and where each architecture stands in them."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self._words: list[Words | None] = [None] * len(statements)
        self.keys: list[frozenset[str]] = [
            frozenset(key_of(m.architecture_id, m.name) for m in statement.mentions) for statement in statements
        ]
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, keys in enumerate(self.keys):
            for key in keys:
                self.places[key].append(place)
        self.counts = Counter(key_of(m.architecture_id, m.name) for s in statements for m in s.mentions)
        self._ruled: dict[int, frozenset[tuple[str, str, str]]] = {}
        self._topics: dict[tuple[str, ...], list[frozenset[str]]] = {}
        self._references: dict[int, References] = {}
        self._crowd: Crowd | None = None
        self._headings = {
            squash(s.text): self.keys[place] for place, s in enumerate(statements) if s.kind is BlockKind.HEADING
        }

    def words(self, place: int) -> Words:
        """The words of the statement at a place, read once."""
        found = self._words[place]
        if found is None:
            found = self._words[place] = read_words(self.statements[place])
        return found

    def ruled(self, place: int) -> frozenset[tuple[str, str, str]]:
        """The reasons that rules alone read in the statement at a place, read once."""
        found = self._ruled.get(place)
        if found is None:
            found = self._ruled[place] = ruled_reasons(self.statements[place])
        return found

    def references(self, place: int) -> References:
        """How the statement at a place refers to what it does not name, read once."""
        found = self._references.get(place)
        if found is None:
            found = self._references[place] = _read_references(self.statements[place].text)
        return found

    def crowd(self, subjects: Sequence[Subject]) -> Crowd:
        """How often subjects are named, counted once as long as the same ones are asked for."""
        if self._crowd is None or self._crowd.subjects is not subjects:
            counts = [self.counts[subject.key] for subject in subjects]
            self._crowd = Crowd(subjects, max(1, sum(counts)), max(counts))
        return self._crowd

    def beside(self, place: int, key: str) -> tuple[int | None, int | None]:
        """The last place before one, and the first behind it, where an architecture is named."""
        places = self.places.get(key, [])
        at = bisect_left(places, place)
        behind = at + (at < len(places) and places[at] == place)
        return places[at - 1] if at else None, places[behind] if behind < len(places) else None

    def topics(self, headings: tuple[str, ...]) -> list[frozenset[str]]:
        """What each heading of a trail names, outermost first."""
        if headings not in self._topics:
            self._topics[headings] = [self._headings.get(squash(h), frozenset()) for h in headings]
        return self._topics[headings]

    def nearest_keys(self, place: int) -> frozenset[str]:
        """What the last statement before `place` that names anything names."""
        for before in range(place - 1, max(-1, place - NEAREST_WITHIN - 1), -1):
            if self.keys[before]:
                return self.keys[before]
        return frozenset()


def distance_name(steps: int | None) -> str:
    """A distance in statements as a feature's ending."""
    if steps is None:
        return "none"
    return next((name for most, name in STEPS if steps <= most), "far")


def link_features(outline: Outline, place: int, subject: Subject, subjects: Sequence[Subject]) -> set[str]:
    """How the statement at a place hangs together with one of the document's subjects."""
    return set().union(*link_parts(outline, place, subject, subjects))


def link_parts(
    outline: Outline, place: int, subject: Subject, subjects: Sequence[Subject]
) -> tuple[frozenset[str], ...]:
    """The same in parts that come again and again; no two hold the same feature."""
    key = subject.key
    keys = outline.keys[place]
    is_named = key in keys
    back, ahead = outline.beside(place, key)
    behind = distance_name(None if back is None else place - back)
    crowd = outline.crowd(subjects)
    is_top = outline.counts[key] >= crowd.most
    return (
        _distances(behind, distance_name(None if ahead is None else ahead - place)),
        _named(outline.statements[place], subject, keys) if is_named else _unnamed(outline, place, subject),
        _neighbourhood(outline, place, key, back, ahead),
        _references(outline.references(place), is_named, behind, is_top),
        _weight(int(5 * outline.counts[key] / crowd.total), is_top, subject, len(subjects), is_named),
    )


@cache
def _distances(behind: str, ahead: str) -> frozenset[str]:
    return frozenset({f"back:{behind}", f"ahead:{ahead}"})


def _named(statement: Statement, subject: Subject, keys: frozenset[str]) -> frozenset[str]:
    origin = statement.span.start
    starts = [(m.span.start - origin, key_of(m.architecture_id, m.name) == subject.key) for m in statement.mentions]
    first = min(start for start, is_mine in starts if is_mine)
    return _first_named(min(4, len(keys)), first <= min(start for start, _ in starts), first < 30)


@cache
def _first_named(n_names: int, is_first: bool, is_early: bool) -> frozenset[str]:
    features = {"named", f"names:{n_names}", "named:first" if is_first else "named:later"}
    return frozenset(features | {"named:early"} if is_early else features)


def _unnamed(outline: Outline, place: int, subject: Subject) -> frozenset[str]:
    statement, keys = outline.statements[place], outline.keys[place]
    is_umbrella = any(subject.kind in UMBRELLAS.get(key, ()) for key in keys)
    nearest = outline.nearest_keys(place)
    n_nearest = min(3, len(nearest))
    is_intro = bool(statement.intro) and subject.name.casefold() in statement.intro.casefold()
    return _not_named(bool(keys), is_umbrella, n_nearest, subject.key in nearest, is_intro)


@cache
def _not_named(has_others: bool, is_umbrella: bool, n_nearest: int, is_nearest: bool, is_intro: bool) -> frozenset[str]:
    features = {"unnamed", "others:named" if has_others else "others:none"}
    if is_umbrella:
        features.add("umbrella")
    if n_nearest:
        features.update(("nearest", f"nearest:{n_nearest}") if is_nearest else ("nearest:other",))
    if is_intro:
        features.add("intro")
    return frozenset(features)


def _neighbourhood(outline: Outline, place: int, key: str, back: int | None, ahead: int | None) -> frozenset[str]:
    statements = outline.statements
    statement = statements[place]
    beside = [p for p in (back, ahead) if p is not None]
    over = ""
    if statement.kind is BlockKind.HEADING and ahead is not None:
        trail = statements[ahead].headings
        if trail and squash(trail[-1]) == squash(statement.text):
            over = "heading:over"
        elif any(squash(heading) == squash(statement.text) for heading in trail):
            over = "heading:above"
    topics = outline.topics(statement.headings)
    topic = ""
    if topics and key in topics[-1]:
        topic = "topic"
    elif any(key in topic for topic in topics):
        topic = "topic:above"
    elif topics and topics[-1]:
        topic = "topic:other"
    return _placed(
        back is not None and statements[back].segment == statement.segment,
        ahead is not None and statements[ahead].segment == statement.segment,
        any(statements[p].headings == statement.headings for p in beside),
        over,
        topic,
    )


@cache
def _placed(is_behind: bool, is_before: bool, is_in_section: bool, over: str, topic: str) -> frozenset[str]:
    features = {"section" if is_in_section else "section:other", over, topic}
    if is_behind:
        features.add("paragraph:back")
    if is_before:
        features.add("paragraph:ahead")
    return frozenset(features - {""})


def _read_references(text: str) -> References:
    lower = text.lower()
    words = set(GENERIC.findall(lower))
    features = {f"says:{word}" for word in words}
    is_pronoun = PRONOUN.match(text) is not None
    if is_pronoun:
        features.add("pronoun")
    if ANOTHER.search(lower):
        features.add("another")
    return References(frozenset(features), bool(words), is_pronoun)


def _references(references: References, is_named: bool, behind: str, is_top: bool) -> frozenset[str]:
    if is_named or not (references.is_pronoun or references.is_generic):
        return references.features
    return _in_place_of_name(references.features, references.is_pronoun, references.is_generic, behind, is_top)


@lru_cache(maxsize=4096)
def _in_place_of_name(
    features: frozenset[str], is_pronoun: bool, is_generic: bool, behind: str, is_top: bool
) -> frozenset[str]:
    more = {f"pronoun:{behind}"} if is_pronoun else set()
    if is_generic:
        more |= {f"generic:{behind}", "generic:top" if is_top else "generic:low"}
    return features | more


@lru_cache(maxsize=1024)  # the same for all statements that name a subject, and for all that do not
def _weight(fifths: int, is_top: bool, subject: Subject, n: int, is_named: bool) -> frozenset[str]:
    size = str(n) if n < 3 else "3" if n <= 4 else "5" if n <= 7 else "many"
    return frozenset(
        {
            f"share:{fifths}",
            "top" if is_top else "low",
            f"subjects:{size}",
            f"{'named' if is_named else 'unnamed'}:subjects:{size}",
            f"status:{subject.status.value}",
            f"kind:{subject.kind}",
        }
    )
