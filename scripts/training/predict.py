"""What given judges say of an example, as `score_claims.py` reads it."""

from __future__ import annotations

from typing import Any

from score import as_prediction

from analysis.claims.judge import judge_claims
from analysis.claims.trained import Judges
from corpus.records import DocumentAnalysis
from training.data import Example


def as_row(example: Example, judges: Judges) -> dict[str, Any]:
    """One line of predictions."""
    claims = judge_claims(example.gathered, example.blocks, "training", judges)
    analysis = DocumentAnalysis(example.document.id, "", "training", example.blocks, claims)
    return as_prediction(example.document.name, analysis)
