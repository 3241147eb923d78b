"""What adding, analysing and exporting did, as answers: for those who look at them in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.records import Answer, Column, Failure
from miner.jobs.add import AddReport
from miner.jobs.analyse import Tally
from miner.jobs.ask_scope import plural

ADDED_COLUMNS = (
    Column("what", "what", "text", "documents, competitions or solution links."),
    Column("n_new", "new", "int", "Not known before."),
    Column("n_changed", "changed", "int", "Known, with other content or facts now."),
    Column("n_unchanged", "unchanged", "int", "Known as they are."),
)
ANALYSED_COLUMNS = (
    Column("n_documents", "documents", "int", "That were new, changed or stale, and are analysed now."),
    Column("n_unreadable", "unreadable", "int", "Of these, those that cannot be read as what they claim to be."),
    Column("n_claims", "claims", "int", "That these documents make."),
)


def added_answer(done: Iterable[str | AddReport]) -> Answer:
    """What `add_each` did: a row for each kind of thing that was found, what failed among the facts."""
    said: list[str] = []
    reports: list[AddReport] = []
    for one in done:
        if isinstance(one, AddReport):
            reports.append(one)
        else:
            said.append(one)
    rows: list[dict[str, object]] = []
    said_new: list[str] = []
    for name, of_kind in (
        ("documents", [report.documents for report in reports]),
        ("competitions", [report.competitions for report in reports]),
        ("solution links", [report.links for report in reports]),
    ):
        if any(counts.total for counts in of_kind):
            new, changed = sum(counts.new for counts in of_kind), sum(counts.changed for counts in of_kind)
            same = sum(counts.unchanged for counts in of_kind)
            rows.append({"what": name, "n_new": new, "n_changed": changed, "n_unchanged": same})
            said_new.append(f"{new:,} new {plural(new, f'{name[:-1]}|{name}')}")
    failures = [failure for report in reports for failure in report.failures]
    if any(not report.is_unchanged for report in reports):
        title = "Added: " + ", ".join(said_new)
        said.append("What the new documents say is not known before they are analysed: analyse().")
    else:
        title = "Facts taken" if said and not reports else "Nothing has changed"
    return Answer(
        name="add",
        title=_and_failed(title, failures),
        columns=ADDED_COLUMNS,
        rows=tuple(rows),
        facts=_failure_facts(failures),
        notes=tuple(said),
    )


def analysed_answer(tally: Tally) -> Answer:
    """What one analysis did, in one row; what failed among the facts."""
    n = tally.n_documents
    title = f"Analysed: {n:,} {plural(n, 'document|documents')}, {tally.n_claims:,} claims"
    return Answer(
        name="analyse",
        title=_and_failed(title, tally.failures) if n else "Nothing to do: every document is up to date",
        columns=ANALYSED_COLUMNS,
        rows=({"n_documents": n, "n_unreadable": tally.n_unreadable, "n_claims": tally.n_claims},),
        facts={"made_by": tally.made_by, **_failure_facts(tally.failures)},
    )


def _failure_facts(failures: Sequence[Failure]) -> dict[str, object]:
    rows = [{"item": f.item, "where": f.where, "message": f.message} for f in failures]
    return {"n_failures": len(failures), "failures": rows}


def _and_failed(title: str, failures: Sequence[Failure]) -> str:
    return f"{title}; {len(failures):,} failed" if failures else title
