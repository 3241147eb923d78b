"""Score similar-competition search on judged queries (development corpus, not distributed).

    python scripts/score_similar.py [--shared PATH] [--misses] [--folds]

Prints nDCG@10 (gains 2^grade - 1) and how often one of the first three is relevant: with descriptions; as the starter
facts have it (no descriptions; task types, which ship, were inferred with them); and so with topics shipped as well.
The last two settings have curated facts, the others nothing labelled by hand.
Queries are split by the hash of the slug they paraphrase: a third is closed (never shown), two thirds are open.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from score_task_types import is_closed, read_competitions, read_lines

from analysis.similar import CompetitionFacts, Query, SimilarIndex
from analysis.similar_index import PARTS
from analysis.similar_kin import load_scales
from analysis.similar_reading import topics_of_text
from analysis.task_types import infer_task_types
from corpus.catalogue.curated import load_curated

N_FOLDS, N_TRIALS = 5, 500


def gather_facts(shared: Path) -> list[CompetitionFacts]:
    """Facts of all competitions with inferred task types; nothing labelled by hand."""
    return [
        CompetitionFacts(
            slug=competition.slug,
            title=competition.title,
            platform=competition.platform,
            year=competition.year,
            metric=competition.metric,
            description=competition.description,
            tags=competition.tags,
            task_types=tuple(entry.task_type for entry in infer_task_types(competition)),
            n_teams=competition.n_teams,
        )
        for competition in read_competitions(shared).values()
    ]


def with_curated(facts: list[CompetitionFacts]) -> list[CompetitionFacts]:
    """The facts with those that ship labelled by us above them."""
    _, shipped = load_curated()
    found = []
    for entry in facts:
        row = shipped.get(entry.slug)
        if row is not None:
            names = ("domains", "metric_family", "series", "traits", "about", "keywords")
            types = row.task_types or entry.task_types
            entry = replace(entry, task_types=types, **{name: getattr(row, name) for name in names})
        found.append(entry)
    return found


def own_topics(entry: CompetitionFacts) -> tuple[str, ...]:
    """The topics of a whole entry, as facts that could travel without its description."""
    text = f"{entry.title} . {entry.description or ''}"
    return tuple(sorted(name for name, weight in topics_of_text(text).items() if weight == 1.0))


def ndcg_at_10(order: list[str], grades: dict[str, int]) -> float:
    """Normalised discounted cumulative gain of the first ten, gains 2^grade - 1."""
    ideal = sorted(grades.values(), reverse=True)[:10]
    best = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(ideal))
    got = sum((2 ** grades.get(slug, 0) - 1) / math.log2(place + 2) for place, slug in enumerate(order[:10]))
    return got / best if best else 0.0


def values_of(index: SimilarIndex, row: Mapping[str, object]) -> tuple[list[list[float]], list[int]]:
    """Values of the parts (0-1) of every competition that shares anything with one query, and its grades."""
    used = load_scales().weights_curated
    grades = {str(entry["slug"]): int(entry["grade"]) for entry in row["relevant"]}  # type: ignore[attr-defined]
    query = Query(text=str(row["query"]), exclude=(str(row["query_slug"]),))
    found = index.search(query, len(index))
    values = [[similar.parts.get(name, 0.0) / used[name] for name in PARTS] for similar in found]
    return values, [grades.get(similar.slug, 0) for similar in found]


def score_folds(index: SimilarIndex, rows: Sequence[Mapping[str, object]]) -> None:
    """Print figures of weights that are fitted without the queries they are measured on, five-fold by query."""
    import numpy as np

    chance = np.random.default_rng(0)
    cases = []
    for row in rows:
        values, grades = values_of(index, row)
        best = sorted((int(entry["grade"]) for entry in row["relevant"]), reverse=True)[:10]  # type: ignore[attr-defined]
        ideal = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))
        cases.append((np.array(values), np.array(grades), ideal))
    folds = [int(hashlib.sha256(str(row["query_slug"]).encode()).hexdigest(), 16) % N_FOLDS for row in rows]
    discounts = 1 / np.log2(np.arange(10) + 2)

    def measure(weights: Any, among: Iterable[int]) -> Any:
        figures = []
        for number in among:
            values, grades, ideal = cases[number]
            first = grades[np.argsort(-(values @ weights), kind="stable")[:10]]
            gain = ((2**first - 1) * discounts[: len(first)]).sum() / ideal
            figures.append((gain, bool(first[:3].any())))
        return np.array(figures, dtype=float)

    measured = []
    for fold in range(N_FOLDS):
        inside = [number for number, at in enumerate(folds) if at != fold]
        best_score, best_weights = -1.0, np.ones(len(PARTS))
        for trial in range(N_TRIALS):
            if trial % 2:
                weights = chance.dirichlet(np.full(len(PARTS), 0.8))
            else:
                weights = np.abs(best_weights + chance.normal(0, 0.05, len(PARTS)))
            weights = weights / weights.sum()
            gain, hit = measure(weights, inside).mean(axis=0)
            if gain + 0.3 * hit > best_score:
                best_score, best_weights = gain + 0.3 * hit, weights
        measured.append(measure(best_weights, [number for number, at in enumerate(folds) if at == fold]))
    gain, hit = np.concatenate(measured).mean(axis=0)
    print(f"  weights fitted without each fifth: nDCG@10 {gain:.3f}  hit@3 {hit:.3f}")


@dataclass(frozen=True)
class Scored:
    """How well one query was answered."""

    slug: str  # that the query paraphrases
    text: str
    found: tuple[str, ...]  # the first ten
    ndcg: float
    hit: bool  # a relevant one is among the first three


def make_settings(facts: list[CompetitionFacts]) -> dict[str, list[CompetitionFacts]]:
    """Name of a setting -> what is known in it of each competition."""
    starter = [replace(entry, description=None) for entry in facts]
    return {
        "full": facts,
        "starter": starter,
        "starter with topics": [replace(entry, description=None, topics=own_topics(entry)) for entry in facts],
        "full, curated": with_curated(facts),
        "starter, curated": with_curated(starter),
    }


def score_queries(index: SimilarIndex, rows: Sequence[Mapping[str, object]]) -> list[Scored]:
    """Each query's answer, scored."""
    scored = []
    for row in rows:
        slug, text = str(row["query_slug"]), str(row["query"])
        relevant = row["relevant"]
        grades = {str(entry["slug"]): int(entry["grade"]) for entry in relevant}  # type: ignore[attr-defined]
        found = [entry.slug for entry in index.search(Query(text=text, exclude=(slug,)), 10)]
        hit = any(grades.get(other, 0) for other in found[:3])
        scored.append(Scored(slug, text, tuple(found), ndcg_at_10(found, grades), hit))
    return scored


