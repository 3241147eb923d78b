"""The rules a catalogue keeps, as functions that return every place where one is broken."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from corpus.ids import squash
from corpus.records import Architecture, Benchmark

PAPER_CHECKS = frozenset({"source", "page", "context_match", "title_seen", "none"})
# in an alias they say nothing about which architecture is meant
GENERIC_WORDS = frozenset(
    {
        "backbone", "base", "baseline", "block", "bottleneck", "classifier", "conv", "decoder", "encoder", "ensemble",
        "features", "head", "imagenet", "large", "layer", "linear", "model", "network", "openai", "params", "pool",
        "pooling", "pretrained", "small", "tiny",
    }
)  # fmt: skip
_URL = re.compile(r"https?://[^\s/]+\.[a-z]{2,}(?:/\S*)?\Z")
_YEARS = range(1800, 2100)
_METRIC = re.compile(r"(?:[a-z][a-z0-9_]*)?\Z")
# (library, variant): published parameters in millions and multiply-accumulates in thousand millions
ANCHORS: dict[tuple[str, str], tuple[float, float | None]] = {
    ("timm", "resnet50"): (25.56, 4.1),
    ("torchvision", "resnet50"): (25.56, 4.1),
    ("torchvision", "mobilenet_v2"): (3.5, 0.3),
    ("torchvision", "vgg16"): (138.4, 15.5),
    ("timm", "mobilenetv2_100"): (3.5, 0.3),
    ("timm", "vit_base_patch16_224"): (86.6, 17.6),
    ("timm", "convnext_base"): (88.6, 15.4),
    ("keras", "MobileNetV2"): (3.5, None),
    ("keras", "ResNet50"): (25.6, None),
    ("ultralytics", "yolov8n"): (3.2, 4.35),
    ("ultralytics", "yolov8x"): (68.2, 128.9),
    ("segmentation_models_pytorch", "resnet34"): (21.0, None),
}
_ANCHOR_TOLERANCE = 0.07  # libraries round, and crop a little differently


def check_catalogue(architectures: Mapping[str, Architecture]) -> list[str]:
    """Every broken rule, one sentence each; empty when the catalogue is sound."""
    problems: list[str] = []
    for key, architecture in architectures.items():
        problems += [f"{key}: {problem}" for problem in _own_problems(key, architecture)]
    problems += _lineage_problems(architectures)
    problems += _alias_problems(architectures.values())
    problems += _library_problems(architectures.values())
    return problems


def _own_problems(key: str, architecture: Architecture) -> Iterator[str]:
    if key != architecture.id:
        yield f"filed under {key!r} but called {architecture.id!r}"
    if not architecture.source:
        yield "no source"
    if architecture.paper_check not in PAPER_CHECKS:
        yield f"paper_check {architecture.paper_check!r} is none of {sorted(PAPER_CHECKS)}"
    if architecture.paper_url is not None and not _URL.match(architecture.paper_url):
        yield f"paper_url {architecture.paper_url!r} is no url"
    if architecture.year is not None and architecture.year not in _YEARS:
        yield f"year {architecture.year}"
    names = (*architecture.aliases, *architecture.ambiguous_aliases)
    if architecture.name not in names:
        yield f"its name {architecture.name!r} is not among its aliases"
    if len(set(names)) != len(names):
        yield "an alias stands twice"
    for alias in names:
        if len(alias.strip()) < 2 or alias.strip() != alias or alias.replace(".", "").isdigit():
            yield f"alias {alias!r} is too short, a bare number or has blanks around it"
        if alias.casefold() in GENERIC_WORDS:
            yield f"alias {alias!r} is a generic word"


def _lineage_problems(architectures: Mapping[str, Architecture]) -> Iterator[str]:
    names: dict[str, set[str]] = defaultdict(set)
    lineages: dict[str, set[str]] = defaultdict(set)
    for architecture in architectures.values():
        names[architecture.lineage].add(architecture.lineage_name)
        lineages[architecture.lineage_name].add(architecture.lineage)
        root = architectures.get(architecture.lineage)
        if root is None:
            yield f"{architecture.id}: its lineage {architecture.lineage!r} is no family of the catalogue"
        elif root.lineage != root.id:
            yield f"{architecture.id}: its lineage {root.id!r} belongs to another lineage, {root.lineage!r}"
        elif root.name != architecture.lineage_name:
            yield f"{architecture.id}: lineage_name {architecture.lineage_name!r}, but {root.id!r} is {root.name!r}"
    for lineage, found in names.items():
        if len(found) > 1:
            yield f"lineage {lineage!r} has several names: {sorted(found)}"
    for name, owners in lineages.items():
        if len(owners) > 1:
            yield f"lineage_name {name!r} is shared by {sorted(owners)}"


def _alias_problems(architectures: Iterable[Architecture]) -> Iterator[str]:
    owners: dict[str, dict[str, bool]] = defaultdict(dict)
    for architecture in architectures:
        if not architecture.is_counted:
            continue
        clear = {squash(alias) for alias in architecture.aliases}
        unclear = {squash(alias) for alias in architecture.ambiguous_aliases}
        for key in clear & unclear:
            yield f"{architecture.id}: alias {key!r} is both clear and ambiguous"
        for key in clear | unclear:
            owners[key][architecture.id] = key in unclear
    for key, found in owners.items():
        if len(found) > 1 and not all(found.values()):
            yield f"alias {key!r} belongs to {sorted(found)} and is not ambiguous for all of them"


def _library_problems(architectures: Iterable[Architecture]) -> Iterator[str]:
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for architecture in architectures:
        for library, ids in architecture.libraries.items():
            for library_id in ids:
                owners[library, library_id].append(architecture.id)
    for (library, library_id), found in owners.items():
        if len(found) > 1:
            yield f"{library} id {library_id!r} belongs to {sorted(found)}"


def check_benchmarks(benchmarks: Sequence[Benchmark], architectures: Mapping[str, Architecture]) -> list[str]:
    """Every broken rule of the benchmark rows: unknown families, keys twice, figures out of range, units off."""
    problems: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for row in benchmarks:
        key = (row.library, row.variant, row.weights, row.dataset, row.metric)
        if key in seen:
            problems.append(f"{key} stands twice")
        seen.add(key)
        problems += [f"{key}: {problem}" for problem in _row_problems(row, architectures)]
    return problems + list(_anchor_problems(benchmarks))


def _row_problems(row: Benchmark, architectures: Mapping[str, Architecture]) -> Iterator[str]:
    if row.architecture_id not in architectures:
        yield f"family {row.architecture_id!r} is not in the catalogue"
    if not row.variant or not row.source:
        yield "no variant or no source"
    if bool(row.metric) != (row.value is not None) or bool(row.metric) != bool(row.dataset):
        yield "metric, data set and value go together"
    if not _METRIC.match(row.metric):
        yield f"metric {row.metric!r} is not snake_case"
    if row.metric.endswith("_pct") and row.value is not None and not 0 < row.value <= 100:
        yield f"{row.metric} of {row.value}"
    for name in ("params_m", "gmacs", "size_mb", "image_size"):
        figure = getattr(row, name)
        if figure is not None and not 0 < figure < 2_000_000:
            yield f"{name} of {figure}"


def _anchor_problems(benchmarks: Sequence[Benchmark]) -> Iterator[str]:
    for row in benchmarks:
        expected = ANCHORS.get((row.library, row.variant))
        if expected is None or row.image_size not in (None, 224, 640):
            continue
        for name, want, got in (("params_m", expected[0], row.params_m), ("gmacs", expected[1], row.gmacs)):
            if want is not None and got is not None and abs(got - want) > _ANCHOR_TOLERANCE * want:
                yield f"{row.library} {row.variant} {row.weights}: {name} is {got}, known to be about {want}"
