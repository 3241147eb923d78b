"""Names are found whole, with their variant, and only where they are names."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

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
        ("使用ResNet50训练", "ResNet50", "ResNet", "ResNet50"),
        ("a random\nforest", "random\nforest", "RandomForest", None),
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