def read_queries(shared: Path) -> list[dict[str, object]]:
    """The judged queries."""
    return read_lines(shared / "data" / "similar" / "queries.jsonl")


def measure(shared: Path) -> dict[str, dict[str, float]]:
    """Setting -> nDCG@10 and the share of queries with a relevant one among the first three, over all queries."""
    rows, table = read_queries(shared), {}
    for name, entries in make_settings(gather_facts(shared)).items():
        scores = score_queries(SimilarIndex.build(entries), rows)
        table[name] = {
            "ndcg_at_10": sum(one.ndcg for one in scores) / len(scores),
            "hit_at_3": sum(one.hit for one in scores) / len(scores),
        }
    return table


def main() -> int:
    """Print the figures of both settings and both parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument(
        "--misses", action="store_true", help="list open queries with no relevant one in the first three"
    )
    parser.add_argument(
        "--folds", action="store_true", help="also fit the weights for curated words five-fold (extra `train`)"
    )
    arguments = parser.parse_args()
    print(f"curated facts of {len(load_curated()[1])} competitions ship")
    rows = read_queries(arguments.shared)
    for name, entries in make_settings(gather_facts(arguments.shared)).items():
        started = time.perf_counter()
        index = SimilarIndex.build(entries)
        built_s = time.perf_counter() - started
        started = time.perf_counter()
        scored = score_queries(index, rows)
        query_ms = (time.perf_counter() - started) * 1000 / len(rows)
        for one in scored if arguments.misses else ():
            if not (one.hit or is_closed(one.slug)):
                print(f"{name}: {one.slug}: {one.text}\n    {list(one.found[:5])}")
        print(f"{name}: {len(entries)} competitions, built in {built_s:.2f} s, {query_ms:.1f} ms a query")
        closed = [one for one in scored if is_closed(one.slug)]
        parts = {"open": [one for one in scored if one not in closed], "closed": closed, "all": scored}
        for part, scores in parts.items():
            n = len(scores)
            print(
                f"  {part:7} n {n:3}  nDCG@10 {sum(one.ndcg for one in scores) / n:.3f}"
                f"  hit@3 {sum(one.hit for one in scores) / n:.3f}"
            )
        if arguments.folds and name.endswith("curated"):
            score_folds(index, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
