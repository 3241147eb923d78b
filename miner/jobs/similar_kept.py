"""The index behind `similar`, kept in a file beside the database so that a question need not build it.

A file, not a table: asking a question opens the database read-only, also while another run writes to it. The file
carries the mark of the state that it was made from (`compared_state`) and the version of the rules; where either is
another, or the file is missing or damaged, the index is built again and kept again. It is replaced whole, so that two
that build at once harm nothing, and it is data that loading never executes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.similar import CompetitionFacts, Query, Similar, SimilarIndex
from analysis.similar_columns import Columns, from_bytes
from analysis.similar_index import ReadFacts
from analysis.similar_version import index_version
from corpus.catalogue.curated import CuratedCompetition
from corpus.errors import KeptIndexError
from corpus.store import MEMORY
from corpus.views import Readable
from corpus.views_similar import ComparedCompetition, compared_mark, select_compared

NOTHING_CURATED = CuratedCompetition("")
MANY = 5_000  # competitions: from here on a user notices when the index cannot be kept
HELD_AT_MOST = 4  # indexes in one process
_held: dict[tuple[Path, bool], tuple[str, Columns]] = {}  # with the stamp of each


@dataclass(frozen=True, slots=True)
class OpenedIndex:
    """An index of what the corpus holds now."""

    index: SimilarIndex
    notes: tuple[str, ...] = ()  # what a user should know of how it came about


def search_kept(
    store: Readable, query: Query, limit: int, *, curated: bool
) -> tuple[tuple[Similar, ...], tuple[str, ...]]:
    """The competitions nearest to the query, best first, and notes for the user.

    Raises:
        NotKnownError: the query's slug is not in the corpus.
    """
    opened = open_index(store, curated=curated)
    try:
        return opened.index.search(query, limit), opened.notes
    except KeptIndexError as error:  # a number in it leads nowhere, though its checksum is right
        opened = _build(store, _stamp(store), curated=curated, broken=error)
        return opened.index.search(query, limit), opened.notes


def open_index(store: Readable, *, curated: bool = True) -> OpenedIndex:
    """The index of the corpus as it is now: the one of this process, the kept one, or a new one, which is then kept.

    Args:
        store: the corpus; its file's folder may be read-only, then nothing is kept.
        curated: whether facts that people labelled are in it.
    """
    stamp = _stamp(store)
    held = _held.get((store.path, curated))
    if held and held[0] == stamp:
        return OpenedIndex(SimilarIndex(held[1], _reader(store, curated=curated)))
    broken = None
    if str(store.path) != MEMORY:
        try:
            kept = kept_path(store.path, curated=curated).read_bytes()
            index = SimilarIndex.load(kept, stamp, _reader(store, curated=curated))
            _hold(store.path, stamp, index, curated=curated)
            return OpenedIndex(index)
        except KeptIndexError as error:
            broken = error
        except OSError:
            pass  # never kept, or not readable: made anew either way
    return _build(store, stamp, curated=curated, broken=broken)


def keep_index(store: Readable) -> None:
    """Bring the kept index up to date, for jobs that change what is compared; nothing for a corpus in memory."""
    if str(store.path) != MEMORY:
        open_index(store)


def describe_kept(store: Readable) -> tuple[bool, str]:
    """Whether all is well with the index as it is kept, and how it stands, in words; nothing is built."""
    if str(store.path) == MEMORY:
        return True, "not kept: the corpus is in memory"
    try:
        kept = kept_path(store.path, curated=True).read_bytes()
        n_competitions = len(from_bytes(kept, _stamp(store)).keys)
    except OSError as error:
        return True, f"not kept ({error.strerror}): the next question for similar competitions builds it"
    except KeptIndexError as error:
        return not error.is_damaged, f"{error}; the next question for similar competitions builds it anew"
    return True, f"kept, {n_competitions} competitions, {len(kept) / 1e6:.1f} MB"


def kept_path(database: Path, *, curated: bool) -> Path:
    """Where the index of this database is kept."""
    return database.with_name(f"{database.name}.similar-{'curated' if curated else 'inferred'}")


def _build(store: Readable, stamp: str, *, curated: bool, broken: KeptIndexError | None) -> OpenedIndex:
    index = SimilarIndex.build([facts_of(row) for row in select_compared(store, curated=curated)])
    index = SimilarIndex(index.columns, _reader(store, curated=curated))
    _hold(store.path, stamp, index, curated=curated)
    notes = []
    if broken is not None and broken.is_damaged:
        notes.append("The index of competitions that was kept beside the corpus was damaged; it was made anew.")
    refused = None if str(store.path) == MEMORY else _keep(store.path, index.keep(stamp), curated=curated)
    if refused and len(index) >= MANY:
        notes.append(
            f"The index of {len(index):,} competitions could not be kept beside the corpus ({refused}):"
            " every such question of a new process builds it again."
        )
    return OpenedIndex(index, tuple(notes))


def _keep(database: Path, kept: bytes, *, curated: bool) -> str | None:
    """None, or why the index could not be kept; whoever may read the database may read it too, nobody else."""
    path = kept_path(database, curated=curated)
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        return error.strerror or str(error)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(kept)
        shutil.copymode(database, draft)
        os.replace(draft, path)
    except OSError as error:
        Path(draft).unlink(missing_ok=True)
        return error.strerror or str(error)
    return None


def _hold(path: Path, stamp: str, index: SimilarIndex, *, curated: bool) -> None:
    for old in list(_held)[: max(0, len(_held) + 1 - HELD_AT_MOST)]:
        _held.pop(old, None)
    _held[path, curated] = (stamp, index.columns)


def _stamp(store: Readable) -> str:
    return f"{compared_mark(store)} {index_version()}"


def _reader(store: Readable, *, curated: bool) -> ReadFacts:
    """Reads the facts of the few competitions that are shown."""

    def read(keys: Sequence[str]) -> dict[str, CompetitionFacts]:
        rows = select_compared(store, curated=curated, among=keys)
        return {row.competition_id: facts_of(row) for row in rows}

    return read


def facts_of(row: ComparedCompetition) -> CompetitionFacts:
    """What is compared of a competition, as the analysis takes it."""
    known = row.curated or NOTHING_CURATED
    return CompetitionFacts(
        slug=row.slug,
        title=row.title,
        platform=row.platform,
        year=row.year,
        metric=row.metric,
        description=row.description,
        tags=row.tags,
        task_types=row.task_types,
        n_teams=row.n_teams,
        deadline=row.deadline,
        domains=known.domains,
        metric_family=known.metric_family,
        series=known.series,
        traits=known.traits,
        about=known.about,
        keywords=known.keywords,
    )
