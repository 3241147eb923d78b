"""Who left one architecture for another, and who compared the two, from what single documents say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.counts.rows import Reason, Use
from corpus.records import Polarity, Status


@dataclass(frozen=True, slots=True)
class Side:
    """One of the architectures that are compared."""

    key: str
    name: str
    names: tuple[str, ...]  # everything it is called, for finding it in a sentence

    def is_in(self, text: str) -> bool:
        """Whether the text names it, as a whole word, versions and sizes behind it allowed."""
        return any(re.search(rf"(?<![A-Za-z0-9]){re.escape(n)}(?![a-z])", text, re.IGNORECASE) for n in self.names)


@dataclass(frozen=True, slots=True)
class Switch:
    """One document that speaks of both."""

    how: str  # "switched": used one, tried and dropped the other; "compared": a reason for one names the other
    chosen: str  # key of what the document speaks for
    other: str
    category: str | None
    document: str
    url: str | None
    competition: str
    rank: int | None
    counted_on: date | None
    claim_id: str  # of the claim that the sentence belongs to
    quote: str | None


def find_switches(
    sides: Sequence[Side],
    uses: Iterable[tuple[str, Use]],
    reasons: Iterable[tuple[str, Reason]],
    sentences: dict[str, str],
) -> tuple[Switch, ...]:
    """What single documents say of two of the sides: one record per document, pair and direction.

    Args:
        sides: what is compared.
        uses: key of a side with a claim about it.
        reasons: key of a side with a reason given for or against it.
        sentences: the best evidence of a claim, by its id; may lack any.

    Returns:
        Switches first, then comparisons; within them the better rank, then the newer, then by document.
    """
    names = {side.key: side for side in sides}
    claims: dict[str, dict[str, Use]] = defaultdict(dict)
    for key, use in uses:
        held = claims[use.document].get(key)
        if held is None or Status(use.status).strength > Status(held.status).strength:
            claims[use.document][key] = use
    given: dict[str, list[tuple[str, Reason]]] = defaultdict(list)
    for key, reason in reasons:
        given[reason.document].append((key, reason))
    found: list[Switch] = []
    for document, stands in claims.items():
        for kept, lost in ((a, b) for a in stands for b in stands if a != b):
            pair = (names[kept], names[lost])
            if stands[kept].status == Status.USED and stands[lost].status == Status.TRIED:
                found.append(_switched(pair, stands, given[document], sentences))
            elif comparing := _comparing(pair, given[document]):
                found.append(_switch("compared", pair, stands[kept], comparing, comparing.quote))
    return tuple(sorted(found, key=_order))


def _switched(
    pair: tuple[Side, Side], stands: dict[str, Use], given: list[tuple[str, Reason]], sentences: dict[str, str]
) -> Switch:
    """With the sentence that says why: one that names both, else a reason against what was dropped, else evidence."""
    lost = pair[1]
    reason = _comparing(pair, given) or next(
        (r for key, r in given if key == lost.key and r.polarity == Polarity.AGAINST), None
    )
    quote = (reason.quote if reason else None) or sentences.get(stands[lost.key].claim_id)
    return _switch("switched", pair, stands[lost.key], reason, quote)


def _comparing(pair: tuple[Side, Side], given: list[tuple[str, Reason]]) -> Reason | None:
    """A reason that speaks for the first side, or against the second, and names both in its sentence.

    A sentence that speaks alike of both compares nothing.
    """
    kept, lost = pair
    said = {(key, reason.polarity, reason.quote) for key, reason in given}
    for key, reason in given:
        speaks = (key == kept.key and reason.polarity == Polarity.FOR) or (
            key == lost.key and reason.polarity == Polarity.AGAINST
        )
        alike = (lost.key if key == kept.key else kept.key, reason.polarity, reason.quote) in said
        if speaks and not alike and reason.quote and kept.is_in(reason.quote) and lost.is_in(reason.quote):
            return reason
    return None


def _switch(how: str, pair: tuple[Side, Side], use: Use, reason: Reason | None, quote: str | None) -> Switch:
    return Switch(
        how=how,
        chosen=pair[0].key,
        other=pair[1].key,
        category=reason.category if reason else None,
        document=use.document,
        url=use.document_url,
        competition=use.competition,
        rank=use.rank,
        counted_on=use.counted_on,
        claim_id=reason.claim_id if reason and quote == reason.quote else use.claim_id,
        quote=quote,
    )


def _order(switch: Switch) -> tuple[bool, int, int, str, str, str]:
    day = -(switch.counted_on or date.min).toordinal()
    return (switch.how != "switched", switch.rank or 10**9, day, switch.document, switch.chosen, switch.other)
