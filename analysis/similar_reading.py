"""What a competition, or a person's question, is about: the terms in which competitions are compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from analysis.similar_kin import load_scales
from analysis.similar_records import CompetitionFacts, Query
from analysis.similar_traits import read_traits
from analysis.task_types import infer_from_text
from analysis.task_types_metrics import metric_families, metric_family, metric_hits
from analysis.task_types_phrases import Hit, longest
from analysis.task_types_rules import topic_finder, topic_words, topics_with_broader
from analysis.task_types_words import STOP_WORDS, stem, tokens

FIELDS = ("title", "slug", "tags", "description", "about", "keywords")  # a word's fields are bits 1, 2, 4 ... of a mask
_BROADER = 0.5  # how much the topic above one counts; a power of two, so that every weight is exact in four bytes
_LATER = 0.85  # how much each further task type of a query counts beside the one before
_DESCRIPTION_AT_MOST = 4_000  # characters
_SPELLINGS = (("isation", "ization"), ("ising", "izing"), ("ise", "ize"), ("our", "or"))


@dataclass(frozen=True, slots=True)
class Profile:
    """What a question is about, in the terms that are compared."""

    words: tuple[str, ...]  # stems, sorted
    topics: dict[str, float]
    types: tuple[tuple[str, float], ...]  # with weights, 1 for the main one
    metric: str | None  # family
    metric_name: str | None
    traits: frozenset[str] = frozenset()
    year: int | None = None
    n_teams: int | None = None


def profile_of_text(query: Query) -> Profile:
    """What a person's words are about."""
    if query.task_types:
        types = _weighted(query.task_types)
    else:
        guesses = infer_from_text(query.text)
        types = tuple((guess.task_type, guess.score / guesses[0].score) for guess in guesses)
    hits = metric_hits(query.text)
    read = max(hits, key=lambda hit: (hit.length, hit.start)) if hits else None
    named = query.metric or (read.surface if read else None)
    family = metric_family(query.metric) if query.metric else (read.value if read else None)
    words = sorted({stem(word) for word in tokens(query.text) if word not in STOP_WORDS})
    return Profile(tuple(words), topics_of_text(query.text), types, family, named, read_traits(query.text))


def profile_of_competition(query: Query, entry: CompetitionFacts) -> Profile:
    """What a competition is about, where it is the question; types and metric that the query names stand above."""
    return Profile(
        words=tuple(sorted(words_of(entry))),
        topics=topics_of(entry),
        types=_weighted(query.task_types or entry.task_types),
        metric=metric_family(query.metric) if query.metric else metric_of(entry),
        metric_name=query.metric or entry.metric,
        traits=traits_of(entry),
        year=entry.year,
        n_teams=entry.n_teams,
    )


@lru_cache(maxsize=1)
def mask_weights() -> tuple[float, ...]:
    """How much a word counts by the mask of the fields it stands in; index is the mask."""
    shipped = load_scales().fields
    return tuple(
        sum((shipped[name] for bit, name in enumerate(FIELDS) if mask >> bit & 1), 0.0)
        for mask in range(2 ** len(FIELDS))
    )


def words_of(entry: CompetitionFacts) -> dict[str, int]:
    """Stems of a competition, each with the mask of the fields that it stands in."""
    texts = (
        entry.title,
        entry.slug.replace("-", " ").replace("_", " "),
        " ".join(tag.rsplit(">", 1)[-1] for tag in entry.tags),
        (entry.description or "")[:_DESCRIPTION_AT_MOST],
        entry.about,
        " ".join((*entry.keywords, *entry.domains)),
    )
    words: dict[str, int] = {}
    for bit, text in enumerate(texts):
        for word in set(tokens(text)) if text else ():
            if word not in STOP_WORDS:
                folded = stem(word)
                words[folded] = words.get(folded, 0) | 1 << bit
    return words


def topics_of_text(text: str) -> dict[str, float]:
    """What a text is about: topics with weights, those above them included."""
    topics: dict[str, float] = {}
    for hit in longest([hit for hit in topic_finder().find(text) if _is_named(hit)]):
        weight = 1.0
        for topic in topics_with_broader(hit.value):
            topics[topic] = max(topics.get(topic, 0.0), weight)
            weight *= _BROADER
    return topics


def _is_named(hit: Hit[str]) -> bool:
    """Whether a topic is named by these words themselves, and not by others of the same stem.

    A topic's words hold in singular and plural and in both spellings: "learning" is no "learner", "training" no "train"
    and "classification" no "classifieds", though rules that weigh many cues may take them for one.
    """
    words = [_singular(word) for word in hit.surface.split()]
    return any(
        len(phrase) == len(words)
        and all(
            word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
            for word, wanted in zip(words, phrase, strict=True)
        )
        for phrase in _phrases_of(hit.value)
    )


@lru_cache(maxsize=1024)
def _phrases_of(topic: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a topic, word by word in the singular; one that ends in * stands for every word that begins so."""
    return tuple(
        tuple(
            word
            for part in phrase.split()
            for word in ([_spelled(part.casefold())] if part.endswith("*") else map(_singular, tokens(part)))
        )
        for phrase in topic_words(topic).split(",")
    )


@lru_cache(maxsize=16384)
def _singular(word: str) -> str:
    """The word in the singular and in one spelling; what has no plural may be cut too, both sides alike.

    >>> [_singular(word) for word in ("galaxies", "movies", "movie", "boxes", "drugs", "optimise", "tumours", "glass")]
    ['galaxy', 'movy', 'movy', 'box', 'drug', 'optimize', 'tumor', 'glass']
    """
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-2] if word.endswith(("sses", "xes", "ches", "shes", "zzes")) else word[:-1]
    if word.endswith("ie") and len(word) > 3:
        word = word[:-2] + "y"
    return _spelled(word)


def _spelled(word: str) -> str:
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    return word


def topics_of(entry: CompetitionFacts) -> dict[str, float]:
    """Topics of a competition with weights: of its words, and those that people noted."""
    texts = (
        entry.title,
        entry.slug.replace("-", " "),
        " . ".join(tag.rsplit(">", 1)[-1] for tag in entry.tags),
        (entry.description or "")[:_DESCRIPTION_AT_MOST],
        entry.about,
        *entry.keywords,
    )
    topics = topics_of_text(" . ".join(texts))
    for place, domain in enumerate(entry.domains):
        topics[domain] = _BROADER**place
        if "/" in domain:
            topics.setdefault(domain.partition("/")[0], _BROADER * _BROADER**place)
    if entry.series:
        topics[f"series {entry.series}"] = 1.0
    for topic in entry.topics:
        for step, name in enumerate(topics_with_broader(topic)):
            topics[name] = max(topics.get(name, 0.0), _BROADER**step)
    return topics


def metric_of(entry: CompetitionFacts) -> str | None:
    """The family of a competition's metric."""
    return entry.metric_family if entry.metric_family in metric_families() else metric_family(entry.metric)


def traits_of(entry: CompetitionFacts) -> frozenset[str]:
    """Traits of a competition's data and format."""
    text = f"{entry.title} . {(entry.description or '')[:_DESCRIPTION_AT_MOST]} . {entry.about}"
    return read_traits(text, entry.traits)


def _weighted(types: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    return tuple((task_type, _LATER**position) for position, task_type in enumerate(types))
