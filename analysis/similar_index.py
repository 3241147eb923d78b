"""An index of competitions that answers "similar to this" within milliseconds; it can be kept as bytes."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from heapq import nlargest, nsmallest
from operator import mul
from typing import TypeVar

from analysis.similar_columns import Columns, Postings, from_bytes, to_bytes
from analysis.similar_kin import load_scales, metric_kin, types_kin
from analysis.similar_reading import (
    Profile,
    mask_weights,
    metric_of,
    profile_of_competition,
    profile_of_text,
    topics_of,
    traits_of,
    words_of,
)
from analysis.similar_records import CompetitionFacts, Query, Similar
from analysis.similar_traits import overlap, size_kin, split_traits, year_kin
from analysis.task_types_metrics import metric_family
from analysis.task_types_words import stem, tokens
from corpus.errors import NotKnownError

_SATURATION, _LENGTH = 1.5, 0.5  # k1 and b of BM25: how soon a further word adds little, how much a long text loses
_OWN_LENGTH = (
    0.75  # how much of a competition's own number of topics its likeness is measured by, the query's beside it
)
_TOP = 2.0  # what one word gets at most, nearly: k1 + 1 is only reached without end
_OLD_AFTER_YEARS = 6
_SHARED_AT_MOST = 6
_TOPICS_SHARED = 3
_SPARE = 20
PARTS = ("task", "domain", "text", "metric", "traits", "size", "format")
_TRAITS_SHARED = 2
_CLOSE = 1e-9  # how far the sum of a score may be off when it is added up in another order
_NOTHING = 1e-6  # a score below this is shown as 0

ReadFacts = Callable[[Sequence[str]], Mapping[str, CompetitionFacts]]  # facts by key, of those keys that are known
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Scores:
    """What each part gives each competition, 0 to 1: by number, or by place in the columns' lists."""

    tasks: list[float]  # by combination of types
    topics: list[float]  # by number
    texts: list[float]  # by number
    metrics: list[float]  # by family
    traits: list[float]  # by combination of traits
    sizes: list[float]  # by number; empty: none
    formats: list[float]  # by combination of traits
    years: dict[int, float]

    def of(self, columns: Columns, number: int) -> tuple[float, ...]:
        """The values of `PARTS` for one competition."""
        at = columns.of
        traits = at["traits_at"][number]
        return (
            self.tasks[at["types_at"][number]],
            self.topics[number],
            self.texts[number],
            self.metrics[at["metric_at"][number]],
            self.traits[traits],
            self.sizes[number] if self.sizes else 0.0,
            max(self.formats[traits], self.years[at["years"][number]]),
        )


