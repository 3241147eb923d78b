"""Task types: the two closed lists, and what other vocabularies call them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from corpus.errors import CatalogueError

MODALITIES = (
    "image",
    "video",
    "audio",
    "text",
    "tabular",
    "time-series",
    "graph",
    "multimodal",
    "3d",
    "game",
    "code",
    "math",
    "other",
)
TASKS = (
    "classification",
    "regression",
    "segmentation",
    "detection",
    "forecasting",
    "ranking",
    "retrieval",
    "recommendation",
    "generation",
    "question-answering",
    "ner",
    "matching",
    "optimization",
    "reinforcement-learning",
    "survival",
    "tracking",
    "restoration",
    "reasoning",
    "other",
)
VOCABULARIES = ("catalogue", "kaggle-tag", "past-solutions")
_FIELDS = {"vocabulary", "name", "modality", "task", "aliases"}


@dataclass(frozen=True, slots=True)
class TaskName:
    """A name of another vocabulary and what it means in the two closed lists."""

    vocabulary: str  # catalogue, kaggle-tag or past-solutions
    name: str  # a Kaggle tag with its whole path
    modality: str | None  # None: the name does not say
    task: str | None
    aliases: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_task_names() -> tuple[TaskName, ...]:
    """The shipped table, in file order; CatalogueError where a line breaks a rule of the closed lists."""
    text = files("corpus.catalogue").joinpath("task_types.jsonl").read_text("utf-8")
    return tuple(_read_line(json.loads(line)) for line in text.splitlines())


def is_task_type(text: str) -> bool:
    """True for `modality/task` of the closed lists.

    >>> is_task_type("audio/classification"), is_task_type("audio"), is_task_type("smell/classification")
    (True, False, False)
    """
    modality, slash, task = text.partition("/")
    return bool(slash) and modality in MODALITIES and task in TASKS


def resolve_tag(tag: str) -> TaskName | None:
    """What a Kaggle tag says of data and task, by its whole path or its last part, any case; None: unknown.

    >>> resolve_tag("task > object-detection").task, resolve_tag("NLP").modality
    ('detection', 'text')
    """
    return _tags().get(_fold(tag)) or _tags().get(_fold(tag.rsplit(">", 1)[-1]))


def resolve_task(text: str) -> tuple[str | None, str | None]:
    """Modality and task of a name that a person writes: a type, a modality, a task or an alias; None where open.

    >>> resolve_task("image/segmentation"), resolve_task("audio"), resolve_task("churn prediction")
    (('image', 'segmentation'), ('audio', None), ('tabular', 'classification'))
    """
    name = text.strip().casefold()
    if is_task_type(name):
        modality, _, task = name.partition("/")
        return modality, task
    if name in MODALITIES:
        return name, None
    if name in TASKS:
        return None, name
    found = _names().get(_fold(name))
    return (found.modality, found.task) if found else (None, None)


def _fold(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").split())


@lru_cache(maxsize=1)
def _tags() -> dict[str, TaskName]:
    tags = [name for name in load_task_names() if name.vocabulary == "kaggle-tag"]
    by_last_part = {_fold(name.name.rsplit(">", 1)[-1]): name for name in reversed(tags)}
    return by_last_part | {_fold(name.name): name for name in tags}


@lru_cache(maxsize=1)
def _names() -> dict[str, TaskName]:
    names: dict[str, TaskName] = {}
    for entry in load_task_names():
        for name in (entry.name, *entry.aliases):
            names.setdefault(_fold(name), entry)
    return names


def _read_line(row: dict[str, object]) -> TaskName:
    name = str(row.get("name"))
    if unknown := set(row) - _FIELDS:
        raise CatalogueError(f"task_types.jsonl, {name}: unknown keys {sorted(unknown)}")
    vocabulary, modality, task = row.get("vocabulary"), row.get("modality"), row.get("task")
    if vocabulary not in VOCABULARIES:
        raise CatalogueError(f"task_types.jsonl, {name}: no such vocabulary: {vocabulary}")
    if modality is not None and modality not in MODALITIES:
        raise CatalogueError(f"task_types.jsonl, {name}: no such modality: {modality}")
    if task is not None and task not in TASKS:
        raise CatalogueError(f"task_types.jsonl, {name}: no such task: {task}")
    aliases = row.get("aliases", [])
    if not isinstance(aliases, list):
        raise CatalogueError(f"task_types.jsonl, {name}: aliases must be a list")
    return TaskName(
        str(vocabulary),
        name,
        None if modality is None else str(modality),
        None if task is None else str(task),
        tuple(str(alias) for alias in aliases),
    )
