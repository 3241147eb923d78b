"""From an architecture, a variant and a task to a short program that runs once its data paths are set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./ +-]*")  # what may stand in a program; documents choose some of the names
SLOT = re.compile(r"\{\{(\w+)\}\}")
VERSIONS = re.compile(r"Written for (.+?)\.(?=\"{3}|$)", re.MULTILINE)
REGRESSION_TASKS = ("regression", "forecasting")
PLACEHOLDER = "PUT-A-CHECKPOINT-HERE"
TRANSFORMERS_TEMPLATES = {
    "llm": "llm_transformers",
    "transformer_encoder": "text_transformers",
    "speech": "audio_transformers",
    "audio_nn": "audio_transformers",
    "vit": "image_transformers",
    "hybrid_vision": "image_transformers",
    "cnn": "image_transformers",
}
# Model types that read a text and write another without naming languages.
SEQ2SEQ_TYPES = frozenset(
    ("bart", "bigbird_pegasus", "blenderbot", "led", "longt5", "marian", "mt5", "mvp", "pegasus", "pegasus_x", "t5")
)
SAMPLED = ("math", "code")  # modalities whose winners ask a language model many times
SENTENCE_TASKS = ("retrieval", "matching")
MONAI_NETS = ("SwinUNETR", "UNETR", "SegResNet", "DynUNet")
KERAS_MODULES = {  # beginning of a class's name -> module with its preprocess_input; the longest one counts
    "ConvNeXt": "convnext", "DenseNet": "densenet", "EfficientNetB": "efficientnet",
    "EfficientNetV2": "efficientnet_v2", "InceptionResNetV2": "inception_resnet_v2", "InceptionV3": "inception_v3",
    "MobileNet": "mobilenet", "MobileNetV2": "mobilenet_v2", "MobileNetV3": "mobilenet_v3", "NASNet": "nasnet",
    "ResNet50": "resnet", "ResNet101": "resnet", "ResNet152": "resnet", "ResNet50V2": "resnet_v2",
    "ResNet101V2": "resnet_v2", "ResNet152V2": "resnet_v2", "VGG16": "vgg16", "VGG19": "vgg19",
    "Xception": "xception",
}  # fmt: skip
BOOSTERS = ("lightgbm", "xgboost", "catboost", "tabpfn")
SKLEARN_MODULES = {
    "ensemble": "AdaBoost Bagging ExtraTrees GradientBoosting HistGradientBoosting RandomForest",
    "linear_model": "ARDRegression ElasticNet GammaRegressor HuberRegressor Lars Lasso LinearRegression"
    " LogisticRegression OrthogonalMatchingPursuit Perceptron PoissonRegressor QuantileRegressor RANSACRegressor"
    " Ridge SGD TheilSenRegressor TweedieRegressor",
    "svm": "SVC SVR",
    "neighbors": "KNeighbors NearestCentroid",
    "tree": "DecisionTree",
    "neural_network": "MLP",
    "gaussian_process": "GaussianProcess",
    "kernel_ridge": "KernelRidge",
    "discriminant_analysis": "LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis",
    "cross_decomposition": "PLSRegression",
    "naive_bayes": "GaussianNB BernoulliNB",
}
CLASSIFIERS = ("Classifier", "SVC", "LogisticRegression", "Perceptron", "NearestCentroid", "Analysis", "NB")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What code is wanted for."""

    name: str  # of the architecture
    lineage: str
    kind: str | None  # cnn, gbdt ...
    libraries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # library -> what it calls the architecture
    library: str | None = None  # of the variant that was chosen
    variant: str | None = None  # as that library calls it, weights tag after a dot
    task: str | None = None  # modality/task


@dataclass(frozen=True, slots=True)
class StarterCode:
    """A program, and what it was written for."""

    text: str
    template: str
    library: str
    written_for: str  # libraries with their versions
    starts_from: str = ""  # the variant, checkpoint or class that it names
    needs: str = ""  # what its user must set beside the data paths


