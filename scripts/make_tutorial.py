"""Write docs/tutorial.ipynb: its cells stand here, their outputs are what they give on the starter facts.

python scripts/make_tutorial.py            writes docs/tutorial.ipynb
python scripts/make_tutorial.py --check    exit 1 when it would change
"""

# ruff: noqa: E501 - the cells stand as they are read in the notebook

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "tutorial.ipynb"
RUN_AT = re.compile(r"last run \d{4}-\d\d-\d\d \d\d:\d\d UTC")  # the one thing that differs from day to day
CELLS = (
    ("markdown", "# From a competition to a first architecture\n\n"
     "Day one of a competition about animal calls in long recordings: which architectures won in competitions like it,\n"
     "why were they chosen, and where can one read more? Everything here runs on the facts that ship with the program."),
    ("code", "import tempfile\nfrom pathlib import Path\n\nfrom miner import Corpus\n\n"
     'corpus = Corpus(Path(tempfile.mkdtemp()) / "tutorial.db")  # Corpus() opens the one of the command line'),
    ("markdown", "## What was like it?\n\nEach score shows its parts: what the two have in common."),
    ("code", 'corpus.similar("bird and frog calls in long field recordings", limit=3)'),
    ("markdown", "## What wins there?\n\nA share is of documented solutions of rank 10 or better. Read it with its\n"
     "interval, and with the note that says how many of the top places are documented at all."),
    ("code", 'winners = corpus.popularity(task="audio", winners=True, limit=5)\nwinners'),
    ("code", "winners.facts[\"coverage\"]"),
    ("markdown", "## As a DataFrame"),
    ("code", 'winners.to_pandas()[["architecture", "n_solutions", "n_solutions_total"]]'),
    ("markdown", "## Why that one?\n\nReasons for and against stand side by side. The starter facts hold links in place\n"
     "of quotes; documents that you add bring their sentences."),
    ("code", 'corpus.why("EfficientNet", task="audio", limit=1)'),
    ("markdown", "## Its paper and its sizes"),
    ("code", 'corpus.show("tf_efficientnetv2_s.in21k_ft_in1k").facts["paper"]'),
    ("markdown", "## Your own question\n\n`corpus.tables()` lists the views. A query only reads, and is stopped when it\n"
     "takes too long."),
    ("code", 'corpus.sql(\n    """\n    SELECT year, count(DISTINCT solution_id) AS solutions\n    FROM v_solution_architectures\n'
     '    WHERE lineage_name = :name AND status = \'used\' AND platform <> \'example\'\n    GROUP BY year ORDER BY year\n'
     '    """,\n    param={"name": "EfficientNet"},\n)'),
    ("markdown", "## Your own documents\n\nFiles and folders come in by `add`, and `analyse` reads what they say; `progress=True` shows how\n"
     "far it is. Doing either twice changes nothing."),
    ("code", 'note = Path(tempfile.mkdtemp()) / "night-calls.md"\nnote.write_text(\n    """# Calls of frogs at night\n\n'
     'We used tf_efficientnet_b0_ns as the backbone of an SED head, because it is fast enough for two hours of CPU.\n'
     'We also tried ConvNeXt, but it overfitted.\n""",\n    encoding="utf-8",\n)\ncorpus.add(note)'),
    ("code", "corpus.analyse()"),
    ("code", 'claims = corpus.export("claims", format="csv").to_pandas()\nclaims = claims[claims["doc_id"].str.startswith("night-calls")]\nclaims[["family", "status", "variants"]].reset_index(drop=True)'),
    ("markdown", "## What to read\n\n`new=True` shows only what it has not shown before for this list. Ask again after a refresh."),
    ("code", 'corpus.reading_list("audio/classification", kinds={"paper": 1, "writeup": 2}, new=True)'),
    ("code", 'len(corpus.reading_list("audio/classification", kinds={"paper": 1, "writeup": 2}, new=True))'),
    ("markdown", "## To take away\n\nThe report is a static site; an export is a file for other programs."),
    ("code", 'folder = Path(tempfile.mkdtemp())\nfront_page = corpus.report(out=folder / "report")\n'
     'table = corpus.export("competitions", out=folder / "audio.csv", format="csv", task="audio")\n'
     'front_page.name, table.name'),
    ("code", "corpus.close()"),
)  # fmt: skip


def make_notebook() -> dict[str, object]:
    """The notebook (nbformat 4.5) with its outputs, all cells run in one fresh namespace."""
    space: dict[str, object] = {}
    cells: list[dict[str, object]] = []
    n_run = 0
    for position, (kind, source) in enumerate(CELLS):
        cell: dict[str, object] = {"cell_type": kind, "id": f"cell-{position}", "metadata": {}, "source": source}
        if kind == "code":
            n_run += 1
            cell |= {"execution_count": n_run, "outputs": run_cell(source, space, n_run)}
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def run_cell(source: str, space: dict[str, object], n_run: int) -> list[dict[str, object]]:
    """The cell's output: of its last line, if that is an expression, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)  # noqa: S102 - the cells above
    if not isinstance(last, ast.Expr):
        return []
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)  # noqa: S307 - the cells above
    if value is None:
        return []
    data = {"text/plain": repr(value)}
    for kind, method in (("text/html", "_repr_html_"), ("text/markdown", "_repr_markdown_")):
        if hasattr(value, method):
            data[kind] = RUN_AT.sub("last run 2026-11-25 12:00 UTC", getattr(value, method)())
    return [{"data": data, "execution_count": n_run, "metadata": {}, "output_type": "execute_result"}]


def main() -> int:
    """Write the notebook, or compare it."""
    parser = argparse.ArgumentParser(description="Write docs/tutorial.ipynb with the outputs of its cells.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when it is out of date")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        text = json.dumps(make_notebook(), ensure_ascii=False, indent=1) + "\n"
        tempfile.tempdir = None
    if options.check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE}: {len(CELLS)} cells")
    return 0


if __name__ == "__main__":
    sys.exit(main())
