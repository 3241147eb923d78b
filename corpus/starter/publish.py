"""Facts as a dataset to keep: flat tables beside the files that `miner add` takes, and what describes them.

The description is a Frictionless Data Package, version 2 (https://datapackage.org/standard/data-package/).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus.starter.files import COMPETITIONS, DOCUMENTS, SOURCES, STARTER_NAME, Row

DESCRIPTION = "datapackage.json"
README = "README.md"
NAME = "solution-miner-facts"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
ABOUT = (
    "Which model architectures public solutions of machine-learning competitions used, tried or mentioned, with roles, "
    "variants and kinds of reasons. Facts and links only: no sentence, no line of code and no author's name of the "
    "documents they were read from. Claims were extracted by a program; `confidence` is how likely a status is right."
)


class Field(NamedTuple):
    """One column of a flat table."""

    name: str
    type: str  # of Frictionless: string, integer, number, boolean, date
    description: str


COMPETITION_FIELDS = (
    Field("competition", "string", "platform/slug"),
    Field("title", "string", "as the platform shows it"),
    Field("url", "string", "its front page"),
    Field("year", "integer", "of the deadline"),
    Field("deadline", "date", "where known"),
    Field("metric", "string", "as the source names it"),
    Field("n_teams", "integer", "on the final leaderboard"),
    Field("task_types", "string", "modality/task, main first, joined by a space"),
    Field("task_types_source", "string", "curated (labelled by a person) or inferred"),
    Field("provenance", "string", "the source of these facts, licence included"),
)
SOLUTION_LINK_FIELDS = (
    Field("competition", "string", "platform/slug"),
    Field("rank", "integer", "1 is best; empty where the index gives none"),
    Field("kind", "string", "what the link leads to, as the index says"),
    Field("url", "string", "the link"),
    Field("provenance", "string", "the index, licence included"),
)
CLAIM_FIELDS = (
    Field("document", "string", "name of the document"),
    Field("document_kind", "string", "writeup, notebook, readme, blog or script"),
    Field("url", "string", "where to read it"),
    Field("licence", "string", "of the document, as it states it"),
    Field("competition", "string", "platform/slug"),
    Field("rank", "integer", "of the solution; 1 is best; empty where not known"),
    Field("rank_source", "string", "leaderboard, index or author, strongest first"),
    Field("architecture_id", "string", "family in the catalogue; empty where it lacks the name"),
    Field("architecture", "string", "its name"),
    Field("lineage", "string", "the line of families that statistics count"),
    Field("status", "string", "used, tried or mentioned"),
    Field("confidence", "number", "0 to 1: how likely the status is right"),
    Field("roles", "string", "joined by a space"),
    Field("variants", "string", "sizes and checkpoints as written, joined by '; '"),
    Field("reasons", "string", "category and side of each reason the author gives, joined by '; '"),
    Field("is_code", "boolean", "whether the best evidence is code"),
    Field("made_by", "string", "version of extractor and catalogue"),
)
TABLES = {
    "competitions": COMPETITION_FIELDS,
    "solution_links": SOLUTION_LINK_FIELDS,
    "claims": CLAIM_FIELDS,
}
LOADABLE = {
    COMPETITIONS: "competitions with tags, links and task types, one JSON object a line; `miner add` takes it",
    DOCUMENTS: "documents with their claims, one JSON object a line; `miner add` takes it",
    SOURCES: "where the facts were taken from, with licences and counts",
}


def competition_rows(competitions: Iterable[Row]) -> Iterator[Row]:
    """The table `competitions`, in the order given."""
    for row in competitions:
        curated = [label[2] for label in row.get("task_types", ()) if label[0] == "curated"]
        inferred = [label[2] for label in row.get("task_types", ()) if label[0] == "inferred"]
        yield {
            **{field.name: row.get(field.name) for field in COMPETITION_FIELDS},
            "competition": f"{row['platform']}/{row['slug']}",
            "task_types": " ".join(curated or inferred),
            "task_types_source": "curated" if curated else "inferred" if inferred else None,
        }


def solution_link_rows(competitions: Iterable[Row]) -> Iterator[Row]:
    """The table `solution_links`, in the order given."""
    for row in competitions:
        for url, rank, kind, provenance in row.get("links", ()):
            key = f"{row['platform']}/{row['slug']}"
            yield {"competition": key, "rank": rank, "kind": kind, "url": url, "provenance": provenance}


def claim_rows(documents: Iterable[Row], names: Mapping[str, tuple[str, str]]) -> Iterator[Row]:
    """The table `claims`, in the order given.

    Args:
        documents: as in DOCUMENTS.
        names: family's id -> its name and its lineage's name.
    """
    for row in documents:
        solution = row.get("solution") or [None] * 5
        for claim in row.get("claims", ()):
            family = claim.get("architecture")
            name, lineage = names.get(family or "", (claim.get("name") or family, None))
            yield {
                "document": row["name"],
                "document_kind": row["kind"],
                "url": row.get("url"),
                "licence": row.get("licence"),
                "competition": row.get("competition"),
                "rank": solution[1],
                "rank_source": solution[2],
                "architecture_id": family,
                "architecture": name,
                "lineage": lineage or name,
                "status": claim["status"],
                "confidence": claim["confidence"],
                "roles": " ".join(claim.get("roles", ())),
                "variants": "; ".join(variant[0] for variant in claim.get("variants", ())),
                "reasons": "; ".join(f"{category} {side}" for category, side in claim.get("reasons", ())),
                "is_code": bool(claim.get("is_code", False)),
                "made_by": row["made_by"],
            }


def to_csv(fields: Sequence[Field], rows: Iterable[Row]) -> bytes:
    """RFC 4180 with a header, UTF-8; what is unknown is an empty cell, true and false as JSON has them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([field.name for field in fields])
    for row in rows:
        values = (row[field.name] for field in fields)
        writer.writerow([json.dumps(value) if isinstance(value, bool) else value for value in values])
    return out.getvalue().encode()


