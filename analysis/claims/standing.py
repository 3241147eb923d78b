"""How an architecture stands in a document: used, tried, mentioned, or nothing that deserves a claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from analysis.claims.generic import UMBRELLAS
from analysis.claims.outline import Outline
from analysis.claims.setting import cue_relations, setting_parts
from analysis.claims.status import Vote, section_status, settle
from analysis.claims.trained import Judges, Sums
from analysis.claims.words import TARGET, key_of, target_features, word_features
from corpus.records import BlockKind, CodeUse, Document, DocumentKind, Status

NONE = "none"  # the standing of what deserves no claim
STANDINGS = (*(status.value for status in Status), NONE)
MOST_PLACES = 20  # statements of one architecture whose words are read
TOUCHING = 3  # characters between two names that belong together
ARTICLE = frozenset({"a", "an", "our", "my", "single", "simple", "custom", "small", "plain", "basic"})


@dataclass(frozen=True, slots=True)
class Stand:
    """What is known of one architecture before its standing is judged.

    Attributes:
        key: `words.key_of` of it.
        kind: its kind in the catalogue; "" for one that the catalogue lacks.
        votes: of its mentions, each by what the rules say.
        uses: what code does with it, by number of places.
        n_variants: different sizes and checkpoints that the document gives.
    """

    key: str
    name: str
    kind: str
    votes: tuple[Vote, ...]
    uses: Mapping[CodeUse, int]
    n_variants: int
    ruled: Status = field(init=False)  # the status that rules alone give

    def __post_init__(self) -> None:
        object.__setattr__(self, "ruled", settle(self.votes)[0])

    @property
    def is_umbrella(self) -> bool:
        """Whether its name may only stand for others that the document names; what code runs stands for itself."""
        return self.key in UMBRELLAS and not self.uses.get(CodeUse.RUN, 0)


def mention_features(outline: Outline, place: int, stand: Stand, document: Document) -> set[str]:
    """What one statement says of an architecture that it names, for the words' judge."""
    own, shared = mention_parts(outline, place, stand, document)
    return own.union(*shared)


def mention_parts(
    outline: Outline, place: int, stand: Stand, document: Document
) -> tuple[set[str], tuple[frozenset[str], ...]]:
    """The same, its own features apart from those that it shares with others; none is in two parts."""
    statement = outline.statements[place]
    words = outline.words(place).seen_from(stand.key)
    origin = statement.span.start
    own: list[int] = []
    others: list[int] = []
    for mention in statement.mentions:
        is_own = key_of(mention.architecture_id, mention.name) == stand.key
        (own if is_own else others).append(mention.span.start - origin)
    features = word_features(words) | target_features(words) | cue_relations(statement, own, others)
    return features, (*setting_parts(statement), _who(document.kind, stand.kind))


@cache
def _who(document: DocumentKind, kind: str) -> frozenset[str]:
    return frozenset({f"document:{document.value}", f"architecture:{kind}"})


def word_scores(outline: Outline, stand: Stand, document: Document, judge: Sums) -> dict[str, list[float]]:
    """For each standing the scores of the statements that name an architecture."""
    scores: dict[str, list[float]] = {standing: [] for standing in judge.names}
    for place in outline.places.get(stand.key, [])[:MOST_PLACES]:
        for standing, score in judge.scores_of_parts(*mention_parts(outline, place, stand, document)).items():
            scores[standing].append(score)
    return scores


def standing_features(
    outline: Outline, stand: Stand, stands: Sequence[Stand], document: Document, scores: Mapping[str, Sequence[float]]
) -> dict[str, float]:
    """Everything that tells how an architecture stands, as one row."""
    places = outline.places.get(stand.key, [])
    n_statements = max(1, len(outline.statements))
    total = max(1, sum(len(outline.places.get(other.key, ())) for other in stands))
    features = {
        "prose": float(len(places)),
        "share": len(places) / total,
        "first": places[0] / n_statements if places else 1.0,
        "last": places[-1] / n_statements if places else 1.0,
        "variants": float(stand.n_variants),
        "stands": float(len(stands)),
        f"kind:{stand.kind}": 1.0,
        f"document:{document.kind.value}": 1.0,
        "ranked": float(bool(document.ranks)),
        "title": float(stand.name.casefold() in (document.title or "").casefold()),
        "unknown": float(not stand.kind),
    }
    features |= _vote_features(stand)
    features |= _place_features(outline, places)
    features |= _others(stand, stands)
    features |= _code_of_others(stand, stands)
    if stand.is_umbrella:
        features |= _umbrella(outline, stand, stands)
    for standing, found in scores.items():
        if found:
            features[f"words:{standing}:most"] = max(found)
            features[f"words:{standing}:least"] = min(found)
            features[f"words:{standing}:mean"] = sum(found) / len(found)
    return features


