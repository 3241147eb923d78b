"""Families of evaluation metrics: "Mean Columnwise ROC AUC" and "AUC" reward the same thing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from analysis.task_types_phrases import Hit, PhraseFinder, read_weights
from corpus.errors import CatalogueError

_FIELDS = {"names", "kin", "modality", "task"}
_MEAN_AP = re.compile(r"\bmAP\b(?!\s*@)")  # so written, and of no first K, it is what detectors are scored by
_ARTICLES = re.compile(r"[@{}%()_/.,;:+-]+")  # "MAP@{K}" and "F-Score" are read as words


@dataclass(frozen=True, slots=True)
class MetricFamily:
    """Metrics that reward the same thing, and what they say of the task."""

    name: str
    kin: frozenset[str]  # families that reward much the same
    modality: dict[str, float]
    task: dict[str, float]


@lru_cache(maxsize=1)
def metric_families() -> dict[str, MetricFamily]:
    """The shipped families by name, in file order."""
    return {name: family for name, (family, _) in _read().items()}


@lru_cache(maxsize=4096)
def metric_family(metric: str | None) -> str | None:
    """The family of a metric's name, or None where the name says nothing that we know.

    The longest known name inside the text wins, and of two equally long ones the later, for English puts the noun
    last: "root mean squared logarithmic error" is no "squared error".

    >>> metric_family("Mean Columnwise Area Under Receiver Operating Characteristic Curve")
    'auc'
    >>> metric_family("IntersectionOverUnionObjectSegmentation"), metric_family("MAP@{K}")
    ('instance_ap', 'map_at_k')
    >>> metric_family("custom") is None
    True
    """
    if not metric:
        return None
    hits = metric_hits(re.split(r", | with ", metric, maxsplit=1)[0])
    return max(hits, key=lambda hit: (hit.length, hit.start)).value if hits else None


def metric_hits(text: str) -> list[Hit[str]]:
    """Every metric name in a text, with its family."""
    spread = _MEAN_AP.sub("mean ap", text).replace("mAP", "map").replace("IoU", "iou").replace("NQ", " ")
    return _finder().find(_ARTICLES.sub(" ", spread))


@lru_cache(maxsize=1)
def _finder() -> PhraseFinder[str]:
    return PhraseFinder.build((names, name) for name, (_, names) in _read().items())


@lru_cache(maxsize=1)
def _read() -> dict[str, tuple[MetricFamily, str]]:
    data = tomllib.loads(files("analysis").joinpath("metric_families.toml").read_text("utf-8"))
    families: dict[str, tuple[MetricFamily, str]] = {}
    for name, entry in data.items():
        if unknown := set(entry) - _FIELDS:
            raise CatalogueError(f"metric_families.toml, {name}: unknown keys {sorted(unknown)}")
        kin = frozenset(part.strip() for part in entry["kin"].split(",") if part.strip())
        if strangers := kin - set(data):
            raise CatalogueError(f"metric_families.toml, {name}: no such family {sorted(strangers)}")
        family = MetricFamily(name, kin, read_weights(entry.get("modality", {})), read_weights(entry.get("task", {})))
        families[name] = (family, entry["names"])
    return families
