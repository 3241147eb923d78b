"""The limits that docs and reviewers rely on: short modules, short functions, few parameters, shallow nesting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
FILES = [path for package in ("corpus", "analysis", "miner") for path in sorted((REPOSITORY / package).rglob("*.py"))]
MODULE_LINES, BODY_LINES, PARAMETERS, NESTING = 400, 60, 6, 3
DEEPER = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def body_lines(function: Function) -> int:
    """Lines of the body, its docstring left out."""
    first = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.body[-1].end_lineno or 0) - first[0].lineno + 1 if first else 0


def parameters(function: Function) -> int:
    """Parameters without self and cls."""
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def nesting(node: ast.AST, depth: int = 0) -> int:
    """How deep blocks lie in one another; `elif` is no deeper than its `if`, a function inside begins anew."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            continue
        is_elif = (
            isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse and len(node.orelse) == 1
        )
        deepest = max(deepest, nesting(child, depth + (isinstance(child, DEEPER) and not is_elif)))
    return deepest


def functions(tree: ast.AST) -> Iterator[Function]:
    """All functions, those inside others too."""
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_a_module_keeps_the_limits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= MODULE_LINES
    if tree.body:
        assert ast.get_docstring(tree), "a module says what it is for"
        assert "from __future__ import annotations" in text or path.name == "__init__.py"
    too_much = [
        (function.name, body_lines(function), parameters(function), nesting(function))
        for function in functions(tree)
        if body_lines(function) > BODY_LINES or parameters(function) > PARAMETERS or nesting(function) > NESTING
    ]
    assert too_much == [], "name, lines of the body, parameters, nesting"


def test_nesting_is_counted_as_it_is_read() -> None:
    code = "def f():\n for a in b:\n  if a:\n   pass\n  elif b:\n   while c:\n    pass"
    assert nesting(next(functions(ast.parse(code)))) == 3
