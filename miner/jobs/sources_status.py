"""What each crawled source is, has brought and lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from corpus.records import Answer, Column
from corpus.views import Readable
from corpus.views_changes import SourceState, source_states
from miner.jobs.refresh_source import LIST_INTERVAL

SOURCE_COLUMNS = (
    Column("source", "source", "text", "Name of the source; `miner refresh` takes it."),
    Column("is_enabled", "on", "text", "Whether `miner refresh` asks it when it is told no source."),
    Column("last_run", "last refresh", "text", "When it was last refreshed; UTC, ISO 8601."),
    Column("outcome", "outcome", "text", "done, failures, stopped, budget (reached), interrupted, or running."),
    Column("n_documents", "documents", "int", "Documents that it brought."),
    Column("n_gone", "gone", "int", "Things that are gone from it; their documents are kept."),
    Column("n_failing", "failing", "int", "Things whose last fetch failed; the next refreshes try again."),
    Column("stop_reason", "stopped because", "text", "Why it could not go on, and what to do."),
    Column("next_lists", "lists due", "text", "When `miner refresh --due` reads its lists again; UTC, ISO 8601."),
    Column("about", "what it brings", "text", "What it brings and needs."),
)


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that this program has."""

    name: str
    about: str
    is_enabled: bool


def sources(store: Readable, known: Iterable[KnownSource]) -> Answer:
    """Each source with what it brought, how its last refresh went, and when it is due.

    Args:
        store: the corpus.
        known: the sources of this program, in the order in which a refresh asks them.
    """
    states = source_states(store)
    rows = [_row(source, states.get(source.name)) for source in known]
    never = [str(row["source"]) for row in rows if row["last_run"] is None]
    notes = [f"Never refreshed: {', '.join(never)}; `miner refresh NAME` tries one."] if never else []
    return Answer(
        name="sources",
        title="Sources of this corpus",
        columns=SOURCE_COLUMNS,
        rows=tuple(rows),
        facts={"n_sources": len(rows)},
        notes=tuple(notes),
    )


def _row(source: KnownSource, state: SourceState | None) -> dict[str, object]:
    row: dict[str, object] = {
        "source": source.name,
        "about": source.about,
        "is_enabled": source.is_enabled,
        "n_documents": 0,
        "n_gone": 0,
        "n_failing": 0,
        "last_run": None,
        "outcome": None,
        "next_lists": None,
        "stop_reason": None,
    }
    if state is None:
        return row
    listed_at = datetime.fromisoformat(state.listed_at) if state.listed_at else None
    return row | {
        "n_documents": state.n_documents,
        "n_gone": state.n_gone,
        "n_failing": state.n_failing,
        "last_run": state.started_at,
        "outcome": state.outcome or "running, or killed",
        "next_lists": (listed_at + LIST_INTERVAL).isoformat() if listed_at else "at once",
        "stop_reason": state.stop_reason,
        "n_targets": state.n_targets,
        "counts": json.loads(state.counts or "{}"),
    }
