"""Exports as Parquet: the rows of a table with their types kept, dates as dates and lists as lists; needs pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import UsageError

if TYPE_CHECKING:
    from pyarrow import DataType, Schema

ROWS_AT_ONCE = 5_000
Record = Mapping[str, object]

# Column -> kind, in the order of the file. Text unless said otherwise; `reasons` and `evidence` are lists of records.
CLAIMS = {
    "doc_id": "text", "kind": "text", "competition": "text", "rank": "int", "task_types": "texts", "url": "text",
    "copy_of": "text", "prose_language": "text", "why": "text", "family": "text", "architecture_id": "text",
    "architecture": "text", "variants": "texts", "status": "text", "roles": "texts", "reasons": "reasons",
    "evidence": "evidence", "confidence": "number", "claim_id": "text", "made_by": "text",
}  # fmt: skip
COMPETITIONS = {
    "slug": "text", "title": "text", "platform": "text", "year": "int", "metric": "text", "task_types": "texts",
    "task_types_source": "text", "inferred_task_types": "texts", "inferred_from": "texts", "deadline": "day",
    "counted_on": "day", "url": "text", "n_teams": "int", "reward": "text", "tags": "texts", "provenance": "text",
    "source": "text",
}  # fmt: skip
DOCUMENTS = {
    "doc_id": "text", "document_id": "text", "kind": "text", "format": "text", "title": "text", "author": "text",
    "url": "text", "competition": "text", "platform": "text", "year": "int", "rank": "int", "rank_source": "text",
    "medal": "text", "published_on": "day", "counted_on": "day", "language": "text", "licence": "text",
    "votes": "int", "copy_of": "text", "is_analysed": "flag", "source": "text", "packages": "texts",
}  # fmt: skip
CORRECTIONS = {
    "correction_id": "text", "doc_id": "text", "document_id": "text", "url": "text", "competition": "text",
    "architecture": "text", "name": "text", "field": "text", "value": "text", "quote": "text", "extracted": "text",
    "agrees": "flag", "state": "text", "note": "text", "corrected_at": "moment",
}  # fmt: skip
TABLES = {"claims": CLAIMS, "competitions": COMPETITIONS, "documents": DOCUMENTS, "corrections": CORRECTIONS}


def write_parquet(what: str, records: Iterable[Record], path: Path) -> None:
    """Write the records of one export; columns and types are the same where there is no record.

    Args:
        what: one of TABLES.
        records: as many as there are; some thousand are held at once.
        path: replaced where it is there.

    Raises:
        UsageError: without the extra `parquet`.
        OSError: the file cannot be written.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError("Parquet files need pyarrow: pip install 'solution-miner[parquet]'") from error
    kinds = TABLES[what]
    schema = _schema(kinds)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in _batches(records):
            columns = [pa.array(_values(name, kind, rows), schema.field(name).type) for name, kind in kinds.items()]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(records)
    while rows := list(islice(rest, ROWS_AT_ONCE)):
        yield rows


def _values(name: str, kind: str, rows: list[Record]) -> list[Any]:
    values: list[Any] = [row[name] for row in rows]
    if kind == "moment":
        return [None if value is None else datetime.fromisoformat(value) for value in values]
    return values


def _schema(kinds: Mapping[str, str]) -> Schema:
    import pyarrow as pa

    place = [("block", pa.string()), ("start", pa.int64()), ("end", pa.int64())]
    reason = [("category", pa.string()), ("polarity", pa.string()), ("quote", pa.string()), *place]
    types: dict[str, DataType] = {
        "text": pa.string(),
        "int": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "moment": pa.timestamp("s", tz="UTC"),
        "texts": pa.list_(pa.string()),
        "reasons": pa.list_(pa.struct([*reason, ("confidence", pa.float64())])),
        "evidence": pa.list_(pa.struct([*place, ("quote", pa.string())])),
    }
    return pa.schema([(name, types[kind]) for name, kind in kinds.items()])
