"""One architecture: its paper, what libraries call it, published figures, and what the community did with it."""

from __future__ import annotations

from itertools import dropwhile

from analysis.counts.popularity import By, count_architectures
from analysis.counts.trends import count_by_year
from corpus.ids import squash
from corpus.records import Answer, Column, Filters
from corpus.views import Readable
from corpus.views_lookup import (
    ArchitectureRow,
    BenchmarkRow,
    architectures_by_id,
    benchmark_rows,
    library_ids,
    lineage_members,
)
from miner.jobs.ask_names import Asked
from miner.jobs.ask_rows import example_rows
from miner.jobs.ask_scope import about, query_of, read_scope, scope_facts, scope_notes, titled

BENCHMARK_COLUMNS = (
    Column("variant", "variant", "text", "As the library calls it."),
    Column("weights", "weights", "text", "Tag of the weights, where the library names one."),
    Column("dataset", "measured on", "text", "Data set of the figure."),
    Column("metric", "metric", "text", "Name of the figure; *_pct is 0 to 100."),
    Column("value", "value", "number", "The figure, in the metric's own unit."),
    Column("params_m", "params M", "number", "Parameters, millions."),
    Column("gmacs", "GMACs", "number", "Multiply-accumulates of one pass, thousand millions."),
    Column("size_mb", "MB", "number", "Weights file; 4 bytes a parameter where `is_size_estimated`."),
    Column("image_size", "px", "int", "Image size the figures hold for, one side."),
    Column("library", "library", "text", "Which library publishes it."),
)
BYTES_PER_PARAMETER = 4


def show_architecture(store: Readable, name: str, asked: Asked, filters: Filters, limit: int = 12) -> Answer:
    """Everything about one architecture; of a variant, its own rows first."""
    families = _families(store, asked)
    ids = [family.architecture_id for family in families]
    by: By = "family" if asked.architecture_id else "lineage"
    key = asked.architecture_id or asked.lineage
    scope = about(store, read_scope(store, filters), [key], by)
    count = next((c for c in count_architectures(scope.solutions, scope.uses, by) if c.key == key), None)
    years = count_by_year(scope.solutions, scope.uses, by, {key})
    benchmarks = _ordered(benchmark_rows(store, ids), asked.variant) if ids else []
    notes = [] if ids else [f"{asked.name} is not in the catalogue: only documents name it; its paper is not known."]
    if count:
        notes.append(f"{asked.name}: used in {count.n_solutions:,} of {len(scope.solutions):,} documented solutions.")
    else:
        notes.append(f"Not known: no documented solution in scope uses {asked.name}.")
    if ids and not benchmarks:
        notes.append("No published figure is in the catalogue.")
    if len(benchmarks) > limit:
        notes.append(f"Shown: {limit} of {len(benchmarks)} rows of published figures.")
    facts: dict[str, object] = {"what": "architecture", "name": asked.name}
    facts |= {"variant": asked.variant} if asked.variant else {}
    facts |= {"lineage": asked.lineage_name}
    if len(families) == 1:
        facts |= {"kind": families[0].kind, "paper": families[0].paper_title, "paper_url": families[0].paper_url}
    facts |= {"libraries": library_ids(store, ids) if ids else {}}
    facts |= {
        "families": [_family(family) for family in families],
        "use_by_year": [
            {"year": y.year, "n_solutions": y.n_solutions, "of": y.n_solutions_total, "share": y.share}
            for y in dropwhile(lambda y: not y.n_solutions, years)
        ],
        "newest_solutions": example_rows(count.examples) if count else [],
        "scope": scope_facts(scope),
    }
    return Answer(
        name="show",
        title=titled(f"Architecture {asked.name}{f' ({asked.variant})' if asked.variant else ''}", scope.filters),
        columns=BENCHMARK_COLUMNS,
        rows=tuple(_benchmark(row) for row in benchmarks[:limit]),
        facts=facts,
        notes=(*notes, *scope_notes(scope)),
        query=query_of(scope.filters, id=name),
    )


def _families(store: Readable, asked: Asked) -> tuple[ArchitectureRow, ...]:
    if asked.architecture_id:
        return architectures_by_id(store, [asked.architecture_id])
    return lineage_members(store, asked.lineage)


def _ordered(rows: tuple[BenchmarkRow, ...], variant: str | None) -> list[BenchmarkRow]:
    """The variant's own rows first, then the others in their order."""
    if variant is None:
        return list(rows)
    wanted = squash(variant.rsplit("/", 1)[-1])
    bare = squash(variant.rsplit("/", 1)[-1].split(".")[0])

    def distance(row: BenchmarkRow) -> int:
        own = squash(row.variant.rsplit("/", 1)[-1])
        if wanted in (own, own + squash(row.weights)):
            return 0
        return 1 if bare == squash(row.variant.rsplit("/", 1)[-1].split(".")[0]) else 2

    return sorted(rows, key=distance)


def _family(family: ArchitectureRow) -> dict[str, object]:
    return {
        "name": family.name,
        "kind": family.kind,
        "year": family.year,
        "paper": family.paper_title,
        "paper_url": family.paper_url,
        "link_confirmed": family.paper_check,
        "architecture_id": family.architecture_id,
    }


def _benchmark(row: BenchmarkRow) -> dict[str, object]:
    is_estimated = row.size_mb is None and row.params_m is not None
    size = row.params_m * BYTES_PER_PARAMETER if is_estimated and row.params_m is not None else row.size_mb
    return {
        "variant": row.variant,
        "weights": row.weights or None,
        "dataset": row.dataset or None,
        "metric": row.metric or None,
        "value": row.value,
        "params_m": row.params_m,
        "gmacs": row.gmacs,
        "size_mb": size,
        "is_size_estimated": is_estimated,
        "image_size": row.image_size,
        "library": row.library,
        "source": row.source,
        "architecture_id": row.architecture_id,
    }
