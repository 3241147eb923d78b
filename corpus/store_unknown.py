"""One spelling for each architecture that the catalogue lacks, across documents; for `corpus.store` alone."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict

from corpus.ids import squash

CLAIMS_SQL = (
    "SELECT k.id, k.name, e.quote, e.start, e.name_start, e.name_end FROM claims k"
    " LEFT JOIN evidence e ON e.claim_id = k.id WHERE k.architecture_id IS NULL"
)


def settle_unknown_names(connection: sqlite3.Connection) -> int:
    """Give all claims on one unknown architecture the spelling that stands most often in evidence; how many changed.

    CapsNet, capsnet and Caps-Net are one. What is counted stands in the evidence, so that any order of documents gives
    the same names.
    """
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    claims: dict[str, str] = {}
    for row in connection.execute(CLAIMS_SQL):
        claims[row["id"]] = row["name"]
        if row["quote"] is not None and row["name_start"] is not None:
            surface = row["quote"][row["name_start"] - row["start"] : row["name_end"] - row["start"]]
            if squash(surface) == squash(row["name"]):
                seen[squash(surface)][surface] += 1
    for name in claims.values():
        seen[squash(name)].setdefault(name, 0)
    best = {key: max(sorted(counts), key=lambda name: counts[name]) for key, counts in seen.items()}
    changes = [(best[squash(name)], id_) for id_, name in claims.items() if best[squash(name)] != name]
    connection.executemany("UPDATE claims SET name = ? WHERE id = ?", changes)
    return len(changes)
