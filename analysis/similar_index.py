"""An index of competitions that answers "similar to this" within milliseconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from heapq import nsmallest
from operator import mul

from analysis.similar_kin import load_scales, metric_kin, types_kin
from analysis.similar_records import CompetitionFacts, Query, Similar
from analysis.similar_traits import overlap, read_traits, size_kin, split_traits, year_kin
from analysis.task_types import infer_from_text
from analysis.task_types_metrics import metric_families, metric_family, metric_hits
from analysis.task_types_phrases import longest
from analysis.task_types_rules import topic_finder, topics_with_broader
from analysis.task_types_words import STOP_WORDS, stem, tokens
from corpus.errors import NotKnownError

_BROADER = 0.5  # how much the topic above one counts
_SATURATION, _LENGTH = 1.5, 0.5  # k1 and b of BM25: how soon a further word adds little, how much a long text loses
_TOP = 2.0  # what one word gets at most, nearly: k1 + 1 is only reached without end
_DESCRIPTION_AT_MOST = 4_000  # characters
_OLD_AFTER_YEARS = 6
_SHARED_AT_MOST = 6
_TOPICS_SHARED = 3
_SPARE = 20
PARTS = ("task", "domain", "text", "metric", "traits", "size", "format")
_TRAITS_SHARED = 2


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a text is about, in the terms that are compared."""

    words: dict[str, float]  # stems with weights
    topics: dict[str, float]
    types: tuple[tuple[str, float], ...]  # with weights, 1 for the main one
    metric: str | None  # family
    metric_name: str | None
    traits: frozenset[str] = frozenset()
    year: int | None = None
    n_teams: int | None = None


