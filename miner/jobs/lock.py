"""One at a time per file, a refresh of a database for one: a lock that ends with its process, however that ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from corpus.errors import BusyError, StoreError
from corpus.store import MEMORY

SECONDS_BETWEEN_TRIES = 0.05
LOCKED_BYTE = 1 << 30  # where Windows locks: beyond the text, so that others can read since when


@contextmanager
def one_at_a_time(path: Path, now: datetime, *, wait_s: float = 0.0) -> Iterator[None]:
    """Holds the lock beside the database, or another file, while the block runs.

    The lock is the operating system's, on `FILE.lock`; the file stays, and says nothing by being there.

    Args:
        path: the database.
        now: told to those who are kept out.
        wait_s: how long to wait for another process to end; 0: not at all.

    Raises:
        BusyError: when another process holds it; its text says since when.
        StoreError: when the file cannot be made.
    """
    if str(path) == MEMORY:
        yield
        return
    with _open(path.with_name(f"{path.name}.lock")) as file:
        if not _try_lock_for(file, wait_s):
            since = file.read(100).decode("ascii", "replace").strip() or "a moment ago"
            waited = f"; waited {wait_s:.0f} s for it, try again when it has ended" if wait_s else ""
            raise BusyError(f"already running since {since} on {path}{waited}")
        try:
            file.seek(0)
            file.truncate(0)
            file.write(f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode("ascii"))
            file.flush()
            yield
        finally:
            _unlock(file)


def _open(path: Path) -> BinaryIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
    except OSError as error:
        raise StoreError(f"{path} cannot be made ({error.strerror}); check the permissions of its folder") from error


def _try_lock_for(file: BinaryIO, wait_s: float) -> bool:
    """Whether the lock was got, at once or while waiting."""
    until = time.monotonic() + wait_s
    while not _try_lock(file):
        if time.monotonic() >= until:
            return False
        time.sleep(SECONDS_BETWEEN_TRIES)
    return True


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
