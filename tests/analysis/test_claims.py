"""From a page we wrote to its claims: status, roles, variants, reasons and evidence."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings, strategies as st

from analysis.claims.status import Vote, settle
from analysis.document import analyse_document
from corpus.catalogue import load_catalogue
from corpus.errors import ReadError
from corpus.ids import content_hash, document_id
from corpus.records import (
    Claim,
    Document,
    DocumentAnalysis,
    DocumentKind,
    Polarity,
    RawDocument,
    ReasonCategory,
    Role,
    Status,
)

PAGE = """# 2nd place: two stages

## Final model

We used `tf_efficientnetv2_s` as the backbone of a U-Net. It was the best single model by far.
CatBoost is the meta-model stacked on top; it adds diversity to the blend and blends well with the networks.

## What didn't work

- Swin-T: did not improve the score
- ViT was too slow for the time limit

## Future work

It would be interesting to try ConvNeXt.
"""


def analyse(text: str, kind: DocumentKind = DocumentKind.WRITEUP, suffix: str = "md") -> DocumentAnalysis:
    raw = text.encode()
    id_ = document_id(None, "page")
    document = Document(id_, "page", kind, suffix)
    return analyse_document(document, RawDocument(id_, raw, content_hash(raw)), load_catalogue())


def by_line(analysis: DocumentAnalysis) -> dict[str, Claim]:
    architectures = load_catalogue().architectures
    return {architectures[c.architecture_id or ""].lineage_name: c for c in analysis.claims}


def test_each_section_gives_its_status() -> None:
    status = {line: claim.status for line, claim in by_line(analyse(PAGE)).items()}
    assert status == {
        "EfficientNetV2": Status.USED,
        "U-Net": Status.USED,
        "CatBoost": Status.USED,
        "Swin": Status.TRIED,
        "ViT": Status.TRIED,
        "ConvNeXt": Status.MENTIONED,
    }


def test_variants_and_roles() -> None:
    claims = by_line(analyse(PAGE))
    assert [v.name for v in claims["EfficientNetV2"].variants] == ["tf_efficientnetv2_s"]
    assert Role.BACKBONE in claims["EfficientNetV2"].roles
    assert Role.META in claims["CatBoost"].roles


@pytest.mark.parametrize(
    ("line", "category", "polarity"),
    [
        ("U-Net", ReasonCategory.ACCURACY, Polarity.FOR),
        ("CatBoost", ReasonCategory.DIVERSITY, Polarity.FOR),
        ("Swin", ReasonCategory.ACCURACY, Polarity.AGAINST),
        ("ViT", ReasonCategory.SPEED, Polarity.AGAINST),
    ],
)
def test_reasons_reach_the_right_architecture(line: str, category: ReasonCategory, polarity: Polarity) -> None:
    reasons = by_line(analyse(PAGE))[line].reasons
    assert (category, polarity) in {(r.category, r.polarity) for r in reasons}


def test_the_loser_of_a_comparison_gets_the_reason_against() -> None:
    claims = by_line(analyse("# Ours\n\nLightGBM performed better than the random forest on every fold.\n"))
    assert {r.polarity for r in claims["LightGBM"].reasons} == {Polarity.FOR}
    assert {r.polarity for r in claims["RandomForest"].reasons} == {Polarity.AGAINST}


def test_an_umbrella_word_gives_way_to_exact_names() -> None:
    assert set(by_line(analyse("Our CNN is a DenseNet121."))) == {"DenseNet"}
    assert set(by_line(analyse("Our CNN has six layers."))) == {"CNN"}


def test_commented_code_was_tried_and_run_code_is_used() -> None:
    script = "import timm\n# old = timm.create_model('resnet50')\nnet = timm.create_model('convnext_tiny')\n"
    status = {line: c.status for line, c in by_line(analyse(script, DocumentKind.SCRIPT, "py")).items()}
    assert status == {"ResNet": Status.TRIED, "ConvNeXt": Status.USED}


def test_settling_prefers_the_firmest_vote_and_use_among_equals() -> None:
    assert settle([Vote(Status.TRIED, 2.0), Vote(Status.USED, 2.0)])[0] is Status.USED
    assert settle([Vote(Status.TRIED, 2.5), Vote(Status.USED, 1.0)])[0] is Status.TRIED
    assert settle([Vote(Status.MENTIONED, 1.0)])[0] is Status.MENTIONED


SENTENCES = st.sampled_from(
    [
        "We used XGBoost.",
        "A GRU did not help",
        "## What didn't work",
        "- ResNet50 | 0.81",
        "It was faster than LSTM ☃",
        "```python\nimport lightgbm as lgb\nlgb.train({}, d)\n```",
        "| model | score |\n|---|---|\n| YOLOv8x | 0.7 |",
        "",
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SENTENCES, max_size=8))
def test_every_span_equals_its_quote_and_twice_gives_the_same(lines: list[str]) -> None:
    text = "\n\n".join([*lines, "The end."])
    analysis = analyse(text)
    assert analysis == analyse(text)
    texts = {block.id: block.text for block in analysis.blocks}
    for claim in analysis.claims:
        assert claim.evidence
        for found in (*claim.evidence, *claim.reasons):
            assert found.span is not None
            assert found.quote is not None
            assert texts[found.span.block_id][found.span.start : found.span.end] == found.quote
            assert 0 < len(found.quote) <= 300


@pytest.mark.parametrize("is_on", [True, False])
def test_the_search_for_garbage_is_left_as_it_was(is_on: bool) -> None:
    was_on = gc.isenabled()
    (gc.enable if is_on else gc.disable)()
    try:
        analyse(PAGE)
        assert gc.isenabled() is is_on
        with pytest.raises(ReadError):
            analyse("")
        assert gc.isenabled() is is_on
    finally:
        (gc.enable if was_on else gc.disable)()
