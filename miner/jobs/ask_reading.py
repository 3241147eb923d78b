"""What to read on a task, problem, competition or architecture, in an order that teaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.reading import (
    KINDS,
    LINES_A_MINUTE,
    LINK_MINUTES,
    PAPER_MINUTES,
    WORDS_A_MINUTE,
    Item,
    Limits,
    Order,
    arrange,
    choose,
    is_link,
    taught_lineages,
)
from corpus.records import Answer, Column, Filters
from corpus.views import Readable
from miner.jobs.ask_reading_items import Gathered, Subject, find_subject, gather
from miner.jobs.ask_scope import in_words, plural, query_of, scope_facts, scope_notes

READING_COLUMNS = (
    Column("position", "#", "int", "Place in the list, 1 first."),
    Column("kind", "kind", "text", "paper, writeup, notebook, repository or post."),
    Column("title", "title", "text", "As its source gives it."),
    Column("why", "why it is here", "text", "Made from facts of the corpus."),
    Column("minutes", "minutes", "int", "To read it; `minutes_from` says what they were made from."),
    Column("rank", "rank", "int", "In its competition; unknown for papers."),
    Column("year", "year", "int", "Of the document, else of its competition; of a paper's architecture."),
    Column("url", "link", "url", "Where to read it."),
)
QUALITIES = {
    "n_architectures": "architecture|architectures",
    "n_competitions": "competition|competitions",
    "n_kinds": "kind|kinds",
    "n_years": "year|years",
}
N_NAMED = 3  # architectures named in a line
N_JUDGED = 2  # architectures for or against which a line names reasons
N_CATEGORIES = 2  # of these reasons
ENOUGH = 5  # winning architectures that a note names as missing


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """How a list is cut and ordered."""

    limits: Limits = field(default_factory=Limits)
    order: Order = "foundations"
    papers_first: bool | None = None  # None: with foundations
    shown: frozenset[str] | None = None  # keys of items shown before; None: new or not is no question


def reading_list(store: Readable, what: str, filters: Filters, choice: ReadingChoice | None = None) -> Answer:
    """What to read on `what` (task type, description, competition or architecture), each item with its reason."""
    choice = choice or ReadingChoice()
    subject = find_subject(store, what, filters)
    found = gather(store, subject)
    shown = choice.shown or frozenset()
    items = [item for item in found.items if item.key not in shown]
    weights = {count.key: count.share for count in found.winning}
    papers_first = choice.order == "foundations" if choice.papers_first is None else choice.papers_first
    chosen = arrange(choose(items, weights, choice.limits), choice.order, papers_first=papers_first)
    known = _Known.of(found, subject)
    beside = replace(subject.filters, task=None) if subject.read_as == "task" else subject.filters
    phrase = in_words(beside)
    title = f"Reading list: {subject.name}{f' ({phrase})' if phrase else ''}"
    return Answer(
        name="reading-list",
        title=title,
        columns=READING_COLUMNS,
        rows=tuple(_row(place, item, chosen, known) for place, item in enumerate(chosen, 1)),
        facts=_facts(subject, found, chosen, len(found.items) - len(items)),
        notes=(*_notes(found, chosen, choice), *scope_notes(found.scope)),
        query=query_of(
            subject.filters,
            what=what,
            read_as=subject.read_as,
            limit=choice.limits.n_items,
            kinds=dict(choice.limits.kinds) if choice.limits.kinds else None,
            max_minutes=choice.limits.minutes,
            order=choice.order,
            papers_first=papers_first,
            new_only=choice.shown is not None,
        ),
    )


def coverage_of(found: Gathered, chosen: Sequence[Item]) -> tuple[list[str], list[str]]:
    """Names of the winning lineages that the items teach, and of those that they lack; most used first."""
    taught = taught_lineages(chosen)
    covered = [count.name for count in found.winning if count.key in taught]
    return covered, [count.name for count in found.winning if count.key not in taught]


def diversity_of(chosen: Sequence[Item]) -> dict[str, int]:
    """How many different things the items are about."""
    return {
        "n_items": len(chosen),
        "n_kinds": len({item.kind for item in chosen}),
        "n_architectures": len(taught_lineages(chosen)),
        "n_competitions": len({item.competition for item in chosen if item.competition}),
        "n_years": len({item.year for item in chosen if item.year}),
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines are written from."""

    names: Mapping[str, str]  # of lineages
    shares: Mapping[str, float]  # of winners that use a lineage
    asked: str | None  # the lineage that the list is about

    @classmethod
    def of(cls, found: Gathered, subject: Subject) -> _Known:
        return cls(
            {use.lineage: use.lineage_name for use in found.scope.uses},
            {count.key: count.share for count in found.winning},
            subject.asked.lineage if subject.asked else None,
        )

    def in_order(self, keys: Iterable[str], weight: Mapping[str, int] | None = None) -> list[str]:
        """The asked one first, then by weight and by what most winners use."""
        weight = weight or {}
        return sorted(keys, key=lambda k: (k != self.asked, -weight.get(k, 0), -self.shares.get(k, 0.0), k))

    def named(self, keys: Sequence[str]) -> str:
        return _shortened([self.names.get(key, key) for key in keys], N_NAMED)


