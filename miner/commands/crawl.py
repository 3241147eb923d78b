"""Commands that bring material in and say what that changed: refresh, changes, sources."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import FrameType
from typing import TYPE_CHECKING

import click

from miner.commands.door import Door, MinerCommand, db_option, format_option, limit_option, read_day

if TYPE_CHECKING:
    from miner.jobs.refresh import SourceReport
    from miner.wiring_sources import Opened

N_DUE = 20  # lines of a dry run for each source
COUNTED = {  # the counts that a summary shows, in this order
    "new": "new",
    "changed": "changed",
    "facts_changed": "with new facts",
    "unchanged": "unchanged",
    "gone": "gone",
    "returned": "back again",
    "forgotten": "kept out, as asked",
    "failed": "failed",
    "new_competitions": "new competitions",
    "requests": "requests",
}


class TerminatedError(KeyboardInterrupt):
    """The process was asked to end by SIGTERM; it ends as an interruption does."""


@click.command(
    cls=MinerCommand,
    examples=("miner refresh --due", "miner refresh kaggle --competition birdclef-2024 --dry-run"),
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--due", is_flag=True, help="Read lists only where they were not read in the last 20 hours.")
@click.option("--since", type=read_day, metavar="DAY", help="Only what changed since then, where a list tells.")
@click.option("--competition", "competitions", multiple=True, metavar="SLUG", help="Only what belongs to this one.")
@click.option("--dry-run", is_flag=True, help="Read the lists, say what would be asked for, and write nothing.")
@click.option("--recheck", is_flag=True, help="Ask for everything that is listed, due or not.")
@click.option("--offline", is_flag=True, help="Only sources that read a local folder.")
@click.option("--pace-s", type=click.FloatRange(min=0), metavar="S",
              help="Seconds between two requests to one host; under 1 holds towards this machine only.")  # fmt: skip
@click.option("--max-seconds", type=click.IntRange(min=1), metavar="N", help="Begin nothing new after this time.")
@click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="Send no more requests than this.")
@db_option
@click.pass_context
def refresh(
    ctx: click.Context, /, sources: tuple[str, ...], offline: bool, pace_s: float | None, **asked: object
) -> None:
    """Bring in what is new or changed in the sources.

    Asks the sources named, else those that the configuration enables. What a list shows to be unchanged is not fetched;
    where lists show no edits, documents are read again the less often the older they are. Documents that are gone are
    marked and kept. It may be stopped at any point, and goes on from there. Ends with 75 when another refresh of the
    same corpus is under way.
    """
    from miner.jobs.refresh import Gauges, RefreshRequest, refresh as run_refresh
    from miner.wiring_sources import open_sources

    door = Door.of(ctx)
    limits = {"max_seconds": door.settings.max_seconds, "max_requests": door.settings.max_requests}
    asked |= {name: value for name, value in limits.items() if asked[name] is None}
    is_dry = bool(asked["dry_run"])
    with (
        _terminable(),
        door.corpus(read_only=is_dry) as store,
        open_sources(sources, door.settings, store, pace_s=pace_s, offline=offline, keeps=not is_dry) as opened,
    ):
        options = {source.name: door.settings.options_for(source.name) for source in opened.sources}
        request = RefreshRequest(options=options, **asked)  # type: ignore[arg-type]
        gauges = Gauges(n_web_requests=opened.n_web_requests)
        report = run_refresh(store, opened.sources, request, door.progress(), gauges)
    _say_off(door, sources, opened)
    for source in report.sources:
        _show(source, is_dry=is_dry)
    if report.is_changed:
        door.say("`miner analyse` extracts what the new documents say; `miner changes` shows what is different")
    door.finish(report.failures)


@click.command(
    cls=MinerCommand, examples=("miner changes --since 2026-11-01", "miner changes --since 2026-11-01 --format json")
)
@click.option("--since", type=read_day, metavar="DAY", required=True, help="From the beginning of this day, UTC.")
@limit_option(20, "Rows of each kind")
@format_option()
@db_option
@click.pass_context
def changes(ctx: click.Context, since: date, limit: int) -> None:
    """Show what came, changed and went, and what that means for the claims."""
    from miner.jobs.changes import changes as ask_changes

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask_changes(store, since, limit))


@click.command(cls=MinerCommand, examples=("miner sources", "miner sources --format json"))
@format_option()
@db_option
@click.pass_context
def sources(ctx: click.Context) -> None:
    """Show each source, what it brought, when it last ran and what is wrong with it."""
    from miner.jobs.sources_status import sources as ask_sources
    from miner.wiring_sources import known_sources

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask_sources(store, known_sources(door.settings)))


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does: what is done is kept and settled."""

    def terminate(number: int, frame: FrameType | None) -> None:
        raise TerminatedError

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say_off(door: Door, named: tuple[str, ...], opened: Opened) -> None:
    """One line for every source that was not asked, when the user named none."""
    if named:
        return
    from miner.wiring_sources import known_sources

    asked = {source.name for source in opened.sources}
    for source in known_sources(door.settings):
        if source.name not in asked:
            door.say(f"{source.name}: not configured ({source.about.rstrip('.')}); see `miner config`")


def _show(source: SourceReport, *, is_dry: bool) -> None:
    from analysis.reports.cells import printable

    if is_dry:
        n_listed = source.counts.get("listed", 0)
        click.echo(f"{source.name}: would ask for {len(source.due):,} of {n_listed:,} listed")
        for target in source.due[:N_DUE]:
            click.echo(f"  {printable(target.url or target.key)}")
        if len(source.due) > N_DUE:
            click.echo(f"  and {len(source.due) - N_DUE:,} more")
        return
    for line in told(source):
        click.echo(line)


def told(source: SourceReport) -> Iterator[str]:
    """What a person is told of one source's part of a refresh."""
    from analysis.reports.cells import printable

    said = [f"{source.counts[name]:,} {what}" for name, what in COUNTED.items() if source.counts.get(name)]
    if said or not (source.stop or source.is_budget_reached):
        yield f"{source.name}: {', '.join(said) or 'nothing is due'}"
    if source.stop is not None:
        until = f" (until {source.stop.until:%Y-%m-%d %H:%M} UTC)" if source.stop.until else ""
        yield f"{source.name}: stopped: {printable(source.stop.reason)}{until}"
    if source.is_budget_reached:
        yield f"{source.name}: budget reached; the rest stays due"