def describe(files: Mapping[str, bytes], sources: Sequence[Row], version: str) -> bytes:
    """The data package's descriptor as JSON.

    Args:
        files: path inside the package -> content; `tables/NAME.csv` for the flat ones.
        sources: rows of SOURCES.
        version: of the facts, a hash.
    """
    own = next((row for row in sources if row["name"] == STARTER_NAME), {})
    made_on = own.get("made_on")
    package: Row = {
        "$schema": PROFILE,
        "name": NAME,
        "title": "Facts about solutions of machine-learning competitions",
        "description": ABOUT,
        "version": f"{made_on or 'undated'}+{version}",
        "keywords": ["machine learning", "competitions", "model architectures", "Kaggle"],
        "licenses": [{"title": own.get("licence", "see sources"), "path": SOURCES}],
        "sources": [{"title": _with_licence(row)} for row in sources if row["name"] != STARTER_NAME],
        "resources": [_resource(path, content) for path, content in files.items()],
    }
    if made_on:
        package["created"] = f"{made_on}T00:00:00Z"
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()


def _resource(path: str, content: bytes) -> Row:
    shared = {"path": path, "encoding": "utf-8", "bytes": len(content), "hash": f"sha256:{_sha256(content)}"}
    if path in LOADABLE:
        # nested lines are no table; "file" keeps readers of tables from trying
        kind = {"type": "file", "format": path.partition(".")[2], "mediatype": "application/jsonl"}
        return {"name": f"{path.split('.')[0]}_lines", **kind, "description": LOADABLE[path], **shared}
    name = path.removeprefix("tables/").removesuffix(".csv")
    fields = [field._asdict() for field in TABLES[name]]
    return {
        "name": name,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        **shared,
        "schema": {"fields": fields},
    }


def _with_licence(row: Row) -> str:
    """The source's name, with its licence where the name does not end in it."""
    name, licence = row["name"], row.get("licence")
    return name if licence and name.endswith(f"({licence})") else f"{name} ({licence or 'licence not stated'})"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def readme(sources: Sequence[Row], counts: Mapping[str, int], version: str) -> bytes:
    """A page for people: what this is, how much, from where."""
    own = next((row for row in sources if row["name"] == STARTER_NAME), {})
    licences = [f"- {_with_licence(row)}" for row in sources if row != own]
    stated = [f"- {licence}: {number:,}" for licence, number in own.get("documents_by_licence", {}).items()]
    lines = [
        "# Facts about solutions of machine-learning competitions", "", ABOUT, "",
        f"Version {version}, made on {own.get('made_on', 'an unknown day')}: "
        + ", ".join(f"{number:,} {name}" for name, number in counts.items()) + ".", "",
        "`tables/*.csv` open anywhere; `datapackage.json` describes every column (Frictionless Data Package).",
        "`miner add THIS-FILE` takes the facts into a corpus, where they replace older ones.", "",
        "Sources and licences:", "", *licences, "", "Documents by the licence they state:", "", *stated,
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()
