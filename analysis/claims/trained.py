"""Trained judges: sums of weights and small trees over named features, read from one file that ships.

`scripts/train_judges.py` makes `judges.json.gz`; `docs/judges.md` is its model card. Both kinds are evaluated here in
plain Python, the same on every machine: no library of the training is needed to use them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

# a leaf's value, or: feature, threshold, what follows up to the threshold, what follows above it
Node = float | tuple[int, float, "Node", "Node"]
SUMS = ("standing_words", "screen", "sentence", "target", "link", "category")


@dataclass(frozen=True, slots=True)
class Sums:
    """For each name a constant and a sum of weights over the features that are present: log odds, above 0 is yes."""

    names: tuple[str, ...]
    biases: tuple[int, ...]
    weights: dict[str, tuple[int, ...]]  # thousandths, by feature, in the order of the names

    def scores(self, features: Set[str]) -> dict[str, float]:
        """The log odds by name; features that were not learnt weigh nothing.

        Weights are whole thousandths: their sum is the same in whatever order a set gives its features.
        """
        return self.scores_of(self.total(features))

    def total(self, features: Set[str]) -> tuple[int, ...]:
        """The sum of the features' weights in thousandths, without the constants: sums of disjoint sets add up."""
        known = list(filter(None, map(self.weights.get, features)))
        return tuple(map(sum, zip(*known, strict=True))) if known else (0,) * len(self.names)

    def scores_of(self, *totals: tuple[int, ...]) -> dict[str, float]:
        """The log odds by name for features whose totals are known."""
        columns = zip(self.biases, *totals, strict=True)
        return {name: sum(column) / 1000 for name, column in zip(self.names, columns, strict=True)}


@dataclass(frozen=True, slots=True)
class Tree:
    """One regression tree as parallel arrays; a negative child c is leaf -c-1."""

    feature: Sequence[int]
    threshold: Sequence[float]
    left: Sequence[int]
    right: Sequence[int]
    value: Sequence[float]

    def grow(self, node: int = 0) -> Node:
        """The tree from a node on as nested tuples: the quickest form to read."""
        if node < 0 or not self.feature:
            return self.value[-node - 1] if node else self.value[0]
        children = self.grow(self.left[node]), self.grow(self.right[node])
        return self.feature[node], self.threshold[node], *children

    def score(self, row: Sequence[float]) -> float:
        """The value of the leaf that a row ends in; a row goes left where its feature is at most the threshold."""
        return _sum_nodes((self.grow(),), row)


def _sum_nodes(roots: Sequence[Node], row: Sequence[float]) -> float:
    """The values of the leaves that a row ends in, added up in the order of the trees."""
    total = 0.0
    for node in roots:
        while isinstance(node, tuple):
            at, threshold, low, high = node
            node = low if row[at] <= threshold else high
        total += node
    return total


@dataclass(frozen=True, slots=True)
class Trees:
    """Sums of trees over one row of features: one sum per class, or one alone for yes or no."""

    features: Mapping[str, int]  # name -> place in the row
    classes: tuple[str, ...]  # () for yes or no
    trees: tuple[tuple[Tree, ...], ...]  # by class
    roots: tuple[tuple[Node, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roots", tuple(tuple(tree.grow() for tree in trees) for trees in self.trees))

    def row(self, features: Mapping[str, float]) -> list[float]:
        """The row of named features; those that no tree asks for are left out, absent ones are 0."""
        row = [0.0] * len(self.features)
        for name, value in features.items():
            at = self.features.get(name)
            if at is not None:
                row[at] = value
        return row

    def probability(self, features: Mapping[str, float]) -> float:
        """Of yes (0-1)."""
        row = self.row(features)
        return sigmoid(_sum_nodes(self.roots[0], row))

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """Of every class; they add up to 1."""
        row = self.row(features)
        sums = [_sum_nodes(roots, row) for roots in self.roots]
        highest = max(sums)
        powers = [math.exp(value - highest) for value in sums]
        return {name: power / sum(powers) for name, power in zip(self.classes, powers, strict=True)}


def sigmoid(score: float) -> float:
    """The probability of given log odds."""
    return 1.0 / (1.0 + math.exp(-score)) if score > -700 else 0.0


@dataclass(frozen=True, slots=True)
class Judges:
    """Everything that is trained.

    Attributes:
        standing_words: what the words around one name say for each standing (used, tried, mentioned, none).
        standing: the standing of a claim, from all its mentions.
        roles: for each role whether a claim has it.
        screen: whether a statement is worth reading for reasons, by its words alone.
        sentence: for each polarity whether a statement gives a reason for anything.
        target: for each polarity what a statement says of one name in it.
        link: for each polarity whether a statement's reason is about an architecture.
        reason: whether a claim has a reason of a polarity at all, from its statements.
        category: for each category whether a reason's statement is of it.
        cuts: thresholds, by name.
        version: changes with every training.
    """

    standing_words: Sums
    standing: Trees
    roles: Mapping[str, Trees]
    screen: Sums
    sentence: Sums
    target: Sums
    link: Sums
    reason: Trees
    category: Sums
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
        roles={name: _trees(row) for name, row in stored["roles"].items()},
        reason=_trees(stored["reason"]),
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
