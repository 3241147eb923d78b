"""Answers in a terminal: tables that fit its width, quotes as paragraphs, notes below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.reports.cells import (
    NOTHING,
    SMALL_MARK,
    SMALL_NOTE,
    Cell,
    Table,
    as_text,
    display_table,
    fact_lines,
    printable,
    shown_parts,
    web_link,
)
from analysis.reports.formats import WITH_FACTS
from analysis.reports.tradeoff import tradeoff_lines
from corpus.records import Answer, Column, Failure

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

GAP = 2  # characters between columns
KEY_AT_MOST = 50  # characters of the first column before it folds
NARROW = 14  # a column of words that is no wider is never folded
MINIMUM = {"url": 28, "list": 24, "text": 22}  # characters below which a column of this kind is left out instead
STANZAS = frozenset(
    {"why_here", "similar", "winning_solutions", "newest_solutions", "reading-list"}
)  # links or lists that a table has no room for
POLARITY_STYLES = {"for": "green", "against": "red"}
LABELS = frozenset({"newest"})  # columns that are cut rather than folded: they lead to the whole
# columns of a paragraph that are lines of their own: as they are, or with their titles before them
ASIDE = frozenset({"place", "title", "solution", "why"})
BELOW = frozenset(
    {
        "shared",
        "won",
        "differences",
        "metric",
        "parts",
        "uses",
        "tried",
        "claim_id",
        "agreement_words",
        "solution_words",
        "ranks_said",
        "code",
        "paper",
        "newest_win",
        "winners_name",
    }
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The columns of a table that a width has room for, by their places, and the width of each."""

    places: tuple[int, ...]
    widths: tuple[int, ...]


def print_answer(console: Console, answer: Answer) -> None:
    """Write the whole answer: title, single facts where they were asked for, tables, notes."""
    with console.capture() as capture:
        _print_answer(console, answer)
    # rich fills every line up to the width; in a file or a pipe that is noise
    console.file.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))
    console.file.flush()


def _print_answer(console: Console, answer: Answer) -> None:
    console.print(_text(answer.title, "bold"), soft_wrap=False)
    if answer.name in WITH_FACTS:
        console.print()
        _print_facts(console, answer)
    has_small = False
    left_out: set[str] = set()
    for place, part in enumerate(shown_parts(answer)):
        if not part.rows:
            continue
        console.print()
        if place and part.name != "yearly_table":
            console.print(_text(part.title, "bold"))
        if part.name in STANZAS or any(column.kind == "quote" or column.name == "uses" for column in part.columns):
            _print_stanzas(console, part)
            continue
        table = display_table(part, merge_links=False)
        has_small = has_small or table.has_small
        left_out |= _print_table(console, table)
        if place == 0 and (lines := tradeoff_lines(answer, console.width)):
            console.print()
            for line in lines:
                console.print(_text(line), soft_wrap=True)
    notes = list(answer.notes)
    if has_small:
        notes.insert(0, SMALL_NOTE)
    if left_out:
        notes.append(f"Too narrow for: {', '.join(sorted(left_out))} (a wider terminal, or --format, shows all).")
    if notes:
        console.print()
    _print_notes(console, notes)


def print_failures(console: Console, failures: Sequence[Failure], limit: int) -> None:
    """Write what failed, at which stage, where and why; the first `limit` of it, each on a line that is not cut."""
    console.print(_text(f"{len(failures):,} failure{'s' if len(failures) != 1 else ''}; all else is done", "bold"))
    stages = max((_width(f.stage) for f in failures[:limit]), default=0)
    for failure in failures[:limit]:
        where = f" ({failure.where})" if failure.where else ""
        line = _text(f"{failure.stage:{stages}}  ", "dim").append_text(_text(failure.item, "bold"))
        console.print(line.append_text(_text(f"{where}: {failure.message}")), soft_wrap=True)
    if len(failures) > limit:
        console.print(_text(f"and {len(failures) - limit:,} more: `miner status --format json`"))


def fit(table: Table, width: int) -> Fitted:
    """Which columns fit into `width` characters, and how wide each is; the last give way first, the first never."""
    natural = [
        max([_width(column.title), *(_width(row[place].text) for row in table.rows)])
        for place, column in enumerate(table.columns)
    ]
    least = [_least(column, place, natural[place]) for place, column in enumerate(table.columns)]
    count = len(table.columns)
    while count > 1 and sum(least[:count]) + GAP * (count - 1) > width:
        count -= 1
    widths = least[:count]
    spare = max(0, width - sum(widths) - GAP * (count - 1))
    while spare > 0:
        wanting = [place for place in range(count) if widths[place] < natural[place]]
        if not wanting:
            break
        for place in wanting[:spare]:
            widths[place] += 1
        spare -= min(spare, len(wanting))
    return Fitted(tuple(range(count)), tuple(min(w, width) for w in widths))


def _least(column: Column, place: int, natural: int) -> int:
    if column.kind in {"int", "share", "number"} or natural <= NARROW:
        return natural
    if place == 0:
        return min(natural, KEY_AT_MOST)
    return min(natural, MINIMUM.get(column.kind, NARROW))