@dataclass(frozen=True, slots=True)
class SimilarIndex:
    """Competitions with postings of their words and topics."""

    columns: Columns
    read_facts: ReadFacts  # asked for the few competitions that are shown

    @classmethod
    def build(cls, facts: Iterable[CompetitionFacts]) -> SimilarIndex:
        """An index of these competitions; their order does not matter."""
        entries = {_key(entry): entry for entry in sorted(facts, key=lambda entry: (entry.slug, entry.platform))}
        return cls(_build_columns(list(entries.values())), lambda keys: {key: entries[key] for key in keys})

    @classmethod
    def load(cls, kept: bytes, stamp: str, read_facts: ReadFacts) -> SimilarIndex:
        """The index that `keep` gave.

        Raises:
            KeptIndexError: the bytes are damaged, or were kept under another stamp.
        """
        return cls(from_bytes(kept, stamp), read_facts)

    def keep(self, stamp: str) -> bytes:
        """The index as bytes, under a stamp that says which state of which facts it was made from."""
        return to_bytes(self.columns, stamp)

    def __len__(self) -> int:
        return len(self.columns.keys)

    def search(self, query: Query, limit: int = 10) -> tuple[Similar, ...]:
        """The competitions nearest to the query, best first, equal ones by slug.

        Raises:
            NotKnownError: the query's slug is not in the index.
            KeptIndexError: numbers of a loaded index lead nowhere.
        """
        profile = self._profile(query)
        scales = load_scales()
        weights = _weights(profile, scales.weights_curated if self.columns.is_curated else scales.weights)
        scores = self._scores(profile)
        scored = []
        for number in self._nearest(query, weights, scores, limit + _SPARE):
            values = scores.of(self.columns, number)
            scored.append((-sum(map(mul, weights, values)), number, values))
        # Some more than are wanted: what is shown is rounded by part, and its sum decides.
        rows = []
        for _, number, values in nsmallest(limit + _SPARE, scored):
            named = zip(PARTS, weights, values, strict=True)
            parts = {name: round(weight * value, 4) for name, weight, value in named if weight}
            rows.append((round(sum(parts.values()), 4), number, parts))
        rows.sort(key=lambda row: (-row[0], row[1]))
        return tuple(self._shown(profile, [row for row in rows[:limit] if row[0] > 0]))

    def _nearest(self, query: Query, weights: Sequence[float], scores: _Scores, n: int) -> list[int]:
        """Numbers of at least the `n` best that the query's limits leave, and of few others."""
        task, topic, text, metric, data, size, form = weights
        at = self.columns.of
        tasks, metrics = [task * value for value in scores.tasks], [metric * value for value in scores.metrics]
        traits, years = [data * value for value in scores.traits], scores.years
        totals = [
            tasks[types] + metrics[family] + traits[trait] + form * years[year]
            for types, family, trait, year in zip(
                at["types_at"], at["metric_at"], at["traits_at"], at["years"], strict=True
            )
        ]
        if form and any(scores.formats):
            for number, (trait, year) in enumerate(zip(at["traits_at"], at["years"], strict=True)):
                totals[number] += form * max(0.0, scores.formats[trait] - years[year])
        totals = [
            total + topic * topics + text * texts
            for total, topics, texts in zip(totals, scores.topics, scores.texts, strict=True)
        ]
        if scores.sizes:
            totals = [total + size * value for total, value in zip(totals, scores.sizes, strict=True)]
        wanted = self._wanted(query)
        best = nlargest(n, totals if wanted is None else map(totals.__getitem__, wanted))
        least = max(best[-1] if len(best) == n else 0.0, _NOTHING) - _CLOSE
        among = range(len(totals)) if wanted is None else wanted
        return [number for number in among if totals[number] >= least]

    def _wanted(self, query: Query) -> list[int] | None:
        """Numbers of the competitions that the query's limits leave; None: all."""
        keys, limits = self.columns.keys, list[Callable[[int], bool]]()
        if (within := query.within) is not None:
            limits.append(lambda number: keys[number] in within)
        if (platform := query.platform) is not None:
            limits.append(lambda number: keys[number].startswith(f"{platform}/"))
        if query.exclude:
            limits.append(lambda number: not any(fnmatchcase(_slug_of(keys[number]), one) for one in query.exclude))
        if query.as_of is not None:
            over_on, as_of = self.columns.of["over_on"], query.as_of.toordinal()
            limits.append(lambda number: 0 < over_on[number] <= as_of)
        if query.slug is not None:
            own = set(self._numbers(query.slug))
            limits.append(lambda number: number not in own)
        found: Iterable[int] = range(len(keys))
        for limit in limits:
            found = filter(limit, found)
        return list(found) if limits else None

    def _numbers(self, slug: str) -> list[int]:
        """Numbers of the competitions of this slug, on any platform: they lie side by side."""
        keys = self.columns.keys
        start = bisect_left(keys, slug, key=_slug_of)
        return list(range(start, bisect_right(keys, slug, start, key=_slug_of)))

    def _scores(self, profile: Profile) -> _Scores:
        columns = self.columns
        of_data, of_format = split_traits(profile.traits)
        split = [split_traits(names) for names in columns.traits]
        sizes: dict[int, float] = {}
        if profile.n_teams:
            sizes = {n: size_kin(profile.n_teams, n) for n in set(columns.of["n_teams"])}
        return _Scores(
            tasks=[types_kin(profile.types, types) for types in columns.types],
            topics=self._topic_scores(profile.topics),
            texts=self._word_scores(profile.words),
            metrics=[metric_kin(profile.metric, family) for family in columns.metrics],
            traits=[overlap(of_data, data) for data, _ in split],
            sizes=list(map(sizes.__getitem__, columns.of["n_teams"])) if sizes else [],
            formats=[overlap(of_format, form) for _, form in split],
            years={year: 0.5 * year_kin(profile.year, year) for year in set(columns.of["years"])},
        )

    def _profile(self, query: Query) -> Profile:
        if query.slug is None:
            return profile_of_text(query)
        keys = [self.columns.keys[number] for number in self._numbers(query.slug)[:1]]
        own = self.read_facts(keys)
        if not own:
            near = get_close_matches(query.slug, [key.partition("/")[2] for key in self.columns.keys], n=3)
            raise NotKnownError("competition", query.slug, tuple(near))
        return profile_of_competition(query, own[keys[0]])

    def _rarity(self, postings: Postings, term: str) -> float:
        return math.log(1 + len(self) / (1 + postings.count(term)))

    def _idf(self, word: str) -> float:
        n_with = self.columns.words.count(word)
        return math.log(1 + (len(self) - n_with + 0.5) / (n_with + 0.5))

    def _word_scores(self, words: Sequence[str]) -> list[float]:
        """BM25 as a share of what a text with all the query's known words would get, by number.

        Source: S. Robertson, H. Zaragoza (2009), Foundations and Trends in Information Retrieval 3(4), 333-389.
        """
        rarity = {word: self._idf(word) for word in words if self.columns.words.count(word)}
        most = _TOP * sum(rarity.values())
        scores = [0.0] * len(self)
        slack = self.columns.of["slack"]
        for word, idf in rarity.items():
            value = idf / most
            weight_of = mask_weights()
            tops = [weight * (_SATURATION + 1) for weight in weight_of]
            for number, mask in zip(*self.columns.words.of(word), strict=True):
                scores[number] += value * (tops[mask] / (weight_of[mask] + slack[number]))
        return [min(1.0, score) for score in scores]

    def _topic_scores(self, topics: Mapping[str, float]) -> list[float]:
        """Rarity-weighted topics in common, by number: a cosine in which a competition about much loses a little less.

        With a plain cosine one that is about a single topic of many that are asked for stood above those about more.
        """
        rarity = {topic: self._rarity(self.columns.topics, topic) for topic in topics}
        own = math.sqrt(sum((weight * rarity[topic]) ** 2 for topic, weight in topics.items()))
        scores = [0.0] * len(self)
        met: set[int] = set()
        for topic, weight in sorted(topics.items()):
            numbers, others = self.columns.topics.of(topic)
            met.update(numbers)
            for number, other in zip(numbers, others, strict=True):
                scores[number] += weight * other * rarity[topic] ** 2
        norms = self.columns.of["topic_norms"]
        for number in met:
            length = norms[number] ** _OWN_LENGTH * own ** (1 - _OWN_LENGTH)
            scores[number] = min(1.0, scores[number] / (own * length))
        return scores

    def _shown(self, profile: Profile, rows: Sequence[tuple[float, int, dict[str, float]]]) -> Iterator[Similar]:
        """Those rows whose facts are known, with what they share with the query and what sets them apart."""
        keys = self.columns.keys
        facts = self.read_facts([keys[number] for _, number, _ in rows])
        for score, number, parts in rows:
            entry = facts.get(keys[number])
            if entry is not None:
                shared, differences = self._shared(profile, number, entry), self._differences(profile, number, entry)
                yield Similar(entry.slug, entry.title, score, parts, shared, differences, entry.platform)

    def _shared(self, profile: Profile, number: int, entry: CompetitionFacts) -> tuple[str, ...]:
        columns = self.columns
        types = [task_type for task_type, _ in profile.types if task_type in entry.task_types]
        topics = sorted(
            (topic for topic in profile.topics if columns.topics.has(topic, number)),
            key=lambda name: (-self._rarity(columns.topics, name), name),
        )
        text = f"{entry.description or ''} {entry.about} {' '.join(entry.keywords)} {entry.slug} {entry.title}"
        written = {stem(word): word for word in tokens(text)}
        words = sorted(set(profile.words) & set(written), key=lambda word: (-self._rarity(columns.words, word), word))
        family = self._metric(number)
        metric = [f"metric {_named(entry.metric, family)}"] if family and family == profile.metric else []
        traits = sorted(profile.traits & set(columns.traits[columns.of["traits_at"][number]]))
        told = (*types, *metric, *topics[:_TOPICS_SHARED], *traits[:_TRAITS_SHARED], *(written[word] for word in words))
        return tuple(dict.fromkeys(told))[:_SHARED_AT_MOST]

    def _differences(self, profile: Profile, number: int, entry: CompetitionFacts) -> tuple[str, ...]:
        found: list[str] = []
        if profile.types and entry.task_types and not set(dict(profile.types)) & set(entry.task_types):
            wanted, offered = profile.types[0][0].split("/"), entry.task_types[0].split("/")
            for name, one, other in zip(("modality", "task"), wanted, offered, strict=True):
                if one != other:
                    found.append(f"{name} differs: {one} vs {other}")
        family = self._metric(number)
        if profile.metric and family and metric_kin(profile.metric, family) == 0:
            asked = _named(profile.metric_name, profile.metric)
            found.append(f"metric differs: {asked} vs {_named(entry.metric, family)}")
        now = profile.year or self.columns.newest_year
        if entry.year and now and now - entry.year > _OLD_AFTER_YEARS:
            found.append(f"year {entry.year}")
        return tuple(found)

    def _metric(self, number: int) -> str | None:
        family: int = self.columns.of["metric_at"][number]
        return self.columns.metrics[family]


