"""Which architectures one solution uses together: pairs, most used first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from analysis.counts.popularity import By, Example, newest_examples, strongest_uses
from analysis.counts.rows import Solution, Use
from analysis.counts.uncertainty import SMALL_N, used_share
from corpus.records import Status


@dataclass(frozen=True, slots=True)
class PairCount:
    """Two architectures in the solutions of a cohort."""

    keys: tuple[str, str]
    names: tuple[str, str]  # by name
    n_solutions: int
    n_solutions_total: int
    share: float  # 0-1
    share_low: float
    share_high: float
    examples: tuple[Example, ...]

    @property
    def is_small(self) -> bool:
        """Whether fewer than five solutions use both."""
        return self.n_solutions < SMALL_N


def count_pairs(
    solutions: Iterable[Solution], uses: Iterable[Use], by: By = "lineage", limit: int | None = None
) -> tuple[PairCount, ...]:
    """Pairs that at least two solutions use; most solutions first, then by name."""
    cohort = {s.solution_id for s in solutions}
    used: dict[str, dict[str, list[Use]]] = defaultdict(dict)
    names: dict[str, str] = {}
    for key, members in strongest_uses(uses, by).items():
        for solution_id, found in members.items():
            if solution_id in cohort and found[0].status == Status.USED:
                used[solution_id][key] = found
                names[key] = found[0].lineage_name if by == "lineage" else found[0].architecture
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for solution_id, mine in used.items():
        for pair in combinations(sorted(mine, key=lambda key: (names[key].casefold(), key)), 2):
            pairs[pair].append(solution_id)
    counts = []
    for pair, members_of in pairs.items():
        if len(members_of) < 2:
            continue
        low, share, high = used_share(len(members_of), len(cohort))
        every = [use for sid in members_of for use in used[sid][pair[0]]]
        both = (names[pair[0]], names[pair[1]])
        counts.append(PairCount(pair, both, len(members_of), len(cohort), share, low, high, newest_examples(every)))
    counts.sort(key=lambda c: (-c.n_solutions, c.names[0].casefold(), c.names[1].casefold(), c.keys))
    return tuple(counts[:limit])
