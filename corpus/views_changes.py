"""What is different since a day, and how each crawled source stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.views import EXAMPLE_PLATFORM, Readable, read_rows

_SEEN_SQL = """
WITH seen AS MATERIALIZED (
    SELECT document_id, min(first_seen_at) AS first_at, max(first_seen_at) AS last_at FROM document_versions
    GROUP BY document_id
)
"""
_DOCUMENTS_SQL = """
SELECT CASE WHEN s.first_at >= ?1 THEN 'new' ELSE 'edited' END AS change, s.last_at AS at, d.document AS name,
       d.title, d.competition, d.rank, d.rank_source, d.url, d.source
FROM seen s JOIN v_documents d ON d.document_id = s.document_id
WHERE s.last_at >= ?1 AND coalesce(d.platform, '') <> ?2
UNION ALL
SELECT 'gone', g.gone_at, d.document, d.title, d.competition, d.rank, d.rank_source, d.url, d.source
FROM documents g JOIN v_documents d ON d.document_id = g.id
WHERE g.gone_at >= ?1 AND coalesce(d.platform, '') <> ?2
ORDER BY change DESC, at DESC, name
"""
_COMPETITIONS_SQL = """
SELECT 'new competition' AS change, first_seen_at AS at, slug AS name, title, slug AS competition, NULL AS rank,
       NULL AS rank_source, url, source
FROM competitions
WHERE first_seen_at >= ?1 AND source <> 'starter' AND platform <> ?2 ORDER BY at DESC, name
"""
_LINEAGES_SQL = """
SELECT k.lineage, k.lineage_name, count(DISTINCT k.document_id) AS n_documents,
       count(DISTINCT CASE WHEN k.status = 'used' THEN k.document_id END) AS n_used,
       min(coalesce(s.first_at, '')) AS first_at, min(k.document) AS example
FROM v_claims k LEFT JOIN seen s ON s.document_id = k.document_id
WHERE k.is_counted AND k.architecture_id IS NOT NULL AND coalesce(k.platform, '') <> ?2
GROUP BY k.lineage HAVING min(coalesce(s.first_at, '')) >= ?1 ORDER BY n_used DESC, n_documents DESC, k.lineage
"""
_CLAIMS_SQL = """
SELECT k.status, count(*) AS n FROM v_claims k JOIN seen s ON s.document_id = k.document_id
WHERE s.last_at >= ?1 AND coalesce(k.platform, '') <> ?2 GROUP BY k.status
"""
_FAILURES_SQL = """
SELECT stage, count(*) AS n, min(item) AS example, max(seen_at) AS last_seen_at
FROM failures WHERE seen_at >= ?1 GROUP BY stage ORDER BY n DESC, stage
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One document or competition that came, changed or went."""

    change: str  # new, edited, gone, new competition
    at: str  # UTC, ISO 8601
    name: str
    title: str | None
    competition: str | None
    rank: int | None
    rank_source: str | None
    url: str | None
    source: str


@dataclass(frozen=True, slots=True)
class NewLineage:
    """A line of architectures that no document named before."""

    lineage: str
    lineage_name: str
    n_documents: int
    n_used: int  # documents that use it
    first_at: str  # when the first of the documents came
    example: str  # name of a document


@dataclass(frozen=True, slots=True)
class FailedStage:
    """Failures of one stage."""

    stage: str
    n: int
    example: str
    last_seen_at: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """How one crawled source stands."""

    source: str
    n_targets: int  # that it can fetch again
    n_gone: int
    n_documents: int
    n_failing: int  # targets whose last visit failed
    started_at: str | None  # of its last refresh
    listed_at: str | None
    outcome: str | None
    stop_reason: str | None
    counts: str | None  # JSON


def changed_documents(store: Readable, since: date) -> tuple[Change, ...]:
    """Documents that came, got a new version or went since that day: new, then gone, then edited; newest first."""
    return read_rows(store, Change, _SEEN_SQL + _DOCUMENTS_SQL, _params(since))


def new_competitions(store: Readable, since: date) -> tuple[Change, ...]:
    """Competitions that no source had named before that day, newest first; those that ship are left out."""
    return read_rows(store, Change, _COMPETITIONS_SQL, _params(since))


def new_lineages(store: Readable, since: date) -> tuple[NewLineage, ...]:
    """Lines of architectures that only documents name which came since that day, most used first."""
    return read_rows(store, NewLineage, _SEEN_SQL + _LINEAGES_SQL, _params(since))


def claims_of_changed(store: Readable, since: date) -> dict[str, int]:
    """Status -> claims of documents that came or changed since that day."""
    return {row["status"]: row["n"] for row in store.execute(_SEEN_SQL + _CLAIMS_SQL, _params(since))}


def failures_since(store: Readable, since: date) -> tuple[FailedStage, ...]:
    """Failures met since that day that still stand, by stage."""
    return read_rows(store, FailedStage, _FAILURES_SQL, [since.isoformat()])


def source_states(store: Readable) -> dict[str, SourceState]:
    """How each source stands that has been refreshed, by name."""
    rows = read_rows(
        store,
        SourceState,
        "SELECT r.source, count(t.id) AS n_targets, "
        "count(CASE WHEN t.document_id IS NOT NULL THEN t.gone_at END) AS n_gone, "
        "count(DISTINCT t.document_id) AS n_documents, "
        "count(CASE WHEN t.failures_in_a_row > 0 THEN 1 END) AS n_failing, "
        "r.started_at, r.listed_at, r.outcome, r.stop_reason, r.counts "
        "FROM source_runs r LEFT JOIN targets t ON t.source = r.source GROUP BY r.source ORDER BY r.source",
    )
    return {row.source: row for row in rows}


def _params(since: date) -> list[str]:
    return [since.isoformat(), EXAMPLE_PLATFORM]
