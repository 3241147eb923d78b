"""`miner unknown`: names that the catalogue lacks, under one spelling, and the catalogue line that one becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalogue import load_catalogue
from corpus.catalogue.loader import add_own, parse_architectures
from corpus.errors import CatalogueError
from corpus.store import Store
from miner import cli

Run = Callable[..., tuple[int, str, str]]
TEXTS = {
    "one": "# A write-up\n\nOur best single was Zebra-Net, and Zebra-Net alone. We kept ResNet50 too.\n",
    "two": "# Another\n\nThe ZebraNet was best. ZebraNet at 384 pixels.\n\nA ZebraNet for each fold.\n",
    "three": "# A third\n\nWe tried zebranet and KelpBERT; the ZebraNet did not help.\n",
    "four": "# 日本語\n\n私たちはResNet50を使いました。精度が高く、学習も速かったからです。とても良いモデルです。\n",
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line on a corpus of three short write-ups."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    monkeypatch.setenv("MINER_DB", str(tmp_path / "sample.db"))
    monkeypatch.setenv("MINER_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "config.toml").write_text("", encoding="utf-8")

    def run_main(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        return code, *capsys.readouterr()

    assert run_main("add", str(folder))[0] == 0
    assert run_main("analyse")[0] == 0
    return run_main


def test_the_list_folds_spellings_and_shows_sentences(run: Run) -> None:
    code, out, _ = run("unknown", "--format", "json")
    rows = {row["name"]: row for row in json.loads(out)["rows"]}
    assert code == 0
    assert [name for name in rows if name in {"ZebraNet", "KelpBERT"}] == ["ZebraNet", "KelpBERT"]  # some are shipped
    assert (rows["ZebraNet"]["n_documents"], rows["KelpBERT"]["n_documents"]) == (3, 1)
    assert "Zebra-Net" in rows["ZebraNet"]["spellings"]
    assert "Zebra" in rows["ZebraNet"]["quote"]
    assert "ZebraNet" in run("unknown")[1]


def test_one_name_has_one_lineage_whatever_the_order(run: Run, tmp_path: Path) -> None:
    sql = "SELECT DISTINCT lineage, lineage_name FROM v_claims WHERE lower(architecture) LIKE 'zebra%'"
    with Store.open(tmp_path / "sample.db") as store:
        assert [tuple(row) for row in store.execute(sql)] == [("unknown:zebranet", "ZebraNet")]
        assert store.settle_unknown_names() == 0
    assert run("analyse", "--all")[0] == 0
    with Store.open(tmp_path / "sample.db") as store:
        assert [tuple(row) for row in store.execute(sql)] == [("unknown:zebranet", "ZebraNet")]


def test_a_name_becomes_a_line_that_the_catalogue_can_read(run: Run) -> None:
    code, out, _ = run("unknown", "--add", "zebra net", "--kind", "cnn", "--lineage", "resnet")
    line = json.loads(out)
    assert code == 0
    assert line == {
        "id": "zebranet", "name": "ZebraNet", "kind": "cnn", "lineage": "resnet",
        "aliases": line["aliases"], "source": "hand",
    }  # fmt: skip
    assert {"ZebraNet", "Zebra-Net"} <= set(line["aliases"])
    whole = line | {"lineage_name": "ResNet", "is_counted": True}
    assert parse_architectures([json.dumps(whole)])["zebranet"].kind == "cnn"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--add", "ZebraNet"),
        ("--add", "ZebraNet", "--kind", "fish"),
        ("--add", "ZebraNet", "--kind", "cnn", "--lineage", "x"),
    ],
)
def test_a_line_needs_a_kind_that_there_is(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("unknown", *arguments)[0] == 2


def test_a_name_that_nobody_uses_is_not_known(run: Run) -> None:
    code, _, err = run("unknown", "--add", "ZebraNett", "--kind", "cnn")
    assert code == 1
    assert "ZebraNet" in err


def test_a_document_in_another_language_says_why_there_are_no_reasons(run: Run) -> None:
    _, out, _ = run("export", "claims", "--format", "jsonl")
    rows = {json.loads(line)["doc_id"]: json.loads(line) for line in out.splitlines()}
    (japanese,) = [row for row in rows.values() if row["prose_language"] == "ja"]
    assert japanese["why"] == "not supported in ja"
    assert [claim["reasons"] for claim in japanese["claims"]] == [[]]
    assert {row["why"] for row in rows.values() if row is not japanese} == {None}
    shown = run("show", japanese["doc_id"])[1]
    assert "why: not supported in ja" in " ".join(shown.split())


def test_a_line_of_ones_own_is_taken_in_by_the_next_analysis(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = run("unknown", "--add", "ZebraNet", "--kind", "cnn")[1]
    (tmp_path / "own.jsonl").write_text(line, encoding="utf-8")
    monkeypatch.setenv("MINER_ADDITIONS", str(tmp_path / "own.jsonl"))
    load_catalogue.cache_clear()
    try:
        assert run("analyse")[0] == 0
        rows = json.loads(run("unknown", "--format", "json")[1])["rows"]
        names = {row["name"] for row in rows}
        assert "KelpBERT" in names
        assert "ZebraNet" not in names
        with Store.open(tmp_path / "sample.db", read_only=True) as store:
            found = store.execute("SELECT DISTINCT architecture_kind FROM v_claims WHERE architecture = 'ZebraNet'")
            assert [row["architecture_kind"] for row in found] == ["cnn"]
        monkeypatch.delenv("MINER_ADDITIONS")
        load_catalogue.cache_clear()
        assert run("analyse")[0] == 0
        assert "ZebraNet" in run("unknown")[1]
    finally:
        load_catalogue.cache_clear()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"),
        ('["x"]', "not an object"),
        ('{"id": "resnet", "name": "ResNet", "kind": "cnn", "aliases": ["ResNet"]}', "already"),
        ('{"id": "mine", "name": "Mine", "kind": "cnn", "aliases": ["Mine", "ResNet"]}', "belongs to"),
        ('{"id": "mine", "name": "Mine", "kind": "cnn", "aliases": ["Mine"], "colour": 1}', "unknown keys"),
    ],
)
def test_a_line_that_cannot_be_used_is_said_and_never_half_taken(line: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        add_own(load_catalogue().architectures, [line], "own.jsonl")
