"""Everything that could stand in a reading list on a subject: papers, documents and links as items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from math import log2, log10
from urllib.parse import urlsplit

from analysis.counts.popularity import ArchitectureCount, count_architectures
from analysis.reading import PAPER_MINUTES, Item, Kind, reading_minutes
from analysis.reading_titles import ordinal, reading_title
from corpus.ids import canonical_url
from corpus.records import Filters
from corpus.views import (
    EXAMPLE_PLATFORM,
    DocumentRow,
    Readable,
    ReasonRow,
    SolutionRow,
    UseRow,
    select_competitions,
    select_documents,
    select_reasons,
)
from corpus.views_lookup import ArchitectureRow, architectures_by_id, find_competitions, lineage_members
from corpus.views_reading import LinkRow, select_lengths, select_links
from miner.jobs.ask_names import Asked, resolve_architecture
from miner.jobs.ask_scope import WINNERS_RANK, Scope, is_task, read_scope, settle_task
from miner.jobs.ask_similar import find_kin

N_KIN = 15  # competitions that a description or a slug stands for, itself included
FEW_WINNERS = 5  # documented: fewer say too little of what wins
SECOND_TASK = 0.7  # closeness of a competition that has the asked task type beside its main one
UNRANKED_TRUST = 0.5  # what nobody placed may be as wrong as right
WIDER = 0.1  # closeness of what shares the main task type alone: it fills up, and pushes nothing nearer out
LEAST_KIN = 0.5  # of the best one's score: what is less alike is another subject
NOT_READ = "known from a public index only: what it uses is not known"
DOCUMENT_KINDS: Mapping[str, Kind] = {
    "writeup": "writeup", "notebook": "notebook", "script": "notebook", "readme": "repository", "blog": "post",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reading list is about."""

    read_as: str  # task, competition, architecture or description
    name: str
    filters: Filters
    closeness: Mapping[str, float] | None = None  # competition id -> 0-1; None: all in scope, all 1
    asked: Asked | None = None  # of an architecture
    competition_id: str | None = None  # of a competition


@dataclass(frozen=True, slots=True)
class Gathered:
    """The candidates, with what the winners in scope use."""

    scope: Scope
    items: tuple[Item, ...]
    winning: tuple[ArchitectureCount, ...]  # lineages, most used first
    n_winners: int
    n_without_paper: int  # families that win and whose paper the catalogue lacks
    wider: str | None = None  # the task type whose other competitions came in, where too few winners are documented


def find_subject(store: Readable, what: str, filters: Filters) -> Subject:
    """What `what` means: a task type, a competition, an architecture, else a description of a problem."""
    from corpus.errors import NotKnownError

    if is_task(what):
        filters = settle_task(replace(filters, task=what))
        return Subject("task", str(filters.task), filters)
    filters = settle_task(filters)
    if not find_competitions(store, what):
        try:
            asked = resolve_architecture(store, what)
            return Subject("architecture", asked.name, filters, asked=asked)
        except NotKnownError:
            pass  # then it describes a problem
    own, kin, _ = find_kin(store, what, filters)
    best = max((one.similar.score for one in kin), default=0.0)
    near = [one for one in kin if best and one.similar.score >= LEAST_KIN * best][: N_KIN - 1]
    closeness = {one.competition.competition_id: one.similar.score / best for one in near}
    if own:
        closeness[own.competition_id] = 1.0
        closeness = {key: value if key == own.competition_id else 0.8 * value for key, value in closeness.items()}
    if own:
        return Subject("competition", own.title, filters, closeness, competition_id=own.competition_id)
    return Subject("description", what, filters, closeness)


def gather(store: Readable, subject: Subject) -> Gathered:
    """All candidates on the subject, each with what it would teach.

    Where few winners of a competition or description are documented, the others of its main task type come in, as
    farther ones.
    """
    scope, winners = _winners(store, subject)
    wider = None
    if subject.closeness is not None and len(winners) < FEW_WINNERS:
        wider = _main_task(subject, scope)
    if wider:
        far = select_competitions(store, replace(subject.filters, task=wider))
        closeness = {c.competition_id: WIDER for c in far} | dict(subject.closeness or {})
        subject = replace(subject, closeness=closeness)
        scope, winners = _winners(store, subject)
    families = count_architectures(winners, scope.uses, "family")
    papers, n_without = _papers(store, subject, families, len(winners))
    return Gathered(
        scope=scope,
        items=(*papers, *_documents(store, subject, scope), *(() if subject.asked else _links(store, subject, scope))),
        winning=count_architectures(winners, scope.uses, "lineage"),
        n_winners=len(winners),
        n_without_paper=n_without,
        wider=wider,
    )


