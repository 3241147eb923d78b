from __future__ import annotations

import json

import pytest

from analysis.claims.agreement import compare, side_status
from analysis.claims.status import Vote
from analysis.document import analyse_document
from corpus.catalogue import load_catalogue
from corpus.ids import content_hash, document_id
from corpus.records import Agreement, Document, DocumentKind, RawDocument, Status

USED, TRIED, MENTIONED = Status.USED, Status.TRIED, Status.MENTIONED


@pytest.mark.parametrize(
    ("text", "code", "agreement"),
    [
        (USED, USED, Agreement.BOTH),
        (TRIED, TRIED, Agreement.BOTH),
        (TRIED, USED, Agreement.CONTRADICTION),
        (USED, TRIED, Agreement.TEXT),
        (USED, MENTIONED, Agreement.TEXT),
        (MENTIONED, USED, Agreement.CODE),
        (USED, None, Agreement.TEXT),
        (None, MENTIONED, Agreement.CODE),
        (None, None, None),
    ],
)
def test_where_the_status_stands(text: Status | None, code: Status | None, agreement: Agreement | None) -> None:
    assert compare(text, code) is agreement


def test_a_side_that_does_not_name_it_has_no_status() -> None:
    dropped = Vote(TRIED, 2.5)
    assert side_status([], [dropped]) is None
    assert side_status([Vote(USED, 1.0)], [dropped]) is TRIED


def agreements(cells: list[tuple[str, str]]) -> dict[str, tuple[str | None, str | None, str | None]]:
    """Of a notebook with these cells: family id -> (text status, code status, agreement)."""
    parts = [{"cell_type": kind, "metadata": {}, "source": text, "outputs": []} for kind, text in cells]
    raw = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": parts}).encode()
    key = document_id(None, "page")
    document = Document(key, "page", DocumentKind.NOTEBOOK, "ipynb")
    found = analyse_document(document, RawDocument(key, raw, content_hash(raw)), load_catalogue())
    return {str(c.architecture_id): (c.text_status, c.code_status, c.agreement) for c in found.claims}


def test_a_notebook_whose_text_denies_what_its_code_runs() -> None:
    found = agreements(
        [
            ("markdown", "We used LightGBM as our final model. ResNet50 did not improve the score, so we dropped it."),
            ("code", "import lightgbm\nmodel = lightgbm.LGBMClassifier()\nmodel.fit(x, y)"),
            ("code", "import torchvision\nnet = torchvision.models.resnet50()\nnet.train()"),
            ("code", "from catboost import CatBoostClassifier\nother = CatBoostClassifier()\nother.fit(x, y)"),
        ]
    )
    assert found == {
        "lightgbm": ("used", "used", "both"),
        "resnet": ("tried", "used", "contradiction"),
        "catboost": (None, "used", "code"),
    }


def test_where_one_side_names_nothing_there_is_nothing_to_compare() -> None:
    alone = agreements(
        [("markdown", "# A look at the data"), ("code", "import lightgbm\nlightgbm.LGBMClassifier().fit(x, y)")]
    )
    assert alone == {"lightgbm": (None, "used", None)}
