"""How fast documents are analysed, as ratios in one run: against spaCy's tokeniser and against `ast.parse`.

    python benchmarks/bench_analysis.py [--data ../shared/data/corpus]

Prints seconds of one core without start-up, the two ratios, and the peak memory. Absolute seconds depend on the
machine; the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import ast
import json
import resource
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import spacy

from analysis.document import analyse_document
from corpus.catalogue import load_catalogue
from corpus.records import Document, RawDocument
from miner.sources.folder import read_folder

Item = tuple[Document, RawDocument]


def timed(work: Callable[[Item], object], items: Iterable[Item]) -> float:
    """CPU seconds of the work over all items."""
    started = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - started


def parse_cells(item: Item) -> None:
    """`ast.parse` of every code cell that parses as it is."""
    try:
        cells = json.loads(item[1].content).get("cells", [])
    except ValueError:
        return
    for cell in cells:
        if cell.get("cell_type") == "code":
            try:
                ast.parse("".join(cell.get("source") or []))
            except (SyntaxError, ValueError):
                continue  # magics: the figure is a lower bound of what parsing everything costs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/corpus"))
    warnings.simplefilter("ignore", SyntaxWarning)
    catalogue = load_catalogue()
    items = [item for item in read_folder([parser.parse_args().data]) if isinstance(item, tuple)]
    prose = [item for item in items if item[0].format == "md"]
    notebooks = [item for item in items if item[0].format == "ipynb"]
    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    for item in (prose[0], notebooks[0]):
        analyse_document(*item, catalogue)  # start-up aside
    rows = (
        ("Markdown", prose, "spaCy's tokeniser", lambda item: nlp.make_doc(item[1].content.decode("utf-8", "replace"))),
        ("notebooks", notebooks, "ast.parse of all code cells", parse_cells),
    )
    for name, some, against, yardstick in rows:
        size_mb = sum(len(raw.content) for _, raw in some) / 1e6
        ours = timed(lambda item: analyse_document(*item, catalogue), some)
        theirs = timed(yardstick, some)
        print(f"{name}: {len(some)} documents, {size_mb:.1f} MB, {ours:.1f} s; {against} {theirs:.1f} s")
        print(f"  ratio {ours / theirs:.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