@dataclass(slots=True)
class SimilarIndex:
    """Competitions with postings of their words and topics."""

    facts: tuple[CompetitionFacts, ...]
    _metrics: list[str | None] = field(default_factory=list)
    _words: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    _topics: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    _topics_of: list[dict[str, float]] = field(default_factory=list)  # by competition
    _topic_norms: list[float] = field(default_factory=list)
    _traits: list[tuple[frozenset[str], frozenset[str]]] = field(default_factory=list)  # of data and of format
    _newest_year: int | None = None
    _is_curated: bool = False  # most have curated words; one set of weights for all, so that scores can be compared

    @classmethod
    def build(cls, facts: Iterable[CompetitionFacts]) -> SimilarIndex:
        """An index of these competitions; their order does not matter."""
        index = cls(tuple(sorted(facts, key=lambda entry: (entry.slug, entry.platform))))
        words = [_words_of(entry) for entry in index.facts]
        lengths = [sum(found.values()) for found in words]
        usual = sum(lengths) / max(len(lengths), 1) or 1.0
        for number, entry in enumerate(index.facts):
            index._metrics.append(_metric_of(entry))
            index._traits.append(split_traits(_traits_of(entry)))
            slack = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[number] / usual)
            for word, weight in words[number].items():
                index._words.setdefault(word, []).append((number, weight * (_SATURATION + 1) / (weight + slack)))
            index._topics_of.append(_topics_of(entry))
            for topic, weight in index._topics_of[-1].items():
                index._topics.setdefault(topic, []).append((number, weight))
        index._topic_norms = [
            math.sqrt(sum((weight * index._rarity(index._topics, topic)) ** 2 for topic, weight in topics.items()))
            for topics in index._topics_of
        ]
        n_curated = sum(bool(entry.about or entry.keywords) for entry in index.facts)
        index._is_curated = 2 * n_curated > len(index.facts)
        index._newest_year = max((entry.year for entry in index.facts if entry.year), default=None)
        return index

    def search(self, query: Query, limit: int = 10) -> tuple[Similar, ...]:
        """The competitions nearest to the query, best first, equal ones by slug.

        Raises:
            NotKnownError: the query's slug is not in the index.
        """
        profile = self._profile(query)
        texts, topics = self._word_scores(profile.words), self._topic_scores(profile.topics)
        scales = load_scales()
        weights = _weights(profile, scales.weights_curated if self._is_curated else scales.weights)
        of_data, of_format = split_traits(profile.traits)
        years = {year: 0.5 * year_kin(profile.year, year) for year in {entry.year for entry in self.facts}}
        tasks: dict[tuple[str, ...], float] = {}  # few combinations among many competitions
        metrics = {family: metric_kin(profile.metric, family) for family in set(self._metrics)}
        scored: list[tuple[float, int, tuple[float, ...]]] = []
        for number in self._wanted(query):
            entry = self.facts[number]
            task = tasks.get(entry.task_types)
            if task is None:
                task = tasks[entry.task_types] = types_kin(profile.types, entry.task_types)
            traits, formats = self._traits[number]
            values: tuple[float, ...] = (
                task,
                topics.get(number, 0.0),
                texts.get(number, 0.0),
                metrics[self._metrics[number]],
                overlap(of_data, traits) if of_data and traits else 0.0,
                size_kin(profile.n_teams, entry.n_teams) if profile.n_teams else 0.0,
                max(overlap(of_format, formats), years[entry.year]) if of_format and formats else years[entry.year],
            )
            scored.append((-sum(map(mul, weights, values)), number, values))
        # Some more than are wanted: what is shown is rounded by part, and its sum decides.
        rows = []
        for _, number, values in nsmallest(limit + _SPARE, scored):
            named = zip(PARTS, weights, values, strict=True)
            parts = {name: round(weight * value, 4) for name, weight, value in named if weight}
            rows.append((round(sum(parts.values()), 4), number, parts))
        rows.sort(key=lambda row: (-row[0], row[1]))
        return tuple(self._row(profile, *row) for row in rows[:limit] if row[0] > 0)

    def _wanted(self, query: Query) -> Iterator[int]:
        """Numbers of the competitions that the query's limits leave."""
        is_limited = query.exclude or query.as_of or query.platform or query.within is not None
        for number, entry in enumerate(self.facts):
            if not is_limited:
                if entry.slug != query.slug:
                    yield number
            elif (query.within is None or entry.slug in query.within) and _is_wanted(entry, query):
                yield number

    def _row(self, profile: _Profile, score: float, number: int, parts: dict[str, float]) -> Similar:
        entry = self.facts[number]
        return Similar(
            entry.slug, entry.title, score, parts, self._shared(profile, number), self._differences(profile, number)
        )

    def _profile(self, query: Query) -> _Profile:
        if query.slug is None:
            return _profile_of_text(query)
        own = [entry for entry in self.facts if entry.slug == query.slug]
        if not own:
            near = get_close_matches(query.slug, [entry.slug for entry in self.facts], n=3)
            raise NotKnownError("competition", query.slug, tuple(near))
        entry = own[0]
        types = query.task_types or entry.task_types
        metric = query.metric or entry.metric
        return _Profile(
            words=dict.fromkeys(_words_of(entry), 1.0),
            topics=_topics_of(entry),
            types=tuple((task_type, 0.85**position) for position, task_type in enumerate(types)),
            metric=metric_family(query.metric) if query.metric else _metric_of(entry),
            metric_name=metric,
            traits=_traits_of(entry),
            year=entry.year,
            n_teams=entry.n_teams,
        )

    def _rarity(self, postings: Mapping[str, Sequence[tuple[int, float]]], term: str) -> float:
        return math.log(1 + len(self.facts) / (1 + len(postings.get(term, ()))))

    def _idf(self, word: str) -> float:
        n_with = len(self._words.get(word, ()))
        return math.log(1 + (len(self.facts) - n_with + 0.5) / (n_with + 0.5))

    def _word_scores(self, words: Mapping[str, float]) -> dict[int, float]:
        """BM25 as a share of what a text with all the query's known words would get.

        Source: S. Robertson, H. Zaragoza (2009), Foundations and Trends in Information Retrieval 3(4), 333-389.
        """
        rarity = {word: self._idf(word) for word in words if word in self._words}
        most = _TOP * sum(words[word] * value for word, value in rarity.items())
        if not most:
            return {}
        scores: dict[int, float] = {}
        for word in sorted(rarity):
            value = words[word] * rarity[word] / most
            for number, share in self._words[word]:
                scores[number] = scores.get(number, 0.0) + value * share
        return {number: min(1.0, score) for number, score in scores.items()}

    def _topic_scores(self, topics: Mapping[str, float]) -> dict[int, float]:
        """Cosine of rarity-weighted topics."""
        rarity = {topic: self._rarity(self._topics, topic) for topic in topics}
        own = math.sqrt(sum((weight * rarity[topic]) ** 2 for topic, weight in topics.items()))
        scores: dict[int, float] = {}
        for topic, weight in sorted(topics.items()):
            for number, other in self._topics.get(topic, ()):
                scores[number] = scores.get(number, 0.0) + weight * other * rarity[topic] ** 2
        return {number: min(1.0, score / (own * self._topic_norms[number])) for number, score in scores.items()}

    def _shared(self, profile: _Profile, number: int) -> tuple[str, ...]:
        entry = self.facts[number]
        types = [task_type for task_type, _ in profile.types if task_type in entry.task_types]
        topics = sorted(
            set(profile.topics) & set(self._topics_of[number]),
            key=lambda name: (-self._rarity(self._topics, name), name),
        )
        text = f"{entry.description or ''} {entry.about} {' '.join(entry.keywords)} {entry.slug} {entry.title}"
        written = {stem(word): word for word in tokens(text)}
        words = sorted(set(profile.words) & set(written), key=lambda word: (-self._rarity(self._words, word), word))
        metric = [f"metric {entry.metric}"] if profile.metric and profile.metric == self._metrics[number] else []
        traits = sorted(profile.traits & frozenset().union(*self._traits[number]))
        told = (*types, *metric, *topics[:_TOPICS_SHARED], *traits[:_TRAITS_SHARED], *(written[word] for word in words))
        return tuple(dict.fromkeys(told))[:_SHARED_AT_MOST]

    def _differences(self, profile: _Profile, number: int) -> tuple[str, ...]:
        entry = self.facts[number]
        found: list[str] = []
        if profile.types and entry.task_types and not set(dict(profile.types)) & set(entry.task_types):
            wanted, offered = profile.types[0][0].split("/"), entry.task_types[0].split("/")
            for name, one, other in zip(("modality", "task"), wanted, offered, strict=True):
                if one != other:
                    found.append(f"{name} differs: {one} vs {other}")
        if profile.metric and self._metrics[number] and metric_kin(profile.metric, self._metrics[number]) == 0:
            found.append(f"metric differs: {profile.metric_name} vs {entry.metric}")
        now = profile.year or self._newest_year
        if entry.year and now and now - entry.year > _OLD_AFTER_YEARS:
            found.append(f"year {entry.year}")
        return tuple(found)


