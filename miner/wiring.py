"""From settings to an open corpus."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from miner.config import Settings

if TYPE_CHECKING:
    from analysis.runners import Runner
    from corpus.store import Store

Say = Callable[[str], None]


@contextmanager
def open_corpus(settings: Settings, say: Say, *, read_only: bool = True) -> Iterator[Store]:
    """The corpus, open; where there is none yet it is made first, with the catalogue and the starter facts.

    Args:
        settings: says where it lies.
        say: told in one line when a corpus is made.
        read_only: for questions; several may ask beside one that writes.

    Raises:
        StoreError: when the file cannot be used as it is.
    """
    from corpus.store import Store

    if not settings.db_path.exists():
        make_corpus(settings.db_path)
        say(f"made a corpus from the starter facts that ship with this program: {settings.db_path}")
    with Store.open(settings.db_path, read_only=read_only) as store:
        yield store


def open_bare(settings: Settings) -> Store:
    """The corpus, open for writing, empty where there was none: for the job that fills it itself."""
    from corpus.store import Store

    return Store.open(settings.db_path)


def may_write(settings: Settings) -> bool:
    """Whether the corpus can be written: a new one, or a file that its user may change."""
    return not settings.db_path.exists() or os.access(settings.db_path, os.W_OK)


def current_stamp() -> str:
    """What claims made now would carry: the version of extractor and catalogue."""
    from analysis.document import made_by
    from corpus.catalogue import load_catalogue

    return made_by(load_catalogue())


def make_corpus(path: Path) -> None:
    """A new corpus at `path`: whole, or not there; a process that was quicker wins.

    It is made beside its place and moved there, so that a killed process leaves no half of one.
    """
    from corpus.store import Store
    from miner.jobs.starter import load_starter

    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with Store.open(draft) as store:
            load_starter(store)
        if not path.exists():
            draft.replace(path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def make_runner(workers: int, cluster: str | None = None) -> Runner:
    """How the analysis is spread: in this process, over several, or over the workers of a Dask scheduler."""
    from analysis.runners import run_processes, run_serial

    if cluster:
        from analysis.clusters import run_cluster

        return partial(run_cluster, address=cluster)
    return run_serial if workers == 1 else partial(run_processes, workers=workers)
