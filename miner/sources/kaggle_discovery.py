"""One walk through Kaggle's lists: competitions, and of each its leaderboard, solution topics and notebooks.

What a run learns that spares the next one requests is kept among the facts of the competition's target: the state of
the list's fields, when the closed leaderboard was read, which topics were looked at and are no solutions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from corpus.ids import content_hash
from corpus.records import Failure, Gone, Stop, Target, Visit
from miner.fetch.kaggle_client import KaggleHost
from miner.sources.kaggle_boards import board_rows, names_on, rank_records
from miner.sources.kaggle_competitions import (
    Remembered,
    aware,
    competition_target,
    competitions_listing,
    is_board_due,
    is_date,
    one_competition,
    page_texts,
    read_competition,
    remembered_of,
    seeds,
    signature_of,
    slug_of,
)
from miner.sources.kaggle_lists import PROBLEMS, Problem, walk
from miner.sources.kaggle_notebooks import notebook_target, notebooks_listing
from miner.sources.kaggle_topics import (
    Verdict,
    WriteUp,
    could_be_solution,
    is_solution,
    topic_target,
    topics_listing,
    write_up_of,
    write_ups_listing,
)
from miner.sources.protocol import Discovered, Scope
from miner.sources.ranks import rank_in_title

ABSENT = "absent"  # the fact of a competition that others name and Kaggle does not know


class Discovery:
    """What one run finds in the lists."""

    def __init__(self, host: KaggleHost, scope: Scope, visits: Mapping[str, Visit]) -> None:
        self._host, self._scope, self._visits = host, scope, visits
        self._write_ups = _WriteUps(host)
        self._met: set[str] = set()  # notebooks that belong to several competitions are listed with each

    def items(self) -> Iterator[Discovered]:
        """Everything there is; a Stop comes last."""
        for listed in self._competitions():
            for item in [listed] if isinstance(listed, Failure | Stop | Target) else self._competition(listed):
                yield item
                if isinstance(item, Stop):
                    return

    def _competitions(self) -> Iterator[Any]:
        if self._scope.competitions:
            for slug in seeds(self._scope.competitions):
                listed = self._host.ask(f"competition {slug}", one_competition(slug))
                yield _failure(f"competition {slug}", listed) if isinstance(listed, Gone) else listed
            return
        listed_now, problem = self._list_competitions()
        yield from listed_now
        if problem is not None:
            yield problem
            return
        met = {(slug_of(listed) or "").lower() for listed in listed_now}
        for slug in seeds(self._scope.known_competitions):
            visit = self._visits.get(f"competition:{slug}")
            if slug.lower() not in met and not (visit and visit.target.facts.get(ABSENT)):
                listed = self._host.ask(f"competition {slug}", one_competition(slug))
                yield _absent(slug) if isinstance(listed, Gone) else listed

    def _list_competitions(self) -> tuple[list[Any], Failure | Stop | None]:
        """All that is listed, what was looked into longest ago first: a run that is cut short does not always begin
        with the same ones."""
        found = []
        problem = None
        for listed in walk(self._host, competitions_listing()):
            if isinstance(listed, PROBLEMS):
                problem = _failure("competitions", listed)
            else:
                found.append(listed)
        found.sort(key=lambda listed: self._remembered(slug_of(listed)).read_at or "")
        return found, problem

    def _remembered(self, slug: str | None) -> Remembered:
        return remembered_of(self._visits.get(f"competition:{slug}"))

    def _competition(self, listed: Any) -> Iterator[Discovered]:
        slug = slug_of(listed)
        if slug is None:
            yield Failure("competitions", "refresh", "", "a competition without a usable name was left out")
            return
        old = self._remembered(slug)
        read_at = self._scope.now.isoformat(timespec="seconds")
        new = replace(old, signature=signature_of(listed), read_at=read_at)
        if new.signature != old.signature:
            pages = self._host.ask(f"pages of {slug}", page_texts(slug))
            if isinstance(pages, Failure | Stop):
                yield pages
                new = replace(new, signature=None)  # the next run reads them
            yield read_competition(listed, slug, pages if isinstance(pages, str) else "")
        names: frozenset[str] | None = None
        if is_board_due(listed, old, self._scope.now):
            rows = self._host.ask(f"leaderboard of {slug}", board_rows(slug))
            if isinstance(rows, Failure | Stop):
                yield rows
            else:
                rows = [] if isinstance(rows, Gone) else rows
                yield from rank_records(slug, rows)
                names = names_on(rows)
                new = replace(new, board_read_on=self._scope.now.date().isoformat())
        topics = _Topics(slug, listed, old, names)
        yield from self._topics(topics)
        yield from self._notebooks(slug)
        yield competition_target(slug, listed.title or slug, replace(new, undecided=topics.undecided))

    def _notebooks(self, slug: str) -> Iterator[Discovered]:
        for listed in walk(self._host, notebooks_listing(slug)):
            if isinstance(listed, PROBLEMS):
                yield _failure(f"notebooks of {slug}", listed)
                return
            if self._is_old(listed.last_run_time):
                return
            target = notebook_target(slug, listed)
            if target is not None and target.key not in self._met:
                self._met.add(target.key)
                yield self._as_known(target)

    def _topics(self, topics: _Topics) -> Iterator[Discovered]:
        fresh = []
        for listed in walk(self._host, topics_listing(topics.slug)):
            if isinstance(listed, PROBLEMS):
                yield _failure(f"topics of {topics.slug}", listed)
                topics.is_whole = False
                break
            if self._is_old(listed.post_date) and not listed.is_sticky:
                topics.is_whole = False
                break
            visit = self._visits.get(f"topic:{listed.id}")
            if visit is None:
                fresh.append(listed)
                continue
            facts = visit.target.facts
            rank = facts.get("rank")
            yield topic_target(topics.slug, listed, str(facts.get("solution")), rank if isinstance(rank, int) else None)
        yield from self._fresh_topics(topics, fresh)

    def _fresh_topics(self, topics: _Topics, fresh: list[Any]) -> Iterator[Discovered]:
        """Targets of the topics not met before that are solutions; one that nothing shows to be one stays undecided."""
        verdicts = {listed.id: is_solution(listed.title, listed.author_name) for listed in fresh}
        open_ids = sorted(topic for topic, verdict in verdicts.items() if not verdict.is_solution)
        if topics.is_whole and _name_of(open_ids) == topics.old.undecided:
            fresh = [listed for listed in fresh if verdicts[listed.id].is_solution]
            topics.undecided = topics.old.undecided
        left = []
        for listed in fresh:
            verdict = verdicts[listed.id]
            in_title = rank_in_title(listed.title)
            found = self._write_ups.find(listed.id) if in_title is None else None
            if found is not None and not verdict.is_solution:
                verdict = Verdict(True, "Kaggle keeps it as a competition write-up")
            elif not verdict.is_solution and could_be_solution(listed.title):
                problem = self._read_names(topics, listed)
                if problem is not None:
                    yield problem
                verdict = is_solution(listed.title, listed.author_name, topics.names_for(listed))
            if verdict.is_solution:
                yield topic_target(topics.slug, listed, verdict.evidence, found.rank if found else None)
            else:
                left.append(listed.id)
        if self._write_ups.news is not None:
            yield self._write_ups.news
            self._write_ups.news = None
        is_settled = topics.is_whole and not self._write_ups.is_broken and topics.undecided is None
        if is_settled and (topics.names is not None or not topics.is_board_wanted):
            topics.undecided = _name_of(sorted(left))

    def _read_names(self, topics: _Topics, listed: Any) -> Failure | Stop | None:
        """Learn who stands on the closed board, once per competition and only where that decides something."""
        if topics.names is not None or topics.is_board_wanted or not topics.is_after_close(listed):
            return None
        topics.is_board_wanted = True
        rows = self._host.ask(f"leaderboard of {topics.slug}", board_rows(topics.slug))
        if isinstance(rows, Failure | Stop):
            return rows
        topics.names = names_on([] if isinstance(rows, Gone) else rows)
        return None

    def _as_known(self, target: Target) -> Target:
        """A notebook keeps the competition that it was first met in."""
        visit = self._visits.get(target.key)
        return replace(target, competition_id=visit.target.competition_id) if visit else target

    def _is_old(self, moment: Any) -> bool:
        """Whether a list that goes back in time has come to before what was asked for."""
        since = self._scope.since
        return since is not None and is_date(moment) and moment.date() < since


class _Topics:
    """What is known while the topics of one competition are read."""

    def __init__(self, slug: str, listed: Any, old: Remembered, names: frozenset[str] | None) -> None:
        self.slug, self.old, self.names = slug, old, names
        self.undecided: str | None = None
        self.is_whole = True  # the list came to its end
        self.is_board_wanted = False
        self._closed_at = aware(listed.deadline) if is_date(listed.deadline) else None

    def is_after_close(self, listed: Any) -> bool:
        """Whether a topic was begun once the competition had closed."""
        return self._closed_at is not None and is_date(listed.post_date) and aware(listed.post_date) >= self._closed_at

    def names_for(self, listed: Any) -> frozenset[str]:
        """The names that speak for this topic."""
        return self.names or frozenset() if self.is_after_close(listed) else frozenset()


class _WriteUps:
    """Kaggle's own list of competition write-ups, read no further than what is looked for."""

    def __init__(self, host: KaggleHost) -> None:
        self._found: dict[int, WriteUp] = {}
        self._host = host
        self._rest: Iterator[Any] | None = None
        self.news: Failure | Stop | None = None  # what went wrong, until it was told
        self.is_broken = False

    def find(self, topic_id: int) -> WriteUp | None:
        """What the list says of a topic; None when it does not name it."""
        if self._rest is None:
            self._rest = walk(self._host, write_ups_listing())
        while topic_id not in self._found:
            hit = next(self._rest, None)
            if hit is None:
                return None
            if isinstance(hit, PROBLEMS):
                self.news, self.is_broken = _failure("search for write-ups", hit), True
                return None
            write_up = write_up_of(hit)
            if write_up is not None:
                self._found[hit.id] = write_up
        return self._found[topic_id]


def _failure(item: str, problem: Problem) -> Failure | Stop:
    """A list that is gone is a failure: what it held is not."""
    return Failure(item, "refresh", "", problem.reason) if isinstance(problem, Gone) else problem


def _absent(slug: str) -> Target:
    """A competition that the corpus knows from elsewhere and Kaggle does not; kept, so as not to ask again."""
    target = competition_target(slug, slug, Remembered())
    return replace(target, facts={ABSENT: 1})


def _name_of(topic_ids: list[int]) -> str:
    """A short name for a set of topics; "" for none."""
    return content_hash(" ".join(map(str, topic_ids)).encode())[:20] if topic_ids else ""
