"""Refresh from the kaggle source, through the real client, against an emulator on this machine.

    python scripts/check_kaggle.py [--shared ../shared] [--faults]

Says how many documents came and whether their content equals the files, what a second run over the unchanged world
costs, and whether edits and deletions are seen; with --faults, what is left of that under each rule of the emulator's
example plan and under all of them. Exit 1 when something that should be equal is not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus.ids import canonical_url
from corpus.store import Store
from miner.fetch.client import Surroundings, user_agent
from miner.fetch.kaggle_client import KaggleHost
from miner.jobs.refresh import Gauges, RefreshRequest, refresh
from miner.sources.kaggle import Kaggle

TOKEN = "not-a-real-token"  # noqa: S105  the emulator takes any
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """What one refresh brought."""

    counts: dict[str, int]
    hashes: dict[str, str]  # target key -> SHA-256 of the content that the store holds
    urls: dict[str, str]
    gone: list[str]
    failures: list[str]


@contextlib.contextmanager
def emulator(shared: Path, rules: list[dict[str, Any]]) -> Iterator[str]:
    """An emulator process on a free port; its address."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.json")
        plan.write_text(json.dumps({"rules": rules}), encoding="utf-8")
        command = [sys.executable, str(shared / "tools/kaggle_emulator.py"), "--corpus", str(shared / "data/corpus")]
        process = subprocess.Popen([*command, "--fault-plan", str(plan)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()
            process.wait()


def point_client_at(url: str) -> None:
    """Make Kaggle's client talk to this address, with a token that means nothing."""
    from kagglesdk import kaggle_env

    os.environ.update(KAGGLE_API_ENVIRONMENT="LOCALHOST", KAGGLE_API_TOKEN=TOKEN)
    kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.LOCAL] = url


def run(store: Store, hours: int) -> Outcome:
    """One refresh, so many hours after the first; waits are not slept."""
    now = NOW + timedelta(hours=hours)
    surroundings = Surroundings(clock=lambda: now, sleep=lambda seconds: None)
    with contextlib.closing(Kaggle(KaggleHost(user_agent(), 0, surroundings))) as source:
        report = refresh(store, [source], RefreshRequest(), gauges=Gauges(lambda: now))
    part = report.sources[0]
    failures = [f"{failure.item}: {failure.message}" for failure in part.failures]
    failures += [f"STOP: {part.stop.reason}"] if part.stop else []
    rows = store.execute(
        "SELECT t.key, t.content_hash, d.url, d.gone_at FROM targets t JOIN documents d ON d.id = t.document_id"
    )
    hashes = {row["key"]: row["content_hash"] for row in rows}
    gone = sorted(row["key"] for row in rows if row["gone_at"])
    return Outcome(part.counts, hashes, {row["key"]: row["url"] for row in rows}, gone, failures)


@contextlib.contextmanager
def empty_store() -> Iterator[Store]:
    """A database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder, "check.db")) as store:
        yield store


def expected(url: str, shared: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """By target key: SHA-256 of each served document's file, the address in the manifest, the manifest's name."""
    with (shared / "data/corpus/documents.jsonl").open(encoding="utf-8") as lines:
        manifest = {line["doc_id"]: line for line in map(json.loads, lines)}
    with urllib.request.urlopen(url + "/__docs") as answer:  # noqa: S310  this machine
        served = json.load(answer)
    hashes, urls, names = {}, {}, {}
    for row in served:
        line = manifest[row["doc_id"]]
        key = f"topic:{row['topic']}" if row["topic"] else f"kernel:{row['ref']}"
        if row["topic"] or row["ref"]:
            hashes[key], urls[key], names[key] = line["sha256"], line["url"], row["doc_id"]
    return hashes, urls, names


def show(title: str, outcome: Outcome, hashes: Mapping[str, str], started: float) -> int:
    """Print a run; how many documents are not there or differ."""
    lost = sum(outcome.hashes.get(key) != value for key, value in hashes.items())
    print(f"{title}: {len(hashes) - lost}/{len(hashes)} equal, {time.monotonic() - started:.1f} s")
    print("   ", {name: n for name, n in sorted(outcome.counts.items()) if n})
    for failure in outcome.failures[:5]:
        print("    !", failure)
    if len(outcome.failures) > 5:
        print(f"    ! and {len(outcome.failures) - 5} more")
    return lost


def post(url: str, path: str) -> None:
    """Tell the emulator to change its world."""
    urllib.request.urlopen(urllib.request.Request(url + path, method="POST")).close()  # noqa: S310  this machine


def check_world(shared: Path) -> bool:
    """First run, unchanged run, and a run after 10 notebooks were edited and 3 documents deleted."""
    with emulator(shared, []) as url, empty_store() as store:
        point_client_at(url)
        hashes, urls, names = expected(url, shared)
        started = time.monotonic()
        first = run(store, 0)
        is_good = show("first run", first, hashes, started) == 0 and not first.failures
        same = sum(canonical_url(first.urls[key]) == canonical_url(urls[key]) for key in urls if key in first.urls)
        print(f"    address as the manifest has it: {same}/{len(urls)}")
        started = time.monotonic()
        second = run(store, 1)
        show("second run, unchanged", second, hashes, started)
        is_good &= not second.failures and not any(second.counts.get(name) for name in ("new", "changed", "gone"))
        notebooks = sorted(key for key in hashes if key.startswith("kernel:"))
        deleted = sorted([notebooks[20], notebooks[30], min(key for key in hashes if key.startswith("topic:"))])
        for key in notebooks[:10]:
            post(url, f"/__touch?doc_id={names[key]}")
        for key in deleted:
            post(url, f"/__delete?doc_id={names[key]}")
        started = time.monotonic()
        third = run(store, 2)
        differing = {key for key, value in hashes.items() if third.hashes.get(key) != value}
        show("third run, 10 edited, 3 deleted", third, {}, started)
        return is_good and differing == set(notebooks[:10]) and third.gone == deleted and not third.failures


def check_faults(shared: Path) -> bool:
    """A first run under each rule of the example plan, and under all of them."""
    plan = json.loads((shared / "tools/fault_plan.example.json").read_text(encoding="utf-8"))["rules"]
    rules = [rule for rule in plan if not rule["route"].startswith("GET ")]
    is_good = True
    for chosen in [*([rule] for rule in rules), rules]:
        with emulator(shared, chosen) as url, empty_store() as store:
            point_client_at(url)
            hashes = expected(url, shared)[0]
            started = time.monotonic()
            outcome = run(store, 0)
        name = json.dumps(chosen[0]) if len(chosen) == 1 else "all rules together"
        is_good &= show(name, outcome, hashes, started) == len(outcome.failures)
    return is_good


def main() -> int:
    """Exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared")
    parser.add_argument("--faults", action="store_true", help="only the runs under the rules of the example plan")
    options = parser.parse_args()
    is_good = check_faults(options.shared) if options.faults else check_world(options.shared)
    print("good" if is_good else "NOT GOOD")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
