from __future__ import annotations

from pathlib import Path

import pytest

from corpus.store import Store
from miner.jobs import check
from miner.jobs.catalogue import ensure_catalogue
from miner.jobs.check import check_store


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
