"""Benchmark rows of the shared facts, in one shape and one set of units."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.records import Architecture, Benchmark

Row = dict[str, Any]
FLOPS_PER_MAC = (
    2  # ultralytics publishes FLOPs, two for each multiply-accumulate; the others publish multiply-accumulates
)
ULTRALYTICS_SIZE = 640  # pixels at which its figures are taken; its classifiers' size is not said
IMAGENET = "ImageNet-1k"
DATASETS = {
    "COCO": "COCO val2017",
    "COCO-val2017": "COCO val2017",
    "COCO-val2017-VOC-labels": "COCO val2017 (VOC labels)",
    "LVIS Instance Segmentation Baselines with Mask R-CNN": "LVIS v0.5",
    "# HRNet backbone": "Cityscapes",  # a comment of the source's file, read as a data set; the variants say Cityscapes
    "# ResNet backbone": "Cityscapes",
    "Kitti-Train": "KITTI train",
    "Kitti-Test": "KITTI test",
    "Sintel-Train-Cleanpass": "Sintel train clean",
    "Sintel-Train-Finalpass": "Sintel train final",
    "Sintel-Test-Cleanpass": "Sintel test clean",
    "Sintel-Test-Finalpass": "Sintel test final",
}
METRICS = {
    "box AP": "box_ap", "boxAP": "box_ap", "box_map": "box_ap", "mask AP": "mask_ap", "maskAP": "mask_ap",
    "mask_map": "mask_ap", "kp.AP": "keypoint_ap", "kp_map": "keypoint_ap", "PQ": "pq", "AR@1000": "ar_1000",
    "prop.AR": "proposal_ar", "mIoU": "miou", "miou": "miou", "mIoU(ms+flip)": "miou_ms_flip",
    "pixel_acc": "pixel_acc_pct", "acc@1": "top1_pct", "mDice": "mdice", "Dice": "dice", "HOTA": "hota",
    "MOTA": "mota", "IDF1": "idf1", "AP": "ap", "epe": "epe", "per_image_epe": "per_image_epe",
    "fl_all": "fl_all_pct", "RMSE": "rmse",
}  # fmt: skip
# detectron2 lists two data sets under one heading; the variant tells them apart
MIXED_SECTION = "Cityscapes & Pascal VOC Baselines"
SECTIONS = {
    "New baselines using Large-Scale Jitter and Longer Training Schedule": "Mask R-CNN LSJ",
    "RPN & Fast R-CNN": "",
}
ZOO_NAMES = {
    "R50-FPN, Cityscapes": "Mask R-CNN R50-FPN",
    "R50-C4, VOC": "Faster R-CNN R50-C4",
    "above + test-time aug.": "Mask R-CNN X152 + test-time aug.",
}
ZOO_FAMILIES = {"Fast R-CNN": "fast-rcnn", "Faster R-CNN": "faster-rcnn", "Panoptic FPN": "panopticfpn"}
_ULTRALYTICS = re.compile(r"(?P<line>yoloe-v?\d+|yolov?\d+)(?P<rest>(?:-[a-z0-9]+)*)-(?P<size>[nstmlx])\Z")
CONTRADICTION = "figures contradict each other for one variant, weights, data set and metric"
UNKNOWN = "family not in the shipped catalogue"


def read_benchmarks(folder: Path, architectures: Mapping[str, Architecture]) -> tuple[list[Benchmark], Counter[str]]:
    """All usable rows, sorted, one per variant, weights, data set and metric; and how many were left out, by reason.

    A figure at a larger image size than the variant's smallest names the size in its data set ("ImageNet-1k, 288 px").
    """
    owners = {
        (library, library_id): architecture.id
        for architecture in architectures.values()
        for library, ids in architecture.libraries.items()
        for library_id in ids
    }
    schedules = _read_schedules(folder / "raw" / "detectron2_zoo.jsonl")
    dropped: Counter[str] = Counter()
    rows: list[Benchmark] = []
    for line in (folder / "variants.jsonl").read_text(encoding="utf-8").splitlines():
        for benchmark in to_benchmarks(json.loads(line), schedules):
            family = owners.get((benchmark.library, benchmark.variant), benchmark.architecture_id)
            if family in architectures:
                rows.append(replace(benchmark, architecture_id=family))
            else:
                dropped[UNKNOWN] += 1
    groups: dict[tuple[str, ...], set[Benchmark]] = defaultdict(set)
    for benchmark in _name_sizes(rows):
        groups[_key(benchmark)].add(benchmark)
    dropped[CONTRADICTION] = sum(len(group) for group in groups.values() if len(group) > 1)
    return [group.pop() for _, group in sorted(groups.items()) if len(group) == 1], +dropped


def _key(row: Benchmark) -> tuple[str, ...]:
    return (row.library, row.variant, row.weights, row.dataset, row.metric)


def _name_sizes(rows: Iterable[Benchmark]) -> Iterable[Benchmark]:
    """The rows with the image size in the data set's name wherever one key has several sizes, but for the smallest."""
    known = list(rows)
    smallest: dict[tuple[str, ...], int] = {}
    for row in known:
        size = row.image_size or 0
        smallest[_key(row)] = min(size, smallest.get(_key(row), size))
    for row in known:
        is_larger = bool(row.image_size) and bool(row.dataset) and (row.image_size or 0) > smallest[_key(row)]
        yield replace(row, dataset=f"{row.dataset}, {row.image_size} px") if is_larger else row