def _winners(store: Readable, subject: Subject) -> tuple[Scope, list[SolutionRow]]:
    """The subject's scope, and its documented winners; of an architecture, those that use it."""
    scope = read_scope(store, subject.filters, None if subject.closeness is None else list(subject.closeness))
    most = subject.filters.rank_at_most or WINNERS_RANK
    winners = [s for s in scope.solutions if s.rank is not None and s.rank <= most]
    if subject.asked:
        using = {u.solution_id for u in scope.uses if u.lineage == subject.asked.lineage and u.status == "used"}
        winners = [s for s in winners if s.solution_id in using]
    return scope, winners


def _main_task(subject: Subject, scope: Scope) -> str | None:
    """The main task type that the closest competitions share, where no task was asked for."""
    if subject.filters.task is not None or subject.closeness is None:
        return None
    votes: dict[str, float] = defaultdict(float)
    for row in scope.competitions:
        if row.main_task_type:
            votes[row.main_task_type] += subject.closeness.get(row.competition_id, 0.0)
    return max(votes, key=lambda task: (votes[task], task)) if votes else None


def _papers(
    store: Readable, subject: Subject, families: Sequence[ArchitectureCount], n_winners: int
) -> tuple[list[Item], int]:
    """Papers of the families that win, one item a paper; and how many of these families have none."""
    counted = {count.key: count for count in families}
    if subject.asked and subject.asked.architecture_id:
        rows = architectures_by_id(store, [subject.asked.architecture_id])
    elif subject.asked:
        rows = lineage_members(store, subject.asked.lineage)
    else:
        rows = architectures_by_id(store, sorted(k for k in counted if not k.startswith("unknown:")))
    by_paper: dict[str, list[ArchitectureRow]] = defaultdict(list)
    for row in rows:
        if row.paper_url and row.paper_title and _year_holds(row.year, subject.filters):
            by_paper[row.paper_url].append(row)
    most = max((count.n_solutions for count in families), default=0) or 1
    used = {key: count.n_solutions for key, count in counted.items()}
    items = []
    for url, found in by_paper.items():
        first = min(found, key=lambda row: -used.get(row.architecture_id, 0))
        n = used.get(first.architecture_id, 0)
        why = (
            f"introduces {first.name}: used by {n} of {n_winners} documented winners here"
            if n
            else f"introduces {first.name}"
        )
        items.append(
            Item(
                key=f"paper:{url}",
                kind="paper",
                title=str(first.paper_title),
                url=url,
                year=first.year,
                relevance=n / most,
                teaches=frozenset({f"uses:{row.lineage}" for row in found} | {f"paper:{url}"}),
                minutes=PAPER_MINUTES,
                minutes_from="default",
                why=(why,),
                trust=(n / most) ** 0.5,  # a rare family of a common lineage does not bring the lineage in
            )
        )
    return items, sum(not row.paper_url for row in rows)


def _year_holds(year: int | None, filters: Filters) -> bool:
    """Whether a paper of this year may stand in the list: only its year is known, so its last day counts."""
    if filters.as_of and (year is None or date(year, 12, 31) > filters.as_of):
        return False
    if filters.since and (year is None or year < filters.since.year):
        return False
    return not (filters.until and (year is None or year > filters.until.year))


def _documents(store: Readable, subject: Subject, scope: Scope) -> Iterator[Item]:
    """Documents in scope that are no copies."""
    among = None if subject.closeness is None else list(subject.closeness)
    uses: dict[str, list[UseRow]] = defaultdict(list)
    for use in scope.uses:
        uses[use.document_id].append(use)
    reasons: dict[str, list[ReasonRow]] = defaultdict(list)
    for reason in select_reasons(store, scope.filters):
        reasons[reason.document_id].append(reason)
    rows = [d for d in select_documents(store, scope.filters, among) if d.is_analysed and d.copy_of is None]
    if not subject.filters.platform:
        rows = [d for d in rows if d.platform != EXAMPLE_PLATFORM]
    lineage = subject.asked.lineage if subject.asked else None
    if lineage:
        rows = [d for d in rows if any(u.lineage == lineage for u in uses[d.document_id] if u.status != "mentioned")]
    lengths = select_lengths(store, [d.document_id for d in rows])
    teams = {c.competition_id: c.n_teams for c in scope.competitions}
    close = _closeness_of(subject, scope)
    for row in rows:
        if row.rank is None and close.get(row.competition_id or "", 0.0) <= WIDER:
            continue  # what is far and nobody has placed helps nobody
        length = lengths.get(row.document_id)
        minutes, source = reading_minutes(length.n_words if length else 0, length.n_code_lines if length else 0)
        yield Item(
            key=f"document:{row.document_id}",
            kind=DOCUMENT_KINDS[row.kind],
            title=reading_title(row.title, row.kind, row.rank, row.competition_title or row.competition),
            url=row.url,
            year=row.published_on.year if row.published_on else row.year,
            relevance=close.get(row.competition_id or "", 0.0)
            * _quality(row.rank, teams.get(row.competition_id or ""), len(reasons[row.document_id])),
            trust=close.get(row.competition_id or "", 0.0) ** 2 * (UNRANKED_TRUST if row.rank is None else 1.0),
            teaches=_tokens(row, uses[row.document_id], reasons[row.document_id]),
            minutes=minutes,
            minutes_from=source,
            why=tuple(_placed(row.rank, teams.get(row.competition_id or ""), row.competition)),
            competition=row.competition,
            rank=row.rank,
            author=row.author,
            is_asked=row.competition_id is not None and row.competition_id == subject.competition_id,
        )


