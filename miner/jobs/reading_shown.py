"""What reading lists have shown before, in a small file beside the database.

A file, not a table: asking a question opens the database read-only, also while another run writes to it, and what a
person has read is no fact about competitions that should travel with the corpus.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import MinerError
from corpus.records import Answer
from corpus.store import utc_now
from miner.jobs.lock import one_at_a_time

WAIT_S = 30.0  # a list takes a second; a pager that nobody reads to its end may hold it up


@dataclass(frozen=True, slots=True)
class ShownBefore:
    """What one list has shown until now."""

    database: Path
    what: str
    keys: frozenset[str]

    def keep(self, answer: Answer) -> None:
        """Remember the items of this answer as shown.

        Raises:
            MinerError: when the folder cannot be written to.
        """
        keep_shown(self.database, self.what, [str(row["key"]) for row in answer.rows])


@contextmanager
def shown_before(database: Path, what: str) -> Iterator[ShownBefore]:
    """What this list has shown, to be asked and added to inside the block; one process at a time, others wait for it.

    Two that ask at once therefore show different items, and neither forgets what the other has shown.

    Raises:
        MinerError: for a file that cannot be read.
        BusyError: when another process shows a list for longer than is waited.
        StoreError: when the folder cannot be written to.
    """
    with one_at_a_time(shown_path(database), utc_now(), wait_s=WAIT_S):
        yield ShownBefore(database, what, read_shown(database, what))


def shown_path(database: Path) -> Path:
    """Where it is kept for this database."""
    return database.with_name(f"{database.name}.reading.json")


def read_shown(database: Path, what: str) -> frozenset[str]:
    """Keys of the items that this list has shown; none when it was never asked.

    Raises:
        MinerError: for a file that cannot be read.
    """
    return frozenset(_read(shown_path(database)).get(_list_name(what), ()))


def keep_shown(database: Path, what: str, keys: Collection[str]) -> None:
    """Remember these items as shown, beside those before; the file is replaced whole, never left half written.

    Raises:
        MinerError: when the folder cannot be written to.
    """
    path = shown_path(database)
    lists = _read(path)
    name = _list_name(what)
    lists[name] = sorted({*lists.get(name, ()), *keys})
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(lists, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise MinerError(f"what was shown cannot be remembered in {path}: {error.strerror}") from error


def _list_name(what: str) -> str:
    return " ".join(what.lower().split())


def _read(path: Path) -> dict[str, list[str]]:
    try:
        lists = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise MinerError(f"{path} cannot be read; remove it to begin anew: {error}") from error
    if not isinstance(lists, dict) or not all(isinstance(keys, list) for keys in lists.values()):
        raise MinerError(f"{path} holds no lists of items; remove it to begin anew")
    return lists
