"""The command for reading lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from analysis.reading import KINDS, Kind, Limits
from corpus.records import Answer, Filters
from miner.commands.door import (
    FORMATS,
    Door,
    MinerCommand,
    confidence_option,
    db_option,
    filter_options,
    format_option,
    limit_option,
    with_options,
    write_lines,
)

if TYPE_CHECKING:
    from miner.jobs.ask_reading import ReadingChoice

BIBLIOGRAPHIES = ("bibtex", "csl-json")


def read_kinds(text: str) -> Mapping[Kind, int]:
    """`papers=3,writeups=4` as items of each kind; a usage error that says so for anything else."""
    found: dict[Kind, int] = {}
    by_name: dict[str, Kind] = {name: kind for kind in KINDS for name in (kind, f"{kind}s")}
    by_name["repositories"] = "repository"
    for part in text.split(","):
        name, _, number = part.strip().lower().partition("=")
        if name not in by_name or not number.isdecimal():
            raise click.BadParameter(
                f"{part.strip()!r} is no kind=number; write papers=3,writeups=4 ({', '.join(KINDS)})"
            )
        found[by_name[name]] = int(number)
    return found


READING_OPTIONS = (
    click.option(
        "--kinds", type=read_kinds, metavar="MIX",
        help="Items of each kind at most: papers=3,writeups=4,notebooks=2,repositories=1,posts=1; others are left out.",
    ),
    click.option("--max-minutes", type=click.IntRange(min=1), metavar="N", help="Minutes for the whole list at most."),
    click.option(
        "--order", type=click.Choice(["foundations", "newest"]), default="foundations", show_default=True,
        help="Oldest first, so that a paper stands before what builds on it; or newest first.",
    ),
    click.option(
        "--papers-first/--mixed", default=None,
        help="Papers above everything else; --mixed puts them among it. Default: above, unless newest come first.",
    ),
    click.option("--new", "new_only", is_flag=True, help="Only what --new has not shown before for this list."),
)  # fmt: skip


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """How a list is cut and ordered; the command gets it as `choice`, whose `shown` is empty where --new was typed."""

    @wraps(function)
    def called(*args: Any, limit: int, **kwargs: Any) -> Any:
        from miner.jobs.ask_reading import ReadingChoice

        choice = ReadingChoice(
            Limits(limit, kwargs.pop("max_minutes"), kwargs.pop("kinds")),
            kwargs.pop("order"),
            kwargs.pop("papers_first"),
            frozenset() if kwargs.pop("new_only") else None,
        )
        return function(*args, choice=choice, **kwargs)

    return with_options(limit_option(10, "Items")(called), READING_OPTIONS)


@click.command(
    "reading-list",
    cls=MinerCommand,
    examples=(
        'miner reading-list "forecasting with covariates" --limit 10 --papers-first',
        "miner reading-list audio/classification --kinds papers=3,writeups=4 --max-minutes 240 --format md",
        "miner reading-list birdclef-2024 --new --format bibtex",
    ),
)
@click.argument("what", nargs=-1, required=True)
@reading_options
@filter_options
@confidence_option
@format_option((*FORMATS, *BIBLIOGRAPHIES))
@db_option
@click.pass_context
def reading_list(ctx: click.Context, what: tuple[str, ...], filters: Filters, choice: ReadingChoice) -> None:
    """List what to read on a task type, a problem in your words, a competition or an architecture.

    Papers of what wins there, write-ups, notebooks, repositories and posts, each with the reason why it is listed and
    the minutes it takes. No near copies, and no two items that say the same.
    """
    from miner.jobs import ask
    from miner.jobs.reading_shown import shown_before

    door, words = Door.of(ctx), " ".join(what)
    with door.corpus() as store:
        if choice.shown is None:
            _write(door, ask.reading_list(store, words, filters, choice))
            return
        with shown_before(door.settings.db_path, words) as shown:
            answer = ask.reading_list(store, words, filters, replace(choice, shown=shown.keys))
            _write(door, answer)
            shown.keep(answer)


def _write(door: Door, answer: Answer) -> None:
    if door.format_name in BIBLIOGRAPHIES:
        from analysis.reports.bibliography import to_bibtex, to_csl_json

        write_lines([to_bibtex(answer) if door.format_name == "bibtex" else to_csl_json(answer)])
    else:
        door.answer(answer)
