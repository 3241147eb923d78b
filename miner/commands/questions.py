"""Commands that ask: each parses the request, asks `miner.jobs.ask`, shows the answer."""

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
    per_option,
    winners_options,
)

if TYPE_CHECKING:
    from analysis.counts.groups import Per
    from analysis.counts.popularity import By
    from miner.jobs.ask_winners import WinnersChoice


@click.command(
    cls=MinerCommand,
    examples=(
        "miner popularity --task audio/classification --winners",
        "miner popularity --since 2023-01-01 --by family",
        "miner popularity --per modality --winners",
    ),
)
@click.option("--with-copies", is_flag=True, help="Count documents too: without and with their near copies.")
@per_option
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Architectures at most. Default: 20, or 5 of each group."
)
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def popularity(
    ctx: click.Context, filters: Filters, by: By, limit: int | None, per: Per | None, with_copies: bool
) -> None:
    """Count which architectures documented solutions use; with --per in each task, modality, metric ...

    Shares are of documented solutions, each counted once, with their 95 % Wilson interval.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        if per:
            door.answer(ask.popularity_per(store, filters, per, by, limit or 5, with_copies=with_copies))
        else:
            door.answer(ask.popularity(store, filters, by, limit or 20, with_copies=with_copies))


@click.command(
    cls=MinerCommand,
    examples=("miner trends --task image --winners", "miner trends EfficientNet ConvNeXt --since 2019-01-01"),
)
@click.argument("architectures", nargs=-1, metavar="[ARCH]...")
@limit_option(6, "Architectures, where none is named,")
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def trends(ctx: click.Context, architectures: tuple[str, ...], filters: Filters, by: By, limit: int) -> None:
    """Show how the share of architectures changes from year to year."""
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.trends(store, filters, architectures, by, limit))


@click.command(
    cls=MinerCommand,
    examples=("miner together LightGBM --per task", 'miner together "U-Net" --winners --format json'),
)
@click.argument("architecture", nargs=-1, required=True, metavar="ARCH")
@limit_option(15, "Architectures (of each group: 5)")
@per_option
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def together(
    ctx: click.Context,
    architecture: tuple[str, ...],
    filters: Filters,
    by: By,
    limit: int,
    per: Per | None,
) -> None:
    """Count what solutions that use ARCH use beside it."""
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        name = " ".join(architecture)
        if per:
            door.answer(ask.together_per(store, name, filters, per, by, min(limit, 5)))
        else:
            door.answer(ask.together(store, name, filters, by, limit))


@click.command(
    cls=MinerCommand,
    examples=(
        "miner winners audio/classification --verified",
        "miner winners --single-model --medal gold",
        'miner winners "segment blood vessels in 3D CT, Dice"',
    ),
)
@click.argument("what", nargs=-1, metavar="[TEXT|SLUG|TASK]")
@limit_option(15, "Architectures, and solutions,")
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@winners_options
@click.pass_context
def winners(
    ctx: click.Context, what: tuple[str, ...], filters: Filters, by: By, limit: int, choice: WinnersChoice
) -> None:
    """Show what won, by share of winning solutions, with links.

    A known competition's slug stands for its own winners and those of similar competitions, a task for all winners of
    that task, anything else for winners of competitions that are like what the text describes, nothing for all winners.
    A winner has rank 10 or better from any source, unless --rank-at-most, --first-place, --medal or --verified says
    otherwise.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.winners(store, " ".join(what), filters, by, limit, choice))


@click.command(
    cls=MinerCommand,
    examples=('miner similar "bird calls in long recordings" --limit 5', "miner similar birdclef-2024 --format json"),
)
@click.argument("what", nargs=-1, required=True, metavar="TEXT|SLUG")
@click.option("--no-curated", is_flag=True, help="Leave out facts that people labelled.")
@limit_option(10, "Competitions")
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def similar(ctx: click.Context, what: tuple[str, ...], filters: Filters, no_curated: bool, limit: int) -> None:
    """Find similar competitions and what won there.

    They are compared by task, domain, words, metric, traits of the data, size and format; each part of the score is
    shown.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.similar(store, " ".join(what), filters, limit, curated=not no_curated))


@click.command(
    cls=MinerCommand, examples=("miner why DeBERTa --winners", "miner why TabPFN --task tabular --format md")
)
@click.argument("architecture", nargs=-1, required=True, metavar="ARCH")
@limit_option(2, "Quotes per kind of reason")
@by_option
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def why(ctx: click.Context, architecture: tuple[str, ...], filters: Filters, by: By, limit: int) -> None:
    """Give authors' reasons for and against ARCH.

    Each kind of reason comes with counts, quotes and links; contrary reasons stand side by side.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.why(store, " ".join(architecture), filters, by, limit))


@click.command(
    cls=MinerCommand,
    examples=("miner show tf_efficientnetv2_s.in21k_ft_in1k", "miner show birdclef-2024"),
)
@click.argument("what", nargs=-1, required=True, metavar="ID")
@filter_options
@confidence_option
@format_option()
@db_option
@click.pass_context
def show(ctx: click.Context, what: tuple[str, ...], filters: Filters) -> None:
    """Show one document, competition, architecture or claim.

    ID is a name, a slug, an id or the beginning of one, a url, an alias or the name of a checkpoint.
    """
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.show(store, " ".join(what), filters))


@click.command(
    cls=MinerCommand,
    examples=("miner search focal loss", "miner search TabPFN ensemble --task tabular --format jsonl"),
)
@click.argument("words", nargs=-1, required=True)
@limit_option(10, "Places")
@filter_options
@format_option()
@db_option
@click.pass_context
def search(ctx: click.Context, words: tuple[str, ...], filters: Filters, limit: int) -> None:
    """Find the places in documents that hold all WORDS."""
    from miner.jobs import ask

    door = Door.of(ctx)
    with door.corpus() as store:
        door.answer(ask.search(store, " ".join(words), filters, limit))
