"""One source's part of a refresh: lists, what is due, what is gone; every document is one transaction."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from corpus.errors import MinerError
from corpus.ids import content_hash
from corpus.records import (
    Competition,
    Failure,
    Fetched,
    Gone,
    LeaderboardRank,
    RawDocument,
    SolutionLink,
    Stop,
    Target,
    Unchanged,
    Visit,
)
from corpus.store import Content, Store
from corpus.store_crawl import SourceRun
from miner import frontier
from miner.jobs.progress import Progress
from miner.jobs.refresh_request import Budget, Gauges, RefreshRequest, SourceReport
from miner.jobs.runs import Run
from miner.sources.protocol import Answer, Discovered, Scope, Source

FETCH, LIST = "refresh", "list"  # stages of failures: of one target, of a list
BATCH = 200  # items of lists that are kept in one transaction, before what is due of them is asked for
LIST_INTERVAL = timedelta(hours=20)  # `--due`: lists read less than this long ago are not read again
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Tools:
    """What all sources of one refresh share."""

    store: Store
    request: RefreshRequest
    gauges: Gauges
    budget: Budget
    run: Run
    progress: Progress


@dataclass(slots=True)
class _Batch:
    """What lists gave and the store does not hold yet."""

    competitions: list[Competition] = field(default_factory=list)
    links: list[SolutionLink] = field(default_factory=list)
    ranks: list[LeaderboardRank] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    n: int = 0

    def add(self, item: Competition | SolutionLink | LeaderboardRank | Target | Failure) -> None:
        self.n += 1
        match item:
            case Competition():
                self.competitions.append(item)
            case SolutionLink():
                self.links.append(item)
            case LeaderboardRank():
                self.ranks.append(item)
            case Target():
                self.targets.append(item)
            case Failure():
                self.failures.append(item)


LONGEST_WAIT = timedelta(days=31)  # a longer one is a mistake of the server or of a clock
# how a failure begins when no server answered, and how many of these, with nothing else, mean that there is no network
UNREACHED = ("name: ", "connection: ", "timeout: ")
MOST_UNREACHED = 5


class SourceRefresh:
    """Refreshes one source."""

    def __init__(self, source: Source, tools: Tools) -> None:
        self._source, self._tools = source, tools
        self._store, self._request = tools.store, tools.request
        self._visits: dict[str, Visit] = {}
        self._listed: set[str] = set()  # keys that the lists of earlier runs named last
        self._seen: set[str] = set()  # keys that lists of this run named
        self._ranked: set[str] = set()  # competitions whose leaderboards this run read
        self._n_unreached, self._has_reached = 0, False  # items of this run without any answer; with one
        self._has_tried_lists = False  # of everything: what they did not name may be gone, or its list failed
        self.report = SourceReport(source.name)

    def refresh(self) -> SourceReport:
        """What was done; whatever the source does, only an interruption and the store's own errors come out."""
        self._tools.budget.begin(self._source)
        self._store.save_source(self._source.name, "crawled")
        self.report.stop = self._must_wait()
        with self._recorded():
            if self.report.stop:
                return self.report
            self._visits = self._store.crawl.visits(self._source.name)
            self._listed = self._store.crawl.listed_keys(self._source.name)
            if self._must_list():
                self._read_lists()
            if self._may_go_on():
                self._visit_unlisted()
        return self.report

    @contextmanager
    def _recorded(self) -> Iterator[None]:
        """Keeps how the source's part ends, however it does, and adds its counts to the run's."""
        begun = SourceRun(self._source.name, self._tools.run.id, self._tools.gauges.now())
        self._store.crawl.save_source_run(begun)
        outcome = "error"
        try:
            yield
            outcome = self.report.outcome
        except KeyboardInterrupt:
            outcome = "interrupted"
            raise
        finally:
            self.report.count(requests=self._tools.budget.n_requests(self._source), failed=len(self.report.failures))
            self._tools.budget.end(self._source)
            ended_at = self._tools.gauges.now()
            ended = replace(begun, ended_at=ended_at, outcome=outcome, counts=self.report.counts)
            ended = replace(ended, listed_at=begun.started_at if self.report.has_read_lists else None)
            if self.report.stop:
                ended = replace(ended, stop_reason=self.report.stop.reason, stop_until=self.report.stop.until)
            self._store.crawl.save_source_run(ended)
            self._tools.run.count(**{f"{self._source.name} {name}": n for name, n in self.report.counts.items()})

    def _must_wait(self) -> Stop | None:
        """The stop of the last run, while what the source was told to wait for is not over; at most 31 days."""
        last, now = self._store.crawl.source_runs().get(self._source.name), self._tools.gauges.now()
        if last is None or last.stop_until is None or not now < last.stop_until <= now + LONGEST_WAIT:
            return None
        return Stop(last.stop_reason or "told to wait", last.stop_until)

    # Lists

    def _must_list(self) -> bool:
        if not self._request.due:
            return True
        last = self._store.crawl.source_runs().get(self._source.name)
        now = self._tools.gauges.now()
        return last is None or last.listed_at is None or not last.listed_at <= now < last.listed_at + LIST_INTERVAL

    def _read_lists(self) -> None:
        started_at, is_cut_short = self._tools.gauges.now(), False
        batch = _Batch()
        with closing(discovered(self._source, make_scope(self._store, self._request, self._source, started_at),
                                self._visits)) as items:  # fmt: skip
            for item in items:
                if isinstance(item, Stop):
                    self.report.stop = item
                else:
                    batch.add(item)
                if batch.n >= BATCH:
                    self._keep(batch)
                    batch = _Batch()
                is_cut_short = not self._may_go_on()
                if is_cut_short:
                    break
        self._keep(batch)
        is_cut_short = is_cut_short or not self._may_go_on()
        has_failed = any(failure.stage == LIST for failure in self.report.failures)
        self._has_tried_lists = self._request.is_whole and not is_cut_short
        if self._has_tried_lists:
            self._store.forget_old_failures(LIST, [self._source.name], self._tools.run.id)
            self.report.has_read_lists = not has_failed
        if self.report.has_read_lists:
            self._store.crawl.drop_old_ranks(self._source.name, started_at, self._ranked)

    def _keep(self, batch: _Batch) -> None:
        """Save what lists gave, then ask for what is due of it."""
        failures = [
            replace(failure, item=f"{self._source.name}/{failure.item}", stage=LIST) for failure in batch.failures
        ]
        self.report.failures.extend(failures)
        with self._store.bulk():
            competitions = self._store.save_competitions(batch.competitions, self._source.name)
            links = self._store.save_solution_links(batch.links)
            self._store.crawl.save_ranks(batch.ranks)
            self._ranked.update(rank.competition_id for rank in batch.ranks)
            targets = self._store.crawl.save_targets(batch.targets)
            self._store.save_failures(failures, self._tools.run.id)
        self.report.count(new_competitions=competitions.new, changed_competitions=competitions.changed)
        self.report.count(new_links=links.new, changed_links=links.changed)
        for target in targets:
            is_first = target.key not in self._seen
            self._seen.add(target.key)
            if is_first and self._is_due(target) and self._may_go_on():
                self._visit(target, is_listed=True)

    # Targets

    def _is_due(self, target: Target, *, is_listed: bool = True) -> bool:
        visit, now = self._visits.get(target.key), self._tools.gauges.now()
        is_anew = visit is not None and target.key in self._seen and target.key not in self._listed
        return self._request.recheck or frontier.is_due(visit, target, now, is_listed=is_listed, is_anew=is_anew)

    def _visit_unlisted(self) -> None:
        """Ask for what no list of this run named: what is due by its age, and once what the lists have dropped."""
        for key, visit in self._visits.items():
            if key in self._seen or not self._is_asked_for(visit.target):
                continue
            is_dropped = self.report.has_read_lists and key in self._listed
            is_listed = key in self._listed and not self._has_tried_lists
            if not (is_dropped and not visit.failures_in_a_row) and not self._is_due(visit.target, is_listed=is_listed):
                continue
            if not self._may_go_on():
                return
            if self._visit(visit.target, is_listed=is_listed) and is_dropped:
                self._store.crawl.mark_unlisted(visit.target)

    def _is_asked_for(self, target: Target) -> bool:
        if self._request.since is not None:
            return False  # only lists can tell what changed since then
        slug = (target.competition_id or "").rpartition("/")[2]
        return not self._request.competitions or slug in self._request.competitions

    def _visit(self, target: Target, *, is_listed: bool) -> bool:
        """Ask for one target and keep what comes; whether the source gave an answer that tells something of it."""
        known = self._visits.get(target.key)
        visit = replace(known, target=target) if known else Visit(target)
        answer = guarded(lambda: self._source.fetch(target, known), target)
        self._tools.progress.advance()
        self._watch_network(answer)
        match answer:
            case Fetched():
                return self._keep_content(visit, answer)
            case Unchanged():
                self._keep_unchanged(visit, answer)
            case Gone():
                self._keep_gone(visit, is_listed=is_listed)
            case Failure():
                self._keep_failure(visit, answer)
            case Stop():
                self.report.stop = answer
        return not isinstance(answer, Failure | Stop)

    def _watch_network(self, answer: Answer) -> None:
        """End the source when nothing at all was reached so far: without a network, asking on tells no more."""
        if isinstance(answer, Failure) and answer.message.startswith(UNREACHED):
            self._n_unreached += 1
        else:
            self._has_reached = True
        if not self._has_reached and self._n_unreached >= MOST_UNREACHED and self.report.stop is None:
            assert isinstance(answer, Failure)
            self.report.stop = Stop(f"nothing can be reached ({answer.message}); is there a network?")

    def _keep_content(self, visit: Visit, fetched: Fetched) -> bool:
        document = guarded(lambda: self._source.describe(visit.target, fetched), visit.target)
        if isinstance(document, Failure):
            self._keep_failure(visit, document)
            return False
        found = content_hash(fetched.content)
        content = Content(document, RawDocument(document.id, fetched.content, found), fetched.aliases)
        if self._store.crawl.is_forgotten(content):
            self._store.crawl.bury_target(visit.target, document)
            self.report.count(forgotten=1)
            return True
        is_changed = found != visit.content_hash
        done = frontier.after_content(visit, self._tools.gauges.now(), is_changed=is_changed)
        done = replace(done, content_hash=found, etag=fetched.etag, last_modified=fetched.last_modified)
        change = self._record(done, content)
        counted = change if change != "changed" or is_changed else "facts_changed"
        self.report.count(**{counted or "unchanged": 1, "returned": int(visit.gone_since is not None)})
        return True

    def _keep_unchanged(self, visit: Visit, answer: Unchanged) -> None:
        done = frontier.after_content(visit, self._tools.gauges.now(), is_changed=False)
        etag, last_modified = answer.etag or visit.etag, answer.last_modified or visit.last_modified
        self._record(replace(done, etag=etag, last_modified=last_modified))
        self.report.count(unchanged=1, returned=int(visit.gone_since is not None))

    def _keep_gone(self, visit: Visit, *, is_listed: bool) -> None:
        is_news = visit.gone_since is None and visit.content_hash is not None
        self._record(frontier.after_gone(visit, self._tools.gauges.now(), is_listed=is_listed))
        self.report.count(gone=int(is_news), still_gone=int(not is_news))

    def _keep_failure(self, visit: Visit, failure: Failure) -> None:
        failure = replace(failure, item=item_of(visit.target), stage=FETCH)
        failed = frontier.after_failure(visit, self._tools.gauges.now())
        with self._store.bulk():
            self._store.crawl.record_visit(failed)
            succeeded = [(failure.item, FETCH)]  # one row for each lost item: the last reason
            self._store.save_failures([failure], self._tools.run.id, succeeded=succeeded)
        self._visits[visit.target.key] = failed
        self.report.failures.append(failure)

    def _record(self, visit: Visit, content: Content | None = None) -> str | None:
        with self._store.bulk():
            change = self._store.crawl.record_visit(visit, content)
            self._store.save_failures((), succeeded=[(item_of(visit.target), FETCH)])
        return change

    def _may_go_on(self) -> bool:
        if self.report.stop is not None:
            return False
        self.report.is_budget_reached = self.report.is_budget_reached or self._tools.budget.is_spent(self._source)
        return not self.report.is_budget_reached


