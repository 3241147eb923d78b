"""What to read on a subject, and in which order: pure choices over items that a job has gathered.

An item teaches tokens: `uses:resnet`, `drops:sed`, `why:resnet:speed`, `at:birdclef-2024`, `solution:ID`. Two items
say the same when the smaller set of tokens lies almost whole within the other. The list is chosen one by one: what is
most relevant, adds most of what wins and repeats least of what is chosen already (maximal marginal relevance).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp2, sqrt
from typing import Literal

Kind = Literal["paper", "writeup", "notebook", "repository", "post"]
Order = Literal["foundations", "newest"]
KINDS: tuple[Kind, ...] = ("paper", "writeup", "notebook", "repository", "post")
# Of a list without --kinds: what explains stands above what only shows, and no kind fills the list alone.
USUAL_MIX: Mapping[Kind, float] = {"paper": 0.3, "writeup": 0.3, "notebook": 0.2, "repository": 0.2, "post": 0.2}

WORDS_A_MINUTE = 200  # prose
LINES_A_MINUTE = 20  # code that is read, not run
PAPER_MINUTES = 45  # a stated default: the length of papers is not known
LINK_MINUTES = 10  # the same for links whose text is not in the corpus

SAYS_THE_SAME = 0.8  # share of the smaller item's tokens that the other holds
WEIGHT_RELEVANCE, WEIGHT_NEW, WEIGHT_OVERLAP = 1.0, 1.0, 0.5
WEIGHT_SAME_PLACE = 0.1  # for each chosen item of the same competition
WEIGHT_ASKED = 0.5  # for what is of the very competition asked for, read or not
WEIGHT_KIND = 0.1  # for each chosen item of a kind above the kind's part
UNKNOWN_CONTENT = 0.5  # of the relevance of what names no architecture, or is not in the corpus
UNKNOWN_PART = 0.2  # of a list that such items may fill while there are others
LEAST_PAPERS = 0.3  # of a list, where there are as many
MOST_PAPERS = 0.4  # of a list while documents that tell something are left
MOST_NEW = 3.0  # times what most winners use: a longer list of names teaches no more
NO_REASONS = 0.7  # of what a document's architectures are worth that it gives no reasons for or against
TAUGHT_BESIDE = 0.7  # of a lineage's worth when a paper of it is chosen and the item applies it, or the other way round
HALF_AS_NEW_YEARS = 6  # after which a solution's age has taken half of what age can take
LEAST_FOR_AGE = 0.6  # of the worth of a solution, however old it is


@dataclass(frozen=True, slots=True)
class Item:
    """Something to read, with what it would teach."""

    key: str  # stable: paper:URL, document:ID or link:URL
    kind: Kind
    title: str
    url: str | None
    year: int | None
    relevance: float  # 0-1
    teaches: frozenset[str]
    minutes: int
    minutes_from: str  # text, code, text and code, default
    why: tuple[str, ...] = ()
    competition: str | None = None
    rank: int | None = None
    author: str | None = None
    is_asked: bool = False  # of the very competition that the list is about
    trust: float = 1.0  # 0-1: how far what it teaches counts: less for far competitions, and where no rank is known


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a list may be."""

    n_items: int = 10
    minutes: int | None = None  # of all items together
    kinds: Mapping[Kind, int] | None = None  # items of each kind at most; kinds that it lacks are left out


