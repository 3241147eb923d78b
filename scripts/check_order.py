"""Show that the order in which documents arrive makes no difference: two databases, one filled in shuffled order.

    python scripts/check_order.py [--data ../shared/data/corpus] [--seed 7]

Prints the number of rows compared in each table and ends with 1 when any row differs.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from analysis.runners import run_serial
from corpus.store import MEMORY, Store
from miner.jobs.add import Found, add_paths
from miner.jobs.analyse import analyse
from miner.sources.folder import read_folder

TABLES = {
    "claims": "id",
    "claim_roles": "claim_id, role",
    "variants": "claim_id, name",
    "reasons": "claim_id, position",
    "evidence": "claim_id, position",
    "solutions": "id",
    "documents": "id",
    "document_ranks": "document_id, source",
    "document_packages": "document_id, package",
    "sketches": "document_id",
    "sketch_bands": "band, document_id",
    "competition_task_types": "competition_id, source, position",
}


def read_shuffled(paths: Sequence[Path], seed: int) -> Iterator[Found]:
    """What a folder holds, in an order drawn from the seed."""
    found: list[Found] = list(read_folder(paths))
    random.Random(seed).shuffle(found)
    return iter(found)


def main() -> int:
    """Fill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/corpus"))
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with Store.open(Path(MEMORY)) as plain, Store.open(Path(MEMORY)) as shuffled:
        add_paths(plain, [arguments.data])
        add_paths(shuffled, [arguments.data], read=partial(read_shuffled, seed=arguments.seed))
        for store in (plain, shuffled):
            analyse(store, run_serial)
        is_same = True
        for table, order in TABLES.items():
            sql = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608 - names from the table above
            first, second = ([tuple(row) for row in store.execute(sql)] for store in (plain, shuffled))
            is_same &= first == second
            print(f"{table}: {len(first):,} rows, {'the same' if first == second else 'DIFFERENT'}")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
