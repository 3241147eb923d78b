"""Published figures of variants, and whether they keep a limit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from corpus.ids import bare_name, squash

BYTES_PER_PARAMETER = 4
PARTS = re.compile(r"\d+(?:\.\d+)?[bm]?(?![a-z])|[a-z]+|\d+")
UNTOLD = frozenset(
    {"en", "multi", "it", "instruct", "uncased", "cased", "hf"}
)  # words of names that sizes do not hang on
ENOUGH_PCT = 3.0  # below a family's best figure: what a smaller variant may lose and still be the one to start with
# the figures by which variants are compared, in the order of preference of each kind of task; one figure per answer
TRAINABLE = ("timm", "torchvision", "ultralytics")  # libraries whose variants our code starts from
# suffixes of Ultralytics' variants for each kind of task; what ends in none of them finds boxes
ULTRALYTICS = {"segmentation": "-seg", "classification": "-cls"}
MEASURES = {
    "detection": (("COCO val2017", "box_ap"), ("ImageNet-1k", "top1_pct")),
    "segmentation": (("ImageNet-1k", "top1_pct"), ("ADE20K", "miou")),
    "": (("ImageNet-1k", "top1_pct"),),
}


class Row(Protocol):
    """One published figure."""

    @property
    def variant(self) -> str: ...
    @property
    def weights(self) -> str: ...
    @property
    def library(self) -> str: ...
    @property
    def dataset(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def params_m(self) -> float | None: ...
    @property
    def gmacs(self) -> float | None: ...
    @property
    def size_mb(self) -> float | None: ...
    @property
    def image_size(self) -> int | None: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a variant may be at most; None: anything."""

    size_mb: float | None = None
    params_m: float | None = None
    gmacs: float | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything is limited."""
        return (self.size_mb, self.params_m, self.gmacs) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Figures:
    """One variant with what is published of it."""

    library: str
    variant: str  # weights tag after a dot, as timm writes it
    params_m: float | None
    gmacs: float | None
    is_gmacs_estimated: bool  # half the published GFLOPs
    size_mb: float | None
    is_size_estimated: bool  # 4 bytes a parameter
    value: float | None  # of the one measure that is compared
    dataset: str | None
    metric: str | None
    image_size: int | None
    source: str

    def breaks(self, limits: Limits) -> bool:
        """Whether a known size is above its limit."""
        return any(limit is not None and known is not None and known > limit for limit, known in self._pairs(limits))

    def keeps(self, limits: Limits) -> bool:
        """Whether every limited size is known and within its limit."""
        return all(limit is None or (known is not None and known <= limit) for limit, known in self._pairs(limits))

    def _pairs(self, limits: Limits) -> tuple[tuple[float | None, float | None], ...]:
        return ((limits.size_mb, self.size_mb), (limits.params_m, self.params_m), (limits.gmacs, self.gmacs))


def measure_variants(rows: Iterable[Row], task: str | None) -> tuple[Figures, ...]:
    """One record per library, variant and weights: its sizes, and its figure by the task's measure where it has one.

    Sizes come from whatever row of the variant has them; smallest first, unknown sizes last.
    """
    found: dict[tuple[str, str], Figures] = {}
    rank: dict[tuple[str, str], int] = {}
    measures = MEASURES.get((task or "").rpartition("/")[2], MEASURES[""])
    for row in rows:
        name = f"{row.variant}.{row.weights}" if row.weights and row.library == "timm" else row.variant
        key = (row.library, name)
        place = measures.index((row.dataset, row.metric)) if (row.dataset, row.metric) in measures else len(measures)
        new, held = _figures(row, name), found.get(key)
        if place == len(measures):
            new = replace(new, value=None, dataset=None, metric=None)
        if held is None or (new.value is not None and _better(new, held, place, rank[key])):
            found[key], rank[key] = _with_sizes(new, held), place
        else:
            found[key] = _with_sizes(held, new)
    return tuple(
        sorted(
            found.values(), key=lambda f: (f.params_m is None, f.params_m or 0.0, -(f.value or 0), f.variant, f.library)
        )
    )


def fit_for(figures: Iterable[Figures], task: str | None) -> tuple[Figures, ...]:
    """Those that can be trained for the task: no quantised weights, and of Ultralytics the variants made for it."""
    suffix = ULTRALYTICS.get((task or "").rpartition("/")[2], "")
    return tuple(
        f
        for f in figures
        if "quantized" not in f.variant
        and (f.library != "ultralytics" or (f.variant.endswith(suffix) if suffix else "-" not in f.variant))
    )


def one_per_name(figures: Iterable[Figures]) -> tuple[Figures, ...]:
    """Of each variant's weights and libraries, the one with the best figure; order kept."""
    best: dict[str, Figures] = {}
    for one in figures:
        name = squash(bare_name(one.variant))
        held = best.get(name)
        if held is None or (one.value or 0.0) > (held.value or 0.0):
            best[name] = one
    return tuple(best.values())


