"""Report rows -> the evidence behind each number: which documents say so, in whose words, with what rank."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from analysis.reports.rows import Family, ReportRows, Solution, Use, Why
from analysis.reports.tables import Share, Tables, TaskTable, Uses
from corpus.ids import squash

MAX_PUBLISHED_WORDS = 25
N_VARIANTS = 12


@dataclass(frozen=True, slots=True)
class Item:
    """One solution's word on one line of architectures."""

    solution: Solution
    document_title: str
    document_url: str | None
    author: str | None
    variants: tuple[str, ...]
    roles: tuple[str, ...]
    quote: str | None
    is_code: bool
    n_documents: int  # of this solution that say so


@dataclass(frozen=True, slots=True)
class ReasonItem:
    """One reason, with where it stands."""

    solution: Solution
    document_title: str
    document_url: str | None
    author: str | None
    quote: str | None
    status: str


@dataclass(frozen=True, slots=True)
class ArchitecturePage:
    """Everything the corpus holds on one line of architectures."""

    key: str
    name: str
    family: Family | None
    overall: Share | None
    tasks: tuple[tuple[TaskTable, Share], ...]
    used: tuple[Item, ...]
    tried: tuple[Item, ...]
    n_mentioned: int
    variants: tuple[tuple[str, int], ...]
    reasons_for: tuple[tuple[str, tuple[ReasonItem, ...]], ...]  # by category, most solutions first
    reasons_against: tuple[tuple[str, tuple[ReasonItem, ...]], ...]


def published_quote(quote: str | None, author: str | None, url: str | None) -> str | None:
    """What of a quote may be published: at most 25 words, and none where author or link is missing.

    >>> published_quote("a short one", "Jo", "https://example.org/1")
    'a short one'
    >>> published_quote("a short one", None, "https://example.org/1") is None
    True
    """
    if not quote or not author or not url:
        return None
    words = list(re.finditer(r"\S+", quote))
    return quote if len(words) <= MAX_PUBLISHED_WORDS else f"{quote[: words[MAX_PUBLISHED_WORDS - 1].end()]} …"


def slugs_of(keys: Iterable[str]) -> dict[str, str]:
    """A file name for each key, unique and the same in any order.

    >>> slugs_of(["efficientnet", "unknown:my net", "unknown:my-net"])
    {'efficientnet': 'efficientnet', 'unknown:my net': 'unknown-my-net', 'unknown:my-net': 'unknown-my-net-2'}
    """
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for key in sorted(set(keys)):
        base = re.sub(r"[^a-z0-9]+", "-", key.casefold()).strip("-")[:60] or "name"
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug)
        slugs[key] = slug
    return slugs


