"""Parquet holds the rows of the other exports, with their types; read back by pandas, as users do."""

from __future__ import annotations

import builtins
import csv
import io
import json
import math
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from question_sample import fill

from analysis.reports.formats import plain
from corpus.errors import UsageError
from corpus.records import Filters
from corpus.store import MEMORY, Store
from miner.cli import cli
from miner.jobs.export import PARQUET, export_lines, export_records, write_export
from miner.jobs.export_parquet import TABLES

EVERYTHING = Filters()


@pytest.fixture(scope="module")
def sample() -> Iterator[Store]:
    """The sample corpus; tests only read it."""
    with Store.open(Path(MEMORY)) as store:
        fill(store)
        yield store


@pytest.fixture
def pandas() -> Any:
    """pandas, where it can read Parquet."""
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    return pytest.importorskip("pandas")


def read_back(pandas: Any, store: Store, what: str, path: Path, filters: Filters = EVERYTHING) -> Any:
    """The export as pandas has it."""
    write_export(store, what, PARQUET, filters, path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return pandas.read_parquet(path)


def as_json(value: Any) -> Any:
    """A cell in terms of JSON: arrays as lists, missing values as null, days as ISO 8601."""
    if hasattr(value, "tolist") and not isinstance(value, str):
        value = value.tolist()
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if value is None or value != value or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():  # pandas holds whole numbers with gaps as floats
        return int(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """The frame's rows in terms of JSON."""
    return [{name: as_json(row[name]) for name in frame.columns} for row in frame.to_dict("records")]


@pytest.mark.parametrize("what", ["competitions", "documents"])
@pytest.mark.parametrize("filters", [EVERYTHING, Filters(task="audio")])
def test_rows_are_those_of_json(pandas: Any, sample: Store, tmp_path: Path, what: str, filters: Filters) -> None:
    frame = read_back(pandas, sample, what, tmp_path / "export.parquet", filters)
    assert rows_of(frame) == [json.loads(line) for line in export_lines(sample, what, "jsonl", filters)]
    assert len(frame)


def test_claims_are_those_of_json_and_their_rows_those_of_csv(pandas: Any, sample: Store, tmp_path: Path) -> None:
    rows = rows_of(read_back(pandas, sample, "claims", tmp_path / "claims.parquet"))
    nested = [json.loads(line) for line in export_lines(sample, "claims", "jsonl", EVERYTHING)]
    same = [{**line, **claim} for line in nested for claim in line["claims"]]
    for row in same:
        del row["claims"]
    assert rows == same
    typed = list(csv.DictReader(io.StringIO("".join(export_lines(sample, "claims", "csv", EVERYTHING, raw=True)))))
    for row in rows:
        row["reasons"] = [f"{reason['category']} {reason['polarity']}" for reason in row["reasons"]]
    text = [{name: in_csv(row[name]) for name in typed[0]} for row in rows]
    assert text == typed


def in_csv(value: Any) -> str:
    """A cell as the CSV has it."""
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


def test_corrections_are_those_of_csv(pandas: Any, tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with Store.open(path) as store:
        fill(store)
    typed = ["--db", str(path), "correct", "wu-frogs-1"]
    assert CliRunner().invoke(cli, [*typed, "EfficientNet", "--status", "tried", "--note", "a, b"]).exit_code == 0
    assert CliRunner().invoke(cli, [*typed, "--rank", "7", "--note", "read anew"]).exit_code == 0
    (tmp_path / "out").mkdir()
    with Store.open(path, read_only=True) as store:
        frame = read_back(pandas, store, "corrections", tmp_path / "out" / "corrections.parquet")
        records = [plain(row) for row in export_records(store, "corrections", "csv", EVERYTHING)]
    assert str(frame["corrected_at"].dtype).startswith("datetime64")
    rows = rows_of(frame)
    assert len(rows) == 2
    for row, record in zip(rows, records, strict=True):
        assert isinstance(record, dict)
        assert datetime.fromisoformat(row.pop("corrected_at")) == datetime.fromisoformat(record.pop("corrected_at"))
        assert row == record


@pytest.mark.parametrize("what", TABLES)
def test_every_column_is_declared_and_kept_where_there_is_no_row(
    pandas: Any, sample: Store, tmp_path: Path, what: str
) -> None:
    for record in export_records(sample, what, PARQUET, EVERYTHING):
        assert record.keys() == TABLES[what].keys()
    from pyarrow import parquet

    read_back(pandas, sample, what, tmp_path / "full.parquet")
    (tmp_path / "full.parquet").rename(tmp_path / "export.parquet")
    full = parquet.read_schema(tmp_path / "export.parquet")
    empty = read_back(pandas, sample, what, tmp_path / "export.parquet", Filters(year=1900))
    assert len(empty) == 0
    assert parquet.read_schema(tmp_path / "export.parquet").equals(full)
    assert full.names == list(TABLES[what])


def test_types_are_kept(pandas: Any, sample: Store, tmp_path: Path) -> None:
    from pyarrow import parquet

    read_back(pandas, sample, "documents", tmp_path / "export.parquet")
    kinds = {field.name: str(field.type) for field in parquet.read_schema(tmp_path / "export.parquet")}
    assert (kinds["published_on"], kinds["rank"], kinds["is_analysed"]) == ("date32[day]", "int64", "bool")
    assert kinds["packages"].startswith("list<")
    frame = read_back(pandas, sample, "competitions", tmp_path / "export.parquet")
    frogs = frame.set_index("slug").loc["frogs"]
    assert frogs["deadline"] == date(2023, 5, 1)
    assert list(frogs["task_types"]) == ["audio/classification", "audio/detection"]


def test_many_rows_come_in_parts(pandas: Any, sample: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows_of(read_back(pandas, sample, "claims", tmp_path / "export.parquet"))
    monkeypatch.setattr("miner.jobs.export_parquet.ROWS_AT_ONCE", 2)
    assert rows_of(read_back(pandas, sample, "claims", tmp_path / "export.parquet")) == whole


def test_the_command_writes_it_and_wants_a_file(pandas: Any, tmp_path: Path) -> None:
    with Store.open(tmp_path / "corpus.db") as store:
        fill(store)
    typed = ["--db", str(tmp_path / "corpus.db"), "export", "claims", "--format", "parquet"]
    done = CliRunner().invoke(cli, [*typed, "--out", str(tmp_path / "claims.parquet")])
    assert done.exit_code == 0, done.output
    with Store.open(tmp_path / "corpus.db", read_only=True) as store:
        n_claims = len(list(export_records(store, "claims", PARQUET, EVERYTHING)))
    assert len(pandas.read_parquet(tmp_path / "claims.parquet")) == n_claims > 0
    bare = CliRunner().invoke(cli, typed)
    assert (bare.exit_code, "name it with --out" in bare.stderr) == (2, True)


def test_without_the_library_the_command_to_install_it_is_said(
    sample: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **options: Any) -> Any:
        if name.partition(".")[0] == "pyarrow":
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=r"pip install 'solution-miner\[parquet\]'"):
        write_export(sample, "claims", PARQUET, EVERYTHING, tmp_path / "claims.parquet")
    assert list(tmp_path.iterdir()) == []
