"""Words that name a role, beside an architecture's name or in a text about it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from corpus.records import Role

WORDS: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (Role.BACKBONE, r"\b(?:backbones?|encoders?|feature extractors?)\b"),
        (Role.DECODER, r"\bdecoders?\b"),
        (Role.HEAD, r"\bheads?\b"),
        (
            Role.META,
            r"\b(?:stack(?:ed|ing|er|s)?|meta[- ]?(?:model|learner)s?|(?:second|2nd)[- ]level|level[- ]?2)\b",
        ),
        (
            Role.EMBEDDER,
            r"\b(?:embeddings?|embedder|feature extract\w+|extract(?:ed|ing)? features|global descriptors?)\b",
        ),
        (Role.RETRIEVER, r"\b(?:retriev\w+|recall (?:model|stage)|candidate generation|bi-?encoder)\b"),
        (Role.RERANKER, r"\b(?:re-?rank\w*|cross-?encoder|ranker)\b"),
        (
            Role.GENERATOR,
            r"\b(?:synthe\w+|generat(?:e|ed|ing|ion of)) (?:\w+ ){0,3}(?:data|samples|examples|texts?|images)\b",
        ),
        (Role.TEACHER, r"\b(?:teachers?|distill\w*|pseudo[- ]?label\w*)\b"),
        (Role.BASELINE, r"\bbaselines?\b"),
    )
)
# pieces of which one is in every such word
_ANY_WORD = re.compile(
    "backbone|encoder|extract|head|stack|meta|level|embedd|descriptor|retriev|recall|candidate|rank|synthe|generat|"
    "teacher|distill|pseudo|baseline|decoder"
)
NEAR = 45  # characters to either side of the name
BEFORE, BEHIND = 22, 16  # characters in which a word belongs to the name: "encoder: X", "X as backbone"
NONE: frozenset[Role] = frozenset()


class Beside(NamedTuple):
    """The roles that words beside one name give it: anywhere near, right before it, right behind it."""

    near: frozenset[Role]
    before: frozenset[Role]
    behind: frozenset[Role]


NOTHING = Beside(NONE, NONE, NONE)


def roles_in(text: str) -> frozenset[Role]:
    """The roles that words of a text name."""
    if text.isascii() and _ANY_WORD.search(text.lower()) is None:
        return NONE
    return frozenset(role for role, pattern in WORDS if pattern.search(text))


@lru_cache(maxsize=4096)
def roles_above(text: str) -> frozenset[Role]:
    """The same of a heading or an introduction, which come again for every statement below them."""
    return roles_in(text)


def roles_beside(text: str, start: int, end: int) -> Beside:
    """The roles that the words around a name at [start, end) of `text` give it."""
    near = roles_in(text[max(0, start - NEAR) : start] + " " + text[end : end + NEAR])
    if not near:
        return NOTHING
    return Beside(near, roles_in(text[max(0, start - BEFORE) : start]), roles_in(text[end : end + BEHIND]))
