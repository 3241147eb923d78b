"""Why an architecture was chosen or dropped: the statements that give a reason, and the architecture each is about.

Three trained steps: does a statement give a reason at all (most do not and cost no more); which of the document's
architectures is it about, named or not; and has that architecture a reason of this polarity, all its statements taken
together. What is not found is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.claims.categories import (
    MOST_READ,
    category_features,
    category_rows,
    choose_categories,
    place_categories,
)
from analysis.claims.outline import Outline, Subject, link_parts
from analysis.claims.quotes import cut_quote
from analysis.claims.setting import cue_relations, setting_parts
from analysis.claims.trained import Judges
from analysis.claims.trees import sigmoid
from analysis.claims.words import WORD, class_features, key_of, target_features, word_features
from analysis.mentions.prose import PRONOUN
from analysis.mentions.statements import Statement
from corpus.records import BlockKind, CodeUse, Document, DocumentKind, Polarity, Reason, ReasonCategory, Status

SHORTEST_STATEMENT = 8
BOTH_SIDES = 0.7  # a statement speaks for both sides only where neither is much likelier
MOST_STATEMENTS = 6  # per architecture and polarity
MOST_PAIRS = 20_000  # of a statement and an architecture in one document; the richest real one measured has 1,200


Levels = tuple[tuple[str, int], ...]  # what scores say by polarity, in steps


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may give a reason, and what its words say for each polarity (log odds).

    Its features as a sentence are `features` with those of `shared`, as `sentence_parts` gives them.
    """

    place: int
    features: Set[str]
    scores: dict[str, float]
    shared: tuple[frozenset[str], ...] = ()


class Link(NamedTuple):
    """One statement and one architecture: how likely its reason is about it, by polarity."""

    candidate: Candidate
    subject: Subject
    probabilities: dict[str, float]


def screen_features(words: Sequence[str]) -> set[str]:
    """The words of a statement alone: cheap, and enough to pass over what gives no reason."""
    return {f"{WORD}{word}" for word in words}


def sentence_features(outline: Outline, place: int, document: Document) -> set[str]:
    """What a statement says, whoever it speaks of."""
    own, shared = sentence_parts(outline, place, document)
    return own.union(*shared)


def sentence_parts(outline: Outline, place: int, document: Document) -> tuple[set[str], tuple[frozenset[str], ...]]:
    """The same, its own features apart from those that it shares with others; none is in two parts."""
    statement = outline.statements[place]
    words = outline.words(place).seen_from(None)
    manner = _manner(document.kind, PRONOUN.match(statement.text) is not None, bool(statement.mentions))
    return word_features(words) | class_features(words), (*setting_parts(statement), manner)


@cache
def _manner(document: DocumentKind, is_pronoun: bool, has_names: bool) -> frozenset[str]:
    features = {f"document:{document.value}", "pronoun" if is_pronoun else "", "names" if has_names else ""}
    return frozenset(features - {""})


def find_candidates(outline: Outline, document: Document, judges: Judges) -> list[Candidate]:
    """The statements whose words may give a reason."""
    found = []
    for place, statement in enumerate(outline.statements):
        if len(statement.text) < SHORTEST_STATEMENT:
            continue
        screened = judges.screen.scores_of_endings(WORD, outline.words(place).seen_from(None))
        if screened["any"] < judges.cuts["screen"]:
            continue
        own, shared = sentence_parts(outline, place, document)
        scores = judges.sentence.scores_of_parts(own, shared)
        if max(scores.values()) >= judges.cuts["sentence"]:
            found.append(Candidate(place, own, scores, shared))
    return found


def said_of(outline: Outline, place: int, subject: Subject) -> set[str]:
    """What a statement says of one architecture."""
    statement, origin = outline.statements[place], outline.statements[place].span.start
    features: set[str] = set()
    ruled = outline.ruled(place)
    if ruled:
        own_reasons = [(polarity, category) for key, polarity, category in ruled if key == subject.key]
        features.update(f"ruled:{polarity}" for polarity, _ in own_reasons)
        features.update(f"ruled:{polarity}:{category}" for polarity, category in own_reasons)
        if not features:
            features.add("ruled:others")
    if subject.key not in outline.keys[place]:
        return features
    own: list[int] = []
    others: list[int] = []
    for mention in statement.mentions:
        is_own = key_of(mention.architecture_id, mention.name) == subject.key
        (own if is_own else others).append(mention.span.start - origin)
    features |= cue_relations(statement, own, others)
    return features | target_features(outline.words(place).seen_from(subject.key))


