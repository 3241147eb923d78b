"""Mentions by architecture: everything one document says about each, gathered before it is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.claims.generic import successor_of
from analysis.claims.outline import Outline
from analysis.claims.role_words import Beside, roles_beside
from analysis.claims.standing import Stand
from analysis.claims.status import Vote, vote_on_carried, vote_on_code, vote_on_prose
from analysis.claims.words import key_of
from analysis.mentions.statements import Statement
from corpus.ids import squash
from corpus.records import Architecture, CodeUse, Document, Mention, Role, Span

MOST_CASES = 300  # architectures of one document; one that names more is a list of them, no solution


@dataclass(slots=True)
class Case:
    """Everything one document says about one architecture."""

    name: str
    architecture_id: str | None
    votes: list[tuple[Vote, Mention, Span]] = field(default_factory=list)  # the span is the sentence or code statement
    passing: list[Vote] = field(default_factory=list)  # of statements that speak of it without its name
    beside: list[Beside] = field(default_factory=list)  # roles that words beside each mention in prose give

    @property
    def is_bare(self) -> bool:
        """Whether the document gives no size or checkpoint of it."""
        return not any(mention.variant for _, mention, _ in self.votes)

    @property
    def hints(self) -> list[Role]:
        """Roles that constructions in code give."""
        return [role for _, mention, _ in self.votes if mention.code_use is CodeUse.RUN for role in mention.roles]

    @property
    def uses(self) -> dict[CodeUse, int]:
        """What code does with it, by number of places."""
        return dict(Counter(mention.code_use for _, mention, _ in self.votes if mention.code_use is not None))


@dataclass(frozen=True, slots=True)
class Gathered:
    """One document ready to be judged."""

    document: Document
    cases: Mapping[str, Case]  # by key, in order of appearance
    stands: tuple[Stand, ...]  # one per case
    outline: Outline


def gather(
    document: Document,
    statements: Sequence[Statement],
    code: Iterable[Mention],
    architectures: Mapping[str, Architecture],
) -> Gathered:
    """The cases of one document.

    Args:
        document: what is known of it beside its content; its kind decides what prose means by default.
        statements: its prose, as `analysis.mentions.prose` reads it.
        code: mentions in its code.
        architectures: the catalogue's families by id.
    """
    cases = _cases(document, statements, code)
    cases = {key: case for key, case in cases.items() if case.votes}  # a bare link may be spoken of, but claims nothing
    cases = _merge_bare(_most_named(cases), architectures)
    stands = tuple(_stand(key, case, architectures) for key, case in cases.items())
    return Gathered(document, cases, stands, Outline(statements))


def _cases(document: Document, statements: Iterable[Statement], code: Iterable[Mention]) -> dict[str, Case]:
    cases: dict[str, Case] = {}

    def case_of(mention: Mention) -> Case:
        key = key_of(mention.architecture_id, mention.name)
        return cases.setdefault(key, Case(mention.name, mention.architecture_id))

    for mention in code:
        case_of(mention).votes.append((vote_on_code(mention), mention, mention.context or mention.span))
    for statement in statements:
        for mention in statement.mentions:
            case = case_of(mention)
            case.votes.append((vote_on_prose(statement, mention, document), mention, statement.span))
            begin = mention.span.start - statement.span.start
            case.beside.append(roles_beside(statement.text, begin, begin + mention.span.end - mention.span.start))
        carried = vote_on_carried(statement) if statement.carried else None
        if carried:
            for mention in statement.carried:
                case_of(mention).passing.append(carried)
    return cases


def _most_named(cases: dict[str, Case]) -> dict[str, Case]:
    """At most MOST_CASES, those with most mentions, in order of appearance: all are weighed against each other."""
    if len(cases) <= MOST_CASES:
        return cases
    kept = set(sorted(cases, key=lambda key: -len(cases[key].votes))[:MOST_CASES])
    return {key: case for key, case in cases.items() if key in kept}


def _merge_bare(cases: dict[str, Case], architectures: Mapping[str, Architecture]) -> dict[str, Case]:
    """Cases with each bare name joined to the newer version it is short for."""
    merged = dict(cases)
    for key, case in cases.items():
        newer = successor_of(key, case.is_bare, cases.keys(), architectures)
        if newer:
            del merged[key]
            merged[newer].votes += case.votes
            merged[newer].beside += case.beside
    return merged


def _stand(key: str, case: Case, architectures: Mapping[str, Architecture]) -> Stand:
    variants = {squash(mention.variant) for _, mention, _ in case.votes if mention.variant}
    votes = (*(vote for vote, _, _ in case.votes), *case.passing)
    kind = architectures[key].kind if key in architectures else ""
    return Stand(key, case.name, kind, votes, case.uses, len(variants))
