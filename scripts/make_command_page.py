"""Write docs/commands.md from the help of the command line and the columns of its answers.

python scripts/make_command_page.py            writes docs/commands.md
python scripts/make_command_page.py --check    exit 1 when it would change
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from corpus.records import Column
from miner.cli import cli
from miner.commands.door import MinerCommand
from miner.jobs.ask_dropped import DROPPED_COLUMNS, WHO_COLUMNS
from miner.jobs.ask_groups import GROUP_COLUMN
from miner.jobs.ask_lift import LIFT_COLUMNS
from miner.jobs.ask_popularity import DOCUMENT_COLUMNS, TOGETHER_COLUMNS, TREND_COLUMNS
from miner.jobs.ask_reading import READING_COLUMNS
from miner.jobs.ask_rows import COUNT_COLUMNS
from miner.jobs.ask_search import SEARCH_COLUMNS, TITLE_COLUMNS
from miner.jobs.ask_show_architecture import BENCHMARK_COLUMNS
from miner.jobs.ask_show_rows import CLAIM_COLUMNS, SOLUTION_COLUMNS
from miner.jobs.ask_similar import SIMILAR_COLUMNS
from miner.jobs.ask_sql import SCHEMA_COLUMNS, TABLES_COLUMNS
from miner.jobs.ask_status import STATUS_COLUMNS
from miner.jobs.ask_unknown import COLUMNS as UNKNOWN_COLUMNS
from miner.jobs.ask_why import WHY_COLUMNS
from miner.jobs.ask_winners import HERE_COLUMN, WINNER_COLUMNS
from miner.jobs.ask_winners_parts import SINGLE_COLUMNS
from miner.jobs.ask_yearly import YEARLY_COLUMNS
from miner.jobs.changes import CHANGE_COLUMNS
from miner.jobs.correct_rows import CORRECTION_COLUMNS
from miner.jobs.sources_status import SOURCE_COLUMNS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
INTRODUCTION = """# Commands

Results go to stdout; logs, progress and failures go to stderr. `--db` and `--format` may stand before or behind the
command's name. This page is made by `scripts/make_command_page.py` from the program itself.

Exit codes: 0 done, 1 failed (one line on stderr says why), 2 wrong usage, 3 finished, but something failed (a table on
stderr says what), 74 the disk is full, 75 another refresh of the same corpus is under way, 130 interrupted and 143
terminated (what is done is kept; the same command goes on from there).

Environment: `MINER_DB` names the corpus, `MINER_FOLDERS` the folders that every `miner run` looks through,
`MINER_ADDITIONS` a file of your own architectures, `MINER_CONFIG` the file of settings;
[configuration.md](configuration.md) has the others.
"""
JSON_PART = """## Answers as JSON

`--format json` gives one object: `answer` (the command), `title`, `query` (the request as understood), `facts`
(denominators, dates covered, `corpus_date`, `coverage`, `left_out`, and for `show` and `status` what is known),
`notes` (the same in sentences, and what is not known) and `rows`. Unknown values are null, dates ISO 8601, shares 0 to
1. `jsonl` gives the rows alone, `csv` the columns below. Rows may hold more fields in JSON: `key` (the id under which
an architecture is counted), `examples` and `quotes` (with `claim_id`, `document`, `rank`, `url`), in `show` a claim's
`confidence` (0 to 1: how likely its status is right; [judges.md](judges.md)).
"""
COLUMNS: dict[str, tuple[Column, ...]] = {
    "popularity": COUNT_COLUMNS,
    "winners": (*WINNER_COLUMNS, HERE_COLUMN),
    "winners (--single-model)": SINGLE_COLUMNS,
    "trends": TREND_COLUMNS,
    "together": TOGETHER_COLUMNS,
    "popularity, together (--per)": (GROUP_COLUMN,),
    "popularity (--with-copies)": DOCUMENT_COLUMNS,
    "lift": LIFT_COLUMNS,
    "yearly": YEARLY_COLUMNS,
    "dropped": DROPPED_COLUMNS,
    "dropped (one architecture)": WHO_COLUMNS,
    "similar": SIMILAR_COLUMNS,
    "reading-list": READING_COLUMNS,
    "why": WHY_COLUMNS,
    "unknown": UNKNOWN_COLUMNS,
    "show (document, claim)": CLAIM_COLUMNS,
    "show (competition)": SOLUTION_COLUMNS,
    "show (architecture)": BENCHMARK_COLUMNS,
    "search": SEARCH_COLUMNS,
    "search (titles, where the corpus has no text)": TITLE_COLUMNS,
    "sql --tables": TABLES_COLUMNS,
    "sql --schema": SCHEMA_COLUMNS,
    "correct": CORRECTION_COLUMNS,
    "changes": CHANGE_COLUMNS,
    "sources": SOURCE_COLUMNS,
    "status": STATUS_COLUMNS,
}


def make_page() -> str:
    """The whole page."""
    parts = [INTRODUCTION, "## Options of the program\n", *_options(cli.params, set())]
    shared = _shared_options()
    parts += ["## Options of every question\n", *_options(list(shared.values()), set())]
    for name, command in cli.commands.items():
        parts += [*_command(name, command, set(shared))]
    parts.append(JSON_PART)
    for name, columns in COLUMNS.items():
        parts.append(f"### {name}\n")
        parts += ["| field | kind | what |", "| --- | --- | --- |"]
        parts += [f"| `{column.name}` | {column.kind} | {column.note} |" for column in columns] + [""]
    return "\n".join(parts).rstrip("\n") + "\n"


def _shared_options() -> dict[str, click.Option]:
    """The options that narrow a question: those that every command that has --task has."""
    options = [
        {param.opts[0]: param for param in command.params if isinstance(param, click.Option)}
        for command in cli.commands.values()
    ]
    asking = [found for found in options if "--task" in found]
    return {
        name: option
        for name, option in asking[0].items()
        if all(name in others and others[name].help == option.help for others in asking)
    }


def _command(name: str, command: click.Command, shared: set[str]) -> Iterator[str]:
    arguments = [p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)]
    yield f"## miner {name}\n"
    yield f"`miner {' '.join([name, *arguments])}`\n"
    yield "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n")) + "\n"
    names = {p.opts[0] for p in command.params}
    if shared <= names:
        yield "Takes the options of every question.\n"
    yield from _options(command.params, shared if shared <= names else set())
    if isinstance(command, MinerCommand):
        yield "\n".join(["```sh", *command.examples, "```", ""])


def _options(params: list[click.Parameter], leave_out: set[str]) -> Iterator[str]:
    rows = []
    for param in params:
        if not isinstance(param, click.Option) or param.opts[0] in leave_out or "--help" in param.opts:
            continue
        value = "" if param.is_flag or param.count else f" {param.make_metavar(click.Context(cli))}"
        default = f" Default: {param.default}." if param.show_default else ""
        spelt = ", ".join(f"`{option}{value}`" for option in param.opts)
        rows.append(f"| {spelt.replace('|', chr(92) + '|')} | {param.help}{default} |")
    if rows:
        yield "\n".join(["| option | what |", "| --- | --- |", *rows, ""])


def main() -> int:
    """0, or 1 when --check finds the page out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page would change")
    page = make_page()
    if parser.parse_args().check:
        return int(PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
