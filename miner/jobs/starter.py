"""Starter facts in and out of a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from corpus.errors import UsageError
from corpus.starter.loader import load_facts
from corpus.store import Store
from corpus.views import Readable
from miner.jobs.catalogue import ensure_catalogue

NO_LICENCES: Mapping[str, str] = MappingProxyType({})


def load_starter(store: Store, folder: Traversable | None = None) -> bool:
    """Whether facts were loaded: False when this version is in the database already, or none ships.

    Loads the catalogue first where the database lacks it. What other sources have brought stays as it is.

    Args:
        store: the open database, writable.
        folder: where the files lie; the package's own when None.
    """
    ensure_catalogue(store)
    is_fresh = not store.execute("SELECT 1 FROM documents UNION ALL SELECT 1 FROM corrections LIMIT 1")
    if not load_facts(store, folder):
        return False
    if not is_fresh:
        store.settle()
    return True


def export_starter(
    store: Readable, out_dir: Path, licences: Mapping[str, str] = NO_LICENCES, made_on: date | None = None
) -> tuple[Path, ...]:
    """The files written into `out_dir`: facts that may ship, without any description, quote or author.

    Args:
        store: the open database; it may be read-only.
        out_dir: made where it is missing.
        licences: index -> licence, for indexes whose own name does not say it.
        made_on: the day, kept in the facts.

    Raises:
        UsageError: the folder cannot be written.
    """
    from corpus.starter.exporter import export_facts

    known = {str(row[0]): str(row[1]) for row in store.execute("SELECT name, licence FROM sources WHERE licence > ''")}
    try:
        return export_facts(store, out_dir, {**known, **licences}, made_on)
    except OSError as error:
        raise UsageError(f"the starter facts cannot be written to {out_dir}: {error.strerror}") from error
