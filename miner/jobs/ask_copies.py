"""Why a document is a copy, in words."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.views_lookup import CopyRow
from miner.jobs.ask_scope import plural

MOST_NAMES = 5


def copy_facts(document_id: str, copies: Sequence[CopyRow]) -> dict[str, object]:
    """`copy_of`, `copy_how` and `copy_similarity` of a copy, `copies` of an original; nothing of other documents."""
    facts: dict[str, object] = {}
    for row in copies:
        if row.document_id == document_id:
            facts = {"copy_of": row.original, "copy_how": row.copy_how}
            if row.copy_similarity is not None:
                facts["copy_similarity"] = row.copy_similarity
    names = [row.document for row in copies if row.document_id != document_id]
    return facts | ({"copies": names} if names else {})


def copy_notes(document_id: str, copies: Sequence[CopyRow]) -> list[str]:
    """What a reader of one document must know of its copies, and of what it is a copy of.

    Args:
        document_id: the document's.
        copies: its own row where it is a copy, and those of its copies.
    """
    notes = [f"{_why(row)} Statistics leave it out." for row in copies if row.document_id == document_id]
    names = [row.document for row in copies if row.document_id != document_id]
    if names:
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        counted = f"{len(names)} {plural(len(names), 'copy of it is|copies of it are')}"
        notes.append(f"{counted} left out of statistics: {', '.join(names[:MOST_NAMES])}{more}.")
    return notes


def _why(row: CopyRow) -> str:
    if row.copy_how == "near":
        shared = f"{(row.copy_similarity or 0) * 100:.0f} %"
        return (
            f"A near copy of {row.original}: {shared} of their runs of five words are in both, and it uses no"
            " architecture that its original does not."
        )
    if row.copy_how == "equal":
        return f"A copy of {row.original}, equal byte for byte."
    return f"A copy of {row.original}, as a source states."
