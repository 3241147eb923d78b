"""Starter facts -> tables, in one transaction and one statement a table; what the user has is never overwritten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable
from typing import Protocol

from corpus.ids import claim_id, competition_id, solution_id
from corpus.starter.files import COMPETITIONS, DOCUMENTS, SOURCES, Row, made_on_of, read_rows, shipped, version_of
from corpus.store_competitions import NAMED, STARTER
from corpus.store_forget import hashes_of

LICENCE = "facts with links; each row's own source and licence stand beside it"
VERSION_KEY = "starter_version"
MADE_ON_KEY = "starter_made_on"
ORIGIN_KEY = "starter_origin"  # SHIPPED, or what the user added
SHIPPED = "package"

# In an order that satisfies the foreign keys. Starter facts yield to every other source, so rows that are there stay.
_COLUMNS = {
    "competitions": "id slug platform title url year deadline metric n_teams reward provenance source",
    "competition_tags": "competition_id tag",
    "competition_task_types": "competition_id source position task_type evidence made_by",
    "solution_links": "competition_id url rank kind provenance",
    "solutions": "id competition_id rank rank_source board medal",
    "documents": "id name kind format title url published_on year language licence stated_copy_of made_by "
    "competition_id solution_id copy_of source",
    "document_ranks": "document_id source rank evidence",
    "document_packages": "document_id package",
    "claims": "id document_id architecture_id name status confidence made_by",
    "claim_roles": "claim_id role",
    "variants": "claim_id name status",
    "reasons": "claim_id position category polarity",
    "evidence": "claim_id position is_code",
}


class Correcting(Protocol):
    """What loading needs of the store's corrections."""

    def apply(self) -> None:
        """Bring all corrected documents in line with their corrections."""
        ...


class Writable(Protocol):
    """What loading needs of the store."""

    @property
    def corrections(self) -> Correcting:
        """What a person corrected."""
        ...

    def execute(self, sql: str, params: Sequence[str] = ()) -> list[sqlite3.Row]:
        """Run one statement; its rows."""
        ...

    def bulk(self) -> AbstractContextManager[None]:
        """One transaction around many writes."""
        ...

    def meta(self, key: str) -> str | None:
        """A single fact about the database."""
        ...

    def set_meta(self, key: str, value: str) -> None:
        """Keep a single fact about the database."""
        ...

    def save_source(self, name: str, kind: str, location: str | None = None, licence: str | None = None) -> None:
        """Keep where rows come from."""
        ...


@dataclass(slots=True)
class _Tables:
    """Rows to insert, by table."""

    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})

    def add(self, table: str, *values: object) -> None:
        self.rows[table].append(values)


@cache
def starter_version() -> str:
    """The version of the facts that ship with the package; "none" where none do."""
    return version_of(shipped())


def load_facts(store: Writable, folder: Traversable | None = None, origin: str = SHIPPED) -> bool:
    """Whether anything was loaded: False when this version is in the database already, or newer ones that a user added.

    Needs the catalogue in the database: claims point at it. A document that another source has brought, or that has its
    name, stays as it is; so does such a competition. Call `settle` afterwards unless the database was empty before.

    Args:
        store: the open database.
        folder: where the files lie; the package's own when None.
        origin: where the user has them from; kept.
    """
    version = starter_version() if folder is None else version_of(folder)
    if version in ("none", store.meta(VERSION_KEY)):
        return False
    place = shipped() if folder is None else folder
    made_on = made_on_of(place)
    if origin == SHIPPED and has_newer_facts(store, made_on):
        return False
    with store.bulk():
        # Copies point at originals that come later, and at some that a newer version has lost.
        store.execute("PRAGMA defer_foreign_keys = ON")
        _save_sources(store, read_rows(place, SOURCES))
        _drop_old(store)
        tables, dead = _Tables(), _tombstones(store)
        competitions = _without_links(read_rows(place, COMPETITIONS), dead)
        _add_competitions(tables, competitions, _labelled(store), _tagged(store))
        documents = [row for row in _missing(store, read_rows(place, DOCUMENTS)) if not _is_dead(row, dead)]
        _add_documents(tables, documents, _names(store))
        for table, columns in _COLUMNS.items():
            _insert(store, table, columns.split(), tables.rows[table])
        store.execute("UPDATE documents SET copy_of = NULL WHERE copy_of NOT IN (SELECT id FROM documents)")
        store.execute("UPDATE documents SET copy_how = 'stated' WHERE copy_of IS NOT NULL AND copy_how IS NULL")
        store.corrections.apply()
        for key, value in ((VERSION_KEY, version), (MADE_ON_KEY, made_on), (ORIGIN_KEY, origin)):
            store.set_meta(key, value)
    return True


def has_newer_facts(store: Writable, made_on: str) -> bool:
    """Whether a user added facts that are no older than this day: those of the package do not replace them."""
    return (store.meta(ORIGIN_KEY) or SHIPPED) != SHIPPED and (store.meta(MADE_ON_KEY) or "") >= made_on


def _insert(store: Writable, table: str, columns: list[str], rows: list[tuple[object, ...]]) -> None:
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    conflict = _merge(columns[3:-1]) if table == "competitions" else "DO NOTHING"
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM json_each(?) WHERE true"  # noqa: S608
        f" ON CONFLICT {conflict}"
    )
    store.execute(sql, [json.dumps(rows, ensure_ascii=False)])


def _merge(columns: list[str]) -> str:
    """What becomes of a competition that is there: the stronger source's facts, gaps filled from the other."""
    weaker = f"competitions.source IN ('{NAMED}', '{STARTER}')"
    facts = [
        f"{name} = CASE WHEN {weaker} THEN coalesce(excluded.{name}, {name}) ELSE coalesce({name}, excluded.{name}) END"
        for name in columns
    ]
    source = f"source = CASE WHEN {weaker} THEN excluded.source ELSE source END"
    return f"(id) DO UPDATE SET {', '.join([*facts, source])}"


