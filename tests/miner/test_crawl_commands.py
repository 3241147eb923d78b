from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from crawl_world import STOP, Clock, Page, World, failure, url_of

from corpus.records import Target, Visit
from corpus.store import Store
from miner import cli, wiring_sources
from miner.sources.protocol import Answer
from miner.wiring_sources import Opened

Run = Callable[..., tuple[int, str, str]]


class Signalled(World):
    """Sends its own process a signal when it is asked for the second page."""

    number = signal.SIGTERM

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        if target.key == "b":
            os.kill(os.getpid(), self.number)
        return super().fetch(target, visit)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.db"
    Store.open(path).close()
    return path


@pytest.fixture
def run(database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line on an empty corpus, with these sources in the place of the real ones."""
    monkeypatch.setenv("MINER_DB", str(database))
    monkeypatch.setenv("MINER_CONFIG", "")
    monkeypatch.setenv("HOME", str(database.parent))

    def run_main(*arguments: str, sources: Sequence[World] = ()) -> tuple[int, str, str]:
        @contextmanager
        def opened(*_: object, **__: object) -> Iterator[Opened]:
            yield Opened(tuple(sources), None)

        with monkeypatch.context() as patch:
            if sources:
                patch.setattr(wiring_sources, "open_sources", opened)
            code = cli.main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run_main


def pages(kind: type[World] = World) -> World:
    return kind(Clock(), {key: Page(f"Text {key}.") for key in "abc"})


def test_a_refresh_says_what_it_did(run: Run) -> None:
    world = pages()
    assert run("refresh", "ponds-web", sources=[world])[:2] == (
        0, "ponds-web: 3 new, 1 new competitions, 3 requests\n",
    )  # fmt: skip
    assert run("refresh", "ponds-web", sources=[world])[:2] == (0, "ponds-web: nothing is due\n")


def test_failures_stops_and_budgets_are_said(run: Run) -> None:
    failing, stopped, long = pages(), World(Clock(), name="other"), World(Clock(), {"d": Page("x")}, name="long")
    failing.answers["b"] = failure("b")
    stopped.last = [STOP]
    code, out, err = run("refresh", "--max-requests", "3", sources=[stopped, failing, long])
    assert code == 3
    assert url_of("b") in err
    assert out.splitlines() == [
        "other: 1 new competitions",
        f"other: stopped: {STOP.reason}",
        "ponds-web: 2 new, 1 failed, 3 requests",
        "ponds-web: budget reached; the rest stays due",
        "long: budget reached; the rest stays due",
    ]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_with_what_is_done_kept(run: Run, database: Path, number: signal.Signals, code: int) -> None:
    world = pages(Signalled)
    world.number = number  # type: ignore[attr-defined]
    assert run("refresh", "ponds-web", sources=[world])[0] == code
    with Store.open(database) as store:
        assert [document.name for document in store.documents()] == ["a"]
        assert store.execute("SELECT outcome FROM runs")[0][0] == "interrupted"
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert run("refresh", "ponds-web", sources=[pages()])[:2] == (0, "ponds-web: 2 new, 2 requests\n")


def test_a_dry_run_names_what_it_would_ask_for(run: Run, database: Path) -> None:
    before = database.read_bytes()
    code, out, _ = run("refresh", "ponds-web", "--dry-run", sources=[pages()])
    assert (code, out.splitlines()) == (
        0, ["ponds-web: would ask for 3 of 3 listed", *(f"  {url_of(key)}" for key in "abc")],
    )  # fmt: skip
    assert database.read_bytes() == before


def test_without_network_and_configuration_each_source_says_what_it_needs(run: Run) -> None:
    code, out, err = run("refresh", "--offline")
    assert code == 0
    assert "kaggle: stopped: needs the network, and --offline was asked for" in out
    assert "meta-kaggle: not configured" in err
    shown = run("sources", "--format", "json")
    kaggle = json.loads(shown[1])["rows"][0]
    assert (kaggle["source"], kaggle["outcome"]) == ("kaggle", "stopped")


def test_an_unknown_source_is_a_usage_error_that_names_the_known(run: Run) -> None:
    code, out, err = run("refresh", "kagle")
    assert (code, out) == (2, "")
    assert "kagle" in err
    assert "meta-kaggle" in err


def test_changes_need_a_day(run: Run) -> None:
    assert run("changes")[0] == 2
    assert run("changes", "--since", "yesterday")[0] == 2
    code, out, _ = run("changes", "--since", "2026-11-01", "--format", "json")
    assert (code, json.loads(out)["rows"]) == (0, [])
