"""Solutions whose used architectures are one family: a single model, or variants of one family together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from analysis.counts.popularity import strongest_uses
from analysis.counts.rows import Solution, Use
from corpus.catalogue.builds import Build, build_of
from corpus.ids import squash
from corpus.records import Status

Standing = Literal["one variant", "variant not named", "several variants"]
_ORDER: tuple[Standing, ...] = ("one variant", "variant not named", "several variants")


@dataclass(frozen=True, slots=True)
class SingleFamily:
    """One solution that names one line of architectures as used, and no other."""

    solution_id: str
    lineage: str
    name: str
    standing: Standing
    variants: tuple[str, ...]  # sizes and checkpoints that it uses, and families where it uses several; by name
    uses: tuple[Use, ...]  # the claims that say so


def find_single(
    solutions: Iterable[Solution], uses: Iterable[Use], variants_of: Mapping[str, Collection[str]]
) -> tuple[SingleFamily, ...]:
    """Single-family solutions: single models first, then by the newest, then the better rank.

    Args:
        solutions: the cohort.
        uses: claims of its documents. Clustering, search and other things that do not predict are passed over.
        variants_of: claim id -> variants that it says are used.
    """
    cohort = {s.solution_id: s for s in solutions}
    used: dict[str, dict[str, list[Use]]] = defaultdict(dict)
    for lineage, members in strongest_uses(uses, "lineage").items():
        for solution_id, found in members.items():
            predicts = any(build_of(lineage, use.architecture_kind) is not Build.OTHER for use in found)
            if solution_id in cohort and found[0].status == Status.USED and predicts:
                used[solution_id][lineage] = found
    singles = []
    for solution_id, mine in used.items():
        if len(mine) == 1:
            ((lineage, found),) = mine.items()
            families = {use.architecture for use in found}
            variants = distinct_variants(name for use in found for name in variants_of.get(use.claim_id, ()))
            several = variants if len(variants) > 1 else tuple(sorted(families)) if len(families) > 1 else variants
            standing: Standing = (
                "several variants" if len(several) > 1 else "one variant" if several else "variant not named"
            )
            singles.append(SingleFamily(solution_id, lineage, found[0].lineage_name, standing, several, tuple(found)))
    return tuple(sorted(singles, key=lambda one: _order(one, cohort[one.solution_id])))


def distinct_variants(names: Iterable[str]) -> tuple[str, ...]:
    """The names without those that say less of the same: "b4" beside "tf_efficientnet_b4_ns".

    >>> distinct_variants(["B4", "tf_efficientnet_b4_ns", "B5"])
    ('B5', 'tf_efficientnet_b4_ns')
    """
    spelt = {squash(name): name for name in sorted(names)}
    return tuple(sorted(name for key, name in spelt.items() if not any(key != k and key in k for k in spelt)))


def _order(one: SingleFamily, solution: Solution) -> tuple[int, int, int, str]:
    day = solution.counted_on or date.min
    return _ORDER.index(one.standing), -day.toordinal(), solution.rank or 10**9, one.solution_id
