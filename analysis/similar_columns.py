"""The numbers behind the index of competitions: arrays that are built once and kept as bytes.

As bytes: a line that names the layout, a checksum of the rest, the length of the head, the head (JSON: names and
lengths) and the arrays one after the other. Reading it runs nothing and trusts no number in it.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import KeptIndexError

KIND = b"miner similar "
MAGIC = KIND + b"1\n"  # another layout takes another number
CODES = ("types_at", "metric_at", "traits_at")  # columns that hold places in `types`, `metrics` and `traits`
COLUMNS = (  # name and type code of every column with one value a competition
    *((name, "I") for name in CODES),
    ("years", "q"),  # 0: not known, as in the two that follow
    ("n_teams", "q"),
    ("over_on", "q"),  # proleptic ordinal of the day on which it was over
    ("slack", "d"),  # what a word's weight is set against: long texts have more
    ("topic_norms", "d"),
)


@dataclass(slots=True)
class Postings:
    """Which competitions have each term, by number, and how much it weighs there."""

    weight_code: str  # type code of the weights
    n: int = 0  # competitions
    terms: dict[str, int] = field(default_factory=dict)  # place of each term
    ends: array[int] = field(default_factory=lambda: array("Q"))  # where each term's numbers end, by place
    numbers: array[int] = field(default_factory=lambda: array("I"))
    weights: array[Any] = field(default_factory=lambda: array("B"))

    @classmethod
    def build(cls, weight_code: str, found: Sequence[dict[str, Any]]) -> Postings:
        """Postings of these terms with weights, one dict a competition, in the order of their numbers."""
        by_term: dict[str, tuple[array[int], array[Any]]] = {}
        for number, terms in enumerate(found):
            for term, weight in terms.items():
                at = by_term.get(term)
                if at is None:
                    at = by_term[term] = (array("I"), array(weight_code))
                at[0].append(number)
                at[1].append(weight)
        postings = cls(weight_code, len(found), weights=array(weight_code))
        for place, term in enumerate(sorted(by_term)):
            numbers, weights = by_term[term]
            postings.terms[term] = place
            postings.numbers.extend(numbers)
            postings.weights.extend(weights)
            postings.ends.append(len(postings.numbers))
        return postings

    def count(self, term: str) -> int:
        """How many competitions have the term."""
        start, end = self._span(term)
        return end - start

    def of(self, term: str) -> tuple[Sequence[int], Sequence[Any]]:
        """Numbers of the competitions that have the term, rising, and its weight in each.

        Raises:
            KeptIndexError: a number is none of a competition's; looked at here, for looking at all takes too long.
        """
        start, end = self._span(term)
        numbers = self.numbers[start:end]
        if end > start and max(numbers) >= self.n:
            raise KeptIndexError(f"the kept index is damaged: {term!r} leads outside")
        return numbers, self.weights[start:end]

    def has(self, term: str, number: int) -> bool:
        """Whether a competition has the term."""
        start, end = self._span(term)
        place = bisect_left(self.numbers, number, start, end)
        return place < end and self.numbers[place] == number

    def _span(self, term: str) -> tuple[int, int]:
        place = self.terms.get(term)
        if place is None:
            return 0, 0
        return self.ends[place - 1] if place else 0, self.ends[place]


@dataclass(slots=True)
class Columns:
    """All numbers of an index; a competition's number is its place in `keys`."""

    keys: list[str] = field(default_factory=list)  # platform/slug, sorted by slug and platform
    types: list[tuple[str, ...]] = field(default_factory=list)  # every combination of task types that there is
    metrics: list[str | None] = field(default_factory=list)  # families
    traits: list[tuple[str, ...]] = field(default_factory=list)  # combinations, sorted
    is_curated: bool = False  # most have curated words
    newest_year: int | None = None
    of: dict[str, array[Any]] = field(default_factory=lambda: {name: array(code) for name, code in COLUMNS})
    words: Postings = field(default_factory=lambda: Postings("B"))  # weights are masks of the fields
    topics: Postings = field(default_factory=lambda: Postings("f"))

    def arrays(self) -> list[array[Any]]:
        """Every array in the order in which they are kept."""
        return [
            *(self.of[name] for name, _ in COLUMNS),
            *(part for post in (self.words, self.topics) for part in (post.ends, post.numbers, post.weights)),
        ]


