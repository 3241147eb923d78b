"""How fast generated Meta Kaggle tables are imported, and in how much memory.

    python scripts/make_meta_tables.py --messages 1000000 --out DIR
    python benchmarks/bench_meta_kaggle.py --tables DIR

Prints megabytes a second of an import (everything listed, every write-up fetched and described), of a second import of
the same tables, their ratio, and the peak memory. With --store both go through `miner.jobs.refresh` into a database of
its own, else through the source alone. With --edit the tables are copied, ten write-ups are edited and the copy is
imported after the original: it says how many texts that fetches.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from corpus.records import Failure, Fetched, Target, Visit
from corpus.store import Store
from miner.jobs.refresh import RefreshRequest, refresh as run_refresh
from miner.sources.meta_kaggle import open_source
from miner.sources.protocol import Scope

_SCOPE = Scope(now=datetime(2026, 11, 20, tzinfo=UTC))


def refresh(folder: Path, visits: dict[str, Visit]) -> Counter[str]:
    """One import; `visits` are what earlier ones know, and what this one learns."""
    source, counts = open_source({"folder": folder}, None, {}), Counter[str]()
    known: Mapping[str, Visit] = dict(visits)
    for item in source.discover(_SCOPE, known):
        counts[type(item).__name__] += 1
        if isinstance(item, Target):
            visits[item.key] = replace(visits.get(item.key) or Visit(item), target=item)
    for key, visit in visits.items():
        if visit.target.signature == visit.fetched_signature:
            continue
        answer = source.fetch(visit.target, visit)
        counts[f"fetch: {type(answer).__name__}"] += 1
        if isinstance(answer, Fetched):
            source.describe(visit.target, answer)
        if not isinstance(answer, Failure):
            visits[key] = replace(visit, fetched_signature=visit.target.signature)
    return counts


def stored(folder: Path, store: Store) -> Counter[str]:
    """One import by the job, into the store."""
    report = run_refresh(store, [open_source({"folder": folder}, None, {})], RefreshRequest())
    return Counter(report.sources[0].counts)


def timed(name: str, folder: Path, work: Callable[[Path], Counter[str]]) -> float:
    """Seconds of one import; prints what it did."""
    size_mb = sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
    started = time.perf_counter()
    counts = work(folder)
    seconds = time.perf_counter() - started
    print(f"{name}: {size_mb:.0f} MB, {seconds:.2f} s, {size_mb / seconds:.0f} MB/s; {dict(sorted(counts.items()))}")
    return seconds


def edit(folder: Path, n: int) -> None:
    """Add one word to the text of the first n write-ups of generated tables."""
    path = folder / "ForumMessages.csv"
    part = path.with_suffix(".part")
    wanted = {f"{1_000_000 + 12 * i},".encode() for i in range(n)}  # every fourth topic is a write-up by its title
    with path.open("rb") as old, part.open("wb") as new:
        is_wanted = False
        for line in old:
            if line[:7].isdigit():
                is_wanted = line[:8] in wanted
            edited = line.replace(b"<p>", b"<p>edited ").replace(b'</p>","', b'</p>","edited ')
            new.write(edited if is_wanted else line)
    part.replace(path)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--edit", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        if arguments.store:
            work = partial(stored, store=stack.enter_context(Store.open(Path(name) / "bench.db")))
        else:
            work = partial(refresh, visits={})
        first = timed("import", arguments.tables, work)
        again = timed("unchanged", arguments.tables, work)
        print(f"  unchanged: {first / again:.0f} times as fast")
        if arguments.edit:
            copy = Path(name) / "tables"
            shutil.copytree(arguments.tables, copy)
            edit(copy, 10)
            timed("edited", copy, work)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
