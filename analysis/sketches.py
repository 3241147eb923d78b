"""Blocks -> sketch: what a document is known by when somebody copies it; pure, the same on every machine.

A sketch holds the runs of five words in a row that a document contains, as hashes. A notebook or script is known by the
tokens of its code, without comments, Markdown cells and outputs: a fork keeps the code and rewrites the talk, and a
template's talk stands above code that has nothing in common. Where there is too little code to tell one from another
(a stub that a competition asks for), all of the notebook counts. Other documents are known by all their words.

Bands (MinHash) find the few documents worth comparing; how alike two are is then counted on the runs themselves
(`corpus.copies`). Of documents with many runs a sample is kept: those whose hash is small.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Sequence

from corpus.records import Block, BlockKind, Document, DocumentKind, Sketch

SKETCH = "1"  # raised whenever the same blocks may give another sketch
RUN = 5  # words or tokens; four match by chance in code of one library, of seven few survive a changed parameter
LEAST_CODE = 200  # runs, some thirty lines
LEAST_TEXT = 100  # runs
MOST_RUNS = 4096  # kept per document, 16 kB; a sample of half of that is off by less than 0.01
MOST_CHARACTERS = 1_000_000  # read of one document; what comes after is data
N_BANDS, N_ROWS = (
    25,
    5,
)  # two documents with 0.7 of their runs in common meet in a band in 99 of 100 cases, with 0.8 always
SEED = 1
HASH_BITS = 32

PROGRAMS = frozenset({DocumentKind.NOTEBOOK, DocumentKind.SCRIPT})
CODE_BLOCKS = frozenset({BlockKind.CODE, BlockKind.CODE_CELL})
COMMENT = re.compile(r"^[^\S\n]*#.*$", re.MULTILINE)
TOKEN = re.compile(r"\w+|[^\w\s]")
WORD = re.compile(r"\w+")


def sketch_stamp() -> str:
    """What sketches are made with: a change of rule, or of the library's hashes, makes them anew."""
    from rensa import RMinHash

    return f"sketch-{SKETCH}.{RMinHash.ALGORITHM_VERSION}"


def make_sketch(document: Document, blocks: Sequence[Block]) -> Sketch | None:
    """The sketch of one version of a document, or None where it has too few words to be told from others."""
    if document.kind in PROGRAMS:
        code = _runs(TOKEN.findall(COMMENT.sub("", _text(b for b in blocks if b.kind in CODE_BLOCKS))))
        if len(code) >= LEAST_CODE:
            return _sketch("code", code)
    words = _runs(WORD.findall(_text(blocks).casefold()))
    if len(words) < LEAST_TEXT:
        return None
    return _sketch("notebook" if document.kind in PROGRAMS else "text", words)


def _text(blocks: Iterable[Block]) -> str:
    """The blocks' text, one below the other, as far as it is read."""
    parts, left = [], MOST_CHARACTERS
    for block in blocks:
        if left <= 0:
            break
        parts.append(block.text[:left])
        left -= len(block.text)
    return "\n".join(parts)


def _runs(words: Sequence[str]) -> set[str]:
    """Every RUN words in a row.

    >>> sorted(_runs("a b c d e f".split()))[0].split(chr(31))
    ['a', 'b', 'c', 'd', 'e']
    """
    return set(map("\x1f".join, zip(*(words[start:] for start in range(RUN)), strict=False)))


def _sketch(content: str, runs: set[str]) -> Sketch:
    from rensa import RMinHash

    signature = RMinHash(N_BANDS * N_ROWS, SEED)
    signature.update(runs)
    whole = (1 << HASH_BITS) - 1
    values = {value & whole for value in RMinHash.hash_token_sets([runs])[0]}
    level = 0
    while len(values) > MOST_RUNS:
        level += 1
        below = 1 << HASH_BITS >> level
        values = {value for value in values if value < below}
    kept = sorted(values)
    return Sketch(content, level, struct.pack(f"<{len(kept)}I", *kept), _bands(content, signature.digest()))


def _bands(content: str, digest: Sequence[int]) -> tuple[int, ...]:
    """One number for each N_ROWS values of the signature; equal ones only from the same place and kind of content."""
    bands = []
    for place in range(N_BANDS):
        rows = digest[place * N_ROWS : (place + 1) * N_ROWS]
        key = struct.pack(f"<{N_ROWS + 1}I", place, *rows) + content.encode()
        bands.append(int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little", signed=True))
    return tuple(bands)
