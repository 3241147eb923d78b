"""What the corpus holds, how fresh it is, what failed and what is missing."""

from __future__ import annotations

import json

from corpus.records import Answer, Column
from corpus.views import Readable
from corpus.views_status import (
    RunRow,
    corpus_dates,
    count_everything,
    count_stale,
    failures,
    last_runs,
    sources,
    stamps,
)

STATUS_COLUMNS = (
    Column("thing", "in this corpus", "text", "What is counted."),
    Column("n", "n", "int", "How many there are."),
)
N_FAILURES = 10
SCHEMA_META = "SELECT key, value FROM meta ORDER BY key"


def status(store: Readable, made_by: str | None = None) -> Answer:
    """Counts of everything, dates, last runs, failures and what is missing.

    Args:
        store: the corpus.
        made_by: stamp that claims would carry if they were made now; None when it is not known, then only changed
            documents count as stale.
    """
    counts = count_everything(store)
    dates = corpus_dates(store)
    failed = failures(store)
    made = stamps(store)
    n_stale = count_stale(store, made_by)
    facts: dict[str, object] = {
        "newest_document": dates.newest_document,
        "dates_covered": {"first": dates.oldest_counted, "last": dates.newest_counted},
        "last_run": dates.last_run,
        "n_stale_documents": n_stale,
        "n_failures": len(failed),
        **{row["key"]: row["value"] for row in store.execute(SCHEMA_META)},
        "claims_made_by": [{"made_by": stamp or "not analysed yet", "n_documents": n} for stamp, n in made.items()],
        "sources": [
            {
                "source": s.name,
                "kind": s.kind,
                "n_documents": s.n_documents,
                "n_competitions": s.n_competitions,
                "licence": s.licence,
                "location": s.location,
            }
            for s in sources(store)
        ],
        "last_runs": [_run(run) for run in last_runs(store)],
        "failures": [
            {"item": f.item, "stage": f.stage, "place": f.place, "message": f.message, "seen_at": f.seen_at}
            for f in failed[:N_FAILURES]
        ],
    }
    return Answer(
        name="status",
        title="What this corpus holds",
        columns=STATUS_COLUMNS,
        rows=tuple({"thing": thing, "n": n} for thing, n in counts.items()),
        facts=facts,
        notes=_missing(counts, n_stale, len(failed)),
    )


def _run(run: RunRow) -> dict[str, object]:
    counts = json.loads(run.counts)
    return {
        "run": run.id,
        "command": run.command,
        "started_at": run.started_at,
        "outcome": run.outcome or "not ended (running, or stopped)",
        "counts": ", ".join(f"{key} {value}" for key, value in counts.items() if value),
    }


def _missing(counts: dict[str, int], n_stale: int, n_failed: int) -> tuple[str, ...]:
    notes = []
    if not counts["documents with text"]:
        notes.append("No document has text: these are starter facts. `miner add PATH` and `miner run` bring text in.")
    untyped = counts["competitions"] - counts["competitions with a task type"]
    undocumented = counts["competitions"] - counts["competitions with a documented solution"]
    unranked = counts["documents"] - counts["documents with a rank"]
    missing = [
        (untyped, "competitions have no task type"),
        (undocumented, "competitions have no documented solution"),
        (unranked, "documents have no rank"),
        (counts["claims without a catalogue entry"], "claims name an architecture that the catalogue lacks"),
    ]
    said = [f"{n:,} {what}" for n, what in missing if n]
    if said:
        notes.append(f"Missing: {'; '.join(said)}.")
    if n_stale:
        notes.append(f"{n_stale:,} documents are new, changed or analysed by an older version: `miner analyse`.")
    if n_failed > N_FAILURES:
        notes.append(f"Shown: the newest {N_FAILURES} of {n_failed:,} failures.")
    if not counts["architectures"]:
        notes.append("The architecture catalogue is not loaded.")
    return tuple(notes)
