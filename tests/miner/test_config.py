"""Settings: the file, the environment above it, the command line above both; the page about them is true."""

from __future__ import annotations

import importlib.util
import os
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, strategies as st

from corpus.errors import UsageError
from miner.config import KEYS, SOURCES, Settings, as_toml, config_path, read_file, sample_file


def settings(tmp_path: Path, text: str, **variables: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return Settings.read({"MINER_CONFIG": str(path), **variables})


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    empty = settings(tmp_path, "")
    assert (empty.pace_s, empty.max_seconds, empty.max_requests, empty.contact) == (1.0, 3600, 10_000, None)
    assert empty.enabled_sources == ("kaggle", "repositories", "blogs")
    assert empty.options_for("kaggle") == {"enabled": True, "competitions": (), "pace_s": 1.0}
    assert "folder" not in empty.options_for("meta-kaggle")
    assert empty.folders == ()


def test_the_command_line_is_above_the_environment_and_that_above_the_file(tmp_path: Path) -> None:
    text = 'db = "in-file.db"\nfolders = ["notes"]\n[refresh]\npace_s = 3\nmax_seconds = 7\n'
    assert settings(tmp_path, text).db_path == tmp_path / "in-file.db"
    assert settings(tmp_path, text).folders == (tmp_path / "notes",)
    changed = settings(tmp_path, text, MINER_DB="e.db", MINER_PACE_S="2.5", MINER_FOLDERS=os.pathsep.join("ab"))
    assert (changed.db_path, changed.pace_s, changed.max_seconds) == (Path("e.db"), 2.5, 7)
    assert changed.folders == (Path("a"), Path("b"))
    typed = Settings.read({"MINER_CONFIG": str(tmp_path / "config.toml"), "MINER_DB": "e.db"}, Path("typed.db"))
    assert typed.db_path == Path("typed.db")
    assert typed.config_path == tmp_path / "config.toml"


def test_a_source_gets_its_part_and_a_folder_switches_it_on(tmp_path: Path) -> None:
    text = """
        [refresh]
        pace_s = 2
        user_agent_contact = "me@example.org"
        [sources.kaggle]
        enabled = false
        [sources.meta-kaggle]
        folder = "/dump"
        [sources.meta-kaggle-code]
        folder = "code"
        enabled = false
        [sources.blogs]
        feeds = ["https://example.org/feed"]
        max_pages = 3
    """
    found = settings(tmp_path, text)
    assert found.enabled_sources == ("meta-kaggle", "repositories", "blogs")
    assert found.options_for("meta-kaggle")["folder"] == "/dump"
    assert found.options_for("meta-kaggle")["enabled"] is True
    assert found.options_for("meta-kaggle-code")["folder"] == str(tmp_path / "code")
    assert found.options_for("blogs") == {
        "enabled": True, "feeds": ("https://example.org/feed",), "sitemaps": (), "pages": (), "max_pages": 3,
        "path_contains": (),
        "pace_s": 2, "contact": "me@example.org",
    }  # fmt: skip
    assert found.options_for("no-such-source")["enabled"] is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("folder = ['x']", "no key 'folder'. Did you mean 'folders'?"),
        ("[refresh]\npace = 2", "Did you mean 'refresh.pace_s'?"),
        ("[sources.blog]\nfeeds = []", "Did you mean 'sources.blogs'?"),
        ("max_requests = 4", "Did you mean 'refresh.max_requests'?"),
        ("xyzzy = 4", "`miner config init`"),
        ("[sources.kaggle]\ntoken = 'secret'", "no key 'sources.kaggle.token'"),
        ("refresh = 3", "no key 'refresh'"),
        ("[refresh]\npace_s = 'fast'", "refresh.pace_s cannot be 'fast'; it takes: number"),
        ("[refresh]\npace_s = -1", "it takes: number"),
        ("[refresh]\npace_s = nan", "it takes: number"),
        ("[refresh]\nmax_seconds = true", "it takes: whole number"),
        ("[sources.blogs]\nfeeds = 'https://example.org'", "it takes: list of texts"),
        ("[refresh]\nuser_agent_contact = \"a\\r\\nCookie: b\"", "it takes: text"),
        ("[sources.blogs]\nenabled = 'yes'", "it takes: true or false"),
        ("[sources.meta-kaggle-code]\nwinners = 0", "it takes: true, false or rank"),
        ("db = [", "not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_nearest_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings(tmp_path, text)
    assert words in str(caught.value)
    assert "config.toml" in str(caught.value)


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(UsageError, match=r"MINER_MAX_REQUESTS: .* it takes: whole number"):
        Settings.read({"MINER_MAX_REQUESTS": "many"})


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        Settings.read({"MINER_CONFIG": str(tmp_path / "missing.toml")})
    assert config_path({"MINER_CONFIG": "~/x.toml"}) == Path("~/x.toml").expanduser()
    assert config_path({}).name == "config.toml"


def test_the_sample_file_sets_nothing_and_sets_every_default_once_uncommented(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(sample_file(), encoding="utf-8")
    assert read_file(path) == {}
    lines = [line.removeprefix("#") if line[:2] != "# " else line for line in sample_file().splitlines()]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_file(path)
    assert found.keys() == {key.name for key in KEYS}
    assert {key.name for key in KEYS if key.default is not None and found[key.name] != key.default} == set()


@given(st.one_of(st.booleans(), st.integers(0, 10**6), st.text(), st.lists(st.text(), max_size=3).map(tuple)))
def test_values_are_written_as_they_are_read(value: bool | int | str | tuple[str, ...]) -> None:
    read = tomllib.loads(f"x = {as_toml(value)}")["x"]
    assert (tuple(read) if isinstance(read, list) else read) == value


@pytest.fixture(scope="module")
def config_page(repository: Path) -> ModuleType:
    """The script that makes docs/configuration.md, as a module."""
    spec = importlib.util.spec_from_file_location("make_config_page", repository / "scripts" / "make_config_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_configuration_page_is_true(config_page: ModuleType, repository: Path) -> None:
    page = (repository / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page == config_page.make_page(), "run: python scripts/make_config_page.py"


def test_every_key_and_variable_is_on_it(config_page: ModuleType) -> None:
    page = config_page.make_page()
    for key in KEYS:
        assert f"| `{key.name.rpartition('.')[2]}` |" in page
        assert key.variable is None or f"`{key.variable}`" in page
    assert all(f"## [sources.{source}]" in page for source in SOURCES)