def write_code(wanted: Wanted, library: str | None = None) -> StarterCode | None:
    """The program for the chosen variant, else for the architecture as a library knows it; None without a template.

    Args:
        wanted: what it is for.
        library: one of `libraries_of`; None: the best.
    """
    found = next((option for option in options(wanted) if library in (None, option[1])), None)
    if found is None or not all(SAFE.fullmatch(v) for k, v in found[2].items() if v and k != "hint"):
        return None
    template, name, slots = found
    slots.setdefault("is_regression", str(is_regression(wanted.task)))
    source = template_text(template)
    text = SLOT.sub(lambda match: slots[match[1]], source)
    match = VERSIONS.search(source)
    starts_from = slots.get("checkpoint") or slots["model"]
    needs = f"a checkpoint in place of {PLACEHOLDER}" if starts_from == PLACEHOLDER else ""
    if template == "segmentation_smp":
        starts_from = f"{slots['decoder']} over {starts_from}"
    return StarterCode(text, template, name, match[1] if match else "", starts_from, needs)


def libraries_of(wanted: Wanted) -> tuple[str, ...]:
    """Libraries that there is a program for, the best first."""
    return tuple(dict.fromkeys(library for _, library, _ in options(wanted)))


def is_regression(task: str | None) -> bool:
    """Whether the task predicts numbers.

    >>> is_regression("tabular/regression"), is_regression("audio/classification")
    (True, False)
    """
    return (task or "").rpartition("/")[2] in REGRESSION_TASKS


@cache
def template_names() -> tuple[str, ...]:
    """The templates that ship, by name."""
    found = (entry.name for entry in files("analysis.starter_code").joinpath("templates").iterdir())
    return tuple(sorted(name.removesuffix(".py.tmpl") for name in found if name.endswith(".py.tmpl")))


@cache
def template_text(name: str) -> str:
    """The template, slots in it."""
    return files("analysis.starter_code").joinpath(f"templates/{name}.py.tmpl").read_text(encoding="utf-8")


def sklearn_class(ids: tuple[str, ...], *, wants_numbers: bool) -> tuple[str, str] | None:
    """Class and module of the estimator that fits the task, another of the same family where none does, or None."""
    known = [(name, module) for name in ids if (module := _sklearn_module(name))]
    fitting = [one for one in known if predicts_numbers(one[0]) == wants_numbers]
    return next(iter([*fitting, *known]), None)


def predicts_numbers(name: str) -> bool:
    """Whether a scikit-learn class is a regressor."""
    return not name.endswith(CLASSIFIERS)


def _sklearn_module(name: str) -> str | None:
    stem = name.removesuffix("Classifier").removesuffix("Regressor")
    return next((m for m, names in SKLEARN_MODULES.items() if {name, stem} & set(names.split())), None)


Option = tuple[str, str, dict[str, str]]  # template, library, slots


def options(wanted: Wanted) -> Iterator[Option]:
    """Templates that fit with their library and slots, the best first."""
    ids = wanted.libraries
    if wanted.kind == "segmenter" or _task(wanted) == "segmentation":
        yield from _segmenting(wanted)
    if wanted.kind == "segmenter":
        return
    yield from _tables(wanted)
    yield from _by_chosen_library(wanted, [*_detecting(wanted), *_looking(wanted)])
    yield from _language(wanted)
    if wanted.kind == "rnn" and wanted.name.upper() in ("LSTM", "GRU", "RNN"):
        yield "sequence_torch", "torch", {"model": wanted.name, "layer": wanted.name.upper()}
    estimator = sklearn_class(ids.get("sklearn", ()), wants_numbers=is_regression(wanted.task))
    if estimator:
        slots = {"model": estimator[0], "module": estimator[1], "is_regression": str(predicts_numbers(estimator[0]))}
        yield "tabular_sklearn", "sklearn", slots
    if _task(wanted) == "forecasting" and (model := _of(wanted, "neuralforecast")):
        yield "forecast_neuralforecast", "neuralforecast", {"model": model}


def _task(wanted: Wanted) -> str:
    return (wanted.task or "").rpartition("/")[2]


def _modality(wanted: Wanted) -> str:
    return (wanted.task or "").partition("/")[0]


def _by_chosen_library(wanted: Wanted, found: list[Option]) -> list[Option]:
    """The library of the chosen variant first; timm behind the others where the variant is not its own."""

    def place(option: Option) -> tuple[bool, bool]:
        return option[1] != wanted.library, option[1] == "timm" and wanted.library is not None

    return sorted(found, key=place)


def _tables(wanted: Wanted) -> Iterator[Option]:
    for booster in BOOSTERS:
        if booster in wanted.libraries:
            yield f"tabular_{booster}", booster, {"model": wanted.name}
    for library, template in (("pytorch_tabnet", "tabular_tabnet"), ("autogluon", "tabular_autogluon")):
        if library in wanted.libraries:
            yield template, library, {"model": wanted.name}


