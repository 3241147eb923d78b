"""Imports run one way, in no circle, and name only what pyproject.toml declares."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
OURS = ("corpus", "analysis", "miner")
VOCABULARY = ("corpus.records", "corpus.records_analysis", "corpus.records_crawl", "corpus.errors", "corpus.ids")
FLOOR = (*VOCABULARY, "corpus.catalogue")

# What a module may import of ours; the longest prefix of its name decides. A name allows what lies below it as well.
ALLOWED = {
    "corpus.records": ("corpus.records_analysis", "corpus.records_crawl"),
    "corpus.records_analysis": (),
    "corpus.records_crawl": (),
    "corpus.errors": (),
    "corpus.ids": (),
    "corpus.catalogue": FLOOR,
    "corpus.schema": (
        "corpus.schema_analysis", "corpus.schema_views", "corpus.schema_corrections", "corpus.schema_packages",
        "corpus.schema_curated", "corpus.schema_similar",
    ),
    "corpus.schema_analysis": (),
    "corpus.schema_views": (),
    "corpus.schema_packages": (),
    "corpus.schema_corrections": (),
    "corpus.schema_curated": (),
    "corpus.schema_similar": (),
    "corpus.views": (*VOCABULARY, "corpus.views", "corpus.catalogue"),
    "corpus": ("corpus",),
    "analysis": (*FLOOR, "analysis"),
    "miner.sources": (*FLOOR, "miner.sources", "miner.fetch"),
    "miner.frontier": ("corpus.records", "corpus.errors"),
    "miner.jobs": (
        "corpus", "analysis", "miner.jobs", "miner.sources", "miner.fetch", "miner.config", "miner.frontier",
    ),
}  # fmt: skip
EXTRAS = ("web", "mcp", "cluster", "parquet")  # what a part of the program needs
# Import name -> distribution name, where they differ by more than "_" and "-".
DISTRIBUTIONS = {"markdown_it": "markdown-it-py", "sklearn": "scikit-learn", "vl_convert": "vl-convert-python"}
# Imported by other libraries once they are there: Altair writes pictures through the first; trafilatura and kaggle fail
# to import without the others, and do not declare them.
IMPORTED_FOR_US = {"vl-convert-python", "lxml_html_clean", "six"}


@cache
def modules(*packages: str) -> dict[str, Path]:
    """Module name -> file, for everything below these folders of the clone."""
    found = {}
    for package in packages:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            parts = path.relative_to(REPOSITORY).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def nodes(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import that runs, inside functions too; those for type checkers alone do not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        else:
            yield from nodes(node)


@cache
def imports(name: str, path: Path) -> frozenset[str]:
    """Names of the modules that a file imports: ours in full, others by their first part."""
    found: set[str] = set()
    for node in nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
            continue
        assert not node.level, f"{name}: relative import in line {node.lineno}"
        module = node.module or ""
        below = {f"{module}.{alias.name}" for alias in node.names}
        known = below & modules(*OURS).keys()
        found |= known
        if len(known) < len(below):
            found.add(module)
    return frozenset(n if n.partition(".")[0] in OURS else n.partition(".")[0] for n in found)


def is_below(name: str, prefix: str) -> bool:
    """`corpus.views_search` counts as below `corpus.views`: one module split in files."""
    return name == prefix or name.startswith((f"{prefix}.", f"{prefix}_"))


@pytest.mark.parametrize("name", modules(*OURS))
def test_arrows_run_one_way(name: str) -> None:
    rules = [prefix for prefix in ALLOWED if is_below(name, prefix)]
    if not rules:
        return
    allowed = ALLOWED[max(rules, key=len)]
    wrong = [
        other
        for other in imports(name, modules(*OURS)[name])
        if other.partition(".")[0] in OURS and not any(is_below(other, prefix) for prefix in allowed)
    ]
    assert wrong == [], f"{name} may not import {wrong}"


def test_nothing_imports_a_door_but_doors() -> None:
    """Floor, analysis, sources and jobs never import the command line."""
    for name, path in modules(*OURS).items():
        if any(is_below(name, room) for room in ("corpus", "analysis", "miner.jobs", "miner.sources")):
            doors = [other for other in imports(name, path) if other == "miner" or is_below(other, "miner.cli")]
            assert doors == [], f"{name} imports {doors}"


def test_the_vocabulary_needs_nothing_but_the_standard_library() -> None:
    for name in (
        *VOCABULARY,
        "corpus.schema",
        "corpus.schema_views",
        "corpus.schema_corrections",
        "corpus.schema_curated",
    ):
        others = {other for other in imports(name, modules(*OURS)[name]) if other.partition(".")[0] not in OURS}
        assert others <= sys.stdlib_module_names, name


def test_no_import_goes_in_a_circle() -> None:
    graph = {name: sorted(imports(name, path) & modules(*OURS).keys()) for name, path in modules(*OURS).items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in graph[name]:
                walk(other, (*trail, name))
            done.add(name)

    for name in graph:
        walk(name, ())
    assert done == graph.keys()


def declared(*extras: str) -> set[str]:
    """Distribution names from pyproject.toml: of the dependencies, and of the extras asked for."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"].get(extra, [])
    return {line.split(";")[0].split("[")[0].split(">")[0].split("=")[0].split("<")[0].strip() for line in lines}


def third_party(*packages: str) -> dict[str, set[str]]:
    """Distribution name -> modules that import it."""
    local = {name.rpartition(".")[2] for name in modules("tests", "scripts", "benchmarks")} | {
        *OURS,
        "tests",
        "scripts",
    }
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, path in modules(*packages).items():
        for other in imports(name, path):
            top = other.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in local:
                found[DISTRIBUTIONS.get(top, top.replace("_", "-"))].add(name)
    return dict(found)


def test_what_is_imported_is_declared() -> None:
    undeclared = {
        name: users
        for name, users in third_party(*OURS).items()
        if name not in declared("web", "mcp", "cluster", "parquet")
    }
    assert undeclared == {}
    known = declared("web", "mcp", "cluster", "parquet", "dev", "train")
    assert {n: users for n, users in third_party("tests", "scripts", "benchmarks").items() if n not in known} == {}


def test_what_is_declared_is_imported() -> None:
    assert declared(*EXTRAS) - third_party(*OURS).keys() - IMPORTED_FOR_US == set()
