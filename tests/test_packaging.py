"""The package is what it says it is, and ships our three packages only."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGES = {"corpus", "analysis", "miner"}


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, object]:
    """The [project] table."""
    table: dict[str, object] = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


@pytest.fixture(scope="module")
def archives(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel and an sdist built from the clone, by the end of their name."""
    if find_spec("hatchling") is None:
        pytest.skip("the build back end hatchling is not installed here; pip fetches it when it builds")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {path.suffix: path for path in folder.iterdir()}


def test_metadata_names_what_a_user_needs(project: dict[str, object], repository: Path) -> None:
    assert project["name"] == "solution-miner"
    assert project["requires-python"] == ">=3.11"
    assert project["license"] == "MIT"
    assert project["scripts"] == {"miner": "miner.cli:main"}
    licence = (repository / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n\nCopyright (c) ")
    assert "The solution miner authors" in licence


def test_the_version_has_an_entry_in_the_changelog(project: dict[str, object], repository: Path) -> None:
    assert f"## {project['version']}" in (repository / "CHANGELOG.md").read_text(encoding="utf-8")


def test_changelog_fragments_are_named_by_their_kind(repository: Path) -> None:
    kinds = {"added", "changed", "fixed", "removed"}
    fragments = [path.name for path in (repository / "changelog.d").glob("*") if path.name != "README.md"]
    assert [name for name in fragments if name.split(".")[1:] not in [[kind, "md"] for kind in kinds]] == []


def test_the_wheel_holds_our_packages_only(archives: dict[str, Path], repository: Path) -> None:
    with zipfile.ZipFile(archives[".whl"]) as wheel:
        names = wheel.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert len(tops) == len(PACKAGES) + 1
    assert [name for name in names if "__pycache__" in name or name.endswith((".db", ".pyc"))] == []
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_data_files_travel_with_the_code_that_reads_them(archives: dict[str, Path], repository: Path) -> None:
    with zipfile.ZipFile(archives[".whl"]) as wheel:
        names = set(wheel.namelist())
    for package in sorted(PACKAGES):
        for path in (repository / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(repository).as_posix() in names


def test_the_sdist_holds_the_tests(archives: dict[str, Path]) -> None:
    with tarfile.open(archives[".gz"]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"tests/conftest.py", "pyproject.toml", "LICENSE", "README.md", "docs/schema.md"} <= names
