"""Umbrella words: "CNN" or "LLM" is a claim only when the author names nothing more exact of that kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from corpus.ids import squash
from corpus.records import Architecture, Status

NEURAL_NET = "neural-net-unspecified"  # stands for any network, also for one named only as "a CNN"
NETWORK_KINDS = frozenset(
    {
        *("cnn", "cnn1d", "rnn", "mlp", "gnn", "tcn", "vit", "hybrid_vision", "segmenter", "detector", "audio_nn"),
        *("tabular_nn", "transformer_encoder", "transformer_seq2seq", "llm", "timeseries_nn", "autoencoder"),
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
    "transformer": frozenset({"transformer_encoder", "vit", "llm"}),
}


def drop_umbrellas(
    keys: Iterable[str],
    status: Mapping[str, Status],
    architectures: Mapping[str, Architecture],
    named_exactly: Collection[str] = (),
) -> list[str]:
    """The keys without generic families that a used or tried member of their kind stands for.

    Args:
        keys: families a document names.
        status: how each stands.
        architectures: the catalogue's families by id.
        named_exactly: families of which the document gives a size or checkpoint; "BERT" beside other BERTs needs one.
    """
    keys = list(keys)
    firm = {
        key: architectures[key].kind for key in keys if key in architectures and status[key] is not Status.MENTIONED
    }
    exact = {kind for key, kind in firm.items() if key not in UMBRELLAS}
    networks = {kind for key, kind in firm.items() if key != NEURAL_NET}
    kept = [key for key in keys if not (UMBRELLAS.get(key, frozenset()) & (networks if key == NEURAL_NET else exact))]
    others = any(key != "bert" and "bert" in key and status[key] is not Status.MENTIONED for key in kept)
    return [key for key in kept if key != "bert" or "bert" in named_exactly or not others]


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
