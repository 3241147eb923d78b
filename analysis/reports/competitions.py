"""Report rows -> a page for each documented competition: its solutions by rank, what each used and dropped, and where
to read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.reports.rows import Competition, ReportRows, Solution, Use
from analysis.reports.tables import Tables, Uses


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


@dataclass(frozen=True, slots=True)
class Documented:
    """The documented competitions, newest first, then by slug; a page is put together when it is asked for."""

    competitions: Mapping[str, Competition]
    members: Mapping[str, list[Solution]]
    parts: Mapping[str, list[tuple[str, list[Use]]]]  # solution -> lines with the uses of their strongest status

    def page(self, key: str) -> CompetitionPage:
        """One competition with its solutions."""
        return _page(self.competitions[key], self.members[key], self.parts)


def gather_documented(rows: ReportRows, uses: Uses) -> Documented:
    """The competitions with a documented solution."""
    known = {competition.competition_id: competition for competition in rows.competitions}
    members: dict[str, list[Solution]] = defaultdict(list)
    for solution in rows.solutions:
        members[solution.competition_id].append(solution)
    parts: dict[str, list[tuple[str, list[Use]]]] = defaultdict(list)
    for line, by_solution in uses.items():
        for solution_id, strongest in by_solution.items():
            parts[solution_id].append((line, strongest))
    found = {key: known.get(key) or _from_solution(some[0]) for key, some in members.items()}
    ordered = sorted(found.items(), key=lambda pair: (-(pair[1].year or 0), pair[0]))
    return Documented(dict(ordered), members, parts)


def competition_pages(rows: ReportRows, tables: Tables) -> tuple[CompetitionPage, ...]:
    """A page for each competition with a documented solution, newest first, then by slug."""
    documented = gather_documented(rows, tables.uses)
    return tuple(documented.page(key) for key in documented.competitions)


def _from_solution(solution: Solution) -> Competition:
    """What a solution says of a competition that no other row describes."""
    return Competition(
        solution.competition_id, solution.year, None, solution.competition, solution.competition_title,
        solution.competition_url, None, solution.task_types,
    )  # fmt: skip


def _page(
    competition: Competition, members: Iterable[Solution], parts: Mapping[str, list[tuple[str, list[Use]]]]
) -> CompetitionPage:
    ordered = sorted(members, key=lambda s: (s.rank or 10**6, s.solution_id))
    entries = tuple(_entry(solution, parts.get(solution.solution_id, [])) for solution in ordered)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    names: dict[str, str] = {}
    for entry in entries:
        for part in entry.used:
            names[part.key] = min(part.name, names.get(part.key, part.name))
            counts[part.key][0] += entry.solution.is_winner
            counts[part.key][1] += 1
    architectures = sorted(
        ((key, names[key], winners, total) for key, (winners, total) in counts.items()),
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
