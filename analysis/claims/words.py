"""What a trained judge sees of a statement: its words with names masked, and the classes that words belong to.

Classes are data (`word_classes.toml`): a word that no annotated sentence holds still counts as its class.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from analysis.claims.cues import normalise
from analysis.mentions.statements import Statement
from corpus.ids import squash

TARGET, OTHER = "$T$", "$O$"  # the name that is judged, and every other one
NEGATED_WITHIN = 4  # words behind a negation
PAIRED_WITHIN = 7  # words between two classes that are seen together
PAIRED_CLASSES = 6  # classes behind one that are seen together with it
BEFORE, BEHIND = 6, 8  # words beside the target that are seen with their side
LONGEST_PHRASE = 3
WORD = "w:"  # how the feature of a word starts
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d[\d.,]*(?:st|nd|rd|th)?%?|->|→|[!?>=<+]|\x00")
_NUMBERS = (
    (re.compile(r"0\.\d+"), "#share"),
    (re.compile(r"(?:19|20)\d\d"), "#year"),
    (re.compile(r"\d+\D+"), "#rank"),
)


class Words(NamedTuple):
    """The words of one statement; `names` gives for the index of each masked name its architecture's key."""

    words: tuple[str, ...]
    names: dict[int, str]

    def seen_from(self, key: str | None) -> Sequence[str]:
        """The words with the target's names as TARGET and all others as OTHER."""
        if not self.names:
            return self.words
        seen = list(self.words)
        for place, name in self.names.items():
            seen[place] = TARGET if name == key else OTHER
        return seen


def key_of(architecture_id: str | None, name: str) -> str:
    """What stands for an architecture inside one document: its id, else its name."""
    return architecture_id or f"name:{squash(name)}"


def read_words(statement: Statement) -> Words:
    """The statement's words in lower case, numbers by their kind, names masked."""
    text, origin = statement.text, statement.span.start
    if not statement.mentions:
        return Words(_plain_words(text), {})
    pieces: list[str] = []
    keys: list[str] = []
    last = 0
    for mention in sorted(statement.mentions, key=lambda m: m.span.start):
        start, end = mention.span.start - origin, mention.span.end - origin
        if start >= last:
            pieces += (text[last:start], " \x00 ")
            keys.append(key_of(mention.architecture_id, mention.name))
            last = end
    pieces.append(text[last:])
    found = _WORD.findall(normalise("".join(pieces)))
    places = [place for place, word in enumerate(found) if word == "\x00"]
    return Words(_words(found), dict(zip(places, keys, strict=False)))


@lru_cache(maxsize=4096)  # headings and introductions are read once for each of their statements
def read_plain_words(text: str) -> tuple[str, ...]:
    """The words of a text in which no name is masked."""
    return _plain_words(text)


def _plain_words(text: str) -> tuple[str, ...]:
    return _words(_WORD.findall(normalise(text)))


def _words(found: Sequence[str]) -> tuple[str, ...]:
    return tuple([word if word.isalpha() else _word(word) for word in found])


def _word(found: str) -> str:
    if not found[0].isdigit():
        return found
    plain = found.rstrip("%.,")
    return next((kind for pattern, kind in _NUMBERS if pattern.fullmatch(plain)), "#number")


