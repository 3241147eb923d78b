"""What a statistic leaves out: documents that it cannot count, and claims that are less sure than was asked for."""
# ruff: noqa: S608 - the SQL is put together from this module's own words; every value is a bound parameter

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from corpus.records import Filters
from corpus.views import Readable, Value, date_clause, where_clause


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a statistic over these filters does not count; a document stands under its first reason."""

    n_without_competition: int  # in the whole corpus: no filter can place them
    n_undated: int
    n_copies: int
    n_not_analysed: int
    n_unsure_claims: int = 0  # below the least confidence, of documents that are counted


def count_left_out(store: Readable, filters: Filters, among: Collection[str] | None = None) -> LeftOut:
    """How many documents and claims a statistic over these filters leaves out, by reason.

    Undated documents are left out only when the filters compare dates; otherwise none are.
    """
    where, params = where_clause(replace(filters, since=None, until=None, as_of=None), among)
    in_time, time_params = date_clause(filters)
    dated = "counted_on IS NOT NULL" if in_time else "1"
    row = store.execute(
        f"SELECT coalesce(sum(NOT ({dated})), 0) AS n_undated,"
        f" coalesce(sum({dated} AND copy_of IS NOT NULL), 0) AS n_copies,"
        f" coalesce(sum({dated} AND copy_of IS NULL AND NOT is_analysed), 0) AS n_not_analysed"
        " FROM v_documents WHERE competition_id IS NOT NULL"
        f" AND {where} AND (NOT ({dated}) OR ({' AND '.join(in_time) or '1'}))",
        [*params, *time_params],
    )[0]
    homeless = store.execute("SELECT count(*) AS n FROM documents WHERE competition_id IS NULL")[0]["n"]
    unsure = count_unsure_claims(store, filters, among)
    return LeftOut(homeless, row["n_undated"], row["n_copies"], row["n_not_analysed"], unsure)


def count_unsure_claims(
    store: Readable,
    filters: Filters,
    among: Collection[str] | None = None,
    *,
    keys: Collection[str] | None = None,
    by: str = "lineage",
) -> int:
    """Claims of solutions in scope, copies left out, that are below the least confidence; 0 when none is asked for.

    Args:
        store: the corpus.
        filters: what the question is about.
        among: competition ids; None for all.
        keys: of these architectures alone: lineages, or families and unknown names; None for all.
        by: lineage or family: what the keys are.
    """
    if filters.min_confidence is None:
        return 0
    where, params = where_clause(filters, among)
    if keys is not None:
        column = "lineage" if by == "lineage" else "coalesce(architecture_id, lineage)"
        where += f" AND {column} IN (SELECT value FROM json_each(?))"
        params.append(json.dumps(sorted(keys)))
    return _count(store, f"solution_id IS NOT NULL AND copy_of IS NULL AND {where}", params, filters.min_confidence)


def count_unsure_exported(store: Readable, filters: Filters) -> int:
    """Claims of any document in scope, copies and examples too, that are below the least confidence."""
    if filters.min_confidence is None:
        return 0
    where, params = where_clause(filters, examples=True)
    return _count(store, where, params, filters.min_confidence)


def _count(store: Readable, where: str, params: list[Value], least: float) -> int:
    sql = f"SELECT count(*) AS n FROM v_claims WHERE is_counted AND confidence < ? AND {where}"
    return int(store.execute(sql, [least, *params])[0]["n"])
