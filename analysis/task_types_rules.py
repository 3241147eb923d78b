"""The shipped rules for task types: cue phrases, topics and priors, read once per process."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from analysis.task_types_phrases import PhraseFinder, read_weights
from corpus.catalogue.task_types import MODALITIES, TASKS, is_task_type
from corpus.errors import CatalogueError

_TOPIC_FIELDS = {"words", "broader", "modality", "task"}
_RULE_FIELDS = {"fields", "limits", "contains", "neutral", "modalities", "tasks", "types", "priors", "lineages"}


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """What a cue speaks for: a modality, a task, or one type as a whole."""

    modality: str | None
    task: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """What competitions can be about."""

    name: str
    broader: str | None
    speaks_for: tuple[tuple[Target, float], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one modality takes from another: a video is made of images."""

    modality: str  # that it takes from
    least: float  # its own strength from which on it takes
    share: float


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything `infer_task_types` goes by."""

    cues: PhraseFinder[tuple[Target, float]]
    neutral: PhraseFinder[None]  # names and sayings whose words mean nothing by themselves
    contains: dict[str, Share]  # by the modality that takes
    fields: dict[str, float]
    limits: dict[str, float]
    priors: dict[str, dict[str, float]]  # by modality and task
    unlisted: float
    lineages: dict[str, tuple[Target, ...]]


@lru_cache(maxsize=1)
def load_topics() -> dict[str, Topic]:
    """The shipped topics by name, in file order."""
    return {name: topic for name, (topic, _) in _read_topics().items()}


def topic_words(name: str) -> str:
    """The comma-separated phrases of a topic, as they are listed."""
    return _read_topics()[name][1]


@lru_cache(maxsize=1)
def topic_finder() -> PhraseFinder[str]:
    """A finder of topic words; its hits give the topic's name."""
    return PhraseFinder.build((words, name) for name, (_, words) in _read_topics().items())


@lru_cache(maxsize=4096)
def topics_with_broader(name: str) -> tuple[str, ...]:
    """A topic and those above it, nearest first."""
    topics, chain = load_topics(), [name]
    while (broader := topics[chain[-1]].broader) is not None:
        chain.append(broader)
    return tuple(chain)


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """The shipped rules; CatalogueError where they name a type outside the closed lists."""
    data = tomllib.loads(files("analysis").joinpath("task_rules.toml").read_text("utf-8"))
    if set(data) != _RULE_FIELDS:
        raise CatalogueError(f"task_rules.toml: sections differ: {sorted(set(data) ^ _RULE_FIELDS)}")
    lists: list[tuple[str, tuple[Target, float]]] = []
    for section, read in (("modalities", _modality), ("tasks", _task), ("types", _type)):
        for name, cues in data[section].items():
            target = read(name)
            lists += [(phrases, (target, weight)) for phrases, weight in read_weights(cues).items()]
    priors = {name: read_weights(entry) for name, entry in data["priors"].items() if name != "unlisted"}
    for modality, tasks in priors.items():
        for task in tasks:
            _type(f"{modality}/{task}")
    lineages: dict[str, list[Target]] = {}
    for name, lines in data["lineages"].items():
        target = _type(name) if "/" in name else _modality(name)
        for lineage in lines.split(","):
            lineages.setdefault(lineage.strip(), []).append(target)
    return Rules(
        cues=PhraseFinder.build(lists),
        neutral=PhraseFinder.build([(data["neutral"]["phrases"], None)]),
        contains={name: _share(entry) for name, entry in data["contains"].items()},
        fields=read_weights(data["fields"]),
        limits=read_weights(data["limits"]),
        priors=priors,
        unlisted=float(data["priors"]["unlisted"]),
        lineages={lineage: tuple(targets) for lineage, targets in lineages.items()},
    )


@lru_cache(maxsize=1)
def _read_topics() -> dict[str, tuple[Topic, str]]:
    data = tomllib.loads(files("analysis").joinpath("topics.toml").read_text("utf-8"))
    topics: dict[str, tuple[Topic, str]] = {}
    for name, entry in data.items():
        if unknown := set(entry) - _TOPIC_FIELDS:
            raise CatalogueError(f"topics.toml, {name}: unknown keys {sorted(unknown)}")
        broader = entry.get("broader")
        if broader is not None and broader not in data:
            raise CatalogueError(f"topics.toml, {name}: no such topic: {broader}")
        topics[name] = (Topic(name, broader, _speaks_for(entry)), entry["words"])
    for name in data:
        _check_no_circle(name, data)
    return topics


def _speaks_for(entry: dict[str, Any]) -> tuple[tuple[Target, float], ...]:
    modalities = read_weights(entry.get("modality", {})).items()
    tasks = read_weights(entry.get("task", {})).items()
    return (
        *((_modality(name), weight) for name, weight in modalities),
        *((_task(name), weight) for name, weight in tasks),
    )


def _check_no_circle(name: str, data: dict[str, Any]) -> None:
    seen = {name}
    while (broader := data[name].get("broader")) is not None:
        if broader in seen:
            raise CatalogueError(f"topics.toml, {broader}: stands above itself")
        seen.add(broader)
        name = broader


def _share(entry: dict[str, Any]) -> Share:
    weights = read_weights({"least": entry["least"], "share": entry["share"]})
    _modality(entry["modality"])
    return Share(entry["modality"], weights["least"], weights["share"])


def _modality(name: str) -> Target:
    if name not in MODALITIES:
        raise CatalogueError(f"task rules: no such modality: {name}")
    return Target(name, None)


def _task(name: str) -> Target:
    if name not in TASKS:
        raise CatalogueError(f"task rules: no such task: {name}")
    return Target(None, name)


def _type(name: str) -> Target:
    if not is_task_type(name):
        raise CatalogueError(f"task rules: no such type: {name}")
    modality, _, task = name.partition("/")
    return Target(modality, task)
