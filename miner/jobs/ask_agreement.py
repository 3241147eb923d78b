"""Whether text and code agree about an architecture, in words: within a document, and across those of a solution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from corpus.views_lookup import SolutionAgreementRow

TEXT_SAYS = {"used": "says used", "tried": "says tried and dropped", "mentioned": "only names it"}
CODE_DOES = {"used": "runs it", "tried": "has it commented out", "mentioned": "names it and does not run it"}
VERDICTS = {
    "both": "they agree",
    "text": "the code does not confirm it",
    "code": "the text does not confirm it",
    "contradiction": "they contradict each other",
}
KINDS = {"writeup": "write-up", "blog": "post"}


def agreement_words(
    text_status: str | None,
    code_status: str | None,
    agreement: str | None,
    text: str = "the text",
    code: str = "the code",
) -> str | None:
    """One line that says it of the two sides, or None where there is nothing to compare.

    >>> agreement_words("used", "used", "both")
    'the text says used; the code runs it: they agree'
    >>> agreement_words("used", None, "text")
    'only in the text, which says used'
    """
    if agreement is None or not {text_status, code_status} & {"used", "tried"}:
        return None  # nothing is said that could be true or not
    if code_status is None:
        return f"only in {text}, which {TEXT_SAYS[text_status or 'mentioned']}"
    if text_status is None:
        return f"only in {code}, which {CODE_DOES[code_status]}"
    return f"{text} {TEXT_SAYS[text_status]}; {code} {CODE_DOES[code_status]}: {VERDICTS[agreement]}"


def solution_facts(rows: Sequence[SolutionAgreementRow]) -> dict[tuple[str, str | None], dict[str, object]]:
    """What a solution's text and code say of each family, by lineage and family; each side with its documents.

    Named are those that give a side its status.

    Args:
        rows: one per family and document, in the order in which the documents are to be named.
    """
    families: defaultdict[tuple[str, str | None], list[SolutionAgreementRow]] = defaultdict(list)
    for row in rows:
        families[row.lineage, row.architecture_id].append(row)
    return {key: _facts(found) for key, found in families.items()}


def _facts(rows: Sequence[SolutionAgreementRow]) -> dict[str, object]:
    first = rows[0]
    sides = (first.text_status, first.code_status, first.agreement)
    text = [row for row in rows if row.prose is not None and row.prose == first.text_status]
    code = [row for row in rows if row.program is not None and row.program == first.code_status]
    return {
        "text_status": first.text_status,
        "code_status": first.code_status,
        "agreement": first.agreement,
        "text_documents": [row.document for row in text],
        "code_documents": [row.document for row in code],
        "words": agreement_words(*sides, _named(text), _named(code)),
    }


def _named(rows: Sequence[SolutionAgreementRow]) -> str:
    """The first document and how many more: "write-up frogs-1st (and 2 more)"."""
    if not rows:
        return ""
    more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
    return f"{KINDS.get(rows[0].document_kind, rows[0].document_kind)} {rows[0].document}{more}"
