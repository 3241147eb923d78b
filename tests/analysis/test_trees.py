"""Trees read all at once end in the leaves that a walk through each of them ends in."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from analysis.claims.trees import MOST_LEAVES, Tree, Trees, join_trees

NAMES = ("a", "b", "c", "d")
THRESHOLDS = (-1.5, 0.0, 1e-35, 0.5, 2.0)


def grow_tree(draw: random.Random, n_leaves: int) -> Tree:
    """A tree of a random shape."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []

    def add(n: int) -> int:
        if n == 1:
            value.append(round(draw.uniform(-1, 1), 5))
            return -len(value)
        at = len(feature)
        feature.append(draw.randrange(len(NAMES)))
        threshold.append(draw.choice(THRESHOLDS))
        left.append(0)
        right.append(0)
        n_left = draw.randrange(1, n)
        left[at] = add(n_left)
        right[at] = add(n - n_left)
        return at

    add(n_leaves)
    return Tree(feature, threshold, left, right, value)


@given(st.randoms(use_true_random=False), st.dictionaries(st.sampled_from(NAMES), st.sampled_from((-2.0, *THRESHOLDS))))
def test_sums_are_those_of_single_walks(draw: random.Random, features: dict[str, float]) -> None:
    trees = tuple(tuple(grow_tree(draw, draw.randint(1, MOST_LEAVES)) for _ in range(5)) for _ in range(3))
    row = [features.get(name, 0.0) for name in NAMES]
    expected = [sum(tree.score(row) for tree in some) for some in trees]
    assert Trees({name: at for at, name in enumerate(NAMES)}, ("x", "y", "z"), trees).sums(features) == expected


def test_a_tree_of_too_many_leaves_is_refused() -> None:
    tree = grow_tree(random.Random(1), MOST_LEAVES + 1)
    with pytest.raises(ValueError, match="more than 8 leaves"):
        Trees({name: at for at, name in enumerate(NAMES)}, (), ((tree,),))


def test_joined_trees_say_what_each_says_alone() -> None:
    one = Trees({"a": 0, "b": 1}, (), ((Tree([0, 1], [0.5, 2.0], [-1, -2], [1, -3], [10.0, 20.0, 30.0]),),))
    other = Trees({"b": 0}, (), ((Tree([0], [1.0], [-1], [-2], [-1.0, 1.0]), Tree([], [], [], [], [0.5])),))
    joined = join_trees({"one": one, "other": other})
    for row in ({"a": 1.0, "b": 1.5}, {"a": 0.2}, {"b": 3.0, "c": 9.0}, {}):
        assert joined.each(row) == {"one": one.probability(row), "other": other.probability(row)}