def item_of(target: Target) -> str:
    """What a failure calls a target."""
    return target.url or f"{target.source}/{target.key}"


def make_scope(store: Store, request: RefreshRequest, source: Source, now: datetime) -> Scope:
    """What a source is told of the request and of the corpus."""
    return Scope(
        now=now,
        competitions=request.competitions,
        since=request.since,
        known_competitions=tuple(c.slug for c in store.competitions()),
        known_links=store.crawl.known_links(),
        options=request.options.get(source.name, {}),
    )


def discovered(source: Source, scope: Scope, visits: dict[str, Visit]) -> Generator[Discovered]:
    """What the source lists; an error in it ends the list and is its last item."""
    try:
        yield from source.discover(scope, visits)
    except Exception as error:  # noqa: BLE001 - a bug met in one source; kept, shown and counted, never silent
        yield _as_failure(error, "lists")


def guarded(call: Callable[[], Result], target: Target) -> Result | Failure:
    """What the call gives; an error in it is a failure of this target, and the others go on."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - a bug met by one document; kept, shown and counted, never silent
        return _as_failure(error, item_of(target))


def _as_failure(error: Exception, item: str) -> Failure:
    if isinstance(error, MinerError):
        return Failure(item, FETCH, "", str(error)[:500])
    last = traceback.extract_tb(error.__traceback__)[-1]
    message = f"unexpected {type(error).__name__} in {last.name}, line {last.lineno}; please report it"
    return Failure(item, FETCH, "", message)
