"""Time the report over a large invented corpus: the starter facts, each row repeated under other ids.

    python benchmarks/bench_report.py [--documents 1000 30000]

Prints, for each size, what a first report costs, and others after nothing, one document changed, and one was added:
seconds of processor time, as a share of the first report's, files written, and the peak memory. Each report runs in a
process of its own, as on the command line, whose start is not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
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


CHANGES = {  # what happens before each further report
    "nothing changed": "",
    "one document changed": "UPDATE documents SET title = 'Another' WHERE id = (SELECT max(document_id) FROM claims)",
    "one document added": "",
}


def add_document(path: Path) -> None:
    """A document with its claims, as the last one of the file once more."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = OFF")
    chosen = connection.execute("SELECT max(document_id) FROM claims").fetchone()[0]
    found = connection.execute("SELECT solution_id, competition_id FROM documents WHERE id = ?", [chosen]).fetchone()
    conditions = {
        "solutions": ("id = ?2", ("id",)),
        "documents": ("id = ?1", ("id", "name", "solution_id")),
        "claims": ("document_id = ?1", ("id", "document_id")),
    }
    for table, (condition, keys) in conditions.items():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(f"{name} || '~new'" if name in keys else name for name in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {condition}"  # noqa: S608 - names of ours
        connection.execute(sql, [chosen, found[0]] if "?2" in condition else [chosen])
    connection.commit()
    connection.close()


def one_report(path: Path, site: Path) -> None:
    """Write a report and print what it cost, as JSON; run as a process of its own."""
    before = {file: file.stat().st_mtime_ns for file in site.rglob("*.*")}
    with Store.open(path, read_only=True) as store:
        started = time.process_time()
        write_report(store, site)
        took_s = time.process_time() - started
    now = {file: file.stat().st_mtime_ns for file in site.rglob("*.*")}
    print(
        json.dumps(
            {
                "took_s": took_s,
                "n_files": len(now),
                "n_written": sum(before.get(file) != stamp for file, stamp in now.items()),
                "size_mb": sum(file.stat().st_size for file in now) / 1e6,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def measure(n_documents: int) -> None:
    """Make a corpus of about so many documents, report on it again and again, print what each cost."""
    with tempfile.TemporaryDirectory() as folder:
        path, site = Path(folder) / "corpus.db", Path(folder) / "site"
        with Store.open(path) as store:
            load_starter(store)
            n_shipped = int(store.execute("SELECT count(*) FROM documents")[0][0])
        repeat_rows(path, max(1, round(n_documents / n_shipped)))
        with Store.open(path, read_only=True) as store:
            n_documents = int(store.execute("SELECT count(*) FROM documents")[0][0])
        print(f"{n_documents:,} documents")
        first_s = 0.0
        for name in ("first report", *CHANGES):
            if CHANGES.get(name):
                with sqlite3.connect(path) as connection:
                    connection.execute(CHANGES[name])
                connection.close()
            if name == "one document added":
                add_document(path)
            command = [sys.executable, __file__, "--one", str(path), str(site)]
            cost = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            first_s = first_s or cost["took_s"]
            print(
                f"  {name + ':':22} {cost['took_s']:5.1f} s ({cost['took_s'] / first_s:4.0%} of the first),"
                f" {cost['n_written']:,} of {cost['n_files']:,} files written, {cost['size_mb']:.0f} MB,"
                f" peak memory {cost['peak_mb']:.0f} MB",
                flush=True,
            )


def main() -> None:
    """Measure each size, or write the one report that such a measurement asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 30_000])
    parser.add_argument("--one", type=Path, nargs=2, metavar=("DB", "SITE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        one_report(*arguments.one)
    else:
        for n_documents in arguments.documents:
            measure(n_documents)


if __name__ == "__main__":
    main()
