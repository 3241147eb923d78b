"""Make the starter facts that ship, from a corpus that is mined from scratch.

    python scripts/make_starter.py ../shared/data [--out corpus/starter] [--db FILE]

Adds the competitions index, the index of solution links and the documents below the given folder, analyses them and
exports what may ship. The day is written into the facts; where nothing else has changed, the old one stays. Without
--db the corpus lives in a temporary folder.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from analysis.runners import run_serial
from corpus.starter.files import made_on_of, version_of
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
            draft = Path(folder) / "starter"
            export_starter(store, draft, LICENCES, made_on=_known_day(store, draft, arguments.out))
            for file in sorted(draft.iterdir()):
                shutil.copyfile(file, arguments.out / file.name)
                print(f"{arguments.out / file.name}: {file.stat().st_size:,} bytes")


def _known_day(store: Store, draft: Path, out: Path) -> date:
    """The day of the facts that are there when nothing else has changed, else today."""
    known = made_on_of(out)
    if known:
        export_starter(store, draft, LICENCES, made_on=date.fromisoformat(known))
        if version_of(draft) == version_of(out):
            return date.fromisoformat(known)
    return datetime.now(UTC).date()


if __name__ == "__main__":
    main()