@cache
def load_classes() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Class of each word or phrase ("-" joins its words), and the beginnings that stand for any ending."""
    rows = tomllib.loads(files("analysis.claims").joinpath("word_classes.toml").read_text(encoding="utf-8"))["classes"]
    whole: dict[str, str] = {}
    beginnings: list[tuple[str, str]] = []
    for name, forms in rows.items():
        for form in forms.split():
            if form.endswith("*"):
                beginnings.append((form[:-1], name))
            else:
                whole.setdefault(form, name)
    return whole, tuple(beginnings)


@cache
def _class_of(word: str) -> str | None:
    whole, beginnings = load_classes()
    if word in (TARGET, OTHER) or word[0] == "#":
        return word
    return whole.get(word) or next((name for start, name in beginnings if word.startswith(start)), None)


@cache
def _first_words() -> frozenset[str]:
    return frozenset(form.split("-", 1)[0] for form in load_classes()[0] if "-" in form)


def read_classes(words: Sequence[str]) -> list[tuple[int, str]]:
    """Place and class of every word that has one; the longest phrase counts."""
    names = list(map(_class_of, words))
    behind = 0
    for place in _phrase_starts(words):
        length, name = _phrase_at(words, place) if place >= behind else (1, None)
        if name:
            behind = place + length
            names[place:behind] = [name, *[None] * (length - 1)]
    return [(place, name) for place, name in enumerate(names) if name]


def _phrase_starts(words: Sequence[str]) -> list[int]:
    phrases = _first_words()
    return [] if phrases.isdisjoint(words) else [place for place, word in enumerate(words) if word in phrases]


def _phrase_at(words: Sequence[str], place: int) -> tuple[int, str | None]:
    """Length and class of the longest phrase that starts at a place; 1 and None where there is none."""
    whole = load_classes()[0]
    for length in range(min(LONGEST_PHRASE, len(words) - place), 1, -1):
        name = whole.get("-".join(words[place : place + length]))
        if name:
            return length, name
    return 1, None


def word_features(words: Sequence[str]) -> set[str]:
    """Words and pairs of neighbours."""
    return {f"{WORD}{word}" for word in words} | {f"b:{one}_{two}" for one, two in itertools.pairwise(words)}


def class_features(words: Sequence[str]) -> set[str]:
    """Classes, negated or not, those that stand near each other in their order, and threes in a row."""
    classes = read_classes(words)
    features: set[str] = set()
    add = features.add
    negation = -PAIRED_WITHIN  # place of the last one
    for at, (place, name) in enumerate(classes):
        add(f"k:!{name}" if place - negation <= NEGATED_WITHIN else f"k:{name}")
        if name == "negation":
            negation = place
        next_ = classes[at + 1 : at + 1 + PAIRED_CLASSES]
        for other, behind in next_:
            if other - place > PAIRED_WITHIN:
                break
            add(f"p:{name}>{behind}")
        if len(next_) > 1 and next_[1][0] - place <= PAIRED_WITHIN + 2:
            add(f"t:{name}>{next_[0][1]}>{next_[1][1]}")
    return features


def _target_classes(words: Sequence[str]) -> Iterator[str]:
    """Those of the class features that hold the target."""
    classes = read_classes(words)
    for at, (place, name) in enumerate(classes):
        if name != TARGET:
            continue
        is_negated = any(
            no == "negation" and place - other <= NEGATED_WITHIN for other, no in classes[:at][-NEGATED_WITHIN:]
        )
        yield f"k:!{TARGET}" if is_negated else f"k:{TARGET}"
        for other, behind in classes[at + 1 : at + 1 + PAIRED_CLASSES]:
            if other - place <= PAIRED_WITHIN:
                yield f"p:{TARGET}>{behind}"
        for other, before in classes[max(0, at - PAIRED_CLASSES) : at]:
            if place - other <= PAIRED_WITHIN:
                yield f"p:{before}>{TARGET}"
        for first in range(max(0, at - 2), min(at, len(classes) - 3) + 1):
            if classes[first + 2][0] - classes[first][0] <= PAIRED_WITHIN + 2:
                yield f"t:{'>'.join(name for _, name in classes[first : first + 3])}"


def target_features(words: Sequence[str]) -> set[str]:
    """What stands on either side of the target, near it; the words are seen from it."""
    features = {f"x:{feature}" for feature in _target_classes(words)}
    places = [place for place, word in enumerate(words) if word == TARGET][:3]
    for place in places:
        features |= {f"pre:{word}" for word in words[max(0, place - BEFORE) : place]}
        features |= {f"post:{word}" for word in words[place + 1 : place + 1 + BEHIND]}
        if place:
            features.add(f"p1:{words[place - 1]}")
        if place > 1:
            features.add(f"p2:{words[place - 2]}_{words[place - 1]}")
        if place + 1 < len(words):
            features.add(f"n1:{words[place + 1]}")
        if place + 2 < len(words):
            features.add(f"n2:{words[place + 1]}_{words[place + 2]}")
    return features
