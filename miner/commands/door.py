"""What all commands share: settings, output, and the options by which a question is narrowed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpus.records import Answer, Failure, Filters
from miner.config import DB_VARIABLE, Settings

if TYPE_CHECKING:
    from corpus.store import Store
    from miner.jobs.progress import Progress

FORMATS = ("table", "json", "jsonl", "csv", "md", "html")
WINNERS_RANK = 10
N_FAILURES = 20
DB, FORMAT, VERBOSITY = "miner.db", "miner.format", "miner.verbosity"  # keys of the context's meta
Function = TypeVar("Function", bound=Callable[..., Any])


class MinerCommand(click.Command):
    """A command with examples below its help."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they would be typed."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write_text(example)


def read_day(text: str) -> date:
    """A day written as YYYY-MM-DD; a usage error that says so for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write it as 2024-06-01") from None


def read_confidence(text: str) -> float:
    """A confidence from 0 to 1; a usage error that says so for anything else."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise click.BadParameter(f"{text!r} is no confidence; write a number from 0 to 1, such as 0.9") from None
    return value


@dataclass(frozen=True, slots=True)
class Door:
    """One run of the program: where the corpus is, how much is said, and in which form answers go out."""

    settings: Settings
    format_name: str
    verbosity: int  # -1 quiet, 0, 1 and more: verbose

    @classmethod
    def of(cls, ctx: click.Context, default_format: str = "table") -> Door:
        """What the user typed, wherever in the line it stood; a command's option is stronger than the program's."""
        meta = ctx.meta
        return cls(Settings.read(db=meta.get(DB)), meta.get(FORMAT) or default_format, int(meta.get(VERBOSITY, 0)))

    def say(self, text: str) -> None:
        """One line on stderr, unless the user wants quiet."""
        if self.verbosity >= 0:
            click.echo(text, err=True)

    @contextmanager
    def corpus(self, *, read_only: bool = True, is_prepared: bool = True) -> Iterator[Store]:
        """The corpus, open; unless a job does so itself, made first where there is none, with the starter facts."""
        from miner.wiring import open_bare, open_corpus

        opened = open_corpus(self.settings, self.say, read_only=read_only) if is_prepared else open_bare(self.settings)
        with opened as store:
            yield store

    def progress(self) -> Progress:
        """How far a job is, on stderr."""
        from miner.progress_lines import make_progress

        return make_progress(quiet=self.verbosity < 0)

    def answer(self, answer: Answer) -> None:
        """Write an answer to stdout."""
        if self.format_name == "table":
            from rich.console import Console

            from miner.show import print_answer

            print_answer(Console(highlight=False, emoji=False, markup=False), answer)
            return
        from analysis.reports.formats import render

        write_lines([render(answer, self.format_name)])

    def finish(self, failures: Iterable[Failure]) -> None:
        """End the program with 3 and a table on stderr if anything failed."""
        found = list(failures)
        if not found:
            return
        from rich.console import Console

        from miner.show import print_failures

        print_failures(Console(stderr=True, highlight=False, emoji=False, markup=False), found, N_FAILURES)
        click.get_current_context().exit(3)


def write_lines(lines: Iterable[str]) -> None:
    """Write text to stdout as UTF-8 where stdout cannot take it otherwise."""
    out = sys.stdout
    for line in lines:
        try:
            out.write(line)
        except UnicodeEncodeError:
            out.write(line.encode(out.encoding or "ascii", "backslashreplace").decode(out.encoding or "ascii"))
    out.flush()


