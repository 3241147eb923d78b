from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from meta_samples import Kept, texts

from corpus.records import Competition, Failure, LeaderboardRank
from miner.sources.meta_download import download_tables
from miner.sources.meta_kaggle import open_source
from miner.sources.meta_layouts import FOR_WRITEUPS, TAGS, TEAMS

TEXT = 'We used "ConvNeXt",\nthen LightGBM.\n'
Start = Callable[..., str]


@pytest.fixture
def start(shared: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts an emulator of Kaggle's data sets on a small corpus of our own; gives its address."""
    corpus = tmp_path / "corpus"
    (corpus / "documents").mkdir(parents=True)
    competition = {"slug": "pond-life", "title": "Pond Life", "deadline": "2024-05-31", "tags": ["image"], "n_teams": 9}
    document = {"doc_id": "w1", "kind": "writeup", "format": "md", "competition": "pond-life", "platform": "kaggle",
                "rank": 2, "title": "2nd place solution", "author": "Ann Newt", "date": "2024-06-02",
                "url": "https://www.kaggle.com/competitions/pond-life/discussion/601"}  # fmt: skip
    (corpus / "competitions.jsonl").write_text(json.dumps(competition) + "\n", encoding="utf-8")
    (corpus / "documents.jsonl").write_text(json.dumps(document) + "\n", encoding="utf-8")
    (corpus / "documents" / "w1.md").write_text(TEXT, encoding="utf-8")
    running: list[subprocess.Popen[str]] = []

    def begin(*rules: Mapping[str, object]) -> str:
        plan = tmp_path / "plan.json"
        plan.write_text(json.dumps({"rules": rules}), encoding="utf-8")
        command = [sys.executable, str(shared / "tools" / "kaggle_emulator.py"), "--corpus", str(corpus), "--port", "0"]
        process = subprocess.Popen([*command, "--fault-plan", str(plan)], stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        return process.stdout.readline().split()[1]

    yield begin
    for process in running:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def environ(address: str) -> dict[str, str]:
    """An environment whose client meets the emulator, with credentials that must not be used."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return kept | {
        "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
        "HTTP_PROXY": address,
        "http_proxy": address,
        "KAGGLE_USERNAME": "somebody",
        "KAGGLE_KEY": "not-to-be-sent",
    }


def stats(address: str) -> dict[str, list[dict[str, object]]]:
    """What the emulator saw."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{address}/__stats") as answer:
        found: dict[str, list[dict[str, object]]] = json.load(answer)
        return found


def test_the_tables_come_without_an_account_and_once(start: Start, tmp_path: Path) -> None:
    address = start()
    kept, options = Kept(), {"cache_dir": str(tmp_path / "cache")}
    items, answers = kept.refresh(open_source(options, None, environ(address)))
    assert [item.message for item in items if isinstance(item, Failure)] == []
    assert [item.slug for item in items if isinstance(item, Competition)] == ["pond-life"]
    assert ("Ann Newt", 2) in {(item.name, item.rank) for item in items if isinstance(item, LeaderboardRank)}
    assert list(texts(answers).values()) == [TEXT]
    log = stats(address)["log"]
    assert {request["auth"] for request in log} == {""}
    first = [request["path"] for request in log if str(request["path"]).startswith("/storage/")]
    assert len(first) == len(FOR_WRITEUPS)
    again, answers = kept.refresh(open_source(options, None, environ(address)))
    assert answers == {}
    assert not [item for item in again if isinstance(item, Failure)]
    log = stats(address)["log"]
    assert [request["path"] for request in log if str(request["path"]).startswith("/storage/")] == first
    assert not list((tmp_path / "cache").glob("*.part"))


@pytest.mark.parametrize(
    "fault", [{"fault": "truncate", "keep": 0.6}, {"fault": "status", "code": 404}, {"fault": "reset"}]
)
def test_a_broken_download_keeps_the_old_table(start: Start, tmp_path: Path, fault: Mapping[str, object]) -> None:
    address = start({"route": "GET /storage*", "at": [1], **fault})
    (tmp_path / "Tags.csv").write_text("Id,Name\n1,old\n", encoding="utf-8")
    (failure,) = download_tables([TAGS], tmp_path, environ(address), 60)
    assert failure.item == "Tags.csv"
    assert (tmp_path / "Tags.csv").read_text(encoding="utf-8") == "Id,Name\n1,old\n"
    assert list(download_tables([TAGS], tmp_path, environ(address), 60)) == []
    assert "image" in (tmp_path / "Tags.csv").read_text(encoding="utf-8")


def test_a_server_that_refuses_is_a_failure_of_each_table(tmp_path: Path) -> None:
    nowhere = environ("http://127.0.0.1:9")  # nothing listens on the discard port
    failures = list(download_tables([TAGS, TEAMS], tmp_path, nowhere, 60))
    assert [failure.item for failure in failures] == ["Tags.csv", "Teams.csv"]
    assert "not-to-be-sent" not in "".join(failure.message for failure in failures)


class Ended:
    """A client process that has ended."""

    returncode, stderr = 0, b""

    def __init__(self, lines: Sequence[Mapping[str, object]]) -> None:
        self.stdout = b"noise\n" + b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_copies_of_other_versions_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = tmp_path / ".kagglehub" / "datasets" / "kaggle" / "meta-kaggle" / "versions"
    for number in (6, 7):
        (versions / str(number)).mkdir(parents=True)
        (versions / str(number) / "Tags.csv").write_text(f"Id,Name\n{number},a\n", encoding="utf-8")
    line = {"table": "Tags", "path": str(versions / "7" / "Tags.csv"), "version": 7, "listed_bytes": None}
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: Ended([line]))
    assert list(download_tables([TAGS], tmp_path, {}, 60)) == []
    assert [path.name for path in versions.iterdir()] == ["7"]
    assert (tmp_path / "Tags.csv").read_text(encoding="utf-8") == "Id,Name\n7,a\n"


def test_a_client_that_hangs_is_ended_and_its_tables_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = tmp_path / "fetched.csv"
    fetched.write_text("Id,Name\n7,a\n", encoding="utf-8")
    line = {"table": "Tags", "path": str(fetched), "version": 7, "listed_bytes": 12}

    def run(*_: object, timeout: float, **__: object) -> None:
        raise subprocess.TimeoutExpired("client", timeout, output=Ended([line]).stdout)

    monkeypatch.setattr(subprocess, "run", run)
    (failure,) = download_tables([TAGS, TEAMS], tmp_path, {}, 60)
    assert (failure.item, failure.message) == ("Teams.csv", "not fetched: not done within 60 s")
    assert (tmp_path / "Tags.csv").exists()


def test_the_client_gets_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Mapping[str, str]] = []

    def run(*_: object, env: Mapping[str, str], **__: object) -> Ended:
        seen.append(env)
        return Ended([])

    monkeypatch.setattr(subprocess, "run", run)
    given = {"KAGGLE_API_TOKEN": "secret", "KAGGLE_KEY": "secret", "HOME": "/home/me", "LANG": "C"}
    (failure,) = download_tables([TAGS], tmp_path, given, 60)
    assert "secret" not in json.dumps(seen)
    assert seen[0]["LANG"] == "C"
    assert seen[0]["HOME"] == seen[0]["KAGGLE_CONFIG_DIR"] != "/home/me"
    assert failure.message == "not fetched: the client ended without a word"
