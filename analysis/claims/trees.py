"""Sums of small regression trees, all of them read at once.

Every split that a row does not pass rules out the leaves to its left. For each feature the splits on it are kept by
threshold, with the leaves, as bits of one number, that are still open behind the first 0, 1, 2 ... of them; what stays
open behind all features is the leaf of each tree, its lowest bit. (C. Lucchese et al., QuickScorer, SIGIR 2015)
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import getitem

MOST_LEAVES = 8  # of one tree: one byte
_LOWEST_BIT = bytes((byte & -byte).bit_length() - 1 if byte else 0 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Tree:
    """One regression tree as parallel arrays; a negative child c is leaf -c-1."""

    feature: Sequence[int]
    threshold: Sequence[float]
    left: Sequence[int]
    right: Sequence[int]
    value: Sequence[float]

    def score(self, row: Sequence[float]) -> float:
        """The value of the leaf that a row ends in; a row goes left where its feature is at most the threshold."""
        node = 0 if self.feature else -1
        while node >= 0:
            at = self.feature[node]
            node = self.left[node] if row[at] <= self.threshold[node] else self.right[node]
        return self.value[-node - 1]

    def leaves(self, node: int) -> list[int]:
        """The leaves below a node, left to right."""
        if node < 0:
            return [-node - 1]
        return [*self.leaves(self.left[node]), *self.leaves(self.right[node])]

    def splits(self) -> Iterator[tuple[int, float, int]]:
        """Feature, threshold, and the bits of the leaves that are ruled out above it, of every node."""
        order = self.leaves(0 if self.feature else -1)
        for node, at in enumerate(self.feature):
            yield at, self.threshold[node], sum(1 << order.index(leaf) for leaf in self.leaves(self.left[node]))


@dataclass(frozen=True, slots=True)
class Splits:
    """All splits on one feature: their thresholds, and what is open behind the first 0, 1, 2 ... of them."""

    thresholds: tuple[float, ...]
    opens: tuple[int, ...]

    def open(self, value: float) -> int:
        """The leaves, as bits, that a value leaves open."""
        return self.opens[bisect_left(self.thresholds, value)]


@dataclass(frozen=True, slots=True)
class Trees:
    """Sums of trees over named features: one sum per class, or one alone for yes or no; absent features are 0.

    Raises:
        ValueError: a tree has more than MOST_LEAVES leaves.
    """

    features: Mapping[str, int]  # name -> place in the trees' rows
    classes: tuple[str, ...]  # () for yes or no
    trees: tuple[tuple[Tree, ...], ...]  # by class
    _splits: dict[str, Splits] = field(init=False, repr=False, compare=False)
    _absent: dict[str, int] = field(init=False, repr=False, compare=False)  # open where a feature is 0, if not all is
    _values: tuple[tuple[float, ...], ...] = field(init=False, repr=False, compare=False)  # leaves left to right

    def __post_init__(self) -> None:
        flat = [tree for trees in self.trees for tree in trees]
        if any(len(tree.value) > MOST_LEAVES for tree in flat):
            raise ValueError(f"a tree has more than {MOST_LEAVES} leaves")
        every = (1 << MOST_LEAVES * len(flat)) - 1
        found: dict[int, list[tuple[float, int]]] = {}
        for number, tree in enumerate(flat):
            for at, threshold, ruled_out in tree.splits():
                found.setdefault(at, []).append((threshold, ruled_out << MOST_LEAVES * number))
        splits = {}
        for name, at in self.features.items():
            opens = [every]
            own = sorted(found.get(at, ()))
            for _, ruled_out in own:
                opens.append(opens[-1] & ~ruled_out)
            if own:
                splits[name] = Splits(tuple(threshold for threshold, _ in own), tuple(opens))
        absent = {name: split.open(0.0) for name, split in splits.items()}
        values = tuple(tuple(tree.value[leaf] for leaf in tree.leaves(0 if tree.feature else -1)) for tree in flat)
        object.__setattr__(self, "_splits", splits)
        object.__setattr__(self, "_absent", {name: bits for name, bits in absent.items() if bits != every})
        object.__setattr__(self, "_values", values)

    def sums(self, features: Mapping[str, float]) -> list[float]:
        """For each class the values of its trees, added up in their order."""
        bits = (1 << MOST_LEAVES * len(self._values)) - 1
        for name, value in features.items():
            splits = self._splits.get(name)
            if splits is not None:
                bits &= splits.opens[bisect_left(splits.thresholds, value)]
        for name, opens in self._absent.items():
            if name not in features:
                bits &= opens
        leaves = bits.to_bytes(len(self._values), "little").translate(_LOWEST_BIT)
        scores = list(map(getitem, self._values, leaves))
        ends = [sum(map(len, self.trees[: at + 1])) for at in range(len(self.trees))]
        return [sum(scores[start:end]) for start, end in zip((0, *ends), ends, strict=False)]

    def probability(self, features: Mapping[str, float]) -> float:
        """Of yes (0-1)."""
        return sigmoid(self.sums(features)[0])

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """Of every class; they add up to 1."""
        sums = self.sums(features)
        highest = max(sums)
        powers = [math.exp(value - highest) for value in sums]
        return {name: power / sum(powers) for name, power in zip(self.classes, powers, strict=True)}

    def each(self, features: Mapping[str, float]) -> dict[str, float]:
        """Of every class for itself, yes or no (0-1)."""
        return dict(zip(self.classes, map(sigmoid, self.sums(features)), strict=True))


def join_trees(judges: Mapping[str, Trees]) -> Trees:
    """Judges of yes or no as the classes of one: what they share of a row is read once."""
    features = {name: at for at, name in enumerate(sorted(set().union(*(judge.features for judge in judges.values()))))}
    trees = []
    for judge in judges.values():
        place = {at: features[name] for name, at in judge.features.items()}
        own = (replace(tree, feature=[place[at] for at in tree.feature]) for tree in judge.trees[0])
        trees.append(tuple(own))
    return Trees(features, tuple(judges), tuple(trees))


def sigmoid(score: float) -> float:
    """The probability of given log odds."""
    return 1.0 / (1.0 + math.exp(-score)) if score > -700 else 0.0