def items_of(
    uses_by_solution: Mapping[str, list[Use]], solutions: Mapping[str, Solution], status: str
) -> tuple[Item, ...]:
    """Solutions whose strongest status is `status`, best rank first, unranked last."""
    items = []
    for solution_id, uses in uses_by_solution.items():
        if uses[0].status != status or solution_id not in solutions:
            continue
        best = min(uses, key=lambda use: (use.quote is None, use.is_code, use.document_url is None, use.document))
        variants = dict.fromkeys(variant for use in uses for variant in use.variants)
        roles = dict.fromkeys(role for use in uses for role in use.roles)
        items.append(
            Item(
                solutions[solution_id],
                best.document_title or best.document,
                best.document_url,
                best.author,
                tuple(variants),
                tuple(roles),
                best.quote,
                best.is_code,
                len({use.document for use in uses}),
            )
        )
    return tuple(sorted(items, key=lambda item: _order(item.solution)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Report rows by what a page asks for; a page is put together when it is asked for."""

    uses: Uses
    solutions: Mapping[str, Solution]
    families: Mapping[str, Family]
    overall: Mapping[str, Share]
    tasks: Mapping[str, list[tuple[TaskTable, Share]]]
    reasons: Mapping[str, list[Why]]
    names: Mapping[
        str, str
    ]  # of the lines of architectures that any solution used or tried: those with a page; by name

    def page(self, key: str) -> ArchitecturePage:
        """Everything on one line of architectures."""
        members = self.uses[key]
        used = items_of(members, self.solutions, "used")
        return ArchitecturePage(
            key,
            self.names[key],
            self.families.get(key),
            self.overall.get(key),
            tuple(self.tasks.get(key, ())),
            used,
            items_of(members, self.solutions, "tried"),
            sum(uses[0].status == "mentioned" for uses in members.values()),
            _variants(used),
            _reason_groups(self.reasons.get(key, ()), self.solutions, "for"),
            _reason_groups(self.reasons.get(key, ()), self.solutions, "against"),
        )

    def behind(self, table: TaskTable) -> Iterator[tuple[Share, tuple[Item, ...]]]:
        """The solutions of one task type behind each share of its table."""
        for share in table.shares:
            members = {
                key: uses
                for key, uses in self.uses[share.key].items()
                if key in self.solutions and table.task_type in self.solutions[key].task_types
            }
            yield share, items_of(members, self.solutions, "used")


def gather_evidence(rows: ReportRows, tables: Tables) -> Evidence:
    """The rows as pages ask for them."""
    solutions = {solution.solution_id: solution for solution in rows.solutions}
    by_task: dict[str, list[tuple[TaskTable, Share]]] = defaultdict(list)
    for table in tables.tasks:
        for share in table.shares:
            by_task[share.key].append((table, share))
    reasons: dict[str, list[Why]] = defaultdict(list)
    for why in rows.reasons:
        reasons[why.lineage].append(why)
    names = {
        key: min(use.lineage_name for uses in members.values() for use in uses)
        for key, members in tables.uses.items()
        if any(uses[0].status != "mentioned" and sid in solutions for sid, uses in members.items())
    }
    return Evidence(
        tables.uses,
        solutions,
        {family.lineage: family for family in rows.families},
        {share.key: share for share in tables.overall},
        by_task,
        reasons,
        dict(sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))),
    )


def evidence_pages(rows: ReportRows, tables: Tables) -> tuple[ArchitecturePage, ...]:
    """A page for each line of architectures that any solution used or tried, by name."""
    evidence = gather_evidence(rows, tables)
    return tuple(evidence.page(key) for key in evidence.names)


def _variants(used: Iterable[Item]) -> tuple[tuple[str, int], ...]:
    """The most used sizes and checkpoints; spellings of one are counted together under the most frequent."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for item in used:
        for key in {squash(variant) for variant in item.variants}:
            spellings[key][min(variant for variant in item.variants if squash(variant) == key)] += 1
    found = [(_commonest(names), names.total()) for names in spellings.values()]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0]))[:N_VARIANTS])


def _commonest(names: Counter[str]) -> str:
    return min(names, key=lambda name: (-names[name], name))


def _reason_groups(
    reasons: Iterable[Why], solutions: Mapping[str, Solution], polarity: str
) -> tuple[tuple[str, tuple[ReasonItem, ...]], ...]:
    groups: dict[str, dict[tuple[str, str | None, str], Why]] = defaultdict(dict)
    for why in reasons:
        if why.polarity == polarity and why.solution_id in solutions:
            # Without quotes, several reasons of one kind in one document are one line of evidence.
            groups[why.category].setdefault((why.solution_id or "", why.quote, why.document), why)
    made = {category: _reason_items(found.values(), solutions) for category, found in groups.items()}
    return tuple(sorted(made.items(), key=lambda pair: (-len({i.solution.solution_id for i in pair[1]}), pair[0])))


def _reason_items(reasons: Iterable[Why], solutions: Mapping[str, Solution]) -> tuple[ReasonItem, ...]:
    items = [
        ReasonItem(
            solutions[why.solution_id or ""],
            why.document_title or why.document,
            why.document_url,
            why.author,
            why.quote,
            why.status,
        )
        for why in reasons
    ]
    return tuple(sorted(items, key=lambda item: (_order(item.solution), item.document_title, item.quote or "")))


def _order(solution: Solution) -> tuple[object, ...]:
    return (solution.rank or 10**6, -(solution.year or 0), solution.competition_id, solution.solution_id)
