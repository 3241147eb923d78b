from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from corpus.schema import MIGRATIONS, Migration
from corpus.store import Store
from corpus.store_open import migrate, split_statements


@pytest.fixture
def empty() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def test_every_view_can_be_read(store: Store) -> None:
    views = [row["name"] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert len(views) >= 9
    for view in views:
        assert store.execute(f"SELECT * FROM {view}") == []


def test_foreign_keys_name_tables_and_columns_that_exist(store: Store) -> None:
    assert store.execute("PRAGMA foreign_key_check") == []
    for table in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'block_search%'"):
        for key in store.execute("SELECT * FROM pragma_foreign_key_list(?)", (table["name"],)):
            columns = {row["name"] for row in store.execute("SELECT name FROM pragma_table_info(?)", (key["table"],))}
            assert key["to"] in columns


def test_each_foreign_key_that_a_delete_must_follow_has_an_index(store: Store) -> None:
    # without one, forgetting a document reads every row of the table
    for table, column in [("claims", "document_id"), ("blocks", "document_id"), ("reasons", "block_id"),
                          ("evidence", "block_id"), ("failures", "document_id"), ("documents", "copy_of")]:  # fmt: skip
        plan = store.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = ''")
        assert "USING" in plan[0]["detail"], (table, column)


def test_migrations_are_applied_once_and_in_order(empty: sqlite3.Connection) -> None:
    first = Migration("a", "CREATE TABLE a (x); -- one\nINSERT INTO a VALUES (1);")
    second = Migration("b", "INSERT INTO a VALUES (2);")
    migrate(empty, (first,))
    migrate(empty, (first, second))
    migrate(empty, (first, second))
    assert empty.execute("SELECT x FROM a").fetchall() == [(1,), (2,)]
    assert empty.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_failed_migration_leaves_nothing_behind(empty: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError):
        migrate(empty, (Migration("a", "CREATE TABLE a (x);"), Migration("b", "INSERT INTO nowhere VALUES (1);")))
    assert empty.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert empty.execute("PRAGMA user_version").fetchone() == (0,)


def test_statements_are_split_whole() -> None:
    for migration in MIGRATIONS:
        statements = list(split_statements(migration.sql))
        assert all(
            statement.startswith(("CREATE ", "ALTER TABLE ", "DROP VIEW ", "INSERT INTO ")) for statement in statements
        )
        assert "".join("\n".join(statements).split()) == "".join(migration.sql.split())
