from __future__ import annotations

import json
import re
import socket
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW

from corpus.store import Store
from miner.jobs import check, check_machine as check_machine_module
from miner.jobs.catalogue import ensure_catalogue
from miner.jobs.check import check_store
from miner.jobs.check_machine import (
    check_clock,
    check_credentials,
    check_log,
    check_machine,
    check_network,
    try_connection,
)


def test_a_fresh_database_is_healthy(tmp_path: Path) -> None:
    with Store.open(tmp_path / "c.db") as store:
        checks = {found.name: found for found in check_store(store)}
    assert {"integrity", "foreign keys", "search index", "spans", "schema", "disk", "catalogue", "spacy"} <= set(checks)
    assert [found for found in checks.values() if not found.ok and found.name != "disk"] == []


def test_a_database_that_is_open_for_reading_can_be_checked(tmp_path: Path) -> None:
    Store.open(tmp_path / "c.db").close()
    with Store.open(tmp_path / "c.db", read_only=True) as store:
        assert all(found.ok for found in store.checks())


def test_an_old_catalogue_is_named(store: Store) -> None:
    ensure_catalogue(store)
    assert all(found.ok for found in check_store(store) if found.name == "catalogue")
    store.set_meta("catalogue_version", "old")
    (found,) = [found for found in check_store(store) if found.name == "catalogue"]
    assert not found.ok
    assert "miner analyse" in found.detail
    ensure_catalogue(store)
    assert store.meta("catalogue_version") != "old"
    assert all(found.ok for found in store.checks())


def test_a_part_that_is_not_installed_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "PARTS", ("solution-miner", "no-such-distribution"))
    found = check_store(store)[-1]
    assert (found.name, found.ok) == ("no-such-distribution", False)


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MIN_FREE_BYTES", 1 << 70)
    with Store.open(tmp_path / "c.db") as store:
        assert [found.name for found in check_store(store) if not found.ok] == ["disk"]


SECRET = "0123456789abcdef-do-not-show"


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


PLACES: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "token": ({"KAGGLE_API_TOKEN": SECRET}, {}, "KAGGLE_API_TOKEN"),
    "token file": ({}, {".kaggle/access_token": f"{SECRET}\n"}, "access_token"),
    "name and key": ({"KAGGLE_USERNAME": "ada", "KAGGLE_KEY": SECRET}, {}, "KAGGLE_USERNAME and KAGGLE_KEY"),
    "key file": ({}, {".kaggle/kaggle.json": json.dumps({"username": "ada", "key": SECRET})}, "kaggle.json"),
}


@pytest.mark.parametrize("place", PLACES)
def test_credentials_are_found_in_each_of_kaggles_places_and_never_shown(tmp_path: Path, place: str) -> None:
    environ, files, words = PLACES[place]
    for name, text in files.items():
        put(tmp_path / name, text)
    found = check_credentials(environ, tmp_path)
    assert found.ok
    assert "found in" in found.detail
    assert words in found.detail
    assert SECRET not in found.detail
    assert "ada" not in found.detail.replace(str(tmp_path), "")


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"username": "ada"}'])
def test_without_credentials_it_says_how_to_get_them(tmp_path: Path, text: str) -> None:
    put(tmp_path / "elsewhere" / "kaggle.json", text)
    environ = {"KAGGLE_API_TOKEN": " ", "KAGGLE_KEY": SECRET, "KAGGLE_CONFIG_DIR": str(tmp_path / "elsewhere")}
    found = check_credentials(environ, tmp_path)
    assert found.ok, "most of the program needs none"
    assert found.detail.startswith("not found")
    assert "KAGGLE_API_TOKEN" in found.detail
    assert SECRET not in found.detail


def test_a_run_in_the_future_means_a_wrong_clock(store: Store) -> None:
    assert check_clock(store, NOW).ok
    store.begin_run("add")  # at NOW
    assert check_clock(store, NOW).ok
    assert check_clock(store, NOW - timedelta(minutes=4)).ok
    found = check_clock(store, NOW - timedelta(days=2))
    assert not found.ok
    assert "future" in found.detail


def test_a_log_that_only_grows_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path / "c.db") as store:
        store.set_meta("a", "x" * 10_000)
        assert check_log(tmp_path / "c.db").ok
        monkeypatch.setattr(check_machine_module, "MAX_LOG_BYTES", 9_000)
        found = check_log(tmp_path / "c.db")
    assert not found.ok
    assert "holds the corpus open" in found.detail
    assert check_log(Path(":memory:")).ok


def test_the_network_is_tried_only_when_asked() -> None:
    asked = []

    def reach(host: str, port: int) -> str:
        asked.append((host, port))
        return problem

    problem = "no route"
    assert check_network({}, None).ok
    assert asked == []
    assert not check_network({}, reach).ok
    behind = check_network({"https_proxy": "http://user:secret@proxy:1"}, reach)
    assert behind.ok
    assert "HTTPS_PROXY" in behind.detail
    assert "secret" not in behind.detail
    problem = ""
    assert "answers" in check_network({}, reach).detail
    assert asked == [("www.kaggle.com", 443)] * 3


def test_a_connection_is_tried_on_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert try_connection("127.0.0.1", port) == ""
    assert try_connection("127.0.0.1", port) != ""


def test_everything_around_is_checked_in_order(store: Store, tmp_path: Path) -> None:
    found = list(check_machine(store, {}, tmp_path, NOW))
    assert [check.name for check in found] == ["Kaggle credentials", "clock", "size", "place", "network"]
    assert all(check.ok for check in found)


def test_the_parts_that_are_looked_for_are_dependencies(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[><=\[;]", line)[0].strip() for line in project["dependencies"]}
    assert set(check.PARTS) - {project["name"]} <= needed
