"""Bring the corpus up to date with its sources: what lists show, and the content of what is due."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from corpus.records import Failure, Stop, Target
from corpus.store import Store
from miner import frontier
from miner.jobs.lock import one_at_a_time
from miner.jobs.progress import Progress, SilentProgress
from miner.jobs.refresh_request import Budget, Gauges, RefreshReport, RefreshRequest, SourceReport
from miner.jobs.refresh_source import SourceRefresh, Tools, discovered, make_scope
from miner.jobs.runs import recorded_run
from miner.sources.protocol import Source

__all__ = ["Gauges", "RefreshReport", "RefreshRequest", "SourceReport", "preview", "refresh"]


def refresh(
    store: Store,
    sources: Sequence[Source],
    request: RefreshRequest,
    progress: Progress | None = None,
    gauges: Gauges | None = None,
) -> RefreshReport:
    """Read the lists of each source, ask for what is due, keep what comes; safe to stop at any point.

    Each document is kept in one transaction with the note that it was asked for, so a killed run loses at most the one
    under way, and the next run goes on. What one source or document does costs that one only.

    Args:
        store: open for writing; not used for a dry run except to read.
        sources: opened, in the order in which they are asked: later ones are told what earlier ones brought.
        request: what is asked for; a `dry_run` writes nothing.
        progress: told of every document asked for; silent by default.
        gauges: clocks, and the counter of the shared web client.

    Raises:
        BusyError: when another refresh of this database is under way.
    """
    progress, gauges = progress or SilentProgress(), gauges or Gauges()
    wanted = [source for source in sources if not request.sources or source.name in request.sources]
    if request.dry_run:
        return RefreshReport(tuple(preview(store, source, request, gauges) for source in wanted))
    reports: list[SourceReport] = []
    with one_at_a_time(store.path, gauges.now()), recorded_run(store, "refresh") as run:
        tools = Tools(store, request, gauges, Budget(request, gauges), run, progress)
        try:
            for source in wanted:
                progress.start(None, f"{source.name}: documents asked for")
                reports.append(SourceRefresh(source, tools).refresh())
                progress.stop()
        finally:  # also after an interruption: what is saved must be settled
            progress.stop()
            store.settle()
        run.has_failures = any(report.failures for report in reports)
    return RefreshReport(tuple(reports))


def preview(store: Store, source: Source, request: RefreshRequest, gauges: Gauges) -> SourceReport:
    """What a refresh of this source would ask for; reads its lists and writes nothing."""
    report = SourceReport(source.name)
    visits, seen, now = store.crawl.visits(source.name), set[str](), gauges.now()
    budget = Budget(request, gauges)
    budget.begin(source)
    with closing(discovered(source, make_scope(store, request, source, now), visits)) as items:
        for item in items:
            if isinstance(item, Stop):
                report.stop = item
            elif isinstance(item, Failure):
                report.failures.append(item)
            elif isinstance(item, Target) and item.key not in seen:
                seen.add(item.key)
                is_due = request.recheck or frontier.is_due(visits.get(item.key), item, now)
                report.due.extend([item] if is_due else [])
            report.is_budget_reached = budget.is_spent(source)
            if report.stop or report.is_budget_reached:
                break
    report.count(listed=len(seen), due=len(report.due), requests=budget.n_requests(source))
    return report
