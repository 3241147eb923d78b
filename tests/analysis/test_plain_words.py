"""Words in lower case: the table and the pattern find the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from analysis.plain_words import WordReader


@pytest.mark.parametrize("letter", [r"\w", r"[^\W\d_]"])
@given(text=st.text(st.sampled_from("aZ_9 .-\n\x1c²½éßÅю日́🙂’")))
def test_words_are_those_that_the_pattern_finds(letter: str, text: str) -> None:
    assert WordReader(letter).read(text) == [word.lower() for word in re.findall(f"(?:{letter})+", text)]


def test_signs_outside_plain_text_are_no_letters() -> None:
    assert WordReader(r"\w").read("It’s 0.5 → B4_ns 🙂") == ["it", "s", "0", "5", "b4_ns"]