def _segmenting(wanted: Wanted) -> Iterator[Option]:
    """Volumes first where the task is of volumes; else a decoder over an encoder, the architecture one of both."""
    smp = next((i for i in wanted.libraries.get("segmentation_models_pytorch", ()) if i[:1].isupper()), None)
    nets = [net for net in wanted.libraries.get("monai", ()) if net in MONAI_NETS]
    if wanted.lineage == "unet" and _modality(wanted) == "3d":
        nets.append("UNet")
    if wanted.lineage == "nnunet":
        yield "segmentation_nnunet", "nnunetv2", {"model": wanted.name}
    for net in nets:
        yield "segmentation_monai", "monai", {"model": net}
    if smp:
        yield "segmentation_smp", "segmentation_models_pytorch", {"model": "resnet34", "decoder": smp}
    elif wanted.kind != "segmenter" and (encoder := _of(wanted, "timm")):
        # tu-: an encoder of timm, which the library loads with its own tag of weights
        yield "segmentation_smp", "segmentation_models_pytorch", {"model": f"tu-{encoder}", "decoder": "Unet"}


def _detecting(wanted: Wanted) -> Iterator[Option]:
    """Detectors; of mmdet only where a configuration of its own was chosen."""
    if model := _of(wanted, "ultralytics"):
        yield "detection_ultralytics", "ultralytics", {"model": model}
    if wanted.kind == "detector" and (model := _of(wanted, "torchvision")):
        yield "detection_torchvision", "torchvision", {"model": model}
    if wanted.kind == "detector" and wanted.library == "mmdet" and wanted.variant:
        yield "detection_mmdet", "mmdet", {"model": wanted.variant}


def _looking(wanted: Wanted) -> Iterator[Option]:
    if model := _of(wanted, "timm"):
        yield "image_timm", "timm", {"model": model}
    if wanted.kind != "detector" and (model := _of(wanted, "torchvision")):
        yield "image_torchvision", "torchvision", {"model": model}
    name = (_of(wanted, "keras") or "").partition(".")[0]
    starts = [start for start in KERAS_MODULES if name.startswith(start)]
    if starts:
        yield "image_keras", "keras", {"model": name, "module": KERAS_MODULES[max(starts, key=len)]}


def _language(wanted: Wanted) -> Iterator[Option]:
    """Texts, speech, and what transformers knows of pictures."""
    types = wanted.libraries.get("transformers", ())
    checkpoint = _checkpoint(wanted)
    hint = f"  # of model type {types[0]}" if types and not checkpoint else ""
    slots = {"model": wanted.name, "checkpoint": checkpoint or PLACEHOLDER, "hint": hint}
    known = bool(types) or wanted.lineage == "deepseek"
    if wanted.kind == "llm" and known and _modality(wanted) in SAMPLED:
        yield "llm_vllm", "vllm", slots
    if known and (template := TRANSFORMERS_TEMPLATES.get(wanted.kind or "")):
        yield template, "transformers", slots
    if wanted.kind == "llm" and known and _modality(wanted) not in SAMPLED:
        yield "llm_vllm", "vllm", slots
    if wanted.kind == "transformer_seq2seq" and SEQ2SEQ_TYPES & set(types):
        yield "seq2seq_transformers", "transformers", slots
    if wanted.kind == "sentence_encoder" or "sentence_transformers" in wanted.libraries:
        template = "retrieval" if _task(wanted) in SENTENCE_TASKS else "text"
        yield f"{template}_sentence_transformers", "sentence_transformers", slots


def _of(wanted: Wanted, library: str) -> str | None:
    """The chosen variant where it is this library's, else the first that the library lists."""
    if wanted.library == library and wanted.variant:
        return wanted.variant
    ids = wanted.libraries.get(library, ())
    return ids[0] if ids else None


def _checkpoint(wanted: Wanted) -> str | None:
    """A published checkpoint: of the architecture's own model types, the newest first, else of its line."""
    known = load_checkpoints()
    types = (*sorted(wanted.libraries.get("transformers", ()), reverse=True), wanted.lineage)
    return next((known[name].name for name in types if name in known), None)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A published checkpoint, and where its name was seen."""

    name: str
    seen_in: str


@cache
def load_checkpoints() -> Mapping[str, Checkpoint]:
    """Checkpoint by model type of transformers, else by line of architectures."""
    text = files("analysis.starter_code").joinpath("checkpoints.json").read_text("utf-8")
    return {name: Checkpoint(**row) for name, row in json.loads(text).items()}
