"""Starter files as JSON lines: read from the package or a folder, written so that equal facts give equal bytes."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from corpus.errors import StoreError
from corpus.ids import content_hash

COMPETITIONS = "competitions.jsonl.gz"
DOCUMENTS = "documents.jsonl.gz"
SOURCES = "sources.jsonl"
NAMES = (COMPETITIONS, DOCUMENTS, SOURCES)
LARGEST_BYTES = 600_000_000  # of one file, unpacked: a hundred times what ships
GZIP_FORMAT = 31  # zlib's number for a gzip header and trailer

STARTER_NAME = "starter"  # the line of SOURCES that speaks of the facts themselves

Row = dict[str, Any]


def shipped() -> Traversable:
    """The folder of the files that ship with the package."""
    return resources.files("corpus.starter")


def read_rows(folder: Traversable, name: str) -> list[Row]:
    """The rows of one file, in file order; empty where the file is missing.

    Raises:
        StoreError: the file is damaged, or grows beyond LARGEST_BYTES.
    """
    file = folder / name
    if not file.is_file():
        return []
    raw = file.read_bytes()
    try:
        text = (_unpacked(raw) if name.endswith(".gz") else raw).decode("utf-8")
        # One call for all lines is several times faster than one call each; inside a string a line feed is escaped.
        return list(json.loads("[" + text.rstrip("\n").replace("\n", ",") + "]"))
    except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
        raise StoreError(f"starter facts: {name} is damaged ({error}); get the file or the package again") from error


def write_rows(folder: Path, name: str, rows: Iterable[Row]) -> Path:
    """The file written: one row a line, keys and lines sorted, no time stamp inside the compression."""
    lines = sorted(json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows)
    raw = "".join(f"{line}\n" for line in lines).encode()
    path = folder / name
    path.write_bytes(gzip.compress(raw, 9, mtime=0) if name.endswith(".gz") else raw)
    return path


def _unpacked(raw: bytes) -> bytes:
    """The content of a gzip file, refused where it is cut off or would fill the memory."""
    unpacker = zlib.decompressobj(GZIP_FORMAT)
    content = unpacker.decompress(raw, LARGEST_BYTES)
    if not unpacker.eof:
        raise ValueError("it is cut off" if not unpacker.unconsumed_tail else f"it holds over {LARGEST_BYTES:,} bytes")
    return content


def made_on_of(folder: Traversable) -> str:
    """The day the facts were made, YYYY-MM-DD, so that newer ones are known as such; "" where the files do not say."""
    own = next((row for row in read_rows(folder, SOURCES) if row.get("name") == STARTER_NAME), {})
    return str(own.get("made_on", ""))


def version_of(folder: Traversable) -> str:
    """A short hash of the files' bytes, or "none" where there are no files."""
    present = [folder / name for name in NAMES if (folder / name).is_file()]
    if not present:
        return "none"
    return content_hash(b"".join(file.read_bytes() for file in present))[:12]
