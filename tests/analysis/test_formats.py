from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from analysis.reports.cells import SMALL_NOTE, by_year, display_table, fact_lines, percent, printable, sections
from analysis.reports.formats import FORMATS, no_formula, render, to_csv, to_html, to_json, to_jsonl, to_markdown
from corpus.errors import UsageError
from corpus.records import Answer, Column

COLUMNS = (
    Column("architecture", "architecture"),
    Column("n_solutions", "solutions", "int"),
    Column("n_solutions_total", "of", "int"),
    Column("share", "share", "share"),
    Column("share_low", "low", "share"),
    Column("share_high", "high", "share"),
    Column("first_year", "years", "int"),
    Column("last_year", "last", "int"),
    Column("is_small", "small"),
    Column("newest", "newest example"),
    Column("newest_url", "link", "url"),
    Column("roles", "roles", "list"),
)
ROW: dict[str, object] = {
    "architecture": "U-Net|2",
    "n_solutions": 1041,
    "n_solutions_total": 2540,
    "share": 0.41,
    "share_low": 0.33,
    "share_high": 0.5,
    "first_year": 2015,
    "last_year": 2024,
    "is_small": False,
    "newest": "#3 frogs",
    "newest_url": "https://example.org/a_(b)",
    "roles": ["main", "head"],
    "when": date(2024, 1, 2),
}
ANSWER = Answer(
    name="popularity",
    title="Used <b>often</b>",
    columns=COLUMNS,
    rows=(ROW, {**ROW, "architecture": "AST", "is_small": True, "first_year": 2020, "last_year": 2020}),
    facts={"n": 3, "share": float("nan"), "solutions": [{"rank": 1, "url": "javascript:alert(1)", "solution_id": "x"}]},
    notes=("Left out: 3.",),
    query={"since": date(2020, 1, 1)},
)


class Reader(HTMLParser):
    """Keeps tags, links and texts; complains of tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(text: str) -> Reader:
    """The fragment, read to its end."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_columns_that_belong_together_are_shown_as_one() -> None:
    table = display_table(ANSWER)
    assert [c.name for c in table.columns] == ["architecture", "n_solutions", "share", "first_year", "newest", "roles"]
    assert [cell.text for cell in table.rows[0]] == [
        "U-Net|2", "1,041/2,540", "41 % (33-50)", "2015-2024", "#3 frogs", "main, head",
    ]  # fmt: skip
    assert table.rows[0][4].link == "https://example.org/a_(b)"
    assert table.rows[1][2].text == "41 % (33-50) *"
    assert table.rows[1][3].text == "2020"
    assert table.has_small
    assert "newest_url" in [c.name for c in display_table(ANSWER, merge_links=False).columns]


def test_json_is_complete_and_strict() -> None:
    value = json.loads(to_json(ANSWER), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert list(value) == ["answer", "title", "query", "facts", "notes", "rows"]
    assert value["query"] == {"since": "2020-01-01"}
    assert value["facts"]["share"] is None
    assert value["rows"][0]["when"] == "2024-01-02"
    assert value["rows"][0]["roles"] == ["main", "head"]


def test_json_lines_are_the_rows() -> None:
    lines = to_jsonl(ANSWER).splitlines()
    assert [json.loads(line)["architecture"] for line in lines] == ["U-Net|2", "AST"]
    assert to_jsonl(replace(ANSWER, rows=())) == ""


def test_csv_has_the_columns_and_no_more() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(ANSWER))))
    assert list(rows[0]) == [column.name for column in COLUMNS]
    assert rows[0]["roles"] == "main; head"
    assert rows[0]["share"] == "0.41"


def test_markdown_keeps_its_table_whole() -> None:
    text = to_markdown(ANSWER)
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert lines[1].startswith("| --- | ---: |")
    assert "U-Net\\|2" in lines[2]
    assert "(https://example.org/a_%28b%29)" in lines[2]
    assert "&lt;b>" in text
    assert "- Left out: 3." in text
    assert SMALL_NOTE.replace("*", "\\*") in text


def test_html_is_well_formed_escaped_and_without_scripts() -> None:
    reader = read_html(to_html(ANSWER))
    assert reader.tags.isdisjoint({"b", "script", "img"})
    assert reader.links == ["https://example.org/a_(b)"] * 2  # no javascript: link
    assert "Used <b>often</b>" in reader.text


def test_sections_are_the_lists_of_records() -> None:
    (section,) = sections(ANSWER)
    assert [(c.name, c.kind) for c in section.columns] == [("rank", "int"), ("url", "url")]
    assert fact_lines(ANSWER) == (("n", "3"), ("share", "-"))


def test_single_facts_are_shown_where_they_were_asked_for() -> None:
    shown = replace(ANSWER, name="show", facts={"metric": None, "libraries": {"timm": ["a", "b"]}, "scope": {"n": 1}})
    assert fact_lines(shown) == (("metric", "not known"), ("libraries, timm", "a, b"))
    assert "- libraries, timm: a, b" in to_markdown(shown)
    assert "<dt>metric</dt><dd>not known</dd>" in to_html(shown)


def test_years_become_rows() -> None:
    rows = tuple(
        {
            "year": y,
            "architecture": a,
            "n_solutions": n,
            "n_solutions_total": 10,
            "share": n / 10,
            "is_small": y == 2020,
        }
        for y, a, n in ((2020, "A", 1), (2020, "B", 0), (2021, "A", 2), (2021, "B", 3))
    )
    turned = by_year(replace(ANSWER, name="trends", rows=rows))
    assert [c.name for c in turned.columns] == ["year", "n_solutions_total", "A", "B"]
    assert [(r["year"], r["A"], r["B"]) for r in turned.rows] == [(2020, "10 % *", "-"), (2021, "20 %", "30 %")]


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.004, "<1 %"), (1.0, "100 %"), (float("nan"), "-")])
def test_shares(share: float, text: str) -> None:
    assert percent(share) == text


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="csv, html, json, jsonl, md"):
        render(ANSWER, "xml")


@given(st.text(), st.sampled_from(sorted(FORMATS)))
def test_any_text_survives_every_format(text: str, format_name: str) -> None:
    row = {**ROW, "architecture": text, "newest_url": f"https://{text}"}
    try:
        rendered = render(replace(ANSWER, title=text, rows=(row,), notes=(text,)), format_name)
    except UnicodeEncodeError:
        pytest.fail("formats give text, whatever is in it")
    if format_name == "json":
        assert json.loads(rendered)["rows"][0]["architecture"] == text
    if format_name == "csv":
        assert next(csv.DictReader(io.StringIO(rendered, newline="")))["architecture"] == no_formula(text)
    if format_name == "html":
        assert read_html(rendered).tags <= {
            "section", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a", "p",
        }  # fmt: skip
    if format_name == "md":
        table = [line for line in rendered.splitlines() if line.startswith("| ---")]
        assert len(table) == 2


@given(st.text())
def test_nothing_steers_the_terminal(text: str) -> None:
    assert not {chr(27), chr(0), chr(7), chr(0x202E), chr(0x9B)} & set(printable(text))
