"""What the documents say is what the program does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from corpus.store import Store
from corpus.views_schema import column_of


@pytest.fixture(scope="module")
def schema_page(repository: Path) -> ModuleType:
    """The script that makes docs/schema.md, as a module."""
    path = repository / "scripts" / "make_schema_page.py"
    spec = importlib.util.spec_from_file_location("make_schema_page", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_schema_page_is_true(store: Store, schema_page: ModuleType, repository: Path) -> None:
    page = (repository / "docs" / "schema.md").read_text(encoding="utf-8")
    assert page == schema_page.make_page(store), "run: python scripts/make_schema_page.py"


def test_every_table_view_and_column_is_explained(store: Store, schema_page: ModuleType) -> None:
    relations = schema_page.described(schema_page.read_relations(store))
    assert {relation.name for relation in relations} >= {"documents", "claims", "v_claims", "block_search"}
    bare = [relation.name for relation in relations if not relation.about]
    bare += [f"{relation.name}.{name}" for relation in relations for name, _, text in relation.columns if not text]
    assert bare == []


@pytest.mark.parametrize(
    ("code", "column"),
    [("    id TEXT PRIMARY KEY, ", "id"), ("       d.name AS document, ", "document"), ("b.headings, ", "headings"),
     ("       ) AS task_types, ", "task_types"), ("    TEXT CHECK (a IN ('b', 'c')), later ", "later"), ("", "")],
)  # fmt: skip
def test_a_comment_belongs_to_the_column_on_its_line(code: str, column: str) -> None:
    assert column_of(code) == column
