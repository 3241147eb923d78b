"""What documents say does nothing in a terminal or a spreadsheet: it is shown."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from question_sample import fill
from rich.console import Console

from analysis.reports.cells import printable
from analysis.reports.formats import no_formula, to_csv
from corpus.records import Answer, Column, Document, DocumentKind, Failure, Filters
from corpus.store import MEMORY, Store
from miner import cli
from miner.jobs.export import export_lines
from miner.show import print_answer, print_failures

ESC, BELL, OVERRIDE, C1 = chr(27), chr(7), chr(0x202E), chr(0x9B)
NASTY = {
    "colours": (f"{ESC}[31mred", r"\x1b[31mred"),
    "a link": (f"{ESC}]8;;http://evil.example{BELL}click{ESC}]8;;{BELL}", r"\x1b]8;;http://evil.example\x07click"),
    "a title bar": (f"{ESC}]0;owned{BELL}", r"\x1b]0;owned\x07"),
    "backwards": (f"abc{OVERRIDE}fed", "abc<U+202E>fed"),
    "one-byte controls": (f"{C1}2J", r"\x9b2J"),
    "a return": ("seen\rhidden", r"seen\x0dhidden"),
    "backspaces": ("ab\b\bcd", r"ab\x08\x08cd"),
}
COLUMNS = (Column("name", "name"), Column("title", "title", "quote"), Column("n", "n", "int"))
STEERING = {ESC, BELL, OVERRIDE, C1, "\r", "\b"}


def shown(answer: Answer) -> str:
    out = io.StringIO()
    print_answer(Console(file=out, width=200, highlight=False, emoji=False, markup=False, force_terminal=False), answer)
    return out.getvalue()


@pytest.mark.parametrize("what", NASTY)
def test_an_answer_shows_what_would_steer(what: str) -> None:
    nasty, spelt = NASTY[what]
    for name in ("popularity", "why", "status"):
        facts: dict[str, object] = {"n_documents": nasty}
        rows: tuple[dict[str, object], ...] = ({"name": nasty, "title": nasty, "n": 1},)
        text = shown(Answer(name, nasty, COLUMNS[:2], rows, facts, (nasty,)))
        assert not STEERING & set(text)
        assert text.count(spelt) >= 3
        plain = shown(Answer(name, nasty, (COLUMNS[0], COLUMNS[2]), rows, facts, (nasty,)))
        assert not STEERING & set(plain)
        assert spelt in plain


@pytest.mark.parametrize("what", NASTY)
def test_failures_show_what_would_steer(what: str) -> None:
    nasty, spelt = NASTY[what]
    out = io.StringIO()
    print_failures(Console(file=out, width=80), [Failure(nasty, "fetch", nasty, nasty)], 5)
    assert not STEERING & set(out.getvalue())
    assert out.getvalue().count(spelt) == 3


@given(st.text())
def test_printable_text_is_seen_whole_and_stays_as_it_is(text: str) -> None:
    once = printable(text)
    assert not STEERING & set(once)
    assert printable(once) == once
    assert len(once) >= len(text.replace("\r\n", "\n"))


@pytest.fixture
def odd_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample corpus with a document whose names try everything."""
    path = tmp_path / "c.db"
    with Store.open(path) as store:
        fill(store)
        title = "".join(nasty for nasty, _ in NASTY.values())
        store.save_document(
            Document("odd", f"odd{ESC}[2J", DocumentKind.BLOG, "md", title=title, author=OVERRIDE), None
        )
        store.settle()
    monkeypatch.setenv("MINER_DB", str(path))
    return path


@pytest.mark.parametrize(
    "arguments", [["show", "odd"], ["status"], ["why", f"{ESC}[2J"], ["forget", "odd"]], ids=" ".join
)
def test_no_command_lets_it_through(
    odd_corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    cli.main(arguments)
    out, err = capsys.readouterr()
    assert out or err
    assert not STEERING & set(out + err)


def test_log_lines_are_plain() -> None:
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "server said %s", (f"{ESC}[2J",), None)
    assert cli.PlainLines("%(message)s").format(record) == r"server said \x1b[2J"


FORMULAS = ["=1+1", "+1", "-1 but text", "@cmd", "\t=1", "\r=1", '=HYPERLINK("http://evil.example")']


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_spreadsheet_runs_nothing(formula: str) -> None:
    rows = ({"name": formula, "title": "fine", "n": -3},)
    (row,) = csv.DictReader(io.StringIO(to_csv(Answer("x", "x", COLUMNS, rows)), newline=""))
    assert row == {"name": f"'{formula}", "title": "fine", "n": "-3"}
    nested: tuple[dict[str, object], ...] = ({"name": [formula, "b"], "title": None, "n": 0.5},)
    (row,) = csv.DictReader(io.StringIO(to_csv(Answer("x", "x", COLUMNS, nested)), newline=""))
    assert row == {"name": f"'{formula}; b", "title": "", "n": "0.5"}


@pytest.mark.parametrize("raw", [False, True])
def test_an_export_runs_nothing_unless_asked(raw: bool) -> None:
    with Store.open(Path(MEMORY)) as store:
        for number, formula in enumerate(FORMULAS):
            store.save_document(Document(str(number), f"d{number}", DocumentKind.BLOG, "md", title=formula), None)
        lines = "".join(export_lines(store, "documents", "csv", Filters(), raw=raw))
        given_back = [row["title"] for row in csv.DictReader(io.StringIO(lines, newline=""))]
        assert given_back == [formula if raw else f"'{formula}" for formula in FORMULAS]
        assert '"title": "=1+1"' in "".join(export_lines(store, "documents", "jsonl", Filters()))


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none()))
def test_only_text_is_changed_and_at_its_beginning_alone(value: object) -> None:
    guarded = no_formula(value)
    if isinstance(value, str):
        assert guarded in (value, f"'{value}")
        assert str(guarded)[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    else:
        assert guarded is value