def to_bytes(columns: Columns, stamp: str) -> bytes:
    """The columns as they are kept, under a stamp that says what they were made from."""
    arrays = columns.arrays()
    head = {
        "stamp": _stamped(stamp),
        "keys": columns.keys,
        "types": columns.types,
        "metrics": columns.metrics,
        "traits": columns.traits,
        "is_curated": columns.is_curated,
        "newest_year": columns.newest_year,
        "words": list(columns.words.terms),
        "topics": list(columns.topics.terms),
        "lengths": [len(values) for values in arrays],
    }
    told = json.dumps(head, separators=(",", ":")).encode()
    body = b"".join((len(told).to_bytes(8, "little"), told, *(values.tobytes() for values in arrays)))
    return b"".join((MAGIC, zlib.crc32(body).to_bytes(4, "little"), body))


def from_bytes(kept: bytes, stamp: str) -> Columns:
    """The columns that `to_bytes` gave.

    Raises:
        KeptIndexError: the bytes are damaged, of another layout, or were kept under another stamp.
    """
    start = len(MAGIC) + 4
    if not kept.startswith(KIND):
        raise KeptIndexError("the kept index is damaged: it does not begin as one")
    if not kept.startswith(MAGIC):
        raise KeptIndexError("the kept index has the layout of another version", is_damaged=False)
    view = memoryview(kept)
    if zlib.crc32(view[start:]) != int.from_bytes(kept[len(MAGIC) : start], "little"):
        raise KeptIndexError("the kept index is damaged: its checksum is wrong")
    try:
        size = int.from_bytes(view[start : start + 8], "little")
        head = json.loads(bytes(view[start + 8 : start + 8 + size]))
        if head["stamp"] != _stamped(stamp):
            raise KeptIndexError("the kept index was made from another state", is_damaged=False)
        return _checked(_read(head, view[start + 8 + size :]))
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise KeptIndexError(f"the kept index is damaged: {error}") from error


def _read(head: dict[str, Any], body: memoryview) -> Columns:
    columns = Columns(
        keys=_texts(head["keys"]),
        types=[tuple(_texts(names)) for names in head["types"]],
        metrics=[None if name is None else str(name) for name in head["metrics"]],
        traits=[tuple(_texts(names)) for names in head["traits"]],
        is_curated=bool(head["is_curated"]),
        newest_year=None if head["newest_year"] is None else int(head["newest_year"]),
    )
    for postings, name in ((columns.words, "words"), (columns.topics, "topics")):
        postings.terms = {term: place for place, term in enumerate(_texts(head[name]))}
        postings.n, postings.weights = len(columns.keys), array(postings.weight_code)
    at = 0
    for values, length in zip(columns.arrays(), head["lengths"], strict=True):
        size = int(length) * values.itemsize
        if size < 0 or at + size > len(body):
            raise ValueError("it is cut short")
        values.frombytes(body[at : at + size])
        at += size
    if at != len(body):
        raise ValueError("it is too long")
    return columns


def _checked(columns: Columns) -> Columns:
    """The columns, if no number in them leads outside."""
    n = len(columns.keys)
    if any(len(values) != n for values in columns.of.values()):
        raise ValueError("a column is missing values")
    n_known = (len(columns.types), len(columns.metrics), len(columns.traits))
    for name, n_names in zip(CODES, n_known, strict=True):
        if n and max(columns.of[name]) >= n_names:
            raise ValueError(f"{name} leads outside")
    if n and not min(columns.of["slack"]) > 0:
        raise ValueError("slack is no length")
    for postings in (columns.words, columns.topics):
        ends = list(postings.ends)
        if (
            len(ends) != len(postings.terms)
            or ends != sorted(ends)
            or (ends[-1] if ends else 0) != len(postings.numbers)
        ):
            raise ValueError("terms and numbers differ")
        if len(postings.numbers) != len(postings.weights):
            raise ValueError("numbers and weights differ")
    return columns


def _stamped(stamp: str) -> str:
    """The stamp with what makes bytes of one machine unreadable on another."""
    sizes = "".join(f"{code}{array(code).itemsize}" for code in "BIQfdq")
    return f"{stamp} {sys.byteorder} {sizes}"


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or set(map(type, values)) - {str}:
        raise ValueError("a list of texts holds something else")
    return values
