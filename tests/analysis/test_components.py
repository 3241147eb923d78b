"""Our spaCy component stands alone in a user's pipeline, and a user's component joins ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from analysis.claims.trained import load_judges
from analysis.document import EXTRACTOR, analyse_document, made_by
from analysis.mentions import components, joining, prose
from analysis.sketches import sketch_stamp
from corpus.catalogue import load_catalogue
from corpus.ids import content_hash, document_id
from corpus.records import Document, DocumentKind, RawDocument, Status


@Language.factory("house_names")
def make_house_names(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    def mark(doc: Doc) -> Doc:
        spans = [Span(doc, t.i, t.i + 1, label="", span_id="Quokka") for t in doc if t.lower_ == "quokka"]
        doc.spans[components.GROUP] = [*doc.spans[components.GROUP], *spans]
        return doc

    return mark


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    point = SimpleNamespace(name="house_names", dist=SimpleNamespace(version="1.2"))
    for module in (joining, prose):
        monkeypatch.setattr(module, "joining", lambda: (point,))
    prose.build_pipeline.cache_clear()
    yield
    prose.build_pipeline.cache_clear()


def test_the_component_works_in_any_pipeline() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("miner_names")
    doc = nlp("We took a tf_efficientnet_b4_ns and LightGBM.")
    assert [span.label_ for span in doc.spans[components.GROUP]] == ["efficientnet-ns", "lightgbm"]


@pytest.mark.usefixtures("joined")
def test_a_name_that_a_joined_component_finds_becomes_a_claim() -> None:
    text = b"# Ours\n\nWe used a Quokka for everything.\n"
    id_ = document_id(None, "page")
    document = Document(id_, "page", DocumentKind.WRITEUP, "md")
    analysis = analyse_document(document, RawDocument(id_, text, content_hash(text)), load_catalogue())
    assert [(c.name, c.architecture_id, c.status) for c in analysis.claims] == [("Quokka", None, Status.USED)]
    assert analysis.made_by.endswith("+house_names-1.2")


def test_without_one_the_stamp_names_extractor_judges_catalogue_and_sketch_only() -> None:
    extractor = f"extractor-{EXTRACTOR}.{load_judges().version}"
    assert made_by(load_catalogue()) == f"{extractor}+catalogue-{load_catalogue().version}+{sketch_stamp()}"
