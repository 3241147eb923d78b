"""From an architecture, a variant and a task to a short program that runs once its data paths are set."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
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


def write_code(wanted: Wanted) -> StarterCode | None:
    """The program for the chosen variant, else for the architecture as a library knows it; None without a template."""
    template, library, slots = _choose(wanted)
    if not template or not all(SAFE.fullmatch(v) for k, v in slots.items() if v and k != "hint"):
        return None
    slots.setdefault("is_regression", str(is_regression(wanted.task)))
    source = template_text(template)
    text = SLOT.sub(lambda match: slots[match[1]], source)
    match = VERSIONS.search(source)
    starts_from = slots.get("checkpoint") or slots["model"]
    needs = f"a checkpoint in place of {PLACEHOLDER}" if starts_from == PLACEHOLDER else ""
    if template == "segmentation_smp":
        starts_from = f"{slots['decoder']} over {starts_from}"
    return StarterCode(text, template, library, match[1] if match else "", starts_from, needs)


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


def _choose(wanted: Wanted) -> tuple[str, str, dict[str, str]]:
    """Template, library and slots; an empty template where there is none."""
    ids, task = wanted.libraries, (wanted.task or "").rpartition("/")[2]
    for booster in BOOSTERS:
        if booster in ids:
            return f"tabular_{booster}", booster, {"model": wanted.name}
    if task == "segmentation":
        decoder = next((i for i in ids.get("segmentation_models_pytorch", ()) if i[:1].isupper()), None)
        if decoder:
            return _slots("segmentation_smp", "segmentation_models_pytorch", "resnet34", decoder=decoder)
        encoder = _of(wanted, "timm")
        if encoder:  # tu-: an encoder of timm, which the library loads with its own tag of weights
            return _slots("segmentation_smp", "segmentation_models_pytorch", f"tu-{encoder}", decoder="Unet")
    if wanted.kind == "segmenter":
        decoder = next((i for i in ids.get("segmentation_models_pytorch", ()) if i[:1].isupper()), None)
        return (
            _slots("segmentation_smp", "segmentation_models_pytorch", "resnet34", decoder=decoder) if decoder else NONE
        )
    if "ultralytics" in ids:
        return _slots("detection_ultralytics", "ultralytics", _of(wanted, "ultralytics"))
    if "timm" in ids and wanted.library in (None, "timm"):
        return _slots("image_timm", "timm", _of(wanted, "timm"))
    if "torchvision" in ids and wanted.kind == "detector":
        return _slots("detection_torchvision", "torchvision", _of(wanted, "torchvision"))
    if "torchvision" in ids:
        return _slots("image_torchvision", "torchvision", _of(wanted, "torchvision"))
    return _other(wanted)


NONE: tuple[str, str, dict[str, str]] = ("", "", {})


def _other(wanted: Wanted) -> tuple[str, str, dict[str, str]]:
    """Text, language, speech, series and scikit-learn."""
    ids = wanted.libraries
    if (template := TRANSFORMERS_TEMPLATES.get(wanted.kind or "")) and (
        wanted.lineage == "deepseek" or "transformers" in ids
    ):
        checkpoint = _checkpoint(wanted)
        hint = "" if checkpoint else f"  # of model type {ids['transformers'][0]}"
        return template, "transformers", {"model": wanted.name, "checkpoint": checkpoint or PLACEHOLDER, "hint": hint}
    if wanted.kind == "rnn" and wanted.name.upper() in ("LSTM", "GRU", "RNN"):
        return "sequence_torch", "torch", {"model": wanted.name, "layer": wanted.name.upper()}
    estimator = sklearn_class(ids.get("sklearn", ()), wants_numbers=is_regression(wanted.task))
    if estimator:
        slots = {"model": estimator[0], "module": estimator[1], "is_regression": str(predicts_numbers(estimator[0]))}
        return "tabular_sklearn", "sklearn", slots
    if not (wanted.task or "").endswith("/forecasting"):
        return NONE
    return _slots("forecast_neuralforecast", "neuralforecast", _of(wanted, "neuralforecast"))


def _slots(template: str, library: str, model: str | None, **more: str) -> tuple[str, str, dict[str, str]]:
    return (template, library, {"model": model, **more}) if model else NONE


def _of(wanted: Wanted, library: str) -> str | None:
    """The chosen variant where it is this library's, else the first that the library lists."""
    if wanted.library == library and wanted.variant:
        return wanted.variant
    ids = wanted.libraries.get(library, ())
    return ids[0] if ids else None


def _checkpoint(wanted: Wanted) -> str | None:
    """A published checkpoint: of the architecture's own model types, the newest first, else of its line."""
    known: dict[str, str] = json.loads(files("analysis.starter_code").joinpath("checkpoints.json").read_text("utf-8"))
    types = (*sorted(wanted.libraries.get("transformers", ()), reverse=True), wanted.lineage)
    return next((known[name] for name in types if name in known), None)
