"""`miner sql`: one SELECT over the documented views."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from miner.commands.door import Door, MinerCommand, db_option, format_option, limit_option


@click.command(
    cls=MinerCommand,
    examples=(
        "miner sql --tables",
        "miner sql --schema v_claims",
        'miner sql "SELECT competition, rank FROM v_documents WHERE rank <= :n" --param n=3 --format csv',
        "miner sql - < query.sql",
    ),
)
@click.argument("query", required=False, metavar="QUERY|FILE|-")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="What :NAME stands for; repeatable.")
@click.option("--tables", is_flag=True, help="List the documented views instead.")
@click.option("--schema", "view", metavar="VIEW", help="List the columns of this view instead.")
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="S",
    help="Stop the query after so long.",
)
@limit_option(100, "Rows")
@format_option()
@db_option
@click.pass_context
def sql(
    ctx: click.Context, /, query: str | None, params: tuple[str, ...], tables: bool, view: str | None, **most: float
) -> None:
    """Answer one SELECT over the views, read-only.

    QUERY is the statement, a file whose name ends in .sql, or - for what stands on stdin. Nothing can be written,
    attached or set; time, rows and lengths are bounded, and what is cut is said. docs/schema.md lists the views.
    """
    from miner.jobs import ask_sql

    if sum((query is not None, tables, view is not None)) != 1:
        raise click.UsageError("give a QUERY, or --tables, or --schema VIEW")
    door = Door.of(ctx)
    text = _read(query) if query is not None else ""
    values = _read_params(params)
    with door.corpus() as store:
        if tables:
            door.answer(ask_sql.sql_tables(store))
        elif view is not None:
            door.answer(ask_sql.sql_schema(store, view))
        else:
            limits = ask_sql.Limits(max_seconds=most["max_seconds"], max_rows=int(most["limit"]))
            door.answer(ask_sql.sql(store, text, values, limits))


def _read(query: str) -> str:
    if query == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    if query.lower().endswith(".sql"):
        try:
            return Path(query).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise click.UsageError(f"{query} cannot be read: {error.strerror}") from error
    return query


def _read_params(params: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for param in params:
        name, sign, value = param.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{param!r} is no NAME=VALUE; write --param n=3 for :n", param_hint="--param")
        values[name] = value
    return values