def pair_features(
    outline: Outline,
    candidate: Candidate,
    subject: Subject,
    subjects: Sequence[Subject],
    document: Document,
    of_it: Mapping[str, float],
) -> set[str]:
    """Everything that tells whether a statement's reason is about an architecture.

    Args:
        outline: the document's statements.
        candidate: the statement.
        subject: the architecture.
        subjects: all that were used or tried.
        document: what is known of the document beside its content.
        of_it: for each polarity what the statement says of this architecture (log odds).
    """
    levels = read_levels(candidate.scores), read_levels(of_it)
    return set().union(*pair_parts(outline, candidate.place, subject, subjects, document, levels))


def pair_parts(
    outline: Outline,
    place: int,
    subject: Subject,
    subjects: Sequence[Subject],
    document: Document,
    levels: tuple[Levels, Levels],
) -> tuple[frozenset[str], ...]:
    """The same in parts that come again and again; no two hold the same feature.

    `levels` are those of what the statement at `place` says at all, and of this architecture.
    """
    parts = link_parts(outline, place, subject, subjects)
    nearness = _nearness(outline, place, subject.key, parts)
    where = _where(document.kind, outline.statements[place].kind)
    return (*parts, where, level_features(nearness, subject.status, *levels))


@cache
def _where(document: DocumentKind, kind: BlockKind) -> frozenset[str]:
    return frozenset({f"document:{document.value}", f"in:{kind.value}"})


def read_levels(scores: Mapping[str, float]) -> Levels:
    """Log odds in steps of a half, between -4 and 3."""
    return tuple((polarity, max(-8, min(6, round(2 * score)))) for polarity, score in scores.items())


@lru_cache(maxsize=4096)
def level_features(nearness: str, status: Status, says: Levels, of_it: Levels) -> frozenset[str]:
    """What a statement says at all, and what of an architecture, by how near it stands and by its status."""
    features = {nearness, f"{nearness} {status.value}"}
    for source, levels in (("says", says), ("of it", of_it)):
        for polarity, height in levels:
            level = f"{source} {polarity}:{height}"
            features |= {level, f"{nearness} {level}", f"{status.value} {level}"}
    return frozenset(features)


def _nearness(outline: Outline, place: int, key: str, parts: Sequence[Set[str]]) -> str:
    """How a statement hangs together with an architecture, in a few words; `parts` are those of `link_parts`."""
    statement = outline.statements[place]
    _, naming, placing, *_ = parts
    if "named" in naming:
        return "is named"
    if any(key_of(m.architecture_id, m.name) == key for m in statement.carried):
        return "is carried alone" if len(statement.carried) == 1 else "is carried"
    if statement.mentions:
        return "is another's"
    if statement.carried:
        return "is carried by another"
    if "heading:over" in placing or "topic" in placing:
        return "is the topic"
    return "is nearest" if "nearest" in naming else "is far"


