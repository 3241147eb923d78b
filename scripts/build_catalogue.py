"""Make the shipped catalogue from the shared facts and our own lines: python scripts/build_catalogue.py [--shared DIR].

Reads DIR/data/catalogue and, in corpus/catalogue, three files written by hand:
    additions.jsonl     families that the shared facts lack
    corrections.jsonl   what is wrong or missing in a family of the shared facts
    exclusions.jsonl    ids and kinds that are not counted, or left out altogether, each with its reason
Writes corpus/catalogue/architectures.jsonl, benchmarks.jsonl.gz and sources.jsonl; equal input gives equal bytes.
The long tail of the shared facts (share-alike) stays out, with everything that can be seen to come from the same dump.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
from collections import defaultdict
from dataclasses import fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catalogue_benchmarks import read_benchmarks  # noqa: E402
from catalogue_sources import family_source, read_sources  # noqa: E402

from corpus.catalogue.checks import check_benchmarks, check_catalogue  # noqa: E402
from corpus.catalogue.loader import parse_architectures  # noqa: E402
from corpus.ids import squash  # noqa: E402
from corpus.records import Benchmark  # noqa: E402

PACKAGE = ROOT / "corpus" / "catalogue"
SHARE_ALIKE_TIER = "longtail"
SHARE_ALIKE_LIBRARY = "paperswithcode"
LISTS = ("aliases", "ambiguous_aliases", "tasks")
KEPT = ("id", "name", "kind", "tasks", "year", "paper_title", "paper_url", "paper_check")
PIECES = re.compile(r"[0-9A-Za-z+.]+")
CORRECTIONS = frozenset(
    {"id", "set", "add", "ambiguous", "clear", "drop_aliases", "add_library_ids", "drop_library_ids", "why"}
)
ORDER = (
    "id", "name", "lineage", "lineage_name", "kind", "is_counted", "aliases", "ambiguous_aliases", "tasks", "year",
    "paper_url", "paper_title", "source", "paper_check", "libraries",
)  # fmt: skip

Row = dict[str, Any]


def read_lines(path: Path) -> list[Row]:
    """The JSON objects of a JSON Lines file, in order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_shared(folder: Path) -> dict[str, Row]:
    """Families of the shared facts by id, as rows of the shipped file, without the share-alike ones."""
    dump = {row["id"]: row for row in read_lines(folder / "raw" / "pwc_methods.jsonl")}
    rows: dict[str, Row] = {}
    for shared in read_lines(folder / "architectures.jsonl"):
        if shared["tier"] == SHARE_ALIKE_TIER:
            continue
        row: Row = {key: shared[key] for key in KEPT if shared.get(key) is not None}
        row["lineage"], row["lineage_name"] = shared["lineage"], shared["lineage_name"]
        row["source"] = family_source(shared)
        if row["paper_check"] == "url_seen":  # a link without its title is no confirmation
            row["paper_check"] = "none"
        libraries = {name: list(ids) for name, ids in shared["libraries"].items() if name != SHARE_ALIKE_LIBRARY}
        foreign = {
            name
            for method in shared["libraries"].get(SHARE_ALIKE_LIBRARY, [])
            for name in _dump_names(dump.get(method))
        }
        unclear = {entry["alias"] for entry in shared["ambiguous_aliases"]}
        own = [alias for alias in shared["aliases"] if alias not in foreign or alias == shared["name"]]
        row["aliases"] = [alias for alias in own if alias not in unclear]
        row["ambiguous_aliases"] = [alias for alias in own if alias in unclear]
        row["libraries"] = libraries
        rows[row["id"]] = row
    return rows


def _dump_names(method: Row | None) -> set[str]:
    return {method["name"], method.get("full_name") or method["name"]} if method else set()


