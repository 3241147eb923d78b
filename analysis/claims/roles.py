"""What an architecture does in a solution, from the words around its name, from code and from its kind."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from analysis.claims.gather import Gathered
from analysis.claims.role_words import NONE, roles_above, roles_in
from analysis.claims.trained import Judges
from corpus.records import Role, Status

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
GROUPS = {**dict.fromkeys(NETWORKS, "network"), **dict.fromkeys(HOSTS, "host")}  # kinds that do the same
SPOKEN = ("statement", "trail", "intro")  # in which a role may be named for all that do the same


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


def role_rows(gathered: Gathered, standings: Mapping[str, Status]) -> dict[str, dict[str, float]]:
    """Everything that tells what each architecture that was used or tried does, one row each, by key.

    Args:
        gathered: the document's mentions by architecture.
        standings: the status of each architecture that deserves a claim, by key.
    """
    firm = [key for key, status in standings.items() if status is not Status.MENTIONED]
    if not firm:
        return {}
    said = [roles_in(statement.text) for statement in gathered.outline.statements]
    often = Counter(role for found in said for role in found)
    shared = {f"document:{role.value}": math.log1p(n) for role, n in often.items()}
    kinds = {stand.key: stand.kind for stand in gathered.stands}
    around = {key: _around(gathered, key, said) for key in firm}
    return {
        key: _own_row(gathered, standings, key, kinds)
        | shared
        | _counted(around[key], _n_statements(gathered, key))
        | _place_row(gathered, firm, key)
        | _alike_row(gathered, firm, key, kinds, around)
        for key in firm
    }


def _own_row(
    gathered: Gathered, standings: Mapping[str, Status], key: str, kinds: Mapping[str, str]
) -> dict[str, float]:
    """What rules say, the words beside its names, its kind and the kinds of the others that were used."""
    kind, case = kinds[key], gathered.cases[key]
    near = [found.near for found in case.beside]
    beside = Counter(kinds[o] for o, status in standings.items() if o != key and status is Status.USED)
    features = {f"ruled:{role.value}": 1.0 for role in ruled_roles(kind, near, case.hints, frozenset(beside))}
    for role in Role:
        n = sum(role in found for found in near)
        if n:
            features[f"near:{role.value}"] = float(n)
            features[f"near share:{role.value}"] = n / len(near)
    features.update({f"code:{role.value}": 1.0 for role in case.hints})
    features.update({f"beside:{other}": float(n) for other, n in beside.items()})
    features[f"kind:{kind}"] = 1.0
    features[f"status:{standings[key].value}"] = 1.0
    features[f"in:{gathered.document.kind.value}"] = 1.0
    features["beside"] = float(sum(beside.values()))
    return features


def _around(gathered: Gathered, key: str, said: list[frozenset[Role]]) -> Counter[str]:
    """How often roles are named in, over and right beside the statements that name an architecture."""
    found: Counter[str] = Counter()
    for place in gathered.outline.places.get(key, ()):
        statement = gathered.outline.statements[place]
        above = [roles_above(heading) for heading in statement.headings]
        read = {
            "statement": said[place],
            "heading": above[-1] if above else NONE,
            "trail": NONE.union(*above),
            "intro": roles_above(statement.intro) if statement.intro else NONE,
        }
        found.update(f"{where}:{role.value}" for where, roles in read.items() for role in roles)
    for beside in gathered.cases[key].beside:
        found.update(f"before:{role.value}" for role in beside.before)
        found.update(f"behind:{role.value}" for role in beside.behind)
    return found


def _n_statements(gathered: Gathered, key: str) -> int:
    return len(gathered.outline.places.get(key, ()))


def _counted(around: Mapping[str, int], n_statements: int) -> dict[str, float]:
    """Counts, and the same by statement."""
    shares = {f"share {name}": n / max(1, n_statements) for name, n in around.items()}
    return {name: float(n) for name, n in around.items()} | shares


def _place_row(gathered: Gathered, firm: list[str], key: str) -> dict[str, float]:
    """How much of the document is about an architecture, and where that begins."""
    outline, document = gathered.outline, gathered.document
    places = outline.places.get(key, ())
    counts = {other: _n_statements(gathered, other) for other in firm}
    code = sum(gathered.cases[key].uses.values())
    return {
        "prose": float(len(places)),
        "code": float(code),
        "first": places[0] / len(outline.statements) if places else 1.0,
        "share": len(places) / max(1, sum(counts.values())),
        "spoken of less": float(sum(n > counts[key] for n in counts.values())),
        "claims": float(len(firm)),
        "title": float(gathered.cases[key].name.casefold() in (document.title or "").casefold()),
    }


def _alike_row(
    gathered: Gathered, firm: list[str], key: str, kinds: Mapping[str, str], around: Mapping[str, Counter[str]]
) -> dict[str, float]:
    """What is said of the others that do the same: backbones are often named as such once, for all of them."""
    group = GROUPS.get(kinds[key], kinds[key])
    alike = [other for other in firm if other != key and GROUPS.get(kinds[other], kinds[other]) == group]
    features = {"alike": float(len(alike))}
    n_statements = sum(_n_statements(gathered, other) for other in alike)
    for role in Role:
        n = sum(around[other][f"{where}:{role.value}"] for other in alike for where in SPOKEN)
        if n:
            features[f"alike:{role.value}"] = n / max(1, n_statements)
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
