"""Every cue shows its two examples and passes over the third; the examples lie beside the phrases."""

from __future__ import annotations

import pytest

from analysis.claims.clauses import split_clauses
from analysis.claims.cues import Cue, find_cues, load_cues, normalise, signs_of


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


@pytest.mark.parametrize("cue", load_cues(), ids=lambda cue: cue.id)
def test_the_screen_misses_no_phrase(cue: Cue) -> None:
    texts = [text for other in load_cues() for text in (*other.matches, *other.misses)]
    for text in (*texts, " ".join(texts), "\n\n**".join(texts)):
        found = [(hit.start, hit.end) for hit in find_cues(text, cue.kind) if hit.cue is cue]
        assert found == [match.span() for match in cue.pattern.finditer(normalise(text))]


def test_signs_spell_what_a_phrase_needs() -> None:
    assert signs_of("(did not|n't) [at all] help") == {
        *("did not help", "did not at all help", "n't help", "n't at all help"),
    }
    assert signs_of("[very] (n't|never) so") == {"n't so", "never so"}
