from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from miner.cli import cli


@pytest.fixture(scope="module")
def command_page(repository: Path) -> ModuleType:
    """The script that makes docs/commands.md, as a module."""
    spec = importlib.util.spec_from_file_location("make_command_page", repository / "scripts" / "make_command_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_page_is_true(command_page: ModuleType, repository: Path) -> None:
    page = (repository / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == command_page.make_page(), "run: python scripts/make_command_page.py"


def test_every_command_option_and_column_is_on_it(command_page: ModuleType) -> None:
    page = command_page.make_page()
    for name, command in cli.commands.items():
        assert f"## miner {name}\n" in page
        assert all(option in page for param in command.params for option in param.opts if option.startswith("--"))
    for columns in command_page.COLUMNS.values():
        assert all(column.note and f"`{column.name}`" in page for column in columns)