def correct(rows: dict[str, Row], corrections: list[Row]) -> None:
    """Apply each correction to its family, in place; an unknown id or key is an error."""
    for correction in corrections:
        unknown = correction.keys() - CORRECTIONS
        if unknown or correction["id"] not in rows:
            raise SystemExit(f"corrections.jsonl: {correction['id']}: {unknown or 'no such family'}")
        row = rows[correction["id"]]
        row.update(correction.get("set", {}))
        for alias in correction.get("drop_aliases", []):
            _remove(row, alias)
        for alias in (*correction.get("add", []), *correction.get("clear", [])):
            _remove(row, alias, is_needed=False)
            row["aliases"].append(alias)
        for alias in correction.get("ambiguous", []):
            _remove(row, alias, is_needed=False)
            row["ambiguous_aliases"].append(alias)
        for library, ids in correction.get("add_library_ids", {}).items():
            row["libraries"][library] = [*row["libraries"].get(library, []), *ids]
        for library, ids in correction.get("drop_library_ids", {}).items():
            row["libraries"][library] = [known for known in row["libraries"][library] if known not in ids]
        if row["id"] != correction["id"]:
            rows[row["id"]] = rows.pop(correction["id"])


def _remove(row: Row, alias: str, is_needed: bool = True) -> None:
    for key in ("aliases", "ambiguous_aliases"):
        if alias in row[key]:
            row[key].remove(alias)
            return
    if is_needed:
        raise SystemExit(f"corrections.jsonl: {row['id']} has no alias {alias!r}")


def add(rows: dict[str, Row], additions: list[Row]) -> None:
    """Put our own families beside the shared ones, in place."""
    for row in additions:
        if row["id"] in rows:
            raise SystemExit(f"additions.jsonl: {row['id']} is there already: use corrections.jsonl")
        full: Row = {"lineage": row["id"], "lineage_name": row["name"], "paper_check": "none", **row}
        for key in LISTS:
            full[key] = list(row.get(key, []))
        full["libraries"] = {library: list(ids) for library, ids in row.get("libraries", {}).items()}
        rows[row["id"]] = full


def exclude(rows: dict[str, Row], exclusions: list[Row]) -> None:
    """Mark or take out what the exclusions name, in place."""
    kinds = {line["kind"] for line in exclusions if "kind" in line}
    ids = {line["id"]: bool(line.get("left_out")) for line in exclusions if "id" in line}
    unknown = (ids.keys() - rows.keys()) | (kinds - {row["kind"] for row in rows.values()})
    if unknown:
        raise SystemExit(f"exclusions.jsonl names what is not there: {sorted(unknown)}")
    for row in list(rows.values()):
        row["is_counted"] = row["kind"] not in kinds and row["id"] not in ids
        if ids.get(row["id"]):
            del rows[row["id"]]


def settle_lineages(rows: dict[str, Row]) -> None:
    """Give every family its lineage's name, which is the name of the family whose id the lineage is."""
    for row in rows.values():
        if row["lineage"] in rows:
            row["lineage_name"] = rows[row["lineage"]]["name"]


def settle_library_ids(rows: dict[str, Row]) -> None:
    """Leave an id that several families claim to the one that is called so, else to the first of them."""
    owners: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows.values():
        for library, ids in row["libraries"].items():
            for library_id in ids:
                owners[library, library_id].append(row)
    for (library, library_id), claimants in owners.items():
        named = [row for row in claimants if squash(row["id"]) == squash(library_id)]
        for row in claimants:
            if row is not (named or claimants)[0]:
                row["libraries"][library].remove(library_id)


def settle_aliases(rows: dict[str, Row]) -> list[str]:
    """Add names to aliases, fold repeated spellings, make shared ones ambiguous; the shared ones, to be looked at."""
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows.values():
        if not any(squash(row["name"]) == squash(alias) for alias in (*row["aliases"], *row["ambiguous_aliases"])):
            row["aliases"].insert(0, row["name"])
        unclear = list(dict.fromkeys(row["ambiguous_aliases"]))
        keys = {squash(alias) for alias in unclear}
        row["aliases"] = [alias for alias in dict.fromkeys(row["aliases"]) if squash(alias) not in keys]
        row["ambiguous_aliases"] = unclear
        for key in ("aliases", "ambiguous_aliases"):
            row[key] = _spellings_kept(row["name"], row[key])
        if row["is_counted"]:
            for alias in (*row["aliases"], *row["ambiguous_aliases"]):
                owners[squash(alias)].add(row["id"])
    shared = {key for key, found in owners.items() if len(found) > 1}
    made_unclear = []
    for row in rows.values():
        moved = [alias for alias in row["aliases"] if squash(alias) in shared]
        if moved and row["is_counted"]:
            row["aliases"] = [alias for alias in row["aliases"] if alias not in moved]
            row["ambiguous_aliases"] += moved
            made_unclear += [f"{row['id']}: {alias}" for alias in moved]
    return made_unclear