def topics_of_text(text: str) -> dict[str, float]:
    """What a text is about: topics with weights, those above them included."""
    topics: dict[str, float] = {}
    for hit in longest(topic_finder().find(text)):
        weight = 1.0
        for topic in topics_with_broader(hit.value):
            topics[topic] = max(topics.get(topic, 0.0), weight)
            weight *= _BROADER
    return topics


def _profile_of_text(query: Query) -> _Profile:
    guesses = infer_from_text(query.text)
    if query.task_types:
        types = tuple((task_type, 0.85**position) for position, task_type in enumerate(query.task_types))
    else:
        types = tuple((guess.task_type, guess.score / guesses[0].score) for guess in guesses)
    hits = metric_hits(query.text)
    read = max(hits, key=lambda hit: (hit.length, hit.start)) if hits else None
    named = query.metric or (read.surface if read else None)
    family = metric_family(query.metric) if query.metric else (read.value if read else None)
    words = {stem(word): 1.0 for word in tokens(query.text) if word not in STOP_WORDS}
    return _Profile(words, topics_of_text(query.text), types, family, named, read_traits(query.text))


def _weights(profile: _Profile, shipped: Mapping[str, float]) -> tuple[float, ...]:
    """The weights of `PARTS`, 0 where the query cannot be judged by one; they sum to 1."""
    of_data, of_format = split_traits(profile.traits)
    is_told = (profile.types, profile.topics, True, profile.metric, of_data, profile.n_teams, of_format or profile.year)
    weights = [shipped[name] if told else 0.0 for name, told in zip(PARTS, is_told, strict=True)]
    return tuple(weight / sum(weights) for weight in weights)


def _words_of(entry: CompetitionFacts) -> dict[str, float]:
    fields = load_scales().fields
    texts = (
        (entry.title, fields["title"]),
        (entry.slug.replace("-", " ").replace("_", " "), fields["slug"]),
        (" ".join(tag.rsplit(">", 1)[-1] for tag in entry.tags), fields["tags"]),
        ((entry.description or "")[:_DESCRIPTION_AT_MOST], fields["description"]),
        (entry.about, fields["about"]),
        (f"{' '.join(entry.keywords)} {' '.join(entry.domains)}", fields["keywords"]),
    )
    words: dict[str, float] = {}
    for text, weight in texts:
        for word in {stem(word) for word in tokens(text) if word not in STOP_WORDS}:
            words[word] = words.get(word, 0.0) + weight
    return words


def _topics_of(entry: CompetitionFacts) -> dict[str, float]:
    tags = " . ".join(tag.rsplit(">", 1)[-1] for tag in entry.tags)
    text = " . ".join(
        (
            entry.title,
            entry.slug.replace("-", " "),
            tags,
            (entry.description or "")[:_DESCRIPTION_AT_MOST],
            entry.about,
            *entry.keywords,
        )
    )
    topics = topics_of_text(text)
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


def _metric_of(entry: CompetitionFacts) -> str | None:
    return entry.metric_family if entry.metric_family in metric_families() else metric_family(entry.metric)


def _traits_of(entry: CompetitionFacts) -> frozenset[str]:
    text = f"{entry.title} . {(entry.description or '')[:_DESCRIPTION_AT_MOST]} . {entry.about}"
    return read_traits(text, entry.traits)


def _is_wanted(entry: CompetitionFacts, query: Query) -> bool:
    if entry.slug == query.slug or (query.platform is not None and entry.platform != query.platform):
        return False
    if any(fnmatchcase(entry.slug, pattern) for pattern in query.exclude):
        return False
    if query.as_of is None:
        return True
    over = entry.deadline or (date(entry.year, 12, 31) if entry.year else None)
    return over is not None and over <= query.as_of
