"""Commands on winners against everybody, on years, and on what was dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
)

if TYPE_CHECKING:
    from analysis.counts.lift import Correction
    from analysis.counts.popularity import By


@click.command(cls=MinerCommand, examples=("miner yearly", "miner yearly 2023 2024 2025 --verified --format md"))
@click.argument("years", nargs=-1, type=click.IntRange(1990, 2100), metavar="[YEAR]...")
@limit_option(12, "Rows of each table")
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def yearly(ctx: click.Context, years: tuple[int, ...], filters: Filters, limit: int) -> None:
    """Show the yearly tables of what winning solutions used.

    Language-model families, vision families, CNN against Transformer, boosted trees alone and together, neural against
    boosted on tabular data, packages; without YEAR the last three. A winner has rank 10 or better, unless
    --rank-at-most or --verified says otherwise.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.yearly(store, filters, years, limit))


@click.command(
    cls=MinerCommand, examples=("miner lift", "miner lift --task image --min-solutions 20 --correction holm")
)
@click.option(
    "--min-solutions", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
    help="Only architectures that so many solutions use, winners or not.",
)  # fmt: skip
@click.option(
    "--correction", type=click.Choice(["bh", "holm"]), default="bh", show_default=True,
    help="For many comparisons: Benjamini-Hochberg, or Holm, which is stricter.",
)  # fmt: skip
@limit_option(30, "Architectures")
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def lift(ctx: click.Context, filters: Filters, by: By, limit: int, min_solutions: int, correction: Correction) -> None:
    """Compare winners' share with everybody else's.

    Underrated is what winners use more, overrated what they use less than all others who write or publish, beyond what
    chance explains. --rank-at-most and --verified say who is a winner.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        answer = ask.lift(store, filters, by, limit, min_solutions=min_solutions, correction=correction)
        door.answer(answer)


@click.command(cls=MinerCommand, examples=("miner dropped TabPFN", "miner dropped --task tabular --winners"))
@click.argument("architecture", nargs=-1, metavar="[ARCH]")
@limit_option(20, "Architectures, or solutions,")
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def dropped(ctx: click.Context, architecture: tuple[str, ...], filters: Filters, by: By, limit: int) -> None:
    """Show what was tried and dropped, and why.

    With ARCH: the solutions that tried it and do not use it, with the sentence, rank and link.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.dropped(store, filters, " ".join(architecture) or None, by, limit))
