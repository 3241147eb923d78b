from __future__ import annotations

import struct

import pytest
from hypothesis import given, strategies as st

from analysis.sketches import LEAST_CODE, LEAST_TEXT, MOST_RUNS, N_BANDS, make_sketch
from corpus.copies import _Runs
from corpus.records import Block, BlockKind, Document, DocumentKind, Sketch

CODE = "\n".join(f"layer_{n} = Dense({n * 7}, activation='relu')(layer_{n - 1})" for n in range(40))
PROSE = " ".join(f"In step {n} the loss fell to {1000 - n} and rose again." for n in range(40))


def blocks(*texts: tuple[BlockKind, str]) -> list[Block]:
    return [Block(f"b{place}", "d", place, kind, text) for place, (kind, text) in enumerate(texts)]


def sketched(kind: DocumentKind, *texts: tuple[BlockKind, str]) -> Sketch | None:
    return make_sketch(Document("d", "d", kind, "ipynb"), blocks(*texts))


def cells(code: str, *talk: str) -> Sketch | None:
    return sketched(DocumentKind.NOTEBOOK, *((BlockKind.MARKDOWN_CELL, t) for t in talk), (BlockKind.CODE_CELL, code))


def similarity(one: Sketch | None, other: Sketch | None) -> float:
    assert one is not None
    assert other is not None
    return _Runs.of(one).compared_with(_Runs.of(other))[0]


def test_a_notebook_is_known_by_its_code_without_talk_and_comments() -> None:
    plain = cells(CODE)
    assert plain is not None
    assert plain.content == "code"
    assert cells("# mine now\n" + CODE.replace("\n", "\n  # next\n\n"), PROSE) == plain


def test_a_changed_parameter_costs_a_few_runs() -> None:
    other = cells(CODE.replace("Dense(77,", "Dense(78,"))
    assert 0.95 < similarity(cells(CODE), other) < 1.0
    assert set(cells(CODE).bands) & set(other.bands)  # type: ignore[union-attr]


def test_another_program_shares_no_band() -> None:
    other = "\n".join(f"frame['f{n}'] = frame.groupby('id')['x{n}'].transform('mean')" for n in range(40))
    assert similarity(cells(CODE), cells(other)) < 0.1
    assert not set(cells(CODE).bands) & set(cells(other).bands)  # type: ignore[union-attr]


def test_a_stub_is_known_by_all_that_stands_in_it() -> None:
    stub = "output = 'done'\nsubmit(output)"
    one, other = cells(stub, PROSE), cells(stub, PROSE.replace("loss", "score").replace("fell", "went"))
    assert one is not None
    assert one.content == "notebook"
    assert similarity(one, other) < 0.5
    assert cells(stub) is None


def test_text_is_known_by_its_words_whatever_the_markup() -> None:
    page = sketched(DocumentKind.WRITEUP, (BlockKind.PARAGRAPH, PROSE))
    post = sketched(DocumentKind.BLOG, (BlockKind.QUOTE, PROSE.upper().replace(" the ", "\n**the** ")))
    assert page == post
    assert page is not None
    assert page.content == "text"


def test_a_write_up_is_not_compared_with_a_notebook() -> None:
    page, notebook = sketched(DocumentKind.WRITEUP, (BlockKind.PARAGRAPH, PROSE)), cells("x", PROSE)
    assert not set(page.bands) & set(notebook.bands)  # type: ignore[union-attr]


@pytest.mark.parametrize(("words", "is_long_enough"), [(LEAST_TEXT + 3, False), (LEAST_TEXT + 4, True)])
def test_what_is_short_has_none(words: int, is_long_enough: bool) -> None:
    text = " ".join(f"w{n}" for n in range(words))
    assert (sketched(DocumentKind.README, (BlockKind.PARAGRAPH, text)) is not None) is is_long_enough


def test_of_a_long_document_a_bounded_sample_is_kept() -> None:
    text = " ".join(f"w{n}" for n in range(50_000))
    long = sketched(DocumentKind.README, (BlockKind.PARAGRAPH, text))
    assert long is not None
    assert MOST_RUNS / 2.2 < len(long.runs) / 4 <= MOST_RUNS
    half = sketched(DocumentKind.README, (BlockKind.PARAGRAPH, text[: len(text) // 10 * 9]))
    assert similarity(long, half) == pytest.approx(0.9, abs=0.03)


def test_the_same_on_every_machine() -> None:
    """Fixed values: a change here must raise the number of the sketch, so that stored ones are made anew."""
    text = " ".join(f"w{n}" for n in range(LEAST_TEXT + 4))
    found = sketched(DocumentKind.README, (BlockKind.PARAGRAPH, text))
    assert found is not None
    assert (found.level, len(found.runs)) == (0, 4 * LEAST_TEXT)
    assert struct.unpack("<2I", found.runs[:8]) == (12831917, 119753956)
    assert found.bands[:2] == (3397850057519707128, 6536670272957919480)


@given(st.lists(st.text(max_size=300), max_size=8), st.sampled_from(DocumentKind), st.sampled_from(BlockKind))
def test_any_text_gives_a_sketch_or_none(texts: list[str], kind: DocumentKind, block: BlockKind) -> None:
    found = sketched(kind, *((block, text) for text in texts))
    assert found == sketched(kind, *((block, text) for text in texts))
    if found is not None:
        values = struct.unpack(f"<{len(found.runs) // 4}I", found.runs)
        assert list(values) == sorted(set(values))
        assert len(found.bands) == N_BANDS
    assert LEAST_CODE > LEAST_TEXT
