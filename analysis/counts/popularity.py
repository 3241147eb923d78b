"""How many solutions and competitions used each architecture; solutions are counted, never mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Literal, TypeVar

from analysis.counts.rows import Solution, Use
from analysis.counts.uncertainty import SMALL_N, used_share
from corpus.records import Status

By = Literal["lineage", "family"]
OneUse = TypeVar("OneUse", bound=Use)
N_EXAMPLES = 3
_STRENGTH = {status.value: status.strength for status in Status}  # a look-up: a large corpus asks a million times


@dataclass(frozen=True, slots=True)
class Example:
    """One document behind a count."""

    document: str
    url: str | None
    competition: str
    rank: int | None
    rank_source: str | None
    counted_on: date | None
    claim_id: str


@dataclass(frozen=True, slots=True)
class ArchitectureCount:
    """One architecture among the solutions of a cohort."""

    key: str  # lineage or family id; "unknown:..." when the catalogue lacks it
    name: str
    kind: str | None
    n_solutions: int
    n_solutions_total: int
    share: float  # of solutions, 0-1
    share_low: float
    share_high: float
    n_competitions: int
    n_competitions_total: int
    first_year: int | None
    last_year: int | None
    examples: tuple[Example, ...]  # newest first, then by rank

    @property
    def is_small(self) -> bool:
        """Whether it was counted from fewer than five solutions."""
        return self.n_solutions < SMALL_N


def count_architectures(
    solutions: Iterable[Solution],
    uses: Iterable[Use],
    by: By = "lineage",
    statuses: Collection[str] = frozenset({Status.USED}),
) -> tuple[ArchitectureCount, ...]:
    """Architectures by the number of solutions whose strongest status for them is one of `statuses`.

    Args:
        solutions: the cohort: the denominators; each counts once.
        uses: claims of the cohort's documents; those of other solutions are ignored.
        by: what is counted as one: a lineage (all of YOLO) or each family (YOLOv8).
        statuses: {"used"} counts what is in solutions, {"tried"} what was tried and is not in them.

    Returns:
        Most solutions first, then most competitions, then by name and key.
    """
    competition_of = {s.solution_id: s.competition_id for s in solutions}
    n_solutions, n_competitions = len(competition_of), len(set(competition_of.values()))
    counts = []
    for key, members in strongest_uses(uses, by).items():
        kept = {sid: use for sid, use in members.items() if use[0].status in statuses and sid in competition_of}
        if not kept:
            continue
        low, share, high = used_share(len(kept), n_solutions)
        every = [use for found in kept.values() for use in found]
        years = [use.year for use in every if use.year is not None]
        counts.append(
            ArchitectureCount(
                key=key,
                name=_name(every[0], by),
                kind=min((use.architecture_kind for use in every if use.architecture_kind), default=None),
                n_solutions=len(kept),
                n_solutions_total=n_solutions,
                share=share,
                share_low=low,
                share_high=high,
                n_competitions=len({competition_of[sid] for sid in kept}),
                n_competitions_total=n_competitions,
                first_year=min(years, default=None),
                last_year=max(years, default=None),
                examples=newest_examples(every),
            )
        )
    return tuple(sorted(counts, key=lambda c: (-c.n_solutions, -c.n_competitions, c.name.casefold(), c.key)))


def strongest_uses(uses: Iterable[OneUse], by: By) -> dict[str, dict[str, list[OneUse]]]:
    """By architecture key and solution: the claims with the strongest status of that solution, in a stable order."""
    grouped: dict[str, dict[str, list[OneUse]]] = defaultdict(dict)
    for use in sorted(uses, key=attrgetter("document", "architecture", "claim_id")):
        members = grouped[use_key(use, by)]
        held = members.get(use.solution_id)
        difference = 1 if held is None else _STRENGTH[use.status] - _STRENGTH[held[0].status]
        if difference > 0:
            members[use.solution_id] = [use]
        elif difference == 0 and held is not None:
            held.append(use)
    return grouped


def use_key(use: Use, by: By) -> str:
    """The id under which a use is counted; an unknown architecture is its own lineage and family."""
    return use.lineage if by == "lineage" else use.architecture_id or use.lineage


def newest_examples(uses: Iterable[Use], limit: int = N_EXAMPLES) -> tuple[Example, ...]:
    """Up to `limit` documents, one per solution: newest first, then the better rank, then by name."""
    order = sorted(
        uses,
        key=lambda u: (-(u.counted_on or date.min).toordinal(), u.rank or 10**9, u.document, u.claim_id),
    )
    chosen: dict[str, Example] = {}
    for use in order:
        if len(chosen) == limit:
            break
        example = Example(
            use.document, use.document_url, use.competition, use.rank, use.rank_source, use.counted_on, use.claim_id
        )
        chosen.setdefault(use.solution_id, example)
    return tuple(chosen.values())


def _name(use: Use, by: By) -> str:
    return use.lineage_name if by == "lineage" else use.architecture
