"""Mentions -> claims: one claim per document and architecture, with status, roles, variants, reasons and evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.claims.agreement import side_status, with_agreement
from analysis.claims.generic import drop_umbrellas, successor_of
from analysis.claims.reasons import LONGEST_QUOTE, find_reasons, find_section_reasons
from analysis.claims.roles import roles_near, settle_roles
from analysis.claims.status import Vote, settle, vote_on_carried, vote_on_code, vote_on_prose
from analysis.mentions.statements import Statement
from corpus.ids import claim_id, squash
from corpus.records import (
    Architecture,
    Block,
    Claim,
    CodeUse,
    Document,
    Evidence,
    Mention,
    Polarity,
    Reason,
    Role,
    Span,
    Status,
    Variant,
)

MOST_EVIDENCE = 5  # spans kept per claim, the firmest first
MOST_REASONS = 12


@dataclass(slots=True)
class _Case:
    """Everything one document says about one architecture, gathered before it is judged."""

    name: str
    architecture_id: str | None
    votes: list[tuple[Vote, Mention, Span]] = field(default_factory=list)  # the span is the sentence or code statement
    passing: list[Vote] = field(default_factory=list)  # of statements that speak of it without its name
    near: list[frozenset[Role]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    section_reasons: list[Reason] = field(default_factory=list)  # what a heading says against it

    @property
    def is_bare(self) -> bool:
        """Whether the document gives no size or checkpoint of it."""
        return not any(mention.variant for _, mention, _ in self.votes)


def _merge_bare(cases: dict[str, _Case], architectures: Mapping[str, Architecture]) -> dict[str, _Case]:
    """Cases with each bare name joined to the newer version it is short for."""
    merged = dict(cases)
    for key, case in cases.items():
        newer = successor_of(key, case.is_bare, cases.keys(), architectures)
        if newer:
            del merged[key]
            merged[newer].votes += case.votes
            merged[newer].near += case.near
            merged[newer].reasons += case.reasons
    return merged


def judge_claims(
    document: Document,
    blocks: Sequence[Block],
    statements: Iterable[Statement],
    code: Iterable[Mention],
    architectures: Mapping[str, Architecture],
    made_by: str,
) -> tuple[Claim, ...]:
    """The claims of one document, ordered by id.

    Args:
        document: what is known of it beside its content; its kind decides what prose means by default.
        blocks: all its blocks, for quotes.
        statements: its prose, as `analysis.mentions.prose` reads it.
        code: mentions in its code.
        architectures: the catalogue's families by id.
        made_by: extractor and catalogue version, kept on each claim.
    """
    texts = {block.id: block.text for block in blocks}
    cases = _gather(document, statements, code, texts)
    cases = {key: case for key, case in cases.items() if case.votes}  # a bare link may be spoken of, but claims nothing
    cases = _merge_bare(cases, architectures)
    settled = {key: settle([vote for vote, _, _ in case.votes] + case.passing) for key, case in cases.items()}
    status = {key: found[0] for key, found in settled.items()}
    exact = [key for key, case in cases.items() if not case.is_bare]
    kept = drop_umbrellas(cases.keys(), status, architectures, exact)
    used_kinds = {key: architectures[key].kind for key in kept if key in architectures and status[key] is Status.USED}
    claims = []
    for key in kept:
        kinds_beside = frozenset(kind for other, kind in used_kinds.items() if other != key)
        kind = architectures[key].kind if key in architectures else ""
        roles = _roles(cases[key], kind, kinds_beside) if status[key] is not Status.MENTIONED else ()
        claims.append(_claim(document, cases[key], settled[key], roles, texts, made_by))
    return tuple(sorted(with_agreement(claims), key=lambda claim: claim.id))


def _gather(
    document: Document, statements: Iterable[Statement], code: Iterable[Mention], texts: Mapping[str, str]
) -> dict[str, _Case]:
    cases: dict[str, _Case] = {}

    def case_of(mention: Mention) -> _Case:
        key = mention.architecture_id or f"name:{squash(mention.name)}"
        return cases.setdefault(key, _Case(mention.name, mention.architecture_id))

    for mention in code:
        case_of(mention).votes.append((vote_on_code(mention), mention, mention.context or mention.span))
    for statement in statements:
        for mention in statement.mentions:
            case = case_of(mention)
            case.votes.append((vote_on_prose(statement, mention, document), mention, statement.span))
            begin = mention.span.start - statement.span.start
            case.near.append(roles_near(statement.text, begin, begin + mention.span.end - mention.span.start))
        carried = vote_on_carried(statement) if statement.carried else None
        if carried:
            for mention in statement.carried:
                case_of(mention).passing.append(carried)
        for found in find_reasons(statement):
            case_of(found.mention).reasons.append(found.reason)
        for found in find_section_reasons(statement, texts):
            case_of(found.mention).section_reasons.append(found.reason)
    return cases


def _roles(case: _Case, kind: str, kinds_beside: frozenset[str]) -> tuple[Role, ...]:
    hints = [role for _, mention, _ in case.votes if mention.code_use is CodeUse.RUN for role in mention.roles]
    return settle_roles(kind, case.near, hints, kinds_beside)


def _claim(
    document: Document,
    case: _Case,
    settled: tuple[Status, float],
    roles: tuple[Role, ...],
    texts: Mapping[str, str],
    made_by: str,
) -> Claim:
    status, confidence = settled
    return Claim(
        id=claim_id(document.id, case.architecture_id, case.name),
        document_id=document.id,
        name=case.name,
        architecture_id=case.architecture_id,
        status=status,
        roles=roles,
        variants=_variants(case, status),
        reasons=_reasons(case, status),
        evidence=_evidence(case, status, texts),
        confidence=confidence,
        made_by=made_by,
        text_status=side_status((vote for vote, mention, _ in case.votes if mention.code_use is None), case.passing),
        code_status=side_status(vote for vote, mention, _ in case.votes if mention.code_use is not None),
    )


def _variants(case: _Case, status: Status) -> tuple[Variant, ...]:
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


def _reasons(case: _Case, status: Status) -> tuple[Reason, ...]:
    """Reasons in reading order, one per category, polarity and quote; a heading's only where nothing else speaks."""
    if status is Status.MENTIONED:
        return ()
    found = list(case.reasons)
    if status is Status.TRIED and not any(reason.polarity is Polarity.AGAINST for reason in found):
        found += case.section_reasons[:1]
    unique = {(r.category, r.polarity, r.quote): r for r in found}
    return tuple(unique.values())[:MOST_REASONS]


def _evidence(case: _Case, status: Status, texts: Mapping[str, str]) -> tuple[Evidence, ...]:
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
