"""Bring every new, changed or stale document up to date: all the IO of the analysis, at a glance."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from analysis.runners import Lost, Runner
from corpus.errors import ReadError
from corpus.records import Competition, Document, DocumentAnalysis, Failure, RawDocument, TaskType
from corpus.store import NO_ROWS, Counts, Store
from corpus.views import select_used_lineages
from corpus.views_openings import select_openings
from miner.jobs.catalogue import ensure_catalogue
from miner.jobs.progress import Progress, SilentProgress
from miner.jobs.runs import Run, recorded_run
from miner.jobs.similar_kept import keep_index

Item = tuple[Document, RawDocument]
# with the lineages that solutions use and, where there is no description, with how the documents begin
InferTaskTypes = Callable[[Competition, Sequence[str], Sequence[str]], tuple[TaskType, ...]]


@dataclass(frozen=True, slots=True)
class Extractor:
    """What analysis is made of; all of it picklable, so that it can run in other processes."""

    made_by: str  # version of extractor and catalogue
    analyse_document: Callable[[Document, RawDocument], DocumentAnalysis]
    infer_task_types: InferTaskTypes


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one document."""

    analysis: DocumentAnalysis
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What one `analyse` did."""

    made_by: str
    n_documents: int = 0  # that had to be done; 0 when everything was up to date
    n_unreadable: int = 0
    n_claims: int = 0
    failures: tuple[Failure, ...] = ()  # of whole documents and of parts
    task_types: Counts = NO_ROWS  # competitions whose inferred labels are new, changed, the same

    def add(self, attempt: Attempt) -> Tally:
        """This tally with one more document."""
        return replace(
            self,
            n_documents=self.n_documents + 1,
            n_unreadable=self.n_unreadable + (not attempt.is_readable),
            n_claims=self.n_claims + len(attempt.analysis.claims),
            failures=(*self.failures, *attempt.analysis.failures),
        )


def analyse(
    store: Store,
    runner: Runner,
    *,
    all: bool = False,
    progress: Progress | None = None,
    extractor: Extractor | None = None,
) -> Tally:
    """Analyse what is new, changed or stale, find copies and infer task types; safe to stop and start at any point.

    Args:
        store: open for writing; each document is one transaction.
        runner: how the work is spread.
        all: every document that has content, stale or not.
        progress: told of every document; silent by default.
        extractor: by default the one that ships.
    """
    extractor = extractor or shipped_extractor(store)
    progress = progress or SilentProgress()
    with recorded_run(store, "analyse") as run:
        progress.start(store.count_stale(extractor.made_by, all=all), "documents")
        try:
            tally = _save_all(
                store, _attempts(store, runner, extractor, all=all), Tally(extractor.made_by), run, progress
            )
        finally:
            progress.stop()
        store.settle_unknown_names()
        if all:
            store.rebuild_search()
        store.settle_copies()  # near ones show in the sketches that analysis makes
        labels = infer_all_task_types(store, extractor.infer_task_types)
        keep_index(store)  # so that no question for similar competitions has to build it
        run.count(failed=len(tally.failures), competitions_labelled=labels.written)
        run.has_failures = bool(tally.failures)
    return replace(tally, task_types=labels)


def infer_all_task_types(store: Store, infer_task_types: InferTaskTypes) -> Counts:
    """Inferred task types of every competition, again; cheap, and the counts say how many differ."""
    competitions = list(store.competitions_to_label())
    used, openings = select_used_lineages(store), select_openings(store)
    labels = [
        label
        for competition in competitions
        for label in infer_task_types(competition, used.get(competition.id, ()), openings.get(competition.id, ()))
    ]
    return store.save_task_types(labels, [(competition.id, "inferred") for competition in competitions])


def shipped_extractor(store: Store) -> Extractor:
    """The extractor that ships, with its catalogue put into the store first, so that claims can refer to it."""
    from analysis.document import made_by
    from analysis.task_types import infer_task_types

    return Extractor(made_by(ensure_catalogue(store)), _analyse_shipped, infer_task_types)


def attempt_analysis(item: Item, extractor: Extractor) -> Attempt:
    """The analysis of one document, or the failure that it costs; nothing that one document does stops the others."""
    document, raw = item
    try:
        return Attempt(extractor.analyse_document(document, raw), is_readable=True)
    except ReadError as error:
        return _failed(item, extractor.made_by, "read", error.where, error.reason)
    except Exception as error:  # noqa: BLE001 - a bug met by one document; kept, shown and counted, never silent
        last = traceback.extract_tb(error.__traceback__)[-1]
        message = f"unexpected {type(error).__name__}: {error}; please report it with the document"
        return _failed(item, extractor.made_by, "analyse", f"{last.name}, line {last.lineno}", message[:500])


def _attempts(store: Store, runner: Runner, extractor: Extractor, *, all: bool) -> Generator[Attempt]:
    todo = store.stale_documents(extractor.made_by, all=all)
    for result in runner(partial(attempt_analysis, extractor=extractor), todo):
        yield (
            _failed(result.item, extractor.made_by, "analyse", "", result.reason)
            if isinstance(result, Lost)
            else result
        )


def _save_all(store: Store, attempts: Generator[Attempt], tally: Tally, run: Run, progress: Progress) -> Tally:
    """The tally with every attempt; each is one transaction, so the run's counts hold after an interruption."""
    with closing(attempts):
        for attempt in attempts:
            save = store.replace_analysis if attempt.is_readable else store.mark_unreadable
            save(attempt.analysis, run.id)
            tally = tally.add(attempt)
            run.count(analysed=1, unreadable=int(not attempt.is_readable), claims=len(attempt.analysis.claims))
            progress.advance()
    return tally


def _failed(item: Item, made_by: str, stage: str, where: str, message: str) -> Attempt:
    document, raw = item
    failure = Failure(document.name, stage, where, message, document.id)
    return Attempt(DocumentAnalysis(document.id, raw.content_hash, made_by, (), (), (failure,)), is_readable=False)


def _analyse_shipped(document: Document, raw: RawDocument) -> DocumentAnalysis:
    from analysis.document import analyse_document
    from corpus.catalogue import load_catalogue

    return analyse_document(document, raw, load_catalogue())
