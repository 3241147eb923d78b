"""How a mention stands: used, tried or mentioned, from headings, introductions, cues in its clause, and code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analysis.claims.clauses import clause_at, split_clauses
from analysis.claims.cues import CueHit, find_cues
from analysis.mentions.statements import Statement
from corpus.records import BlockKind, CodeUse, Document, DocumentKind, Mention, Status

CODE_VOTES = {
    CodeUse.RUN: (Status.USED, 3.0),
    CodeUse.COMMENTED: (Status.TRIED, 2.0),
    CodeUse.DEFINED: (Status.MENTIONED, 1.5),
    CodeUse.NAMED: (Status.MENTIONED, 0.5),
}
HEADING_WEIGHT = 2.5  # "What didn't work" outweighs the default and weak cues, not "our final model"
ASIDE_WEIGHT = 1.5
LONGEST_LABEL = 9  # words: a longer heading is a sentence
SUBJECT_WITHIN = 40  # characters from the start of a sentence or item
MENTIONED_COUNTS = 0.6  # "could be tried" is outweighed by repeated plain use
DEFAULT_WEIGHT = 1.0
OUTRIGHT = 3  # strength of a cue that speaks even of names one sentence away
REPEATED = 0.3  # what each further vote for a status adds to the firmest one
MOST_REPEATS = 6
OWN_SOLUTION = frozenset({DocumentKind.WRITEUP, DocumentKind.README})


@dataclass(frozen=True, slots=True)
class Vote:
    """What one mention says of its architecture's status, and how firmly (0.5 hardly, 3 outright)."""

    status: Status
    weight: float


def vote_on_code(mention: Mention) -> Vote:
    """The vote of a mention found in code."""
    if mention.code_use is None:
        raise ValueError("a mention in code must say what the code does with it")
    return Vote(*CODE_VOTES[mention.code_use])


def vote_on_prose(statement: Statement, mention: Mention, document: Document) -> Vote:
    """The vote of a mention found in prose: the firmest cue that reaches it, its section, its list or the default."""
    place = mention.span.start - statement.span.start
    near = _nearest_cue(statement.text, place, place + mention.span.end - mention.span.start)
    section = section_status(statement.headings)
    listed = _intro_status(statement.intro)
    votes = [_default(document)]
    if section:
        votes.append(Vote(section, _section_weight(section, place)))
    if listed and statement.kind in {BlockKind.LIST_ITEM, BlockKind.TABLE}:
        votes.append(listed)
    if near:
        votes.append(Vote(Status(near.cue.value), near.cue.strength * 0.75 + 0.5))
    return max(votes, key=lambda vote: vote.weight)


def _section_weight(section: Status, place: int) -> float:
    """A heading speaks of what its items and sentences begin with; a name further on may be there for comparison."""
    if section is Status.USED:
        return DEFAULT_WEIGHT + 0.25
    return HEADING_WEIGHT if place < SUBJECT_WITHIN else ASIDE_WEIGHT


def vote_on_carried(statement: Statement) -> Vote | None:
    """What a statement without names says outright of the names just before it: "I decided not to use them"."""
    hits = [hit for hit in find_cues(statement.text, "status") if hit.cue.strength >= OUTRIGHT]
    if not hits or hits[0].cue.side != "around":
        return None
    return Vote(Status(hits[0].cue.value), hits[0].cue.strength * 0.75)


def _default(document: Document) -> Vote:
    """Without any cue: a write-up or a post about a competition speaks of its own solution."""
    is_own = document.kind in OWN_SOLUTION or (document.kind is DocumentKind.BLOG and bool(document.competition_id))
    return Vote(Status.USED if is_own else Status.MENTIONED, DEFAULT_WEIGHT)


@lru_cache(maxsize=4096)
def section_status(headings: tuple[str, ...]) -> Status | None:
    """What the innermost telling heading says of everything below it.

    "What didn't work" holds for all its subsections; "References" or "Models" only for what stands right below it. A
    heading of many words is a sentence, not a label.
    """
    for depth, heading in enumerate(reversed(headings)):
        hits = find_cues(heading, "heading") if len(heading.split()) <= LONGEST_LABEL else []
        values = {hit.cue.value for hit in hits}
        if "tried" in values:
            return Status.TRIED
        if values and depth == 0:
            return Status.MENTIONED if "mentioned" in values else Status.USED
    return None


@lru_cache(maxsize=4096)
def _intro_status(intro: str) -> Vote | None:
    hits = find_cues(intro, "status") if intro else []
    headline = find_cues(intro, "heading") if intro else []
    if any(hit.cue.value == "tried" for hit in headline):
        return Vote(Status.TRIED, HEADING_WEIGHT)
    if not hits:
        return None
    best = max(hits, key=lambda hit: (hit.cue.strength, hit.start))
    return Vote(Status(best.cue.value), best.cue.strength * 0.75 + 0.5)


def _nearest_cue(text: str, start: int, end: int) -> CueHit | None:
    """The firmest status cue that reaches the name at [start, end); of equals the one closest to it."""
    clauses = split_clauses(text)
    low, high = clause_at(clauses, start)
    hits = [hit for hit in find_cues(text, "status") if _reaches(hit, (start, end), (low, high))]
    return max(hits, key=lambda hit: (hit.cue.strength, -_distance(hit, start, end)), default=None)


def _reaches(hit: CueHit, name: tuple[int, int], clause: tuple[int, int]) -> bool:
    in_clause = clause[0] <= hit.start < clause[1]
    if _distance(hit, *name) > hit.cue.within:
        return False
    if hit.cue.side == "after":
        return hit.end <= name[0] and (in_clause or name[0] - hit.end < 30)
    if hit.cue.side == "before":
        return hit.start >= name[1] and in_clause
    return in_clause


def _distance(hit: CueHit, start: int, end: int) -> int:
    return max(hit.start - end, start - hit.end, 0)


def settle(votes: Iterable[Vote]) -> tuple[Status, float]:
    """One status of many votes, and how sure it is (0-1): outright use first, then trial, then what is left.

    A document that runs an architecture anywhere uses it; a mere default does not outweigh a plain "did not help".
    """
    weights = dict.fromkeys(Status, 0.0)
    counts = dict.fromkeys(Status, 0)
    for vote in votes:
        weights[vote.status] = max(weights[vote.status], vote.weight)
        counts[vote.status] += 1
    for status, count in counts.items():
        weights[status] += REPEATED * min(max(count - 1, 0), MOST_REPEATS)
    used, tried = weights[Status.USED], weights[Status.TRIED]
    mentioned = weights[Status.MENTIONED] * MENTIONED_COUNTS
    if used and used >= tried and used >= mentioned:
        status = Status.USED
    elif tried and tried >= mentioned:
        status = Status.TRIED
    else:
        status = Status.MENTIONED
    others = max(weight for key, weight in weights.items() if key is not status)
    own = weights[status]
    return status, round(min(0.98, 0.5 + 0.5 * (own - 0.5 * others) / 3.0), 2)
