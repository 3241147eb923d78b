"""Quality of reading lists for task types, beside a plain baseline (ranked documents, newest first).

    python scripts/score_reading_lists.py [--db FILE] [--limit N] [--tasks TASK ... | --n-tasks N]

Without --tasks: the N task types that most documented solutions are of. Last comes in how many of them the list covers
less than the baseline, and the mean share of winners' lineages that both cover; exit 1 where it is less in any.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from analysis.reading import Item, Limits, choose, is_link, overlap
from corpus.records import Filters
from corpus.store import Store
from corpus.views import select_competitions, select_solutions
from miner.config import Settings
from miner.jobs.ask_reading import coverage_of, diversity_of
from miner.jobs.ask_reading_items import Gathered, Subject, gather

N_TASKS = 8
HEADER = (
    "| task type | list | items | kinds | architectures | competitions | years | winners' lineages | not read |"
    " most overlap |"
)


def main_tasks(store: Store, n: int) -> list[str]:
    """Main task types by documented solutions, most first."""
    tasks = {c.competition_id: c.main_task_type for c in select_competitions(store, Filters())}
    counts = Counter(tasks.get(s.competition_id) for s in select_solutions(store, Filters()))
    return [task for task, _ in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0] or "")) if task][:n]


def newest_ranked(found: Gathered, limit: int) -> tuple[Item, ...]:
    """The baseline: items with a rank, newest first, then the better rank."""
    ranked = [item for item in found.items if item.rank is not None]
    return tuple(sorted(ranked, key=lambda i: (-(i.year or 0), i.rank or 0, i.key))[:limit])


def line(task: str, name: str, found: Gathered, chosen: Sequence[Item]) -> str:
    """One row of the table."""
    covered, missing = coverage_of(found, chosen)
    seen = diversity_of(chosen)
    pairs = [(a, b) for n, a in enumerate(chosen) for b in chosen[:n] if (a.kind == "paper") == (b.kind == "paper")]
    most = max((overlap(a.teaches, b.teaches) for a, b in pairs), default=0.0)
    cells = [task, name, *(seen[f"n_{key}"] for key in ("items", "kinds", "architectures", "competitions", "years"))]
    cells += [f"{len(covered)}/{len(covered) + len(missing)}", sum(map(is_link, chosen)), f"{most:.2f}"]
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    """Print the table; 1 where a list covers less than the baseline."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--db", type=Path)
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--n-tasks", type=int, default=N_TASKS)
    parser.add_argument("--tasks", nargs="*")
    arguments = parser.parse_args()
    print(HEADER)
    print("|" + " --- |" * (HEADER.count("|") - 1))
    shares: list[tuple[str, float, float]] = []
    with Store.open(Settings.read(db=arguments.db).db_path, read_only=True) as store:
        for task in arguments.tasks or main_tasks(store, arguments.n_tasks):
            found = gather(store, Subject("task", task, Filters(task=task)))
            weights = {count.key: count.share for count in found.winning}
            ours = choose(found.items, weights, Limits(arguments.limit))
            plain = newest_ranked(found, arguments.limit)
            print(line(task, "reading list", found, ours))
            print(line(task, "newest ranked", found, plain))
            if found.winning:
                one, other = (len(coverage_of(found, chosen)[0]) / len(found.winning) for chosen in (ours, plain))
                shares.append((task, one, other))
    below = [task for task, one, other in shares if one < other]
    means = [sum(share[at] for share in shares) / len(shares) if shares else 0.0 for at in (1, 2)]
    print(f"\n{len(shares)} task types with winners; less than the baseline: {', '.join(below) or 'none'}.")
    print(f"Mean share of winners' lineages: {means[0]:.2f}, baseline {means[1]:.2f}.")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
