"""Keep the floors under what is measured: tests/gold/floors*.json, which `tests/gold/test_floors.py` guards.

    python scripts/set_floors.py                        raise every floor that has been passed
    python scripts/set_floors.py --check                write nothing; exit 1 when a figure is below its floor
    python scripts/set_floors.py similar                of one part: extractor, similar or task-types
    python scripts/set_floors.py extractor --lower tried --because REASON
                                                        let the floors of a measure down to its figures
    python scripts/set_floors.py extractor --lower tried/notebook ...
                                                        of one kind only
    python scripts/set_floors.py similar --new-corpus --because REASON
                                                        measure anew after the judged data were edited

Figures of the extractor are those of `scripts/score.py` over all annotated documents, for each kind and for all of
them; of similar competitions those of `scripts/score_similar.py`, for each setting, with and without curated facts; of
task types those of `scripts/score_task_types.py`. While a figure is below its floor nothing is written of its part
unless that floor is lowered in the same call. What is lowered stays in the file, with the reason.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from score import MEASURES, make_predictions, read_annotated, read_gold, score_part

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "gold"
FLOORS = FOLDER / "floors.json"
N_DIGITS = 4  # of a figure: less than one query or competition more or less
ALL_MEASURES = (*MEASURES, "status", "span")  # F1 of the first, agreement and share of the others
FIELDS = {"status": "agreement", "span": "share"}  # what stands for the measure in the scorer's figures; else F1

Table = dict[str, dict[str, float]]  # kind of document -> measure -> figure, 0 to 1


@dataclass(frozen=True)
class Floors:
    """What the figures may not fall below, on which corpus, and what was let down."""

    corpus: str  # fingerprint of the annotations and the documents that they name
    floors: Table
    history: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Fall:
    """A figure below its floor."""

    kind: str
    measure: str
    floor: float
    figure: float

    def __str__(self) -> str:
        return f"{self.measure} of {self.kind}: {self.figure:.4f}, its floor is {self.floor:.4f}"


class RefusedError(Exception):
    """The floors stay as they are; the text says why and what would work."""


@dataclass(frozen=True)
class Part:
    """Something that is measured, and where its floors are kept."""

    path: Path
    measure: Callable[[Path], tuple[str, Table]]  # the shared folder -> fingerprint of the judged data, figures


def measure_similar(shared: Path) -> tuple[str, Table]:
    """The fingerprint of queries and competitions, and the figures of the search as it is."""
    from score_similar import measure

    paths = ("similar/queries.jsonl", "competitions-index/competitions.jsonl", "corpus/competitions.jsonl")
    return fingerprint_of_lines(lines_of(shared, paths)), rounded(measure(shared))


def measure_task_types(shared: Path) -> tuple[str, Table]:
    """The fingerprint of labels and competitions, and the figures of the types as they are inferred and curated."""
    from score_task_types import measure, read_document_labels

    paths = ("task_types.jsonl", "competitions-index/competitions.jsonl", "corpus/competitions.jsonl")
    further = [f"{slug} {' '.join(types)}" for slug, types in read_document_labels(shared, ()).items()]
    return fingerprint_of_lines([*lines_of(shared, paths), *further]), rounded(measure(shared))


def lines_of(shared: Path, paths: Iterable[str]) -> list[str]:
    """Every line of these files of the data, with the name of its file."""
    return [f"{path} {line}" for path in paths for line in (shared / "data" / path).read_text("utf-8").splitlines()]


def rounded(table: Table) -> Table:
    """The figures as they are kept."""
    return {kind: {name: round(figure, N_DIGITS) for name, figure in row.items()} for kind, row in table.items()}


def measure_extractor(shared: Path) -> tuple[str, Table]:
    """The fingerprint of annotations and documents, and the figures of the extractor as it is."""
    gold = read_gold(shared)
    items = read_annotated(shared, gold)
    figures, _ = score_part(shared, gold, make_predictions(items), "all")
    return fingerprint(gold, {name: raw.content_hash for name, (_, raw) in items.items()}), as_table(figures)


def fingerprint(gold: Iterable[Mapping[str, Any]], content_hashes: Mapping[str, str]) -> str:
    """A hash over the annotations and the bytes of the documents they name; their order does not matter."""
    return fingerprint_of_lines(
        f"{row['doc_id']} {content_hashes.get(row['doc_id'])} {json.dumps(row, sort_keys=True)}" for row in gold
    )


def fingerprint_of_lines(lines: Iterable[str]) -> str:
    """A hash over lines; their order does not matter."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def as_table(figures: Mapping[str, Any]) -> Table:
    """The scorer's figures by kind and measure; what cannot be measured in a kind is left out."""
    table: Table = {}
    for kind, row in figures.items():
        if kind != "documents":
            values = {name: row[name][FIELDS.get(name, "f1")] for name in ALL_MEASURES if name in row}
            table[kind] = {name: float(value) for name, value in values.items() if value is not None}
    return table


def find_falls(floors: Table, figures: Table) -> list[Fall]:
    """Figures below their floor, by kind and measure; one that is not measured any more counts as 0."""
    return [
        Fall(kind, name, floor, figures.get(kind, {}).get(name, 0.0))
        for kind, row in sorted(floors.items())
        for name, floor in row.items()
        if figures.get(kind, {}).get(name, 0.0) < floor
    ]


