"""One refresh at a time per database: a lock that ends with its process, however that ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from corpus.errors import BusyError
from corpus.store import MEMORY

LOCKED_BYTE = 1 << 30  # where Windows locks: beyond the text, so that others can read since when


@contextmanager
def one_at_a_time(db_path: Path, now: datetime) -> Iterator[None]:
    """Holds the lock beside the database while the block runs.

    The lock is the operating system's, on `FILE.lock`; the file stays, and says nothing by being there.

    Raises:
        BusyError: when another process holds it; its text says since when.
    """
    if str(db_path) == MEMORY:
        yield
        return
    path = db_path.with_name(f"{db_path.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
        if not _try_lock(file):
            since = file.read(100).decode("ascii", "replace").strip() or "a moment ago"
            raise BusyError(f"already running since {since} on {db_path}")
        try:
            file.truncate(0)
            file.write(f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode("ascii"))
            file.flush()
            yield
        finally:
            _unlock(file)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        file.seek(LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

    def _unlock(file: BinaryIO) -> None:
        file.seek(LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
