"""Read the shipped catalogue; its files lie beside this one."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.records import Architecture, Benchmark


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All families, by id, and the version that derived rows are stamped with."""

    version: str  # short hash of the data files
    architectures: dict[str, Architecture]


def load_catalogue() -> Catalogue:
    """The shipped catalogue, read once per process."""
    raise NotImplementedError


def load_benchmarks() -> tuple[Benchmark, ...]:
    """The shipped benchmark rows, in file order."""
    raise NotImplementedError