def _keep(key: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if value is not None:
            ctx.meta[key] = value
        return value

    return keep


def db_option(function: Function) -> Function:
    """`--db`, for the program and for every command."""
    return click.option(
        "--db",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_keep(DB),
        help=f"The corpus, one SQLite file. Default: {DB_VARIABLE}, else the platform's data folder.",
    )(function)


def format_option(choices: Sequence[str] = FORMATS, default: str = "table") -> Callable[[Function], Function]:
    """`--format`, for the program and for every command that gives rows."""

    def decorate(function: Function) -> Function:
        return click.option(
            "--format",
            type=click.Choice(choices),
            expose_value=False,
            callback=_keep(FORMAT),
            help=f"Form of the result. Default: {default}.",
        )(function)

    return decorate


def with_options(function: Callable[..., Any], options: Sequence[Callable[[Any], Any]]) -> Callable[..., Any]:
    """The function with these options, shown in this order."""
    for option in reversed(options):
        function = option(function)
    return function


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that narrow a question; the command gets them as `filters`."""

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        wants_winners = kwargs.pop("winners_only")
        rank = kwargs.pop("rank_at_most")
        filters = Filters(
            task=kwargs.pop("task"),
            year=kwargs.pop("year"),
            since=kwargs.pop("since"),
            until=kwargs.pop("until"),
            platform=kwargs.pop("platform"),
            metric=kwargs.pop("metric"),
            rank_at_most=rank or (WINNERS_RANK if wants_winners else None),
            verified=kwargs.pop("verified"),
            as_of=kwargs.pop("as_of"),
            exclude=kwargs.pop("exclude"),
            min_confidence=kwargs.pop("min_confidence", None),  # not where no claim is counted
        )
        return function(*args, filters=filters, **kwargs)

    return with_options(called, FILTER_OPTIONS)


def winners_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Which winners: below `filter_options`; the command gets them as `choice`, and `filters` narrowed."""

    @wraps(function)
    def called(*args: Any, filters: Filters, **kwargs: Any) -> Any:
        from miner.jobs.ask_winners import WinnersChoice

        choice = WinnersChoice(kwargs.pop("medal"), kwargs.pop("single_model"))
        first_place = kwargs.pop("first_place")
        if choice.medal and (first_place or filters.rank_at_most):
            raise click.UsageError("--medal stands in place of --first-place, --rank-at-most and --winners")
        if first_place:
            filters = replace(filters, rank_at_most=1)
        return function(*args, filters=filters, choice=choice, **kwargs)

    return with_options(called, WINNERS_OPTIONS)


WINNERS_OPTIONS = (
    click.option("--single-model", is_flag=True, help="List the winners that use architectures of one family alone."),
    click.option("--first-place", is_flag=True, help="Short for --rank-at-most 1."),
    click.option(
        "--medal", type=click.Choice(["gold", "silver", "bronze", "any"]),
        help="By Kaggle's medal zone, from rank and number of teams, in place of a rank.",
    ),
)  # fmt: skip

by_option = click.option(
    "--by", type=click.Choice(["lineage", "family"]), default="lineage", show_default=True,
    help="Count lines of families (all of YOLO), or each family (YOLOv8).",
)  # fmt: skip

per_option = click.option(
    "--per", type=click.Choice(["task", "modality", "metric", "platform", "year"]),
    help="Count in each group by itself.",
)  # fmt: skip

confidence_option = click.option(
    "--min-confidence", type=read_confidence, metavar="P",
    help="Only claims whose status is right with at least this probability, 0 to 1. Default: all.",
)  # fmt: skip

FILTER_OPTIONS = (
    click.option("--task", metavar="TASK", help="modality/task (audio/classification), a modality or a task alone."),
    click.option("--year", type=int, metavar="YEAR", help="Year of the competition, else of the document."),
    click.option("--since", type=read_day, metavar="DAY", help="Only what counts from this day or later."),
    click.option("--until", type=read_day, metavar="DAY", help="Only what counts from this day or earlier."),
    click.option("--platform", metavar="NAME", help="kaggle, drivendata, ..."),
    click.option("--metric", metavar="WORDS", help="Part of the metric's name, in any case."),
    click.option("--rank-at-most", type=click.IntRange(min=1), metavar="N", help="Only solutions of rank N or better."),
    click.option("--winners", "winners_only", is_flag=True, help=f"Short for --rank-at-most {WINNERS_RANK}."),
    click.option("--verified", is_flag=True, help="Only ranks that a leaderboard or a public index confirms."),
    click.option("--as-of", type=read_day, metavar="DAY", help="What was known then; what has no date is left out."),
    click.option("--exclude", multiple=True, metavar="SLUG", help="Leave this competition out; * stands for anything."),
)  # fmt: skip


def limit_option(default: int, what: str) -> Callable[[Function], Function]:
    """`--limit`, with its default."""

    def decorate(function: Function) -> Function:
        return click.option(
            "--limit",
            type=click.IntRange(min=1),
            metavar="N",
            default=default,
            show_default=True,
            help=f"{what} at most.",
        )(function)

    return decorate
