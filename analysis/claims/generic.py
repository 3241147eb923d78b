"""Umbrella words: "CNN" or "LLM" is a claim only when the author names nothing more exact of that kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corpus.records import Architecture, Status

NETWORK_KINDS = frozenset(
    {"cnn", "vit", "hybrid_vision", "rnn", "transformer", "transformer_encoder", "transformer_seq2seq", "cnn1d", "mlp",
     "tabular_nn", "segmenter", "detector", "audio_nn", "gnn", "autoencoder", "timeseries_nn", "tcn", "tabular_fm"}
)  # fmt: skip
# id of the generic family -> kinds whose members it stands for
UMBRELLAS: dict[str, frozenset[str]] = {
    "cnn-unspecified": frozenset({"cnn", "hybrid_vision"}),
    "llm-unspecified": frozenset({"llm", "vlm"}),
    "gbdt": frozenset({"gbdt"}),
    "gnn-unspecified": frozenset({"gnn"}),
    "rnn": frozenset({"rnn"}),
    "neural-net-unspecified": NETWORK_KINDS,
    "transformer": frozenset({"transformer_encoder", "vit", "llm"}),
    "yolo-unspecified": frozenset(),
}


def drop_umbrellas(
    keys: Iterable[str], status: Mapping[str, Status], architectures: Mapping[str, Architecture]
) -> list[str]:
    """The keys without generic families that a used or tried member of their kind stands for."""
    keys = list(keys)
    exact = {
        architectures[key].kind
        for key in keys
        if key in architectures and key not in UMBRELLAS and status[key] is not Status.MENTIONED
    }
    return [key for key in keys if not (UMBRELLAS.get(key, frozenset()) & exact)]
