"""Names are found whole, with their variant, and only where they are names."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from analysis.mentions.code.naming import naming_of
from analysis.mentions.context import keep_names
from analysis.mentions.names import NameFinder, fold
from corpus.catalogue import load_catalogue


@pytest.fixture(scope="module")
def finder() -> NameFinder:
    return NameFinder(load_catalogue())


FINDER = NameFinder(load_catalogue())


@pytest.mark.parametrize(
    ("text", "surface", "lineage", "variant"),
    [
        ("we used tf_efficientnet_b4_ns here", "tf_efficientnet_b4_ns", "EfficientNet", "tf_efficientnet_b4_ns"),
        ("EffNetB4 was enough", "EffNetB4", "EfficientNet", "EffNetB4"),
        ("deberta v3 large on long text", "deberta v3 large", "DeBERTa", "deberta v3 large"),
        ("an LGBM on top", "LGBM", "LightGBM", None),
        ("Qwen2.5-32B-Instruct-AWQ, quantised", "Qwen2.5-32B-Instruct-AWQ", "Qwen", "Qwen2.5-32B-Instruct-AWQ"),
        ("regnety_008 as encoder", "regnety_008", "RegNet", "regnety_008"),
        ("a 3D U-Net", "3D U-Net", "U-Net", None),
        ("UNet++ (resnest50)", "UNet++", "U-Net++", None),
        ("two LSTMs", "LSTMs", "LSTM", None),
        ("EfficientNetV2-S at 384", "EfficientNetV2-S", "EfficientNetV2", "EfficientNetV2-S"),
        ("resnet50-based detector", "resnet50", "ResNet", "resnet50"),
        ("CNN+LSTM", "CNN", "CNN", None),
        ("使用ResNet50训练", "ResNet50", "ResNet", "ResNet50"),
        ("a random\nforest", "random\nforest", "RandomForest", None),
        ("FasterRCNN at 768", "FasterRCNN", "Faster R-CNN", None),
        ("dense121 and its kin", "dense121", "DenseNet", "dense121"),
        ("run-resnext50swsl-e230", "resnext50swsl", "ResNeXt", "resnext50swsl"),
        (
            "`convnext_small.dinov3_lvd1689m`",
            "convnext_small.dinov3_lvd1689m",
            "ConvNeXt",
            "convnext_small.dinov3_lvd1689m",
        ),
        ("| se\\_resnet152 |", "se\\_resnet152", "SENet", "se_resnet152"),
    ],
)
def test_a_name_is_found_with_its_variant(
    finder: NameFinder, text: str, surface: str, lineage: str, variant: str | None
) -> None:
    found = finder.find(text)[0]
    architecture = load_catalogue().architectures[found.architecture_id or ""]
    assert (text[found.start : found.end], architecture.lineage_name, found.variant) == (surface, lineage, variant)


@pytest.mark.parametrize(
    "text", ["orbital mechanics", "an arbitrary spanner", "resnetting the router", "span of a bridge"]
)
def test_a_name_inside_a_word_is_no_name(finder: NameFinder, text: str) -> None:
    assert keep_names(text, finder.find(text)) == []


@pytest.mark.parametrize(
    ("identifier", "lineage"),
    [
        ("DebertaV2ForSequenceClassification", "DeBERTa"),
        ("tf_efficientnet_b4.ns_jft_in1k", "EfficientNet"),
        ("microsoft/deberta-v3-large", "DeBERTa"),
        ("LGBMClassifier", "LightGBM"),
        ("/kaggle/input/deberta-v3-base/pytorch", "DeBERTa"),
        ("yolov8x.pt", "YOLO"),
    ],
)
def test_an_identifier_resolves(finder: NameFinder, identifier: str, lineage: str) -> None:
    found = finder.resolve(identifier)
    assert found is not None
    assert load_catalogue().architectures[found.architecture_id or ""].lineage_name == lineage


def test_a_hub_id_is_a_variant_without_its_owner(finder: NameFinder) -> None:
    found = finder.resolve("microsoft/deberta-v3-large")
    assert found is not None
    assert found.variant == "deberta-v3-large"


def test_what_a_language_model_was_made_from_is_part_of_its_name(finder: NameFinder) -> None:
    found = finder.find("we served DeepSeek-R1-Distill-Qwen-14B all day")
    assert [m.variant for m in found] == ["DeepSeek-R1-Distill-Qwen-14B"]


@pytest.mark.parametrize("text", ["trained with LLaMA-Factory", "served by llama.cpp", "a llama-index store"])
def test_software_called_after_a_model_is_not_the_model(finder: NameFinder, text: str) -> None:
    assert finder.find(text) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ALIKED+DISK+SIFT, matched", ["ALIKED", "DISK", "SIFT"]),  # the sure name is two places off
        ("DISK or SIFT", []),
        ("a 2-layer transformer", ["Transformer"]),
        ("a linear transformer over pairs", ["Transformer"]),
        ("the power transformer of the substation", []),
    ],
)
def test_company_is_a_list_or_a_built_thing(finder: NameFinder, text: str, kept: list[str]) -> None:
    assert [match.name for match in keep_names(text, finder.find(text))] == kept


def test_an_ambiguous_word_needs_company(finder: NameFinder) -> None:
    for text in ("they transformed the forest", "the ridge was steep"):
        assert keep_names(text, finder.find(text)) == []
    text = "XGBoost, CatBoost and Ridge"
    assert [text[m.start : m.end] for m in keep_names(text, finder.find(text))] == ["XGBoost", "CatBoost", "Ridge"]


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet=st.sampled_from("ResNet50 efficientnet_b4,(xgb) v2-é漢\n."), max_size=120))
def test_matches_lie_in_the_text_in_order_and_apart(text: str) -> None:
    reached = 0
    for match in FINDER.find(text):
        assert reached <= match.start < match.end <= len(text)
        reached = match.end


DISGUISED = {
    "full-width": "ＥｆｆｉｃｉｅｎｔＮｅｔ",
    "mathematical bold": "𝐄𝐟𝐟𝐢𝐜𝐢𝐞𝐧𝐭𝐍𝐞𝐭",
    "mathematical sans": "𝗘𝗳𝗳𝗶𝗰𝗶𝗲𝗻𝘁𝗡𝗲𝘁",
    "monospace": "𝙴𝚏𝚏𝚒𝚌𝚒𝚎𝚗𝚝𝙽𝚎𝚝",
    "circled": "ⒺⓕⓕⓘⓒⓘⓔⓝⓣⓃⓔⓣ",
    "small capitals": "EꜰꜰɪᴄɪᴇɴᴛNᴇᴛ",
    "Cyrillic": "Effi\u0441i\u0435ntN\u0435t",
    "Greek": "\u0395ffic\u03b9ent\u039det",
    "ligature": "E\ufb03cientNet",
    "zero-width space": "Efficient\u200bNet",
    "zero-width joiner": "Effi\u200dcient\u200dNet",
    "word joiner": "E\u2060fficientNet",
    "soft hyphen": "Effi\u00adcient\u00adNet",
    "byte order mark": "Efficient\ufeffNet",
    "direction marks": "Effi\u200ecientN\u202aet",
    "combining marks": "E\u0332f\u0332f\u0332i\u0332c\u0332i\u0332e\u0332n\u0332t\u0332N\u0332e\u0332t",
    "accent": "\u00c9fficientNet",
    "non-breaking hyphen": "Efficient\u2011Net",
    "non-breaking space": "Efficient\u00a0Net",
}


@pytest.mark.parametrize("name", DISGUISED.values(), ids=DISGUISED.keys())
@pytest.mark.parametrize("before", ["wir nahmen «Größe» ", "We kept ", "\ufeffпотом 使用 "])
def test_d12_a_name_is_what_it_looks_like(finder: NameFinder, name: str, before: str) -> None:
    text = f"{before}{name} here, and 𝗕𝟰 \u200b"
    found = [m for m in finder.find(text) if m.architecture_id == "efficientnet"]
    assert [(text[m.start : m.end], m.variant) for m in found] == [(name.rstrip("\u0332"), None)]


def test_d12_a_disguised_variant_is_kept_in_plain_letters(finder: NameFinder) -> None:
    text = "— 𝘁𝗳_еfficientnet_b4\u2011ns —"
    (found,) = finder.find(text)
    assert text[found.start : found.end] == "𝘁𝗳_еfficientnet_b4\u2011ns"
    assert found.variant == "tf_efficientnet_b4-ns"


@pytest.mark.parametrize(
    ("text", "surface", "variant"),
    [
        ("обучил LSTMа", "LSTM", None),  # a Russian ending
        ("①ResNet50 ②LightGBM", "ResNet50", "ResNet50"),
        ("ResNet² is a footnote", "ResNet", None),
        ("a U²-Net for masks", "U²-Net", None),
    ],
)
def test_d12_what_stands_beside_a_name_is_not_taken_for_a_part(
    finder: NameFinder, text: str, surface: str, variant: str | None
) -> None:
    found = finder.find(text)[0]
    assert (text[found.start : found.end], found.variant) == (surface, variant)


@pytest.mark.parametrize("text", ["2 gín silver", "VẤN ĐỀ", "ΜΑΕ και ΜΟΝΟ", "РЕСНЕТ"])
def test_d12_a_word_of_another_language_is_no_disguise(finder: NameFinder, text: str) -> None:
    assert keep_names(text, finder.find(text)) == []


@given(st.text(alphabet="ResNt50-ｎ\u200b\u00adеΝ\u0332²ﬃ é\n", max_size=60))
def test_d12_offsets_of_disguised_names_lie_in_the_text(text: str) -> None:
    for match in FINDER.find(text):
        assert 0 <= match.start < match.end <= len(text)
        assert not text[match.start : match.end].isspace()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("our AutoencoderMLP", ["Autoencoder", "MLP"]),  # two names in one word
        ("a UnetResnet34", ["U-Net", "ResNet"]),
        ("a UNetDecoder of four stages", ["U-Net"]),
        ("nnUNetTrainerOfOurs", ["nnU-Net"]),
        ("CatBoostEncoder for cities", []),  # encodes columns
        ("a BertTokenizer", []),
        ("unettrainer", []),
        ("led-large and eva_large", ["LED (Longformer Encoder-Decoder)", "EVA"]),  # sizes
        ("line-base geometry", []),
        ("a Deep & Cross Network", ["DCN"]),
        ("ResNet18Encoder, LSTMNet", ["ResNet", "LSTM"]),
        ("a DCNv2 model", ["DCN"]),
        ("PSP-Net model", ["PSPNet"]),
    ],
)
def test_compounds_and_sizes_show_names(finder: NameFinder, text: str, names: list[str]) -> None:
    assert [match.name for match in keep_names(text, finder.find(text))] == names


def test_a_generic_network_has_no_variant(finder: NameFinder) -> None:
    found = finder.find("Conv2DNet, ResNet3D18, large language models")
    assert [match.variant for match in found] == [None, "ResNet3D18", None]


@pytest.mark.parametrize(
    ("path", "variant"),
    [
        ("/kaggle/input/dinov2/pytorch/base/1", "dinov2/pytorch/base"),
        ("qwen2.5/transformers/7b-instruct-awq/1", "qwen2.5/transformers/7b-instruct-awq"),
        ("/kaggle/input/byt5/transformers/akkadian", "byt5/transformers/akkadian"),
        ("/kaggle/input/gpt-oss-120b/transformers/default/1", "gpt-oss-120b"),
        ("/kaggle/input/gemma-3/transformers/gemma-3-4b-it/1", "gemma-3-4b-it"),  # the line alone names no checkpoint
        ("github.com/someone/dinov2/pytorch/train.py", None),
    ],
)
def test_the_handle_of_a_model_on_kaggle_gives_its_variant(finder: NameFinder, path: str, variant: str | None) -> None:
    found = {match.variant for match in finder.find(path)} - {None}
    assert found == ({variant} if variant else set())
    resolved = naming_of(finder).resolve(path)
    assert resolved is not None
    assert resolved.variant == variant
