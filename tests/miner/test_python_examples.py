"""The examples in the docstrings of `Corpus`, run one after the other as read, and those of single functions."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from miner import Corpus, python, python_questions

MODULES = (python, python_questions)
METHODS = [
    name for name, value in {**vars(python_questions.Questions), **vars(Corpus)}.items()
    if callable(value) and not name.startswith("_") and name != "close"
]  # fmt: skip


def examples() -> dict[str, doctest.DocTest]:
    """Name of a method, or "Corpus" -> its examples, those of the class first, the work before the questions."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for module in MODULES for test in finder.find(module) if test.examples]
    return {test.name.rpartition(".")[2]: test for test in sorted(found, key=lambda test: test.lineno or 0)}


def test_every_method_has_an_example() -> None:
    assert sorted({"Corpus", *METHODS}) == sorted(examples())


def test_the_examples_give_what_they_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tests, runner = examples(), doctest.DocTestRunner()
    space: dict[str, object] = {}
    for name in ("Corpus", "add", "analyse", *(name for name in tests if name not in {"Corpus", "add", "analyse"})):
        tests[name].globs = space
        runner.run(tests[name], clear_globs=False)
    corpus, temporary = space["corpus"], space["temporary"]
    assert isinstance(corpus, Corpus)
    corpus.close()
    temporary.cleanup()  # type: ignore[attr-defined]
    assert runner.summarize(verbose=False).failed == 0, capsys.readouterr().out


def modules_with_examples() -> list[str]:
    """Modules of `miner` with examples that stand alone."""
    root = Path(python.__file__).parent
    files = [path for path in root.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")]
    names = [".".join(("miner", *path.relative_to(root).with_suffix("").parts)) for path in sorted(files)]
    return [name for name in names if name not in {module.__name__ for module in MODULES}]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_of_single_functions(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed
