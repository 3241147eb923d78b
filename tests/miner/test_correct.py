"""The command: what is typed, what is refused and with which words, files, and what the doors show."""

from __future__ import annotations

import csv
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from question_sample import FROGS_1, claim_of, fill

from analysis.runners import run_serial
from corpus.records import Filters
from corpus.store import Store
from miner import cli
from miner.jobs import ask
from miner.jobs.analyse import analyse

Run = Callable[..., tuple[int, str, str]]
DOC = "wu-frogs-1"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample corpus, as a file that the command line opens."""
    found = tmp_path / "sample.db"
    with Store.open(found) as store:
        fill(store)
    monkeypatch.setenv("MINER_DB", str(found))
    monkeypatch.setenv("COLUMNS", "200")
    return found


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `miner correct` with these arguments and a note: exit code, stdout, stderr."""

    def run_main(*arguments: str, command: str = "correct") -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main([command, *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run_main


def corrected(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """The rows of a correction that is accepted."""
    code, out, err = run(*arguments, "--note", "as read", "--format", "json")
    assert (code, err) == (0, "")
    rows: list[dict[str, Any]] = json.loads(out)["rows"]
    return rows


def claims(path: Path, document: str = DOC) -> dict[str, dict[str, Any]]:
    """Architecture -> what `miner show` says of it."""
    with Store.open(path, read_only=True) as store:
        return {str(row["architecture"]): row for row in ask.show(store, document, Filters()).rows}


def test_a_status_by_each_name_of_the_claim(run: Run, path: Path) -> None:
    for name, status in (("efficientnet", "tried"), ("EffNet", "mentioned"), ("tf_efficientnet_b0_ns", "tried")):
        (row,) = corrected(run, DOC, name, "--status", status)
        assert (row["extracted"], row["corrected"], row["state"]) == ("used", status, "holds")
    (row,) = corrected(run, claim_of(DOC, "efficientnet")[:12], "--status", "used")
    assert row["state"] == "agreed"
    assert claims(path)["EfficientNet"]["corrected"] == ["status"]
    with Store.open(path) as store:
        assert len(store.corrections.all()) == 1
        (last,) = store.execute("SELECT command, outcome, counts FROM runs ORDER BY id DESC LIMIT 1")
    assert (last["command"], last["outcome"], json.loads(last["counts"])["changed"]) == ("correct", "done", 1)


def test_roles_variants_and_what_a_claim_is_about(run: Run, path: Path) -> None:
    rows = corrected(
        run, DOC, "efficientnet", "--is", "YOLOv8", "--role", "head", "--role", "backbone", "--variant", "yolov8x",
        "--variant", "yolov8n=tried",
    )  # fmt: skip
    assert {row["field"]: row["corrected"] for row in rows} == {
        "architecture": "YOLOv8", "roles": "backbone, head", "variants": "yolov8n (tried), yolov8x (used)",
    }  # fmt: skip
    found = claims(path)
    assert set(found) == {"YOLOv8", "mixup"}
    assert found["YOLOv8"]["roles"] == ["backbone", "head"]
    assert found["YOLOv8"]["quote"] == FROGS_1
    corrected(run, DOC, "yolov8", "--no-roles", "--no-variants")
    assert (claims(path)["YOLOv8"]["roles"], claims(path)["YOLOv8"]["variants"]) == ([], [])


def test_a_wrong_claim_and_a_missing_one(run: Run, path: Path) -> None:
    corrected(run, DOC, "efficientnet", "--wrong")
    corrected(run, DOC, "lgbm", "--missing", "--status", "tried", "--quote", "mixup helped")
    corrected(run, DOC, "name:Frog Former", "--missing", "--status", "mentioned")
    found = claims(path)
    assert set(found) == {"mixup", "LightGBM", "Frog Former"}
    assert (found["LightGBM"]["quote"], found["LightGBM"]["status"]) == ("mixup helped", "tried")
    with Store.open(path, read_only=True) as store:
        uses = {row["architecture"]: row["n_solutions"] for row in ask.popularity(store, Filters(year=2023)).rows}
    assert "EfficientNet" in uses  # another solution's
    assert uses["EfficientNet"] == 1


def test_rank_and_competition(run: Run, path: Path) -> None:
    (row,) = corrected(run, "wu-frogs-3", "--rank", "2", "--rank-source", "leaderboard")
    assert (row["about"], row["extracted"], row["corrected"]) == (
        "document", "3 (author)", "2 (leaderboard)",
    )  # fmt: skip
    rows = corrected(run, "bl-nowhere", "--competition", "drivendata/newts", "--rank", "1")
    assert [(row["field"], row["extracted"]) for row in rows] == [
        ("competition", "no competition"),
        ("rank", "no rank"),
    ]
    corrected(run, "bl-tides", "--no-competition")
    corrected(run, "wu-moths-2", "--no-rank")
    with Store.open(path, read_only=True) as store:
        sql = "SELECT document, competition_id, rank, rank_source FROM v_documents WHERE document IN (?, ?, ?, ?)"
        seen = {
            row[0]: tuple(row)[1:] for row in store.execute(sql, ["wu-frogs-3", "bl-nowhere", "bl-tides", "wu-moths-2"])
        }
        assert "the correction is taken" not in " ".join(ask.show(store, "wu-frogs-3", Filters()).notes)
        assert "the correction is taken" in " ".join(ask.show(store, "wu-moths-2", Filters()).notes)
    assert seen == {
        "wu-frogs-3": ("kaggle/frogs", 2, "leaderboard"), "bl-nowhere": ("drivendata/newts", 1, "author"),
        "bl-tides": (None, None, None), "wu-moths-2": ("kaggle/moths", None, None),
    }  # fmt: skip


REFUSED = [
    ([], 2, "name a document or a claim"),
    ([DOC], 2, "say what is true"),
    (["wu-frog", "--rank", "1", "--note", "x"], 1, "Did you mean wu-frogs-1, wu-frogs-3"),
    (["nothing-here", "--rank", "1", "--note", "x"], 1, "no document or claim called 'nothing-here'"),
    ([DOC, "efficientnet", "--status", "tried"], 2, "say why"),
    ([DOC, "--status", "tried", "--note", "x"], 2, "it has: EfficientNet, mixup"),
    ([DOC, "YOLOv8", "--status", "tried", "--note", "x"], 2, "To add one that the extractor misses"),
    ([DOC, "efficientnet", "--missing", "--status", "used", "--note", "x"], 2, "leave --missing out"),
    ([DOC, "YOLOv8", "--missing", "--note", "x"], 2, "--missing --status used"),
    ([DOC, "YOLO", "--missing", "--status", "used", "--note", "x"], 2, "yolov5, yolov8; name one"),
    ([DOC, "YOLOv9", "--missing", "--status", "used", "--note", "x"], 2, "Did you mean YOLOv"),
    (
        [DOC, "YOLOv8", "--missing", "--status", "used", "--quote", "not there", "--note", "x"],
        2,
        "are not in wu-frogs-1",
    ),
    (
        [DOC, "YOLOv8", "--missing", "--status", "used", "--quote", "x" * 301, "--note", "x"],
        2,
        "300 characters at most",
    ),
    (
        [DOC, "mixup", "--status", "used", "--quote", "mixup", "--note", "x"],
        2,
        "--quote shows a claim that is --missing",
    ),
    ([DOC, "mixup", "--wrong", "--status", "used", "--note", "x"], 2, "nothing else can be said"),
    ([DOC, "mixup", "--wrong", "--missing", "--note", "x"], 2, "contradict each other"),
    ([DOC, "mixup", "--is", "mixup", "--note", "x"], 2, "about mixup already"),
    ([DOC, "mixup", "--rank", "1", "--note", "x"], 2, "leave 'mixup' out"),
    (["wu-frogs-3", "YOLO", "--status", "used", "--note", "x"], 2, "any of these claims of wu-frogs-3"),
    (["wu-frogs-3", "yolov8", "--variant", "x=used", "--note", "x"], 2, "say --status too"),
    (["bl-nowhere", "--rank", "1", "--note", "x"], 2, "say which: --competition SLUG"),
    ([DOC, "--competition", "frgs", "--note", "x"], 2, "Did you mean frogs"),
    (["--list", "--undo"], 2, "commands of their own"),
    (["--list", "--status", "used"], 2, "nothing is corrected with --list"),
    (["--undo"], 2, "name a document or a claim"),
    (["--undo", DOC], 1, "no correction called 'wu-frogs-1'"),
    (["--from", "nothing.jsonl"], 2, "nothing.jsonl"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "words"), REFUSED, ids=lambda v: " ".join(v) if isinstance(v, list) else ""
)
def test_what_cannot_be_is_refused_with_what_would_work(
    run: Run, path: Path, arguments: list[str], code: int, words: str
) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert words in " ".join(err.split())
    with Store.open(path) as store:
        assert store.corrections.all() == ()


def test_what_was_said_before_is_named_when_it_is_in_the_way(run: Run) -> None:
    corrected(run, DOC, "efficientnet", "--wrong")
    _, _, err = run(DOC, "effnet", "--status", "used", "--note", "x")
    assert "miner correct --undo" in err
    _, _, err = run(DOC, "mixup", "--is", "efficientnet", "--note", "x")
    assert "first miner correct --undo" in err
    corrected(run, DOC, "lightgbm", "--missing", "--status", "used")
    _, _, err = run(DOC, "lightgbm", "--wrong", "--note", "x")
    assert "because you added it: miner correct wu-frogs-1 LightGBM --undo" in err
    assert run(DOC, "LightGBM", "--undo")[0] == 0
    corrected(run, DOC, "efficientnet", "--missing", "--status", "tried")  # the other way round is a change of mind


def test_who_corrects_a_copy_is_told_where_it_counts(run: Run) -> None:
    _, out, _ = run("nb-frogs-9-fork", "efficientnet", "--status", "tried", "--note", "x", "--format", "json")
    assert json.loads(out)["notes"][0].startswith("nb-frogs-9-fork is a near copy of nb-frogs-9: statistics count that")


def test_corrections_are_listed_shown_and_undone(run: Run, path: Path) -> None:
    before = claims(path)
    corrected(run, DOC, "efficientnet", "--status", "tried")
    corrected(run, DOC, "--rank", "4")
    corrected(run, "wu-frogs-3", "yolov8", "--wrong")
    _, out, _ = run("--list")
    assert all(word in out for word in ("used", "tried", "as read", "4 (author)", "nothing said"))
    assert len(json.loads(run("--list", DOC, "--format", "json")[1])["rows"]) == 2
    for format_name in ("table", "md", "html", "json"):
        _, out, _ = run(DOC, "--format", format_name, command="show")
        assert all(word in out for word in ("tried", "1 (index)", "as read", "20"))
    _, out, _ = run(claim_of(DOC, "efficientnet"), "--format", "json", command="show")
    (said,) = json.loads(out)["facts"]["corrections"]
    assert (said["extracted"], said["corrected"], said["note"]) == ("used", "tried", "as read")
    assert run("--undo", said["correction"])[0] == 0
    assert run("--undo", "wu-frogs-3", "yolov8")[0] == 0
    assert run("--undo", f"https://example.org/{DOC}")[0] == 0
    assert claims(path) == before
    assert "Nothing is corrected" in run("--list")[1]


def test_out_of_one_corpus_and_into_another(
    run: Run, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected(run, DOC, "efficientnet", "--is", "yolov5", "--status", "tried")
    corrected(run, "wu-frogs-3", "lightgbm", "--missing", "--status", "used", "--quote", "we dropped it")
    corrected(run, "wu-moths-2", "--rank", "1", "--rank-source", "index")
    code, out, _ = run("corrections", "--format", "jsonl", command="export")
    assert code == 0
    lines = [json.loads(line) for line in out.splitlines()]
    assert {line["doc_id"] for line in lines} == {DOC, "wu-frogs-3", "wu-moths-2"}
    assert len(run("corrections", "--task", "image", command="export")[1].splitlines()) == 1
    table = list(csv.DictReader(run("corrections", "--format", "csv", command="export")[1].splitlines()))
    assert {row["value"] for row in table} == {"YOLOv5", "tried", "a claim", "used", "1 (index)"}
    file = tmp_path / "corrections.jsonl"
    file.write_text(out + "\n", encoding="utf-8")
    wanted = {name: claims(path, name) for name in (DOC, "wu-frogs-3")}
    monkeypatch.setenv("MINER_DB", str(tmp_path / "other.db"))
    with Store.open(tmp_path / "other.db") as store:
        fill(store)
    code, _, err = run(str(file), command="add")
    assert (code, "`miner correct --from` takes in corrections" in " ".join(err.split())) == (3, True)
    assert run("--from", str(file)) == (0, "corrections: 5 new, 0 changed, 0 unchanged\n", "")
    assert {name: claims(tmp_path / "other.db", name) for name in wanted} == wanted
    assert run("--from", str(file))[1] == "corrections: 0 new, 0 changed, 5 unchanged\n"
    assert run("corrections", "--format", "jsonl", command="export")[1] == out
    monkeypatch.setenv("MINER_DB", str(tmp_path / "fresh.db"))
    code, out, err = run("--from", str(file))
    assert (code, out) == (0, "corrections: 5 new, 0 changed, 0 unchanged\n")
    assert "5 of them wait" in err


BAD_LINES = [
    ("not json", "not JSON"),
    ('{"doc_id": "wu-frogs-1", "field": "status", "note": "x"}', "doc_id, field, value and note"),
    ('{"doc_id": "wu-frogs-1", "field": "colour", "value": 1, "note": "x"}', "colour"),
    ('{"doc_id": "wu-frogs-1", "field": "status", "value": "tried", "note": "x"}', "names its architecture"),
    ('{"doc_id": "wu-frogs-1", "field": "rank", "value": 3, "note": "x"}', "is no rank"),
    ('{"doc_id": "wu-frogs-1", "field": "rank", "value": null, "note": "x"}', "not an ISO time"),
    ('{"doc_id": "nobody", "field": "rank", "value": null, "note": "x"}', "no document_id"),
]


def test_a_bad_line_costs_that_line(run: Run, path: Path, tmp_path: Path) -> None:
    good = {"doc_id": DOC, "field": "status", "value": "tried", "name": "EfficientNet", "note": "by hand",
            "corrected_at": "2026-01-01T12:00:00+02:00"}  # fmt: skip
    file = tmp_path / "c.jsonl"
    file.write_text("\n".join([*(line for line, _ in BAD_LINES), json.dumps(good)]), encoding="utf-8")
    code, out, err = run("--from", str(file))
    assert (code, out) == (3, "corrections: 1 new, 0 changed, 0 unchanged\n")
    assert all(words in err for _, words in BAD_LINES)
    assert claims(path)["EfficientNet"]["status"] == "tried"
    with Store.open(path) as store:
        assert store.corrections.all()[0].corrected_at == "2026-01-01T10:00:00+00:00"
        assert len(store.execute("SELECT * FROM failures WHERE stage = 'correct'")) == len(BAD_LINES)
    file.write_text(json.dumps(good), encoding="utf-8")
    assert run("--from", str(file))[1] == "corrections: 0 new, 0 changed, 1 unchanged\n"
    with Store.open(path) as store:
        assert store.execute("SELECT * FROM failures WHERE stage = 'correct'") == []


def test_the_shipped_extractor_is_corrected_whenever_it_runs(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tmp_path / "post.md"
    text.write_text("# Ours\n\nWe used a U-Net with a ResNet34 encoder.\n", encoding="utf-8")
    monkeypatch.setenv("MINER_DB", str(tmp_path / "own.db"))
    for command in (["add", str(text)], ["analyse"]):
        assert cli.main(command) == 0
    with Store.open(tmp_path / "own.db") as store:
        (name,) = (row["name"] for row in store.execute("SELECT name FROM documents WHERE source = 'folder'"))
    corrected(run, name, "unet", "--status", "tried")
    corrected(run, name, "resnet", "--wrong")
    text.write_text("# Ours\n\nWe used a U-Net with a ResNet34 encoder, edited.\n", encoding="utf-8")
    for command in (["analyse", "--all"], ["add", str(text)], ["analyse"], ["add", str(text)], ["analyse", "--all"]):
        assert cli.main(command) == 0
        found = claims(tmp_path / "own.db", name)
        assert {architecture: row["status"] for architecture, row in found.items()} == {"U-Net": "tried"}
    with Store.open(tmp_path / "own.db") as store:
        assert analyse(store, run_serial).n_documents == 0
        assert all(check.ok for check in store.checks())


@pytest.fixture(scope="module")
def script(repository: Path) -> ModuleType:
    """The script that scores the extractor against corrections, as a module."""
    spec = importlib.util.spec_from_file_location("score_corrections", repository / "scripts" / "score_corrections.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_extractor_is_scored_against_corrections(
    run: Run, path: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["score_corrections.py", "--all"])
    assert script.main() == 1
    corrected(run, DOC, "efficientnet", "--status", "tried")
    corrected(run, DOC, "mixup", "--status", "used")
    corrected(run, "wu-frogs-3", "--rank", "3")
    capsys.readouterr()
    assert script.main() == 0
    out = capsys.readouterr().out
    assert "status       agrees 1/2 (0.50), waiting 0" in out
    assert "all          agrees 2/3 (0.67), waiting 0" in out
    assert "wu-frogs-1: EfficientNet, status: used, not tried" in out
