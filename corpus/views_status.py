"""What the corpus holds, how fresh it is and what it lacks."""
# ruff: noqa: S608 - the SQL is put together from this module's own words

from __future__ import annotations

from dataclasses import dataclass

from corpus.views import EXAMPLE_PLATFORM, Readable, read_rows

COUNTED = {  # what a person calls it: the condition that counts it
    "competitions": "competitions",
    "competitions with a task type": "v_competitions WHERE task_types IS NOT NULL",
    "competitions with a documented solution": "(SELECT DISTINCT competition_id FROM v_documented_solutions)",
    "solutions": "solutions",
    "documented solutions": "v_documented_solutions",
    "documented solutions of rank 10 or better": "v_documented_solutions WHERE rank <= 10",
    "solution links": "solution_links",
    "documents": "documents",
    "documents with text": "documents WHERE content_hash IS NOT NULL",
    "documents analysed": "v_documents WHERE is_analysed",
    "documents with a rank": "v_documents WHERE rank IS NOT NULL",
    "near copies": "documents WHERE copy_of IS NOT NULL",
    "gone at their source": "documents WHERE gone_at IS NOT NULL",
    "blocks": "blocks",
    "claims": "claims",
    "claims: used": "claims WHERE status = 'used'",
    "claims: tried": "claims WHERE status = 'tried'",
    "claims: mentioned": "claims WHERE status = 'mentioned'",
    "claims without a catalogue entry": "claims WHERE architecture_id IS NULL",
    "reasons": "reasons",
    "corrections": "corrections",
    "corrections that wait": "v_corrections WHERE state = 'waiting'",
    "architectures": "architectures",
    "lineages": "(SELECT DISTINCT lineage FROM architectures)",
    "benchmark rows": "benchmarks",
    "papers": "papers",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One command that wrote something."""

    id: int
    command: str
    started_at: str
    ended_at: str | None
    outcome: str | None
    counts: str


@dataclass(frozen=True, slots=True)
class FailureRow:
    """Something that could not be read or done."""

    item: str
    stage: str
    place: str
    message: str
    seen_at: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where rows came from."""

    name: str
    kind: str
    location: str | None
    licence: str | None
    added_at: str
    n_documents: int
    n_competitions: int


@dataclass(frozen=True, slots=True)
class CorpusDates:
    """How fresh the corpus is; None where nothing says."""

    newest_document: str | None  # newest published_on
    oldest_counted: str | None
    newest_counted: str | None
    last_run: str | None  # when the last run ended, UTC


def corpus_dates(store: Readable) -> CorpusDates:
    """Dates of the corpus; the invented examples do not make it look fresher."""
    return read_rows(
        store,
        CorpusDates,
        "SELECT max(published_on) AS newest_document, min(counted_on) AS oldest_counted,"
        " max(counted_on) AS newest_counted, (SELECT max(ended_at) FROM runs) AS last_run"
        " FROM v_documents WHERE coalesce(platform, '') <> ?",
        [EXAMPLE_PLATFORM],
    )[0]


def count_everything(store: Readable) -> dict[str, int]:
    """How many there are of each thing, in the order of COUNTED."""
    return {name: int(store.execute(f"SELECT count(*) AS n FROM {what}")[0]["n"]) for name, what in COUNTED.items()}


def last_runs(store: Readable, limit: int = 5) -> tuple[RunRow, ...]:
    """The last runs, newest first."""
    sql = "SELECT id, command, started_at, ended_at, outcome, counts FROM runs ORDER BY id DESC LIMIT ?"
    return read_rows(store, RunRow, sql, [limit])


def failures(store: Readable, limit: int | None = None) -> tuple[FailureRow, ...]:
    """What failed, newest first; all of it when `limit` is None."""
    sql = "SELECT item, stage, place, message, seen_at FROM failures ORDER BY seen_at DESC, item, stage, place LIMIT ?"
    return read_rows(store, FailureRow, sql, [-1 if limit is None else limit])


def sources(store: Readable) -> tuple[SourceRow, ...]:
    """Where rows came from, by name."""
    return read_rows(
        store,
        SourceRow,
        "SELECT s.*, (SELECT count(*) FROM documents d WHERE d.source = s.name) AS n_documents,"
        " (SELECT count(*) FROM competitions c WHERE c.source = s.name) AS n_competitions"
        " FROM sources s ORDER BY s.name",
    )


def stamps(store: Readable) -> dict[str, int]:
    """Extractor version -> documents whose claims it made, most first; '' for documents not analysed yet."""
    rows = store.execute(
        "SELECT coalesce(made_by, '') AS made_by, count(*) AS n FROM documents GROUP BY 1 ORDER BY n DESC, 1"
    )
    return {row["made_by"]: row["n"] for row in rows}


def count_stale(store: Readable, made_by: str | None) -> int:
    """Documents with text whose claims are missing, of older text or, where `made_by` is given, of another stamp."""
    sql = (
        "SELECT count(*) AS n FROM documents WHERE content_hash IS NOT NULL"
        " AND (analysed_hash IS NOT content_hash OR made_by IS NOT coalesce(?, made_by))"
    )
    return int(store.execute(sql, [made_by])[0]["n"])
