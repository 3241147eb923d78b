"""Commands that open the other doors: pages in a browser, tools for agents."""

from __future__ import annotations

import click

from miner.commands.door import Door, MinerCommand, db_option


@click.command(cls=MinerCommand, examples=("miner serve", "miner --db corpus.db serve --port 8010"))
@click.option("--host", default="127.0.0.1", show_default=True, help="This machine only.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@db_option
@click.pass_context
def serve(ctx: click.Context, host: str, port: int) -> None:
    """Browse the corpus with Datasette, read-only.

    Needs the extra `web`: pip install 'solution-miner[web]'.
    """
    from miner.web.serve import serve as run_server

    door = Door.of(ctx)
    with door.corpus():
        door.say(f"http://{host}:{port}/ (Ctrl-C ends it)")
    run_server(door.settings.db_path, host=host, port=port)


@click.command(cls=MinerCommand, examples=("miner mcp", "miner --db corpus.db mcp"))
@db_option
@click.pass_context
def mcp(ctx: click.Context) -> None:
    """Serve the questions as tools for agents, over standard input and output.

    Needs the extra `mcp`: pip install 'solution-miner[mcp]'.
    """
    from miner.mcp import make_server

    door = Door.of(ctx)
    with door.corpus():
        pass  # makes the corpus where there is none, and says what is wrong with one
    make_server(door.settings.db_path).run("stdio")