def _print_table(console: Console, table: Table) -> set[str]:
    """Write the table; the titles of the columns that there was no room for."""
    from rich import box
    from rich.table import Table as RichTable

    fitted = fit(table, console.width)
    drawn = RichTable(
        box=box.Box("    \n    \n ─  \n    \n    \n    \n    \n    \n"),
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
        safe_box=True,
    )
    for place, width in zip(fitted.places, fitted.widths, strict=True):
        column = table.columns[place]
        is_number = column.kind in {"int", "share", "number"}
        is_label = column.name in LABELS
        drawn.add_column(
            column.title,
            justify="right" if is_number else "left",
            width=width,
            overflow="ellipsis" if is_label else "fold",
            no_wrap=is_label,
        )
    for row in table.rows:
        drawn.add_row(*(_linked(row[place]) for place in fitted.places))
    console.print(drawn)
    return {column.title for place, column in enumerate(table.columns) if place not in fitted.places}


def _print_notes(console: Console, notes: Sequence[str]) -> None:
    from rich.table import Table as RichTable

    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column(style="dim", width=1)
    grid.add_column(style="dim", overflow="fold")
    for note in notes:
        grid.add_row("·", _text(note))
    console.print(grid)


def _print_facts(console: Console, answer: Answer) -> None:
    from rich.table import Table as RichTable

    lines = [(label, text) for label, text in fact_lines(answer) if text != NOTHING]
    if not lines:
        return
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in lines:
        grid.add_row(label, _linked(Cell(text, web_link(text))))
    console.print(grid)


def _print_stanzas(console: Console, answer: Answer) -> None:
    """Rows as paragraphs: a line of short facts, then the words, then where they stand; an empty line between."""
    from rich.padding import Padding

    for number, row in enumerate(answer.rows):
        if number:
            console.print()
        console.print(_head(answer.columns, row))
        for line in _body(answer.columns, row):
            if web_link(line.plain):  # whole, so that it can be copied; the terminal wraps it
                console.print(_text("    ").append_text(line), soft_wrap=True)
            else:
                console.print(Padding(line, (0, 0, 0, 4), expand=False))


def _head(columns: Sequence[Column], row: Mapping[str, object]) -> Text:
    first, *rest = columns
    line = _text(as_text(row.get(first.name)), "bold")
    for column in rest:
        value = row.get(column.name)
        text = as_text(value)
        if text == NOTHING or column.kind in {"quote", "url"} or column.name in ASIDE | BELOW | {"is_small"}:
            continue
        if column.name == "rank_source":
            text = f"(rank: {text})"
        elif column.name.startswith("n_"):
            text = f"{text} {column.title.removesuffix('s') if value == 1 else column.title}"
        elif column.kind in {"int", "list", "number"} and column.name != "year":
            text = f"{column.title}: {text}"
        line.append_text(_text("  "))
        line.append_text(_text(text, POLARITY_STYLES.get(text, "")))
    if row.get("is_small"):
        line.append_text(_text(f" {SMALL_MARK}"))
    return line


def _body(columns: Sequence[Column], row: Mapping[str, object]) -> list[Text]:
    nested = row.get("quotes")
    if isinstance(nested, list):
        return [line for item in nested for line in _quote_lines(item)]
    lines = []
    for column in columns[1:]:
        value = row.get(column.name)
        text = as_text(value)
        if text == NOTHING:
            continue
        if column.kind == "quote":
            lines.append(_text(_quoted(value)))
        elif column.kind == "url":
            lines.append(_linked(Cell(text, web_link(text)), "dim"))
        elif column.name in BELOW:
            lines.append(_text(f"{column.title}: ", "dim").append_text(_text(text)))
        elif column.name in ASIDE:
            lines.append(_text(text, "dim"))
    more = row.get("evidence")
    if isinstance(more, list) and len(more) > 1:
        lines.append(_text(f"{len(more) - 1} more in --format json", "dim"))
    return lines


def _quote_lines(item: Mapping[str, object]) -> list[Text]:
    rank = f"#{item['rank']} " if item.get("rank") else ""
    said = (f"{rank}{item.get('competition') or 'no competition'}", item.get("architecture"), item.get("status"))
    lines = [_text(_quoted(item.get("quote"))), _text(", ".join(str(part) for part in said if part), "dim")]
    url = as_text(item.get("url"))
    if url != NOTHING:
        lines.append(_linked(Cell(url, web_link(url)), "dim"))
    return [line for line in lines if line.plain]


def _quoted(words: object) -> str:
    return f"“{' '.join(printable(words).split())}”" if isinstance(words, str) and words else ""


def _text(text: str, style: str = "") -> Text:
    """Text that nothing in it can steer: no markup, no emoji codes, no control characters."""
    from rich.text import Text

    return Text(printable(text), style=style)


def _linked(cell: Cell, style: str = "") -> Text:
    text = _text(cell.text, style)
    if cell.link:
        text.stylize(f"link {cell.link}")
    return text


def _width(text: str) -> int:
    from rich.cells import cell_len

    return max((cell_len(line) for line in text.splitlines()), default=0)
