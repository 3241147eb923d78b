"""Every cue shows its two examples and passes over the third; the examples lie beside the phrases."""

from __future__ import annotations

import pytest

from analysis.claims.clauses import split_clauses
from analysis.claims.cues import Cue, find_cues, load_cues, normalise


@pytest.mark.parametrize("cue", load_cues(), ids=lambda cue: cue.id)
def test_examples_of_a_cue(cue: Cue) -> None:
    assert len(cue.matches) == 2
    assert len(cue.misses) == 1
    for text in cue.matches:
        assert cue.id in {hit.cue.id for hit in find_cues(text, cue.kind)}, text
    for text in cue.misses:
        assert cue.id not in {hit.cue.id for hit in find_cues(text, cue.kind)}, text


def test_emphasis_and_curly_apostrophes_do_not_hide_a_cue() -> None:
    assert [h.cue.id for h in find_cues("It **didn’t** work", "status")] == ["did-not-work"]


def test_normalising_keeps_offsets() -> None:
    text = "İstanbul’s *GRU*"
    assert len(normalise(text)) == len(text)


def test_clauses_cover_the_sentence() -> None:
    text = "We began with a U-Net; it was slow, but ConvNeXt won because of its weights"
    clauses = split_clauses(text)
    assert "".join(text[a:b] for a, b in clauses) == text
    assert len(clauses) == 4
