from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest

from analysis.starter_code.writing import (
    PLACEHOLDER,
    SLOT,
    Wanted,
    libraries_of,
    load_checkpoints,
    predicts_numbers,
    template_names,
    template_text,
    write_code,
)
from corpus.catalogue import load_catalogue

TASKS = (
    "image/classification",
    "image/segmentation",
    "image/detection",
    "3d/segmentation",
    "tabular/regression",
    "time-series/forecasting",
    "text/retrieval",
    "math/reasoning",
)
WORDS = ("red", "green", "blue")


def wanted(library: str, *ids: str, name: str = "Thing", kind: str | None = None, task: str | None = None) -> Wanted:
    return Wanted(name=name, lineage=name.lower(), kind=kind, libraries={library: ids}, task=task)


def test_every_architecture_of_the_catalogue_gets_code_that_compiles_or_none() -> None:
    """For every architecture, so for every kind and template, library and several tasks; no slot is left open."""
    used: set[str] = set()
    seen: set[str] = set()
    for one, task in product(load_catalogue().architectures.values(), TASKS):
        plain = Wanted(one.name, one.lineage, one.kind, one.libraries, task=task)
        configured = replace(plain, library="mmdet", variant=f"{one.id}_r50") if "mmdet" in one.libraries else plain
        for wanted, library in [(plain, x) for x in libraries_of(plain)] + [(configured, "mmdet")]:
            code = write_code(wanted, library)
            if code is None or code.text in seen:
                continue
            seen.add(code.text)
            used.add(code.template)
            tree = ast.parse(code.text)
            compile(tree, code.template, "exec")
            assert not SLOT.search(code.text), code.template
            assert code.written_for, code.template
            assert ast.get_docstring(tree)
            assert max(map(len, code.text.splitlines())) <= 120, code.template
            assert code.needs or PLACEHOLDER not in code.text
    assert used == set(template_names())


@pytest.mark.parametrize("name", template_names())
def test_a_template_reads_trains_and_predicts(name: str) -> None:
    text = template_text(name)
    assert "Written for " in text
    assert 'if __name__ == "__main__":' in text
    assert "data/" in text  # where the user's data go
    assert re.search(r"fit\(|train\(|backward\(|nnUNetv2_train|LLM\(", text)  # vllm answers without training
    assert "predict" in text or "inference_mode" in text or "generate(" in text


def test_a_name_that_is_code_is_no_name() -> None:
    assert write_code(wanted("timm", 'x"); import os  # ')) is None
    assert write_code(wanted("timm", "resnet18\nimport os")) is None
    assert write_code(wanted("lightgbm", "LGBMClassifier", name='Light"""GBM')) is None


def test_the_task_chooses_template_and_estimator() -> None:
    both = wanted("sklearn", "RandomForestClassifier", "RandomForestRegressor", task="tabular/regression")
    code = write_code(both)
    assert code is not None
    assert "from sklearn.ensemble import RandomForestRegressor" in code.text
    assert "IS_REGRESSION = True" in code.text
    encoder = write_code(wanted("timm", "resnet50", kind="cnn", task="image/segmentation"))
    assert encoder is not None
    assert (encoder.template, '"tu-resnet50"' in encoder.text) == ("segmentation_smp", True)


def test_the_library_may_be_asked_for() -> None:
    qwen = wanted("transformers", "qwen3", name="Qwen", kind="llm", task="math/reasoning")
    assert libraries_of(qwen) == ("vllm", "transformers")
    assert libraries_of(replace(qwen, task="text/generation")) == ("transformers", "vllm")
    asked = write_code(qwen, "transformers")
    assert asked is not None
    assert (asked.template, '"Qwen/Qwen3-8B"' in asked.text) == ("llm_transformers", True)
    assert write_code(qwen, "keras") is None


def test_the_chosen_variants_library_stands_first() -> None:
    net = Wanted(
        "ResNet", "resnet", "cnn", {"timm": ("resnet18d",), "torchvision": ("resnet18",), "keras": ("ResNet50",)}
    )
    assert libraries_of(net) == ("timm", "torchvision", "keras")
    assert libraries_of(replace(net, library="keras", variant="ResNet152V2")) == ("keras", "torchvision", "timm")
    code = write_code(replace(net, library="keras", variant="ResNet152V2"))
    assert code is not None
    assert "from keras.applications.resnet_v2 import preprocess_input" in code.text