def _vote_features(stand: Stand) -> dict[str, float]:
    features: dict[str, float] = {f"ruled:{stand.ruled.value}": 1.0, "ruled:sure": settle(stand.votes)[1]}
    for status in Status:
        weights = [vote.weight for vote in stand.votes if vote.status is status]
        features[f"votes:{status.value}"] = float(len(weights))
        features[f"firmest:{status.value}"] = max(weights, default=0.0)
    for use, n in stand.uses.items():
        features[f"code:{use.value}"] = float(n)
    return features


def _place_features(outline: Outline, places: Sequence[int]) -> dict[str, float]:
    features: Counter[str] = Counter()
    for place in places:
        statement = outline.statements[place]
        section = section_status(statement.headings)
        features[f"section:{section.value if section else 'plain'}"] += 1
        if statement.kind in {BlockKind.HEADING, BlockKind.TABLE, BlockKind.LIST_ITEM, BlockKind.QUOTE}:
            features[f"in:{statement.kind.value}"] += 1
        features["names"] += len(outline.keys[place])
    shares = {name: n / len(places) for name, n in features.items()}
    return shares | {f"n:{name}": float(n) for name, n in features.items()}


def _others(stand: Stand, stands: Sequence[Stand]) -> dict[str, float]:
    ruled = Counter(other.ruled.value for other in stands if other is not stand)
    same = Counter(other.ruled.value for other in stands if other is not stand and other.kind == stand.kind)
    return {
        **{f"others:{name}": float(n) for name, n in ruled.items()},
        **{f"like:{name}": float(n) for name, n in same.items()},
    }


def _code_of_others(stand: Stand, stands: Sequence[Stand]) -> dict[str, float]:
    """How many others code runs, and what it does with this one where it does not run it."""
    run = sum(other.uses.get(CodeUse.RUN, 0) > 0 for other in stands if other is not stand)
    features = {"others:run": float(run)}
    if run and not stand.uses.get(CodeUse.RUN, 0):
        most = next((use for use in (CodeUse.COMMENTED, CodeUse.DEFINED, CodeUse.NAMED) if stand.uses.get(use)), None)
        features[f"passed over:{most.value if most else 'not there'}"] = float(run)
    return features


def _umbrella(outline: Outline, stand: Stand, stands: Sequence[Stand]) -> dict[str, float]:
    """Whether a generic word stands for members that the document names, or is a model of its own: "a small CNN"."""
    kinds = UMBRELLAS[stand.key]
    members = [other for other in stands if other.kind in kinds and other.key not in UMBRELLAS]
    firm = Counter(other.ruled.value for other in members)
    alone = beside = touching = 0
    for place in outline.places.get(stand.key, []):
        words = outline.words(place).seen_from(stand.key)
        for at, word in enumerate(words):
            if word == TARGET:
                alone += any(before in ARTICLE for before in words[max(0, at - 3) : at])
        beside += any(other.key in outline.keys[place] for other in members)
        touching += _touches(outline, place, stand.key)
    n = max(1, len(outline.places.get(stand.key, ())))
    return {
        "umbrella": 1.0,
        **{f"members:{name}": float(n) for name, n in firm.items()},
        "umbrella:alone": float(alone),
        "umbrella:beside": beside / n,
        "umbrella:touching": touching / n,
        "umbrella:members": float(len(members)),
    }


def _touches(outline: Outline, place: int, key: str) -> bool:
    """Whether a generic word stands right beside another name: "a U-Net CNN", "CNN (ResNet)"."""
    mentions = sorted(outline.statements[place].mentions, key=lambda mention: mention.span.start)
    for one, other in pairwise(mentions):
        keys = {key_of(m.architecture_id, m.name) for m in (one, other)}
        if key in keys and len(keys) > 1 and other.span.start - one.span.end <= TOUCHING:
            return True
    return False


def judge_standing(
    outline: Outline, stand: Stand, stands: Sequence[Stand], document: Document, judges: Judges
) -> dict[str, float]:
    """The probability of each standing; they add up to 1."""
    scores = word_scores(outline, stand, document, judges.standing_words)
    return judges.standing.probabilities(standing_features(outline, stand, stands, document, scores))


def least_claim(stand: Stand, stands: Sequence[Stand], cuts: Mapping[str, float]) -> float:
    """How likely a claim must be: more for a generic word where the document names members of its kind."""
    kinds = UMBRELLAS[stand.key] if stand.is_umbrella else frozenset()
    has_members = any(other.kind in kinds and other.key not in UMBRELLAS for other in stands)
    return cuts["umbrella claim"] if has_members else cuts["claim"]


def settle_standing(
    probabilities: Mapping[str, float], least: float, cuts: Mapping[str, float]
) -> tuple[Status, float] | None:
    """The status that scores best and its probability; None where a claim is less likely than `least`.

    Statuses that are rare would be chosen too seldom by probability alone; `cuts` leans towards them.
    """
    if 1.0 - probabilities[NONE] < least:
        return None
    best = max(Status, key=lambda s: (probabilities[s.value] * cuts.get(f"lean to {s.value}", 1.0), s.strength))
    return best, round(min(0.99, probabilities[best.value]), 2)
