from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.ids import (
    canonical_url,
    claim_id,
    competition_id,
    content_hash,
    document_id,
    make_id,
    solution_id,
    squash,
)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://www.kaggle.com/c/frogs/", "https://kaggle.com/competitions/frogs"),
        ("http://kaggle.com/competitions/frogs/discussion/7/some-words?x=1#2", "https://kaggle.com/competitions/frogs/discussion/7"),
        ("https://github.com/someone/frogs?tab=readme", "https://github.com/someone/frogs"),
        ("https://example.org/?p=12", "https://example.org?p=12"),
        ("  https://Example.org/a//  ", "https://example.org/a"),
    ],
)  # fmt: skip
def test_spellings_of_one_page_meet(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(st.from_regex(r"https?://(www\.)?[a-z]{1,8}\.(com|org)(/[a-z0-9]{1,5}){0,3}/?(\?[a-z]=[0-9])?", fullmatch=True))
def test_a_canonical_url_stays_as_it_is(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(st.text(), st.text())
def test_parts_do_not_run_into_one_another(a: str, b: str) -> None:
    if "\x1f" not in a + b:
        assert (make_id("x", a, b) == make_id("x", a + b)) is False


def test_a_solution_is_known_by_rank_then_author_then_document() -> None:
    assert solution_id("k/c", 3, "Ann", "d1") == solution_id("k/c", 3, "Bob", "d2")
    assert solution_id("k/c", None, "Ann ", "d1") == solution_id("k/c", None, "ann", "d2")
    assert solution_id("k/c", None, None, "d1") != solution_id("k/c", None, None, "d2")
    assert solution_id("k/c", 3, "Ann", "d1") != solution_id("k/d", 3, "Ann", "d1")


def test_a_document_is_known_by_its_url_before_its_name() -> None:
    assert document_id("https://www.example.org/a/", "one") == document_id("http://example.org/a", "two")
    assert document_id(None, "one") != document_id(None, "two")


def test_spellings_of_an_unknown_architecture_are_one_claim() -> None:
    assert claim_id("d", None, "Frog-Net") == claim_id("d", None, "frognet")
    assert claim_id("d", "frognet", "Frog-Net") != claim_id("d", None, "Frog-Net")


def test_known_values_never_change() -> None:
    # derived rows of every database carry these: a change of rule needs a new ID_VERSION
    assert content_hash(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert make_id("document", "a") == "a1612579c042f2b4d42a"
    assert competition_id("kaggle", "frogs") == "kaggle/frogs"
    assert squash("U-Net ++") == "unet++"
