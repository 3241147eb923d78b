"""How near task types and metrics lie to one another; the figures stand in similar.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from analysis.task_types_metrics import metric_families
from analysis.task_types_phrases import read_weights
from corpus.catalogue.task_types import MODALITIES, TASKS
from corpus.errors import CatalogueError

_FURTHER = 0.85  # how much a competition's second type counts beside its first, its third beside its second ...
_KIN_METRIC = 0.5


@dataclass(frozen=True, slots=True)
class Scales:
    """The shipped figures of similarity."""

    weights: dict[str, float]  # by part
    weights_curated: dict[str, float]  # the same where most competitions have curated words
    fields: dict[str, float]  # by field of a competition
    modality_kin: dict[tuple[str, str], float]
    task_kin: dict[tuple[str, str], float]


@lru_cache(maxsize=1)
def load_scales() -> Scales:
    """The shipped figures; CatalogueError where they name what the closed lists lack."""
    data = tomllib.loads(files("analysis").joinpath("similar.toml").read_text("utf-8"))
    return Scales(
        weights=read_weights(data["weights"]),
        weights_curated=read_weights(data["weights_curated"]),
        fields=read_weights(data["fields"]),
        modality_kin=_read_kin(read_weights(data["modality_kin"]), MODALITIES),
        task_kin=_read_kin(read_weights(data["task_kin"]), TASKS),
    )


def _read_kin(pairs: dict[str, float], known: Sequence[str]) -> dict[tuple[str, str], float]:
    kin: dict[tuple[str, str], float] = {(name, name): 1.0 for name in known}
    for pair, value in pairs.items():
        one, _, other = pair.partition(" ")
        if one not in known or other not in known:
            raise CatalogueError(f"similar.toml: no such pair: {pair!r}")
        kin[one, other] = kin[other, one] = value
    return kin


@lru_cache(maxsize=16384)
def type_kin(one: str, other: str) -> float:
    """How near two `modality/task` types lie, 0 to 1.

    >>> type_kin("image/segmentation", "image/segmentation"), type_kin("image/segmentation", "text/ner")
    (1.0, 0.0)
    """
    scales = load_scales()
    one_modality, _, one_task = one.partition("/")
    other_modality, _, other_task = other.partition("/")
    modality = scales.modality_kin.get((one_modality, other_modality), 0.0)
    return modality * scales.task_kin.get((one_task, other_task), 0.1)


def types_kin(wanted: Sequence[tuple[str, float]], offered: Sequence[str]) -> float:
    """How well a competition's types (main first) meet the wanted ones (weight 1 for the main), 0 to 1."""
    return max(
        (
            weight * _FURTHER**position * type_kin(task_type, other)
            for task_type, weight in wanted
            for position, other in enumerate(offered)
        ),
        default=0.0,
    )


def metric_kin(one: str | None, other: str | None) -> float:
    """How near two metric families lie: 1 the same, 0.5 kin, 0 strangers or not known."""
    if one is None or other is None:
        return 0.0
    if one == other:
        return 1.0
    families = metric_families()
    return _KIN_METRIC if other in families[one].kin or one in families[other].kin else 0.0
