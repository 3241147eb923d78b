from __future__ import annotations

import csv
import io
import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from question_sample import FROGS_1, fill

from corpus.errors import UsageError
from corpus.records import Filters
from corpus.store import MEMORY, Store
from miner.jobs.export import export_lines


@pytest.fixture(scope="module")
def sample() -> Iterator[Store]:
    """The sample corpus; tests only read it."""
    with Store.open(Path(MEMORY)) as store:
        fill(store)
        yield store


def records(store: Store, what: str, **filters: Any) -> list[dict[str, Any]]:
    """The export, read back."""
    return [json.loads(line) for line in export_lines(store, what, "jsonl", Filters(**filters))]


def test_every_analysed_document_has_a_line_in_order(sample: Store) -> None:
    lines = records(sample, "claims")
    names = [line["doc_id"] for line in lines]
    assert names == sorted(names)
    assert len(names) == 9
    assert next(line for line in lines if line["doc_id"] == "bl-nowhere")["claims"] == []


def test_a_claim_is_named_by_its_line_and_quoted_exactly(sample: Store) -> None:
    by_name = {line["doc_id"]: line for line in records(sample, "claims")}
    first = by_name["wu-frogs-1"]
    assert (first["kind"], first["competition"], first["rank"]) == ("writeup", "frogs", 1)
    assert first["task_types"] == ["audio/classification", "audio/detection"]
    (claim,) = first["claims"]  # mixup is a technique
    assert claim["family"] == "EfficientNet"
    assert claim["variants"] == ["tf_efficientnet_b0_ns"]
    assert (claim["status"], claim["roles"]) == ("used", ["main"])
    (evidence,) = claim["evidence"]
    assert FROGS_1[evidence["start"] : evidence["end"]] == evidence["quote"] == FROGS_1
    (reason,) = claim["reasons"]
    assert (reason["category"], reason["polarity"], reason["quote"]) == ("speed", "for", FROGS_1)
    assert reason["block"] == evidence["block"]
    assert [c["family"] for c in by_name["wu-frogs-3"]["claims"]] == ["YOLO", "YOLO"]


def test_starter_facts_give_no_words() -> None:
    with Store.open(Path(MEMORY)) as store:
        fill(store, with_text=False)
        claim = next(line for line in records(store, "claims") if line["doc_id"] == "wu-frogs-1")["claims"][0]
    assert claim["evidence"] == []
    assert (claim["reasons"][0]["quote"], claim["reasons"][0]["block"]) == ("", None)


def test_competitions_say_where_their_task_types_come_from(sample: Store) -> None:
    rows = {row["slug"]: row for row in records(sample, "competitions")}
    assert list(rows) == sorted(rows)
    moths = rows["moths"]
    assert (moths["task_types"], moths["task_types_source"]) == (["image/segmentation"], "curated")
    assert moths["inferred_task_types"] == ["image/regression"]
    assert (rows["frogs"]["task_types_source"], rows["tides"]["task_types_source"]) == ("inferred", None)
    assert rows["frogs"]["deadline"] == "2023-05-01"


def test_filters_narrow_every_export(sample: Store) -> None:
    assert [row["slug"] for row in records(sample, "competitions", task="image")] == ["moths"]
    assert [row["doc_id"] for row in records(sample, "documents", rank_at_most=2, task="audio")] == [
        "ex-reef-1", "wu-frogs-1",
    ]  # fmt: skip
    assert [row["doc_id"] for row in records(sample, "claims", platform="drivendata")] == ["bl-tides"]


def test_csv_of_claims_has_a_line_per_claim(sample: Store) -> None:
    text = "".join(export_lines(sample, "claims", "csv", Filters(rank_at_most=3, task="audio", platform="kaggle")))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["doc_id"], r["family"], r["status"]) for r in rows] == [
        ("rd-frogs-3", "LightGBM", "used"),
        ("rd-frogs-3", "YOLO", "mentioned"),
        ("wu-frogs-1", "EfficientNet", "used"),
        ("wu-frogs-3", "YOLO", "used"),
        ("wu-frogs-3", "YOLO", "tried"),
    ]
    assert rows[2]["reasons"] == "speed for"
    assert "".join(export_lines(sample, "documents", "csv", Filters())).count("\r\n") == 10


@pytest.mark.parametrize(("what", "format_name"), [("claims", "md"), ("houses", "jsonl")])
def test_what_cannot_be_exported_is_said(sample: Store, what: str, format_name: str) -> None:
    with pytest.raises(UsageError):
        list(export_lines(sample, what, format_name, Filters()))


def test_the_scorer_reads_it(sample: Store, shared: Path, tmp_path: Path) -> None:
    predictions = tmp_path / "claims.jsonl"
    predictions.write_text("".join(export_lines(sample, "claims", "jsonl", Filters())), encoding="utf-8")
    scorer = runpy.run_path(str(shared / "tools" / "score_claims.py"))
    found = {row["doc_id"]: row for row in map(json.loads, predictions.read_text(encoding="utf-8").splitlines())}
    gold = [{"doc_id": "wu-frogs-1", "kind": "writeup", "claims": [
        {"family": "EfficientNet", "surfaces": ["EfficientNet"], "variants": [], "status": "used", "roles": ["main"],
         "reasons": [{"category": "speed", "polarity": "for", "quote": "because it was quick"}]}]}]  # fmt: skip
    figures, _ = scorer["score"](gold, found, scorer["Families"](scorer["alias_table"](None, None)))
    assert figures["all"]["used"]["f1"] == 1.0
    assert figures["all"]["evidence"]["f1"] == 1.0
