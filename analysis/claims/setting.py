"""The place of a statement as features: its kind, what stands above it, and the cues in it."""

from __future__ import annotations

from functools import cache, lru_cache

from analysis.claims.clauses import clause_at, split_clauses
from analysis.claims.cues import find_cues
from analysis.claims.words import read_plain_words
from analysis.mentions.statements import Statement
from corpus.records import BlockKind

HEADING_WORDS = 10
INTRO_WORDS = 12
LENGTH_STEP = 8  # words
CUE_KINDS = ("reason", "status")


def setting_features(statement: Statement) -> set[str]:
    """The words and cues of the innermost heading and of the introduction, the kind and the length."""
    return set().union(*setting_parts(statement))


def setting_parts(statement: Statement) -> tuple[frozenset[str], ...]:
    """The same in parts that come again and again; no two hold the same feature."""
    length = min(5, len(statement.text.split()) // LENGTH_STEP)
    return _shape(statement.kind, length), _below(statement.headings), _introduced(statement.intro)


@cache
def _shape(kind: BlockKind, length: int) -> frozenset[str]:
    return frozenset({f"kind:{kind.value}", f"length:{length}"})


@lru_cache(maxsize=4096)
def _below(headings: tuple[str, ...]) -> frozenset[str]:
    features = {f"h:{word}" for word in read_plain_words(headings[-1])[:HEADING_WORDS]} if headings else set()
    for heading in headings:
        features.update(f"hc:{hit.cue.id}" for hit in find_cues(heading, "heading"))
    return frozenset(features)


@lru_cache(maxsize=4096)
def _introduced(intro: str) -> frozenset[str]:
    if not intro:
        return frozenset()
    features = {f"iw:{word}" for word in read_plain_words(intro)[-INTRO_WORDS:]}
    for kind in ("status", "heading", "reason"):
        features.update(f"i{kind[0]}:{hit.cue.id}" for hit in find_cues(intro, kind))
    return frozenset(features)


def cue_relations(statement: Statement, own: list[int], others: list[int]) -> set[str]:
    """The cues of a statement and how they stand to a target.

    Args:
        statement: what is read.
        own: where the target's names start in its text; empty where it has none.
        others: where other names start.
    """
    text = statement.text
    hits = [hit for kind in CUE_KINDS for hit in find_cues(text, kind)]
    features = {f"c:{hit.cue.id}" for hit in hits}
    if not own:
        return features | {f"c:{hit.cue.id}:others" for hit in hits if others}
    clauses = split_clauses(text)
    for hit in hits:
        cue = hit.cue.id
        first, behind = clause_at(clauses, hit.start)
        is_inside = any(first <= place < behind for place in own)
        side = "behind" if min(own) < hit.start else "before"
        features.add(f"c:{cue}:{'in' if is_inside else 'out'}:{side}")
        if others:
            gap = min(abs(place - hit.start) for place in own)
            is_near = gap <= min(abs(place - hit.start) for place in others)
            features.add(f"c:{cue}:{'near' if is_near else 'far'}")
    return features
