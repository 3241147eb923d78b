"""Programs of the larger libraries, run on data of a few rows with networks of a few weights; skipped without them.

Nothing is fetched: a checkpoint is made here with random weights, and of published weights a program is told not to
take any.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from analysis.starter_code.writing import Wanted, write_code

WORDS = ["pond", "frog", "owl", "night", "reed", "moss", "song", "rain", "leaf", "mud"]
MINUTE = 60


def program(wanted: Wanted, *changes: tuple[str, str]) -> str:
    """The program with these texts put in place of others, which it must have."""
    code = write_code(wanted)
    assert code is not None
    text = code.text
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def run(text: str, folder: Path) -> str:
    (folder / "start.py").write_text(text, encoding="utf-8")
    offline = {"HF_HUB_OFFLINE": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "start.py"],
        cwd=folder,
        env=os.environ | offline,
        capture_output=True,
        text=True,
        timeout=10 * MINUTE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])


def sentence(place: int) -> str:
    return " ".join(WORDS[(place * step) % len(WORDS)] for step in (1, 3, 7))


def make_tokenizer(folder: Path) -> int:
    """A tokenizer of these words in the folder; how many it knows."""
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    special = ["<pad>", "<unk>", "</s>", "<mask>"]
    known = {word: place for place, word in enumerate([*special, *WORDS])}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(known, unk_token="<unk>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", unk_token="<unk>", eos_token="</s>", mask_token="<mask>"
    ).save_pretrained(folder)
    return len(known)


def make_encoder(folder: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    config = transformers.BertConfig(
        vocab_size=make_tokenizer(folder), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, pad_token_id=0,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(folder)


def test_a_model_that_reads_and_writes_is_fine_tuned(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    for needed in ("datasets", "accelerate"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    config = transformers.T5Config(
        vocab_size=make_tokenizer(tmp_path / "tiny"), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=2,
    )  # fmt: skip
    transformers.T5ForConditionalGeneration(config).save_pretrained(tmp_path / "tiny")
    write_csv(tmp_path / "data/train.csv", ("source", "target"), [(sentence(n), sentence(n + 1)) for n in range(12)])
    write_csv(tmp_path / "data/test.csv", ("source",), [(sentence(n),) for n in range(3)])
    wanted = Wanted("T5", "t5", "transformer_seq2seq", {"transformers": ("t5",)}, task="text/generation")
    run(
        program(wanted, ('"google-t5/t5-base"', '"tiny"'), ("MOST_TOKENS, BATCH = 256", "MOST_TOKENS, BATCH = 8")),
        tmp_path,
    )
    lines = (tmp_path / "predictions.csv").read_text("utf-8").splitlines()
    assert (len(lines), lines[0]) == (4, "source,target")


def test_a_language_model_is_fine_tuned(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    for needed in ("datasets", "accelerate", "peft"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    config = transformers.LlamaConfig(
        vocab_size=make_tokenizer(tmp_path / "tiny"), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, pad_token_id=0, eos_token_id=2, bos_token_id=2,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(tmp_path / "tiny")
    write_csv(tmp_path / "data/train.csv", ("prompt", "answer"), [(sentence(n), sentence(n + 1)) for n in range(16)])
    wanted = Wanted("Llama", "llama", "llm", {"transformers": ("llama",)}, task="text/classification")
    run(program(wanted, ('"meta-llama/Llama-3.1-8B"', '"tiny"'), ("bf16=True", "use_cpu=True")), tmp_path)


@pytest.mark.parametrize("task", ["text/classification", "text/regression"])
def test_a_text_encoder_is_fine_tuned(tmp_path: Path, task: str) -> None:
    for needed in ("transformers", "datasets", "accelerate"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    make_encoder(tmp_path / "tiny")
    for name in ("train", "test"):
        write_csv(tmp_path / f"data/{name}.csv", ("text", "label"), [(sentence(n), n % 2) for n in range(12)])
    wanted = Wanted("BERT", "bert", "transformer_encoder", {"transformers": ("bert",)}, task=task)
    run(
        program(wanted, ('"google-bert/bert-base-uncased"', '"tiny"'), ("num_train_epochs=3", "num_train_epochs=1")),
        tmp_path,
    )


def make_images(folder: Path) -> None:
    """Three pictures of each of two classes, to train and to test."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    for part in ("train/frog", "train/owl", "test/frog", "test/owl"):
        (folder / part).mkdir(parents=True)
        for place in range(3):
            image.new("RGB", (40, 40), (80 * place, 200, 30)).save(folder / part / f"{place}.png")


