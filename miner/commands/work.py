"""Commands that change the corpus or write files, and those that look after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.records import Answer, Column, Filters
from miner.commands.door import (
    Door,
    MinerCommand,
    confidence_option,
    db_option,
    filter_options,
    format_option,
    write_lines,
)

if TYPE_CHECKING:
    from miner.jobs.add import AddReport
    from miner.jobs.report_folder import ReportWritten

REPORT_DIR = Path("miner-report")
LEFTOVERS_NAMED = 3
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=REPORT_DIR,
    show_default=True,
    metavar="DIR",
    help="Where the report goes.",
)
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", default=1, show_default=True, help="Processes that analyse."
)


@click.command(
    cls=MinerCommand,
    examples=(
        "miner add ~/notebooks write-up.md",
        "miner --db corpus.db add corpus/",
        "miner add solution-miner-facts.zip colleague.db",
    ),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@db_option
@click.pass_context
def add(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """Put local files or folders, newer facts or another corpus into this one.

    Takes .ipynb, .md, .html, .py, .R and .Rmd; a folder may hold documents.jsonl and competitions.jsonl with facts
    about them. A file that `miner export starter` wrote replaces older starter facts. Another corpus (a .db file)
    brings its documents, competitions, links, leaderboards and corrections; where both hold a document, the version
    seen later stays. Adding the same again changes nothing.
    """
    from miner.jobs.add import AddReport
    from miner.jobs.add_each import add_each

    door, reports = Door.of(ctx), list[AddReport]()
    with door.corpus(read_only=False) as store:
        for done in add_each(store, paths, door.progress()):
            if isinstance(done, AddReport):
                reports.append(done)
            else:
                click.echo(done)
    for report in reports:
        _say_added(door, report)
    door.finish(failure for report in reports for failure in report.failures)


def _say_added(door: Door, report: AddReport) -> None:
    for what, counts in (
        ("documents", report.documents),
        ("competitions", report.competitions),
        ("solution links", report.links),
    ):
        if counts.total:
            click.echo(f"{what}: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged")
    if report.is_unchanged:
        click.echo("nothing has changed")
    else:
        door.say("`miner analyse` extracts what the new documents say")


@click.command(
    cls=MinerCommand,
    examples=("miner analyse --all --workers 4", "miner analyse --cluster tcp://10.0.0.5:8786"),
)
@click.option("--all", "everything", is_flag=True, help="Every document, not only new, changed and stale ones.")
@workers_option
@click.option("--cluster", metavar="ADDRESS", help='Dask scheduler that carries the analysis, or "local".')
@db_option
@click.pass_context
def analyse(ctx: click.Context, everything: bool, workers: int, cluster: str | None) -> None:
    """Extract claims from new, changed and stale documents.

    Stale are those that an older version analysed.
    """
    from miner.jobs.analyse import analyse as run_analysis
    from miner.wiring import make_runner

    door = Door.of(ctx)
    with door.corpus(read_only=False) as store:
        tally = run_analysis(store, make_runner(workers, cluster), all=everything, progress=door.progress())
    if tally.n_documents:
        click.echo(
            f"documents: {tally.n_documents:,} analysed, {tally.n_unreadable:,} unreadable; claims: {tally.n_claims:,}"
        )
    else:
        click.echo("nothing to do: every document is up to date")
    door.finish(tally.failures)


@click.command(cls=MinerCommand, examples=("miner report", "miner report --out site --publish"))
@out_option
@click.option("--publish", is_flag=True, help="For others' eyes: quotes cut to 25 words, with author and link.")
@confidence_option
@db_option
@click.pass_context
def report(ctx: click.Context, out: Path, publish: bool, min_confidence: float | None) -> None:
    """Write the report: a static site, Markdown and tables.

    Only pages whose rows changed are made again. Standard output gets the front page's path alone; how many pages were
    made and how long it took goes to standard error, as do pages of earlier reports that were kept.
    """
    from time import perf_counter

    from miner.jobs.report import write_report

    door, started = Door.of(ctx), perf_counter()
    with door.corpus() as store:
        written = write_report(store, out, publish=publish, min_confidence=min_confidence)
    click.echo(written.front)
    click.echo(_report_told(written, perf_counter() - started), err=True)


def _report_told(written: ReportWritten, seconds: float) -> str:
    """What became of the folder, in a line, and a second one where pages of earlier reports were kept."""
    n_others = written.n_files - written.n_pages
    told = (
        f"pages: {written.n_pages_made:,} made, {written.n_pages - written.n_pages_made:,} unchanged; tables and other"
        f" files: {written.n_files_made - written.n_pages_made:,} made,"
        f" {n_others - written.n_files_made + written.n_pages_made:,} unchanged;"
        f" removed: {written.n_removed:,}; {seconds:.1f} s"
    )
    if not written.leftovers:
        return told
    n = len(written.leftovers)
    named = f"{', '.join(written.leftovers[:LEFTOVERS_NAMED])}{' ...' if n > LEFTOVERS_NAMED else ''}"
    return (
        f"{told}\n{n:,} {'page' if n == 1 else 'pages'} of earlier reports that this one has no longer, kept because no"
        f" list says that {'it is' if n == 1 else 'they are'} as written: {named}. Remove what you do not need, or"
        " write to an empty folder."
    )


@click.command(cls=MinerCommand, examples=("miner status", "miner status --format json"))
@format_option()
@db_option
@click.pass_context
def status(ctx: click.Context) -> None:
    """Show what the corpus holds, what failed and what is missing.

    Brings a corpus of an older version up to date.
    """
    from miner.jobs import ask
    from miner.wiring import current_stamp, may_write

    door = Door.of(ctx)
    with door.corpus(read_only=not may_write(door.settings)) as store:
        door.answer(ask.status(store, current_stamp()))


@click.command(cls=MinerCommand, examples=("miner doctor", "miner --db corpus.db doctor --format json"))
@click.option("--network", is_flag=True, help="Try a connection to Kaggle too; nothing is sent.")
@click.option("--repair-search", is_flag=True, help="Make the search index anew from the text first.")
@format_option()
@db_option
@click.pass_context
def doctor(ctx: click.Context, network: bool, repair_search: bool) -> None:
    """Check the corpus and the installation.

    Of credentials it says whether there are any, never what they are. Ends with 1 if anything is wrong.
    """
    import os

    from corpus.store import utc_now
    from miner.jobs.check import check_store
    from miner.jobs.check_machine import check_machine, try_connection
    from miner.wiring import may_write

    door = Door.of(ctx)
    with door.corpus(read_only=not may_write(door.settings)) as store:
        if repair_search:
            store.rebuild_search()
        around = check_machine(store, os.environ, Path.home(), utc_now(), try_connection if network else None)
        checks = (*check_store(store), *around)
    wrong = sum(not check.ok for check in checks)
    door.answer(
        Answer(
            name="doctor",
            title="Everything is well" if not wrong else f"{wrong} of {len(checks)} checks found something wrong",
            columns=(
                Column("check", "check", "text", "What was looked at."),
                Column("result", "result", "text", "ok or WRONG."),
                Column("found", "found", "text", "What was found, and what to do."),
            ),
            rows=tuple({"check": c.name, "result": "ok" if c.ok else "WRONG", "found": c.detail} for c in checks),
            facts={"n_checks": len(checks), "n_wrong": wrong},
            query={"db": str(door.settings.db_path)},
        )
    )
    if wrong:
        ctx.exit(1)


@click.command(
    cls=MinerCommand,
    examples=(
        "miner export claims --format jsonl > claims.jsonl",
        "miner export competitions --task audio --format csv",
        "miner export claims --format parquet --out claims.parquet",
        "miner export starter --out solution-miner-facts.zip",
    ),
)
@click.argument("what", type=click.Choice(["claims", "competitions", "documents", "corrections", "starter"]))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Instead of stdout; for starter, which needs it: a folder, or a file ending in .zip.",
)
@click.option("--raw", is_flag=True, help="In a CSV, leave text as it is even where a spreadsheet would run it.")
@filter_options
@confidence_option
@format_option(("jsonl", "csv", "parquet"), "jsonl")
@db_option
@click.pass_context
def export(ctx: click.Context, what: str, out: Path | None, raw: bool, filters: Filters) -> None:
    """Take data out, one record per document, competition or correction.

    `claims` gives each analysed document with its claims, `documents` what is known of all documents. `corrections`
    gives what people corrected, for `miner correct --from` of another corpus. `starter` writes the facts that can be
    passed on, without quotes, descriptions and authors, as a data package: flat tables, what describes them
    (datapackage.json), and the files that `miner add` takes. CSV and Parquet have a row for each claim; Parquet keeps
    dates, numbers and lists, and needs the extra `parquet`: pip install 'solution-miner[parquet]'.
    """
    door = Door.of(ctx, "jsonl")
    if filters.min_confidence is not None and what != "claims":
        raise click.UsageError("--min-confidence is for claims: `miner export claims`")
    if what == "starter":
        _export_starter(door, out)
        return
    from miner.jobs.export import PARQUET, export_lines, unsure_claims, write_export

    if out is None and door.format_name == PARQUET:
        raise click.UsageError("a Parquet file is no text for a terminal: name it with --out")
    with door.corpus() as store:
        if said := unsure_claims(store, filters):
            door.say(said)
        if out is None:
            write_lines(export_lines(store, what, door.format_name, filters, raw=raw))
            return
        write_export(store, what, door.format_name, filters, out, raw=raw)
    door.say(f"written: {out}")


def _export_starter(door: Door, out: Path | None) -> None:
    if out is None:
        raise click.UsageError("`miner export starter` needs --out, a folder or a file ending in .zip")
    from corpus.store import utc_now
    from miner.jobs.facts import write_facts

    with door.corpus() as store:
        for path in write_facts(store, out, utc_now().date()):
            click.echo(path)
