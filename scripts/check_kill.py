"""Kill the program with SIGKILL at random points and show that nothing is lost, torn or doubled.

    python scripts/check_kill.py                                        50 points of `miner add` on documents made here
    python scripts/check_kill.py --emulator ../shared/tools/kaggle_emulator.py --corpus ../shared/data/corpus
                                                                        50 points of `miner refresh kaggle`

At each point: a new database, a child that is killed, a check of the file (SQLite, search index, references, spans, and
every noted hash has its bytes), the same command again to its end, and a comparison with a run that was not disturbed.
Exit 1 when anything differs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.store import Store

N_DOCUMENTS = 3000  # that are made for `add`
SECONDS = 300  # for one run
CONTENT_SQL = (
    "SELECT id, name, kind, title, author, url, competition_id, solution_id, content_hash, copy_of, gone_at IS NULL "
    "FROM documents ORDER BY id",
    "SELECT document_id, content_hash, size_bytes FROM document_versions ORDER BY 1, 2",
    "SELECT document_id, source, rank, evidence FROM document_ranks ORDER BY 1, 2",
    "SELECT id, title, year, metric, n_teams FROM competitions ORDER BY id",
    "SELECT competition_id, url, rank FROM solution_links ORDER BY 1, 2",
    "SELECT source, key, document_id, content_hash, fetched_signature, gone_at IS NULL FROM targets ORDER BY 1, 2",
    "SELECT competition_id, name, kind, rank, source FROM leaderboard_ranks ORDER BY 1, 2, 3, 4, 5",
)
TORN_SQL = """
SELECT 'target ' || t.key FROM targets t WHERE t.content_hash IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM document_versions v WHERE v.document_id = t.document_id AND v.content_hash = t.content_hash)
UNION ALL
SELECT 'document ' || d.name FROM documents d WHERE d.content_hash IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM document_versions v WHERE v.document_id = d.id AND v.content_hash = d.content_hash)
"""


@dataclass(frozen=True)
class Work:
    """A command that fills a database, and the environment it needs."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    def start(self, database: Path) -> subprocess.Popen[bytes]:
        """The child, silent."""
        command = [sys.executable, "-m", "miner.cli", "--quiet", "--db", str(database), *self.arguments]
        return subprocess.Popen(
            command, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def finish(self, database: Path) -> None:
        """The command to its end."""
        child = self.start(database)
        _, said = child.communicate(timeout=SECONDS)
        if child.returncode:
            raise SystemExit(f"{' '.join(self.arguments)} ended with {child.returncode}: {said.decode()[-500:]}")


def content_of(database: Path) -> list[list[tuple[object, ...]]]:
    """Everything that must not depend on when the program was killed."""
    with Store.open(database) as store:
        return [[tuple(row) for row in store.execute(sql)] for sql in CONTENT_SQL]


def problems_of(database: Path) -> list[str]:
    """What is wrong with a database whose writer was killed."""
    if not database.exists():
        return []
    with Store.open(database) as store:
        wrong = [f"{check.name}: {check.detail}" for check in store.checks() if not check.ok]
        return wrong + [f"no bytes for {row[0]}" for row in store.execute(TORN_SQL)]


def check_points(work: Work, n_points: int, rng: random.Random, folder: Path) -> int:
    """How many points show something wrong; each is said in one line."""
    work.finish(folder / "first.db")  # the first run is slower than those that are killed
    whole = folder / "whole.db"
    started = time.monotonic()
    work.finish(whole)
    seconds = time.monotonic() - started
    expected = content_of(whole)
    print(f"undisturbed: {seconds:.1f} s, {len(expected[0])} documents, {len(expected[5])} targets")
    n_wrong, n_killed, kept = 0, 0, set[int]()
    for n in range(1, n_points + 1):
        database = folder / f"point-{n}.db"
        at = rng.uniform(0.1, 1.0) * seconds
        child = work.start(database)
        try:
            child.wait(timeout=at)
        except subprocess.TimeoutExpired:
            child.kill()
            n_killed += 1
        child.communicate()
        wrong = problems_of(database)
        kept.add(len(content_of(database)[1]) if database.exists() else -1)
        work.finish(database)
        wrong += problems_of(database)
        if content_of(database) != expected:
            wrong.append("the content differs from the undisturbed run's")
        n_wrong += bool(wrong)
        for line in wrong:
            print(f"point {n}, after {at:.2f} s: {line}")
        for path in folder.glob(f"point-{n}.db*"):
            path.unlink()
    print(f"{n_points} points, {n_killed} killed before the end, {len(kept)} different amounts kept, {n_wrong} wrong")
    return n_wrong


def make_documents(folder: Path, n: int) -> Path:
    """A folder of small documents, each different."""
    made = folder / "documents"
    made.mkdir()
    for number in range(n):
        words = " ".join(f"word{number * 31 + place}" for place in range(400))
        (made / f"note-{number}.md").write_text(f"# Note {number}\n\nWe trained a ResNet-{number}. {words}\n")
    return made


@contextlib.contextmanager
def emulator(script: Path, corpus: Path, folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which Kaggle's client talks to an emulator on this machine."""
    command = [sys.executable, str(script), "--corpus", str(corpus), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[1]
        yield {
            "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
            "KAGGLE_API_TOKEN": "not-a-real-token",
            "KAGGLE_CONFIG_DIR": str(folder),
            "HTTP_PROXY": address,
            "http_proxy": address,
            "NO_PROXY": "",
            "no_proxy": "",
        }
    finally:
        process.terminate()
        process.wait()


def main() -> int:
    """0 when every point is right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=N_DOCUMENTS, help="that are made for `miner add`")
    parser.add_argument("--folder", type=Path, help="for `miner add`, instead of documents made here")
    parser.add_argument("--emulator", type=Path, help="kill `miner refresh kaggle` instead, against this emulator")
    parser.add_argument("--corpus", type=Path, help="what the emulator serves")
    parser.add_argument("--competition", action="append", default=[], help="only these, to make a run shorter")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        environment = {"MINER_CONFIG": "", "HOME": name}
        if options.emulator is None:
            work = Work(("add", str(options.folder or make_documents(folder, options.documents))), environment)
        else:
            if options.corpus is None:
                parser.error("--emulator needs --corpus")
            environment |= stack.enter_context(emulator(options.emulator, options.corpus, folder))
            limits = [word for slug in options.competition for word in ("--competition", slug)]
            work = Work(("refresh", "kaggle", "--pace-s", "0", *limits), environment)
        return int(check_points(work, options.points, rng, folder) > 0)


if __name__ == "__main__":
    sys.exit(main())
