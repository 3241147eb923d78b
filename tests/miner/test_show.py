from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from question_sample import fill
from rich.cells import cell_len
from rich.console import Console

from analysis.reports.cells import Cell, Table, display_table
from corpus.records import Answer, Column, Failure, Filters
from corpus.store import MEMORY, Store
from miner.jobs import ask
from miner.jobs.ask_rows import COUNT_COLUMNS
from miner.progress_lines import LineProgress, make_progress
from miner.show import GAP, fit, print_answer, print_failures

WIDTHS = (60, 80, 100, 200)
ESCAPE = chr(27)


@pytest.fixture(scope="module")
def sample() -> Iterator[Store]:
    """The sample corpus; tests only read it."""
    with Store.open(Path(MEMORY)) as store:
        fill(store)
        yield store


def shown(answer: Answer, width: int) -> str:
    """The answer in a terminal of this width."""
    out = io.StringIO()
    print_answer(Console(file=out, width=width, highlight=False, emoji=False, markup=False), answer)
    return out.getvalue()


def answers(store: Store) -> list[Answer]:
    """One of each kind."""
    return [
        ask.popularity(store, Filters()),
        ask.trends(store, Filters()),
        ask.together(store, "YOLO", Filters()),
        ask.winners(store, "frogs", Filters()),
        ask.similar(store, "frogs in audio", Filters()),
        ask.why(store, "EfficientNet", Filters()),
        ask.search(store, "worse", Filters()),
        ask.status(store),
        *(ask.show(store, name, Filters()) for name in ("wu-frogs-3", "frogs", "YOLO", "effnet")),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal_but_links(sample: Store, width: int) -> None:
    for answer in answers(sample):
        lines = shown(answer, width).splitlines()
        wide = [line for line in lines if cell_len(line) > width and "https://" not in line]
        assert wide == [], answer.name
        assert all(line == line.rstrip() for line in lines)


def test_a_share_is_read_in_one_piece(sample: Store) -> None:
    text = shown(ask.popularity(sample, Filters()), 80)
    line = next(line for line in text.splitlines() if line.startswith("EfficientNet"))
    assert "2/5  40 % (12-77) *" in line
    assert "* counted from fewer than 5 solutions" in text


def test_what_there_is_no_room_for_is_named(sample: Store) -> None:
    assert "Too narrow for:" in shown(ask.popularity(sample, Filters()), 60)
    wide = shown(ask.popularity(sample, Filters()), 200)
    assert "Too narrow for:" not in wide
    assert "https://example.org/wu-frogs-1" in wide


def test_reasons_stand_with_their_quotes_and_links(sample: Store) -> None:
    lines = shown(ask.why(sample, "EfficientNet", Filters()), 80).splitlines()
    head = lines.index("speed  for  1 solution  1 reason *")
    assert lines[head + 1].startswith("    “We chose EfficientNet")
    assert "    https://example.org/wu-frogs-1" in lines
    assert any(line.startswith("speed  against") for line in lines)


def test_text_of_documents_steers_nothing(sample: Store) -> None:
    nasty = f"[red]{ESCAPE}[31m :boom: [/red]"
    answer = ask.why(sample, "EfficientNet", Filters())
    rows = tuple(
        row | {"quotes": [{"quote": nasty, "competition": nasty, "url": f"https://{nasty}"}]} for row in answer.rows
    )
    text = shown(replace(answer, title=nasty, rows=rows, notes=(nasty,)), 80)
    assert ESCAPE not in text
    assert "[red]\\x1b[31m :boom: [/red]" in text


@given(
    st.lists(
        st.tuples(st.sampled_from(["text", "int", "share", "list", "url"]), st.integers(1, 120)), min_size=1, max_size=9
    ),
    st.integers(20, 220),
)
def test_columns_fit_or_go_from_the_end(columns: list[tuple[str, int]], width: int) -> None:
    table = Table(
        tuple(Column(f"c{i}", "c", kind) for i, (kind, _) in enumerate(columns)),
        (tuple(Cell("x" * size) for _, size in columns),),
        has_small=False,
    )
    fitted = fit(table, width)
    assert fitted.places == tuple(range(len(fitted.places)))
    assert len(fitted.places) >= 1
    if len(fitted.places) > 1:
        assert sum(fitted.widths) + GAP * (len(fitted.widths) - 1) <= width
    assert all(w <= size for w, (_, size) in zip(fitted.widths, columns, strict=False))


def test_numbers_are_never_folded(sample: Store) -> None:
    table = display_table(ask.popularity(sample, Filters()), merge_links=False)
    assert [c.name for c in table.columns][:3] == [COUNT_COLUMNS[0].name, "n_solutions", "share"]
    fitted = fit(table, 72)
    for place, width in zip(fitted.places, fitted.widths, strict=True):
        if table.columns[place].kind in {"int", "share"}:
            assert width >= max(len(row[place].text) for row in table.rows)


def test_failures_are_a_table_and_a_count() -> None:
    out = io.StringIO()
    failures = [Failure(f"n{i}.ipynb", "read", "cell 3", "not JSON") for i in range(5)]
    print_failures(Console(file=out, width=80), failures, 2)
    text = out.getvalue()
    assert text.startswith("5 failures")
    assert text.count("not JSON") == 2
    assert "and 3 more" in text


def test_progress_in_a_pipe_is_a_line_now_and_then() -> None:
    out = io.StringIO()
    often = LineProgress(out, seconds_between=0.0)
    often.start(3, "documents")
    often.advance(2)
    often.advance()
    often.stop()
    assert out.getvalue().splitlines() == ["documents: 2 of 3", "documents: 3 of 3", "documents: 3 of 3"]
    quick = io.StringIO()
    seldom = make_progress(quiet=False, stream=quick)
    seldom.start(None, "documents")
    seldom.advance()
    seldom.stop()
    assert quick.getvalue() == ""
