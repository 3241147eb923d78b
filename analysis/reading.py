"""What to read on a subject, and in which order: pure choices over items that a job has gathered.

An item teaches tokens: `uses:resnet`, `drops:sed`, `why:resnet:speed`, `at:birdclef-2024`, `solution:ID`. Two items
say the same when the smaller set of tokens lies almost whole within the other. The list is chosen one by one: what is
most relevant, adds most of what wins and repeats least of what is chosen already (maximal marginal relevance).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
WEIGHT_RELEVANCE, WEIGHT_NEW, WEIGHT_OVERLAP = 1.0, 1.0, 0.7
WEIGHT_SAME_PLACE = 0.15  # for each chosen item of the same competition
UNKNOWN_CONTENT = 0.5  # of the relevance of what names no architecture, or is not in the corpus
MOST_NEW = 2.0  # times the share of what most winners use: a longer list of names teaches no more


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
    quota = _quotas(limits, {item.kind for item in left})
    heaviest = max(weights.values(), default=0.0) or 1.0
    while left and len(chosen) < limits.n_items:
        spent = sum(item.minutes for item in chosen)
        full = {kind for kind in KINDS if sum(c.kind == kind for c in chosen) >= quota.get(kind, 0)}
        left = [item for item in left if not _repeats(item, chosen)]
        open_ = [i for i in left if limits.minutes is None or spent + i.minutes <= limits.minutes]
        within = [item for item in open_ if item.kind not in full]
        if not within and limits.kinds is None:
            within = open_  # a kind ran dry: the others fill its places
        if not within:
            break
        taught = _lineages(chosen, papers=True), _lineages(chosen, papers=False)
        best = max(within, key=lambda item: _worth(item, chosen, taught, weights, heaviest))
        chosen.append(best)
        left.remove(best)
    return tuple(chosen)


def arrange(items: Sequence[Item], order: Order, *, papers_first: bool = False) -> tuple[Item, ...]:
    """The chosen items in the order in which to read them.

    `foundations`: oldest first, so that a paper stands before what builds on it; within a year papers, then what
    explains, then code. `newest`: youngest first. What has no year comes last. `papers_first` moves papers to the top.
    """
    sign = 1 if order == "foundations" else -1

    def place(item: Item) -> tuple[bool, bool, int, int, int, str]:
        return (
            papers_first and item.kind != "paper",
            item.year is None,
            sign * (item.year or 0),
            _ORDER_OF_KINDS[item.kind],
            item.rank or 10**9,
            item.key,
        )

    return tuple(sorted(items, key=place))


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


def _worth(
    item: Item,
    chosen: Sequence[Item],
    taught: tuple[frozenset[str], frozenset[str]],
    weights: Mapping[str, float],
    heaviest: float,
) -> float:
    """Relevance, with what is new of what wins, less what is said already."""
    is_paper = item.kind == "paper"
    new = _lineages([item], papers=is_paper) - taught[0 if is_paper else 1]
    gain = min(MOST_NEW, sum(weights.get(lineage, 0.0) for lineage in new) / heaviest)
    same = max((_sameness(item, c) for c in chosen if (c.kind == "paper") is is_paper), default=0.0)
    at_place = sum(item.competition is not None and c.competition == item.competition for c in chosen)
    known = 1.0 if _lineages([item], papers=is_paper) else UNKNOWN_CONTENT
    wanted = WEIGHT_RELEVANCE * known * item.relevance + WEIGHT_NEW * gain * item.trust
    return wanted - WEIGHT_OVERLAP * same - WEIGHT_SAME_PLACE * at_place


def _sameness(one: Item, other: Item) -> float:
    """How much two items say the same, 0-1; of two links of one competition whose content nobody knows, all of it."""
    if one.key.startswith("link:") and other.key.startswith("link:") and one.competition == other.competition:
        return 1.0
    return overlap(one.teaches, other.teaches)
