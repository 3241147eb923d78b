"""What came, changed and went since a day, and what that changed in the claims."""

from __future__ import annotations

from collections import Counter
from datetime import date

from corpus.records import Answer, Column
from corpus.views import Readable
from corpus.views_changes import (
    Change,
    changed_documents,
    claims_of_changed,
    failures_since,
    new_competitions,
    new_lineages,
)

CHANGE_COLUMNS = (
    Column("change", "change", "text", "new, edited or gone (a document), new competition, new architecture."),
    Column("at", "when", "text", "When the corpus learnt it; UTC, ISO 8601."),
    Column("name", "name", "text", "Of the document, competition or line of architectures; `miner show` takes it."),
    Column("title", "title", "text", "Its title."),
    Column("competition", "competition", "text", "Slug of the competition."),
    Column("rank", "rank", "int", "Rank of the solution that the document describes."),
    Column("url", "link", "url", "Where to read it."),
)
PLURALS = {
    "new": "new documents",
    "edited": "edited documents",
    "gone": "documents gone",
    "new competition": "new competitions",
    "new architecture": "new architectures",
}


def changes(store: Readable, since: date, limit: int = 20) -> Answer:
    """What the corpus learnt since that day, and what it means for the claims.

    Args:
        store: the corpus.
        since: from the beginning of this day, UTC.
        limit: rows of each kind; the counts are of all.
    """
    rows = [_row(change) for change in (*changed_documents(store, since), *new_competitions(store, since))]
    lineages = new_lineages(store, since)
    rows += [
        {"change": "new architecture", "at": line.first_at, "name": line.lineage_name, "title": None,
         "competition": None, "rank": None, "url": None, "lineage": line.lineage, "n_documents": line.n_documents,
         "n_used": line.n_used, "example": line.example}
        for line in lineages
    ]  # fmt: skip
    counted = Counter(str(row["change"]) for row in rows)
    shown = [row for kind in PLURALS for row in [r for r in rows if r["change"] == kind][:limit]]
    failed = failures_since(store, since)
    return Answer(
        name="changes",
        title=f"What changed since {since.isoformat()}",
        columns=CHANGE_COLUMNS,
        rows=tuple(shown),
        facts={
            "since": since.isoformat(),
            "counts": {plural: counted[kind] for kind, plural in PLURALS.items()},
            "claims_of_new_and_edited": claims_of_changed(store, since),
            "failures": [
                {"stage": f.stage, "n": f.n, "example": f.example, "last_seen_at": f.last_seen_at} for f in failed
            ],
        },
        notes=tuple(_notes(counted, len(shown), sum(f.n for f in failed), limit)),
        query={"since": since.isoformat(), "limit": limit},
    )


def _row(change: Change) -> dict[str, object]:
    return {
        "change": change.change,
        "at": change.at,
        "name": change.name,
        "title": change.title,
        "competition": change.competition,
        "rank": change.rank,
        "rank_source": change.rank_source,
        "url": change.url,
        "source": change.source,
    }


def _notes(counted: Counter[str], n_shown: int, n_failed: int, limit: int) -> list[str]:
    if not counted:
        notes = ["Nothing came, changed or went in that time; `miner refresh` looks for what is new."]
    else:
        notes = [f"{'; '.join(f'{counted[kind]:,} {plural}' for kind, plural in PLURALS.items() if counted[kind])}."]
    if n_shown < counted.total():
        notes.append(f"Shown: the newest {limit} of each kind.")
    if counted["new architecture"]:
        notes.append(
            "New architectures are lines that only documents name which came in that time; an edit of an older document"
            " makes none."
        )
    if n_failed:
        notes.append(f"{n_failed:,} failures of that time still stand; `miner status` shows them.")
    return notes
