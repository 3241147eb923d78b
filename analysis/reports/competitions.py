"""Report rows -> a page for each documented competition: its solutions by rank, what each used and dropped, and where
to read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.counts.popularity import strongest_uses
from analysis.reports.rows import Competition, ReportRows, Solution, Use


@dataclass(frozen=True, slots=True)
class Part:
    """One line of architectures in one solution."""

    key: str
    name: str
    roles: tuple[str, ...]
    variants: tuple[str, ...]
    quote: str | None
    is_code: bool
    author: str | None
    document_url: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One solution with its documents and what it is made of."""

    solution: Solution
    documents: tuple[tuple[str, str | None], ...]  # title and link
    used: tuple[Part, ...]
    tried: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class CompetitionPage:
    """One competition and its documented solutions, best rank first."""

    competition: Competition
    entries: tuple[Entry, ...]
    architectures: tuple[tuple[str, str, int, int], ...]  # key, name, winners and solutions that use it, most first
    n_winners: int


def competition_pages(rows: ReportRows) -> tuple[CompetitionPage, ...]:
    """A page for each competition with a documented solution, newest first, then by slug."""
    known = {competition.competition_id: competition for competition in rows.competitions}
    solutions: dict[str, list[Solution]] = defaultdict(list)
    for solution in rows.solutions:
        solutions[solution.competition_id].append(solution)
    parts = _parts(rows.uses)
    pages = [_page(known.get(key) or _from_solution(members[0]), members, parts) for key, members in solutions.items()]
    return tuple(sorted(pages, key=lambda page: (-(page.competition.year or 0), page.competition.competition_id)))


def _from_solution(solution: Solution) -> Competition:
    """What a solution says of a competition that no other row describes."""
    return Competition(
        solution.competition_id, solution.year, None, solution.competition, solution.competition_title,
        solution.competition_url, None, solution.task_types,
    )  # fmt: skip


def _parts(uses: Iterable[Use]) -> dict[str, list[tuple[str, list[Use]]]]:
    """By solution: lines of architectures with the uses of that solution's strongest status."""
    by_claim = {use.claim_id: use for use in uses}
    found: dict[str, list[tuple[str, list[Use]]]] = defaultdict(list)
    for key, members in strongest_uses(by_claim.values(), "lineage").items():
        for solution_id, strongest in members.items():
            found[solution_id].append((key, [by_claim[use.claim_id] for use in strongest]))
    return found


def _page(
    competition: Competition, members: Iterable[Solution], parts: dict[str, list[tuple[str, list[Use]]]]
) -> CompetitionPage:
    ordered = sorted(members, key=lambda s: (s.rank or 10**6, s.solution_id))
    entries = tuple(_entry(solution, parts.get(solution.solution_id, [])) for solution in ordered)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for entry in entries:
        for part in entry.used:
            counts[part.key, part.name][0] += entry.solution.is_winner
            counts[part.key, part.name][1] += 1
    architectures = sorted(
        ((key, name, winners, total) for (key, name), (winners, total) in counts.items()),
        key=lambda row: (-row[2], -row[3], row[1].casefold()),
    )
    return CompetitionPage(competition, entries, tuple(architectures), sum(s.is_winner for s in ordered))


def _entry(solution: Solution, parts: Iterable[tuple[str, list[Use]]]) -> Entry:
    documents: dict[tuple[str, str | None], None] = {}
    by_status: dict[str, list[Part]] = {"used": [], "tried": []}
    for key, uses in sorted(parts, key=lambda pair: (pair[1][0].lineage_name.casefold(), pair[0])):
        for use in uses:
            documents[use.document_title or use.document, use.document_url] = None
        if uses[0].status in by_status:
            by_status[uses[0].status].append(_part(key, uses))
    return Entry(solution, tuple(sorted(documents, key=str)), tuple(by_status["used"]), tuple(by_status["tried"]))


def _part(key: str, uses: list[Use]) -> Part:
    best = min(uses, key=lambda use: (use.quote is None, use.is_code, use.document_url is None, use.document))
    return Part(
        key,
        best.lineage_name,
        tuple(dict.fromkeys(role for use in uses for role in use.roles)),
        tuple(dict.fromkeys(variant for use in uses for variant in use.variants)),
        best.quote,
        best.is_code,
        best.author,
        best.document_url,
    )
