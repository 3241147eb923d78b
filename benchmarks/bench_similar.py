"""What a question for similar competitions costs, among competitions made here.

    python benchmarks/bench_similar.py [--sizes 1000 30000] [--questions 20]

Prints milliseconds of processor time: building the index (once a process), a question in words and one by slug. The
competitions are made from a seed: titles and descriptions of forty words, four of them names of topics.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.similar import CompetitionFacts, Query, SimilarIndex
from analysis.task_types_metrics import metric_families
from analysis.task_types_rules import load_rules, load_topics
from corpus.catalogue.task_types import MODALITIES, TASKS

N_WORDS_DESCRIBED = 40
N_OTHER_WORDS = 8_000
N_TOPICS = 4
QUESTION = "segment blood vessels in 3D CT, Dice, small data, code competition"


def make_facts(size: int, seed: int = 1) -> list[CompetitionFacts]:
    """So many invented competitions; equal for equal arguments."""
    rng = random.Random(seed)
    topics = [name.replace("-", " ") for name in load_topics()]
    words = [f"word{number}" for number in range(N_OTHER_WORDS)]
    weights = [1 / (place + 10) for place in range(len(words))]
    families = sorted(metric_families())
    found = []
    for number in range(size):
        told = [*rng.choices(topics, k=N_TOPICS), *rng.choices(words, weights, k=N_WORDS_DESCRIBED - N_TOPICS)]
        found.append(
            CompetitionFacts(
                slug=f"{told[0].replace(' ', '-')}-{number}",
                title=" ".join(told[:4]),
                year=rng.randint(2010, 2026),
                metric=rng.choice(families),
                description=" ".join(told),
                task_types=(f"{rng.choice(MODALITIES)}/{rng.choice(TASKS)}",),
                n_teams=rng.randint(10, 5000),
            )
        )
    return found


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    """Processor time of one of `times` calls."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) * 1000 / times


def main() -> None:
    """Print one line a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 30_000])
    parser.add_argument("--questions", type=int, default=20)
    arguments = parser.parse_args()
    load_rules()
    for size in arguments.sizes:
        facts = make_facts(size)
        started = time.process_time()
        index = SimilarIndex.build(facts)
        built_ms = (time.process_time() - started) * 1000
        index.search(Query(text=QUESTION))
        in_words = milliseconds(lambda index=index: index.search(Query(text=QUESTION)), arguments.questions)  # type: ignore[misc]
        by_slug = milliseconds(
            lambda index=index, slug=facts[0].slug: index.search(Query(slug=slug)),  # type: ignore[misc]
            arguments.questions,
        )
        print(
            f"{size:,} competitions: built in {built_ms:,.0f} ms; in words {in_words:.1f} ms, by slug {by_slug:.1f} ms"
        )


if __name__ == "__main__":
    main()
