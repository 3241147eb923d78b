"""The command line: `miner`. Results on stdout, everything else on stderr.

Exit codes: 0 done, 1 failed, 2 usage, 3 finished with failures, 74 disk full, 75 already running,
130 interrupted, 143 terminated.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

import click

from corpus.errors import BusyError, DiskFullError, MinerError, UsageError
from miner.commands import (
    choose,
    correct,
    crawl,
    doors,
    main_job,
    questions,
    reading,
    sql,
    statistics,
    upkeep,
    work,
)
from miner.commands.door import VERBOSITY, db_option, format_option

INTERRUPTED, TERMINATED = 130, 143
# 74 is EX_IOERR of sysexits.h, 75 EX_TEMPFAIL: try again later
EXIT_CODES: dict[type[MinerError], int] = {UsageError: 2, DiskFullError: 74, BusyError: 75}
STOPPED = "stopped: what is done is kept, and the same command goes on from there"


class PlainLines(logging.Formatter):
    """Lines in which nothing steers a terminal: servers and documents choose some of their words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, its control characters spelt out."""
        from analysis.reports.cells import printable

        return printable(super().format(record))


class MinerGroup(click.Group):
    """The commands in the order in which one comes to need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they were added, not by name."""
        return list(self.commands)


@click.group(cls=MinerGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@db_option
@format_option()
@click.option("-v", "--verbose", count=True, help="Say more on stderr; twice: everything.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@click.version_option(package_name="solution-miner", prog_name="miner")
@click.pass_context
def cli(ctx: click.Context, verbose: int, quiet: bool) -> None:
    """Which model architectures competition solutions used, tried and dropped, and why.

    Every figure comes with its denominator, its interval and links to what it was counted from. Start with `miner run`:
    it needs no account and no network.
    """
    ctx.meta[VERBOSITY] = -1 if quiet else verbose
    levels = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=levels.get(ctx.meta[VERBOSITY], logging.DEBUG))


for command in (
    main_job.run,
    crawl.refresh,
    work.add,
    work.analyse,
    questions.popularity,
    questions.winners,
    questions.similar,
    reading.reading_list,
    questions.why,
    choose.compare,
    choose.choose,
    questions.trends,
    questions.together,
    statistics.lift,
    statistics.yearly,
    statistics.dropped,
    questions.show,
    questions.search,
    sql.sql,
    work.report,
    work.export,
    crawl.changes,
    crawl.sources,
    work.status,
    work.doctor,
    correct.correct,
    upkeep.forget,
    upkeep.unknown,
    upkeep.schedule,
    upkeep.config,
    doors.serve,
    doors.mcp,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code, after doing what the arguments (default: the process's) ask for."""
    if "_MINER_COMPLETE" in os.environ:  # a shell asks how a word goes on
        cli.main(prog_name="miner")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with cli.make_context("miner", given) as context:
            cli.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as error:
        click.echo(f"\nminer: {STOPPED}", err=True)
        return TERMINATED if isinstance(error, crawl.TerminatedError) else INTERRUPTED
    except BrokenPipeError:
        _leave_pipe()
        return 0
    except MinerError as error:
        from analysis.reports.cells import printable  # an error may name what a document is called

        click.echo(f"miner: {' '.join(printable(str(error)).split())}", err=True)
        return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
    return 0


def _leave_pipe() -> None:
    """The reader has seen enough: nothing more is written, not by Python's own flush at the end either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