@pytest.mark.parametrize(
    ("lineage", "kind", "ids", "task", "template"),
    [
        ("unet", "segmenter", {"segmentation_models_pytorch": ("Unet",)}, "3d/segmentation", "segmentation_monai"),
        ("unet", "segmenter", {"segmentation_models_pytorch": ("Unet",)}, "image/segmentation", "segmentation_smp"),
        ("nnunet", "segmenter", {}, "3d/segmentation", "segmentation_nnunet"),
        ("t5", "transformer_seq2seq", {"transformers": ("mt5", "t5")}, "text/generation", "seq2seq_transformers"),
        ("minilm", "transformer_encoder", {"sentence_transformers": ("all-MiniLM-L6-v2",)}, "text/classification",
         "text_sentence_transformers"),
        ("bge", "sentence_encoder", {}, "text/retrieval", "retrieval_sentence_transformers"),
        ("tabnet", "tabular_nn", {"pytorch_tabnet": ("TabNetClassifier",)}, "tabular/regression", "tabular_tabnet"),
    ],
)  # fmt: skip
def test_what_wins_elsewhere_has_a_template_too(
    lineage: str, kind: str, ids: dict[str, tuple[str, ...]], task: str, template: str
) -> None:
    code = write_code(Wanted(lineage.upper(), lineage, kind, ids, task=task))
    assert code is not None
    assert (code.template, code.needs) == (template, "")


def test_every_checkpoint_says_where_its_name_was_seen() -> None:
    for name, checkpoint in load_checkpoints().items():
        assert re.fullmatch(r"[\w-]+/[\w.-]+", checkpoint.name), name
        assert checkpoint.seen_in, name


def test_checkpoints_stand_where_the_file_says() -> None:
    """Where the very version is installed: the package's own file names the checkpoint."""
    looked = 0
    for name, checkpoint in load_checkpoints().items():
        package, _, rest = checkpoint.seen_in.partition(" ")
        version, _, path = rest.partition(", ")
        if not path or _version(package) != version:
            continue
        files = metadata.files(package) or []
        text = next(file for file in files if str(file).endswith(f"/{path}")).read_text()
        assert re.search(rf"""["'`]{re.escape(checkpoint.name)}["'`]""", text), name
        looked += 1
    if not looked:
        pytest.skip("no package that names checkpoints is installed in that version")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def test_a_library_without_a_template_gives_none() -> None:
    assert write_code(wanted("recbole", "BPR")) is None


def test_sklearn_names_stand_where_the_table_says() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    from importlib import import_module

    from analysis.starter_code.writing import sklearn_class

    for one in load_catalogue().architectures.values():
        for name in one.libraries.get("sklearn", ()):
            found = sklearn_class((name,), wants_numbers=predicts_numbers(name))
            if found:
                estimator = getattr(import_module(f"sklearn.{found[1]}"), found[0])
                assert hasattr(estimator, "predict"), name


def write_tables(folder: Path, *, is_regression: bool) -> None:
    """A table with a number, a gap, a word, and a target that they decide."""
    (folder / "data").mkdir()
    for name, n_rows in (("train", 60), ("test", 12)):
        lines = ["size,colour,target"]
        for i in range(n_rows):
            size, word = (i * 7) % 20, WORDS[i % 3]
            target = str(2.5 * size) if is_regression else ("big" if size > 9 else "small")
            lines.append(f"{'' if i % 11 == 0 else size},{word},{target}")
        (folder / f"data/{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("is_regression", [False, True], ids=["classes", "numbers"])
@pytest.mark.parametrize(
    ("module", "library", "ids", "name"),
    [
        ("lightgbm", "lightgbm", ("LGBMClassifier",), "LightGBM"),
        ("xgboost", "xgboost", ("XGBClassifier",), "XGBoost"),
        ("catboost", "catboost", ("CatBoostClassifier",), "CatBoost"),
        ("sklearn", "sklearn", ("ExtraTreesClassifier", "ExtraTreesRegressor"), "ExtraTrees"),
        ("sklearn", "sklearn", ("LogisticRegression", "Ridge"), "Linear"),
    ],
)
def test_a_small_library_runs_its_code(
    tmp_path: Path, module: str, library: str, ids: tuple[str, ...], name: str, is_regression: bool
) -> None:
    pytest.importorskip(module, reason=f"{module} is not installed")
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    task = f"tabular/{'regression' if is_regression else 'classification'}"
    code = write_code(wanted(library, *ids, name=name, task=task))
    assert code is not None
    write_tables(tmp_path, is_regression=is_regression)
    quick = code.text.replace("500", "20")
    done = subprocess.run(
        [sys.executable, "-c", quick], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    predictions = (tmp_path / "predictions.csv").read_text(encoding="utf-8").split()
    assert (len(predictions), predictions[0]) == (13, "target")
    if not is_regression:
        assert set(predictions[1:]) <= {"big", "small"}
