"""Why solutions chose, kept, dropped or avoided an architecture."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.counts.popularity import By, strongest_uses
from analysis.counts.rows import Reason
from analysis.counts.why import ReasonCount, count_reasons
from corpus.records import Answer, Column, Filters, Status
from corpus.views import Readable, select_reasons
from miner.jobs.ask_names import resolve_architecture
from miner.jobs.ask_rows import solution_label
from miner.jobs.ask_scope import about, query_of, read_scope, scope_facts, scope_notes, titled

WHY_COLUMNS = (
    Column("category", "reason", "text", "accuracy, speed, memory ...: what the author's reason is about."),
    Column("polarity", "speaks", "text", "for or against."),
    Column("n_solutions", "solutions", "int", "Solutions that give such a reason."),
    Column("n_reasons", "reasons", "int", "Statements, of all documents."),
    Column("is_small", "small", "text", "Whether n_solutions is under 5."),
    Column("quote", "in the author's words", "quote", "The best quote: short, of a high rank, new."),
    Column("solution", "solution", "text", "Rank and competition of the document quoted."),
    Column("url", "link", "url", "Where to read it."),
)
NO_QUOTES = "Starter facts carry no quotes: the link leads to the document that says it."


def why(store: Readable, name: str, filters: Filters, by: By = "lineage", n_quotes: int = 3) -> Answer:
    """Reasons for and against one architecture, contrary ones side by side, each with quotes and links."""
    asked = resolve_architecture(store, name)
    scope = read_scope(store, filters)
    whole_line = by == "lineage" and (asked.architecture_id is None or asked.variant is not None)
    lineage = asked.lineage if whole_line or asked.architecture_id is None else None
    title = asked.lineage_name if lineage else asked.name
    reasons = select_reasons(
        store, scope.filters, lineage=lineage, architecture_id=None if lineage else asked.architecture_id
    )
    counts = count_reasons(reasons, n_quotes)
    key = lineage or asked.architecture_id or asked.lineage
    scope = about(store, scope, [key], "lineage" if lineage else "family")
    members = strongest_uses(scope.uses, "lineage" if lineage else "family").get(key, {})
    standing = {status.value: sum(rows[0].status == status for rows in members.values()) for status in Status}
    speaking = {reason.solution_id for reason in reasons if reason.solution_id}
    notes = [_standing(title, standing, len(scope.solutions), len(speaking & members.keys()))]
    if not counts:
        notes.insert(0, f"Not known: no document in scope gives a reason for or against {title}.")
    if balance := _balance(counts):
        notes.append(balance)
    if counts and not any(reason.quote for reason in reasons):
        notes.append(NO_QUOTES)
    return Answer(
        name="why",
        title=titled(f"Reasons for and against {title}", scope.filters),
        columns=WHY_COLUMNS,
        rows=tuple(_row(count, counts) for count in counts),
        facts={"architecture": title, "key": key, "solutions": standing, "n_with_reason": len(speaking)}
        | scope_facts(scope),
        notes=(*notes, *scope_notes(scope)),
        query=query_of(scope.filters, architecture=name, by=by),
    )


def _standing(name: str, standing: dict[str, int], n_solutions: int, n_speaking: int) -> str:
    ran = standing[Status.USED] + standing[Status.TRIED]
    return (
        f"{name}: used in {standing[Status.USED]:,}, tried and dropped in {standing[Status.TRIED]:,}, only mentioned in"
        f" {standing[Status.MENTIONED]:,} of {n_solutions:,} documented solutions; {n_speaking:,} of the"
        f" {ran + standing[Status.MENTIONED]:,} that name it say why."
    )


def _balance(counts: Sequence[ReasonCount]) -> str:
    """For which reasons authors contradict each other, in a sentence; '' where none do."""
    sides: dict[str, dict[str, int]] = {}
    for count in counts:
        sides.setdefault(count.category, {})[count.polarity] = count.n_solutions
    both = [f"{name} {n['for']} for, {n['against']} against" for name, n in sides.items() if len(n) == 2]
    return f"Authors differ (solutions): {'; '.join(both)}." if both else ""


def _row(count: ReasonCount, counts: Sequence[ReasonCount]) -> dict[str, object]:
    best = count.quotes[0]
    contrary = next((c for c in counts if c.category == count.category and c.polarity != count.polarity), None)
    return {
        "category": count.category,
        "polarity": count.polarity,
        "n_solutions": count.n_solutions,
        "n_reasons": count.n_reasons,
        "n_contrary": contrary.n_solutions if contrary else 0,
        "is_small": count.is_small,
        "quote": best.quote,
        "solution": solution_label(best.competition, best.rank),
        "url": best.document_url,
        "quotes": [_quote(reason) for reason in count.quotes],
        "contrary": _quote(contrary.quotes[0]) if contrary else None,
    }


def _quote(reason: Reason) -> dict[str, object]:
    return {
        "quote": reason.quote,
        "status": reason.status,
        "architecture": reason.architecture,
        "competition": reason.competition,
        "rank": reason.rank,
        "counted_on": reason.counted_on,
        "document": reason.document,
        "url": reason.document_url,
        "claim_id": reason.claim_id,
    }