def test_an_image_model_of_transformers_is_fine_tuned(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    for needed in ("datasets", "accelerate"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    make_images(tmp_path / "data")
    config = transformers.ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=16
    )
    transformers.ViTForImageClassification(config).save_pretrained(tmp_path / "tiny")
    size = {"height": 32, "width": 32}
    transformers.ViTImageProcessor(size=size).save_pretrained(tmp_path / "tiny")
    wanted = Wanted("ViT", "vit", "vit", {"transformers": ("vit",)}, task="image/classification")
    run(program(wanted, ('"google/vit-base-patch16-224-in21k"', '"tiny"')), tmp_path)


@pytest.mark.parametrize("task", ["text/classification", "text/regression"])
def test_embeddings_of_texts_predict(tmp_path: Path, task: str) -> None:
    for needed in ("sentence_transformers", "sklearn", "pandas"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    make_encoder(tmp_path / "tiny")
    write_csv(tmp_path / "data/train.csv", ("text", "label"), [(sentence(n), n % 2) for n in range(20)])
    write_csv(tmp_path / "data/test.csv", ("text",), [(sentence(n),) for n in range(4)])
    ids = {"sentence_transformers": ("all-MiniLM-L6-v2",)}
    wanted = Wanted("MiniLM", "minilm", "transformer_encoder", ids, task=task)
    run(program(wanted, ('"sentence-transformers/all-MiniLM-L6-v2"', '"tiny"')), tmp_path)
    assert len((tmp_path / "predictions.csv").read_text("utf-8").split()) == 5


def test_an_encoder_learns_to_find_passages(tmp_path: Path) -> None:
    for needed in ("sentence_transformers", "datasets", "accelerate", "pandas"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    make_encoder(tmp_path / "tiny")
    write_csv(tmp_path / "data/train.csv", ("query", "passage"), [(sentence(n), sentence(n + 1)) for n in range(8)])
    write_csv(tmp_path / "data/passages.csv", ("passage",), [(sentence(n),) for n in range(12)])
    write_csv(tmp_path / "data/test.csv", ("query",), [(sentence(n),) for n in range(3)])
    wanted = Wanted("BGE", "bge", "sentence_encoder", {}, task="text/retrieval")
    run(program(wanted, ('"BAAI/bge-base-en-v1.5"', '"tiny"')), tmp_path)
    lines = (tmp_path / "predictions.csv").read_text("utf-8").splitlines()
    assert len(lines) == 4
    assert len(lines[1].split(",")[1].split()) == 10


@pytest.mark.parametrize("net", ["UNet", "SegResNet", "SwinUNETR", "UNETR", "DynUNet"])
def test_volumes_are_segmented(tmp_path: Path, net: str) -> None:
    np = pytest.importorskip("numpy", reason="numpy is not installed")
    pytest.importorskip("monai", reason="monai is not installed")
    nib = pytest.importorskip("nibabel", reason="nibabel is not installed")
    if net == "SwinUNETR":
        pytest.importorskip("einops", reason="einops is not installed")
    for folder, name in (("train/images", "a"), ("train/masks", "a"), ("test/images", "b")):
        (tmp_path / "data" / folder).mkdir(parents=True, exist_ok=True)
        shape = np.zeros((40, 36, 32), "uint8")
        shape[10:20, 10:20, 10:20] = 1
        nib.save(nib.Nifti1Image(shape, np.eye(4)), tmp_path / "data" / folder / f"{name}.nii.gz")
    ids = {} if net == "UNet" else {"monai": (net,)}
    wanted = Wanted(net, "unet" if net == "UNet" else net.lower(), "segmenter", ids, task="3d/segmentation")
    side = 64 if net == "SwinUNETR" else 32
    small = (("(96, 96, 96)", str((side,) * 3)), ("EPOCHS, LEARNING_RATE = 100", "EPOCHS, LEARNING_RATE = 1"))
    run(program(wanted, *small, ("num_workers=2", "num_workers=0")), tmp_path)
    assert nib.load(tmp_path / "predictions" / "b.nii.gz").shape == (40, 36, 32)


def test_images_are_classified_with_keras(tmp_path: Path) -> None:
    for needed in ("tensorflow", "keras"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    make_images(tmp_path / "data")
    wanted = Wanted("MobileNetV2", "mobilenet-v2", "cnn", {"keras": ("MobileNetV2",)}, task="image/classification")
    changes = (('weights="imagenet"', "weights=None"), ("= 224, 5, 32,", "= 64, 1, 4,"))
    out = run(program(wanted, *changes), tmp_path)
    assert "frog" in out or "owl" in out


def test_the_classes_and_modules_of_keras_are_there() -> None:
    keras = pytest.importorskip("keras", reason="keras is not installed")
    from importlib import import_module

    from corpus.catalogue import load_catalogue

    for one in load_catalogue().architectures.values():
        for name in one.libraries.get("keras", ()):
            text = program(Wanted(one.name, one.lineage, one.kind, {"keras": (name,)}))
            module = text.split("from keras.applications.")[1].split()[0]
            assert hasattr(keras.applications, name), name
            assert import_module(f"keras.applications.{module}").preprocess_input
            assert module.replace("_", "") in getattr(keras.applications, name).__module__.replace("_", "")


@pytest.mark.parametrize("task", ["tabular/classification", "tabular/regression"])
def test_a_table_is_fitted_with_tabnet(tmp_path: Path, task: str) -> None:
    for needed in ("pytorch_tabnet", "sklearn", "pandas"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    rows = [("" if n % 11 == 0 else n % 20, WORDS[n % 3], n % 2 if task.endswith("n") else n) for n in range(80)]
    write_csv(tmp_path / "data/train.csv", ("size", "colour", "target"), rows)
    write_csv(tmp_path / "data/test.csv", ("size", "colour"), [row[:2] for row in rows[:6]])
    ids = {"pytorch_tabnet": ("TabNetClassifier", "TabNetRegressor")}
    wanted = Wanted("TabNet", "tabnet", "tabular_nn", ids, task=task)
    run(program(wanted, ("EPOCHS = 100", "EPOCHS = 2")), tmp_path)
    assert len((tmp_path / "predictions.csv").read_text("utf-8").split()) == 7
