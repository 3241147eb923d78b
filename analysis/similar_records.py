"""What is compared and what comes back when similar competitions are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class CompetitionFacts:
    """What is known of a competition for comparing it; starter facts have no description."""

    slug: str
    title: str
    platform: str = "kaggle"
    year: int | None = None
    metric: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    task_types: tuple[str, ...] = ()  # main first
    n_teams: int | None = None
    deadline: date | None = None
    domains: tuple[str, ...] = ()  # this and what follows as people labelled it, most telling first
    metric_family: str | None = None
    series: str | None = None
    traits: tuple[str, ...] = ()
    about: str = ""
    keywords: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # names of topics read elsewhere, for facts that travel without their description


@dataclass(frozen=True, slots=True)
class Query:
    """What similar competitions are wanted for: a person's words, or the slug of a competition among the facts."""

    text: str = ""
    slug: str | None = None  # its own facts are the query, and it is left out of the answer
    task_types: tuple[str, ...] = ()  # where the user names them; else inferred from the text
    metric: str | None = None  # where the user names it; else read from the text
    as_of: date | None = None  # only what was over by then; what has no date is left out
    exclude: tuple[str, ...] = ()  # slugs, * as wildcard
    platform: str | None = None
    within: frozenset[str] | None = None  # keys (platform/slug) of those that may come back; None: all


@dataclass(frozen=True, slots=True)
class Similar:
    """One similar competition."""

    slug: str
    title: str
    score: float  # 0-1: the sum of the parts
    parts: dict[str, float]  # task, domain, text, metric, traits, size, format: what each adds to the score
    shared: tuple[str, ...] = ()  # what both are about, in words: types, topics, words, most telling first
    differences: tuple[str, ...] = field(default=())  # hard differences in words
    platform: str = "kaggle"
