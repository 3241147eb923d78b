"""The main job: starter facts, example documents and configured folders in; analysis; report; one summary out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from analysis.reports.rows import WINNERS_RANK, ExampleDocument
from analysis.runners import Runner, run_serial
from corpus.records import Answer, Failure, Filters
from corpus.store import Store
from corpus.views import select_competitions, select_reasons, select_solutions
from corpus.views_report import claims_by_status
from corpus.views_status import count_everything
from miner.jobs.add import AddReport, add_paths
from miner.jobs.analyse import Tally, analyse
from miner.jobs.ask_popularity import popularity
from miner.jobs.progress import Progress, SilentProgress
from miner.jobs.report import write_report
from miner.jobs.report_rows import read_examples
from miner.jobs.runs import recorded_run
from miner.jobs.starter import load_starter

N_POPULAR = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What the corpus holds after the run; the invented examples are not in it."""

    n_competitions: int
    n_solutions: int  # documented
    n_winners: int  # of rank 10 or better
    n_claims: int
    n_reasons: int
    n_links: int  # links to solutions that an index knows
    n_texts: int  # documents that are here with their text


@dataclass(frozen=True, slots=True)
class FetchedByRun:
    """What came of asking the configured sources."""

    lines: tuple[str, ...] = ()  # one for each source, for a person
    failures: tuple[Failure, ...] = ()


Fetch = Callable[[], FetchedByRun]
NOTHING_FETCHED = FetchedByRun()


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one run found and made."""

    db_path: Path
    report_path: Path
    is_starter_new: bool  # whether starter facts were loaded by this run
    found: Found
    added: AddReport
    analysed: Tally
    popularity: Answer  # winners, all tasks
    examples: tuple[ExampleDocument, ...]
    failures: tuple[Failure, ...]
    more: tuple[str, ...]  # sentences: what would add to this corpus


def run_main(
    store: Store,
    out: Path,
    *,
    folders: Sequence[Path] = (),
    fetch: Fetch | None = None,
    progress: Progress | None = None,
    runner: Runner = run_serial,
) -> RunSummary:
    """Bring the corpus up to date with what is due, analyse what changed, write the report, and say what came of it.

    Each step keeps what it has done, so a run that is interrupted goes on where it stopped when it is started again.

    Args:
        store: open for writing; may be empty.
        out: folder of the report.
        folders: local folders to look through again; one that is missing is a failure and costs nothing else.
        fetch: brings in what is due in the configured sources; None: no source is asked.
        progress: told of every step.
        runner: how the analysis is spread.
    """
    progress = progress or SilentProgress()
    with recorded_run(store, "run") as run:
        is_starter_new = load_starter(store)
        fetched = fetch() if fetch else NOTHING_FETCHED
        missing = _check_folders(store, folders, run.id)
        with example_folder() as examples:
            added = add_paths(store, [examples, *(folder for folder in folders if folder.exists())], progress)
        analysed = analyse(store, runner, progress=progress)
        progress.start(1, "report")
        try:
            report_path = write_report(store, out).front
            progress.advance()
        finally:
            progress.stop()
        failures = (*fetched.failures, *missing, *added.failures, *analysed.failures)
        run.has_failures = bool(failures)
        run.count(new=added.documents.new, changed=added.documents.changed, analysed=analysed.n_documents)
        run.count(failed=len(failures))
    found = count_found(store)
    return RunSummary(
        db_path=store.path,
        report_path=report_path,
        is_starter_new=is_starter_new,
        found=found,
        added=added,
        analysed=analysed,
        popularity=popularity(store, Filters(rank_at_most=WINNERS_RANK), limit=N_POPULAR),
        examples=read_examples(store),
        failures=failures,
        more=what_more(found, folders, fetched),
    )


@contextmanager
def example_folder() -> Iterator[Path]:
    """The example documents that ship, as a folder on disk."""
    with resources.as_file(resources.files("miner") / "examples") as folder:
        yield folder


def count_found(store: Store) -> Found:
    """The figures of the summary."""
    solutions = select_solutions(store, Filters())
    status = count_everything(store)
    return Found(
        n_competitions=len(select_competitions(store, Filters())),
        n_solutions=len(solutions),
        n_winners=sum(row.rank is not None and row.rank <= WINNERS_RANK for row in solutions),
        n_claims=sum(claims_by_status(store).values()),
        n_reasons=sum(row.solution_id is not None for row in select_reasons(store, Filters())),  # as the report counts
        n_links=status["solution links"],
        n_texts=status["documents with text"],
    )


def what_more(found: Found, folders: Sequence[Path], fetched: FetchedByRun) -> tuple[str, ...]:
    """What would add to the corpus: the user's own files, a network, an account; or what the sources said."""
    own = "Your own notebooks and write-ups: `miner add PATH`"
    if folders:
        own += f"; folders looked through on every run: {', '.join(str(folder) for folder in folders)}."
    else:
        own += "; for folders to look through on every run, set MINER_FOLDERS."
    texts = (
        f"A network or a Kaggle account could bring the texts behind the {found.n_links:,} known solution links: quotes"
        f" for what is a bare link now, and more solutions. {found.n_texts:,} documents are here with their text."
    )
    asking = "No source was asked: `miner config init` writes a file that names some, `miner refresh` asks them."
    return (own, texts, *(fetched.lines or (asking,)))


def _check_folders(store: Store, folders: Sequence[Path], run_id: int) -> tuple[Failure, ...]:
    missing = tuple(
        Failure(str(folder), "add", "", "configured in MINER_FOLDERS, but there is no such folder")
        for folder in folders
        if not folder.exists()
    )
    found = [(str(folder), "add") for folder in folders if folder.exists()]
    store.save_failures(missing, run_id, succeeded=found)
    return missing
