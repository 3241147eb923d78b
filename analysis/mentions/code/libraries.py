"""What libraries call the functions that build, load or ask an architecture, by the last parts of their path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.records import Role


@dataclass(frozen=True, slots=True)
class Loader:
    """Where a function takes the architecture's name, and what it is built for."""

    position: int | None = 0
    keywords: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    is_weights: bool = False  # a file of weights or a pickle: its name is a hint at the family, no variant
    only_with: str | None = None  # the path must hold this word


_NAME_KEYWORDS = ("model_name", "name", "model", "model_id", "arch", "backbone", "pretrained_model_name_or_path")
_MAIN = (Role.MAIN,)

LOADERS: dict[str, Loader] = {
    "create_model": Loader(0, _NAME_KEYWORDS),
    "create_model_and_transforms": Loader(0, _NAME_KEYWORDS),
    "from_pretrained": Loader(0, _NAME_KEYWORDS),
    "from_preset": Loader(0, ("preset",)),
    "from_name": Loader(0, _NAME_KEYWORDS),
    "from_config": Loader(0, ("config",)),
    "get_model": Loader(0, _NAME_KEYWORDS),
    "make_model": Loader(0, _NAME_KEYWORDS),
    "SentenceTransformer": Loader(0, ("model_name_or_path",), (Role.EMBEDDER,)),
    "HuggingFaceEmbeddings": Loader(None, ("model_name",), (Role.EMBEDDER,)),
    "CrossEncoder": Loader(0, ("model_name", "model_name_or_path"), (Role.RERANKER,)),
    "FlagReranker": Loader(0, ("model_name_or_path",), (Role.RERANKER,)),
    "FlagModel": Loader(0, ("model_name_or_path",), (Role.EMBEDDER,)),
    "LLM": Loader(0, ("model",), _MAIN),
    "AsyncLLMEngine": Loader(0, ("model",), _MAIN),
    "EngineArgs": Loader(0, ("model",), _MAIN),
    "AsyncEngineArgs": Loader(0, ("model",), _MAIN),
    "Llama": Loader(0, ("model_path", "filename", "repo_id"), _MAIN),
    "pipeline": Loader(1, ("model",), _MAIN),
    "YOLO": Loader(0, ("model",), _MAIN),
    "RTDETR": Loader(0, ("model",), _MAIN),
    "NAS": Loader(0, ("model",), _MAIN, only_with="ultralytics"),
    "SAM": Loader(0, ("model",), _MAIN, only_with="ultralytics"),
    "AutoBackend": Loader(0, ("weights",), _MAIN),
    "GenerativeModel": Loader(0, ("model_name",), _MAIN),
    "generate_content": Loader(None, ("model",), _MAIN),
    "generate_content_stream": Loader(None, ("model",), _MAIN),
    "ChatOpenAI": Loader(None, ("model", "model_name"), _MAIN),
    "ChatAnthropic": Loader(None, ("model", "model_name"), _MAIN),
    "ChatGoogleGenerativeAI": Loader(None, ("model",), _MAIN),
    "completion": Loader(0, ("model",), _MAIN),
    "hub.load": Loader(1, ("model",)),
    "KerasLayer": Loader(0, ("handle",)),
    "vision_learner": Loader(1, ("arch",), _MAIN),
    "cnn_learner": Loader(1, ("arch", "base_arch"), _MAIN),
    "create_cnn": Loader(1, ("arch",), _MAIN),
    "unet_learner": Loader(1, ("arch",), (Role.BACKBONE,)),
    "language_model_learner": Loader(1, ("arch",), _MAIN),
    "text_classifier_learner": Loader(1, ("arch",), _MAIN),
    "get_config_file": Loader(0, ("config_path",), _MAIN),
    "get_checkpoint_url": Loader(0, ("config_path",), _MAIN),
    "init_detector": Loader(0, ("config",), _MAIN),
    "init_model": Loader(0, ("config",), _MAIN),
    "fromfile": Loader(0, ("filename",), _MAIN, only_with="Config"),
    "FeatureExtractor": Loader(0, ("model_name",), (Role.EMBEDDER,)),
    "LightGlue": Loader(None, ("features",), (Role.EMBEDDER,)),
    "InferenceSession": Loader(0, ("path_or_bytes",), _MAIN, is_weights=True),
    "load_model": Loader(0, ("filepath", "path", "fname", "model"), _MAIN, is_weights=True),
    "load_learner": Loader(0, ("fname", "path"), _MAIN, is_weights=True),
    "load_from_checkpoint": Loader(0, ("checkpoint_path",), _MAIN, is_weights=True),
    "load_state_dict": Loader(0, ("state_dict",), (), is_weights=True),
    "load_weights": Loader(0, ("filepath",), (), is_weights=True),
    "load_checkpoint": Loader(0, ("path", "filename"), (), is_weights=True),
    "Booster": Loader(None, ("model_file",), _MAIN, is_weights=True),
    "Interpreter": Loader(None, ("model_path",), _MAIN, is_weights=True, only_with="lite"),
    **{
        f"{module}.load": Loader(0, ("f", "filename", "file", "fp"), (), is_weights=True)
        for module in ("torch", "joblib", "pickle", "cloudpickle", "dill", "jit", "skops", "pkl")
    },
    **{
        f"{group}.create": Loader(None, ("model", "engine"), _MAIN)
        for group in ("completions", "messages", "responses", "ChatCompletion", "Completion", "chat", "embeddings")
    },
}

