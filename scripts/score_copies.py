"""Compare the near copies found with those that a manifest states, which are hidden first.

    python scripts/score_copies.py [--data ../shared/data/corpus]

Prints how many stated pairs end up beside the same original, the pairs missed with what tells them apart, and every
pair found that nobody states: whether those are copies is for a reader to say.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.runners import run_serial
from corpus.store import MEMORY, Store
from miner.jobs.add import Found, add_paths
from miner.jobs.analyse import analyse
from miner.sources.folder import read_folder

USED_SQL = "SELECT DISTINCT architecture FROM v_claims WHERE document = ? AND status = 'used' AND is_counted ORDER BY 1"


def hiding(stated: dict[str, str]) -> Callable[[Sequence[Path]], Iterator[Found]]:
    """A reader of folders that keeps what is stated of copies to itself, in `stated`: id of the copy -> original."""

    def read(paths: Sequence[Path]) -> Iterator[Found]:
        for item in read_folder(paths):
            if isinstance(item, tuple) and item[0].copy_of:
                stated[item[0].id] = item[0].copy_of
                yield replace(item[0], copy_of=None), item[1]
            else:
                yield item

    return read


def main() -> int:
    """Fill, find, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/corpus"))
    arguments = parser.parse_args()
    stated: dict[str, str] = {}
    with Store.open(Path(MEMORY)) as store:
        add_paths(store, [arguments.data], read=hiding(stated))
        analyse(store, run_serial)
        names = {row["id"]: row["name"] for row in store.execute("SELECT id, name FROM documents")}
        found = {
            row["document_id"]: row for row in store.execute("SELECT * FROM v_copies ORDER BY copy_similarity DESC")
        }
        used = {key: {row[0] for row in store.execute(USED_SQL, (name,))} for key, name in names.items()}

    def original(document: str) -> str:
        return found[document]["original_id"] if document in found else document

    missed = [pair for pair in stated.items() if original(pair[0]) != original(pair[1])]
    print(f"{len(stated) - len(missed)} of {len(stated)} stated copies stand beside the same original")
    for copy, other in missed:
        print(f"  missed: {names[copy]} and {names[other]}; used by one alone: {sorted(used[copy] ^ used[other])}")
    groups = {frozenset(pair) for pair in stated.items()}
    known = {document for pair in groups for document in pair}
    print(f"{len(found)} documents found to be copies; beside an original that nobody states:")
    for key, row in found.items():
        if not {key, row["original_id"]} <= known or not _tied(key, row["original_id"], groups):
            print(f"  {row['copy_similarity']:.3f} {row['document']} <- {row['original']}")
    return 0


def _tied(one: str, other: str, pairs: set[frozenset[str]]) -> bool:
    """Whether statements lead from one document to the other."""
    reached = {one}
    while more := {document for pair in pairs if pair & reached for document in pair} - reached:
        reached |= more
    return other in reached


if __name__ == "__main__":
    sys.exit(main())
