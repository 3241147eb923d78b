from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from meta_samples import write_table

from corpus.errors import ReadError
from miner.sources.meta_tables import Layout, Table, open_table
from miner.sources.meta_values import day, medal, whole

NOTES = Layout("Notes", ("Id", "Text"), ("Extra",))


def table(tmp_path: Path, text: str) -> Table:
    (tmp_path / "Notes.csv").write_bytes(text.encode())
    return open_table(tmp_path, NOTES)


def test_rows_come_by_name_whatever_the_order_of_columns(tmp_path: Path) -> None:
    notes = table(tmp_path, "﻿Text,Id,Colour\n" + 'a,1,red\n"b, ""c""",2,\n')
    assert list(notes.rows()) == [("1", "a", ""), ("2", 'b, "c"', "")]
    assert (notes.n_rows, notes.ignored, notes.missing) == (2, ("Colour",), ("Extra",))


@pytest.mark.parametrize(
    ("header", "said"),
    [("Id,Body", "missing: Text"), ("Body", "missing: Id, Text"), ("Id,Text,Text", "twice: Text"), ("", "missing: Id")],
)
def test_a_table_without_its_columns_is_refused_with_a_list(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        table(tmp_path, f"{header}\n1,a\n")


def test_a_table_that_is_not_there_is_a_read_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="No such file"):
        open_table(tmp_path, NOTES)


@pytest.mark.parametrize(
    "body",
    [
        '1,a\n2,"b\n3,c\n4,d\n',  # open to the end
        '1,"a"\n2,"b\n3,"c"\n4,"d"\n',  # closed by the next quote, which something follows
        '1,a\n2,"b\n3,"\n4,d\n',  # closed so that the row has as many fields as it should
        '1,a\n2,"b\n3,"\n',  # the same at the end
        '1,a\n2,b\n"3,c\n4,d"\n',  # one field instead of two
        "1,a\n2,b,c\n",
        "1,a\nb,2\n",  # shifted
    ],
)
def test_an_unterminated_quote_is_detected(tmp_path: Path, body: str) -> None:
    with pytest.raises(ReadError, match="refused"):
        list(table(tmp_path, "Id,Text\n" + body).rows())


def test_lines_inside_a_quoted_field_are_text(tmp_path: Path) -> None:
    body = '1,"first\n1,2 and 99,3\r\n\nlast"\n2,"x"\n\n3,y'
    notes = table(tmp_path, "Id,Text\n" + body)
    assert list(notes.rows()) == [("1", "first\n1,2 and 99,3\r\n\nlast", ""), ("2", "x", ""), ("3", "y", "")]


def test_a_long_field_is_kept(tmp_path: Path) -> None:
    text = "word " * 40_000
    assert [row[1] for row in table(tmp_path, f'Id,Text\n1,"{text}"\n').rows()] == [text]


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=8))
def test_every_row_can_be_read_again_from_its_bytes(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        # the csv module cannot read back a bare carriage return that its writer leaves unquoted: quote all of them
        rows = [(10 * n, f'"{text}', "") for n, text in enumerate(texts, start=1)]
        write_table(Path(name), "Notes", "Id,Text,Extra", rows)
        notes = open_table(Path(name), NOTES)
        places = [(row, notes.start, notes.end - notes.start) for row in notes.rows()]
        assert [row[1] for row, _, _ in places] == [text for _, text, _ in rows]
        assert [notes.row_at(start, length) for _, start, length in places] == [row for row, _, _ in places]


def test_an_id_that_is_none_refuses_the_table_wherever_its_column_is(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="'b' is no id"):
        list(table(tmp_path, "Text,Id\na,1\n2,b\n").rows())


def test_bytes_that_are_no_row_are_a_read_error(tmp_path: Path) -> None:
    notes = table(tmp_path, 'Id,Text\n1,"a\nb"\n2,c\n')
    for start, length in ((8, 5), (8, 13), (500, 4)):
        with pytest.raises(ReadError):
            notes.row_at(start, length)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/02/2024", date(2024, 1, 2)),
        ("1/2/2024 03:04:05", date(2024, 1, 2)),
        ("12/31/2019 11:59:59 PM", date(2019, 12, 31)),
        ("2024-01-02 03:04:05", date(2024, 1, 2)),
        ("2024-01-02T03:04:05.123Z", date(2024, 1, 2)),
        ("", None),
    ],
)
def test_dates_in_both_spellings(text: str, expected: date | None) -> None:
    assert day(text) == expected


def test_a_date_that_cannot_be_read_is_unknown_and_counted(tmp_path: Path) -> None:
    notes = table(tmp_path, "Id,Text\n1,a\n")
    given_dates = ("31/12/2024", "02/30/2024", "1900-01-01", "yesterday", "01/02/24", "2024-01-02", "")
    assert [notes.day(text, "Made") for text in given_dates] == [None] * 5 + ["2024-01-02", None]
    assert notes.counts == {"unreadable dates in Made": 5}


def test_ids_may_be_written_as_floats() -> None:
    assert [whole(text) for text in ("16777217.0", "5", "", "5.5", "x", " 7 ")] == [16777217, 5, None, None, None, 7]
    assert [medal(text) for text in ("1.0", "2", "3", "", "4")] == ["gold", "silver", "bronze", None, None]
