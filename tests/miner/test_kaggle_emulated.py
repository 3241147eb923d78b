"""The kaggle source against the emulator of the whole service."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kaggle_scripted import NOW, Clock, point_at
from kaggle_world import NOTEBOOK, Run

from corpus.records import (
    Competition,
    Fetched,
    Gone,
)
from miner.fetch.kaggle_client import KaggleHost
from miner.sources.kaggle import Kaggle
from miner.sources.protocol import Scope


@contextmanager
def emulator(shared: Path, folder: Path) -> Iterator[str]:
    """The emulator of the development data, on a corpus that we wrote; its address."""
    command = [sys.executable, str(shared / "tools/kaggle_emulator.py"), "--corpus", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[1]
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def post(url: str, path: str) -> None:
    """Tell the emulator to change its world."""
    request = urllib.request.Request(url + path, method="POST")
    urllib.request.urlopen(request).close()


def write_corpus(folder: Path) -> dict[str, str]:
    """Two competitions with two write-ups and two notebooks; SHA-256 of each text by target key."""
    competitions = [
        {"slug": slug, "title": slug.title(), "platform": "kaggle", "year": 2025, "n_teams": 30}
        for slug in ("owls", "bats")
    ]
    base = {"competition": "owls", "platform": "kaggle", "author": "Ada", "date": "2026-01-05T10:00:00Z"}
    topic = "https://www.kaggle.com/competitions/owls/discussion/"
    code = "https://www.kaggle.com/code/ada/"
    rows = [
        ("w1", "writeup", "md", topic + "101", "1st place solution", "# We won\n\nWith *patience*.\n"),
        ("w2", "writeup", "md", topic + "102", "Ear tufts — what they tell", "Sübtle things: `x | y`\n"),
        ("n1", "notebook", "ipynb", code + "one", "One", NOTEBOOK),
        ("n2", "notebook", "ipynb", code + "two", "Two", NOTEBOOK + "\n"),
    ]
    (folder / "documents").mkdir()
    keys = {"w1": "topic:101", "w2": "topic:102", "n1": "kernel:ada/one", "n2": "kernel:ada/two"}
    documents, hashes = [], {}
    for name, kind, form, url, title, text in rows:
        (folder / "documents" / f"{name}.{form}").write_text(text, encoding="utf-8")
        documents.append(
            base | {"doc_id": name, "kind": kind, "format": form, "url": url, "title": title, "rank": None}
        )
        hashes[keys[name]] = hashlib.sha256(text.encode()).hexdigest()
    documents[0]["rank"] = 1
    for name, lines in (("competitions", competitions), ("documents", documents)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return hashes


def test_the_emulated_service_end_to_end(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = write_corpus(tmp_path)
    with emulator(shared, tmp_path) as url:
        point_at(url, monkeypatch)
        with closing(Kaggle(KaggleHost("us", 0, Clock().surroundings()))) as source:
            first = Run(list(source.discover(Scope(NOW), {})), [])
            assert first.failures == []
            answers = {key: source.fetch(first.targets[key], None) for key in hashes}
            n_first = source.n_requests
            post(url, "/__touch?doc_id=n1")
            post(url, "/__delete?doc_id=w2")
            second = Run(list(source.discover(Scope(NOW), first.visits)), [])
            gone = source.fetch(first.targets["topic:102"], None)
            n_second = source.n_requests - n_first - 2  # one that is gone is asked for twice
    found = {key: hashlib.sha256(a.content).hexdigest() for key, a in answers.items() if isinstance(a, Fetched)}
    assert found == hashes
    assert len(first.of(Competition)) == 2
    assert first.targets.keys() - hashes.keys() == {"competition:owls", "competition:bats"}
    assert n_second == 1 + 2 + 2, "a page of competitions, and one of topics and of notebooks for each"
    moved = {key for key, t in second.targets.items() if t.kind == "notebook" and t != first.targets[key]}
    assert moved == {"kernel:ada/one"}
    assert "topic:102" not in second.targets
    assert isinstance(gone, Gone)
    assert second.targets["topic:101"] == first.targets["topic:101"]