def _row(place: int, item: Item, chosen: Sequence[Item], known: _Known) -> dict[str, object]:
    told = () if is_link(item) else _teaching(item, chosen, known)
    return {
        "position": place,
        "kind": item.kind,
        "title": item.title,
        "why": "; ".join([*item.why, *(_applied(item, chosen) if item.kind == "paper" else told)]),
        "minutes": item.minutes,
        "minutes_from": item.minutes_from,
        "rank": item.rank,
        "year": item.year,
        "competition": item.competition,
        "author": item.author,
        "url": item.url,
        "key": item.key,
    }


def _applied(paper: Item, chosen: Sequence[Item]) -> Iterator[str]:
    """Which other items of the list build on what the paper introduces, by their places."""
    lineages = {token for token in paper.teaches if token.startswith("uses:")}
    places = [n for n, item in enumerate(chosen, 1) if item.kind != "paper" and lineages & item.teaches]
    if places:
        yield f"applied in {_and([f'#{n}' for n in places])}"


def _teaching(item: Item, chosen: Sequence[Item], known: _Known) -> Iterator[str]:
    """What only this item of the list teaches, else what it uses; what it dropped; and what it gives reasons for."""
    others: set[str] = set()
    for other in chosen:
        if other is not item and other.kind != "paper":
            others |= other.teaches
    uses, drops = (known.in_order(_after(start, item)) for start in ("uses:", "drops:"))
    alone = [key for key in uses if f"uses:{key}" not in others]
    if alone:
        yield f"only one here that uses {known.named(alone)}"
    elif uses:
        yield f"uses {known.named(uses)}"
    elif not drops:
        yield "names no architecture that it uses"
    if drops:
        yield f"tried and dropped {known.named(drops)}"
    yield from _judging(item, known)


def _judging(item: Item, known: _Known) -> Iterator[str]:
    """For and against which architectures the item gives reasons, and of which categories."""
    said: dict[str, dict[str, list[str]]] = {"for": {}, "against": {}}
    for token in sorted(_after("why:", item)):
        lineage, category, polarity = token.rsplit(":", 2)  # a lineage may hold a colon: unknown:name
        said[polarity].setdefault(lineage, []).append(category.replace("_", " "))
    parts = []
    for polarity, by_lineage in said.items():
        keys = known.in_order(by_lineage, {key: len(categories) for key, categories in by_lineage.items()})
        told = [f"{known.names.get(key, key)} ({', '.join(by_lineage[key][:N_CATEGORIES])})" for key in keys]
        if told:
            parts.append(f"{polarity} {_shortened(told, N_JUDGED)}")
    if parts:
        yield f"reasons {', '.join(parts)}"


def _after(start: str, item: Item) -> list[str]:
    return [token.removeprefix(start) for token in item.teaches if token.startswith(start)]


def _shortened(parts: Sequence[str], most: int) -> str:
    """The first parts, and how many more there are."""
    return _and([*parts[:most], f"{len(parts) - most} more"] if len(parts) > most else parts)


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _facts(subject: Subject, found: Gathered, chosen: Sequence[Item], n_before: int) -> dict[str, object]:
    covered, missing = coverage_of(found, chosen)
    return {
        "read_as": subject.read_as,
        "n_candidates": {kind: sum(item.kind == kind for item in found.items) for kind in KINDS},
        "n_shown_before": n_before,
        "minutes_total": sum(item.minutes for item in chosen),
        "n_winners": found.n_winners,
        "diversity": diversity_of(chosen),
        "winning_architectures": {
            "n_covered": len(covered),
            "n_total": len(covered) + len(missing),
            "covered": covered,
            "missing": missing,
        },
        "scope": scope_facts(found.scope),
    }


def _notes(found: Gathered, chosen: Sequence[Item], choice: ReadingChoice) -> list[str]:
    if not chosen:
        new = " that was not shown before" if choice.shown else ""
        return [f"Not known: nothing to read{new} on this in the corpus, within these limits."]
    covered, missing = coverage_of(found, chosen)
    most = diversity_of(chosen)
    notes = [
        f"{sum(item.minutes for item in chosen):,} minutes: prose at {WORDS_A_MINUTE} words a minute, code at"
        f" {LINES_A_MINUTE} lines. Length not known: {PAPER_MINUTES} minutes are put down for a paper, {LINK_MINUTES}"
        " for other items without text in the corpus.",
        f"Quality: {', '.join(f'{most[fact]} {plural(most[fact], forms)}' for fact, forms in QUALITIES.items())}.",
    ]
    if found.winning:
        text = (
            f"Of {len(found.winning)} {plural(len(found.winning), 'lineage|lineages')} that {found.n_winners}"
            f" documented {plural(found.n_winners, 'winner|winners')} here used, the list covers {len(covered)}"
        )
        if missing:
            more = f" and {len(missing) - ENOUGH} more" if len(missing) > ENOUGH else ""
            text += f"; missing, most used first: {', '.join(missing[:ENOUGH])}{more}"
        notes.append(text + ".")
    else:
        notes.append("Not known: which architectures win here; no winner's document is in the corpus.")
    if found.wider:
        notes.append(f"So few winners are documented nearby that other competitions of {found.wider} came in, behind.")
    if found.n_without_paper:
        n = found.n_without_paper
        notes.append(f"Paper not known for {n} of the {plural(n, 'families|families')} looked for.")
    return notes
