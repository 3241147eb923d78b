"""docs/tutorial.ipynb, run in a fresh process, gives the outputs that are stored in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_the_tutorial_runs_and_its_outputs_are_true(repository: Path) -> None:
    environment = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONPATH": str(repository)}
    done = subprocess.run(
        [sys.executable, "scripts/make_tutorial.py", "--check"],
        cwd=repository, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), "run: python scripts/make_tutorial.py"