def _spellings_kept(name: str, aliases: list[str]) -> list[str]:
    """Of aliases that differ only in case and separators, the one in most pieces, and the name in its own spelling.

    Who looks for names can join pieces ("k-NN") but not part what is written as one ("kNN").
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for alias in aliases:
        groups[squash(alias)].append(alias)
    kept: list[str] = []
    for key, spellings in groups.items():
        most = max(spellings, key=lambda alias: len(PIECES.findall(alias)))  # the first of equals
        kept += dict.fromkeys([name, most] if key == squash(name) else [most])
        if re.search(r"\W[A-Za-z]\Z", most):  # a last letter is never joined on: "XLM-R" is not found in "XLMR"
            kept += [alias for alias in spellings if len(PIECES.findall(alias)) == 1 and alias not in kept][:1]
    return kept


def to_line(row: Row) -> str:
    """One line of the shipped file: keys in a fixed order, empty values left out."""
    row = {**row, "libraries": {name: sorted(ids) for name, ids in sorted(row["libraries"].items()) if ids}}
    kept = {key: row[key] for key in ORDER if row.get(key) not in (None, [], {})}
    unknown = row.keys() - set(ORDER)
    if unknown:
        raise SystemExit(f"{row['id']}: unknown keys {sorted(unknown)}")
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def write(path: Path, content: bytes) -> None:
    """Replace a file at once, so that readers never see half of it."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def build_families(shared: Path, package: Path) -> tuple[list[str], list[str]]:
    """The lines of architectures.jsonl, sorted by id, and the aliases made ambiguous because they are shared."""
    rows = read_shared(shared)
    correct(rows, read_lines(package / "corrections.jsonl"))
    add(rows, read_lines(package / "additions.jsonl"))
    exclude(rows, read_lines(package / "exclusions.jsonl"))
    settle_lineages(rows)
    settle_library_ids(rows)
    made_unclear = settle_aliases(rows)
    return [to_line(rows[key]) for key in sorted(rows)], made_unclear


def main() -> int:
    """Build, check, and only then write; 1 when a rule is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument(
        "--package", type=Path, default=PACKAGE, help="where the hand-written files are and the made ones go"
    )
    arguments = parser.parse_args()
    folder, package = arguments.shared / "data" / "catalogue", arguments.package
    lines, made_unclear = build_families(folder, package)
    architectures = parse_architectures(lines)
    benchmarks, dropped = read_benchmarks(folder, architectures)
    for note in made_unclear:
        print("shared, so ambiguous:", note)
    for reason, count in sorted(dropped.items()):
        print(f"benchmark rows left out: {count} ({reason})")
    problems = check_catalogue(architectures) + check_benchmarks(benchmarks, architectures)
    if problems:
        print(*problems, sep="\n")
        print(f"{len(problems)} problems: nothing written", file=sys.stderr)
        return 1
    columns = [field.name for field in fields(Benchmark)]
    table = [json.dumps(columns)] + [
        json.dumps([getattr(row, column) for column in columns], ensure_ascii=False, separators=(",", ":"))
        for row in benchmarks
    ]
    sources = read_sources(folder / "sources.jsonl", architectures.values(), benchmarks)
    write(package / "architectures.jsonl", "".join(line + "\n" for line in lines).encode())
    write(package / "benchmarks.jsonl.gz", gzip.compress("\n".join(table).encode(), compresslevel=9, mtime=0))
    write(package / "sources.jsonl", "".join(json.dumps(s, ensure_ascii=False) + "\n" for s in sources).encode())
    counted = sum(a.is_counted for a in architectures.values())
    print(
        f"{len(architectures)} families ({counted} counted), {len(benchmarks)} benchmark rows, {len(sources)} sources"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
