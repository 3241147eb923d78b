"""Write docs/schema.md from a freshly migrated database; the comments in its SQL are the text.

python scripts/make_schema_page.py            writes docs/schema.md
python scripts/make_schema_page.py --check    exit 1 when it would change
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from corpus.store import MEMORY, Store

PAGE = Path(__file__).resolve().parent.parent / "docs" / "schema.md"
INTRODUCTION = """# The database

One SQLite file. Read it with `miner sql`, with any SQLite tool, or with Datasette: the views (`v_…`) are made for that
and keep their columns; the tables may grow. Ids are made from content, so they are the same on every machine; dates are
ISO 8601, times UTC. This page is made by `scripts/make_schema_page.py` from the database itself.
"""
SOURCE = re.compile(r"\b(?:FROM|JOIN) (\w+) ([a-z]\w*)\b")  # a relation and its alias; keywords are capitals
TYPE_ALONE = re.compile(r"\s*(?:TEXT|REAL|INTEGER|BLOB),\s*")
COMMENT = re.compile(r"--\s*(.*)$")


@dataclass(frozen=True)
class Relation:
    """A table or view with the comments that stand in its SQL."""

    name: str
    kind: str  # table or view
    about: str
    sql: str
    columns: tuple[tuple[str, str, str], ...]  # name, type, comment


def read_relations(store: Store) -> list[Relation]:
    """All tables and views in the order in which migrations make them; the search index counts as one table."""
    found = store.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
        "AND name NOT GLOB 'block_search_*' ORDER BY rowid"
    )
    return [_read_relation(store, row["name"], row["type"], row["sql"]) for row in found]


def _read_relation(store: Store, name: str, kind: str, sql: str) -> Relation:
    lines = sql.splitlines()
    about = COMMENT.search(lines[0])
    comments: dict[str, str] = {}
    column = before = ""
    for line in lines[1:]:
        comment = COMMENT.search(line)
        code = line[: comment.start()] if comment else line
        if TYPE_ALONE.fullmatch(code):  # of a column added later; what follows belongs to the one that stood there
            column = before
        else:
            before = (code.split() or [before])[0]
            column = _column_of(code) or column
        if comment:  # on the column's line, or alone on the next one
            comments[column] = comment[1]
    info = store.execute("SELECT name, type FROM pragma_table_info(?)", (name,))
    columns = tuple((row["name"], row["type"], comments.get(row["name"], "")) for row in info)
    return Relation(name, kind, about[1] if about else "", sql, columns)


def _column_of(code: str) -> str:
    """The column that a line of SQL defines: the last name it gives in a view, the first in a table.

    >>> _column_of("    TEXT, prose_language ")
    'prose_language'
    >>> _column_of("       d.name AS document, "), _column_of("    id TEXT PRIMARY KEY, "), _column_of("b.headings, ")
    ('document', 'id', 'headings')
    >>> _column_of("    TEXT CHECK (a IN ('b', 'c')), added_later ")
    'added_later'
    """
    named = re.search(r"\bAS (\w+),?\s*$", code) or re.search(r",\s+(\w+)\s*$", code)
    if named:
        return named[1]
    words = code.strip(" ,").split()  # a column added later follows a comma, and the type of the one added before it
    if words[0:1] == ["TEXT,"]:
        del words[0]
    return words[0].rpartition(".")[2] if words else ""


def described(relations: list[Relation]) -> list[Relation]:
    """The same with every view's column explained: by its own comment, else by that of the column it passes on."""
    known = {relation.name: relation for relation in relations}
    return [
        Relation(r.name, r.kind, r.about, r.sql, tuple((n, t, _comment(known, r, n)) for n, t, _ in r.columns))
        for r in relations
    ]


def _comment(known: dict[str, Relation], relation: Relation, column: str) -> str:
    own = next((comment for name, _, comment in relation.columns if name == column), "")
    if own or relation.kind == "table":
        return own
    sources = {alias: name for name, alias in SOURCE.findall(relation.sql) if name in known}
    passed_on = re.search(rf"\b(\w+)\.{column}\b", relation.sql)
    if passed_on and passed_on[1] in sources:
        return _comment(known, known[sources[passed_on[1]]], column)
    everything = re.search(r"\b(\w+)\.\*", relation.sql)
    if everything:
        return _comment(known, known[sources[everything[1]]], column)
    only = re.search(r"\bFROM (\w+)", relation.sql)
    return _comment(known, known[only[1]], column) if only and only[1] in known else ""


def make_page(store: Store) -> str:
    """The page as Markdown."""
    relations = described(read_relations(store))
    parts = [INTRODUCTION, f"Schema version {store.schema_version} (`PRAGMA user_version`).\n"]
    for kind, title in (("view", "Views"), ("table", "Tables")):
        parts.append(f"## {title}\n")
        parts.extend(_section(relation) for relation in relations if relation.kind == kind)
    return "\n".join(parts)


def _section(relation: Relation) -> str:
    lines = [
        f"### {relation.name}\n",
        f"{relation.about}\n",
        "| column | type | what it holds |",
        "| --- | --- | --- |",
    ]
    for name, kind, comment in relation.columns:
        lines.append(f"| `{name}` | {kind.lower() or 'computed'} | {comment} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="Write docs/schema.md from the migrated database.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    options = parser.parse_args()
    with Store.open(Path(MEMORY)) as store:
        page = make_page(store)
    if options.check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE}: {page.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
