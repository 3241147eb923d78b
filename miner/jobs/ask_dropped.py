"""What was tried and dropped: by architecture, or who dropped one and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from analysis.counts.dropped import DroppedCount, count_dropped
from analysis.counts.popularity import By, strongest_uses
from analysis.counts.rows import Use
from corpus.records import Answer, Column, Filters, Polarity, Status
from corpus.views import Readable, ReasonRow, select_evidence, select_reasons
from miner.jobs.ask_names import resolve_architecture
from miner.jobs.ask_rows import example_rows, solution_label
from miner.jobs.ask_scope import Scope, about, query_of, read_scope, scope_facts, scope_notes, titled
from miner.jobs.ask_why import NO_QUOTES

DROPPED_COLUMNS = (
    Column("architecture", "architecture", "text", "Name of the lineage, or of the family with --by family."),
    Column("n_solutions", "dropped", "int", "Solutions that tried it and do not use it."),
    Column("n_solutions_total", "of", "int", "Solutions that ran it: tried or used."),
    Column("share", "share dropped", "share", "n_solutions over n_solutions_total, 0 to 1."),
    Column("share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("is_small", "small", "text", "Whether fewer than 5 solutions ran it."),
    Column("reasons", "why", "list", "Reasons against it that these give, with how many do."),
    Column("newest", "newest example", "text", "Rank and competition of the newest solution that dropped it."),
    Column("newest_url", "link", "url", "Where to read that document."),
)
WHO_COLUMNS = (
    Column("who", "who", "text", "Rank and competition of the solution."),
    Column("architecture", "what", "text", "The family that was dropped."),
    Column("reasons", "why", "list", "Categories of the author's reasons; empty: none is given."),
    Column("counted_on", "date", "date", "The date the document counts from."),
    Column("quote", "in the author's words", "quote", "The reason, else the sentence that says it was tried."),
    Column("url", "link", "url", "Where to read it."),
)


def dropped(
    store: Readable, filters: Filters, name: str | None = None, by: By = "lineage", limit: int | None = 20
) -> Answer:
    """Architectures by the solutions that tried and dropped them; with a name, these solutions and their reasons."""
    return _who(store, filters, name, by, limit) if name else _which(store, filters, by, limit)


def dropped_rows(store: Readable, scope: Scope, by: By, limit: int | None) -> list[dict[str, object]]:
    """What a cohort tried and dropped, as rows: for an answer that says more than this."""
    counts = count_dropped(scope.uses, select_reasons(store, scope.filters), by)
    return [_row(count) for count in counts[:limit]]


def _which(store: Readable, filters: Filters, by: By, limit: int | None) -> Answer:
    scope = read_scope(store, filters)
    counts = count_dropped(scope.uses, select_reasons(store, scope.filters), by)
    notes = [] if counts else ["Not known: no documented solution in scope says that it tried and dropped anything."]
    if limit is not None and limit < len(counts):
        notes.append(f"Shown: {limit} of {len(counts):,} architectures (--limit).")
    return Answer(
        name="dropped",
        title=titled("Tried and dropped", scope.filters),
        columns=DROPPED_COLUMNS,
        rows=tuple(_row(count) for count in counts[:limit]),
        facts=scope_facts(scope) | {"n_architectures": len(counts)},
        notes=(*notes, *scope_notes(scope)),
        query=query_of(scope.filters, architecture=None, by=by, limit=limit),
    )


def _who(store: Readable, filters: Filters, name: str, by: By, limit: int | None) -> Answer:
    asked = resolve_architecture(store, name)
    scope = read_scope(store, filters)
    # a family is asked about as itself, whatever the counts go by
    level: By = "family" if asked.architecture_id and asked.variant is None else by
    key = asked.key_for(level)
    title = asked.name if level == "family" or not asked.architecture_id else asked.lineage_name
    scope = about(store, scope, [key], level)
    members = strongest_uses(scope.uses, level).get(key, {})
    gone = {sid: found for sid, found in members.items() if found[0].status == Status.TRIED}
    n_used = sum(found[0].status == Status.USED for found in members.values())
    reasons = _against(store, scope, gone)
    rows = _solution_rows(store, gone, reasons)
    n_why = sum(bool(row["reasons"]) for row in rows)
    notes = [
        f"{title}: tried and dropped by {len(gone):,}, used by {n_used:,} of {len(scope.solutions):,} documented"
        f" solutions; {n_why:,} of the {len(gone):,} say why."
        if members
        else f"Not known: no documented solution in scope names {title}."
    ]
    if rows and not any(row["quote"] for row in rows):
        notes.append(NO_QUOTES)
    if limit is not None and limit < len(rows):
        notes.append(f"Shown: {limit} of {len(rows):,} solutions (--limit).")
    return Answer(
        name="dropped",
        title=titled(f"Who tried {title} and dropped it", scope.filters),
        columns=WHO_COLUMNS,
        rows=tuple(rows[:limit]),
        facts=scope_facts(scope)
        | {"architecture": title, "key": key, "n_dropped": len(gone), "n_used": n_used, "n_with_reason": n_why},
        notes=(*notes, *scope_notes(scope)),
        query=query_of(scope.filters, architecture=name, by=by, limit=limit),
    )


def _against(store: Readable, scope: Scope, gone: Mapping[str, Sequence[Use]]) -> dict[str, list[ReasonRow]]:
    """Claim id -> reasons against, the likeliest first."""
    claims = {use.claim_id for found in gone.values() for use in found}
    found: dict[str, list[ReasonRow]] = defaultdict(list)
    for lineage in sorted({use.lineage for uses in gone.values() for use in uses}):
        for reason in select_reasons(store, scope.filters, lineage=lineage):
            if reason.claim_id in claims and reason.polarity == Polarity.AGAINST:
                found[reason.claim_id].append(reason)
    for some in found.values():
        some.sort(key=lambda r: (not r.quote, -(r.reason_confidence or 0.0), len(r.quote or ""), r.start or 0))
    return found


def _solution_rows(
    store: Readable, gone: Mapping[str, Sequence[Use]], reasons: dict[str, list[ReasonRow]]
) -> list[dict[str, object]]:
    """One row per solution: those that say why first, then the best rank, then the newest."""
    evidence: dict[str, str] = {}
    for item in select_evidence(store, [use.claim_id for found in gone.values() for use in found]):
        if item.quote:
            evidence.setdefault(item.claim_id, item.quote)
    rows: list[dict[str, object]] = []
    for found in gone.values():
        use = max(found, key=lambda u: (bool(reasons.get(u.claim_id)), bool(evidence.get(u.claim_id)), u.document))
        said = [reason for one in found for reason in reasons.get(one.claim_id, ())]
        quote = next((r.quote for r in said if r.quote), None) or evidence.get(use.claim_id)
        rows.append(
            {
                "who": solution_label(use.competition, use.rank),
                "architecture": use.architecture,
                "reasons": list(dict.fromkeys(reason.category for reason in said)),
                "counted_on": use.counted_on,
                "quote": quote,
                "url": use.document_url,
                "competition": use.competition,
                "rank": use.rank,
                "rank_source": use.rank_source,
                "document": use.document,
                "claim_id": use.claim_id,
            }
        )
    return sorted(rows, key=_order)


def _order(row: dict[str, object]) -> tuple[bool, int, str, str]:
    rank = row["rank"]
    return (not row["reasons"], rank if isinstance(rank, int) else 10**9, str(row["competition"]), str(row["document"]))


def _row(count: DroppedCount) -> dict[str, object]:
    newest: Sequence[object] = count.examples
    return {
        "architecture": count.name,
        "key": count.key,
        "n_solutions": count.n_dropped,
        "n_solutions_total": count.n_ran,
        "share": count.share,
        "share_low": count.share_low,
        "share_high": count.share_high,
        "is_small": count.is_small,
        "reasons": [f"{category} {n}" for category, n in count.reasons],
        "n_without_reason": count.n_without_reason,
        "newest": solution_label(count.examples[0].competition, count.examples[0].rank) if newest else None,
        "newest_url": count.examples[0].url if newest else None,
        "examples": example_rows(count.examples),
    }
