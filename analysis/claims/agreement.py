"""What a document's text and its code say of an architecture, each for itself, and whether the two agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analysis.claims.status import Vote, settle
from corpus.records import Agreement, Claim, Status


def side_status(votes: Iterable[Vote], passing: Iterable[Vote] = ()) -> Status | None:
    """The status that one side alone gives an architecture; None where it does not name it.

    Args:
        votes: of the mentions on this side.
        passing: of statements that speak of it without its name; alone they say nothing.
    """
    named = list(votes)
    return settle([*named, *passing])[0] if named else None


def compare(text: Status | None, code: Status | None) -> Agreement | None:
    """Which side the stronger status stands on; None where neither names it.

    Only code that runs what the text says was dropped contradicts it: text that names in passing what the code runs,
    or code that names what the text says was used, is silent rather than against it.
    """
    if text is None or code is None:
        return Agreement.TEXT if text else Agreement.CODE if code else None
    if text is code:
        return Agreement.BOTH
    if (text, code) == (Status.TRIED, Status.USED):
        return Agreement.CONTRADICTION
    return Agreement.TEXT if text.strength > code.strength else Agreement.CODE


def with_agreement(claims: Sequence[Claim]) -> list[Claim]:
    """The claims of one document, compared where both its text and its code name architectures, else as they are."""
    has_both = any(claim.text_status for claim in claims) and any(claim.code_status for claim in claims)
    if not has_both:
        return list(claims)
    return [replace(claim, agreement=compare(claim.text_status, claim.code_status)) for claim in claims]
