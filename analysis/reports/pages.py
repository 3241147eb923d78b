"""One file of the site: where it stands, what it was made from, and its text, which is made only when asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import metadata, resources

PROGRAM = "analysis.reports"
DRAWN_WITH = ("jinja2", "altair", "vl-convert-python")  # another version of these may write another text
DIGEST_BYTES = 12


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How the site is made."""

    generated_on: date | None = None  # None: no such date is shown
    publish: bool = False  # quotes cut to 25 words, and only with author and link


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site; two with equal path and `made_from` have equal text."""

    path: str  # from the site's root, with "/"
    made_from: str  # digest of the rows, options and program behind the text
    pieces: Callable[[], Iterable[str]]  # the text, made anew at each call


def digest_of(*parts: object) -> str:
    """24 hex digits of the parts as Python writes them; dates, numbers, text and frozen records are written alike.

    >>> digest_of("a", 1) == digest_of("a", 1), digest_of("a", 1) == digest_of("a", "1")
    (True, False)
    """
    text = repr(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).hexdigest()


@cache
def program_digest() -> str:
    """Digest of everything that turns rows into text: this package's code, templates, styles, and what draws charts."""
    found = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for name in DRAWN_WITH:
        found.update(f"{name} {metadata.version(name)}\n".encode())
    folder = resources.files(PROGRAM)
    files = [*folder.iterdir(), *(folder / "templates").iterdir()]
    for file in sorted(files, key=lambda one: one.name):
        if file.is_file() and not file.name.endswith(".pyc"):
            found.update(f"{file.name}\n".encode())
            found.update(file.read_bytes())
    return found.hexdigest()
