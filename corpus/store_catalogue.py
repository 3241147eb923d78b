"""Write the architecture catalogue; for `corpus.store` alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from corpus.catalogue.curated import PLATFORM, CuratedCompetition
from corpus.ids import make_id
from corpus.records import Architecture, Benchmark
from corpus.store_open import Value, insert_rows

PAPER_SQL = (
    "INSERT INTO papers (id, title, url, year, check_level, source) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET title = excluded.title, url = excluded.url, year = excluded.year, "
    "check_level = excluded.check_level, source = excluded.source"
)
ARCHITECTURE_SQL = (
    "INSERT INTO architectures (id, name, lineage, lineage_name, kind, is_counted, tasks, year, paper_id, source) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
    "lineage = excluded.lineage, lineage_name = excluded.lineage_name, kind = excluded.kind, "
    "is_counted = excluded.is_counted, tasks = excluded.tasks, year = excluded.year, paper_id = excluded.paper_id, "
    "source = excluded.source"
)
# An alias that stands in both lists is ambiguous.
ALIAS_SQL = (
    "INSERT INTO architecture_aliases (alias, architecture_id, is_ambiguous) VALUES (?, ?, ?) "
    "ON CONFLICT DO UPDATE SET is_ambiguous = max(is_ambiguous, excluded.is_ambiguous)"
)
LIBRARY_SQL = "INSERT OR IGNORE INTO library_ids (architecture_id, library, library_id) VALUES (?, ?, ?)"
BENCHMARK_SQL = (
    "INSERT OR IGNORE INTO benchmarks (id, architecture_id, library, variant, weights, dataset, metric, value, "
    "params_m, gmacs, size_mb, image_size, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
CURATED_SQL = (
    "INSERT INTO curated_competitions (competition_id, domains, metric_family, series, traits, about, keywords, basis) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def replace_catalogue(
    connection: sqlite3.Connection, architectures: Iterable[Architecture], benchmarks: Iterable[Benchmark]
) -> None:
    """Put this catalogue in the place of the old; a family that vanished stays as it was while a claim names it."""
    families = sorted(architectures, key=lambda family: family.id)
    insert_rows(connection, PAPER_SQL, filter(None, map(_paper_row, reversed(families))))
    insert_rows(connection, ARCHITECTURE_SQL, map(_architecture_row, families))
    connection.execute("CREATE TEMP TABLE kept (id TEXT PRIMARY KEY) WITHOUT ROWID")
    insert_rows(connection, "INSERT INTO temp.kept VALUES (?)", ((family.id,) for family in families))
    for table in ("architecture_aliases", "library_ids", "benchmarks"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    connection.execute(
        "DELETE FROM architectures WHERE id NOT IN (SELECT id FROM temp.kept) "
        "AND id NOT IN (SELECT architecture_id FROM claims WHERE architecture_id IS NOT NULL)"
    )
    connection.execute("DROP TABLE temp.kept")
    connection.execute(
        "DELETE FROM papers WHERE id NOT IN (SELECT paper_id FROM architectures WHERE paper_id IS NOT NULL)"
    )
    insert_rows(connection, ALIAS_SQL, _alias_rows(families))
    insert_rows(
        connection,
        LIBRARY_SQL,
        ((f.id, library, name) for f in families for library, names in f.libraries.items() for name in names),
    )
    insert_rows(connection, BENCHMARK_SQL, map(_benchmark_row, benchmarks))


def replace_curated(connection: sqlite3.Connection, competitions: Iterable[CuratedCompetition]) -> None:
    """Put these shipped facts about competitions in the place of the old."""
    rows = sorted(competitions, key=lambda row: row.slug)
    for table in ("curated_competitions", "curated_task_types"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    insert_rows(connection, CURATED_SQL, map(_curated_row, rows))
    insert_rows(
        connection,
        "INSERT INTO curated_task_types (competition_id, position, task_type) VALUES (?, ?, ?)",
        ((f"{PLATFORM}/{row.slug}", *place) for row in rows for place in enumerate(row.task_types)),
    )


def _curated_row(row: CuratedCompetition) -> tuple[Value, ...]:
    lists = [json.dumps(values, ensure_ascii=False) for values in (row.domains, row.traits, row.keywords)]
    domains, traits, keywords = lists
    key = f"{PLATFORM}/{row.slug}"
    return (key, domains, row.metric_family, row.series, traits, row.about, keywords, row.basis)


def _paper_id(family: Architecture) -> str | None:
    key = family.paper_url or family.paper_title
    return make_id("paper", key) if key else None


def _paper_row(family: Architecture) -> tuple[Value, ...] | None:
    paper_id = _paper_id(family)
    if paper_id is None:
        return None
    return (paper_id, family.paper_title, family.paper_url, family.year, family.paper_check, family.source)


def _architecture_row(family: Architecture) -> tuple[Value, ...]:
    return (
        family.id, family.name, family.lineage, family.lineage_name, family.kind, family.is_counted,
        json.dumps(family.tasks, ensure_ascii=False), family.year, _paper_id(family), family.source,
    )  # fmt: skip


def _alias_rows(families: Sequence[Architecture]) -> Iterable[tuple[Value, ...]]:
    for family in families:
        yield from ((alias, family.id, 0) for alias in family.aliases)
        yield from ((alias, family.id, 1) for alias in family.ambiguous_aliases)


def _benchmark_row(row: Benchmark) -> tuple[Value, ...]:
    of = (row.library, row.variant, row.weights, row.dataset, row.metric)
    key = make_id("benchmark", row.architecture_id, *of, row.image_size)
    figures = (row.value, row.params_m, row.gmacs, row.size_mb, row.image_size)
    return (key, row.architecture_id, *of, *figures, row.source)
