"""Take in what another corpus holds: its sources' words, never what was derived from them, which is made here anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.corrections import Correction
from corpus.errors import StoreError
from corpus.ids import content_hash
from corpus.records import LeaderboardRank, RawDocument, SolutionLink
from corpus.starter.loader import MADE_ON_KEY
from corpus.store import Store
from corpus.store_competitions import STARTER
from corpus.store_open import HEADER
from miner.jobs.add import AddReport, Found, add_paths
from miner.jobs.progress import Progress

NO_STAMP = ""  # no analysis carries it: every document with content is read


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What one merge did."""

    added: AddReport
    n_older: int  # documents that are here in a version seen later
    n_corrections: int  # taken over
    n_forgotten: int  # requests to forget in the other corpus, not taken over
    has_newer_facts: bool  # its starter facts are newer than ours; they come as a file of their own

    def lines(self, path: Path) -> Iterator[str]:
        """What a user should know beside the counts."""
        if self.n_corrections:
            yield f"{path}: {self.n_corrections:,} corrections taken over"
        if self.n_older:
            yield f"{path}: {self.n_older:,} documents are here in a version seen later, which stays"
        if self.n_forgotten:
            yield f"{path}: its {self.n_forgotten:,} requests to forget hold there only; `miner forget` makes them here"
        if self.has_newer_facts:
            yield f"{path}: its starter facts are newer; `miner --db {path} export starter --out facts.zip` gives them"


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database, ours or not."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


def add_database(store: Store, path: Path, progress: Progress | None = None) -> MergeReport:
    """Merge another corpus into this one; doing it twice changes nothing.

    Documents come with the text of their current version, competitions, links, leaderboards and corrections with them.
    A document that both hold keeps the version that was first seen later. Claims are not taken: `miner analyse` makes
    them. Starter facts are not taken either, nor requests to forget; those of this corpus hold.

    Args:
        store: open for writing.
        path: a corpus of this program; one of an older version is brought up to date as a copy.
        progress: told of every document; silent by default.

    Raises:
        StoreError: the file is no corpus, or a newer program made it, or it is this corpus itself.
    """
    if store.path.exists() and path.samefile(store.path):
        raise StoreError(f"{path} is the corpus that it would be added to; name another with --db")
    with _open(path) as other:
        older = _older_documents(store, other)
        added = add_paths(store, [path], progress, read=lambda paths: _records(other, paths, older))
        with store.bulk():
            store.crawl.save_ranks(_ranks(other))
            corrections = store.corrections.save(_corrections(store, other))
        store.settle()
        return MergeReport(
            added=added,
            n_older=len(older),
            n_corrections=corrections.written,
            n_forgotten=int(other.execute("SELECT count(*) FROM tombstones")[0][0]),
            has_newer_facts=(other.meta(MADE_ON_KEY) or "") > (store.meta(MADE_ON_KEY) or ""),
        )


@contextmanager
def _open(path: Path) -> Iterator[Store]:
    """The other corpus, never written: one of an older version is copied and the copy migrated."""
    with TemporaryDirectory() as folder:
        try:
            other = Store.open(path, read_only=True)
        except StoreError as error:
            if "older version" not in str(error):
                raise
            other = Store.open(_copy(path, Path(folder)))
        with other:
            other.execute("PRAGMA trusted_schema = OFF")  # somebody else made this file
            yield other


def _copy(path: Path, folder: Path) -> Path:
    """A copy of a database in the folder, with what its log still holds."""
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copyfile(source, folder / source.name)
    return folder / path.name


def _records(other: Store, paths: Sequence[Path], older: frozenset[str]) -> Iterator[Found]:
    """What `add_paths` keeps; `paths` names where it comes from."""
    shipped = {str(row[0]) for row in other.execute("SELECT id FROM competitions WHERE source = ?", (STARTER,))}
    yield from (competition for competition in other.competitions() if competition.id not in shipped)
    for document, raw in other.stale_documents(NO_STAMP, all=True):
        if document.id not in older:
            yield document, RawDocument(document.id, raw.content, content_hash(raw.content))
    for row in other.execute("SELECT competition_id, url, rank, kind, provenance FROM solution_links ORDER BY 1, 2"):
        if row[0] not in shipped:
            yield SolutionLink(*row)


def _older_documents(store: Store, other: Store) -> frozenset[str]:
    """Documents whose version here was first seen later than the one there, or is the same."""
    sql = (
        "SELECT d.id, d.content_hash, v.first_seen_at FROM documents d"
        " JOIN document_versions v ON v.document_id = d.id AND v.content_hash = d.content_hash"
    )
    here = {str(row[0]): (str(row[1]), str(row[2])) for row in store.execute(sql)}
    return frozenset(
        str(row[0])
        for row in other.execute(sql)
        if row[0] in here and here[row[0]][0] != row[1] and here[row[0]][1] >= str(row[2])
    )


def _ranks(other: Store) -> Iterator[LeaderboardRank]:
    sql = "SELECT competition_id, name, kind, rank, team, medal, source FROM leaderboard_ranks ORDER BY 1, 2, 3, 4, 7"
    for row in other.execute(sql):
        yield LeaderboardRank(row[0], row[1], row[2] == "team", row[3], row[4], row[5], row[6])


def _corrections(store: Store, other: Store) -> Iterator[Correction]:
    """Those about documents that are here."""
    here = {str(row[0]) for row in store.execute("SELECT id FROM documents")}
    yield from (correction for correction in other.corrections.all() if correction.document_id in here)
