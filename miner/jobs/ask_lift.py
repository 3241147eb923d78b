"""Which architectures winners use more, or less, than everybody else."""

from __future__ import annotations

from dataclasses import replace

from analysis.counts.lift import DEFAULTS, MIN_SOLUTIONS, Correction, LiftCount, LiftOptions, count_lift
from analysis.counts.popularity import By
from corpus.records import Answer, Column, Filters
from corpus.views import VERIFYING_SOURCES, Readable
from miner.jobs.ask_rows import example_rows, solution_label
from miner.jobs.ask_scope import WINNERS_RANK, Scope, query_of, read_scope, scope_facts, scope_notes, titled
from miner.jobs.ask_yearly import modalities

LIFT_COLUMNS = (
    Column("architecture", "architecture", "text", "Name of the lineage, or of the family with --by family."),
    Column("verdict", "verdict", "text", "underrated, overrated, or no clear difference."),
    Column("ratio", "ratio", "number", "Winners' share over everybody else's, pooled within modalities; null: no end."),
    Column("ratio_low", "low", "number", "Lower end of its 95 % interval."),
    Column("ratio_high", "high", "number", "Upper end; null: no end."),
    Column("n_winners", "winners", "int", "Winning solutions that use it."),
    Column("n_winners_total", "of", "int", "Documented winning solutions in scope."),
    Column("share", "share", "share", "n_winners over n_winners_total, 0 to 1."),
    Column("share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("n_others", "others", "int", "Other documented solutions that use it: ranked lower, or of no known rank."),
    Column("n_others_total", "of", "int", "Other documented solutions in scope."),
    Column("others_share", "their share", "share", "n_others over n_others_total, 0 to 1."),
    Column("others_share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("others_share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("p_corrected", "p, corrected", "number", "Chance of such a difference without one, for all rows together."),
    Column("is_small", "small", "text", "Whether n_winners is under 5."),
)
NAMES = {"bh": "Benjamini-Hochberg", "holm": "Holm"}


def lift(
    store: Readable,
    filters: Filters,
    by: By = "lineage",
    limit: int | None = 30,
    *,
    min_solutions: int = MIN_SOLUTIONS,
    correction: Correction = "bh",
) -> Answer:
    """Winners' share of each architecture against everybody else's, highest ratio first.

    Args:
        store: the corpus.
        filters: rank_at_most (10 where it is None) and verified say who is a winner; the others narrow both cohorts.
        by: lineages or families.
        limit: rows at most: the most clearly different are kept.
        min_solutions: users, winners or not, from which a ratio is told.
        correction: for many comparisons: bh or holm.
    """
    scope = read_scope(store, replace(filters, rank_at_most=None, verified=False))
    return lift_of(scope, filters, LiftOptions(by, min_solutions, correction), limit)


def lift_of(scope: Scope, filters: Filters, options: LiftOptions = DEFAULTS, limit: int | None = 30) -> Answer:
    """The same of a scope that has been read already, of every rank and source of ranks."""
    top = filters.rank_at_most or WINNERS_RANK
    sources = VERIFYING_SOURCES if filters.verified else (*VERIFYING_SOURCES, "author")
    winners = [s for s in scope.solutions if s.rank is not None and s.rank <= top and s.rank_source in sources]
    unproven = {s.solution_id for s in scope.solutions if s.rank is not None and s.rank <= top} - {
        s.solution_id for s in winners
    }
    others = [s for s in scope.solutions if s.solution_id not in unproven]
    counts = count_lift(
        winners,
        others,
        scope.uses,
        modalities(scope.competitions),
        options,
    )
    kept = {c.key for c in sorted(counts, key=lambda c: c.p_value)[:limit]}
    cohort = f"rank {top} or better" + (", verified" if filters.verified else "")
    notes = [
        f"Winners: {len(winners):,} documented solutions of {cohort}; everybody else:"
        f" {len(others) - len(winners):,}, ranked lower or of no known rank, mostly public notebooks.",
        "Ratios are pooled within modalities (Mantel-Haenszel), so that a different mix of tasks is no merit; p values"
        f" are corrected for {len(counts)} comparisons ({NAMES[options.correction]}). A write-up names more of what"
        " it uses than a notebook does: read a ratio against those of the other rows.",
        "Solutions of one competition are no independent draws, so the intervals are rather too narrow.",
        f"Left out: architectures of fewer than {options.min_solutions} solutions (--min-solutions).",
    ]
    if unproven:
        notes.append(f"Left out: {len(unproven):,} solutions whose high rank only their author states.")
    if counts and not any(c.verdict != "no clear difference" for c in counts):
        notes.insert(0, f"None of the {len(counts)} differences is clear beyond chance after the correction.")
    if not counts:
        notes.insert(0, f"Not known: no architecture has {options.min_solutions} documented solutions in scope.")
    return Answer(
        name="lift",
        title=titled("Winners' share against everybody else's", replace(scope.filters, rank_at_most=top)),
        columns=LIFT_COLUMNS,
        rows=tuple(_row(c) for c in counts if c.key in kept),
        facts=scope_facts(scope)
        | {"n_winners": len(winners), "n_others": len(others) - len(winners), "n_comparisons": len(counts)},
        notes=(*notes, *scope_notes(scope)),
        query=query_of(
            filters,
            by=options.by,
            limit=limit,
            min_solutions=options.min_solutions,
            correction=options.correction,
        ),
    )


def _row(c: LiftCount) -> dict[str, object]:
    return {
        "architecture": c.name,
        "key": c.key,
        "verdict": c.verdict,
        "ratio": c.ratio,
        "ratio_low": c.ratio_low,
        "ratio_high": c.ratio_high,
        "n_winners": c.n_winners,
        "n_winners_total": c.n_winners_total,
        "share": c.winners_share,
        "share_low": c.winners_low,
        "share_high": c.winners_high,
        "n_others": c.n_others,
        "n_others_total": c.n_others_total,
        "others_share": c.others_share,
        "others_share_low": c.others_low,
        "others_share_high": c.others_high,
        "everybody_share": c.everybody_share,
        "p_value": c.p_value,
        "p_corrected": c.p_corrected,
        "is_small": c.is_small,
        "newest": solution_label(c.examples[0].competition, c.examples[0].rank) if c.examples else None,
        "examples": example_rows(c.examples),
    }
