"""Write docs/questions.md: the questions of scripts/questions.toml with the real output of their commands.

The corpus is made afresh from the starter facts and our example documents, at a fixed time.

python scripts/make_questions_page.py            writes docs/questions.md
python scripts/make_questions_page.py --check    exit 1 when it would change
"""

from __future__ import annotations

import argparse
import io
import os
import shlex
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from analysis.runners import run_serial
from corpus.store import Store
from miner.cli import main as miner
from miner.jobs.add import add_paths
from miner.jobs.analyse import analyse
from miner.jobs.run import example_folder
from miner.jobs.starter import load_starter

ROOT = Path(__file__).resolve().parent.parent
PAGE, QUESTIONS = ROOT / "docs" / "questions.md", ROOT / "scripts" / "questions.toml"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WIDTH = "100"  # of the terminal, in columns
INTRODUCTION = """# Questions, and how to ask them

Each with its command, and with SQL over the views that answers it too. The output is real: from the starter facts and
the example documents that ship. This page is made by `scripts/make_questions_page.py` from `scripts/questions.toml`.
"""


def fill(path: Path) -> None:
    """A corpus of starter facts and example documents at `path`."""
    with Store.open(path, now=lambda: NOW) as store:
        load_starter(store)
        with example_folder() as folder:
            add_paths(store, [folder])
        analyse(store, run_serial)


def make_page(path: Path) -> str:
    """The page as Markdown, its commands asked of the corpus at `path`."""
    parts = [INTRODUCTION]
    for question in tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["question"]:
        parts.append(f"## {question['number']}. {question['ask']}\n")
        parts += [f"```\n{typed(words)}\n```\n\n```\n{answer(path, words)}\n```\n" for words in question["commands"]]
    return "\n".join(parts)


def typed(words: Sequence[str]) -> str:
    """The command as one would type it; SQL, which is full of single quotes, stands in double ones.

    >>> typed(["sql", "SELECT 'a'"]), typed(["show", "a b"])
    ('miner sql "SELECT \'a\'"', "miner show 'a b'")
    """
    return " ".join(
        ["miner", *(f'"{w}"' if "'" in w and not set(w) & set('"$`\\!') else shlex.quote(w) for w in words)]
    )


def answer(path: Path, words: Sequence[str]) -> str:
    """What the command prints: results, else its error; lines without blanks at their end."""
    out, err = io.StringIO(), io.StringIO()
    with fixed_terminal(), redirect_stdout(out), redirect_stderr(err):
        miner(["--db", str(path), *words])
    text = out.getvalue() or err.getvalue()
    return "\n".join(line.rstrip() for line in text.replace(str(path), "corpus.db").strip().splitlines())


@contextmanager
def fixed_terminal() -> Iterator[None]:
    """A terminal of WIDTH columns without colours."""
    before = dict(os.environ)
    os.environ.update(COLUMNS=WIDTH, NO_COLOR="1", TERM="dumb")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="Write docs/questions.md from the program's own answers.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.db"
        fill(path)
        page = make_page(path)
    if options.check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE}: {page.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
