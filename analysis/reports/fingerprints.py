"""What each page of the site is made from, as a digest of its rows: told without making the page.

Every row is digested once, with the addresses of the pages that its links lead to, and handed on to the pages that
show it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TypeVar

from analysis.reports.pages import DIGEST_BYTES
from analysis.reports.rows import ReportRows, Solution, Use, Why
from analysis.reports.tables import Tables

_solution_values = attrgetter(*(field.name for field in fields(Solution)))
_use_values = attrgetter(*(field.name for field in fields(Use)))
_reason_values = attrgetter(*(field.name for field in fields(Why)))
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Addresses:
    """File names without ending of the pages that others link to, by what the page is about."""

    architectures: Mapping[str, str]
    tasks: Mapping[str, str]
    competitions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Digests of the rows behind each page, by what the page is about."""

    architectures: Mapping[str, str]
    competitions: Mapping[str, str]
    tasks: Mapping[str, str]
    uses: str  # of all uses with their solutions
    reasons: str  # of all reasons with their solutions


class _Mixer:
    """Gathers digests by key."""

    def __init__(self) -> None:
        self._found: defaultdict[str, hashlib.blake2b] = defaultdict(_new)

    def add(self, key: str, digest: bytes) -> None:
        self._found[key].update(digest)

    def add_value(self, key: str, value: object) -> None:
        self._found[key].update(_digest(value))

    def done(self) -> dict[str, str]:
        return {key: found.hexdigest() for key, found in self._found.items()}


def fingerprints(rows: ReportRows, tables: Tables, addresses: Addresses) -> Fingerprints:
    """The digests of all pages; another order of the rows may give others, never equal ones for other rows."""
    architectures, competitions, tasks, whole = _Mixer(), _Mixer(), _Mixer(), _Mixer()
    known = {competition.competition_id: competition for competition in rows.competitions}
    solutions: dict[str, tuple[Solution, bytes]] = {}
    for solution in rows.solutions:
        task_pages = [addresses.tasks.get(task) for task in solution.task_types]
        links = (addresses.competitions.get(solution.competition_id), task_pages)
        digest = _digest((_solution_values(solution), links))
        solutions[solution.solution_id] = (solution, digest)
        competitions.add(solution.competition_id, digest)
    for key in {solution.competition_id for solution in rows.solutions}:
        competitions.add_value(key, known.get(key))
    for use in rows.uses:
        digest = _digest((_use_values(use), addresses.architectures.get(use.lineage)))
        if use.solution_id in solutions:
            solution, behind = solutions[use.solution_id]
            competitions.add(solution.competition_id, digest)
            for task in solution.task_types:
                tasks.add(task, digest + behind)
            digest += behind
        architectures.add(use.lineage, digest)
        whole.add("uses", digest)
    for why in rows.reasons:
        digest = _digest(_reason_values(why))
        if why.solution_id in solutions:
            digest += solutions[why.solution_id][1]
        architectures.add(why.lineage, digest)
        whole.add("reasons", digest)
    _add_tables(rows, tables, architectures, tasks)
    of_all = whole.done()
    return Fingerprints(
        architectures.done(), competitions.done(), tasks.done(), of_all.get("uses", ""), of_all.get("reasons", "")
    )


def _add_tables(rows: ReportRows, tables: Tables, architectures: _Mixer, tasks: _Mixer) -> None:
    """What was counted, and what the catalogue says."""
    for share in tables.overall:
        architectures.add_value(share.key, share)
    for table in tables.tasks:
        tasks.add_value(table.task_type, table)
        for share in table.shares:
            architectures.add_value(share.key, (table.task_type, table.n_winners, table.n_all, share))
    catalogued: Iterable[tuple[str, object]] = (
        (row.lineage, row) for some in (rows.families, rows.measured, rows.library_names) for row in some
    )
    for lineage, row in catalogued:
        architectures.add_value(lineage, row)


def _new() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=DIGEST_BYTES)


def _digest(value: object) -> bytes:
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()
