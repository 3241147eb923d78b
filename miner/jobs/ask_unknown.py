"""The review list: names that the catalogue lacks, and the catalogue line that one of them becomes."""

from __future__ import annotations

import json

from corpus.catalogue import load_catalogue
from corpus.errors import NotKnownError, UsageError
from corpus.ids import squash
from corpus.records import Answer, Column
from corpus.views import Readable
from corpus.views_status import corpus_dates
from corpus.views_unknown import UnknownName, unknown_names
from miner.jobs.ask_names import near_names
from miner.jobs.ask_scope import freshness, plural

COLUMNS = (
    Column("name", "name", "text", "The spelling that stands most often."),
    Column("n_documents", "documents", "int", "Documents that name it; copies left out."),
    Column("n_used", "used", "int", "Documents that say they use it."),
    Column("n_competitions", "competitions", "int", "Of these documents."),
    Column("spellings", "spellings", "list", "As documents write it."),
    Column("example", "example", "text", "A document that names it; `miner show` takes it."),
    Column("quote", "sentence", "quote", "Where it stands there."),
)


def unknown(store: Readable, limit: int = 20) -> Answer:
    """The names that documents use as architectures and the catalogue lacks, with counts and examples."""
    found = unknown_names(store)
    notes = [
        freshness(corpus_dates(store)),
        'To take one into the catalogue: `miner unknown --add NAME --kind cnn` prints its line. "Unknown" is what'
        " shape and context show; look at the sentence first.",
    ]
    if len(found) > limit:
        notes.insert(0, f"Shown: {limit} of {plural(len(found), 'name|names')}.")
    return Answer(
        name="unknown",
        title=f"Architectures that the catalogue lacks: {len(found)}",
        columns=COLUMNS,
        rows=tuple(_row(one) for one in found[:limit]),
        facts={"n_names": len(found)},
        notes=tuple(notes),
        query={"limit": limit},
    )


def catalogue_line(store: Readable, name: str, kind: str, lineage: str | None = None) -> str:
    """The line of `corpus/catalogue/additions.jsonl` that makes an unknown name a family, all spellings its aliases.

    Raises:
        NotKnownError: when no document holds that name as an unknown one.
        UsageError: when the catalogue has no such kind, or no such lineage.
    """
    found = unknown_names(store)
    one = next((other for other in found if squash(other.name) == squash(name)), None)
    if one is None:
        raise NotKnownError("unknown name", name, near_names(name, [other.name for other in found]))
    architectures = load_catalogue().architectures
    kinds = sorted({a.kind for a in architectures.values()})
    if kind not in kinds:
        raise UsageError(f"no kind {kind!r}; there are {', '.join(kinds)}")
    if lineage is not None and lineage not in architectures:
        raise UsageError(f"no family {lineage!r} in the catalogue")
    line: dict[str, object] = {"id": _id(one.name), "name": one.name, "kind": kind}
    if lineage is not None:
        line["lineage"] = lineage
    line["aliases"] = sorted({one.name, *(s for s in one.spellings if squash(s) == squash(one.name))})
    return json.dumps(line | {"source": "hand"}, ensure_ascii=False)


def _id(name: str) -> str:
    return "-".join("".join(c if c.isalnum() or c in "+." else " " for c in name.lower()).split())


def _row(one: UnknownName) -> dict[str, object]:
    first = one.examples[0]
    return {
        "name": one.name,
        "n_documents": one.n_documents,
        "n_used": one.n_used,
        "n_competitions": one.n_competitions,
        "spellings": list(one.spellings),
        "example": first.document,
        "quote": first.quote,
        "examples": [
            {
                "document": e.document,
                "competition": e.competition,
                "rank": e.rank,
                "status": e.status,
                "quote": e.quote,
                "url": e.url,
            }
            for e in one.examples
        ],
    }