def reading_minutes(n_words: int, n_code_lines: int) -> tuple[int, str]:
    """Minutes to read an item, at least 1, and what they were made from.

    >>> reading_minutes(1000, 0), reading_minutes(0, 90), reading_minutes(0, 0)
    ((5, 'text'), (5, 'code'), (10, 'default'))
    """
    if not n_words and not n_code_lines:
        return LINK_MINUTES, "default"
    source = " and ".join(name for name, n in (("text", n_words), ("code", n_code_lines)) if n)
    return max(1, -int(-(n_words / WORDS_A_MINUTE + n_code_lines / LINES_A_MINUTE) // 1)), source


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """The share of the smaller set that both hold, 0-1; 0 where one is empty.

    >>> overlap({"a", "b"}, {"b", "c", "d"})
    0.5
    """
    smaller = min(len(one), len(other))
    return len(set(one) & set(other)) / smaller if smaller else 0.0


def choose(items: Sequence[Item], weights: Mapping[str, float], limits: Limits) -> tuple[Item, ...]:
    """The items of the list, most wanted first.

    Args:
        items: all candidates; their order does not matter.
        weights: lineage -> share of winners that use it, 0-1: what is worth teaching.
        limits: how many, of which kinds, and for how many minutes.
    """
    chosen: list[Item] = []
    left = sorted(items, key=lambda item: item.key)
    wanted = _Wanted(weights, _quotas(limits, {i.kind for i in left}), max((i.year or 0 for i in left), default=0))
    parts = (UNKNOWN_PART, LEAST_PAPERS, MOST_PAPERS)
    most_unknown, least_papers, most_papers = (max(1, round(limits.n_items * part)) for part in parts)
    while left and len(chosen) < limits.n_items:
        spent = sum(item.minutes for item in chosen)
        left = [item for item in left if not _repeats(item, chosen)]
        within = [i for i in left if limits.minutes is None or spent + i.minutes <= limits.minutes]
        if limits.kinds is not None:
            within = [item for item in within if wanted.n_above(item.kind, chosen) < 0]
        if sum(not tells(item) for item in chosen) >= most_unknown:
            within = [item for item in within if tells(item)] or within  # links fill up where nothing else is left
        n_papers = sum(item.kind == "paper" for item in chosen)
        if limits.kinds is None and n_papers >= most_papers and any(i.kind != "paper" and tells(i) for i in within):
            within = [item for item in within if item.kind != "paper"]
        if limits.kinds is None and limits.n_items - len(chosen) <= least_papers - n_papers:
            within = [item for item in within if item.kind == "paper"] or within
        if not within:
            break
        taught = _lineages(chosen, papers=True), _lineages(chosen, papers=False)
        best = max(within, key=lambda item: _worth(item, chosen, taught, wanted))
        chosen.append(best)
        left.remove(best)
    return tuple(chosen)


def tells(item: Item) -> bool:
    """Whether it is known what the item says of architectures: papers, and documents that use, drop or judge one."""
    return item.kind == "paper" or any(token.startswith(("uses:", "drops:", "why:")) for token in item.teaches)


def arrange(items: Sequence[Item], order: Order, *, papers_first: bool = False) -> tuple[Item, ...]:
    """The chosen items in the order in which to read them.

    `foundations`: oldest first, so that a paper stands before what builds on it; within a year papers, then what
    explains, then code. `newest`: youngest first. What has no year comes last, and behind it what nobody has read.
    `papers_first` moves papers to the top.
    """
    sign = 1 if order == "foundations" else -1

    def place(item: Item) -> tuple[bool, bool, bool, int, int, int, str]:
        return (
            papers_first and item.kind != "paper",
            is_link(item),
            item.year is None,
            sign * (item.year or 0),
            _ORDER_OF_KINDS[item.kind],
            item.rank or 10**9,
            item.key,
        )

    return tuple(sorted(items, key=place))


def is_link(item: Item) -> bool:
    """Whether only its address and place are known, from a public index; its text was never read."""
    return item.key.startswith("link:")


def taught_lineages(items: Sequence[Item]) -> frozenset[str]:
    """Lineages that the items introduce, use, or tell why not to use."""
    return _lineages(items, papers=True) | _lineages(items, papers=False)


_ORDER_OF_KINDS: Mapping[Kind, int] = {"paper": 0, "writeup": 1, "post": 2, "notebook": 3, "repository": 4}


def _quotas(limits: Limits, present: Collection[Kind]) -> dict[Kind, int]:
    if limits.kinds is not None:
        return dict(limits.kinds)
    return {kind: max(1, round(limits.n_items * USUAL_MIX[kind])) for kind in present}


def _repeats(item: Item, chosen: Sequence[Item]) -> bool:
    """Whether a chosen item says the same; a paper and what applies it never do."""
    return any(
        (item.kind == "paper") == (other.kind == "paper") and overlap(item.teaches, other.teaches) >= SAYS_THE_SAME
        for other in chosen
    )


def _lineages(items: Sequence[Item], *, papers: bool) -> frozenset[str]:
    found = set()
    for item in items:
        if (item.kind == "paper") is papers:
            found |= {token.split(":", 1)[1] for token in item.teaches if token.startswith(("uses:", "drops:"))}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the items of a list are measured by."""

    weights: Mapping[str, float]
    quota: Mapping[Kind, int]
    newest: int  # year of the youngest candidate

    def n_above(self, kind: Kind, chosen: Sequence[Item]) -> int:
        """How many chosen items are above the kind's part; negative while there is room."""
        return sum(item.kind == kind for item in chosen) - self.quota.get(kind, 0)

    def gain(self, new: Collection[str], beside: Collection[str]) -> float:
        """What new lineages add, 0-MOST_NEW: 1 for what most winners use, by root for the others, less for `beside`.

        By root, since a lineage of one winner in twenty is worth more to know than a twentieth of the commonest one.
        """
        heaviest = max(self.weights.values(), default=0.0) or 1.0
        worth = (
            sqrt(self.weights.get(lineage, 0.0) / heaviest) * (TAUGHT_BESIDE if lineage in beside else 1.0)
            for lineage in sorted(new)
        )
        return min(MOST_NEW, sum(worth))

    def freshness(self, item: Item) -> float:
        """1 for what is of the newest year, falling to LEAST_FOR_AGE; papers do not age: they are what is built on."""
        if item.kind == "paper" or not item.year:
            return 1.0
        return LEAST_FOR_AGE + (1 - LEAST_FOR_AGE) * exp2((item.year - self.newest) / HALF_AS_NEW_YEARS)


def _worth(item: Item, chosen: Sequence[Item], taught: tuple[frozenset[str], frozenset[str]], wanted: _Wanted) -> float:
    """Relevance, with what is new of what wins, less what is said already and what the list has enough of."""
    is_paper = item.kind == "paper"
    same_side, other_side = taught if is_paper else taught[::-1]
    new = _lineages([item], papers=is_paper) - same_side
    same = max((_sameness(item, c) for c in chosen if (c.kind == "paper") is is_paper), default=0.0)
    at_place = sum(item.competition is not None and c.competition == item.competition for c in chosen)
    known = 1.0 if _lineages([item], papers=is_paper) else UNKNOWN_CONTENT
    says_why = 1.0 if is_paper or any(token.startswith("why:") for token in item.teaches) else NO_REASONS
    worth = WEIGHT_RELEVANCE * known * item.relevance
    worth = wanted.freshness(item) * (worth + WEIGHT_NEW * wanted.gain(new, other_side) * item.trust * says_why)
    worth += WEIGHT_ASKED * item.is_asked
    above = max(0, wanted.n_above(item.kind, chosen) + 1)
    return worth - WEIGHT_OVERLAP * same - WEIGHT_SAME_PLACE * at_place - WEIGHT_KIND * above


def _sameness(one: Item, other: Item) -> float:
    """How much two items say the same, 0-1; of two links of one competition whose content nobody knows, all of it."""
    if is_link(one) and is_link(other) and one.competition == other.competition:
        return 1.0
    return overlap(one.teaches, other.teaches)
