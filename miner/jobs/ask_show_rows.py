"""Claims and solutions of single things as rows."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from corpus.corrections import claim_key
from corpus.records import Column, Filters
from corpus.views import DocumentRow, EvidenceRow, Readable, UseRow, select_evidence, select_uses
from corpus.views_corrections import select_corrections
from corpus.views_export import TOLD_FROM, ReasonSpan, export_reasons
from corpus.views_lookup import ClaimRow, solution_agreement
from miner.jobs.ask_agreement import agreement_words, solution_facts
from miner.jobs.correct_rows import by_claim

CLAIM_COLUMNS = (
    Column("architecture", "architecture", "text", "Name of the family."),
    Column("status", "status", "text", "used, tried or mentioned."),
    Column("corrected", "corrected", "list", "What a person corrected of it; `corrections` in the facts says more."),
    Column("roles", "roles", "list", "What it does in the solution."),
    Column("variants", "variants", "list", "Sizes and checkpoints as written; a status of their own in JSON."),
    Column("reasons", "reasons", "list", "Category and polarity of the author's reasons."),
    Column(
        "agreement_words", "text and code", "text", "What the document's prose and its code say, and if they agree."
    ),
    Column(
        "solution_words",
        "in the solution",
        "text",
        "The same across the documents of its solution, where they say more.",
    ),
    Column("quote", "evidence", "quote", "The sentence or statement the claim stands on."),
    Column("place", "place", "text", "Block and characters [start, end) of the quote, below which headings."),
    Column("claim_id", "claim", "text", "Id of the claim; `miner show` takes it."),
)
SOLUTION_COLUMNS = (
    Column("standing", "solution", "text", "Its rank, 1 is best; or that none is known."),
    Column("rank_source", "says", "text", "leaderboard, index or author: where the rank comes from."),
    Column("counted_on", "counts from", "date", "The date it counts from."),
    Column("kind", "kind", "text", "writeup, notebook, readme, blog or script."),
    Column("document", "document", "text", "Name of the document; `miner show` takes it."),
    Column("title", "title", "text", "Title of the document."),
    Column("uses", "uses", "list", "Lineages that the document says are part of the solution."),
    Column("tried", "tried and dropped", "list", "Lineages that were run and are not in it."),
    Column("url", "link", "url", "Where to read it."),
)


def claim_rows(store: Readable, claims: Sequence[ClaimRow]) -> tuple[dict[str, object], ...]:
    """One row per claim with its variants, reasons and all its evidence."""
    ids = [claim.claim_id for claim in claims]
    evidence: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in select_evidence(store, ids):
        if row.quote is not None:
            evidence[row.claim_id].append(row)
    reasons = export_reasons(store, ids)
    documents = sorted({claim.document_id for claim in claims})
    corrected = {
        (document_id, key): [row.field for row in rows if row.state == "holds"]
        for document_id in documents
        for key, rows in by_claim(select_corrections(store, document_id)).items()
    }
    solutions = {document: solution_facts(solution_agreement(store, document)) for document in documents}
    return tuple(
        _claim_row(claim, evidence[claim.claim_id], reasons.get(claim.claim_id, []))
        | _agreement(claim, solutions[claim.document_id].get((claim.lineage, claim.architecture_id)))
        | {"corrected": corrected.get((claim.document_id, claim_key(claim.architecture_id, claim.architecture)), [])}
        for claim in claims
    )


def document_facts(document: DocumentRow) -> dict[str, object]:
    """What is known of a document, for a list of labels and values."""
    return {
        "document": document.document,
        "document_id": document.document_id,
        "kind": document.kind,
        "format": document.format,
        "url": document.url,
        "author": document.author,
        "competition": document.competition,
        "rank": document.rank,
        "rank_source": document.rank_source,
        "medal": document.medal,
        "published_on": document.published_on,
        "counted_on": document.counted_on,
        "language": document.language,
        "licence": document.licence,
        "votes": document.votes,
        "source": document.source,
    }


def solution_rows(store: Readable, documents: Sequence[DocumentRow], filters: Filters) -> tuple[dict[str, object], ...]:
    """One row per document that is no copy, best rank first, with what its claims in scope say it uses and tried."""
    originals = [d for d in documents if d.copy_of is None]
    among = sorted({d.competition_id for d in originals if d.competition_id})
    said = architectures_by_document(select_uses(store, filters, among))
    return tuple(
        {
            "standing": f"rank {d.rank}" if d.rank else "no rank",
            "rank": d.rank,
            "rank_source": d.rank_source,
            "counted_on": d.counted_on,
            "kind": d.kind,
            "document": d.document,
            "title": d.title,
            "uses": said[d.document_id]["used"],
            "tried": said[d.document_id]["tried"],
            "solution_id": d.solution_id,
            "url": d.url,
        }
        for d in originals
    )


def architectures_by_document(uses: Sequence[UseRow]) -> defaultdict[str, defaultdict[str, list[str]]]:
    """Document id -> status -> names of lineages, by name; a lineage stands under its strongest status only."""
    strongest: dict[tuple[str, str], UseRow] = {}
    order = {"used": 3, "tried": 2, "mentioned": 1}
    for use in uses:
        held = strongest.get((use.document_id, use.lineage))
        if held is None or order[use.status] > order[held.status]:
            strongest[use.document_id, use.lineage] = use
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for use in sorted(strongest.values(), key=lambda u: (u.lineage_name.casefold(), u.lineage)):
        found[use.document_id][use.status].append(use.lineage_name)
    return found


def _claim_row(claim: ClaimRow, evidence: list[EvidenceRow], reasons: list[ReasonSpan]) -> dict[str, object]:
    reasons = [r for r in reasons if r.confidence is None or r.confidence >= TOLD_FROM]
    variants = [line.rpartition(" ")[::2] for line in (claim.variants or "").splitlines()]
    best = evidence[0] if evidence else None
    return {
        "architecture": claim.architecture,
        "status": claim.status,
        "roles": (claim.roles or "").split(),
        "variants": [name if status == claim.status else f"{name} ({status})" for name, status in variants],
        "variant_statuses": [{"name": name, "status": status} for name, status in variants],
        "reasons": _tally(f"{r.category} {r.polarity}" for r in reasons),
        "reason_spans": [
            {
                "category": r.category,
                "polarity": r.polarity,
                "quote": r.quote,
                "block_id": r.block_id,
                "start": r.start,
                "end": r.end,
                "confidence": r.confidence,
            }
            for r in reasons
        ],
        "quote": best.quote if best else None,
        "place": _place(best) if best else None,
        "evidence": [
            {
                "quote": e.quote,
                "block_id": e.block_id,
                "block_position": e.block_position,
                "start": e.start,
                "end": e.end,
                "is_code": e.is_code,
                "headings": json.loads(e.headings or "[]"),
            }
            for e in evidence
        ],
        "architecture_id": claim.architecture_id,
        "lineage": claim.lineage,
        "confidence": claim.confidence,
        "made_by": claim.made_by,
        "claim_id": claim.claim_id,
    }


def _agreement(claim: ClaimRow, solution: dict[str, object] | None) -> dict[str, object]:
    """Text against code: of the document, and of its solution; in words only where that says something else."""
    own = {"text_status": claim.text_status, "code_status": claim.code_status, "agreement": claim.agreement}
    is_told = solution is None or own.items() <= solution.items()
    return own | {
        "agreement_words": agreement_words(claim.text_status, claim.code_status, claim.agreement),
        "solution_agreement": solution,
        "solution_words": None if is_told or solution is None else solution["words"],
    }


def _tally(names: Iterable[str]) -> list[str]:
    """Each name once, in the order of first appearance, with how often where that is more than once."""
    return [name if n == 1 else f"{name} ({n})" for name, n in Counter(names).items()]


def _place(evidence: EvidenceRow) -> str:
    trail = " > ".join(json.loads(evidence.headings or "[]"))
    where = f"block {evidence.block_position}, characters {evidence.start}-{evidence.end}"
    return f"{where}{', code' if evidence.is_code else ''}{f', below: {trail}' if trail else ''}"
