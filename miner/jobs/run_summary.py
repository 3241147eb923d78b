"""The summary of a run as plain text for one screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from analysis.reports.cells import percent, printable
from analysis.reports.rows import ExampleDocument, Use, Why
from miner.jobs.run import RunSummary

WIDTH = 88
_BAR = 16  # characters of a bar
_NAME = 22
_PER_EXAMPLE = 2  # claims shown of each example document
_FAILURES = 3


def render_summary(summary: RunSummary, width: int = WIDTH) -> str:
    """What was found, where the report is, what failed and what would add; some 40 lines."""
    lines = [
        *_found(summary),
        "",
        *_popularity(summary),
        "",
        *_examples(summary, width),
        "",
        f"Report     {summary.report_path}",
        f"Corpus     {summary.db_path}",
        *_failures(summary),
        *_wrapped("More       ", summary.more, width),
    ]
    return "\n".join(printable(line).rstrip() for line in lines) + "\n"


def _found(summary: RunSummary) -> Iterator[str]:
    found, added = summary.found, summary.added.documents
    yield (
        f"{found.n_competitions:,} competitions, {found.n_solutions:,} documented solutions ({found.n_winners:,} of"
        f" rank 10 or better), {found.n_claims:,} claims, {found.n_reasons:,} reasons"
    )
    starter = "Starter facts loaded" if summary.is_starter_new else "Starter facts up to date"
    analysed = f"{summary.analysed.n_documents:,} analysed" if summary.analysed.n_documents else "nothing to analyse"
    yield (
        f"{starter}; documents: {added.new:,} new, {added.changed:,} changed, {added.unchanged:,} unchanged; {analysed}"
    )


def _popularity(summary: RunSummary) -> Iterator[str]:
    rows = summary.popularity.rows
    if not rows:
        yield "No documented winners yet: there is nothing to count."
        return
    total = rows[0]["n_solutions_total"]
    yield f"What winners use: share of {total:,} documented solutions of rank 10 or better, with its 95 % interval"
    top = max(_number(row["share"]) for row in rows)
    for row in rows:
        share, low, high = (_number(row[key]) for key in ("share", "share_low", "share_high"))
        bar = "█" * max(1, round(_BAR * share / top))
        name = textwrap.shorten(str(row["architecture"]), _NAME, placeholder="…")
        interval = f"({100 * low:.0f}–{100 * high:.0f})"
        yield f"  {name:<{_NAME}} {bar:<{_BAR}} {percent(share):>5} {interval:<8} {row['n_solutions']:>4}/{total}"


def _examples(summary: RunSummary, width: int) -> Iterator[str]:
    yield "How documents are read: invented examples that ship with this program, counted nowhere"
    for document in summary.examples:
        rank = f", rank {document.rank}" if document.rank else ""
        yield f"  {document.title} ({document.kind}{rank}): {len(document.uses)} claims"
        for use, why in _telling(document)[:_PER_EXAMPLE]:
            reason = f" ({why.category.replace('_', ' ')}, {why.polarity} it)" if why else ""
            quote = " ".join((why.quote if why and why.quote else use.quote or "").split())
            yield f"    {use.status:<6} {use.architecture}{reason}"
            yield " " * 11 + textwrap.shorten(f"“{quote}”", width - 11, placeholder=" …”")


def _telling(document: ExampleDocument) -> list[tuple[Use, Why | None]]:
    """Claims that show most: one that is used and one that was dropped, with a plain reason where there is one."""
    quoted = sorted((why for why in document.reasons if why.quote), key=lambda why: why.category == "other")
    first = {why.claim_id: why for why in reversed(quoted)}

    def order(use: Use) -> tuple[object, ...]:
        why = first.get(use.claim_id)
        return (why is None or why.category == "other", use.architecture.casefold(), use.claim_id)

    by_status: dict[str, Use] = {}
    for use in sorted(document.uses, key=order):
        by_status.setdefault(use.status, use)
    shown = [by_status[status] for status in ("used", "tried", "mentioned") if status in by_status]
    return [(use, first.get(use.claim_id)) for use in shown]


def _failures(summary: RunSummary) -> Iterator[str]:
    if not summary.failures:
        yield "Failures   none"
        return
    yield f"Failures   {len(summary.failures):,} (`miner status` lists them)"
    for failure in summary.failures[:_FAILURES]:
        where = f" ({failure.where})" if failure.where else ""
        yield f"           {failure.item}{where}: {failure.message}"


def _wrapped(label: str, sentences: tuple[str, ...], width: int) -> Iterator[str]:
    for sentence in sentences:
        yield from textwrap.wrap(sentence, width, initial_indent=label, subsequent_indent=" " * len(label))
        label = " " * len(label)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
