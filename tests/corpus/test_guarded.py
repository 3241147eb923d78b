from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from question_sample import fill

from corpus.errors import UsageError
from corpus.guarded import Limits, run_query
from corpus.store import Store


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A corpus in a file; the tests end by seeing that it is as it was."""
    path = tmp_path_factory.mktemp("guarded") / "c.db"
    with Store.open(path) as store:
        fill(store)
    before = path.read_bytes()
    yield path
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} <= {"c.db", "c.db-wal", "c.db-shm"}


def ask(path: Path, query: str, limits: Limits | None = None, **params: str) -> list[tuple[object, ...]]:
    """The rows."""
    return list(run_query(path, query, params, limits or Limits()).rows)


WRITES = [
    "DELETE FROM claims",
    "UPDATE documents SET title = ''",
    "INSERT INTO sources (name) VALUES ('x')",
    "DROP TABLE claims",
    "CREATE TABLE t (a)",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE TEMP VIEW t AS SELECT 1",
    "ATTACH 'other.db' AS o",
    "ATTACH ':memory:' AS o",
    "DETACH main",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = 1",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA table_info(claims)",
    "SELECT * FROM pragma_table_info('claims')",
    "VACUUM INTO 'copy.db'",
    "VACUUM",
    "REINDEX",
    "ANALYZE",
    "BEGIN IMMEDIATE",
    "SAVEPOINT s",
    "WITH x AS (SELECT 1) DELETE FROM claims",
    "EXPLAIN DELETE FROM claims",
    "INSERT INTO block_search (block_search) VALUES ('rebuild')",
    "/* SELECT */ DROP VIEW v_claims",
    "-- SELECT 1\nDELETE FROM claims",
]


@pytest.mark.parametrize("query", WRITES)
def test_what_writes_is_refused(path: Path, query: str) -> None:
    with pytest.raises(UsageError, match="sql is read-only"):
        ask(path, query)


@pytest.mark.parametrize(
    "call",
    ["load_extension('x')", "writefile('x', 'y')", "readfile('x')", "randomblob(9)", "zeroblob(1000000000)",
     "fts3_tokenizer('simple')", "json_group_array(1)"],
)  # fmt: skip
def test_functions_not_on_the_list_do_not_run(path: Path, call: str) -> None:
    with pytest.raises(UsageError, match=r"is not among those|no such function"):
        ask(path, f"SELECT {call}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT hex(printf('%.*c', 999999, 'x'))",
        "SELECT replace(printf('%.*c', 900000, 'x'), 'x', 'xxxxxxxxxx')",
        "WITH RECURSIVE b(x, n) AS (SELECT 'x', 0 UNION ALL SELECT x || x, n + 1 FROM b WHERE n < 40) SELECT x FROM b",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)"
        " SELECT group_concat(printf('%.*c', 1000, 'x')) FROM n",
    ],
)
def test_what_grows_is_stopped(path: Path, query: str) -> None:
    with pytest.raises(UsageError, match=r"longer than 1,000,000 bytes; take a part of it with substr"):
        ask(path, query)


@pytest.mark.parametrize(
    "query",
    [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n ORDER BY i",
        "WITH d(x) AS (SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9,0]'))"
        " SELECT count(*) FROM d a, d b, d c, d e, d f, d g, d h, d i, d j, d k, d l, d m",
    ],
)
def test_what_does_not_end_is_stopped(path: Path, query: str) -> None:
    with pytest.raises(UsageError, match=r"stopped after 0\.05 s; narrow it with WHERE or LIMIT"):
        ask(path, query, Limits(max_seconds=0.05))


@pytest.mark.parametrize(
    "query",
    ["SELECT " + "(" * 500 + "1" + ")" * 500, "SELECT " + "+".join(["1"] * 500), "SELECT 1" + " UNION SELECT 1" * 99,
     "SELECT " + ", ".join(["1"] * 65), "SELECT '" + "x" * 100_001 + "'"],
)  # fmt: skip
def test_statements_out_of_all_bounds_are_refused(path: Path, query: str) -> None:
    with pytest.raises(UsageError):
        ask(path, query)


@pytest.mark.parametrize("query", ["SELECT 1; DROP TABLE claims", "SELECT 1; SELECT 2"])
def test_a_second_statement_is_refused(path: Path, query: str) -> None:
    with pytest.raises(UsageError, match="one statement at a time"):
        ask(path, query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "the query is empty"),
        ("-- nothing", "the query is empty"),
        ("SELECT archtecture FROM v_claims", "did you mean architecture"),
        ("SELECT * FROM v_claim", "did you mean v_claims"),
        ("SELEC 1", "syntax error"),
        ("SELECT :n", "--param name=value"),
        ("SELECT '\0'", "null character"),
        ("SELECT '\ud800'", "surrogates"),
    ],
)
def test_errors_say_what_to_do(path: Path, query: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ask(path, query)


def test_a_text_that_sqlite_will_not_build_is_null(path: Path) -> None:
    assert ask(path, "SELECT printf('%.*c', 1000000000, 'x')") == [(None,)]


def test_reading_works(path: Path) -> None:
    assert ask(path, "SELECT count(*) > 0, max(1, 2) FROM v_claims;  -- done") == [(1, 2)]
    assert ask(path, "SELECT :a || :b, :n + 1", a="it's; DROP", b='"', n="2") == [("it's; DROP\"", 3)]
    assert ask(path, "SELECT row_number() OVER (ORDER BY slug) FROM v_competitions LIMIT 1") == [(1,)]


def test_every_view_can_be_read(path: Path) -> None:
    views = ask(path, "SELECT name FROM sqlite_master WHERE type = 'view'")
    assert len(views) > 5
    for (view,) in views:
        assert run_query(path, f"SELECT * FROM {view}", {}, Limits()).columns


def test_full_text_search_works(path: Path) -> None:
    query = "SELECT snippet(block_search, -1, '[', ']', '…', 8) FROM block_search WHERE block_search MATCH :words"
    assert "[EfficientNet]" in " ".join(str(row) for row in ask(path, query, words="efficientnet"))
    with pytest.raises(UsageError):
        ask(path, query, words='"')


def test_rows_and_values_are_cut_and_said(path: Path) -> None:
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'abcdef', x'0102' FROM n"
    found = run_query(path, query, {}, Limits(max_rows=2, max_characters=3))
    assert found.is_cut
    assert found.n_values_cut == 2
    assert found.rows == ((1, "abc… [cut: 6 characters]", "[2 bytes]"), (2, "abc… [cut: 6 characters]", "[2 bytes]"))
    assert not run_query(path, "SELECT 1 UNION SELECT 2", {}, Limits(max_rows=2)).is_cut