# keyword of a call -> role of the architecture it names, whatever the callee
NAMING_KEYWORDS: dict[str, tuple[Role, ...]] = {
    **dict.fromkeys(
        ("encoder_name", "backbone", "backbone_name", "encoder", "base_encoder", "backbone_type", "encoder_type"),
        (Role.BACKBONE,),
    ),
    **dict.fromkeys(("decoder_name", "decoder_type"), (Role.DECODER,)),
    **dict.fromkeys(
        ("model", "model_name", "arch", "architecture", "model_id", "model_arch", "base_model", "base_arch"), ()
    ),
    **dict.fromkeys(("teacher_name", "teacher"), (Role.TEACHER,)),
}

# function of a library whose name says the family: (root, function) -> family; the module's own name where "" stands
TRAINERS: dict[tuple[str, str], str] = {
    **{("lightgbm", name): "LightGBM" for name in ("train", "cv", "Booster")},
    **{("xgboost", name): "XGBoost" for name in ("train", "cv", "Booster")},
    **{("catboost", name): "CatBoost" for name in ("train", "cv")},
    ("whisper", "load_model"): "Whisper",
    ("clip", "load"): "CLIP",
    ("open_clip", "create_model_and_transforms"): "CLIP",
    ("open_clip", "create_model"): "CLIP",
    ("easyocr", "Reader"): "EasyOCR",
    ("pytesseract", "image_to_string"): "Tesseract",
    ("pytesseract", "image_to_data"): "Tesseract",
    ("fastai", "unet_learner"): "U-Net",
    ("fastai", "tabular_learner"): "MLP",
    ("tabular_learner", "tabular_learner"): "MLP",  # imported with a star
    ("fasttext", "train_supervised"): "fastText",
    ("statsmodels", "OLS"): "Linear regression",
    ("statsmodels", "Logit"): "Logistic regression",
    ("surprise", "SVD"): "Matrix factorization",
    ("surprise", "SVDpp"): "Matrix factorization",
    ("np", "polyfit"): "Polynomial regression",
    ("numpy", "polyfit"): "Polynomial regression",
}

