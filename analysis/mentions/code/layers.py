"""Generic layers: which generic architecture (CNN, LSTM, MLP ...) a network of the author's own is."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.mentions.code.libraries import LOADERS, TRAINERS
from analysis.mentions.code.state import Scope
from analysis.mentions.code.values import Origin, Ref
from corpus.records import Role

# layer -> kind; kinds are names that the name finder resolves
_KINDS = {
    **dict.fromkeys(("LSTM", "CuDNNLSTM", "LSTMCell", "LSTMV2"), "LSTM"),
    **dict.fromkeys(("GRU", "CuDNNGRU", "GRUCell"), "GRU"),
    **dict.fromkeys(("RNN", "SimpleRNN", "RNNCell"), "RNN"),
    **dict.fromkeys(("ConvLSTM2D", "ConvLSTM1D"), "ConvLSTM"),
    **dict.fromkeys(("Conv1d", "Conv1D", "SeparableConv1D", "Convolution1D", "LazyConv1d"), "1D CNN"),
    **dict.fromkeys(("Conv2d", "Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Convolution2D", "LazyConv2d"), "CNN"),
    **dict.fromkeys(("Conv3d", "Conv3D", "Convolution3D", "LazyConv3d"), "3D CNN"),
    **dict.fromkeys(
        (
            *(
                "MultiheadAttention",
                "MultiHeadAttention",
                "Transformer",
                "TransformerEncoder",
                "TransformerEncoderLayer",
            ),
            *("TransformerDecoder", "TransformerDecoderLayer"),
        ),
        "Transformer",
    ),
    **dict.fromkeys(("Linear", "Dense", "LazyLinear", "Bilinear"), "MLP"),
    **{name: name.removesuffix("Conv") for name in ("GCNConv", "GATConv", "GATv2Conv", "GINConv", "GINEConv")},
    **dict.fromkeys(("SAGEConv",), "GraphSAGE"),
    **dict.fromkeys(("GraphConv", "NNConv", "TransformerConv", "EdgeConv", "MessagePassing", "RGCNConv"), "GNN"),
}
_LAYER_ROOTS = (
    "torch",
    "nn",
    "keras",
    "tensorflow",
    "tf",
    "torch_geometric",
    "dgl",
    "flax",
    "tflearn",
    "layers",
    "L",
    "paddle",
)
_GRAPH = frozenset({"GCN", "GAT", "GATv2", "GIN", "GINE", "GraphSAGE", "GNN"})
_NETWORK_BASES = frozenset(
    {"Module", "LightningModule", "Model", "Layer", "PreTrainedModel", "MessagePassing", "ModuleList", "Sequential"}
)
_MAKES_NETWORK = frozenset({"Model", "Sequential", "DNN"})
# words of constructions that the name finder does not hit, or whose argument may be bound anywhere; all others are
# known by the name that they hold
CONSTRUCTION_WORDS = (
    frozenset(_KINDS)
    | {path.rpartition(".")[2] for path in LOADERS}
    | {function for _, function in TRAINERS}
    | {"lgb", "xgb", "SVC", "SVR", "add_argument", "parse_args", "parse_known_args"}
) - {"load", "create", "train", "cv", "pipeline", "completion", "load_state_dict", "load_weights", "load_checkpoint"}
CONSTRUCTION_CALLS = _MAKES_NETWORK | {"pipeline", "Reader", "globals"}  # words that count where they are called only


def layer_kind(callee: Ref) -> str | None:
    """The kind of a layer's class, or None when the callee is no layer.

    >>> layer_kind(Ref("torch.nn.GRU")), layer_kind(Ref("math.sqrt"))
    ('GRU', None)
    """
    kind = _KINDS.get(callee.last)
    return kind if kind and (callee.root in _LAYER_ROOTS or "." not in callee.path or callee.root == "?") else None


def makes_network(callee: Ref) -> bool:
    """Whether a keras class turns layers into a model here."""
    return callee.last in _MAKES_NETWORK and callee.root in {"keras", "tensorflow", "tf", "Model", "Sequential"}


def is_network_base(base: Ref) -> bool:
    """Whether a class of the document with that base is a network or a part of one."""
    return base.last in _NETWORK_BASES or base.last.endswith("PreTrainedModel")


def composed_of(scope: Scope, *, is_whole: bool = True) -> Iterator[tuple[str, Origin, tuple[Role, ...]]]:
    """The generic architectures that a network's layers make: name, place of a layer, roles.

    Convolutions and dense layers around a named network are its head, not a claim; recurrent, graph and attention
    layers are what the author chose, whatever they stand on. Of a part of a network
    (`is_whole` false) only these are told: its convolutions may be a named network's.
    """
    layers = scope.layers
    role = (Role.HEAD,) if scope.has_network else (Role.MAIN,)
    chosen = [kind for kind in layers if kind in {"LSTM", "GRU", "RNN", "ConvLSTM", "Transformer", *_GRAPH}]
    for kind in chosen:
        if kind != "GNN" or not any(other in _GRAPH for other in chosen if other != "GNN"):
            yield kind, layers[kind][0], role
    if scope.has_network or not is_whole:
        return
    convolutions = [kind for kind in ("CNN", "3D CNN", "1D CNN") if kind in layers]
    if "1D CNN" in convolutions and (len(convolutions) > 1 or "Transformer" in chosen):
        convolutions.remove("1D CNN")
    for kind in convolutions:
        yield kind, layers[kind][0], role
    if not chosen and not convolutions and len(layers.get("MLP", ())) > 1:
        yield "MLP", layers["MLP"][0], role
