"""Every error that this product raises on purpose has one root.

MinerError
├── ReadError        a document's bytes cannot be read as what they claim to be
├── ManifestError    a line of a manifest cannot be used
├── CatalogueError   the shipped catalogue breaks one of its own rules
├── StoreError       the database cannot be opened, is newer than the program, or fails its checks
│   ├── DiskFullError  there is no room left for it
│   └── KeptIndexError  what was kept of the index of competitions is damaged, or of another state
├── NotKnownError    a question names something the corpus does not hold
├── UsageError       the request itself cannot be met as asked
└── BusyError        another run is doing this already
"""

from __future__ import annotations


class MinerError(Exception):
    """Root of the tree; its text says what is wrong and, where there is one, what to do next."""


class ReadError(MinerError):
    """A document that cannot be read; costs that document only.

    Attributes:
        item: the document's name or path.
        where: place inside it ("cell 3", "byte 812"), or "" for the whole.
        reason: what is wrong, in one sentence.
    """

    def __init__(self, item: str, where: str, reason: str) -> None:
        self.item, self.where, self.reason = item, where, reason
        super().__init__(f"{item}{f' ({where})' if where else ''}: {reason}")


class ManifestError(MinerError):
    """A line of documents.jsonl or competitions.jsonl that cannot be used; costs that line only."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path}, line {line}: {reason}")


class CatalogueError(MinerError):
    """The architecture catalogue breaks one of its own rules (a bug in its data, never in a document)."""


class StoreError(MinerError):
    """The database cannot be used as it is."""


class DiskFullError(StoreError):
    """There is no room to write; the step was undone, and what was kept before is safe."""


class KeptIndexError(StoreError):
    """The index of competitions as it was kept cannot be used; it can always be made again from the database.

    Attributes:
        is_damaged: whether it is broken; else it is whole, but of another state or another program.
    """

    def __init__(self, reason: str, *, is_damaged: bool = True) -> None:
        self.is_damaged = is_damaged
        super().__init__(reason)


class NotKnownError(MinerError):
    """The corpus holds nothing under the name asked for; `suggestions` are near ones, best first."""

    def __init__(self, what: str, name: str, suggestions: tuple[str, ...] = ()) -> None:
        self.what, self.name, self.suggestions = what, name, suggestions
        hint = f" Did you mean {', '.join(suggestions)}?" if suggestions else ""
        super().__init__(f"no {what} called {name!r} in this corpus.{hint}")


class UsageError(MinerError):
    """The request cannot be met as asked; the text says what would work."""


class BusyError(MinerError):
    """Another process is at this; it ends by itself, and nothing was done meanwhile."""
