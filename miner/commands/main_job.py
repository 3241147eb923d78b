"""`miner run`: the main job, and the one screen that says what came of it."""

from __future__ import annotations

from pathlib import Path

import click

from miner.commands.door import Door, MinerCommand, db_option, write_lines
from miner.commands.work import make_runner, out_option, workers_option


@click.command(cls=MinerCommand, examples=("miner run", "miner run --offline --out site"))
@click.option("--offline", is_flag=True, help="Use no network (this version uses none in any case).")
@out_option
@workers_option
@db_option
@click.pass_context
def run(ctx: click.Context, offline: bool, out: Path, workers: int) -> None:
    """Take in what is new, analyse it and write the report.

    Needs no account and no network: it works from the facts and example documents that ship with the program, and from
    the folders named in MINER_FOLDERS.
    """
    from miner.jobs.run import run_main
    from miner.jobs.run_summary import render_summary

    door = Door.of(ctx)
    with door.corpus(
        read_only=False, is_prepared=False
    ) as store:  # the job loads the starter facts itself, and says so
        summary = run_main(
            store,
            out,
            folders=door.settings.folders,
            offline=offline,
            progress=door.progress(),
            runner=make_runner(workers),
        )
    write_lines([render_summary(summary)])
    door.finish(summary.failures)
