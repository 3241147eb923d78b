"""What was tried and is not in the solution, and what authors say against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.counts.popularity import By, Example, newest_examples, strongest_uses, use_key
from analysis.counts.rows import Reason, Use
from analysis.counts.uncertainty import SMALL_N, used_share
from corpus.records import Polarity, Status


@dataclass(frozen=True, slots=True)
class DroppedCount:
    """One architecture: solutions that tried and dropped it against solutions that ran it at all."""

    key: str
    name: str
    n_dropped: int
    n_ran: int  # tried or used: the denominator
    share: float  # dropped of ran, 0-1
    share_low: float
    share_high: float
    reasons: tuple[tuple[str, int], ...]  # category and number of solutions that give it against, most first
    n_without_reason: int  # dropped without a word on why
    examples: tuple[Example, ...]

    @property
    def is_small(self) -> bool:
        """Whether fewer than five solutions ran it."""
        return self.n_ran < SMALL_N


def count_dropped(uses: Iterable[Use], reasons: Iterable[Reason], by: By = "lineage") -> tuple[DroppedCount, ...]:
    """Architectures that at least one solution tried and dropped; most dropped first, then by share and name."""
    against: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reason in reasons:
        if reason.polarity == Polarity.AGAINST and reason.solution_id is not None:
            key = reason.lineage if by == "lineage" else reason.architecture_id or reason.lineage
            against[key, reason.solution_id].add(reason.category)
    counts = []
    for key, members in strongest_uses(uses, by).items():
        dropped = {sid: found for sid, found in members.items() if found[0].status == Status.TRIED}
        n_ran = sum(found[0].status != Status.MENTIONED for found in members.values())
        if not dropped:
            continue
        tally = Counter(category for sid in dropped for category in against.get((key, sid), ()))
        low, share, high = used_share(len(dropped), n_ran)
        every = [use for found in dropped.values() for use in found]
        counts.append(
            DroppedCount(
                key=use_key(every[0], by),
                name=every[0].lineage_name if by == "lineage" else every[0].architecture,
                n_dropped=len(dropped),
                n_ran=n_ran,
                share=share,
                share_low=low,
                share_high=high,
                reasons=tuple(sorted(tally.items(), key=lambda item: (-item[1], item[0]))),
                n_without_reason=sum(not against.get((key, sid)) for sid in dropped),
                examples=newest_examples(every),
            )
        )
    return tuple(sorted(counts, key=lambda c: (-c.n_dropped, -c.share, c.name.casefold(), c.key)))
