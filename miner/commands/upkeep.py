"""Commands that look after the corpus: forget, unknown, schedule, config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.records import Answer, Column
from miner.commands.door import Door, MinerCommand, db_option, format_option, limit_option

if TYPE_CHECKING:
    from miner.jobs.schedule import Every, Way

yes_option = click.option("--yes", is_flag=True, help="Do not ask first.")


@click.command(
    cls=MinerCommand,
    examples=("miner forget https://example.org/a-write-up", 'miner forget --author "A Name" --yes'),
)
@click.argument("reference", required=False, metavar="[URL|DOCUMENT]")
@click.option("--author", metavar="NAME", help="Everything by this person: a name in any case, or an account.")
@yes_option
@db_option
@click.pass_context
def forget(ctx: click.Context, reference: str | None, author: str | None, yes: bool) -> None:
    """Remove a document or a person for good.

    Raw text, search index, claims, links and places on leaderboards go, and the file is rewritten so that no byte of
    them stays. A hash is kept, so that no later refresh, import or starter fact brings it back. What others wrote about
    a person stays; so do copies of the file made by other means.
    """
    from miner.jobs.forget import describe, forget as run_forget, select

    if (reference is None) == (author is None):
        raise click.UsageError("name a document (url, id or name), or --author NAME")
    door = Door.of(ctx)
    with door.corpus(read_only=False) as store:
        selection = select(store, reference, author)
        if selection.is_empty and not selection.was_forgotten:
            door.say("nothing of that is in this corpus; nothing was changed")
            ctx.exit(1)
        lines = list(describe(selection))
        if not selection.is_empty and not yes:
            click.confirm("\n".join(["to be removed for good:", *map(shown, lines), "Go on?"]), abort=True, err=True)
        report = run_forget(store, selection)
    click.echo("forgotten before: nothing is left to remove" if selection.is_empty else f"removed: {shown(lines[0])}")
    for line in () if selection.is_empty else lines[1:]:
        click.echo(shown(line))
    if not report.is_wiped:
        door.say("another program holds the corpus open: close it, and give the same command again to wipe the bytes")
        ctx.exit(1)


@click.command(
    cls=MinerCommand,
    examples=("miner unknown --limit 50", "miner unknown --add CapsNet --kind cnn"),
)
@click.option("--add", "name", metavar="NAME", help="Print the catalogue line of this one instead of the list.")
@click.option("--kind", metavar="KIND", help="What it is, with --add: cnn, vit, llm, gbdt ...")
@click.option("--lineage", metavar="ID", help="Id of the family whose line it belongs to, with --add.")
@limit_option(20, "Names")
@format_option()
@db_option
@click.pass_context
def unknown(ctx: click.Context, name: str | None, kind: str | None, lineage: str | None, limit: int) -> None:
    """List the architectures that documents name and the catalogue lacks, with counts and examples.

    They are claims without an `architecture_id`; spellings that differ in case, blanks and hyphens are one. With --add,
    one becomes a catalogue line with its spellings as aliases, for `corpus/catalogue/additions.jsonl` or for the file
    that MINER_ADDITIONS names (docs/catalogue.md).
    """
    from miner.jobs.ask_unknown import catalogue_line, unknown as ask_unknown

    if (name is None) != (kind is None):
        raise click.UsageError("--add and --kind go together")
    door = Door.of(ctx)
    with door.corpus() as store:
        if name is not None and kind is not None:
            click.echo(shown(catalogue_line(store, name, kind, lineage)))
        else:
            door.answer(ask_unknown(store, limit))


@click.command(
    cls=MinerCommand, examples=("miner schedule install --every day", "miner --db corpus.db schedule remove --yes")
)
@click.argument("action", type=click.Choice(["install", "show", "remove"]))
@click.option(
    "--every", type=click.Choice(["hour", "day", "week"]), default="day", show_default=True, help="How often."
)
@click.option(
    "--with", "way", type=click.Choice(["systemd", "cron", "github"]), help="Default: what this machine offers."
)
@yes_option
@db_option
@click.pass_context
def schedule(ctx: click.Context, action: str, every: Every, way: Way | None, yes: bool) -> None:
    """Keep the corpus fresh by a timer: `refresh --due`, then `analyse`.

    `install` shows what it would write, asks, and writes a systemd user timer, a crontab line or a GitHub Actions
    workflow in the current folder. `show` prints what is installed for this corpus, `remove` takes it away; both end
    with 1 where there is nothing.
    """
    from miner.jobs import schedule as job

    door = Door.of(ctx)
    db, machine = door.settings.db_path, job.this_machine()
    if action == "install":
        plan = job.make_plan(db, every, way or job.detect(machine), machine)
        click.echo(plan.text)
        if not yes:
            click.confirm("Install this?", abort=True, err=True)
        job.install(plan, db, machine)
        door.say(f"installed; to run it once: {job.run_by_hand(plan)}")
        return
    found = job.installed(db, machine)
    if not found:
        door.say("nothing is scheduled for this corpus")
        ctx.exit(1)
    for plan in found:
        click.echo(plan.text)
    if action == "remove":
        if not yes:
            click.confirm("Remove this?", abort=True, err=True)
        job.remove(db, machine)
        door.say("removed")


@click.command(cls=MinerCommand, examples=("miner config show", "miner config init"))
@click.argument("action", type=click.Choice(["path", "show", "init"]))
@format_option()
@db_option
@click.pass_context
def config(ctx: click.Context, action: str) -> None:
    """Say what is configured, and where.

    `path` prints where the file is or would be, `show` every key with what holds and where that comes from, `init`
    writes a file in which every key stands as a comment; it never overwrites one.
    """
    import os

    from miner.config import config_path, sample_file

    path = config_path(os.environ)
    if action == "show":
        door = Door.of(ctx)
        door.answer(_config_answer(door, path, os.environ))
        return
    if action == "init":
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(sample_file())
        except FileExistsError:
            raise click.UsageError(f"{path} is there already; it was left as it is") from None
    click.echo(path)


def _config_answer(door: Door, path: Path, environ: Mapping[str, str]) -> Answer:
    from miner.config import KEYS, as_toml

    rows: list[dict[str, object]] = []
    for key in KEYS:
        value = door.settings.value(key.name)
        origin = "default" if key.name not in door.settings.values else "file"
        if key.variable and environ.get(key.variable):
            origin = key.variable
        rows.append({"key": key.name, "value": "not set" if value is None else as_toml(value), "from": origin})
    is_there = "" if door.settings.config_path else " (there is no such file)"
    return Answer(
        name="config",
        title=f"{path}{is_there}",
        columns=(
            Column("key", "key", "text", "With its tables."),
            Column("value", "value", "text", "As the file would say it."),
            Column("from", "from", "text", "default, file, or the variable of the environment."),
        ),
        rows=tuple(rows),
        facts={"enabled_sources": list(door.settings.enabled_sources)},
        notes=(f"The corpus of this command: {door.settings.db_path}",),
        query={"db": str(door.settings.db_path)},
    )


def shown(text: str) -> str:
    """The text with nothing in it that steers a terminal."""
    from analysis.reports.cells import printable

    return printable(text)
