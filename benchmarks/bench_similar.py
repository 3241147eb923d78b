"""What a question for similar competitions costs, among competitions made here.

    python benchmarks/bench_similar.py [--sizes 1000 30000] [--questions 20]

Prints milliseconds of processor time, and as a share of the building: building the index (once a state of the corpus),
loading it as it is kept beside the corpus, a question in words and one by slug. Then what `miner similar` takes in a
fresh process, its start and imports apart: opening the corpus, reading the rules, loading the index and the answer,
the fastest of a few. The competitions are made from a seed: titles and descriptions of forty words, four of them names
of topics.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.similar import CompetitionFacts, Query, SimilarIndex
from analysis.task_types_metrics import metric_families
from analysis.task_types_rules import load_rules, load_topics
from corpus.catalogue.task_types import MODALITIES, TASKS
from corpus.records import Competition, TaskType
from corpus.store import Store
from miner.jobs.similar_kept import keep_index

ROOT = Path(__file__).resolve().parent.parent
N_WORDS_DESCRIBED = 40
N_OTHER_WORDS = 8_000
N_TOPICS = 4
N_PROCESSES = 5
QUESTION = "segment blood vessels in 3D CT, Dice, small data, code competition"
STAMP = "bench"
ASK = """
import sys, time
from pathlib import Path
from corpus.records import Filters
from corpus.store import Store
from miner.jobs import ask
started = time.process_time()
with Store.open(Path(sys.argv[1]), read_only=True) as store:
    ask.similar(store, sys.argv[2], Filters())
print((time.process_time() - started) * 1000)
"""


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


def make_corpus(path: Path, facts: Iterable[CompetitionFacts]) -> None:
    """A corpus file that holds these competitions and nothing else, with its index kept beside it."""
    with Store.open(path) as store:
        store.save_competitions(
            (
                Competition(
                    f"{entry.platform}/{entry.slug}",
                    entry.slug,
                    entry.platform,
                    entry.title,
                    year=entry.year,
                    metric=entry.metric,
                    description=entry.description,
                    n_teams=entry.n_teams,
                )
                for entry in facts
            ),
            "bench",
        )
        store.save_task_types(
            TaskType(f"{entry.platform}/{entry.slug}", task_type, place, "inferred", "made", "bench")
            for entry in facts
            for place, task_type in enumerate(entry.task_types)
        )
        keep_index(store)


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    """Processor time of one of `times` calls."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) * 1000 / times


def fresh_process_ms(path: Path, what: str) -> float:
    """Processor time of the answer in a process of its own, after its imports; the fastest of a few."""
    command = [sys.executable, "-c", ASK, str(path), what]
    return min(
        float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
        for _ in range(N_PROCESSES)
    )


def main() -> None:
    """Print a few lines a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 30_000])
    parser.add_argument("--questions", type=int, default=20)
    arguments = parser.parse_args()
    load_rules()
    SimilarIndex.build(make_facts(10)).search(Query(text=QUESTION))
    for size in arguments.sizes:
        facts = make_facts(size)
        started = time.process_time()
        index = SimilarIndex.build(facts)
        built_ms = (time.process_time() - started) * 1000
        kept = index.keep(STAMP)
        loaded_ms = milliseconds(lambda kept=kept, index=index: SimilarIndex.load(kept, STAMP, index.read_facts), 5)  # type: ignore[misc]
        print(f"{size:,} competitions: built in {built_ms:,.0f} ms, kept in {len(kept) / 1e6:.1f} MB")
        for what, query in (("in words", Query(text=QUESTION)), ("by slug", Query(slug=facts[0].slug))):
            asked_ms = milliseconds(lambda index=index, query=query: index.search(query), arguments.questions)  # type: ignore[misc]
            print(f"  {what}: {asked_ms:.1f} ms, 1/{built_ms / asked_ms:,.0f} of the building")
        print(f"  loaded: {loaded_ms:.1f} ms, 1/{built_ms / loaded_ms:,.0f} of the building")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "corpus.db"
            make_corpus(path, facts)
            told = [fresh_process_ms(path, what) for what in (QUESTION, facts[0].slug)]
        print(f"  a fresh process, after its imports: in words {told[0]:.0f} ms, by slug {told[1]:.0f} ms")


if __name__ == "__main__":
    main()
