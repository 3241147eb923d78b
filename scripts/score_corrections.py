"""Score the extractor against what people corrected in a corpus: how often does it say the same now?

    python scripts/score_corrections.py [--db FILE] [--all]

Counts the corrections whose claim or document is there, by field, from the claims as they were last extracted; run
`miner analyse` first to score the extractor as it is. A claim that a person added counts once for itself, and once for
each thing said of it. --all prints each correction that the extractor does not agree with.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from corpus.corrections import Field
from corpus.errors import MinerError
from corpus.store import Store
from corpus.views_corrections import CorrectionRow, select_corrections
from corpus.views_status import count_stale
from miner.config import Settings
from miner.jobs.correct_rows import as_row
from miner.wiring import current_stamp


def tally(rows: tuple[CorrectionRow, ...]) -> dict[str, tuple[int, int, int]]:
    """Field -> corrections that hold, those that the extractor agrees with, those that wait; "all" for all fields."""
    found = {}
    for name in (*(field.value for field in Field), "all"):
        own = [row for row in rows if name in (row.field, "all")]
        holding = [row for row in own if row.state == "holds"]
        if own:
            found[name] = (len(holding), sum(bool(row.agrees) for row in holding), len(own) - len(holding))
    return found


def main() -> int:
    """0, or 1 when there is nothing to score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, help="the corpus; by default the one that `miner` opens")
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    path = Settings.read(db=args.db, environ=os.environ).db_path
    try:
        with Store.open(path, read_only=True) as store:
            rows = select_corrections(store)
            n_stale = count_stale(store, current_stamp())
    except MinerError as error:
        print(error, file=sys.stderr)
        return 1
    if not rows:
        print(f"nothing is corrected in {path}: `miner correct --help` says how", file=sys.stderr)
        return 1
    for name, (n_holding, n_agreed, n_waiting) in tally(rows).items():
        share = f"{n_agreed / n_holding:.2f}" if n_holding else "-"
        print(f"{name:12} agrees {n_agreed}/{n_holding} ({share}), waiting {n_waiting}")
    if n_stale:
        print(f"{n_stale} documents were not analysed by this extractor: `miner --db {path} analyse` first")
    for row in rows if args.all else ():
        if row.state == "holds" and not row.agrees:
            said = as_row(row)
            print(
                f"  {said['document']}: {said['about']}, {said['field']}: {said['extracted']}, not {said['corrected']}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
