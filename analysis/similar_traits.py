"""Traits of data and format that competitions are compared by; the words for each stand in similar_traits.toml."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Iterable
from functools import lru_cache
from importlib.resources import files

from analysis.task_types_phrases import PhraseFinder
from corpus.errors import CatalogueError

KINDS = ("data", "format")
_YEARS_TO_HALF = 8  # a competition that many years older or younger is half as near in its format
_TEAMS_TO_NOTHING = math.log(100)  # a hundred times as many teams: no likeness of size left


@lru_cache(maxsize=1)
def load_traits() -> dict[str, str]:
    """Trait -> data or format; CatalogueError where the file says anything else."""
    kinds = {name: str(entry.get("kind")) for name, entry in _read().items()}
    if wrong := sorted(name for name, kind in kinds.items() if kind not in KINDS):
        raise CatalogueError(f"similar_traits.toml: {wrong[0]} has no kind of {KINDS}")
    return kinds


@lru_cache(maxsize=1)
def _read() -> dict[str, dict[str, object]]:
    return tomllib.loads(files("analysis").joinpath("similar_traits.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _finder() -> PhraseFinder[str]:
    return PhraseFinder.build((str(entry["words"]), name) for name, entry in _read().items())


@lru_cache(maxsize=1)
def _curated_names() -> dict[str, str]:
    named: dict[str, str] = {}
    for name, entry in _read().items():
        others = entry.get("curated", [name])
        if not isinstance(others, list):
            raise CatalogueError(f"similar_traits.toml: {name}: curated is no list")
        named.update(dict.fromkeys(map(str, others), name))
    return named


def read_traits(text: str, curated: Iterable[str] = ()) -> frozenset[str]:
    """Traits that a text speaks of, and those that a person noted; a note that the file lacks stands for itself."""
    names = _curated_names()
    return frozenset({hit.value for hit in _finder().find(text)} | {names.get(name, name) for name in curated})


def split_traits(traits: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Those of the data, and those of the format."""
    kinds = load_traits()
    of_format = frozenset(name for name in traits if kinds.get(name) == "format")
    return frozenset(traits) - of_format, of_format


def overlap(wanted: Collection[str], offered: Collection[str]) -> float:
    """How many of the wanted ones are there, against what else is; 0 to 1.

    >>> overlap({"pairs"}, {"pairs"}), overlap({"pairs"}, set()), round(overlap({"a", "b"}, {"a"}), 2)
    (1.0, 0.0, 0.71)
    """
    both = len(set(wanted) & set(offered))
    return both / math.sqrt(len(wanted) * len(offered)) if both else 0.0


def size_kin(one: int | None, other: int | None) -> float:
    """How near two numbers of teams lie, 0 to 1; 0 where one is not known.

    >>> size_kin(1000, 1000), size_kin(10, 1000), size_kin(None, 5)
    (1.0, 0.0, 0.0)
    """
    if not one or not other:
        return 0.0
    return round(max(0.0, 1.0 - abs(math.log(one / other)) / _TEAMS_TO_NOTHING), 9)


def year_kin(one: int | None, other: int | None) -> float:
    """How near two years lie, 0 to 1; 0 where one is not known."""
    return 0.5 ** (abs(one - other) / _YEARS_TO_HALF) if one and other else 0.0
