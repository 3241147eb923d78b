"""Refresh thirty pages of a blog host on this machine: politeness, freshness, and what is left under faults.

    python scripts/check_blogs.py [--shared ../shared] [--port 39471]

One host, the emulator's: pages listed by its sitemap. A first run brings them, a second asks for lists only, and after
ten edits and three deletions exactly those are new versions and gone. Then a first run under each fault; what passes
must leave the same content, what does not must leave one failure for each lost page. Exit 1 when something differs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from corpus.store import Store
from miner.fetch.client import Surroundings, open_web
from miner.jobs.refresh import Gauges, RefreshRequest, SourceReport, refresh
from miner.sources.blogs import open_source

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
N_PAGES = 30
PASSING: list[dict[str, Any]] = [
    {"route": "GET /blog", "at": [1], "fault": "slow", "seconds": 1},
    {"route": "GET /blog", "at": [3], "fault": "reset"},
    {"route": "GET /blog", "at": [7], "fault": "truncate", "keep": 0.5},
    {"route": "GET /blog", "at": [9], "fault": "status", "code": 503},
    {"route": "GET /blog", "at": [12], "fault": "status", "code": 429, "retry_after": 1},
    {"route": "GET /sitemap.xml", "at": [1], "fault": "status", "code": 502},
]
LOSING: list[dict[str, Any]] = [
    {"route": "GET /blog", "at": [2], "fault": "content_type", "body": "<html>please sign in</html>"},
    {"route": "GET /blog", "where": {"doc_id": "bl-datasciencebowl-*"}, "fault": "status", "code": 500},
]


@contextlib.contextmanager
def emulator(shared: Path, port: int, rules: list[dict[str, Any]]) -> Iterator[str]:
    """An emulator process; always on the same port, since its pages hold their own address."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.json")
        plan.write_text(json.dumps({"rules": rules}), encoding="utf-8")
        command = [sys.executable, str(shared / "tools/kaggle_emulator.py"), "--corpus", str(shared / "data/corpus")]
        command += ["--port", str(port), "--crawl-delay", "0", "--fault-plan", str(plan)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()
            process.wait()


def run(store: Store, url: str, hours: int) -> tuple[SourceReport, dict[str, str]]:
    """One refresh, so many hours after the first: what it did, and page -> hash of what the store holds."""
    now = NOW + timedelta(hours=hours)
    web = open_web(pace_s=0, surroundings=Surroundings(clock=lambda: now, sleep=lambda seconds: None))
    source = open_source({"sitemaps": [f"{url}/sitemap.xml"], "max_pages": N_PAGES}, web, {})
    report = refresh(
        store, [source], RefreshRequest(), gauges=Gauges(lambda: now, n_web_requests=lambda: web.n_requests)
    )
    rows = store.execute("SELECT key, content_hash FROM targets WHERE content_hash IS NOT NULL")
    return report.sources[0], {row["key"]: row["content_hash"] for row in rows}


def tell(url: str, path: str) -> Any:
    """Ask or change the emulator's world."""
    method = "GET" if path == "/__stats" else "POST"
    with urllib.request.urlopen(urllib.request.Request(url + path, method=method)) as answer:  # noqa: S310  this machine
        return json.load(answer)


def check_world(shared: Path, port: int) -> tuple[bool, dict[str, str]]:
    """First run, unchanged run, and a run after ten edits and three deletions; the first run's pages."""
    with emulator(shared, port, []) as url, Store.open(Path(":memory:")) as store:
        first, pages = run(store, url, 0)
        second, _ = run(store, url, 1)
        names = sorted(pages)
        for page in names[:10]:
            tell(url, f"/__touch?doc_id={page.rsplit('/', 1)[1]}")
        for page in names[-3:]:
            tell(url, f"/__delete?doc_id={page.rsplit('/', 1)[1]}")
        third, after = run(store, url, 2)
        stats = tell(url, "/__stats")
    edited = {page for page in names if after.get(page) != pages[page]}
    for title, report in (("first", first), ("unchanged", second), ("10 edited, 3 deleted", third)):
        print(f"{title}: { ({name: n for name, n in sorted(report.counts.items()) if n}) }")
    print(f"disallowed {stats['disallowed_hits']}, crawl-delay violations {stats['crawl_delay_violations']}")
    is_good = len(pages) == N_PAGES and not any(second.counts.get(name) for name in ("new", "changed", "gone"))
    is_good &= edited == set(names[:10]) and third.counts.get("gone") == 3
    return is_good and not stats["disallowed_hits"], pages


def check_faults(shared: Path, port: int, pages: dict[str, str]) -> bool:
    """A first run under each fault, and under all of them."""
    is_good = True
    for chosen in [*([rule] for rule in (*PASSING, *LOSING)), [*PASSING, *LOSING]]:
        with emulator(shared, port, chosen) as url, Store.open(Path(":memory:")) as store:
            report, found = run(store, url, 0)
        lost = sum(found.get(page) != value for page, value in pages.items())
        may_lose = any(rule in LOSING for rule in chosen)
        is_good &= lost == len(report.failures) and (may_lose or not lost)
        name = json.dumps(chosen[0]) if len(chosen) == 1 else "all together"
        print(f"{name}: {len(pages) - lost}/{len(pages)} equal, {len(report.failures)} failures")
    return is_good


def main() -> int:
    """Exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--port", type=int, default=39471)
    options = parser.parse_args()
    is_good, pages = check_world(options.shared, options.port)
    is_good &= check_faults(options.shared, options.port, pages)
    print("good" if is_good else "NOT GOOD")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
