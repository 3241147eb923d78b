"""Which documents are near copies of which: decided from sketches and facts, whatever the order of arrival.

Documents are taken from the oldest on. Each is a copy of the original it is most like, if it is like one: an original
is a document before it that is no copy itself. So every copy stands beside its original, and a chain of small changes
does not make two unlike documents copies of one another.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from corpus.records import Sketch

# A fork keeps four of five runs. Pairs below that, read one by one on the development corpus, are works that build on
# another; those in which one merely leaves out or adds cells keep nearly all of the shorter one.
ALIKE = 0.8  # runs in common, of the runs of both together
CONTAINED = 0.95  # of the runs of the shorter one ...
AT_LEAST_ALIKE = 0.7  # ... where this share of both is in common
SETS_HELD = 256  # of at most 4,096 numbers each


@dataclass(frozen=True, slots=True)
class Copyable:
    """What decides whether a document is a near copy, and of which."""

    document_id: str
    name: str
    content: str  # of its sketch
    competition_id: str | None
    rank: int | None
    published_on: str | None
    used: frozenset[str]  # architectures it uses: statistics would lose those that its original does not

    @property
    def age(self) -> tuple[bool, str, str]:
        """The oldest first; documents without a competition last, since no statistic counts them."""
        return self.competition_id is None, self.published_on or "9999", self.name

    def may_copy(self, original: Copyable) -> bool:
        """Whether leaving this one out in favour of an older one loses no solution and no fact.

        Two competitions are two solutions. So are two ranks, and one with a rank beside one without. The programs of
        one ranked solution are its parts, such as the training of each of its networks: they count once anyhow.
        """
        if self.content != original.content or not self.used <= original.used:
            return False
        if self.competition_id is not None and self.competition_id != original.competition_id:
            return False
        if self.rank is None:
            return True
        return self.content == "text" and self.rank == original.rank


@dataclass(frozen=True, slots=True)
class NearCopy:
    """A copy, its original, and the share of runs that the two have in common (0-1)."""

    copy_id: str
    original_id: str
    similarity: float


def find_near_copies(
    documents: Iterable[Copyable], bands: Callable[[str], tuple[int, ...]], likeness: Callable[[str, str], float]
) -> list[NearCopy]:
    """The near copies among these documents, oldest first.

    Args:
        documents: in any order.
        bands: of a document id; documents that share none are not compared.
        likeness: of two document ids, as `Likeness` gives it.
    """
    originals: defaultdict[int, list[Copyable]] = defaultdict(list)
    found = []
    for document in sorted(documents, key=lambda d: d.age):
        own = bands(document.document_id)
        near = {o.document_id: o for band in own for o in originals.get(band, ()) if document.may_copy(o)}
        best = NearCopy(document.document_id, "", 0.0)
        for original in sorted(near.values(), key=lambda o: o.age):
            similarity = likeness(document.document_id, original.document_id)
            if similarity > best.similarity:
                best = NearCopy(document.document_id, original.document_id, similarity)
        if best.similarity:
            found.append(best)
        else:
            for band in own:
                originals[band].append(document)
    return found


class Likeness:
    """How like two documents are, if one may be a copy of the other; holds the runs of a bounded number of them."""

    def __init__(self, sketch: Callable[[str], Sketch]) -> None:
        """Sketches are asked for by document id; their bands are not looked at."""
        self._runs = lru_cache(maxsize=SETS_HELD)(lambda document: _Runs.of(sketch(document)))

    def __call__(self, one: str, other: str) -> float:
        """Runs in common as a share of the runs of both (0-1, three digits), or 0.0 where that is no copy."""
        similarity, contained = self._runs(one).compared_with(self._runs(other))
        is_near = similarity >= ALIKE or (similarity >= AT_LEAST_ALIKE and contained >= CONTAINED)
        return round(similarity, 3) if is_near else 0.0


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of a sketch as numbers."""

    level: int
    values: frozenset[int]

    @classmethod
    def of(cls, sketch: Sketch) -> _Runs:
        return cls(sketch.level, frozenset(struct.unpack(f"<{len(sketch.runs) // 4}I", sketch.runs)))

    def at(self, level: int) -> frozenset[int]:
        """Those that a sample of this level keeps."""
        return self.values if level <= self.level else frozenset(v for v in self.values if v < 1 << 32 >> level)

    def compared_with(self, other: _Runs) -> tuple[float, float]:
        """Runs in common as a share of both together, and as a share of the shorter one; 0 where there are none."""
        level = max(self.level, other.level)
        mine, theirs = self.at(level), other.at(level)
        shared = len(mine & theirs)
        return shared / max(len(mine) + len(theirs) - shared, 1), shared / max(min(len(mine), len(theirs)), 1)
