"""What each table, view and column holds: read from the comments that stand in the database's own SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.views import Readable

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


def read_relations(store: Readable) -> list[Relation]:
    """All tables and views in the order in which migrations make them; the search index counts as one table.

    Competitions come first, though a later migration made their view anew.
    """
    found = store.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
        "AND name NOT GLOB 'block_search_*' ORDER BY name <> 'v_competitions', rowid"
    )
    return [_read_relation(store, row["name"], row["type"], row["sql"]) for row in found]


def _read_relation(store: Readable, name: str, kind: str, sql: str) -> Relation:
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
            column = column_of(code) or column
        if comment:  # on the column's line, or alone on the next one
            comments[column] = comment[1]
    info = store.execute("SELECT name, type FROM pragma_table_info(?)", (name,))
    columns = tuple((row["name"], row["type"], comments.get(row["name"], "")) for row in info)
    return Relation(name, kind, about[1] if about else "", sql, columns)


def column_of(code: str) -> str:
    """The column that a line of SQL defines: the last name it gives in a view, the first in a table.

    >>> column_of("    TEXT, prose_language ")
    'prose_language'
    >>> column_of("       d.name AS document, "), column_of("    id TEXT PRIMARY KEY, "), column_of("b.headings, ")
    ('document', 'id', 'headings')
    >>> column_of("    TEXT CHECK (a IN ('b', 'c')), added_later ")
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
