"""What finding near copies costs, of documents in a folder or of forks made here.

    python benchmarks/bench_copies.py [--data ../shared/data/corpus] [--forks 2000]

Seconds of processor time: sketches of all documents, settling all at once, settling when nothing has changed, and when
one document has. Forks are sketches alone: one template, each fork with a twentieth of its runs changed.
"""

from __future__ import annotations

import argparse
import random
import resource
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from analysis.blocks import read_blocks
from analysis.sketches import N_BANDS, make_sketch
from corpus.errors import ReadError
from corpus.ids import content_hash, document_id
from corpus.records import Document, DocumentAnalysis, DocumentKind, RawDocument, Sketch
from corpus.store import MEMORY, Store
from miner.jobs.add import add_paths


def timed(what: str, work: Callable[[], object]) -> None:
    """Run it and print what it took."""
    started = time.process_time()
    work()
    print(f"  {what}: {time.process_time() - started:.2f} s")


def settle(store: Store, changed: Document) -> None:
    """Settle a full store three times."""
    timed("settle all", store.settle_copies)
    timed("settle when nothing has changed", store.settle_copies)
    store.save_document(replace(changed, published_on=date(2025, 1, 1)), None)
    timed("settle when one has a new date", store.settle_copies)
    n_copies = store.execute("SELECT count(*) FROM v_copies WHERE copy_how = 'near'")[0][0]
    print(f"  {n_copies} near copies")


def measure_folder(data: Path) -> None:
    """Every document of a folder."""
    with Store.open(Path(MEMORY)) as store:
        add_paths(store, [data])
        items, sketches = list(store.stale_documents("none")), []
        blocks = []
        for document, raw in items:
            try:
                blocks.append((document, raw, read_blocks(document, raw)))
            except ReadError as error:
                print(f"  passed over: {error}")
        print(f"{data.name}: {len(blocks)} documents")
        timed("sketches", lambda: sketches.extend(make_sketch(document, found) for document, _, found in blocks))
        with store.bulk():
            for (document, raw, _), sketch in zip(blocks, sketches, strict=True):
                analysis = DocumentAnalysis(document.id, raw.content_hash, "bench", (), (), sketch=sketch)
                store.replace_analysis(analysis)
        settle(store, blocks[0][0])


def measure_forks(n_forks: int) -> None:
    """One template and its forks."""
    chance = random.Random(1)
    template = [chance.getrandbits(32) for _ in range(2000)]
    with Store.open(Path(MEMORY)) as store, store.bulk():
        for number in range(n_forks + 1):
            kept = chance.sample(template, 1900) if number else template
            runs = sorted({*kept, *(chance.getrandbits(32) for _ in range(2000 - len(kept)))})
            bands = tuple(place if chance.random() < 0.77 else chance.getrandbits(62) for place in range(N_BANDS))
            name = f"fork-{number:05}"
            document = Document(
                document_id(None, name), name, DocumentKind.NOTEBOOK, "ipynb", published_on=date(2024, 1, 1)
            )
            raw = RawDocument(document.id, name.encode(), content_hash(name.encode()))
            store.save_document(document, raw)
            sketch = Sketch("code", 0, struct.pack(f"<{len(runs)}I", *runs), bands)
            store.replace_analysis(DocumentAnalysis(document.id, raw.content_hash, "bench", (), (), sketch=sketch))
        print(f"one template, {n_forks} forks")
        settle(store, document)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/corpus"))
    parser.add_argument("--forks", type=int, default=2000)
    arguments = parser.parse_args()
    if arguments.data.exists():
        measure_folder(arguments.data)
    measure_forks(arguments.forks)
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
