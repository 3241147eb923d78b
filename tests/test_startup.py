"""Doors open fast: what is slow to import is imported by the function that needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = ("spacy", "pandas", "sqlite_utils", "altair", "lxml", "markdown_it", "jinja2", "vl_convert", "numpy", "requests")
HELP_MODULES = 450  # a stand-in for its 0.3 s, which `benchmarks/` measures


def run(repository: Path, code: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter in the clone."""
    environment = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=repository, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    "module", ["miner.cli", "miner", "miner.python", "corpus.store", "miner.jobs.add", "miner.jobs.analyse"]
)
def test_importing_is_light(repository: Path, module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({SLOW}) & set(sys.modules)))"
    done = run(repository, code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_help_is_light(repository: Path) -> None:
    code = (
        "import sys\nfrom miner.cli import main\nsys.argv = ['miner', '--help']\n"
        f"try:\n    main()\nfinally:\n    print('loaded:', len(sys.modules), *sorted(set({SLOW}) & set(sys.modules)))"
    )
    done = run(repository, code)
    assert "Usage" in done.stdout
    _, n_modules, *slow = done.stdout.rstrip().splitlines()[-1].split()
    assert slow == []
    assert int(n_modules) < HELP_MODULES


def test_a_first_database_is_made_without_slow_imports(repository: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from corpus.store import Store\n"
        f"Store.open(Path({str(tmp_path / 'c.db')!r})).close(); print(*sorted(set({SLOW}) & set(sys.modules)))"
    )
    done = run(repository, code)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")
