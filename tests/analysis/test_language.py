"""Prose in a language without rules is known as such, and no reasons are guessed from it."""

from __future__ import annotations

import pytest

from analysis.document import analyse_document
from analysis.language import detect_language, readable_reasons, why_not
from corpus.catalogue import load_catalogue
from corpus.ids import content_hash
from corpus.records import Document, DocumentKind, Polarity, RawDocument, Reason, ReasonCategory, Span

SENTENCES = {
    "en": "We trained the detector on all of the frames and it was better than the one which we had before.",
    "ja": "私たちはResNet50をバックボーンとして使いました。精度が高く、学習も速かったからです。",
    "zh": "我们使用ResNet50作为骨干网络，因为它的准确率更高，训练速度也更快，而且内存占用更少。",
    "ko": "우리는 ResNet50을 백본으로 사용했습니다. 정확도가 높고 학습 속도가 빠르기 때문입니다.",
    "ru": "Мы использовали ResNet50 как основу, потому что точность выше, а обучение быстрее.",
    "uk": "Ми взяли ResNet50 як основу, бо її точність вища, і вона ще й швидша за інші моделі.",
    "ar": "استخدمنا ResNet50 لأنها أكثر دقة وأسرع في التدريب من النماذج الأخرى",
    "es": "Usamos ResNet50 porque la precisión es mejor y el entrenamiento fue más rápido que con los otros en GPU.",
    "fr": "Nous avons pris ResNet50 pour la précision, et les essais avec les autres sont plus lents dans ce cas.",
    "de": "Wir haben ResNet50 genommen, und das ist nicht nur für die Genauigkeit mit dem Datensatz besser.",
    "pt": "Usamos ResNet50 para os dados que são mais difíceis, não foi uma escolha como as outras em um GPU.",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items(), ids=SENTENCES)
def test_the_language_of_prose_is_told(language: str, text: str) -> None:
    assert detect_language([text]) == language


@pytest.mark.parametrize(
    "text",
    ["", "ResNet50, EfficientNet-B4", "`the of and to is in that it we`", "LB 0.81 🥇", "https://example.org/ja/学"],
)
def test_too_little_prose_is_no_language(text: str) -> None:
    assert detect_language([text]) is None


def test_english_with_a_few_foreign_words_is_english() -> None:
    assert detect_language([SENTENCES["en"], "古文", "Größe", "de la"]) == "en"


def test_what_is_said_in_place_of_reasons() -> None:
    assert [why_not(language) for language in ("en", None, "ja")] == [None, None, "not supported in ja"]


def reason(text: str, quote: str) -> Reason:
    start = text.index(quote)
    span = Span("b", start, start + len(quote))
    return Reason(ReasonCategory.ACCURACY, Polarity.FOR, span, quote)


def test_reasons_in_another_language_are_left_out() -> None:
    mixed = f"{SENTENCES['ja']} It had the best accuracy."
    kept = readable_reasons([reason(mixed, "the best accuracy")], {"b": mixed}, "en")
    assert [r.quote for r in kept] == ["the best accuracy"]
    assert readable_reasons([reason(mixed, "精度が高く")], {"b": mixed}, "en") == ()
    spanish = f"{SENTENCES['es']} accuracy."
    assert readable_reasons([reason(spanish, "accuracy")], {"b": spanish}, "es") == ()


@pytest.mark.parametrize("language", ["ja", "zh", "ru", "ko", "es"])
def test_a_document_in_another_language_has_names_and_no_reasons(language: str) -> None:
    content = (f"# ResNet50\n\n{SENTENCES[language]} accuracy better than EfficientNet-B4, too slow.\n" * 3).encode()
    document = Document("d", "d", DocumentKind.WRITEUP, "md")
    analysis = analyse_document(document, RawDocument("d", content, content_hash(content)), load_catalogue())
    assert analysis.prose_language == language
    assert "resnet" in {claim.architecture_id for claim in analysis.claims}
    assert [claim.reasons for claim in analysis.claims if claim.reasons] == []
