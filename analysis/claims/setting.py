"""The place of a statement as features: its kind, what stands above it, and the cues in it."""

from __future__ import annotations

from analysis.claims.clauses import clause_at, split_clauses
from analysis.claims.cues import find_cues
from analysis.claims.words import read_plain_words
from analysis.mentions.statements import Statement

HEADING_WORDS = 10
INTRO_WORDS = 12
LENGTH_STEP = 8  # words
CUE_KINDS = ("reason", "status")


def setting_features(statement: Statement) -> set[str]:
    """The words and cues of the innermost heading and of the introduction, the kind and the length."""
    features = {f"kind:{statement.kind.value}", f"length:{min(5, len(statement.text.split()) // LENGTH_STEP)}"}
    if statement.headings:
        features.update(f"h:{word}" for word in read_plain_words(statement.headings[-1])[:HEADING_WORDS])
        for heading in statement.headings:
            features.update(f"hc:{hit.cue.id}" for hit in find_cues(heading, "heading"))
    if statement.intro:
        for kind in ("status", "heading", "reason"):
            features.update(f"i{kind[0]}:{hit.cue.id}" for hit in find_cues(statement.intro, kind))
        features.update(f"iw:{word}" for word in read_plain_words(statement.intro)[-INTRO_WORDS:])
    return features


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
