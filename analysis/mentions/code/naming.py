"""What the code path needs of the name finder: two questions, answered alike by the real one and by a test's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

_WORD = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_BUILDER = re.compile(
    r"^(?:(?:build|create|make|get|load|init|define|train|fit|run|new|custom|my|base|timm|hf)_)+|_(?:model|net|network)$",
    re.I,
)


GENERIC_WORDS = ("CNN", "1D CNN", "3D CNN", "MLP", "Transformer", "RNN", "LSTM", "GRU", "GNN", "GBDT")


# parts of model paths that say what the weights are for
_FRAMEWORKS = frozenset(
    {"transformers", "pytorch", "keras", "tensorflow", "tensorflow2", "tflite", "jax", "onnx", "flax"}
)


class Match(Protocol):
    """One name found; fields as the name finder documents them."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def architecture_id(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def variant(self) -> str | None: ...
    @property
    def is_ambiguous(self) -> bool: ...


class Names(Protocol):
    """The name finder."""

    def __hash__(self) -> int: ...

    def find(self, text: str) -> Sequence[Match]:
        """All names in running text, left to right, without overlap."""
        ...

    def resolve(self, identifier: str) -> Match | None:
        """The architecture that a whole identifier, checkpoint id or path names."""
        ...


MAX_REMEMBERED = 50_000  # identifiers; a corpus has as many different ones, and the commonest come first


@lru_cache(maxsize=4)
def naming_of(names: Names) -> Naming:
    """The memory that belongs to a name finder: identifiers come again in every document."""
    return Naming(names)


class Naming:
    """The name finder with a memory for identifiers."""

    def __init__(self, names: Names) -> None:
        self.find = names.find
        self._resolve = names.resolve
        self._known: dict[str, Match | None] = {}
        self._coined: dict[str, Match | None] = {}
        generic = (names.resolve(word) for word in GENERIC_WORDS)
        self._generic = {match.architecture_id for match in generic if match is not None}

    def is_generic(self, match: Match) -> bool:
        """Whether the architecture is a kind of network (CNN, MLP, LSTM ...) rather than a named one."""
        return match.architecture_id in self._generic

    def resolve(self, identifier: str) -> Match | None:
        """As the name finder's; longer than any checkpoint path is no identifier, nor is prose."""
        if not 2 <= len(identifier) <= 300 or identifier.count(" ") > 3 or "\n" in identifier:
            return None
        if identifier in self._known:
            return self._known[identifier]
        match = self._from_the_right(identifier) or self._resolve(identifier)
        if len(self._known) < MAX_REMEMBERED:
            self._known[identifier] = match
        return match

    def _from_the_right(self, path: str) -> Match | None:
        """What the parts of a path name, the last part first: `qwen/transformers/qwq-32b/1` is QwQ."""
        end = len(path)
        while (cut := path.rfind("/", 0, end)) >= 0:
            part = path[cut + 1 : end]
            match = self._resolve(part) if len(part) > 2 and part.casefold() not in _FRAMEWORKS else None
            if match is not None and (not match.is_ambiguous or match.end - match.start == len(part) > 3):
                return self._handle(path, cut + 1, end) or Shifted(match, cut + 1)
            end = cut
        first = path[:end]
        if end == len(path) or first.casefold() in _FRAMEWORKS:
            return None
        return self._handle(path, 0, end) or self._resolve(first)

    def _handle(self, path: str, start: int, end: int) -> Match | None:
        """What the part [start, end) of a path names, with the framework and variation behind it, if they are there."""
        if path[end + 1 :].partition("/")[0].casefold() not in _FRAMEWORKS:
            return None
        return next((match for match in self.find(path) if match.start == start), None)

    def coined(self, identifier: str) -> Match | None:
        """The architecture inside a name that the author coined for a class or function of their own.

        `CustomUNetModel` holds U-Net, `build_efficientnet` EfficientNet: the longest run of its words that resolves.
        """
        if len(identifier) > 120:
            return None
        if identifier in self._coined:
            return self._coined[identifier]
        match = self.resolve(_BUILDER.sub("", identifier)) or self._longest_run(identifier)
        if len(self._coined) < MAX_REMEMBERED:
            self._coined[identifier] = match
        return match

    def _longest_run(self, identifier: str) -> Match | None:
        words = [word.group() for word in _WORD.finditer(identifier)][:8]
        for size in range(len(words) - 1, 0, -1):
            for first in range(len(words) - size + 1):
                run = "".join(words[first : first + size])
                match = self.resolve(run) if len(run) > 2 else None
                if match is not None and (not match.is_ambiguous or run.isupper()):
                    return match
        return None


@dataclass(frozen=True, slots=True)
class Shifted:
    """A match in a part of a path, moved to where it stands in the whole; in a path no name is an ordinary word."""

    match: Match
    by: int

    @property
    def start(self) -> int:
        return self.match.start + self.by

    @property
    def end(self) -> int:
        return self.match.end + self.by

    @property
    def architecture_id(self) -> str | None:
        return self.match.architecture_id

    @property
    def name(self) -> str:
        return self.match.name

    @property
    def variant(self) -> str | None:
        return self.match.variant

    @property
    def is_ambiguous(self) -> bool:
        return False


def same_architecture(one: Match, other: Match) -> bool:
    """Whether both matches name one architecture; unknown ones are known by their name."""
    if one.architecture_id or other.architecture_id:
        return one.architecture_id == other.architecture_id
    return one.name.casefold() == other.name.casefold()
