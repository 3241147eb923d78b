"""Remove a document or a person for good: rows, words and bytes; what was forgotten does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.store import Store
from corpus.store_forget import Selection
from miner.jobs.runs import recorded_run

__all__ = ["ForgetReport", "Selection", "forget", "select"]

N_NAMES = 20


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was removed, and whether its bytes are gone from the file too."""

    removed: Selection
    is_wiped: bool  # False: another program holds the file open; the same request again wipes it


def select(store: Store, reference: str | None, author: str | None) -> Selection:
    """What there is of a document (by id, name or address), or of a person (by name or account)."""
    if author is not None:
        return store.select_author(author)
    return store.select_document(reference or "")


def forget(store: Store, selection: Selection) -> ForgetReport:
    """Remove what was selected and rewrite the file without it; a selection that is empty rewrites the file alone."""
    with recorded_run(store, "forget") as run:
        if not selection.is_empty:
            store.forget(selection)
        run.count(documents=len(selection.documents), other_rows=selection.n_others)
    return ForgetReport(selection, store.wipe())


def describe(selection: Selection) -> Iterator[str]:
    """What a person reads before and after: a line for the number, and one for each document."""
    n = len(selection.documents)
    rows = f"{selection.n_others} row{'' if selection.n_others == 1 else 's'} of links, lists and leaderboards"
    yield f"{n} document{'' if n == 1 else 's'} with all that was made from {'it' if n == 1 else 'them'}, and {rows}"
    yield from (f"  {name}" for name in selection.names[:N_NAMES])
    if n > N_NAMES:
        yield f"  and {n - N_NAMES} more"
    if selection.copies_left:
        left = ", ".join(selection.copies_left[:N_NAMES])
        yield f"documents by others with the same content stay: {left}; each can be forgotten by its name"