def start_with(figures: Iterable[Figures], used: dict[str, int]) -> Figures | None:
    """The variant to start with: what most winners used, else the smallest that is nearly as good as the best.

    Where no figure is published, it is the one of middle size.

    Args:
        figures: variants to choose from, of one architecture.
        used: by variant, how many winners used it.
    """
    every = list(figures)
    known = [f for f in every if f.library in TRAINABLE] or [f for f in every if f.params_m is not None]
    by_winners = [f for f in known if used.get(f.variant)]
    if by_winners:
        return min(
            by_winners,
            key=lambda f: (-used[f.variant], f.value is None, round(f.params_m or 1e9), -(f.value or 0), f.variant),
        )
    valued = [f for f in known if f.value is not None]
    if not valued:
        ordered = sorted(known, key=lambda f: (f.params_m or 0.0, f.variant))
        return ordered[(len(ordered) - 1) // 2] if ordered else None
    best = max(f.value or 0.0 for f in valued)
    return min(
        (f for f in valued if (f.value or 0.0) >= best - ENOUGH_PCT),
        key=lambda f: (f.params_m or 1e9, -(f.value or 0.0), f.variant),
    )


def count_used(figures: Iterable[Figures], written: Mapping[str, Collection[str]]) -> dict[str, int]:
    """By variant of the figures: how many solutions write its name, with or without the tag of its weights.

    Args:
        figures: variants with what is published of them.
        written: a name as documents write it -> the solutions that do.
    """
    exact: dict[str, set[str]] = {}
    for name, solutions in written.items():
        last = name.rsplit("/", 1)[-1]
        for key in {squash(last), squash(bare_name(last)), _parts(last)}:
            exact.setdefault(key, set()).update(solutions)
    found = {}
    for one in figures:
        keys = [squash(one.variant), squash(bare_name(one.variant))]
        keys += [_parts(one.variant)] if one.library == "keras_hub" else []
        if hits := next((exact[key] for key in keys if key in exact), None):
            found[one.variant] = len(hits)
    return found


def _parts(name: str) -> str:
    """The name's words and numbers in an order of their own, without those that say language or tuning.

    >>> _parts("gemma2_instruct_9b_en") == _parts("gemma-2-9b-it")
    True
    """
    return " ".join(sorted(set(PARTS.findall(name.lower())) - UNTOLD))


def _better(new: Figures, held: Figures, place: int, held_place: int) -> bool:
    return held.value is None or (place, -(new.value or 0.0)) < (held_place, -held.value)


def _with_sizes(kept: Figures, other: Figures | None) -> Figures:
    """The record with sizes that only the other row publishes."""
    if other is None:
        return kept
    if kept.gmacs is None and other.gmacs is not None:
        kept = replace(kept, gmacs=other.gmacs, is_gmacs_estimated=other.is_gmacs_estimated)
    if kept.params_m is None and other.params_m is not None:
        kept = replace(kept, params_m=other.params_m)
    if other.size_mb is not None and (kept.size_mb is None or (kept.is_size_estimated and not other.is_size_estimated)):
        kept = replace(kept, size_mb=other.size_mb, is_size_estimated=other.is_size_estimated)
    return kept


def _figures(row: Row, name: str) -> Figures:
    is_flops = "GFLOPs" in row.source and row.gmacs is not None  # one multiply-accumulate is two operations
    is_estimated = row.size_mb is None and row.params_m is not None
    return Figures(
        library=row.library,
        variant=name,
        params_m=row.params_m,
        gmacs=row.gmacs / 2 if is_flops and row.gmacs is not None else row.gmacs,
        is_gmacs_estimated=is_flops,
        size_mb=round(row.params_m * BYTES_PER_PARAMETER, 1)
        if is_estimated and row.params_m is not None
        else row.size_mb,
        is_size_estimated=is_estimated,
        value=row.value,
        dataset=row.dataset or None,
        metric=row.metric or None,
        image_size=row.image_size,
        source=row.source,
    )
