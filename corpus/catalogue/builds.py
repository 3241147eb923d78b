"""What a lineage is built as: a convolutional network, a vision transformer, a language model, boosted trees ...

Most follows from the catalogue's `kind`. Where a kind says what an architecture is for (detector, segmenter, video) and
not what it is made of, `builds.jsonl` beside this module says it for each lineage; it is stronger than the kind.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from importlib.resources import files

from corpus.errors import CatalogueError

BUILDS_FILE = "builds.jsonl"


class Build(StrEnum):
    """What an architecture is made of, as coarse as the yearly reports on winning solutions have it."""

    CNN = "cnn"
    VISION_TRANSFORMER = "vision_transformer"
    HYBRID_VISION = "hybrid_vision"  # convolution and attention in one network
    LANGUAGE_MODEL = "language_model"  # pretrained on text, of any size; vision-language models that write text too
    BOOSTING = "boosting"
    NEURAL = "neural"  # any other network
    CLASSIC = "classic"  # linear, kernel, neighbour, tree and statistical methods
    OTHER = "other"  # search, clustering, features, systems: nothing that is fitted to predict


# kinds that leave open what an architecture is made of stand in none of these
_KINDS: dict[Build, str] = {
    Build.CNN: "cnn cnn1d tcn",
    Build.VISION_TRANSFORMER: "vit",
    Build.HYBRID_VISION: "hybrid_vision",
    Build.LANGUAGE_MODEL: "llm vlm transformer_encoder transformer_seq2seq sentence_encoder retriever",
    Build.BOOSTING: "gbdt",
    Build.NEURAL: "mlp nn_generic rnn tabular_nn tabular_fm timeseries_nn timeseries_fm gnn recsys speech audio_nn"
    " autoencoder gan diffusion ssm mlp_vision structure embedding attention_block metric_head pointcloud document 3d",
    Build.CLASSIC: "linear kernel knn tree tree_ensemble ensemble bayes timeseries_stat survival structured ranking"
    " anomaly",
    Build.OTHER: "search rl cluster automl topic dimred system ensembling pooling adapter feature_extractor other",
}
_BUILD_OF_KIND = {kind: build for build, kinds in _KINDS.items() for kind in kinds.split()}


def build_of(lineage: str, kind: str | None) -> Build | None:
    """What a lineage is made of; None where neither the table nor its kind tells.

    >>> str(build_of("unet", "segmenter")), str(build_of("lightgbm", "gbdt")), build_of("unknown:frognet", None)
    ('cnn', 'boosting', None)
    """
    return lineage_builds().get(lineage) or _BUILD_OF_KIND.get(kind or "")


@cache
def lineage_builds() -> dict[str, Build]:
    """The table, read once per process.

    Raises:
        CatalogueError: a line is no object of lineage and build, or repeats a lineage.
    """
    found: dict[str, Build] = {}
    text = files(__package__).joinpath(BUILDS_FILE).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = json.loads(line)
            lineage, build = str(row["lineage"]), Build(row["build"])
        except (ValueError, KeyError, TypeError) as error:
            raise CatalogueError(f"{BUILDS_FILE}, line {number}: {error}") from error
        if lineage in found:
            raise CatalogueError(f"{BUILDS_FILE}, line {number}: {lineage!r} twice")
        found[lineage] = build
    return found
