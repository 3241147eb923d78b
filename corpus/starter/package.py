"""Facts from elsewhere: a folder or a zip file with the files that also ship, checked before any of it is believed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path

from corpus.errors import StoreError, UsageError
from corpus.starter.checks import problem_of
from corpus.starter.files import COMPETITIONS, DOCUMENTS, NAMES, read_rows

LARGEST_PACKED = 200_000_000  # bytes of one file inside a zip
MOST_ENTRIES = 1_000


def is_package(path: Path) -> bool:
    """Whether a path is a folder or a zip file that holds facts; anything else is for other readers."""
    if path.is_dir():
        return (path / COMPETITIONS).is_file() and (path / DOCUMENTS).is_file()
    return path.suffix.lower() == ".zip" and path.is_file()


@contextmanager
def open_package(path: Path) -> Iterator[Traversable]:
    """The folder with the files, each row checked.

    Raises:
        UsageError: a zip file that holds no facts.
        StoreError: a damaged file, or the first row that is not what it should be.
    """
    if path.is_dir():
        check_package(path)
        yield path
        return
    try:
        with zipfile.ZipFile(path) as archive:
            inside = _root(archive, path)
            check_package(inside)
            yield inside
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # the last: it asks for a password
        raise StoreError(f"{path} cannot be unpacked ({error}); get the file again") from error


def check_package(folder: Traversable) -> None:
    """Raises StoreError at the first row that cannot be loaded as it is."""
    competitions = read_rows(folder, COMPETITIONS)
    known = {f"{row.get('platform')}/{row.get('slug')}" for row in competitions if isinstance(row, dict)}
    for name, rows in ((COMPETITIONS, competitions), (DOCUMENTS, read_rows(folder, DOCUMENTS))):
        for number, row in enumerate(rows, 1):
            problem = problem_of(name, row, known)
            if problem:
                raise StoreError(f"facts: {name}, line {number}: {problem}; nothing was taken")


def _root(archive: zipfile.ZipFile, path: Path) -> zipfile.Path:
    """The folder inside the archive that holds the facts: its own root, or one folder in it."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or any(entry.file_size > LARGEST_PACKED for entry in entries):
        raise StoreError(f"{path} is larger than facts are ({len(entries):,} files); nothing was taken")
    places = sorted((entry.filename for entry in entries if entry.filename.endswith(DOCUMENTS)), key=len)
    if not places or places[0].count("/") > 1:
        raise UsageError(
            f"{path} holds no facts: {', '.join(NAMES)} are looked for. Unpack documents before adding them"
        )
    return zipfile.Path(archive, places[0].removesuffix(DOCUMENTS))