def _tokens(row: DocumentRow, uses: Sequence[UseRow], reasons: Sequence[ReasonRow]) -> frozenset[str]:
    found = {f"uses:{u.lineage}" for u in uses if u.status == "used"}
    found |= {f"drops:{u.lineage}" for u in uses if u.status == "tried" and f"uses:{u.lineage}" not in found}
    found |= {f"why:{r.lineage}:{r.category}:{r.polarity}" for r in reasons}
    found |= {f"at:{row.competition_id}"} if row.competition_id else set()
    return frozenset(found | ({f"solution:{row.solution_id}"} if row.solution_id else set()))


def _links(store: Readable, subject: Subject, scope: Scope) -> Iterator[Item]:
    """Links of winners whose documents the corpus lacks: only place and kind are known of them."""
    filters = scope.filters
    if filters.platform == EXAMPLE_PLATFORM:
        return
    known = {canonical_url(r["url"]) for r in store.execute("SELECT url FROM documents WHERE url IS NOT NULL")}
    documented = {(s.competition_id, s.rank) for s in scope.solutions if s.rank is not None}
    most = filters.rank_at_most or WINNERS_RANK
    close = _closeness_of(subject, scope)
    for row in select_links(store, [c.competition_id for c in scope.competitions]):
        late = filters.as_of and (row.counted_on is None or row.counted_on > filters.as_of)
        late = late or (filters.until and (row.counted_on is None or row.counted_on > filters.until))
        early = filters.since and (row.counted_on is None or row.counted_on < filters.since)
        place = (row.competition_id, row.rank)
        if late or early or row.rank is None or row.rank > most or place in documented:
            continue
        if canonical_url(row.url) in known:
            continue
        minutes, source = reading_minutes(0, 0)
        yield Item(
            key=f"link:{row.url}",
            kind=_link_kind(row),
            title=f"{ordinal(row.rank)} place solution: {row.competition_title}",
            url=row.url,
            year=row.year,
            relevance=close.get(row.competition_id, 0.0) * _quality(row.rank, row.n_teams, 0),
            teaches=frozenset({f"at:{row.competition_id}", f"place:{row.competition_id}:{row.rank}"}),
            minutes=minutes,
            minutes_from=source,
            why=(
                *_placed(row.rank, row.n_teams, row.competition),
                "known from a public index only: what it uses is not known",
            ),
            competition=row.competition,
            rank=row.rank,
            is_asked=row.competition_id == subject.competition_id,
        )


def _link_kind(row: LinkRow) -> Kind:
    """What a link most likely leads to, by the index's word and the address."""
    address = urlsplit(row.url)
    on_kaggle = address.netloc.removeprefix("www.") == "kaggle.com"
    if on_kaggle and ("/discussion/" in address.path or "/writeups/" in address.path):
        return "writeup"
    if row.kind == "kernel" or on_kaggle:
        return "notebook"
    return "repository" if row.kind == "code" or address.netloc == "github.com" else "post"


def _closeness_of(subject: Subject, scope: Scope) -> dict[str, float]:
    """Competition id -> how near it is to the subject, 0-1; of a task, those that have it as their main one are."""
    if subject.closeness is not None:
        return dict(subject.closeness)
    pattern = subject.filters.task
    if pattern is None:
        return {c.competition_id: 1.0 for c in scope.competitions}
    pattern = pattern if "/" in pattern else f"{pattern}/*"
    return {
        c.competition_id: 1.0 if fnmatchcase(c.main_task_type or "", pattern) else SECOND_TASK
        for c in scope.competitions
    }


def _quality(rank: int | None, n_teams: int | None, n_reasons: int) -> float:
    """0-1: how well it did, against how many, and whether it says why."""
    placed = 0.1 if rank is None else 1 / (1 + log2(rank) / 2)
    if n_teams:
        placed *= 0.5 + 0.5 * min(1.0, log10(n_teams) / 3)  # the first of a thousand counts full
    return 0.6 * placed + 0.4 * min(1.0, n_reasons / 4)


def _placed(rank: int | None, n_teams: int | None, competition: str | None) -> Iterator[str]:
    if competition is None:
        yield "of no known competition"
    elif rank is None:
        yield f"rank not known, in {competition}"
    else:
        yield f"{ordinal(rank)}{f' of {n_teams:,}' if n_teams else ''} in {competition}"
