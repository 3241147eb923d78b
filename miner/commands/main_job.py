"""`miner run`: the main job, and the one screen that says what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miner.commands.door import Door, MinerCommand, db_option, write_lines
from miner.commands.work import out_option, workers_option

if TYPE_CHECKING:
    from corpus.store import Store
    from miner.jobs.run import FetchedByRun


@click.command(cls=MinerCommand, examples=("miner run", "miner run --offline --out site"))
@click.option("--offline", is_flag=True, help="Use no network, whatever the configuration names.")
@out_option
@workers_option
@db_option
@click.pass_context
def run(ctx: click.Context, offline: bool, out: Path, workers: int) -> None:
    """Take in what is new, analyse it and write the report.

    Needs no account and no network: it works from the facts and example documents that ship with the program, and from
    the folders named in MINER_FOLDERS. Where there is a configuration file, what is due in its sources is fetched
    first.
    """
    from miner.jobs.run import run_main
    from miner.jobs.run_summary import render_summary
    from miner.wiring import make_runner

    door = Door.of(ctx)
    is_configured = door.settings.config_path is not None and door.settings.config_path.is_file()
    with door.corpus(
        read_only=False, is_prepared=False
    ) as store:  # the job loads the starter facts itself, and says so
        summary = run_main(
            store,
            out,
            folders=door.settings.folders,
            fetch=partial(_fetch_due, door, store) if is_configured and not offline else None,
            progress=door.progress(),
            runner=make_runner(workers),
        )
    write_lines([render_summary(summary)])
    door.finish(summary.failures)


def _fetch_due(door: Door, store: Store) -> FetchedByRun:
    """What is due in the sources that the configuration enables, one line for each."""
    from miner.commands.crawl import told
    from miner.jobs.refresh import Gauges, RefreshRequest, refresh
    from miner.jobs.run import FetchedByRun
    from miner.wiring_sources import open_sources

    settings = door.settings
    with open_sources((), settings, store) as opened:
        request = RefreshRequest(
            due=True,
            max_seconds=settings.max_seconds,
            max_requests=settings.max_requests,
            options={source.name: settings.options_for(source.name) for source in opened.sources},
        )
        report = refresh(store, opened.sources, request, door.progress(), Gauges(n_web_requests=opened.n_web_requests))
    return FetchedByRun(tuple(line for source in report.sources for line in told(source)), tuple(report.failures))
