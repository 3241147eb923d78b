"""What to read on a task, problem, competition or architecture, in an order that teaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
ENOUGH = 5  # winning architectures that a note names as missing


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """How a list is cut and ordered."""

    limits: Limits = field(default_factory=Limits)
    order: Order = "foundations"
    papers_first: bool = False
    shown: frozenset[str] | None = None  # keys of items shown before; None: new or not is no question


def reading_list(store: Readable, what: str, filters: Filters, choice: ReadingChoice | None = None) -> Answer:
    """What to read on `what` (task type, description, competition or architecture), each item with its reason."""
    choice = choice or ReadingChoice()
    subject = find_subject(store, what, filters)
    found = gather(store, subject)
    shown = choice.shown or frozenset()
    items = [item for item in found.items if item.key not in shown]
    weights = {count.key: count.share for count in found.winning}
    chosen = arrange(choose(items, weights, choice.limits), choice.order, papers_first=choice.papers_first)
    beside = replace(subject.filters, task=None) if subject.read_as == "task" else subject.filters
    phrase = in_words(beside)
    title = f"Reading list: {subject.name}{f' ({phrase})' if phrase else ''}"
    return Answer(
        name="reading-list",
        title=title,
        columns=READING_COLUMNS,
        rows=tuple(_row(place, item, chosen, found) for place, item in enumerate(chosen, 1)),
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
            papers_first=choice.papers_first,
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


def _row(place: int, item: Item, chosen: Sequence[Item], found: Gathered) -> dict[str, object]:
    names = {use.lineage: use.lineage_name for use in found.scope.uses}
    shares = {count.key: count.share for count in found.winning}
    return {
        "position": place,
        "kind": item.kind,
        "title": item.title,
        "why": "; ".join([*item.why, *(() if item.kind == "paper" else _teaching(item, chosen, names, shares))]),
        "minutes": item.minutes,
        "minutes_from": item.minutes_from,
        "rank": item.rank,
        "year": item.year,
        "competition": item.competition,
        "author": item.author,
        "url": item.url,
        "key": item.key,
    }


def _teaching(
    item: Item, chosen: Sequence[Item], names: Mapping[str, str], shares: Mapping[str, float]
) -> Sequence[str]:
    """What only this item of the list teaches, else what it uses; and how many reasons it gives."""
    others: set[str] = set()
    for other in chosen:
        if other is not item and other.kind != "paper":
            others |= other.teaches
    uses, drops = _named(item, "uses:", shares), _named(item, "drops:", shares)
    alone_uses = [key for key in uses if f"uses:{key}" not in others]
    alone_drops = [key for key in drops if f"drops:{key}" not in others]
    against = {
        token.removeprefix("why:").rsplit(":", 2)[0]  # a lineage may hold a colon: unknown:name
        for token in item.teaches
        if token.startswith("why:") and token.endswith(":against")
    }
    parts = []
    if alone_drops:
        said = ", with reasons" if set(alone_drops[:N_NAMED]) & against else ""
        parts.append(f"only one here that dropped {_list(alone_drops, names)}{said}")
    if alone_uses:
        parts.append(f"only one here that uses {_list(alone_uses, names)}")
    elif uses:
        parts.append(f"uses {_list(uses, names)}")
    elif not drops and item.key.startswith("document:"):
        parts.append("names no architecture that it uses")
    n = sum(token.startswith("why:") for token in item.teaches)
    if n:
        parts.append(f"gives {n} {plural(n, 'kind of reason|kinds of reasons')}")
    return parts


def _named(item: Item, start: str, shares: Mapping[str, float]) -> list[str]:
    keys = [token.removeprefix(start) for token in item.teaches if token.startswith(start)]
    return sorted(keys, key=lambda key: (-shares.get(key, 0.0), key))


def _list(keys: Sequence[str], names: Mapping[str, str]) -> str:
    named = ", ".join(names.get(key, key) for key in keys[:N_NAMED])
    return f"{named} and {len(keys) - N_NAMED} more" if len(keys) > N_NAMED else named


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
