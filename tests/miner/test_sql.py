from __future__ import annotations

import json
from pathlib import Path

import pytest
from question_sample import fill

from corpus.store import Store
from miner.cli import main
from miner.mcp import make_tools


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """The sample corpus in a file."""
    path = tmp_path / "c.db"
    with Store.open(path) as store:
        fill(store)
    return path


def test_a_query_is_answered_in_every_format(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT slug, 2 AS n FROM v_competitions WHERE slug LIKE :like ORDER BY slug LIMIT 1"
    for form, expected in (("csv", "slug,n"), ("md", "| slug | n |"), ("html", "<th"), ("jsonl", '"n": 2')):
        assert main(["--db", str(db), "sql", query, "--param", "like=%", "--format", form]) == 0
        assert expected in capsys.readouterr().out
    assert main(["--db", str(db), "sql", query, "--param", "like=%"]) == 0
    assert "slug" in capsys.readouterr().out


def test_cut_rows_are_said(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--db", str(db), "sql", "SELECT 1 UNION SELECT 2", "--limit", "1", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == [{"1": 1}]
    assert answer["facts"]["is_cut"] is True
    assert answer["notes"] == ["Cut at 1 row; there are more. --limit N shows more of them."]


def test_a_file_is_read(db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "query.sql"
    file.write_text("SELECT 'ü' AS letter", encoding="utf-8")
    assert main(["--db", str(db), "sql", str(file), "--format", "jsonl"]) == 0
    assert capsys.readouterr().out == '{"letter": "ü"}\n'
    assert main(["--db", str(db), "sql", str(tmp_path / "none.sql")]) == 2


def test_stdin_is_read(db: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"SELECT 3 AS n"), encoding="utf-8"))
    assert main(["--db", str(db), "sql", "-", "--format", "jsonl"]) == 0
    assert capsys.readouterr().out == '{"n": 3}\n'


def test_views_and_columns_are_listed(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--db", str(db), "sql", "--tables", "--format", "json"]) == 0
    views = json.loads(capsys.readouterr().out)["rows"]
    assert "v_claims" in {row["name"] for row in views}
    assert all(row["about"] for row in views)
    assert main(["--db", str(db), "sql", "--schema", "v_claims", "--format", "json"]) == 0
    columns = json.loads(capsys.readouterr().out)["rows"]
    assert "architecture" in {row["column"] for row in columns}
    assert all(row["about"] for row in columns)
    assert main(["--db", str(db), "sql", "--schema", "v_claim"]) == 1
    assert "v_claims" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["SELECT 1", "--tables"], ["SELECT 1", "--param", "n"], ["DELETE FROM claims"], ["SELECT 1; SELECT 2"]],
)
def test_a_request_that_cannot_be_met_ends_with_2(db: Path, arguments: list[str]) -> None:
    assert main(["--db", str(db), "sql", *arguments]) == 2


def test_agents_ask_within_tighter_limits(db: Path) -> None:
    sql = next(tool for tool in make_tools(db) if tool.__name__ == "sql")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    answer = json.loads(sql(endless, limit=10_000))
    assert len(answer["rows"]) == 200
    assert answer["untrusted"] is True
    assert "read-only" in json.loads(sql("DROP TABLE claims"))["error"]
    assert "v_claims" in sql("")
