"""The command by which a person corrects the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.records import RankSource, Role, Status
from miner.commands.door import Door, MinerCommand, db_option, format_option

if TYPE_CHECKING:
    from miner.jobs.correct_plan import Field

STATUSES = tuple(status.value for status in Status)
# pairs of which one says the contrary of the other
EXCLUSIVE = (
    ("roles", "no_roles"), ("variants", "no_variants"), ("is_wrong", "is_missing"), ("rank", "no_rank"),
    ("competition", "no_competition"),
)  # fmt: skip


@click.command(
    cls=MinerCommand,
    examples=(
        'miner correct some-write-up LightGBM --status tried --note "dropped in the last week"',
        'miner correct 3f2a9c01 --is ConvNeXtV2 --note "the code loads convnextv2_base"',
        'miner correct some-write-up "U-Net" --wrong --note "the name of their dog"',
        'miner correct some-write-up Swin --missing --status used --quote "a Swin encoder" --note "in a table"',
        'miner correct some-write-up --rank 3 --rank-source leaderboard --note "final leaderboard"',
        "miner correct --list",
        "miner correct --undo some-write-up LightGBM",
        "miner correct --from corrections.jsonl",
    ),
)
@click.argument("reference", required=False, metavar="[DOCUMENT|CLAIM]")
@click.argument("architecture", required=False, metavar="[ARCH]")
@click.option("--status", type=click.Choice(STATUSES), help="How the architecture stands in the solution.")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]),
              help="What it does there; all its roles, given one by one.")  # fmt: skip
@click.option("--no-roles", is_flag=True, help="It has no role.")
@click.option("--variant", "variants", multiple=True, metavar="NAME[=STATUS]",
              help="A size or checkpoint, its status where it is not the claim's; all, one by one.")  # fmt: skip
@click.option("--no-variants", is_flag=True, help="No size or checkpoint is named.")
@click.option("--is", "becomes", metavar="ARCH", help="What the claim is about; name:X where the catalogue lacks it.")
@click.option("--wrong", "is_wrong", is_flag=True, help="The document says nothing of the architecture.")
@click.option("--missing", "is_missing", is_flag=True, help="The extractor misses this claim; with --status.")
@click.option("--quote", metavar="WORDS", help="With --missing: words of the document that show it.")
@click.option("--rank", type=click.IntRange(min=1), metavar="N", help="The solution's final rank, 1 is best.")
@click.option("--rank-source", type=click.Choice([source.value for source in RankSource]), default="author",
              show_default=True, help="Where you read that rank; the first two count as verified.")  # fmt: skip
@click.option("--no-rank", is_flag=True, help="No rank is known.")
@click.option("--competition", metavar="SLUG", help="What the document is about; platform/slug for a new one.")
@click.option("--no-competition", is_flag=True, help="It is about no competition.")
@click.option("--note", default="", metavar="TEXT", help="Why; every correction has one.")
@click.option("--list", "is_list", is_flag=True, help="Show corrections, all or those of a document or claim.")
@click.option("--undo", "is_undo", is_flag=True, help="Take back those of a document or claim, or one by its id.")
@click.option("--from", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Take in what `miner export corrections --format jsonl` wrote.")  # fmt: skip
@format_option()
@db_option
@click.pass_context
def correct(ctx: click.Context, /, reference: str | None, architecture: str | None, **asked: Any) -> None:
    """Correct a claim, a rank or a competition, for good.

    Every statistic, export and report uses the corrected value, and it survives new analyses, new versions of the
    extractor, edited documents, refreshes and starter facts. `miner show` says what the extractor said and what you
    said. ARCH is the architecture as the claim has it, an alias or one of its variants; a claim's id, which `miner
    show` gives, stands for both. Of two corrections of one thing the newer counts. `miner export corrections` takes
    them out, --from puts them into another corpus.
    """
    door = Door.of(ctx)
    modes = [name for name in ("is_list", "is_undo", "file") if asked[name]]
    if len(modes) > 1:
        raise click.UsageError("--list, --undo and --from are commands of their own")
    if modes and (says := [name for name in _said(asked) if name not in modes]):
        raise click.UsageError(f"nothing is corrected with --list, --undo or --from: leave {', '.join(says)} out")
    if asked["is_list"]:
        _list(door, reference, architecture)
    elif asked["file"]:
        if reference is not None:
            raise click.UsageError("--from takes everything in the file: name no document")
        _take_in(door, asked["file"])
    elif reference is None:
        raise click.UsageError("name a document or a claim; `miner show` has their names and ids")
    elif asked["is_undo"]:
        _undo(door, reference, architecture)
    else:
        _correct(door, reference, architecture, asked)


def _said(asked: dict[str, Any]) -> list[str]:
    """Names of the options that say what is true."""
    silent = ("is_list", "is_undo", "file", "rank_source")
    return [name for name, value in asked.items() if value and name not in silent]


def _correct(door: Door, reference: str, architecture: str | None, asked: dict[str, Any]) -> None:
    from corpus.store import utc_now
    from miner.jobs.correct import copy_notes, correct as keep
    from miner.jobs.correct_plan import Wish, plan_corrections
    from miner.jobs.correct_rows import correction_answer

    for one, other in EXCLUSIVE:
        if asked[one] and asked[other]:
            raise click.UsageError(f"{one} and {other} contradict each other".replace("_", " "))
    if asked["quote"] and not asked["is_missing"]:
        raise click.UsageError("--quote shows a claim that is --missing")
    wish = Wish(reference, architecture, read_values(asked), asked["note"], asked["quote"])
    with door.corpus(read_only=False) as store:
        rows = keep(store, plan_corrections(store, wish, utc_now().isoformat(timespec="seconds")))
        notes = [*copy_notes(store, rows)]
    agreed = [row.field for row in rows if row.agrees]
    if agreed:
        notes.append(f"The extractor or the source says the same of {', '.join(agreed)} now; yours stays.")
    notes.append("`miner correct --undo ID` takes one back.")
    door.answer(correction_answer(rows, "Corrected", notes))


def read_values(asked: dict[str, Any]) -> dict[Field, object]:
    """Field -> what was typed, of the options that say what is true."""
    from miner.jobs.correct_plan import ABSENT, PRESENT, Field

    values: dict[Field, object] = {}
    if asked["is_wrong"] or asked["is_missing"]:
        values[Field.CLAIM] = ABSENT if asked["is_wrong"] else PRESENT
    if asked["becomes"]:
        values[Field.ARCHITECTURE] = asked["becomes"]
    if asked["status"]:
        values[Field.STATUS] = asked["status"]
    if asked["roles"] or asked["no_roles"]:
        values[Field.ROLES] = asked["roles"]
    if asked["variants"] or asked["no_variants"]:
        values[Field.VARIANTS] = tuple(map(_variant, asked["variants"]))
    if asked["rank"] or asked["no_rank"]:
        values[Field.RANK] = {"rank": asked["rank"], "source": asked["rank_source"]} if asked["rank"] else None
    if asked["competition"] or asked["no_competition"]:
        values[Field.COMPETITION] = asked["competition"]
    return values


def _variant(text: str) -> tuple[str, str | None]:
    """Name and status, the status None where none is given; a name may hold the sign itself.

    >>> _variant("b4=tried"), _variant("size=s")
    (('b4', 'tried'), ('size=s', None))
    """
    name, _, status = text.rpartition("=")
    return (name, status) if name and status in STATUSES else (text, None)


def _list(door: Door, reference: str | None, architecture: str | None) -> None:
    from miner.jobs.correct import find_corrections
    from miner.jobs.correct_rows import correction_answer

    with door.corpus() as store:
        found = find_corrections(store, reference, architecture)
    title = "Corrections" if found else "Nothing is corrected in this corpus"
    door.answer(correction_answer(found, title))


def _undo(door: Door, reference: str, architecture: str | None) -> None:
    from miner.jobs.correct import find_corrections, undo
    from miner.jobs.correct_rows import correction_answer

    with door.corpus(read_only=False) as store:
        found = find_corrections(store, reference, architecture)
        undo(store, found)
    door.answer(correction_answer(found, "Taken back: the extractor's and the sources' word holds again"))


def _take_in(door: Door, file: Path) -> None:
    from miner.jobs.correct import correct_from_file

    with door.corpus(read_only=False) as store:
        report = correct_from_file(store, file)
    counts = report.corrections
    click.echo(f"corrections: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged")
    if report.n_waiting:
        door.say(f"{report.n_waiting:,} of them wait for a document or a claim that is not in this corpus yet")
    door.finish(report.failures)
