"""Find the phrases of a word list in a text, all in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from analysis.task_types_words import stem, tokens

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Phrase(Generic[T]):
    rest: tuple[str, ...]  # what must follow the first word
    value: T
    length: int


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """One place where a phrase stands."""

    value: T
    start: int  # words [start, start + length) of the text
    length: int
    surface: str  # the words as written, lower case


@dataclass(slots=True)
class PhraseFinder(Generic[T]):
    """Phrases with what they stand for; "retin*" stands for every word that begins so, other words meet by stem."""

    _exact: dict[str, list[_Phrase[T]]] = field(default_factory=dict)
    _begins: dict[str, list[_Phrase[T]]] = field(default_factory=dict)
    _lengths: set[int] = field(default_factory=set)

    @classmethod
    def build(cls, lists: Iterable[tuple[str, T]]) -> PhraseFinder[T]:
        """A finder of the comma-separated phrases of each list, every one standing for the list's value."""
        finder = cls()
        for phrases, value in lists:
            for phrase in phrases.split(","):
                finder._add(phrase, value)
        return finder

    def _add(self, phrase: str, value: T) -> None:
        words = [
            word if word.endswith("*") else stem(word)
            for part in phrase.split()
            for word in ([part.casefold()] if part.endswith("*") else tokens(part))
        ]
        if not words:
            return
        entry = _Phrase(tuple(words[1:]), value, len(words))
        if words[0].endswith("*"):
            beginning = words[0][:-1]
            self._begins.setdefault(beginning, []).append(entry)
            self._lengths.add(len(beginning))
        else:
            self._exact.setdefault(words[0], []).append(entry)

    def find(self, text: str) -> list[Hit[T]]:
        """Every hit in the text, by place and then in the order of the lists; hits may overlap."""
        words = tokens(text)
        folded = [stem(word) for word in words]
        hits: list[Hit[T]] = []
        for place, word in enumerate(words):
            candidates = list(self._exact.get(folded[place], ()))
            for length in self._lengths:
                if len(word) >= length:
                    candidates += self._begins.get(word[:length], ())
            hits += [
                Hit(phrase.value, place, phrase.length, " ".join(words[place : place + phrase.length]))
                for phrase in candidates
                if _follows(phrase.rest, words, folded, place + 1)
            ]
        return hits


def lies_within(hit: Hit[T], others: list[Hit[None]]) -> bool:
    """Whether a hit is a part of one of the others and no longer than it."""
    return any(
        other.start <= hit.start and hit.start + hit.length <= other.start + other.length and hit.length < other.length
        for other in others
    )


def longest(hits: list[Hit[T]]) -> list[Hit[T]]:
    """The hits that lie in no longer one: "Jane Street" is no street."""
    return [
        hit
        for hit in hits
        if not any(
            other.length > hit.length
            and other.start <= hit.start
            and hit.start + hit.length <= other.start + other.length
            for other in hits
        )
    ]


def _follows(rest: tuple[str, ...], words: list[str], folded: list[str], place: int) -> bool:
    if place + len(rest) > len(words):
        return False
    return all(
        words[place + offset].startswith(wanted[:-1]) if wanted.endswith("*") else folded[place + offset] == wanted
        for offset, wanted in enumerate(rest)
    )


def read_weights(table: Mapping[str, object]) -> dict[str, float]:
    """A table of names and numbers from a data file; ValueError where a value is no number."""
    weights: dict[str, float] = {}
    for name, value in table.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{name!r} needs a number, not {value!r}")
        weights[name] = float(value)
    return weights
