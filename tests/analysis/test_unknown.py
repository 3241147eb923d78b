"""Architectures that the catalogue lacks are found by their shape and by what is said of them; other things are not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from analysis.mentions.names import NameFinder, NameMatch
from analysis.mentions.typos import near_identifier
from analysis.mentions.unknown import add_unknown
from analysis.mentions.unknown_code import find_unknown_loads
from corpus.catalogue import load_catalogue, load_other_names
from corpus.ids import squash
from corpus.records import Block, BlockKind, Segment

FINDER = NameFinder(load_catalogue())


def read(*texts: str, code: str = "") -> list[tuple[str, NameMatch]]:
    """The names of a document of these paragraphs, each with the words it stands in."""
    blocks = [Block(str(n), "d", n, BlockKind.PARAGRAPH, text) for n, text in enumerate(texts)]
    found = [(Segment(b.id, 0, len(b.text), b.kind, ()), b.text, FINDER.find(b.text)) for b in blocks]
    blocks.append(Block("code", "d", len(texts), BlockKind.CODE_CELL, code))
    return [(text[m.start : m.end], m) for _, text, matches in add_unknown(found, blocks, FINDER) for m in matches]


def unknown(*texts: str, code: str = "") -> list[str]:
    """The names of those that the catalogue lacks, each once, in reading order."""
    return list(dict.fromkeys(match.name for _, match in read(*texts, code=code) if match.architecture_id is None))


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("a Logistic Regresion on top", "logistic-regression"),
        ("Random Forrest was slow", "random-forest"),
        ("the LigthGBM part", "lightgbm"),
        ("a naive bayse baseline", "naive-bayes"),
        ("one SimpleCNN per fold", "cnn-unspecified"),
        ("our MyLSTM of two layers", "lstm"),
        ("a random forecast, a regular boost", None),
    ],
)
def test_slips_in_two_words_and_generic_beginnings(text: str, id_: str | None) -> None:
    assert [match.architecture_id for _, match in read(text)] == ([id_] if id_ else [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Our best single was a ZebraNet at 384 pixels.", "ZebraNet"),
        ("Zebra-Net gave 0.81.", "Zebra-Net"),
        ("We fine-tuned ReefBERT on the captions.", "ReefBERT"),
        ("A Coralformer came second.", "Coralformer"),
        ("the KelpLSTM was slower", "KelpLSTM"),
        ("We used QRX2 as the backbone for both heads.", "QRX2"),
        ("with a TideScan backbone and GeM pooling", "TideScan"),
        ("backbone: `Kelp3R`, image size 512", "Kelp3R"),
        ("a Tidal Relation Network (TRN2), then nothing", "TRN2"),
        ("a Shoreline Attention Transformer (SAT-X)", ""),  # X is none of its words
        ("ResNet, KelpMix3 and VGG were blended", "KelpMix3"),
        ("[KelpPose](https://arxiv.org/abs/0000.00000) is the detector we kept", "KelpPose"),
        ("Kelpie-7B-Instruct wrote the summaries", "Kelpie"),
        ("we trained the kelpvit_small_patch16_224 checkpoint", "kelpvit"),
        ("fine-tuned the model reef-lab/kelpie-base-v2 from the hub", "kelpie"),
        ("A PassiveDriftRegressor on the residuals", "PassiveDrift"),
        ("the KelpSurge model was dropped", "KelpSurge"),
    ],
)
def test_an_unknown_name_is_found(text: str, name: str) -> None:
    assert unknown(text) == ([name] if name else [])


@pytest.mark.parametrize(
    "text",
    [
        "pre-trained on ImageNet and PhysioNet",
        "AdamW as optimizer, ArcFace as the head, LoRA adapters",
        "The KelpNet dataset has 5 classes. KelpNet is large.",
        "Robert, Albert and Schubert performed on the platform; the performer, a reformer.",
        "the Internet, a subnet, a Planet, INTERNET, .NET",
        "the EEG model, the CT model, an OOF model, the 3D model",
        "MyNet, CustomNet, SimpleCNN and BaseModel",
        "a Wireless Sensor Network (WSN) of buoys",
        "python train/model_base_v2.py, input/output, and/or",
        "see input/reef-base-v2 for the checkpoint",
        "AutoModelForCausalLM, DataCollatorForLM",
        "5th place solution for KelpNet: count the kelp",
        "[KelpNet: count the kelp](https://example.org/competitions/kelpnet/)",
        "fold_small_patch16_224 and train_base_v2_ns",
    ],
)
def test_something_else_is_no_architecture(text: str) -> None:
    assert unknown(text) == []


def test_spellings_fold_into_the_most_frequent_one() -> None:
    names = {match.name for _, match in read("Zebra-Net won.", "ZebraNet and zebranet; a ZebraNet", "zebra net v2")}
    assert names == {"ZebraNet"}


def test_a_name_shown_once_counts_everywhere_in_the_document() -> None:
    found = read("QRX was fast.", "We used QRX as the backbone.", "qrx is something else")
    assert [surface for surface, _ in found] == ["QRX", "QRX"]


def test_a_class_of_the_document_counts_where_prose_names_it() -> None:
    code = "class TideScan(nn.Module):\n    pass\nclass ConvBlock2D(nn.Module):\n    pass\n"
    assert unknown("TideScan reads the waves, ConvBlock2D does not count", code=code) == ["TideScan"]
    assert unknown("nothing is said of it", code=code) == []


def test_a_version_is_a_variant() -> None:
    (_, match), _ = read("ZebraNetV2 won.", "ZebraNet did not.")
    assert (match.name, match.variant) == ("ZebraNet", "ZebraNetV2")


@pytest.mark.parametrize(
    ("text", "architecture", "variant"),
    [
        ("eca_nfet_l0 was best", "nfnet", "eca_nfet_l0"),
        ("with tf_efficient_b3_ns", "efficientnet", "tf_efficient_b3_ns"),
        ("and tf_efficinetnetv2_s_in21k", "efficientnet-v2", "tf_efficinetnetv2_s_in21k"),
        ("deberat-v3-base", "deberta-v3", "deberat-v3-base"),
        ("an EfficentNet", "efficientnet", None),
        ("with DensNet", "densenet", None),
    ],
)
def test_a_slip_in_a_known_name_is_corrected(text: str, architecture: str, variant: str | None) -> None:
    ((_, match),) = read(text)
    assert (match.architecture_id, match.variant) == (architecture, variant)


@pytest.mark.parametrize(
    "text", ["reset_net_50", "FakeNet", "encoder_base", "tf.argmax", "an efficient b3", "dense net"]
)
def test_an_ordinary_word_is_not_corrected(text: str) -> None:
    assert [match for _, match in read(text) if match.architecture_id in {"efficientnet", "encodec", "facenet"}] == []


def test_a_hub_id_with_a_slip_resolves_to_the_family() -> None:
    match = FINDER.resolve("some-owner/debrta-v3-large")
    assert match is not None
    assert (match.architecture_id, match.start) == ("deberta-v3", 11)


def test_other_names_hold_what_the_catalogue_does_not_count() -> None:
    assert {"imagenet", "adamw", "arcface", squash("t-SNE")} <= load_other_names()
    counted = {squash(a.name) for a in load_catalogue().architectures.values() if a.is_counted}
    assert {"resnet", "catboost"} <= counted - load_other_names()


@given(st.text(alphabet="KelpNt-_/ 7Bb(){}[]:.v2`\n", max_size=80))
def test_spans_lie_in_the_text_and_apart(text: str) -> None:
    found = [match for _, match in read(text)]
    assert all(0 <= match.start < match.end <= len(text) for match in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert near_identifier(text, {"kelpnet7"}) is None or text


def loads(code: str) -> list[tuple[str, str | None, str | None]]:
    """Name, variant and use of what code loads and nobody knows."""
    block = Block("code", "d", 0, BlockKind.CODE_CELL, code, language="python")
    return [(m.name, m.variant, m.code_use) for m in find_unknown_loads([block], FINDER)]


def test_an_unknown_name_that_code_loads_is_found() -> None:
    assert loads('m = timm.create_model("kelpvit_small_patch16_224", pretrained=True)') == [
        ("kelpvit", "kelpvit_small_patch16_224", "run")
    ]
    assert loads('m = AutoModel.from_pretrained("reef-lab/kelpie-7b")') == [("kelpie", "kelpie-7b", "run")]
    assert loads('# m = AutoModel.from_pretrained("reef-lab/kelpie-7b")') == [("kelpie", "kelpie-7b", "commented")]


@pytest.mark.parametrize(
    "code",
    [
        'm = timm.create_model("resnet50")',
        't = AutoTokenizer.from_pretrained("reef-lab/kelpie-7b")',
        'm = AutoModel.from_pretrained("input/kelpie-7b")',
        'm = AutoModel.from_pretrained("/kaggle/input/kelpie")',
        'm = create_model("custom_model_v2")',
    ],
)
def test_what_is_known_or_no_name_is_not_loaded_as_unknown(code: str) -> None:
    assert loads(code) == []
