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
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from analysis.plain_words import WordReader
from corpus.records import Block, BlockKind, Document, DocumentKind, Sketch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Unsigned = TypeVar("Unsigned", bound="np.unsignedinteger")

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
COMMENT = re.compile(r"\n[^\S\n]*#[^\n]*")
TOKEN = re.compile(r"\w+|[^\w\s]")
PLAIN_TOKEN = re.compile(TOKEN.pattern, re.ASCII)  # the same for plain text, and quicker
WORDS = WordReader(r"\w")


def sketch_stamp() -> str:
    """What sketches are made with: a change of rule, or of the library's hashes, makes them anew."""
    from rensa import RMinHash

    return f"sketch-{SKETCH}.{RMinHash.ALGORITHM_VERSION}"


def make_sketch(document: Document, blocks: Sequence[Block]) -> Sketch | None:
    """The sketch of one version of a document, or None where it has too few words to be told from others."""
    if document.kind in PROGRAMS:
        code = _hashes(_tokens(b for b in blocks if b.kind in CODE_BLOCKS))
        if len(code) >= LEAST_CODE:
            return _sketch("code", code)
    text = "\n".join(_texts(blocks))
    words = _hashes(WORDS.read(text) if text.isascii() else WORDS.read(text.casefold()))
    if len(words) < LEAST_TEXT:
        return None
    return _sketch("notebook" if document.kind in PROGRAMS else "text", words)


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    """The blocks' texts, as far as they are read."""
    left = MOST_CHARACTERS
    for block in blocks:
        if left <= 0:
            break
        yield block.text[:left]
        left -= len(block.text)


def _tokens(blocks: Iterable[Block]) -> list[str]:
    """The tokens of code without its lines of comment."""
    tokens: list[str] = []
    for text in _texts(blocks):
        code = COMMENT.sub("\n", "\n" + text)
        tokens += (PLAIN_TOKEN if code.isascii() else TOKEN).findall(code)
    return tokens


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Every RUN words in a row.

    >>> next(_runs("a b c d e f".split())).split(chr(31))
    ['a', 'b', 'c', 'd', 'e']
    """
    return map("\x1f".join, zip(*(words[start:] for start in range(RUN)), strict=False))


def _hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """The hashes of all runs, (n_runs,), each once, rising."""
    import numpy as np
    from rensa import RMinHash

    return _distinct(np.array(RMinHash.hash_token_sets([_runs(words)])[0], dtype=np.uint64))


def _distinct(values: NDArray[Unsigned]) -> NDArray[Unsigned]:
    """Every value once, rising; sorting is quicker here than `np.unique`."""
    import numpy as np

    values.sort()
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


def _sketch(content: str, hashes: NDArray[np.uint64]) -> Sketch:
    from rensa import RMinHash

    rows = RMinHash.digest_matrix_from_flat_token_hashes(hashes, [0, len(hashes)], N_BANDS * N_ROWS, SEED)
    kept = _distinct(hashes.astype("uint32"))  # the lower half
    level = 0
    while len(kept) > MOST_RUNS:
        level += 1
        kept = kept[: kept.searchsorted(1 << HASH_BITS >> level)]
    return Sketch(content, level, kept.astype("<u4").tobytes(), _bands(content, rows.to_rows()[0]))


def _bands(content: str, digest: Sequence[int]) -> tuple[int, ...]:
    """One number for each N_ROWS values of the signature; equal ones only from the same place and kind of content."""
    bands = []
    for place in range(N_BANDS):
        rows = digest[place * N_ROWS : (place + 1) * N_ROWS]
        key = struct.pack(f"<{N_ROWS + 1}I", place, *rows) + content.encode()
        bands.append(int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little", signed=True))
    return tuple(bands)