def _save_sources(store: Writable, rows: Iterable[Row]) -> None:
    store.save_source(STARTER, "starter", None, LICENCE)
    for row in rows:
        if row["name"] != STARTER:
            store.save_source(row["name"], "index", row.get("location"), row.get("licence"))


def _drop_old(store: Writable) -> None:
    """Remove what an older version brought and no other source has filled since."""
    store.execute("DELETE FROM documents WHERE source = 'starter'")
    ours = "(SELECT id FROM competitions WHERE source = 'starter')"
    for table in ("competition_task_types", "competition_tags", "solution_links"):
        store.execute(f"DELETE FROM {table} WHERE competition_id IN {ours}")  # noqa: S608 - names of ours
    unused = "NOT EXISTS (SELECT 1 FROM documents d WHERE d.competition_id = competitions.id)"
    store.execute(f"DELETE FROM competitions WHERE source = 'starter' AND {unused}")  # noqa: S608 - names of ours


def _labelled(store: Writable) -> set[tuple[str, str]]:
    """(competition, source) pairs that have task types: theirs are not mixed with ours."""
    rows = store.execute("SELECT DISTINCT competition_id, source FROM competition_task_types")
    return {(str(row[0]), str(row[1])) for row in rows}


def _tagged(store: Writable) -> set[str]:
    return {str(row[0]) for row in store.execute("SELECT DISTINCT competition_id FROM competition_tags")}


def _names(store: Writable) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in store.execute("SELECT id, name FROM architectures")}


def _missing(store: Writable, rows: list[Row]) -> list[Row]:
    """Documents that are not there under their id or name."""
    there = store.execute("SELECT id, name FROM documents")
    ids, names = {str(row[0]) for row in there}, {str(row[1]) for row in there}
    return [row for row in rows if row["id"] not in ids and row["name"] not in names]


def _tombstones(store: Writable) -> frozenset[str]:
    """Hashes of what the user had forgotten."""
    return frozenset(str(row[0]) for row in store.execute("SELECT hash FROM tombstones"))


def _is_dead(row: Row, dead: frozenset[str]) -> bool:
    return bool(dead) and not dead.isdisjoint(hashes_of(row["id"], row.get("url"), None))


def _without_links(rows: list[Row], dead: frozenset[str]) -> list[Row]:
    """The competitions without links to what was forgotten; a link's first part is its address."""
    if not dead:
        return rows
    return [
        {**row, "links": [link for link in row.get("links", ()) if dead.isdisjoint(hashes_of(None, link[0], None))]}
        for row in rows
    ]


def _add_competitions(tables: _Tables, rows: Iterable[Row], labelled: set[tuple[str, str]], tagged: set[str]) -> None:
    fields = _COLUMNS["competitions"].split()[3:-1]
    for row in rows:
        key = competition_id(row["platform"], row["slug"])
        tables.add("competitions", key, row["slug"], row["platform"], *map(row.get, fields), STARTER)
        for tag in row.get("tags", ()) if key not in tagged else ():
            tables.add("competition_tags", key, tag)
        for url, rank, kind, provenance in row.get("links", ()):
            tables.add("solution_links", key, url, rank, kind, provenance)
        for source, position, task_type, evidence, made_by in row.get("task_types", ()):
            if (key, source) not in labelled:
                tables.add("competition_task_types", key, source, position, task_type, evidence, made_by)


def _add_documents(tables: _Tables, rows: Iterable[Row], names: dict[str, str]) -> None:
    fields = _COLUMNS["documents"].split()[:-4]
    for row in rows:
        competition, solution = row.get("competition"), row.get("solution")
        if solution is not None:
            tables.add("solutions", solution[0], competition, *solution[1:])
        solution_key = None if solution is None else solution[0]
        tables.add("documents", *map(row.get, fields), competition, solution_key, row.get("stated_copy_of"), STARTER)
        for rank in row.get("ranks", ()):
            tables.add("document_ranks", row["id"], *rank)
        for package in row.get("packages", ()):
            tables.add("document_packages", row["id"], package)
        for claim in _claims(row, names):
            _add_claim(tables, row, claim)
    _add_linked_solutions(tables)


def _add_linked_solutions(tables: _Tables) -> None:
    """Solutions that only an index knows, as `Store.settle` makes them; those with a document are there already."""
    for competition, _url, rank, *_ in tables.rows["solution_links"]:
        if isinstance(rank, int):
            key = solution_id(str(competition), rank, None, "")
            tables.add("solutions", key, competition, rank, "index", None, None)


def _claims(document: Row, names: dict[str, str]) -> Iterator[Row]:
    """The document's claims, each with its name; a family that the catalogue has lost becomes an unknown name."""
    for claim in document.get("claims", ()):
        family = claim.get("architecture")
        name = names.get(family) if family else claim["name"]
        yield {**claim, "architecture": family if name else None, "name": name or family}


def _add_claim(tables: _Tables, document: Row, claim: Row) -> None:
    key = claim_id(document["id"], claim["architecture"], claim["name"])
    tail = (claim["status"], claim["confidence"], document["made_by"])
    tables.add("claims", key, document["id"], claim["architecture"], claim["name"], *tail)
    for role in claim.get("roles", ()):
        tables.add("claim_roles", key, role)
    for name, status in claim.get("variants", ()):
        tables.add("variants", key, name, status)
    for position, (category, polarity) in enumerate(claim.get("reasons", ())):
        tables.add("reasons", key, position, category, polarity)
    tables.add("evidence", key, 0, int(claim.get("is_code", False)))
