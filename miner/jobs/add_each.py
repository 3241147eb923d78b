"""Put paths of any kind into the corpus: files and folders, published facts, other corpora."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import UsageError
from corpus.starter.package import is_package
from corpus.store import Store
from miner.jobs.add import AddReport, add_paths
from miner.jobs.add_database import add_database, is_database
from miner.jobs.facts import add_facts
from miner.jobs.progress import Progress


def add_each(store: Store, paths: Sequence[Path], progress: Progress | None = None) -> Iterator[str | AddReport]:
    """What came of it, step by step: sentences, and the report of each corpus and of all files together.

    Facts are taken first, then other corpora, then files and folders. Nothing is done before the first is asked for.

    Raises:
        UsageError: at the first step, when no path is given or one does not exist; nothing was taken then.
    """
    if not paths:
        raise UsageError("no path given: name files, folders, facts or another corpus")
    if missing := [str(path) for path in paths if not path.exists()]:
        raise UsageError(f"no such file or folder: {', '.join(missing)}")
    facts = [path for path in paths if is_package(path)]
    databases = [path for path in paths if is_database(path)]
    files = [path for path in paths if path not in facts and path not in databases]
    for path in facts:
        yield add_facts(store, path)
    for path in databases:
        merged = add_database(store, path, progress)
        yield merged.added
        yield from merged.lines(path)
    if files:
        yield add_paths(store, files, progress)
