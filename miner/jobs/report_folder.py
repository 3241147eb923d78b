"""The report's folder: which pages are as they should be, and a list of what was written.

The list, `report-files.json`, has for each file that a report wrote the digest of what it was made from and the digest
of what was written. A file is left alone when both are what they would be now; so a file that someone changed, or that
an interrupted report left half way, is written anew. Where the list is missing, not ours or broken, everything is.

Only what stands in the list unchanged is ever removed. A page of ours that is in no list, as reports before there was
one left them, or that someone changed, is told of and kept: whether it holds somebody's notes cannot be seen from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.reports.pages import DIGEST_BYTES, Page

LIST = "report-files.json"
MADE_BY = "solution-miner report"
FORMAT = 1
KEEP_EVERY = 500  # files written after which the list is written too: what an interrupted report made is not lost
_OURS = re.compile(r"(?:[a-z]+/)?[a-z0-9-]+\.(?:html|css|js|csv|md)")
_MARK = b'<meta name="generator" content="solution-miner">'  # in the head of every page that we make
_HEAD_BYTES = 1000
_DIGEST = re.compile(r"[0-9a-f]{24}")

Written = dict[str, tuple[str, str]]  # path in the folder -> digest of what it was made from, digest of its bytes


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """What became of a report's folder."""

    front: Path  # the first page
    n_pages: int  # HTML pages of the report
    n_pages_made: int  # of these, those that had to be rendered
    n_files: int  # all files: pages, tables as CSV, style, search
    n_files_made: int
    n_removed: int  # files that only an earlier report had
    leftovers: tuple[str, ...]  # pages of earlier reports that were kept, as paths in the folder


class ReportFolder:
    """One folder that reports are written into; nothing in it but what a report wrote is touched."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.inputs, self._known = _read(out / LIST)
        self._now: Written = {}
        self._made: list[str] = []
        self._n_unsaved = 0

    def is_made_from(self, inputs: str) -> bool:
        """Whether the whole report was made from these inputs and every file is as it was written."""
        return bool(inputs) and self.inputs == inputs and all(self._is_intact(path) for path in self._known)

    def put(self, page: Page) -> bool:
        """Bring one file up to date; whether it had to be rendered."""
        known = self._known.get(page.path)
        if known is not None and known[0] == page.made_from and self._is_intact(page.path):
            self._now[page.path] = known
            return False
        self._now[page.path] = (page.made_from, self._write(page))
        self._made.append(page.path)
        self._n_unsaved += 1
        if self._n_unsaved >= KEEP_EVERY:
            self.save()
        return True

    def finish(self, inputs: str) -> int:
        """Remove what only an earlier report had, and keep the list; how many files were removed.

        Args:
            inputs: says what all of it was made from.
        """
        gone = [path for path in self._known.keys() - self._now.keys() if self._is_intact(path)]
        for path in gone:
            (self.out / path).unlink()
        self._known, self.inputs = {}, inputs
        self.save()
        return len(gone)

    def told(self, front: str, n_removed: int = 0) -> ReportWritten:
        """What became of the folder; before the first `put`, of one that is as it should be."""
        files = self._now or self._known
        return ReportWritten(
            front=self.out / front,
            n_pages=_n_pages(files),
            n_pages_made=_n_pages(self._made),
            n_files=len(files),
            n_files_made=len(self._made),
            n_removed=n_removed,
            leftovers=tuple(self._leftovers(files)),
        )

    def _leftovers(self, files: Written) -> Iterator[str]:
        """Pages that bear our mark and are none of these files."""
        for file in sorted([*self.out.glob("*.html"), *self.out.glob("*/*.html")]):
            path = file.relative_to(self.out).as_posix()
            if path not in files and _OURS.fullmatch(path) and not file.is_symlink() and _is_marked(file):
                yield path

    def save(self) -> None:
        """Write the list as far as it is known: of files not come to yet it says what the list before said."""
        files = self._known | self._now
        told = {"made_by": MADE_BY, "format": FORMAT, "inputs": self.inputs if not self._known else ""}
        text = json.dumps(told | {"files": dict(sorted(files.items()))}, indent=0, ensure_ascii=True)
        _replace(self.out / LIST, [text])
        self._n_unsaved = 0

    def _is_intact(self, path: str) -> bool:
        file = self.out / path
        return file.is_file() and not file.is_symlink() and _digest(file) == self._known[path][1]

    def _write(self, page: Page) -> str:
        """The digest of the page's bytes, which stand in the folder; a file that has them already keeps its date."""
        file = self.out / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        return _replace(file, page.pieces())


def _replace(file: Path, pieces: Iterable[str]) -> str:
    """Write a file whole or not at all; the digest of its bytes."""
    part, found = file.with_name(f".{file.name}.part"), hashlib.blake2b(digest_size=DIGEST_BYTES)
    with part.open("wb") as stream:
        for piece in pieces:
            content = piece.encode("utf-8")
            found.update(content)
            stream.write(content)
    if file.is_file() and _digest(file) == found.hexdigest():
        part.unlink()
    else:
        os.replace(part, file)
    return found.hexdigest()


def _n_pages(paths: Iterable[str]) -> int:
    return sum(path.endswith(".html") for path in paths)


def _is_marked(file: Path) -> bool:
    with file.open("rb") as stream:
        return _MARK in stream.read(_HEAD_BYTES)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=DIGEST_BYTES)).hexdigest()


def _read(path: Path) -> tuple[str, Written]:
    """Inputs and files of the list; none where it is missing, of another program or format, or broken."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return "", {}
    if not isinstance(found, dict) or (found.get("made_by"), found.get("format")) != (MADE_BY, FORMAT):
        return "", {}
    files, inputs = found.get("files"), found.get("inputs")
    if not isinstance(files, dict) or not isinstance(inputs, str):
        return "", {}
    written: Written = {}
    for name, digests in files.items():
        is_ours = _OURS.fullmatch(name) and isinstance(digests, list) and len(digests) == 2
        if not is_ours or not all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in digests):
            return "", {}  # a list that names other files than ours is not to be followed
        written[name] = (digests[0], digests[1])
    return inputs, written