# the estimators of these libraries count under names that are ordinary words elsewhere
ESTIMATOR_ROOTS = frozenset(
    {
        "sklearn",
        "lightgbm",
        "xgboost",
        "catboost",
        "cuml",
        "prophet",
        "fbprophet",
        "statsmodels",
        "pmdarima",
        "implicit",
    }
    | {"lightfm", "surprise", "gensim", "h2o", "pytorch_tabnet", "tabpfn", "autogluon", "ngboost", "rgf", "hmmlearn"}
    | {
        "lifelines",
        "sksurv",
        "interpret",
        "statsforecast",
        "neuralforecast",
        "darts",
        "flaml",
        "lightautoml",
        "imblearn",
    }
    | {"daal4py", "sklearnex", "thundersvm", "libfm", "xlearn", "umap", "sktime", "tsai", "pyts", "aeon", "snapml"}
)
NETWORK_ROOTS = frozenset(
    {
        "timm",
        "torchvision",
        "transformers",
        "keras",
        "tensorflow",
        "tf",
        "segmentation_models_pytorch",
        "monai",
        "ultralytics",
    }
    | {
        "segmentation_models",
        "efficientnet_pytorch",
        "efficientnet",
        "pretrainedmodels",
        "torch",
        "mmdet",
        "mmseg",
        "kornia",
    }
    | {
        "detectron2",
        "fastai",
        "keras_cv",
        "keras_nlp",
        "keras_hub",
        "keras_cv_attention_models",
        "tfimm",
        "classification_models",
    }
    | {
        "resnest",
        "effdet",
        "lightglue",
        "ensemble_boxes",
        "torch_geometric",
        "dgl",
        "pytorchcv",
        "cnn_finetune",
        "open_clip",
    }
    | {"geffnet", "vit_keras", "tensorflow_hub", "mmpretrain", "mmcls", "mmpose", "torchaudio", "speechbrain", "nemo"}
)
# built from these, nothing is claimed
NO_BUILDERS = frozenset(
    {
        "pandas",
        "pd",
        "numpy",
        "np",
        "os",
        "sys",
        "re",
        "json",
        "matplotlib",
        "plt",
        "seaborn",
        "sns",
        "plotly",
        "px",
        "shutil",
    }
    | {
        "math",
        "random",
        "time",
        "datetime",
        "glob",
        "print",
        "display",
        "logging",
        "warnings",
        "albumentations",
        "A",
        "polars",
    }
    | {
        "pl",
        "cv2",
        "PIL",
        "itertools",
        "collections",
        "functools",
        "typing",
        "subprocess",
        "wandb",
        "mlflow",
        "shap",
        "isinstance",
    }
    | {
        "issubclass",
        "type",
        "len",
        "range",
        "hasattr",
        "zip",
        "map",
        "filter",
        "sum",
        "min",
        "max",
        "go",
        "ax",
        "fig",
        "IPython",
    }
    | {
        "requests",
        "tokenizers",
        "torchsummary",
        "torchinfo",
        "nltk",
        "spacy",
        "string",
        "gc",
        "ValueError",
        "RuntimeError",
        "ttach",
        "tta",
    }
)
# reading text or settings for an architecture is not running it
_SIDE_CLASS = re.compile(
    r"(?:Tokenizer\w{0,40}|Config|Processor|FeatureExtractor|ImageProcessor|GenerationConfig|Preprocessor|Collator\w{0,40}|Dataset|"
    r"Args|Arguments|Params|Output|Weights|Loss|Optimizer|Scheduler|Callback|Metric|Pool|DMatrix|Imputer|Trainer|Server|"
    r"Client|Sampler|Scaler|Transforms?|Exception|Error)\Z|^(?:Voting|Stacking|Blending)"
)
BUILDER_WORD = re.compile(
    r"model|net\b|net_|_net|backbone|encoder|learner|detector|predictor|classifier|regressor|extractor|estimator|"
    r"create_fn|segmentor|_llm|llm_|\bllm|build_",
    re.I,
)
_NO_BUILDER_WORD = re.compile(
    r"save|dump|print|log(?:ger)?\b|write|append|tokeniz|config|path|dir|file|read|csv|exists|name|title|label|plot|show|"
    r"summary|download|upload|score|result|metric|dataset|kfold",
    re.I,
)


# their role does not depend on where they are built
EMBEDDERS = frozenset({"Word2Vec", "Doc2Vec", "FastText", "KeyedVectors", "SentenceTransformer", "InstructorEmbedding"})


@lru_cache(maxsize=20_000)
def says_no_builder(name: str) -> bool:
    """Whether a function's name says that it builds nothing: it saves, prints, plots.

    >>> says_no_builder("save_model"), says_no_builder("build_model")
    (True, False)
    """
    return bool(_NO_BUILDER_WORD.search(name))


@lru_cache(maxsize=20_000)
def is_side_class(name: str) -> bool:
    """Whether a class only goes with an architecture: its tokenizer, settings, loss, data.

    >>> is_side_class("AutoTokenizer"), is_side_class("DebertaV2Model"), is_side_class("Wav2Vec2Processor")
    (True, False, True)
    """
    return bool(_SIDE_CLASS.search(name))


@lru_cache(maxsize=20_000)
def find_loader(path: str) -> Loader | None:
    """The loader that a dotted path ends in; the last two parts speak before the last one."""
    parts = path.split(".")
    loader = LOADERS.get(".".join(parts[-2:])) or LOADERS.get(parts[-1])
    if loader is None or (loader.only_with and loader.only_with not in path):
        return None
    return loader
