"""Which architecture a reason cue speaks of by rules alone: clauses, comparisons and their losers, names carried on.

The trained judges of reasons listen to this as one voice among others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.claims.clauses import clause_at, split_clauses
from analysis.claims.cues import CueHit, find_cues
from analysis.claims.words import key_of
from analysis.mentions.statements import Statement
from corpus.records import BlockKind, Mention, Polarity

COMPARISON = re.compile(
    r"\b(?:better|worse|faster|slower|stronger|weaker|higher|lower|more \w+|less \w+|superior|inferior)\s+(?:than|to)\b"
    r"|\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|beat(?:s|ing)?|over|compared (?:to|with)|instead of)\b",
    re.IGNORECASE,
)
SUPERLATIVE = re.compile(r"\b(?:best|strongest|highest|top|outperform\w*)\b", re.IGNORECASE)
ADJACENT = 25  # characters: a name this close behind "than" is the loser even where no winner is named
REACH = 120  # characters over which names before a clause belong together
SWAP = {Polarity.FOR: Polarity.AGAINST, Polarity.AGAINST: Polarity.FOR}


def ruled_reasons(statement: Statement) -> frozenset[tuple[str, str, str]]:
    """Key of the architecture, polarity and category of every reason that rules read in a statement."""
    if statement.kind is BlockKind.HEADING or not (statement.mentions or statement.carried):
        return frozenset()  # "1st place solution: ..." is a label
    clauses = split_clauses(statement.text)
    found = set()
    for hit in _without_overlaps(find_cues(statement.text, "reason")):
        if hit.cue.polarity is not None:
            clause = clause_at(clauses, hit.start)
            for mention, turned in _targets(statement, hit, clause, Polarity(hit.cue.polarity)):
                found.add((key_of(mention.architecture_id, mention.name), turned.value, hit.cue.value))
    return frozenset(found)


def _without_overlaps(hits: Sequence[CueHit]) -> list[CueHit]:
    """Where two cues overlap the firmer, then the longer one counts: "did not improve" is no improvement.

    Two meanings that point the same way both count: "too slow for the limit" is about speed and a constraint.
    """
    kept: list[CueHit] = []
    for hit in sorted(hits, key=lambda h: (-h.cue.strength, h.start - h.end, h.start)):
        if not any(_excludes(other, hit) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _excludes(kept: CueHit, hit: CueHit) -> bool:
    is_apart = hit.end <= kept.start or hit.start >= kept.end
    return not is_apart and (kept.cue.value == hit.cue.value or kept.cue.polarity != hit.cue.polarity)


def _targets(
    statement: Statement, hit: CueHit, clause: tuple[int, int], polarity: Polarity
) -> Iterator[tuple[Mention, Polarity]]:
    """The names a cue speaks of; behind a comparison stands the loser."""
    origin = statement.span.start
    named = [(m, m.span.start - origin) for m in statement.mentions]
    if not named:
        yield from ((mention, polarity) for mention in statement.carried)
        return
    turn = _comparison_after(statement.text, hit, clause)
    inside = [pair for pair in named if clause[0] <= pair[1] < clause[1]]
    for mention, place in inside or _nearest(named, clause):
        is_loser = turn is not None and place >= turn and (place - turn < ADJACENT or any(o < turn for _, o in named))
        yield mention, SWAP[polarity] if is_loser else polarity
    if inside and polarity is Polarity.FOR and SUPERLATIVE.search(statement.text, hit.start, hit.end):
        yield from ((mention, Polarity.AGAINST) for mention in _tried_beside(statement, clause, named))


def _nearest(named: list[tuple[Mention, int]], clause: tuple[int, int]) -> list[tuple[Mention, int]]:
    """The names of the clause before, or else behind, one that has none: all within reach of the closest."""
    before = [pair for pair in named if pair[1] < clause[0]]
    if before:
        return [pair for pair in before if before[-1][1] - pair[1] < REACH]
    return [pair for pair in named if pair[1] - named[0][1] < REACH]


def _tried_beside(statement: Statement, clause: tuple[int, int], named: list[tuple[Mention, int]]) -> Iterator[Mention]:
    """Names that the rest of the sentence only tried: "we tested A and B, but C was best" speaks against A and B."""
    trials = [h for h in find_cues(statement.text, "status") if h.cue.id == "we-tried" and h.end <= clause[0]]
    for mention, place in named:
        if place < clause[0] and any(trial.end <= place for trial in trials):
            yield mention


def _comparison_after(text: str, hit: CueHit, clause: tuple[int, int]) -> int | None:
    """Where the second side of a comparison starts, when the cue is part of one."""
    match = COMPARISON.search(text, max(clause[0], hit.start - 5), min(len(text), hit.end + 12))
    return match.end() if match else None
