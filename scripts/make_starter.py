"""Make the starter facts that ship, from a corpus that is mined from scratch.

    python scripts/make_starter.py ../shared/data [--out corpus/starter] [--db FILE]

Adds the competitions index, the index of solution links and the documents below the given folder, analyses them and
exports what may ship. Without --db the corpus lives in a temporary folder.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from analysis.runners import run_serial
from corpus.store import Store
from miner.jobs.add import add_paths
from miner.jobs.analyse import analyse
from miner.jobs.starter import export_starter

PARTS = ("competitions-index", "kaggle-solutions-index.jsonl", "corpus")
LICENCES = {"kaggle-solutions-index": "MIT"}  # of indexes whose lines do not name it


def main() -> None:
    """Add, analyse, export; say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder that holds the indexes and the corpus")
    parser.add_argument("--out", type=Path, default=Path("corpus/starter"))
    parser.add_argument("--db", type=Path, help="database to use; an existing one is brought up to date")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.db or Path(folder) / "corpus.db"
        with Store.open(path) as store:
            started = time.perf_counter()
            report = add_paths(store, [arguments.data / part for part in PARTS])
            print(f"added {report.documents} ({time.perf_counter() - started:.1f} s), {len(report.failures)} failures")
            tally = analyse(store, run_serial)
            print(
                f"analysed {tally.n_documents} documents, {tally.n_claims} claims"
                f" ({time.perf_counter() - started:.1f} s)"
            )
            for failure in (*report.failures, *tally.failures):
                print(f"  {failure.stage} {failure.item} {failure.where}: {failure.message}")
            for file in export_starter(store, arguments.out, LICENCES):
                print(f"{file}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
