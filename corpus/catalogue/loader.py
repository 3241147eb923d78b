"""Read the shipped catalogue; its files lie beside this one."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from corpus.catalogue.packages import PACKAGES_FILE
from corpus.errors import CatalogueError
from corpus.ids import squash
from corpus.records import Architecture, Benchmark

ARCHITECTURES_FILE = "architectures.jsonl"
BENCHMARKS_FILE = "benchmarks.jsonl.gz"
ADDITIONS_VARIABLE = "MINER_ADDITIONS"
OTHER_NAMES_FILE = "other_names.jsonl"
_REQUIRED = frozenset(f.name for f in fields(Architecture) if f.default is MISSING and f.default_factory is MISSING)
_ALLOWED = frozenset(f.name for f in fields(Architecture))
_LISTS = ("aliases", "ambiguous_aliases", "tasks")
_BENCHMARK_COLUMNS = [f.name for f in fields(Benchmark)]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All families, by id, and the version that derived rows are stamped with."""

    version: str  # short hash of the data files
    architectures: dict[str, Architecture]


def parse_architectures(lines: Iterable[str], where: str = ARCHITECTURES_FILE) -> dict[str, Architecture]:
    """Families by id, in the order of the lines; empty lines are passed over.

    Raises:
        CatalogueError: a line is no JSON object, has an unknown key, lacks a required one, or repeats an id.
    """
    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    found: dict[str, Architecture] = {}
    for (number, _), row in zip(kept, _parse_all(kept, where), strict=True):
        if not isinstance(row, dict) or not row.keys() <= _ALLOWED or not row.keys() >= _REQUIRED:
            raise CatalogueError(f"{where}, line {number}: {_key_problem(row)}")
        for key in _LISTS:
            if key in row:
                row[key] = tuple(row[key])
        if "libraries" in row:
            row["libraries"] = {library: tuple(ids) for library, ids in row["libraries"].items()}
        architecture = Architecture(**row)
        if architecture.id in found:
            raise CatalogueError(f"{where}, line {number}: id {architecture.id!r} twice")
        found[architecture.id] = architecture
    return found


def _parse_all(lines: Sequence[tuple[int, str]], where: str) -> list[Any]:
    """The lines' values; parsed in one go, which takes a third of the time, and one by one only to find the bad one."""
    try:
        return cast(list[Any], json.loads(f"[{','.join(line for _, line in lines)}]"))
    except json.JSONDecodeError:
        return [_parse_one(number, line, where) for number, line in lines]


def _parse_one(number: int, line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise CatalogueError(f"{where}, line {number}: no JSON: {error}") from error


def _key_problem(row: object) -> str:
    if not isinstance(row, dict):
        return "not an object"
    unknown, missing = sorted(row.keys() - _ALLOWED), sorted(_REQUIRED - row.keys())
    return f"unknown keys {unknown}" if unknown else f"missing keys {missing}"


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue with the user's own additions, read once per process (about 30 ms).

    The additions are the file that the variable MINER_ADDITIONS names, in the form of `additions.jsonl`: a variable, so
    that worker processes have it too. The file's bytes are part of the version.

    Raises:
        CatalogueError: a line of a file cannot be used, or the additions' file cannot be read.
    """
    content = _read(ARCHITECTURES_FILE)
    digest = hashlib.sha256(content)
    digest.update(_read(BENCHMARKS_FILE))
    digest.update(_read(OTHER_NAMES_FILE))
    digest.update(_read(PACKAGES_FILE))
    architectures = parse_architectures(content.decode("utf-8").splitlines())
    if path := os.environ.get(ADDITIONS_VARIABLE):
        own = _read_own(path)
        digest.update(own)
        architectures = add_own(architectures, own.decode("utf-8").splitlines(), path)
    return Catalogue(digest.hexdigest()[:12], architectures)


def add_own(shipped: dict[str, Architecture], lines: Iterable[str], where: str) -> dict[str, Architecture]:
    """The shipped families with the user's own; what a line leaves out has the value that the build script gives it.

    Raises:
        CatalogueError: a line cannot be used, or breaks a rule of the catalogue, as an alias that is another family's.
    """
    from corpus.catalogue.checks import check_catalogue

    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    full = []
    for (number, _), row in zip(kept, _parse_all(kept, where), strict=True):
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise CatalogueError(f"{where}, line {number}: not an object with an id")
        row.setdefault("lineage", row["id"])
        root = shipped.get(str(row["lineage"]))
        row.setdefault("lineage_name", root.name if root else row.get("name"))
        full.append(json.dumps({"is_counted": True, "source": "own"} | row))
    own = parse_architectures(full, where)
    if taken := own.keys() & shipped.keys():
        raise CatalogueError(f"{where}: id {min(taken)!r} is in the catalogue already")
    whole = shipped | own
    if problems := check_catalogue(whole):
        raise CatalogueError(f"{where}: {problems[0]}")
    return whole


@cache
def load_benchmarks() -> tuple[Benchmark, ...]:
    """The shipped benchmark rows, in file order: one per variant, weights, data set and metric.

    Raises:
        CatalogueError: the file's columns are not those of `Benchmark`.
    """
    lines = gzip.decompress(_read(BENCHMARKS_FILE)).decode("utf-8").splitlines()
    if json.loads(lines[0]) != _BENCHMARK_COLUMNS:
        raise CatalogueError(f"{BENCHMARKS_FILE}: columns are not {_BENCHMARK_COLUMNS}")
    return tuple(Benchmark(*json.loads(line)) for line in lines[1:])


@cache
def load_other_names() -> frozenset[str]:
    """Squashed names that look like architectures and are something else: data sets, libraries, losses, techniques.

    Those of `other_names.jsonl`, and of the families that the catalogue has but does not count.
    """
    rows = [json.loads(line) for line in _read(OTHER_NAMES_FILE).decode("utf-8").splitlines()]
    not_counted = [a for a in load_catalogue().architectures.values() if not a.is_counted]
    listed = {squash(name) for row in rows for name in row["names"]}
    return frozenset(
        listed | {squash(name) for a in not_counted for name in (a.name, *a.aliases, *a.ambiguous_aliases)}
    )


def _read_own(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CatalogueError(f"{ADDITIONS_VARIABLE} names {path}, which cannot be read: {error.strerror}") from error


def _read(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()
