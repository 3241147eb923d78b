"""Examples -> judges: sums of weights by logistic regression, trees by gradient boosting, cuts by what scores best.

Every judge that another one listens to is trained on documents that it is then not asked about (folds inside the
training data), so that what it says there is what it will say of new documents.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.claims.categories import category_features
from analysis.claims.outline import Subject
from analysis.claims.reasons import (
    SHORTEST_STATEMENT,
    Candidate,
    Link,
    pair_features,
    rank_links,
    reason_row,
    rows_of_categories,
    said_of,
    screen_features,
    sentence_features,
)
from analysis.claims.roles import role_rows
from analysis.claims.standing import NONE, STANDINGS, least_claim, mention_features, settle_standing, standing_features
from analysis.claims.trees import sigmoid
from corpus.records import Polarity, ReasonCategory, Role, Status
from training.data import Example, fold_of
from training.models import INNER, Boosting, Regressions

POLARITIES = ("for", "against")
GIVEN_ROLES = 3.0  # weight of the given roles, on which two readers agreed, beside ours of one reader
LEAST_EXAMPLES = 8  # of a category or role
CUTS = {
    "claim": 0.5,
    "umbrella claim": 0.6,
    "screen": -3.8,
    "sentence": -3.2,
    "reason": 0.4,
    "statement": 0.08,
    "unnamed statement": 0.12,
    "category": 0.25,
    "common role": 0.4,
    "rare role": 0.3,
    "lean to tried": 1.5,
    "lean to mentioned": 1.5,
}


def fit_judges(examples: Sequence[Example]) -> dict[str, Any]:
    """Everything `analysis.claims.trained.read_judges` reads, from annotated documents."""
    folds = [fold_of(f"inner {example.competition}", INNER) for example in examples]
    stored: dict[str, Any] = {"cuts": dict(CUTS)}
    standings = _fit_standing(examples, folds, stored)
    _fit_roles(examples, folds, standings, stored)
    _fit_reasons(examples, folds, standings, stored)
    return stored


def _fit_standing(examples: Sequence[Example], folds: Sequence[int], stored: dict[str, Any]) -> list[dict[str, Status]]:
    """Train what judges the standing; per example the statuses that judges who have not seen it give."""
    cases = [(number, stand) for number, e in enumerate(examples) for stand in e.gathered.stands]
    truth = []
    for number, stand in cases:
        example = examples[number]
        truth.append(example.standings.get(example.family_of[stand.key], NONE))
    features, owners, of_case = [], [], []
    for at, (number, stand) in enumerate(cases):
        outline = examples[number].gathered.outline
        for place in outline.places.get(stand.key, [])[:20]:
            features.append(mention_features(outline, place, stand, examples[number].document))
            owners.append(number)
            of_case.append(at)
    mentions_of = Counter(of_case)
    sums = Regressions(features, owners, [folds[n] for n in owners], 0.06)
    weights = [1 / mentions_of[at] for at in of_case]
    truths = {standing: [truth[at] == standing for at in of_case] for standing in STANDINGS}
    stored["standing_words"], scores = sums.fit_all(truths, weights)
    found: list[dict[str, list[float]]] = [{standing: [] for standing in STANDINGS} for _ in cases]
    for standing in STANDINGS:
        for at, score in zip(of_case, scores[standing], strict=True):
            found[at][standing].append(float(score))
    rows = [
        standing_features(e.gathered.outline, stand, e.gathered.stands, e.document, found[at])
        for at, (number, stand) in enumerate(cases)
        for e in (examples[number],)
    ]
    case_owners = [number for number, _ in cases]
    boosting = Boosting(
        rows, case_owners, [folds[n] for n in case_owners], n_estimators=80, learning_rate=0.08, min_child_samples=12
    )
    stored["standing"], probabilities = boosting.fit(truth, STANDINGS)
    result: list[dict[str, Status]] = [{} for _ in examples]
    for (number, stand), row in zip(cases, probabilities, strict=True):
        least = least_claim(stand, examples[number].gathered.stands, CUTS)
        settled = settle_standing(dict(zip(STANDINGS, map(float, row), strict=True)), least, CUTS)
        if settled:
            result[number][stand.key] = settled[0]
    return result


def _fit_roles(
    examples: Sequence[Example], folds: Sequence[int], standings: Sequence[dict[str, Status]], stored: dict[str, Any]
) -> None:
    rows, owners, truths = [], [], []
    for number, example in enumerate(examples):
        gold: dict[str, set[str]] = defaultdict(set)
        for claim in example.gold["claims"]:
            gold[claim["line"]].update(claim["roles"])
        for key, row in role_rows(example.gathered, standings[number]).items():
            if gold.get(example.family_of[key]):
                rows.append(row)
                owners.append(number)
                truths.append(gold[example.family_of[key]])
    weights = [GIVEN_ROLES if examples[number].is_given else 1.0 for number in owners]
    boosting = Boosting(rows, owners, [folds[n] for n in owners], min_child_samples=10)
    stored["roles"] = {}
    for role in Role:
        truth = [role.value in found for found in truths]
        if sum(truth) >= LEAST_EXAMPLES:
            stored["roles"][role.value] = boosting.fit(truth, weights=weights)[0]


def _fit_reasons(
    examples: Sequence[Example], folds: Sequence[int], standings: Sequence[dict[str, Status]], stored: dict[str, Any]
) -> None:
    places = [
        (number, place)
        for number, e in enumerate(examples)
        for place, statement in enumerate(e.gathered.outline.statements)
        if len(statement.text) >= SHORTEST_STATEMENT
    ]
    outlines = [e.gathered.outline for e in examples]
    features = [sentence_features(outlines[n], place, examples[n].document) for n, place in places]
    given = [_given(examples[n], place) for n, place in places]
    owners, place_folds = [n for n, _ in places], [folds[n] for n, _ in places]
    words = [screen_features(outlines[n].words(place).seen_from(None)) for n, place in places]
    is_any = [any(found.values()) for found in given]
    stored["screen"], screened = Regressions(words, owners, place_folds, 0.1).fit_all({"any": is_any})
    truths = {polarity: [bool(found[polarity]) for found in given] for polarity in POLARITIES}
    stored["sentence"], says = Regressions(features, owners, place_folds, 0.1).fit_all(truths)
    best = np.maximum(says["for"], says["against"])
    passed = (screened["any"] >= CUTS["screen"]) & (best >= CUTS["sentence"])
    kept = passed[np.array(is_any)].mean()
    print(f"{len(places)} statements; candidates: {passed.mean():.2f}, of those that give a reason {kept:.3f}")
    asked = [told or bool(one) for told, one in zip(is_any, passed, strict=True)]
    said = [
        category_features(outlines[n].statements[place], found) if is_asked else set()
        for (n, place), found, is_asked in zip(places, features, asked, strict=True)
    ]
    stored["category"], categories = _fit_categories(said, given, places, folds)
    candidates: list[list[Candidate]] = [[] for _ in examples]
    for at, (number, place) in enumerate(places):
        if passed[at]:
            scores = {polarity: float(says[polarity][at]) for polarity in POLARITIES}
            candidates[number].append(Candidate(place, frozenset(features[at]), scores))
    subjects = [_subjects(e, standings[number]) for number, e in enumerate(examples)]
    pairs = [
        (number, candidate, subject)
        for number in range(len(examples))
        for candidate in candidates[number]
        for subject in subjects[number]
    ]
    linked = _fit_links(examples, folds, pairs, subjects, stored)
    own: dict[tuple[int, str], list[Link]] = defaultdict(list)
    for (number, _, _), link in zip(pairs, linked, strict=True):
        own[number, link.subject.key].append(link)
    likely = _fit_reason(examples, folds, own, subjects, stored)
    _fit_categories_of_claims(examples, folds, own, likely, categories, stored)


def _given(example: Example, place: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {polarity: set() for polarity in POLARITIES}
    for (_, polarity), places in example.places.items():
        found[polarity] |= places.get(place, set())
    return found


def _fit_categories(
    features: Sequence[set[str]],
    given: Sequence[dict[str, set[str]]],
    places: Sequence[tuple[int, int]],
    folds: Sequence[int],
) -> tuple[dict[str, Any], dict[tuple[int, int], dict[str, float]]]:
    """Trained on statements that give a reason; asked about all that have features, of which it gives probabilities."""
    asked = [at for at, found in enumerate(features) if found]
    owners = [places[at][0] for at in asked]
    sums = Regressions([features[at] for at in asked], owners, [folds[n] for n in owners], 0.3)
    truths = {
        category.value: [any(category.value in found for found in given[at].values()) for at in asked]
        for category in ReasonCategory
    }
    is_reason = [float(any(given[at].values())) for at in asked]
    stored, scores = sums.fit_all(
        {name: truth for name, truth in truths.items() if sum(truth) >= LEAST_EXAMPLES}, is_reason
    )
    said = {
        places[at]: {name: sigmoid(float(found[row])) for name, found in scores.items()} for row, at in enumerate(asked)
    }
    return stored, said


def _subjects(example: Example, standings: Mapping[str, Status]) -> list[Subject]:
    return [
        Subject(stand.key, stand.name, stand.kind, standings[stand.key])
        for stand in example.gathered.stands
        if standings.get(stand.key, Status.MENTIONED) is not Status.MENTIONED
    ]


Pair = tuple[int, Candidate, Subject]


def _fit_links(
    examples: Sequence[Example],
    folds: Sequence[int],
    pairs: Sequence[Pair],
    subjects: Sequence[list[Subject]],
    stored: dict[str, Any],
) -> list[Link]:
    owners = [number for number, _, _ in pairs]
    pair_folds = [folds[n] for n in owners]
    truth = {
        polarity: [
            candidate.place in examples[n].places.get((examples[n].family_of[subject.key], polarity), {})
            for n, candidate, subject in pairs
        ]
        for polarity in POLARITIES
    }
    said = [said_of(examples[n].gathered.outline, candidate.place, subject) for n, candidate, subject in pairs]
    stored["target"], of_it = Regressions(said, owners, pair_folds, 0.1).fit_all(truth)
    features = [
        pair_features(
            examples[n].gathered.outline,
            candidate,
            subject,
            subjects[n],
            examples[n].document,
            {polarity: float(of_it[polarity][at]) for polarity in POLARITIES},
        )
        for at, (n, candidate, subject) in enumerate(pairs)
    ]
    stored["link"], scores = Regressions(features, owners, pair_folds, 0.1).fit_all(truth)
    return [
        Link(candidate, subject, {polarity: sigmoid(float(scores[polarity][at])) for polarity in POLARITIES})
        for at, (_, candidate, subject) in enumerate(pairs)
    ]


def _fit_reason(
    examples: Sequence[Example],
    folds: Sequence[int],
    own: Mapping[tuple[int, str], list[Link]],
    subjects: Sequence[list[Subject]],
    stored: dict[str, Any],
) -> dict[tuple[int, str, Polarity], float]:
    """Train what judges whether a claim has a reason; what judges who have not seen it say of each."""
    rows, owners, truth, asked = [], [], [], []
    for (number, key), links in own.items():
        example = examples[number]
        for polarity in Polarity:
            uses = example.gathered.cases[key].uses
            rows.append(reason_row(links, links[0].subject, polarity, len(subjects[number]), example.document, uses))
            owners.append(number)
            truth.append(bool(_categories_of(example, key, polarity)))
            asked.append((number, key, polarity))
    boosting = Boosting(rows, owners, [folds[n] for n in owners], n_estimators=60, num_leaves=6)
    stored["reason"], probabilities = boosting.fit(truth)
    return {one: float(found) for one, (found,) in zip(asked, probabilities, strict=True)}


def _fit_categories_of_claims(
    examples: Sequence[Example],
    folds: Sequence[int],
    own: Mapping[tuple[int, str], list[Link]],
    likely: Mapping[tuple[int, str, Polarity], float],
    said: Mapping[tuple[int, int], Mapping[str, float]],
    stored: dict[str, Any],
) -> None:
    rows, owners, truth = [], [], []
    for (number, key, polarity), probability in likely.items():
        ranked = rank_links(own[number, key], polarity)
        by_place = {link.candidate.place: said[number, link.candidate.place] for link in ranked}
        true = _categories_of(examples[number], key, polarity)
        found = rows_of_categories(ranked, polarity, probability, examples[number].document, by_place)
        for category, row in found.items():
            rows.append(row)
            owners.append(number)
            truth.append(category in true)
    boosting = Boosting(rows, owners, [folds[n] for n in owners], min_child_samples=30)
    stored["categories"] = boosting.fit(truth)[0]


def _categories_of(example: Example, key: str, polarity: Polarity) -> set[str]:
    """The categories of all reasons of a polarity that the annotation gives an architecture."""
    line = example.family_of[key]
    return {
        reason["category"]
        for claim in example.gold["claims"]
        if claim["line"] == line
        for reason in claim["reasons"]
        if reason["polarity"] == polarity
    }
