"""Reading local files with care: size first, and never outside the folder that a manifest speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from corpus.records import Failure

MAX_DOCUMENT_BYTES = 20_000_000  # the same as the analysis reads; a larger file is not even opened
READ_SUFFIXES = ".ipynb .md .html .py .R .Rmd"


@dataclass(slots=True)
class Met:
    """What one call has met so far, so that nothing comes out twice."""

    paths: set[Path] = field(default_factory=set)  # resolved
    competitions: set[str] = field(default_factory=set)  # ids

    def is_new(self, path: Path) -> bool:
        """Whether this file or folder is met for the first time; from now on it is not."""
        resolved = path.resolve()
        is_new = resolved not in self.paths
        self.paths.add(resolved)
        return is_new


def read_bytes(path: Path, shown: str) -> bytes | Failure:
    """The file's bytes, or why they cannot be had: too many, none, or refused by the system."""
    try:
        size = path.stat().st_size
        if size > MAX_DOCUMENT_BYTES:
            limit = f"{MAX_DOCUMENT_BYTES / 1e6:.0f} MB"
            return Failure(shown, "add", "", f"{size / 1e6:.1f} MB, more than the {limit} that are read")
        content = path.read_bytes() if path.is_file() else None
    except OSError as error:
        return Failure(shown, "add", "", f"cannot be read: {error.strerror or error}")
    if content is None:
        return Failure(shown, "add", "", "not a regular file")
    return content if content.strip() else Failure(shown, "add", "", "the file is empty")


def path_inside(folder: Path, relative: str) -> Path | None:
    """The path below the folder; None when it would lead out of it, by name or through a link."""
    path = folder / relative
    try:
        is_inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a NUL in the name, a loop of links
        return None
    return path if is_inside else None
