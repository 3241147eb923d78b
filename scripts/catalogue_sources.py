"""Which source each shipped fact comes from, and that source's version and licence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from corpus.records import Architecture, Benchmark

OWN = "hand"
# what the shared facts call a source -> the name it has here -> the raw files behind it
NAMES = {
    "hand": OWN, "pyg": "torch_geometric, dgl", "mm": "mmdetection, mmsegmentation", "nf": "neuralforecast",
}  # fmt: skip
FILES = {
    "timm": ("timm_models", "timm_papers", "timm_hfdocs_papers", "timm_results-imagenet.csv"),
    "torchvision": ("torchvision_weights", "torchvision_papers"),
    "transformers": ("transformers_model_types", "transformers_docs", "transformers_readme438"),
    "torch_geometric, dgl": ("gnn_papers",),
    "mmdetection, mmsegmentation": ("mm_collections", "mm_models"),
    "recbole": ("recbole_models",),
    "gluonts": ("gluonts_models",),
    "neuralforecast": ("neuralforecast_models",),
    "darts": ("darts_models",),
    "keras": ("keras_papers", "keras_applications"),
    "keras_hub": ("keras_hub_presets",),
    "ultralytics": ("ultralytics_models",),
    "detectron2": ("detectron2_zoo",),
    "segmentation_models_pytorch": ("smp_encoders",),
    "sklearn": ("sklearn_estimators",),
}
INDEXED = "stored index of public GitHub files"


def family_source(shared: dict[str, Any]) -> str:
    """Where a family of the shared facts comes from: "transformers", "hand; paper: FlagOpen/…/README.md"."""
    name = NAMES.get(shared["source"], shared["source"])
    paper = shared.get("paper_source")
    return f"{name}; paper: {paper}" if paper else name


def read_sources(
    path: Path, architectures: Iterable[Architecture], benchmarks: Sequence[Benchmark]
) -> list[dict[str, str]]:
    """name, source, version and licence of everything that is shipped, and of nothing else; sorted."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    families = list(architectures)
    used = {architecture.source.split("; paper: ")[0] for architecture in families}
    used |= {library for architecture in families for library in architecture.libraries}
    used |= {row.library for row in benchmarks}
    papers = {a.source.split("; paper: ")[1] for a in families if "; paper: " in a.source}
    found = [
        {"name": OWN, "source": "written by hand: core tier of the shared facts, additions.jsonl, corrections.jsonl",
         "version": "2026-11", "licence": "facts"}
    ]  # fmt: skip
    for name, stems in FILES.items():
        if not used & {name, *name.split(", "), *name.replace("mmdetection", "mmdet").split(", ")}:
            continue
        for line in lines:
            if any(Path(line["file"]).name.startswith(stem) for stem in stems) and line["file"].startswith("raw/"):
                found.append({"name": name, **{key: line[key] for key in ("source", "version", "licence")}})
    for line in lines:
        if "(paper_source)" in line["file"] and any(_is_from(paper, line["source"]) for paper in papers):
            found.append({"name": "paper links", **{key: line[key] for key in ("source", "version", "licence")}})
    unique = {json.dumps(entry, sort_keys=True): entry for entry in found}
    return sorted(unique.values(), key=lambda entry: (entry["name"], entry["source"], entry["version"]))


def _is_from(paper: str, source: str) -> bool:
    """Whether the place where a paper's link was seen belongs to a source's line."""
    if source.startswith("github "):
        return paper.startswith(source.removeprefix("github ").split(" ")[0].rstrip(",;") + "/")
    if source.startswith("PyPI "):
        return paper.startswith(" ".join(source.split(" ")[:2]))
    return paper.startswith(source) or (source.startswith(INDEXED) and paper.startswith("public "))
