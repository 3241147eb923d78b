"""What `miner doctor` looks at: the database, the disk below it and the parts that answers depend on."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.catalogue import load_catalogue
from corpus.errors import CatalogueError
from corpus.schema import MIGRATIONS
from corpus.store import MEMORY, Check, Store
from miner.jobs.similar_kept import describe_kept

__all__ = ["Check", "check_store"]

PARTS = (
    "solution-miner", "spacy", "ahocorasick-rs", "lxml", "markdown-it-py", "pandas", "altair", "vl-convert-python",
    "kaggle", "kagglesdk", "kagglehub", "six", "requests", "protego", "feedparser", "trafilatura", "lxml_html_clean",
)  # fmt: skip
MIN_FREE_BYTES = 200_000_000  # a few thousand documents with blocks and search index


def check_store(store: Store) -> tuple[Check, ...]:
    """Everything checked, in order; all is well when each `ok` is True."""
    here = (_check_schema(store), _check_catalogue(store), _check_similar(store), _check_disk(store.path))
    return (*store.checks(), *here, *_check_parts())


def _check_schema(store: Store) -> Check:
    found = store.schema_version
    return Check("schema", found == len(MIGRATIONS), f"version {found}; this program knows {len(MIGRATIONS)}")


def _check_catalogue(store: Store) -> Check:
    try:
        shipped = load_catalogue()
    except CatalogueError as error:
        return Check("catalogue", False, str(error))
    families = f"{len(shipped.architectures)} families, version {shipped.version}"
    stored = store.meta("catalogue_version")
    if stored is None:
        return Check("catalogue", True, f"{families}; not in this database yet")
    if stored != shipped.version:
        return Check(
            "catalogue", False, f"{families}, but the database has {stored}; `miner analyse` brings it up to date"
        )
    return Check("catalogue", True, families)


def _check_similar(store: Store) -> Check:
    is_well, detail = describe_kept(store)
    return Check("index of competitions", is_well, detail)


def _check_disk(path: Path) -> Check:
    if str(path) == MEMORY:
        return Check("disk", True, "in memory")
    free = shutil.disk_usage(path.resolve().parent).free
    return Check("disk", free >= MIN_FREE_BYTES, f"{free / 1e9:.1f} GB free beside {path}")


def _check_parts() -> Iterator[Check]:
    yield Check("Python", True, f"{platform.python_version()} on {platform.system()}, SQLite {sqlite3.sqlite_version}")
    for name in PARTS:
        try:
            yield Check(name, True, version(name))
        except PackageNotFoundError:
            # the program itself may run from a clone that is not installed
            yield Check(name, name == PARTS[0], "not installed")
