"""Counts as rows of an answer, with the columns that describe them."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.counts.popularity import ArchitectureCount, Example
from analysis.counts.uncertainty import used_share
from corpus.records import Column

COUNT_COLUMNS = (
    Column("architecture", "architecture", "text", "Name of the lineage, or of the family with --by family."),
    Column("n_solutions", "solutions", "int", "Documented solutions in scope that use it; each counts once."),
    Column("n_solutions_total", "of", "int", "Documented solutions in scope: the denominator."),
    Column("share", "share", "share", "n_solutions over n_solutions_total, 0 to 1."),
    Column("share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("n_competitions", "competitions", "int", "Competitions with such a solution."),
    Column("n_competitions_total", "of", "int", "Competitions with a documented solution in scope."),
    Column("first_year", "years", "int", "First year it was used in."),
    Column("last_year", "last", "int", "Last year it was used in."),
    Column("is_small", "small", "text", "Whether n_solutions is under 5."),
    Column("newest", "newest example", "text", "Rank and competition of the newest solution that uses it."),
    Column("newest_url", "link", "url", "Where to read that document."),
)


def count_rows(counts: Iterable[ArchitectureCount]) -> tuple[dict[str, object], ...]:
    """One row per architecture; `key`, `kind`, `examples` and the share of competitions are in JSON only."""
    return tuple(
        {
            "architecture": c.name,
            "key": c.key,
            "kind": c.kind,
            "n_solutions": c.n_solutions,
            "n_solutions_total": c.n_solutions_total,
            "share": c.share,
            "share_low": c.share_low,
            "share_high": c.share_high,
            "n_competitions": c.n_competitions,
            "n_competitions_total": c.n_competitions_total,
            "competitions_share": shares[1],
            "competitions_share_low": shares[0],
            "competitions_share_high": shares[2],
            "first_year": c.first_year,
            "last_year": c.last_year,
            "is_small": c.is_small,
            "newest": solution_label(c.examples[0].competition, c.examples[0].rank),
            "newest_url": c.examples[0].url,
            "examples": example_rows(c.examples),
        }
        for c in counts
        for shares in (used_share(c.n_competitions, c.n_competitions_total),)
    )


def example_rows(examples: Iterable[Example]) -> list[dict[str, object]]:
    """The documents behind a count, newest first."""
    return [
        {
            "solution": solution_label(e.competition, e.rank),
            "competition": e.competition,
            "rank": e.rank,
            "rank_source": e.rank_source,
            "counted_on": e.counted_on,
            "document": e.document,
            "url": e.url,
            "claim_id": e.claim_id,
        }
        for e in examples
    ]


def solution_label(competition: str | None, rank: int | None) -> str:
    """How a solution is named in one cell.

    >>> solution_label("birdclef-2024", 3), solution_label("birdclef-2024", None), solution_label(None, None)
    ('#3 birdclef-2024', 'birdclef-2024', 'no competition')
    """
    return f"{f'#{rank} ' if rank else ''}{competition or 'no competition'}"
