"""SQL over the documented views, read-only and bounded."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.errors import NotKnownError
from corpus.guarded import Limits as Limits, run_query
from corpus.records import Answer, Column
from corpus.store import Store
from corpus.views_schema import described, read_relations
from miner.jobs.ask_names import near_names
from miner.jobs.ask_scope import plural

TABLES_COLUMNS = (
    Column("name", "name", "text", "Of the view; tables may grow and change, views keep their columns."),
    Column("about", "one row is", "text", "What it holds."),
    Column("n_columns", "columns", "int", "`miner sql --schema NAME` lists them."),
)
SCHEMA_COLUMNS = (
    Column("column", "column", "text", "Its name."),
    Column("about", "what it holds", "text", "With its unit."),
)


def sql(store: Store, query: str, params: Mapping[str, str] | None = None, limits: Limits | None = None) -> Answer:
    """The rows of one SELECT; its columns are those of the query, a name that comes twice is numbered.

    Raises:
        UsageError: when the query writes, takes too long, is too large, or is no SQL.
    """
    limits = limits or Limits()
    found = run_query(store.path, query, params or {}, limits)
    notes = []
    if found.is_cut:
        rows = plural(limits.max_rows, "row|rows")
        notes.append(f"Cut at {limits.max_rows:,} {rows}; there are more. --limit N shows more of them.")
    if found.n_values_cut:
        notes.append(
            f"{found.n_values_cut:,} values were longer than {limits.max_characters:,} characters and are cut."
        )
    if not found.rows:
        notes.append("The query gives no row.")
    return Answer(
        name="sql",
        title=f"{len(found.rows):,} {plural(len(found.rows), 'row|rows')}{' (cut)' if found.is_cut else ''}",
        columns=tuple(
            Column(name, name, _kind(name, [row[i] for row in found.rows])) for i, name in enumerate(found.columns)
        ),
        rows=tuple(dict(zip(found.columns, row, strict=True)) for row in found.rows),
        facts={"n_rows": len(found.rows), "is_cut": found.is_cut, "n_values_cut": found.n_values_cut},
        notes=tuple(notes),
        query={"sql": query, "params": dict(params or {}), "limit": limits.max_rows},
    )


def sql_tables(store: Store) -> Answer:
    """The documented views, each with what one row of it is."""
    relations = [relation for relation in read_relations(store) if relation.kind == "view"]
    return Answer(
        name="sql",
        title=f"{len(relations)} views",
        columns=TABLES_COLUMNS,
        rows=tuple({"name": r.name, "about": r.about, "n_columns": len(r.columns)} for r in relations),
        notes=("`miner sql --schema NAME` lists the columns of one; docs/schema.md has all, and the tables.",),
        query={"tables": True},
    )


def sql_schema(store: Store, name: str) -> Answer:
    """The columns of one view or table, with what they hold.

    Raises:
        NotKnownError: when there is none of that name; with the near ones.
    """
    relations = {relation.name: relation for relation in described(read_relations(store))}
    if name not in relations:
        raise NotKnownError("view", name, near_names(name, relations))
    relation = relations[name]
    return Answer(
        name="sql",
        title=f"{name}: {relation.about}",
        columns=SCHEMA_COLUMNS,
        rows=tuple({"column": column, "about": about} for column, _, about in relation.columns),
        query={"schema": name},
    )


def _kind(name: str, values: list[object]) -> str:
    """How a column is shown, by its values: whole numbers, numbers, links, else text; years and ids stay plain."""
    types = {type(value) for value in values if value is not None}
    if name.endswith("url") and types <= {str}:
        return "url"
    if types and types <= {int, float}:
        return "int" if types == {int} and "year" not in name else "number" if types != {int} else "text"
    return "text"
