"""Trained judges: sums of weights and small trees over named features, read from one file that ships.

`scripts/train_judges.py` makes `judges.json.gz`; `docs/judges.md` is its model card. Both kinds are evaluated here in
plain Python, the same on every machine: no library of the training is needed to use them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from analysis.claims.trees import Tree, Trees, join_trees

SUMS = ("standing_words", "screen", "sentence", "target", "link", "category")


COLUMN_BITS = 32  # of a sum of weights: those of all names are added at once, as one number
MOST_PARTS = 20_000  # sets of features whose weight is remembered
HALF_COLUMN, COLUMN_MASK = 1 << COLUMN_BITS - 1, (1 << COLUMN_BITS) - 1


def _pack(row: Sequence[int]) -> int:
    """Several numbers as one; the sum of such is the sums of their columns, as one."""
    return sum(weight << COLUMN_BITS * place for place, weight in enumerate(row))


@dataclass(frozen=True, slots=True)
class Sums:
    """For each name a constant and a sum of weights over the features that are present: log odds, above 0 is yes."""

    names: tuple[str, ...]
    biases: tuple[int, ...]
    weights: dict[str, tuple[int, ...]]  # thousandths, by feature, in the order of the names
    packed: dict[str, int] = field(init=False, repr=False, compare=False)  # each feature's weights as one number
    _parts: dict[Set[str], int] = field(init=False, repr=False, compare=False, default_factory=dict)  # weighed before
    _endings: dict[str, dict[str, int]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "packed", {feature: _pack(row) for feature, row in self.weights.items()})

    def scores(self, features: Set[str]) -> dict[str, float]:
        """The log odds by name; features that were not learnt weigh nothing.

        Weights are whole thousandths: their sum is the same in whatever order a set gives its features.
        """
        return self._unpack(self._weigh(features))

    def scores_of_endings(self, start: str, endings: Iterable[str]) -> dict[str, float]:
        """The log odds of features that all start alike, by the rest of their names."""
        if start not in self._endings:
            own = {name.removeprefix(start): row for name, row in self.packed.items() if name.startswith(start)}
            self._endings[start] = own
        return self._unpack(sum(filter(None, map(self._endings[start].get, set(endings)))))

    def scores_of_parts(self, once: Collection[str], parts: Iterable[frozenset[str]]) -> dict[str, float]:
        """The log odds of features that come in several sets, of which no two hold the same feature.

        Args:
            once: features that hardly come again together.
            parts: sets that come again and again: each is weighed once.
        """
        known = self._parts
        packed = self._weigh(once)
        for part in parts:
            weight = known.get(part)
            if weight is None:
                if len(known) >= MOST_PARTS:
                    known.clear()
                weight = known[part] = self._weigh(part)
            packed += weight
        return self._unpack(packed)

    def _weigh(self, features: Collection[str]) -> int:
        return sum(filter(None, map(self.packed.get, features)))

    def _unpack(self, packed: int) -> dict[str, float]:
        found = {}
        for name, bias in zip(self.names, self.biases, strict=True):
            column = ((packed + HALF_COLUMN) & COLUMN_MASK) - HALF_COLUMN
            packed = (packed - column) >> COLUMN_BITS
            found[name] = (bias + column) / 1000
        return found


@dataclass(frozen=True, slots=True)
class Judges:
    """Everything that is trained.

    Attributes:
        standing_words: what the words around one name say for each standing (used, tried, mentioned, none).
        standing: the standing of a claim, from all its mentions.
        roles: for each role, a class of its own, whether a claim has it.
        screen: whether a statement is worth reading for reasons, by its words alone.
        sentence: for each polarity whether a statement gives a reason for anything.
        target: for each polarity what a statement says of one name in it.
        link: for each polarity whether a statement's reason is about an architecture.
        reason: whether a claim has a reason of a polarity at all, from its statements.
        category: for each category whether a reason's statement is of it.
        categories: whether the reasons for or against a claim are of a category, from all its statements.
        cuts: thresholds, by name.
        version: changes with every training.
    """

    standing_words: Sums
    standing: Trees
    roles: Trees
    screen: Sums
    sentence: Sums
    target: Sums
    link: Sums
    reason: Trees
    category: Sums
    categories: Trees
    cuts: Mapping[str, float]
    version: str


@cache
def load_judges() -> Judges:
    """The judges that ship."""
    content = files("analysis.claims").joinpath("judges.json.gz").read_bytes()
    data = gzip.decompress(content)
    return read_judges(json.loads(data), hashlib.sha256(data).hexdigest()[:8])


def read_judges(stored: Mapping[str, Any], version: str) -> Judges:
    """Judges from what `scripts/train_judges.py` stores."""
    sums = {part: _sums(stored[part]) for part in SUMS}
    return Judges(
        standing=_trees(stored["standing"]),
        roles=join_trees({name: _trees(row) for name, row in stored["roles"].items()}),
        reason=_trees(stored["reason"]),
        categories=_trees(stored["categories"]),
        cuts=stored["cuts"],
        version=version,
        **sums,
    )


def _sums(stored: Mapping[str, Any]) -> Sums:
    weights = {feature: tuple(row) for feature, row in stored["weights"].items()}
    return Sums(tuple(stored["names"]), tuple(stored["biases"]), weights)


def _trees(stored: Mapping[str, Any]) -> Trees:
    return Trees(
        {name: at for at, name in enumerate(stored["features"])},
        tuple(stored["classes"]),
        tuple(tuple(Tree(*arrays) for arrays in trees) for trees in stored["trees"]),
    )
