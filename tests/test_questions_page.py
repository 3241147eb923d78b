"""docs/questions.md is what its script makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_the_questions_page_is_true(repository: Path, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("questions_page", repository / "scripts" / "make_questions_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.fill(tmp_path / "corpus.db")
    page = module.make_page(tmp_path / "corpus.db")
    assert (repository / "docs" / "questions.md").read_text(encoding="utf-8") == page, (
        "run: python scripts/make_questions_page.py"
    )
