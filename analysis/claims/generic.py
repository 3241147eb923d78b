"""Umbrella words: "CNN" or "LLM" is seldom a claim where the author names something more exact of that kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from corpus.ids import squash
from corpus.records import Architecture

NEURAL_NET = "neural-net-unspecified"  # stands for any network, also for one named only as "a CNN"
NETWORK_KINDS = frozenset(
    {
        *("cnn", "cnn1d", "rnn", "mlp", "gnn", "tcn", "vit", "hybrid_vision", "segmenter", "detector", "audio_nn"),
        *("tabular_nn", "transformer_encoder", "transformer_seq2seq", "llm", "timeseries_nn", "autoencoder", "video"),
        *("speech", "vlm", "self_supervised", "pointcloud"),
    }
)
# id of the generic family -> kinds whose members it stands for
UMBRELLAS: dict[str, frozenset[str]] = {
    "cnn-unspecified": frozenset({"cnn", "hybrid_vision"}),
    "llm-unspecified": frozenset({"llm", "vlm"}),
    "gbdt": frozenset({"gbdt"}),
    "gnn-unspecified": frozenset({"gnn"}),
    "rnn": frozenset({"rnn"}),
    NEURAL_NET: NETWORK_KINDS,
    "transformer": frozenset({"transformer_encoder", "transformer_seq2seq", "vit", "llm", "speech", "timeseries_nn"}),
    "vit": frozenset({"vit"}),
    "mlp": frozenset({"tabular_nn", "mlp_vision"}),
    "cnn3d": frozenset({"video", "segmenter"}),
    "diffusion-model": frozenset({"diffusion"}),
    "gan": frozenset({"gan"}),
    "seq2seq-rnn": frozenset({"rnn", "transformer_seq2seq"}),
    "glm-stat": frozenset({"linear"}),
}


def successor_of(key: str, bare: bool, keys: Iterable[str], architectures: Mapping[str, Architecture]) -> str | None:
    """The one newer version that a bare name stands for in a document which says the version elsewhere.

    "ConvNeXt" is short for ConvNeXtV2 where a document names the latter, and of the former no size or checkpoint.
    """
    if not bare or key not in architectures:
        return None
    own = squash(architectures[key].lineage_name)
    newer = [
        k for k in keys if k in architectures and re.fullmatch(own + r"v?\d", squash(architectures[k].lineage_name))
    ]
    return newer[0] if len(newer) == 1 else None
