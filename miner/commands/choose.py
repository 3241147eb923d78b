"""Commands that help to choose: two architectures side by side, and what to start with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.records import Filters
from miner.commands.door import (
    Door,
    MinerCommand,
    by_option,
    confidence_option,
    db_option,
    filter_options,
    format_option,
    limit_option,
    with_options,
    write_lines,
)

if TYPE_CHECKING:
    from analysis.counts.popularity import By
    from analysis.counts.sizes import Limits

LIMIT_OPTIONS = (
    click.option("--max-size-mb", type=click.FloatRange(0, min_open=True), metavar="MB", help="Weights at most."),
    click.option("--max-params-m", type=click.FloatRange(0, min_open=True), metavar="M", help="Parameters, millions."),
    click.option("--max-gmacs", type=click.FloatRange(0, min_open=True), metavar="G", help="GMACs of a pass at most."),
)


CODE_OPTIONS = (
    click.option(
        "--code", nargs=2, metavar="ARCH FILE", help="Only write the program to start ARCH with; - is standard output."
    ),
    click.option(
        "--library", metavar="NAME", help="Of several libraries that --code could write for, the one it does."
    ),
)


def limits_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that limit sizes; the command gets them as `limits`."""

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        from analysis.counts.sizes import Limits

        sizes = (kwargs.pop(name) for name in ("max_size_mb", "max_params_m", "max_gmacs"))
        return function(*args, limits=Limits(*sizes), **kwargs)

    return with_options(called, LIMIT_OPTIONS)


@dataclass(frozen=True, slots=True)
class Wish:
    """The program that is wanted."""

    architecture: str
    file: str  # - for standard output
    library: str | None  # None: the best


def code_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the program to start with; the command gets them as `code`, None where none is wanted."""

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        code, library = kwargs.pop("code"), kwargs.pop("library")
        if library and code is None:
            raise click.UsageError("--library says what --code writes for; give --code ARCH FILE too")
        wish = Wish(code[0], code[1], library) if code else None
        return function(*args, code=wish, **kwargs)

    return with_options(called, CODE_OPTIONS)


@click.command(
    cls=MinerCommand,
    examples=(
        "miner compare DeBERTa RoBERTa",
        "miner compare EfficientNet ConvNeXt --task image/classification --format html",
    ),
)
@click.argument("architectures", nargs=-1, required=True, metavar="ARCH ARCH...")
@limit_option(5, "Switches and comparisons in each direction")
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def compare(ctx: click.Context, architectures: tuple[str, ...], filters: Filters, by: By, limit: int) -> None:
    """Show architectures side by side.

    Wins among winners and use by anybody, by year; reasons for and against; who used one and dropped the other;
    papers, libraries and published figures. A win is rank 10 or better, unless --rank-at-most says otherwise.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.compare(store, architectures, filters, by, limit))


@click.command(
    cls=MinerCommand,
    examples=(
        "miner choose image/classification --max-size-mb 50",
        'miner choose "segment blood vessels in 3D CT, Dice" --max-gmacs 10 --format html',
        "miner choose tabular/classification --code LightGBM start.py",
        "miner choose math/reasoning --code Qwen start.py --library transformers",
    ),
)
@click.argument("what", nargs=-1, required=True, metavar="TASK|TEXT|SLUG")
@code_options
@limits_options
@limit_option(8, "Architectures")
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def choose(
    ctx: click.Context,
    what: tuple[str, ...],
    filters: Filters,
    limits: Limits,
    limit: int,
    code: Wish | None,
) -> None:
    """Shortlist what to start with.

    What wins in that task, or in competitions like the text, in variants that keep the limits, with paper, figures,
    reasons and starter code. What is known to be too large, and what has no known size, is listed apart.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        if code is None:
            door.answer(ask.choose(store, " ".join(what), filters, limits, limit))
            return
        program, needs = ask.starter_code(store, " ".join(what), filters, limits, code.architecture, code.library)
    path = Path(code.file)
    if code.file == "-":
        write_lines([program.text])
    elif path.exists():
        raise click.UsageError(f"{path} exists and is left as it is")
    else:
        path.write_text(program.text, encoding="utf-8")
    door.say(f"{code.file}: {program.starts_from}, written for {program.written_for}; see to: {needs}")