def moved(old: Floors, figures: Table, lower: Sequence[str], because: str, on: str) -> Floors:
    """The floors raised to the figures, and let down where that is asked for.

    Args:
        old: the floors as they are.
        figures: what the extractor reaches now.
        lower: measures, or measure/kind, whose floors may go down to the figures.
        because: why; kept with what was lowered.
        on: today, ISO 8601.

    Raises:
        RefusedError: when a figure is below a floor that nobody lowers, or when there is nothing to lower.
    """
    falls = find_falls(old.floors, figures)
    asked = {name: [f for f in falls if name in (f.measure, f"{f.measure}/{f.kind}")] for name in lower}
    if unused := [name for name, found in asked.items() if not found]:
        raise RefusedError(f"nothing to lower: no figure of {', '.join(unused)} is below its floor")
    allowed = [fall for found in asked.values() for fall in found]
    if left := [fall for fall in falls if fall not in allowed]:
        said = "\n".join(f"  {fall}" for fall in left)
        raise RefusedError(f'below their floors:\n{said}\nmend it, or --lower MEASURE --because "REASON"')
    if allowed and not because.strip():
        raise RefusedError("a floor is lowered for a reason: --because")
    low = {(fall.kind, fall.measure) for fall in allowed}
    table = {
        kind: {
            name: figure if (kind, name) in low else max(figure, old.floors.get(kind, {}).get(name, 0.0))
            for name, figure in row.items()
        }
        for kind, row in figures.items()
    }
    record = tuple(
        {"on": on, "measure": f.measure, "kind": f.kind, "from": f.floor, "to": f.figure, "because": because}
        for f in dict.fromkeys(allowed)
    )
    return replace(old, floors=table, history=(*old.history, *record))


def anew(old: Floors | None, corpus: str, figures: Table, because: str, on: str) -> Floors:
    """Floors at the figures of another corpus; that it is another one is kept with the reason.

    Raises:
        RefusedError: without a reason, or when the corpus is the same.
    """
    if old is None:
        return Floors(corpus, figures)
    if old.corpus == corpus:
        raise RefusedError("the corpus is the one that the floors were set on: --lower is the way to lower a floor")
    if not because.strip():
        raise RefusedError("floors are set on another corpus for a reason: --because")
    record = {"on": on, "corpus": old.corpus, "floors": old.floors, "because": because}
    return Floors(corpus, figures, (*old.history, record))


def read_floors(path: Path = FLOORS) -> Floors | None:
    """The floors as they stand in the file; None before there is one."""
    if not path.exists():
        return None
    row = json.loads(path.read_text(encoding="utf-8"))
    return Floors(row["corpus"], row["floors"], tuple(row["history"]))


def write_floors(floors: Floors, path: Path = FLOORS) -> None:
    """Write the file; equal floors give equal bytes."""
    row = {"corpus": floors.corpus, "floors": floors.floors, "history": list(floors.history)}
    path.write_text(json.dumps(row, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def same_corpus(floors: Floors, corpus: str) -> None:
    """Raises RefusedError unless the floors were set on this corpus."""
    if floors.corpus != corpus:
        raise RefusedError(
            f"the judged data have changed since the floors were set ({floors.corpus[:12]}, now"
            f' {corpus[:12]}): figures cannot be compared; measure anew with --new-corpus --because "REASON"'
        )


PARTS = {
    "extractor": Part(FLOORS, measure_extractor),
    "similar": Part(FOLDER / "floors_similar.json", measure_similar),
    "task-types": Part(FOLDER / "floors_task_types.json", measure_task_types),
}


def move(part: Part, args: argparse.Namespace) -> None:
    """Measure one part, and write its floors unless they are only checked.

    Raises:
        RefusedError: the floors stay as they are; the text says why.
    """
    on = datetime.now(UTC).date().isoformat()
    corpus, figures = part.measure(args.shared)
    old = read_floors(part.path)
    if old is None or args.new_corpus:
        new = anew(old, corpus, figures, args.because, on)
    else:
        same_corpus(old, corpus)
        new = moved(old, figures, args.lower, args.because, on)
    for kind, row in new.floors.items():
        before = old.floors.get(kind, {}) if old else {}
        changed = (
            f"{name} {before.get(name, 0.0):.4f} -> {row[name]:.4f}" for name in row if row[name] != before.get(name)
        )
        if line := ", ".join(changed):
            print(f"{kind}: {line}")
    if not args.check:
        write_floors(new, part.path)
    print("no figure is below its floor" if args.check else f"written: {part.path}")


def main() -> int:
    """0, or 1 when a figure is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default: all")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--lower", action="append", default=[], metavar="MEASURE[/KIND]")
    parser.add_argument("--new-corpus", action="store_true")
    parser.add_argument("--because", default="", metavar="REASON")
    args = parser.parse_args()
    if unknown := [name for name in args.parts if name not in PARTS]:
        parser.error(f"no part called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if (args.lower or args.new_corpus) and len(args.parts) != 1:
        parser.error("floors are lowered, or measured anew, of one part: name it")
    refused = False
    for name in args.parts or PARTS:
        print(f"{name}:")
        try:
            move(PARTS[name], args)
        except RefusedError as error:
            print(error, file=sys.stderr)
            refused = True
    return int(refused)


if __name__ == "__main__":
    sys.exit(main())