def _named(metric: str | None, family: str) -> str:
    """A metric as its source names it, where that name tells its family; else the family."""
    return metric if metric and metric_family(metric) == family else family.replace("_", " ")


def _build_columns(entries: Sequence[CompetitionFacts]) -> Columns:
    words = [words_of(entry) for entry in entries]
    topics = [topics_of(entry) for entry in entries]
    columns = Columns(keys=[_key(entry) for entry in entries])
    columns.words, columns.topics = Postings.build("B", words), Postings.build("f", topics)
    weight_of, n = mask_weights(), len(entries)
    lengths = [math.fsum(weight_of[mask] for mask in found.values()) for found in words]
    usual = sum(lengths) / max(n, 1) or 1.0
    rarity = {topic: math.log(1 + n / (1 + columns.topics.count(topic))) for topic in columns.topics.terms}
    values: dict[str, list[int] | list[float]] = {
        "types_at": _codes([entry.task_types for entry in entries], columns.types),
        "metric_at": _codes([metric_of(entry) for entry in entries], columns.metrics),
        "traits_at": _codes([tuple(sorted(traits_of(entry))) for entry in entries], columns.traits),
        "years": [entry.year or 0 for entry in entries],
        "n_teams": [entry.n_teams or 0 for entry in entries],
        "over_on": [_over_on(entry) for entry in entries],
        "slack": [_SATURATION * (1 - _LENGTH + _LENGTH * length / usual) for length in lengths],
        "topic_norms": [math.sqrt(sum((w * rarity[t]) ** 2 for t, w in found.items())) for found in topics],
    }
    for name, column in values.items():
        columns.of[name].extend(column)
    columns.is_curated = 2 * sum(bool(entry.about or entry.keywords) for entry in entries) > n
    columns.newest_year = max((entry.year for entry in entries if entry.year), default=None)
    return columns


def _codes(values: Sequence[Value], known: list[Value]) -> list[int]:
    """The place of each value in `known`, to which new ones are added."""
    places = {value: place for place, value in enumerate(known)}
    found = [places.setdefault(value, len(places)) for value in values]
    known[:] = places
    return found


def _over_on(entry: CompetitionFacts) -> int:
    over = entry.deadline or (date(entry.year, 12, 31) if entry.year and 0 < entry.year < 10_000 else None)
    return over.toordinal() if over else 0


def _slug_of(key: str) -> str:
    return key.partition("/")[2]


def _key(entry: CompetitionFacts) -> str:
    return f"{entry.platform}/{entry.slug}"


def _weights(profile: Profile, shipped: Mapping[str, float]) -> tuple[float, ...]:
    """The weights of `PARTS`, 0 where the query cannot be judged by one; they sum to 1."""
    of_data, of_format = split_traits(profile.traits)
    is_told = (profile.types, profile.topics, True, profile.metric, of_data, profile.n_teams, of_format or profile.year)
    weights = [shipped[name] if told else 0.0 for name, told in zip(PARTS, is_told, strict=True)]
    return tuple(weight / sum(weights) for weight in weights)
