"""Local files and folders, with or without manifests.

A folder may hold `documents.jsonl` (facts of the files at `documents/<doc_id>.<format>`, or at each line's `path`),
`competitions.jsonl`, and solution indexes (.jsonl whose lines have `slug` and `solutions`).
Each of these may also be named alone.
Every other file with a suffix that is read is a loose document; so is a file that is named alone, even where a manifest
lists it. Hidden entries and links inside a folder are skipped, other suffixes ignored.
What is wrong with one file or line costs that file or line: it comes out as a Failure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import UsageError
from corpus.ids import content_hash
from corpus.records import Competition, Document, Failure, RawDocument, SolutionLink
from miner.sources.files import READ_SUFFIXES, Met, read_bytes
from miner.sources.lists import ListKind, kind_of_list, read_list
from miner.sources.loose import describe_loose
from miner.sources.manifests import format_of_file

NAME = "folder"
FolderItem = Competition | SolutionLink | tuple[Document, RawDocument] | Failure
_NEVER = frozenset({"__pycache__", "node_modules", "site-packages"})
_STANDARD = {"competitions.jsonl": ListKind.COMPETITIONS, "documents.jsonl": ListKind.DOCUMENTS}
_ORDER = (ListKind.COMPETITIONS, ListKind.SOLUTIONS, ListKind.DOCUMENTS)


def read_folder(paths: Sequence[Path]) -> Iterator[FolderItem]:
    """Everything below these files and folders: competitions, solution links, documents with their bytes, failures.

    The order is that of the paths and, within one, of the sorted names; a competition comes before what refers to it,
    an original before its near copies. A file that is reached twice comes once. Bytes are read one document at a time.

    Raises:
        UsageError: at once, when no path is given or one does not exist.
    """
    if not paths:
        raise UsageError(f"no path given: name files ({READ_SUFFIXES}) or folders of them")
    if missing := [str(path) for path in paths if not path.exists()]:
        raise UsageError(f"no such file or folder: {', '.join(missing)}")
    return _read_paths(paths)


def _read_paths(paths: Sequence[Path]) -> Iterator[FolderItem]:
    met = Met()
    for path in paths:
        if path.is_dir():
            yield from _read_top(path, met)
        elif path.suffix == ".jsonl":
            yield from _read_named_list(path, met)
        elif format_of_file(path.name):
            yield from _read_loose(path, met, ())
        else:
            yield Failure(str(path), "add", "", f"not a kind of file that is read: {READ_SUFFIXES} .jsonl")


def _read_top(folder: Path, met: Met) -> Iterator[FolderItem]:
    """A folder that the user named: that it holds nothing is a failure, unless all of it came out before."""
    n_items = 0
    for item in _read_directory(folder, met, ()):
        n_items += 1
        yield item
    top = folder.resolve()
    if not n_items and not any(path.is_file() and path.is_relative_to(top) for path in met.paths):
        yield Failure(str(folder), "add", "", f"holds no file that is read ({READ_SUFFIXES}) and no manifest")


def _read_directory(folder: Path, met: Met, known: tuple[Competition, ...]) -> Iterator[FolderItem]:
    """One folder and all below it; `known` are the competitions of the nearest competitions.jsonl above."""
    if not met.is_new(folder):
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Failure(str(folder), "add", "", f"cannot be listed: {error.strerror or error}")
        return
    entries = [e for e in entries if not (e.name.startswith(".") or e.name in _NEVER or e.is_symlink())]
    own = []
    for path, kind in _lists([Path(entry.path) for entry in entries]):
        for item in read_list(path, kind, met) if met.is_new(path) else ():
            if isinstance(item, Competition) and kind is ListKind.COMPETITIONS:
                own.append(item)
            yield item
    known = tuple(own) or known
    for entry in entries:
        if entry.is_dir():
            yield from _read_directory(Path(entry.path), met, known)
        elif format_of_file(entry.name):
            yield from _read_loose(Path(entry.path), met, known)


def _lists(paths: list[Path]) -> list[tuple[Path, ListKind]]:
    """The lists among a folder's entries, competitions first; of other .jsonl files only the solution indexes."""
    found = []
    for path in paths:
        if path.suffix == ".jsonl" and path.is_file():
            kind = _STANDARD.get(path.name) or kind_of_list(path)
            if path.name in _STANDARD or kind is ListKind.SOLUTIONS:
                found.append((path, kind or ListKind.SOLUTIONS))
    return sorted(found, key=lambda pair: _ORDER.index(pair[1]))


def _read_named_list(path: Path, met: Met) -> Iterator[FolderItem]:
    kind = kind_of_list(path)
    if kind is None:
        reason = "its lines are neither documents, competitions nor a solution index; `miner correct --from` takes in"
        yield Failure(str(path), "add", "", f"{reason} corrections")
    elif met.is_new(path):
        yield from read_list(path, kind, met)


def _read_loose(path: Path, met: Met, known: tuple[Competition, ...]) -> Iterator[FolderItem]:
    """A file that no manifest lists."""
    if not met.is_new(path):
        return
    content = read_bytes(path, str(path))
    if isinstance(content, Failure):
        yield content
        return
    document = describe_loose(path, content, _competition_of(path, known))
    yield document, RawDocument(document.id, content, content_hash(content))


def _competition_of(path: Path, known: tuple[Competition, ...]) -> str | None:
    """The competition whose slug is a folder on the way, the nearest first; else the only one that is known."""
    by_slug = {competition.slug: competition.id for competition in known}
    for part in reversed(path.parent.parts):
        if part in by_slug:
            return by_slug[part]
    return known[0].id if len(known) == 1 else None