def find_links(
    outline: Outline, candidates: Sequence[Candidate], subjects: Sequence[Subject], document: Document, judges: Judges
) -> list[Link]:
    """Every candidate with every architecture; of too many those that speak up most, in order."""
    links = []
    if len(candidates) * len(subjects) > MOST_PAIRS:
        ranked = sorted(candidates, key=lambda candidate: -max(candidate.scores.values()))
        candidates = sorted(ranked[: MOST_PAIRS // len(subjects)], key=lambda candidate: candidate.place)
    totals: dict[frozenset[str], Levels] = {}  # few statements say anything of one that they do not name
    for candidate in candidates:
        says = read_levels(candidate.scores)
        for subject in subjects:
            said = frozenset(said_of(outline, candidate.place, subject))
            if said not in totals:
                totals[said] = read_levels(judges.target.scores(said))
            parts = pair_parts(outline, candidate.place, subject, subjects, document, (says, totals[said]))
            scores = judges.link.scores_of_parts((), parts)
            links.append(Link(candidate, subject, {polarity: sigmoid(score) for polarity, score in scores.items()}))
    return links


def reason_row(
    links: Sequence[Link],
    subject: Subject,
    polarity: str,
    n_subjects: int,
    document: Document,
    uses: Mapping[CodeUse, int],
) -> dict[str, float]:
    """What all statements together say for or against one architecture, as one row."""
    other = "against" if polarity == "for" else "for"
    own = sorted((link.probabilities[polarity] for link in links), reverse=True)
    against = sorted((link.probabilities[other] for link in links), reverse=True)
    none = 1.0
    for probability in own:
        none *= 1.0 - probability
    return {
        **{f"best:{at}": value for at, value in enumerate(own[:4])},
        **{f"other:{at}": value for at, value in enumerate(against[:2])},
        "any": 1.0 - none,
        "sum": sum(own),
        "statements": float(len(own)),
        "for": float(polarity == "for"),
        "tried": float(subject.status is Status.TRIED),
        "subjects": float(n_subjects),
        "code": float(sum(uses.values()) > 0),
        f"document:{document.kind.value}": 1.0,
    }


def find_reasons(
    outline: Outline,
    subjects: Sequence[Subject],
    document: Document,
    judges: Judges,
    uses: Mapping[str, Mapping[CodeUse, int]],
) -> dict[str, list[Reason]]:
    """The reasons of every architecture, by its key, the likeliest first.

    Args:
        outline: the document's statements.
        subjects: the architectures that were used or tried.
        document: what is known of it beside its content.
        judges: what is trained.
        uses: by key, what code does with it.
    """
    candidates = find_candidates(outline, document, judges) if subjects else []
    links = find_links(outline, candidates, subjects, document, judges)
    found: dict[str, list[Reason]] = {}
    read = _Read(outline, document, judges, {})
    for subject in subjects:
        own = [link for link in links if link.subject is subject]
        placed: list[tuple[float, Reason]] = []
        for polarity in Polarity if own else ():
            row = reason_row(own, subject, polarity, len(subjects), document, uses.get(subject.key, {}))
            likely = judges.reason.probability(row)
            if likely >= judges.cuts["reason"]:
                placed += _placed_reasons(read, own, polarity, likely)
        found[subject.key] = [reason for _, reason in sorted(placed, key=lambda pair: -pair[0])]
    return found


class _Read(NamedTuple):
    """One document whose reasons are placed; what a statement's categories are is remembered by its place."""

    outline: Outline
    document: Document
    judges: Judges
    categories: dict[int, dict[str, float]]

    def categories_at(self, link: Link) -> dict[str, float]:
        """The probability of each category, should the statement give a reason: it may be about several lines."""
        place = link.candidate.place
        if place not in self.categories:
            self.categories[place] = _category_scores(self.outline.statements[place], link.candidate, self.judges)
        return self.categories[place]


def _placed_reasons(
    read: _Read, links: Sequence[Link], polarity: Polarity, likely: float
) -> Iterator[tuple[float, Reason]]:
    """Probability and reason: the statements that are likely enough, each under its category.

    What speaks much more for the other side is left out. `likely`: that there is a reason of this polarity at all.
    """
    outline, document, judges, _ = read
    ranked = rank_links(links, polarity)
    kept = [
        link
        for link in ranked[:MOST_STATEMENTS]
        if link.probabilities[polarity] >= BOTH_SIDES * max(link.probabilities.values())
        and link.probabilities[polarity] >= _least(outline, link, judges.cuts)
    ]
    if not kept:
        return
    categories = {link.candidate.place: read.categories_at(link) for link in ranked}
    rows = rows_of_categories(ranked, polarity, likely, document, categories)
    chosen = choose_categories(
        {name: judges.categories.probability(row) for name, row in rows.items()}, judges.cuts["category"]
    )
    scores = [categories[link.candidate.place] for link in kept]
    weights = [link.probabilities[polarity] for link in kept]
    for link, probability, own in zip(kept, weights, place_categories(chosen, scores, weights), strict=True):
        span, quote = cut_quote(outline.statements[link.candidate.place], judges.sentence, polarity)
        for category in ReasonCategory:
            if quote and category.value in own:
                yield probability, Reason(category, polarity, span, quote, round(probability, 2))


def rank_links(links: Sequence[Link], polarity: str) -> list[Link]:
    """The links of one architecture that are likeliest for a polarity, at most MOST_READ, the likeliest first."""
    return sorted(links, key=lambda link: (-link.probabilities[polarity], link.candidate.place))[:MOST_READ]


def rows_of_categories(
    ranked: Sequence[Link],
    polarity: Polarity,
    likely: float,
    document: Document,
    categories: Mapping[int, Mapping[str, float]],
) -> dict[str, dict[str, float]]:
    """`category_rows` of one architecture's likeliest links; `categories` gives the scores of each by place."""
    other = Polarity.AGAINST if polarity is Polarity.FOR else Polarity.FOR
    subject = ranked[0].subject
    return category_rows(
        [categories[link.candidate.place] for link in ranked],
        [link.probabilities[polarity] for link in ranked],
        [link.probabilities[other] for link in ranked],
        likely,
        (polarity, subject.kind, subject.status, document.kind),
    )


def _least(outline: Outline, link: Link, cuts: Mapping[str, float]) -> float:
    """How likely a statement's reason must be about an architecture; more where it does not name it."""
    is_named = link.subject.key in outline.keys[link.candidate.place]
    return cuts["statement"] if is_named else cuts["unnamed statement"]


def _category_scores(statement: Statement, candidate: Candidate, judges: Judges) -> dict[str, float]:
    own = category_features(statement, candidate.features)
    scores = judges.category.scores_of_parts(own, candidate.shared)
    return {name: sigmoid(score) for name, score in scores.items()}
