"""Time the report over a large invented corpus: the starter facts, each row repeated under other ids.

    python benchmarks/bench_report.py [--documents 30000]

Prints seconds, files and peak memory of a first report, and seconds and rewritten files of a second one.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import tempfile
import time
from pathlib import Path

from corpus.store import Store
from miner.jobs.report import write_report
from miner.jobs.starter import load_starter

KEYS = {  # table -> columns that hold ids, its own or another row's
    "competitions": ("id", "slug"),
    "competition_task_types": ("competition_id",),
    "solutions": ("id", "competition_id"),
    "documents": ("id", "name", "competition_id", "solution_id", "copy_of"),
    "document_ranks": ("document_id",),
    "claims": ("id", "document_id"),
    "claim_roles": ("claim_id",),
    "variants": ("claim_id",),
    "reasons": ("claim_id",),
    "evidence": ("claim_id",),
}


def repeat_rows(path: Path, times: int) -> None:
    """Every row of the tables `times` times, each round under ids of its own."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = OFF")
    for table, keys in KEYS.items():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        connection.execute(f"CREATE TEMP TABLE first AS SELECT * FROM {table}")  # noqa: S608 - names of ours
        values = ", ".join(f"{name} || ?1" if name in keys else name for name in columns)
        for number in range(1, times):
            sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM first"  # noqa: S608 - names of ours
            connection.execute(sql, [f"~{number}"])
        connection.execute("DROP TABLE first")
    connection.commit()
    connection.close()


def main() -> None:
    """Make the corpus, write the report twice, print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=30_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, site = Path(folder) / "corpus.db", Path(folder) / "site"
        with Store.open(path) as store:
            load_starter(store)
            n_documents = int(store.execute("SELECT count(*) FROM documents")[0][0])
        repeat_rows(path, max(1, round(arguments.documents / n_documents)))
        with Store.open(path, read_only=True) as store:
            n_documents = int(store.execute("SELECT count(*) FROM documents")[0][0])
            before: dict[Path, int] = {}
            for name in ("first", "second"):
                started = time.perf_counter()
                write_report(store, site)
                took_s = time.perf_counter() - started
                now = {file: file.stat().st_mtime_ns for file in site.rglob("*.*")}
                n_written = sum(before.get(file) != stamp for file, stamp in now.items())
                size_mb = sum(file.stat().st_size for file in now) / 1e6
                before = now
                peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(
                    f"{name} report of {n_documents:,} documents: {took_s:.1f} s, {n_written:,} of {len(now):,} files"
                    f" written, {size_mb:.0f} MB, peak memory {peak_mb:.0f} MB"
                )


if __name__ == "__main__":
    main()
