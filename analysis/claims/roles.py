"""What an architecture does in a solution, from words beside its name, from construction hints and from its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from analysis.claims.trained import Judges
from corpus.records import Document, Role, Status

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
LEARNERS = frozenset(  # kinds that predict by themselves unless a word says otherwise
    {
        *("gbdt", "tree_ensemble", "tree", "linear", "kernel", "knn", "bayes", "ensemble", "cluster", "search", "rl"),
        *("tabular_nn", "tabular_fm", "timeseries_stat", "recsys", "automl", "llm", "segmenter", "detector"),
    }
)
SAID_OUTRIGHT = 0.5  # share of the mentions beside which a role is named
COMMON = frozenset({Role.MAIN, Role.BACKBONE})
NETWORKS = frozenset({"cnn", "vit", "hybrid_vision", "mlp_vision", "self_supervised"})
HOSTS = frozenset({"segmenter", "detector", "audio_nn"})


def roles_near(text: str, start: int, end: int) -> frozenset[Role]:
    """Roles that the words around a name at [start, end) of `text` give it."""
    window = text[max(0, start - NEAR) : start] + " " + text[end : end + NEAR]
    if window.isascii() and _ANY_WORD.search(window.lower()) is None:
        return frozenset()
    return frozenset(role for role, pattern in WORDS if pattern.search(window))


def ruled_roles(
    kind: str, near: Iterable[frozenset[Role]], hints: Iterable[Role], kinds_beside: frozenset[str]
) -> frozenset[Role]:
    """The roles that rules give one claim.

    Args:
        kind: the architecture's kind in the catalogue.
        near: roles that words near each mention give.
        hints: roles that constructions in code give.
        kinds_beside: kinds of the other architectures the document uses.
    """
    roles = set(hints)
    for found in near:
        roles |= found
    if kind in NETWORKS and kinds_beside & HOSTS and Role.MAIN not in roles:
        roles.add(Role.BACKBONE)
    if kind in LEARNERS and not roles & {Role.META, Role.RETRIEVER, Role.RERANKER, Role.EMBEDDER, Role.GENERATOR}:
        roles.add(Role.MAIN)
    if not roles:
        roles.add(Role.MAIN)
    if Role.BACKBONE in roles and kind in NETWORKS:
        roles.discard(Role.MAIN)
    return frozenset(roles)


def role_features(
    kind: str,
    status: Status,
    near: Sequence[frozenset[Role]],
    hints: Sequence[Role],
    kinds_beside: Mapping[str, int],
    document: Document,
) -> dict[str, float]:
    """Everything that tells what an architecture does, as one row; the arguments are those of `ruled_roles`."""
    features = {f"ruled:{role.value}": 1.0 for role in ruled_roles(kind, near, hints, frozenset(kinds_beside))}
    for role in Role:
        n = sum(role in found for found in near)
        if n:
            features[f"near:{role.value}"] = float(n)
            features[f"near share:{role.value}"] = n / len(near)
    features.update({f"code:{role.value}": 1.0 for role in hints})
    features.update({f"beside:{other}": float(n) for other, n in kinds_beside.items()})
    features[f"kind:{kind}"] = 1.0
    features[f"status:{status.value}"] = 1.0
    features[f"document:{document.kind.value}"] = 1.0
    features["beside"] = float(sum(kinds_beside.values()))
    return features


def judge_roles(row: Mapping[str, float], judges: Judges) -> tuple[Role, ...]:
    """The roles of a claim in the order of the enumeration, at least one.

    A rare role that words beside half of the mentions name outright needs no judge: few examples teach it.
    """
    found = judges.roles.each(row)
    best = max(found, key=lambda name: (found[name], name))
    cuts = judges.cuts

    def has(role: Role) -> bool:
        if role in COMMON:
            return found.get(role.value, 0.0) >= cuts["common role"]
        is_said = row.get(f"near share:{role.value}", 0.0) >= SAID_OUTRIGHT
        return is_said or found.get(role.value, 0.0) >= cuts["rare role"]

    return tuple(role for role in Role if role.value == best or has(role))