def to_benchmarks(row: Row, schedules: Mapping[tuple[str, str, str, float], str]) -> list[Benchmark]:
    """One row of the shared facts as one record for each published figure."""
    variant, weights = split_variant(row)
    family, gmacs, size = row["family"], row["gmacs"], row["image_size"]
    if row["library"] == "ultralytics":
        gmacs = round(gmacs / FLOPS_PER_MAC, 3) if gmacs else None
        size = None if "-cls" in variant else ULTRALYTICS_SIZE
        family = "yolo-world" if "-world" in variant else family
    if row["library"] == "detectron2":
        section, name, published = _detectron2_parts(row)
        weights = schedules.get((section, name, published, row["metric_value"]), "")
        family = next((known for start, known in ZOO_FAMILIES.items() if variant.startswith(start + " ")), family)
    dataset, metric = split_metric(row)
    figures = [(dataset, metric, row["metric_value"] if metric else None)]
    if row.get("top5_pct") is not None:
        figures.append((IMAGENET, "top5_pct", row["top5_pct"]))
    params_m, size_mb = _positive(row["params_m"]), _positive(row["size_mb"])
    return [
        Benchmark(
            family, row["library"], variant, weights, *figure, params_m, _positive(gmacs), size_mb, size, row["source"]
        )
        for figure in figures
    ]  # fmt: skip


def _positive(figure: float | None) -> float | None:
    return figure if figure else None  # a rounded 0.0 says nothing


def split_variant(row: Row) -> tuple[str, str]:
    """(variant, weights): timm's name and tag, torchvision's builder and weights entry, else what the library says."""
    name = row["variant_id"].partition("/")[2]
    if row["library"] == "timm":
        variant, _, weights = name.partition(".")
        return variant, weights
    if row["library"] == "torchvision":
        return row.get("builder") or name.partition(".")[0], name.partition(".")[2]
    if row["library"] == "segmentation_models_pytorch":
        return name, (row.get("weights") or "").replace(" / ", ", ")
    if row["library"] == "detectron2":
        return _zoo_variant(row), ""
    if row["library"] == "ultralytics" and (parts := _ULTRALYTICS.match(name)):
        return f"{parts['line']}{parts['size']}{parts['rest']}", ""  # as its weights are called: yolov8n-seg
    return name, "imagenet" if row["library"] == "keras" else ""


def _detectron2_parts(row: Row) -> tuple[str, str, str]:
    """(section, name, published metric) of a row of detectron2's model zoo."""
    section, _, name = row["variant_id"].partition("/")[2].rpartition("/")
    return section, name, row["metric_name"].rpartition(":")[2]


def _zoo_variant(row: Row) -> str:
    """Architecture and backbone, for the sections whose names leave the architecture to the heading."""
    section, name, _ = _detectron2_parts(row)
    if name in ZOO_NAMES:
        return ZOO_NAMES[name]
    if section == "Other Settings":
        return name if "R-CNN" in name or name.startswith("Panoptic") else f"Mask R-CNN {name}"
    plain = section.rstrip(":")
    return f"{SECTIONS.get(plain, plain.rpartition(' with ')[2])} {name}".strip()


def _read_schedules(path: Path) -> dict[tuple[str, str, str, float], str]:
    """Training schedule ("3x", "100 epochs") by section, name, metric and figure, which the merged rows lack."""
    schedules = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        schedule = entry.get("lrsched") or (f"{entry['epochs']} epochs" if entry.get("epochs") else "")
        for metric in METRICS.keys() & entry.keys():
            if re.fullmatch(r"[\d.]+", entry[metric]):
                schedules[entry["section"], entry["name"], metric, float(entry[metric])] = schedule
    return schedules


def split_metric(row: Row) -> tuple[str, str]:
    """(data set, metric) in our spelling; two empty strings when only the size is published."""
    published = row["metric_name"]
    if published is None or row["metric_value"] is None:
        return "", ""
    if published == "imagenet1k_top1_pct":
        return IMAGENET, "top1_pct"
    dataset, _, metric = published.rpartition(":")
    if dataset == MIXED_SECTION:
        dataset = "Pascal VOC 2007" if row["variant_id"].endswith("VOC") else "Cityscapes"
    return DATASETS.get(dataset, re.sub(r"\s+", " ", dataset)), METRICS[metric]
