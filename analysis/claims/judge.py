"""Mentions -> claims: one claim per document and architecture, with status, roles, variants, reasons and evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from analysis.claims.agreement import side_status, with_agreement
from analysis.claims.gather import Case, Gathered
from analysis.claims.outline import Subject
from analysis.claims.quotes import LONGEST_QUOTE
from analysis.claims.reasons import find_reasons
from analysis.claims.roles import judge_roles, role_rows
from analysis.claims.standing import judge_standing, least_claim, settle_standing
from analysis.claims.status import Vote, settle
from analysis.claims.trained import Judges
from corpus.ids import claim_id, squash
from corpus.records import (
    Block,
    Claim,
    CodeUse,
    Evidence,
    Reason,
    Span,
    Status,
    Variant,
)

MOST_EVIDENCE = 5  # spans kept per claim, the firmest first
MOST_REASONS = 12
Standing = tuple[Status, float]  # and its probability


def judge_claims(gathered: Gathered, blocks: Sequence[Block], made_by: str, judges: Judges) -> tuple[Claim, ...]:
    """The claims of one document, ordered by id.

    Args:
        gathered: the document's mentions by architecture.
        blocks: all its blocks, for quotes.
        made_by: extractor and catalogue version, kept on each claim.
        judges: what is trained.
    """
    document = gathered.document
    standings = settle_all(gathered, judges)
    subjects = subjects_of(gathered, standings)
    uses = {key: case.uses for key, case in gathered.cases.items()}
    reasons = find_reasons(gathered.outline, subjects, document, judges, uses)
    texts = {block.id: block.text for block in blocks}
    rows = role_rows(gathered, {key: status for key, (status, _) in standings.items()})
    claims = []
    for key, (status, probability) in standings.items():
        case = gathered.cases[key]
        claims.append(
            Claim(
                id=claim_id(document.id, case.architecture_id, case.name),
                document_id=document.id,
                name=case.name,
                architecture_id=case.architecture_id,
                status=status,
                roles=judge_roles(rows[key], judges) if key in rows else (),
                variants=_variants(case, status),
                reasons=_unique(reasons.get(key, [])),
                evidence=_evidence(case, status, texts),
                confidence=probability,
                made_by=made_by,
                text_status=side_status((v for v, m, _ in case.votes if m.code_use is None), case.passing),
                code_status=side_status(v for v, m, _ in case.votes if m.code_use is not None),
            )
        )
    return tuple(sorted(with_agreement(claims), key=lambda claim: claim.id))


def settle_all(gathered: Gathered, judges: Judges) -> dict[str, Standing]:
    """The standing of every architecture that deserves a claim, by key."""
    found = {}
    for stand in gathered.stands:
        probabilities = judge_standing(gathered.outline, stand, gathered.stands, gathered.document, judges)
        settled = settle_standing(probabilities, least_claim(stand, gathered.stands, judges.cuts), judges.cuts)
        if settled:
            found[stand.key] = settled
    return found


def subjects_of(gathered: Gathered, standings: Mapping[str, Standing]) -> list[Subject]:
    """The architectures that were used or tried: those that reasons can be about."""
    return [
        Subject(stand.key, stand.name, stand.kind, standings[stand.key][0])
        for stand in gathered.stands
        if stand.key in standings and standings[stand.key][0] is not Status.MENTIONED
    ]


def _variants(case: Case, status: Status) -> tuple[Variant, ...]:
    """Variants by squashed spelling, the first spelling kept; none is stronger than the claim."""
    votes: dict[str, list[Vote]] = defaultdict(list)
    spelling: dict[str, str] = {}
    for vote, mention, _ in case.votes:
        if mention.variant:
            key = squash(mention.variant)
            votes[key].append(vote)
            spelling.setdefault(key, mention.variant)
    found = []
    for key in sorted(votes):
        own = settle(votes[key])[0]
        found.append(Variant(spelling[key], own if own.strength <= status.strength else status))
    return tuple(found)


def _unique(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The likeliest reasons, one per category, polarity and quote."""
    unique = {(r.category, r.polarity, r.quote): r for r in reasons}
    return tuple(unique.values())[:MOST_REASONS]


def _evidence(case: Case, status: Status, texts: Mapping[str, str]) -> tuple[Evidence, ...]:
    """The firmest statements for the status, one per span, each quote holding the name."""
    ranked = sorted(
        case.votes, key=lambda v: (v[0].status is not status, -v[0].weight, v[1].code_use is not CodeUse.RUN)
    )
    found: dict[Span, Evidence] = {}
    for _, mention, around in ranked:
        span = _cut(around, mention.span)
        if span not in found and len(found) < MOST_EVIDENCE:
            text = texts[span.block_id]
            found[span] = Evidence(
                span, text[span.start : span.end], mention.span.start, mention.span.end, mention.code_use is not None
            )
    return tuple(found.values())


def _cut(around: Span, name: Span) -> Span:
    """The statement around a name, at most 300 characters, always holding the name where it is that short."""
    if around.end - around.start <= LONGEST_QUOTE:
        return around
    start = max(around.start, min(name.start - LONGEST_QUOTE // 3, around.end - LONGEST_QUOTE))
    return Span(around.block_id, start, min(around.end, start + LONGEST_QUOTE))
