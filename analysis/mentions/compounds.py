"""What can be glued to a name or stand behind it in a path and still belongs to it."""

from __future__ import annotations

import re


def acronym_of(alias: str, surface: str) -> bool:
    """Whether both are one acronym with a version behind it: "DCN V2" and DCNv2."""
    acronym = _VERSIONED.match(alias)
    return acronym is not None and surface.startswith(acronym[1])


_VERSIONED = re.compile(r"([A-Z]{2,})[- ]?[vV]\d\Z")
# what is glued to a name behind a capital: a part of a network, or another name
COMPOUND = re.compile(
    r"\d{0,4}(?:(?P<part>(?:Decoder|Encoder|Backbone|Trainer|Net|Head|Block|Extractor|Detector|Segment[eo]r|Embedder)[A-Za-z0-9]*)"
    r"|(?P<name>[A-Z][A-Za-z0-9]+))(?![\w-]|\.\w)"
)
HANDLE = re.compile(  # of a model on Kaggle, behind its name: /framework/variation/version
    r"/(?:pytorch|transformers|keras|tensorflow[12]?|tf-?lite|jax|flax|gguf|onnx|gemma-?cpp|tensorrt-?llm|paxml|maxtext|other)"
    r"/(?P<variation>[\w.-]+)(?P<version>/\d+(?![\w.]))?",
    re.IGNORECASE,
)
