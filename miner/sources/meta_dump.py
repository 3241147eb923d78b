"""A folder of Meta Kaggle tables: which ones changed since the last import, and which can be trusted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import ReadError
from corpus.records import Failure, Target, Visit
from miner.sources.meta_tables import Layout, Table, open_table

STAGE = "refresh"
TABLE = "table"  # kind of the targets that remember a table between runs
_SHRUNK = 0.9  # a dump grows from day to day: fewer rows than this share of the last ones mean a cut file


@dataclass(slots=True)
class Dump:
    """The tables of one folder as they are met in one run."""

    source: str
    folder: Path
    rules: str  # what else decides what is read: changed rules make every table count as changed
    accept_smaller: bool = False
    tables: dict[str, Table] = field(default_factory=dict)  # by name
    stamps: dict[str, Target] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    refused: list[Failure] = field(default_factory=list)
    dangling: Counter[str] = field(default_factory=Counter)  # keys that lead nowhere, by column

    def look(self, layouts: Sequence[Layout], visits: Mapping[str, Visit]) -> None:
        """Open the tables and compare each with what the last import read of it; reads a changed file once, to hash."""
        for layout in layouts:
            if not layout.is_needed and not (self.folder / f"{layout.name}.csv").exists():
                continue
            try:
                table = open_table(self.folder, layout)
                stamp = self._stamp(table.path, visits.get(_key(layout)))
            except (ReadError, OSError) as error:
                self.refused.append(_failure(layout, error))
                continue
            self.tables[layout.name], self.stamps[layout.name] = table, stamp
            known = visits.get(_key(layout))
            if known and known.target.signature == stamp.signature:
                self.unchanged.add(layout.name)

    def is_unchanged(self, layouts: Sequence[Layout]) -> bool:
        """Whether every one of them that is there was imported as it is."""
        there = {layout.name for layout in layouts} & self.tables.keys()
        return bool(there) and there <= self.unchanged

    def has(self, *layouts: Layout) -> bool:
        """Whether all of them can be read."""
        return all(layout.name in self.tables for layout in layouts)

    def verify(self, layout: Layout, visits: Mapping[str, Visit]) -> bool:
        """Whether the whole table is sound; it is read through once, unless the last import did so. Refused tables go.

        Only what is verified may be given on row by row.
        """
        if layout.name not in self.tables:
            return False
        if layout.name in self.unchanged:
            return True
        try:
            for _ in self.tables[layout.name].rows():
                pass
            self.check_size(layout, visits)
        except ReadError as error:
            self.refuse(layout, error)
        return layout.name in self.tables

    def check_size(self, layout: Layout, visits: Mapping[str, Visit]) -> None:
        """Compare a table that was read to its end with the last import of it.

        Raises:
            ReadError: it has lost so many rows that it must be a part of a table.
        """
        known = visits.get(_key(layout))
        before = known.target.facts.get("rows") if known else None
        rows = self.tables[layout.name].n_rows
        if isinstance(before, int) and rows < before * _SHRUNK and not self.accept_smaller:
            message = f"refused, {rows} rows where the last import had {before}; accept_smaller = true takes it"
            raise ReadError(f"{layout.name}.csv", "", message)

    def refuse(self, layout: Layout, error: ReadError) -> None:
        """Leave the table out of this run and say why."""
        self.tables.pop(layout.name, None)
        self.refused.append(_failure(layout, error))

    def rows(self, layout: Layout) -> Iterator[tuple[str, ...]]:
        """The table's rows, or none where the folder lacks it."""
        return self.tables[layout.name].rows() if layout.name in self.tables else iter(())

    def remembered(self, visits: Mapping[str, Visit]) -> Iterator[Target]:
        """A target for each table that was read, with its counts; to be saved after everything else."""
        for name, stamp in sorted(self.stamps.items()):
            table, known = self.tables.get(name), visits.get(stamp.key)
            if table is None:
                continue
            facts = dict(known.target.facts) if known and name in self.unchanged else {}
            facts |= stamp.facts
            if table.n_rows:
                facts |= {"rows": table.n_rows, "columns_ignored": len(table.ignored)}
                facts |= {
                    f"dangling {what}": n for what, n in self.dangling.items() if n and what.startswith(f"{name}.")
                }
                facts |= dict(table.counts)
            yield Target(stamp.source, stamp.key, TABLE, signature=stamp.signature, facts=facts)

    def _stamp(self, path: Path, known: Visit | None) -> Target:
        stat = path.stat()
        facts: dict[str, str | int | None] = {"size_bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns}
        same = known is not None and all(known.target.facts.get(name) == value for name, value in facts.items())
        if same and known and known.target.signature:
            digest = known.target.signature.partition(":")[0]
        else:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Target(self.source, f"table:{path.name}", TABLE, signature=f"{digest}:{self.rules}", facts=facts)


def _key(layout: Layout) -> str:
    return f"table:{layout.name}.csv"


def _failure(layout: Layout, error: ReadError | OSError) -> Failure:
    where, reason = (error.where, error.reason) if isinstance(error, ReadError) else ("", error.strerror or str(error))
    return Failure(f"{layout.name}.csv", STAGE, where, reason)
