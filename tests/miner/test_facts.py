"""Facts as a file to keep: what is written, what is taken, and what is refused."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_starter import mined_store

from corpus.errors import StoreError, UsageError
from corpus.starter import files
from corpus.starter.files import COMPETITIONS, DOCUMENTS, SOURCES, read_rows, shipped, write_rows
from corpus.starter.loader import MADE_ON_KEY, ORIGIN_KEY, VERSION_KEY
from corpus.starter.package import check_package, is_package
from corpus.store import MEMORY, Store
from miner import cli
from miner.jobs.facts import add_facts, write_facts
from miner.jobs.starter import load_starter

DAY, LATER = date(2099, 1, 1), date(2099, 2, 1)  # after those of the facts that ship


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A folder of facts made on DAY."""
    with mined_store() as store:
        write_facts(store, tmp_path / "facts", DAY)
    return tmp_path / "facts"


def in_memory() -> Store:
    return Store.open(Path(MEMORY))


def described(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return found


def test_the_description_tells_every_file_and_column(facts: Path) -> None:
    package = described(facts)
    written = {path.relative_to(facts).as_posix() for path in facts.rglob("*") if path.is_file()}
    assert {resource["path"] for resource in package["resources"]} == written - {"datapackage.json", "README.md"}
    assert package["created"] == "2099-01-01T00:00:00Z"
    assert package["version"].startswith("2099-01-01+")
    for resource in package["resources"]:
        content = (facts / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        if resource["type"] == "table":
            header = next(csv.reader(io.StringIO(content.decode())))
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_tables_hold_what_the_lines_hold(facts: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((facts / "tables/claims.csv").read_text("utf-8"))))
    lines = [json.loads(line) for line in gzip.decompress((facts / DOCUMENTS).read_bytes()).splitlines()]
    assert len(rows) == sum(len(line.get("claims", ())) for line in lines) > 0
    known = next(row for row in rows if row["architecture_id"] == "lightgbm" and row["document"] == "moss-1")
    assert (known["competition"], known["rank"], known["status"], known["is_code"]) == (
        "made-up/moss", "1", "used", "false"
    )  # fmt: skip
    assert (known["reasons"], known["roles"], known["variants"]) == ("accuracy for", "main", "depth 6")
    unknown = next(row for row in rows if row["architecture"] == "Mossformer")
    assert (unknown["architecture_id"], unknown["lineage"]) == ("", "Mossformer")


def test_nothing_of_other_people_is_in_any_file(facts: Path) -> None:
    for path in facts.rglob("*.*"):
        content = path.read_bytes()
        assert b"SECRET" not in (gzip.decompress(content) if path.suffix == ".gz" else content)


def test_equal_corpora_give_equal_files_on_equal_days(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        with mined_store() as store:
            write_facts(store, tmp_path / name, DAY)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("form", ["folder", "zip", "folder in zip"])
def test_facts_enter_another_corpus(facts: Path, tmp_path: Path, form: str) -> None:
    path = facts if form == "folder" else zipped(facts, tmp_path, "" if form == "zip" else "inside/")
    assert is_package(path)
    with in_memory() as store:
        load_starter(store)
        said = add_facts(store, path)
        assert "1 competitions and 2 documents now come from them" in said
        assert (store.meta(MADE_ON_KEY), store.meta(ORIGIN_KEY)) == ("2099-01-01", path.name)
        assert [row[0] for row in store.execute("SELECT slug FROM competitions")] == ["moss"]
        assert "are here already" in add_facts(store, path)


def zipped(facts: Path, tmp_path: Path, prefix: str) -> Path:
    path = tmp_path / "facts.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in facts.rglob("*.*"):
            archive.write(file, prefix + file.relative_to(facts).as_posix())
    return path


def test_facts_of_the_program_do_not_replace_newer_ones(facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with in_memory() as store:
        add_facts(store, facts)
        version = store.meta(VERSION_KEY)
        monkeypatch.setattr("corpus.starter.loader.made_on_of", lambda _: "2098-12-31")
        assert not load_starter(store)
        assert store.meta(VERSION_KEY) == version
        monkeypatch.setattr("corpus.starter.loader.made_on_of", lambda _: "2099-01-02")
        assert load_starter(store)
        assert store.meta(ORIGIN_KEY) == "package"


def test_older_facts_are_refused(facts: Path, tmp_path: Path) -> None:
    with mined_store() as mined:
        mined.set_meta("anything", "else")
        write_facts(mined, tmp_path / "newer", LATER)
    with in_memory() as store:
        add_facts(store, tmp_path / "newer")
        with pytest.raises(UsageError, match="before the facts in this corpus"):
            add_facts(store, facts)


def test_documents_of_the_user_stay(facts: Path) -> None:
    with mined_store() as store:
        add_facts(store, facts)
        assert store.execute("SELECT count(*) FROM documents WHERE source = 'starter'")[0][0] == 0
        assert store.execute("SELECT count(*) FROM documents")[0][0] == 3


def edited(facts: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    rows = read_rows(facts, name)
    change(rows[0])
    write_rows(facts, name, rows)


BAD_COMPETITIONS: dict[str, tuple[str, object]] = {
    "no slug": ("slug", None),
    "a link that runs": ("url", "javascript:alert(1)"),
    "a passage": ("title", "word " * 400),
    "a number that is none": ("n_teams", "many"),
    "links": ("links", [["file:///etc/passwd", 1, "description", "x"]]),
    "an unknown task": ("task_types", [["inferred", 0, "smell/tasting", "", "x"]]),
    "a day that is none": ("deadline", "2026-13-01"),
}
BAD_CLAIMS: dict[str, object] = {
    "status": "perhaps", "confidence": 7, "roles": ["king"], "reasons": [["accuracy", "sideways"]],
    "variants": "many", "name": 3,
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_COMPETITIONS)
def test_a_competition_that_cannot_be_is_refused_and_nothing_taken(facts: Path, case: str) -> None:
    field, value = BAD_COMPETITIONS[case]
    edited(facts, COMPETITIONS, lambda row: row.update({field: value}))
    refused(facts, COMPETITIONS)


@pytest.mark.parametrize("field", BAD_CLAIMS)
def test_a_claim_that_cannot_be_is_refused_and_nothing_taken(facts: Path, field: str) -> None:
    edited(facts, DOCUMENTS, lambda row: row["claims"][0].update({field: BAD_CLAIMS[field]}))
    refused(facts, DOCUMENTS)


def test_a_document_of_a_competition_elsewhere_is_refused(facts: Path) -> None:
    edited(facts, DOCUMENTS, lambda row: row.update({"competition": "made-up/other"}))
    refused(facts, DOCUMENTS)


def refused(facts: Path, name: str) -> None:
    with in_memory() as store:
        load_starter(store)
        before = store.meta(VERSION_KEY)
        with pytest.raises(StoreError, match=f"{name}, line .*nothing was taken"):
            add_facts(store, facts)
        assert store.meta(VERSION_KEY) == before


def test_what_grows_without_end_is_refused(facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_BYTES", 10)
    with in_memory() as store, pytest.raises(StoreError, match="over 10 bytes"):
        add_facts(store, facts)


@pytest.mark.parametrize("damage", [lambda raw: raw[:-9], lambda raw: b"no gzip", lambda raw: gzip.compress(b"{" * 99)])
def test_damaged_files_are_refused(facts: Path, damage: Callable[[bytes], bytes]) -> None:
    (facts / DOCUMENTS).write_bytes(damage((facts / DOCUMENTS).read_bytes()))
    with in_memory() as store, pytest.raises(StoreError, match="damaged"):
        add_facts(store, facts)


def test_other_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "nothing")
    with in_memory() as store, pytest.raises(UsageError, match="holds no facts"):
        add_facts(store, path)
    path.write_bytes(b"PK no archive")
    with in_memory() as store, pytest.raises(StoreError, match="cannot be unpacked"):
        add_facts(store, path)


def test_the_facts_that_ship_pass_their_own_checks() -> None:
    check_package(shipped())
    assert any(row["name"] == "starter" for row in read_rows(shipped(), SOURCES))


def test_the_commands_write_and_take_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["--db", "a.db", "export", "starter", "--out", "facts.zip"]) == 0
    assert cli.main(["--db", "a.db", "export", "starter"]) == 2
    with Store.open(tmp_path / "b.db") as store:
        store.set_meta("anything", "else")
    capsys.readouterr()
    assert cli.main(["--db", "b.db", "add", "facts.zip"]) == 0
    assert "taken" in capsys.readouterr().out
