"""What the statistics stand on, as one digest: equal digests, equal answers."""
# ruff: noqa: S608 - the names come from the database's own list of tables

from __future__ import annotations

import hashlib

from corpus.views import Readable

# Text, its search index, the marks of copies, and when which command ran: large or ever new, and no statistic is made
# from them.
# A table that is not named here is digested, so a new one is never forgotten.
NOT_COUNTED = frozenset(
    {"blocks", "document_versions", "sketches", "sketch_bands", "targets", "hosts", "source_runs", "runs"}
)
SEARCH = "block_search"


def facts_digest(store: Readable) -> str:
    """24 hex digits of every row that a statistic or the report may read, in the order of the file."""
    found = hashlib.blake2b(digest_size=12)
    for table in store.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"):
        name, sql = str(table["name"]), str(table["sql"])
        if name in NOT_COUNTED or name.startswith((SEARCH, "sqlite_")):
            continue
        found.update(f"{sql}\n".encode("utf-8", "surrogatepass"))
        if sql.startswith("CREATE TABLE"):
            for row in store.each(f'SELECT * FROM "{name}"'):
                found.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return found.hexdigest()
