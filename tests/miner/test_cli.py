from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from question_sample import fill

from corpus.store import Store
from miner import cli, wiring
from miner.commands.door import MinerCommand
from miner.config import Settings, default_db_path
from miner.jobs import ask_popularity

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line on a copy of the sample corpus: exit code, stdout, stderr."""
    path = tmp_path / "sample.db"
    with Store.open(path) as store:
        fill(store)
    monkeypatch.setenv("MINER_DB", str(path))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    def run_main(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run_main


ASKING = [
    ["popularity"], ["trends", "--task", "audio"], ["together", "yolo"], ["winners", "frogs"], ["winners", "audio"],
    ["similar", "frogs", "in", "ponds"], ["why", "EfficientNet"], ["show", "wu-frogs-1"], ["show", "frogs"],
    ["show", "YOLO"], ["search", "worse"], ["status"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", ASKING, ids=" ".join)
@pytest.mark.parametrize("format_name", ["table", "json", "jsonl", "csv", "md", "html"])
def test_every_question_answers_in_every_format(run: Run, arguments: list[str], format_name: str) -> None:
    code, out, err = run(*arguments, "--format", format_name)
    assert (code, err) == (0, "")
    assert out.strip() or format_name == "jsonl"
    if format_name == "json":
        assert json.loads(out)["answer"] == arguments[0]
    if format_name == "jsonl":
        assert all(isinstance(json.loads(line), dict) for line in out.splitlines())


def test_options_may_stand_before_the_command_and_the_later_wins(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("--format", "json", "popularity")[1])["answer"] == "popularity"
    assert run("--format", "json", "popularity", "--format", "csv")[1].startswith("architecture,")
    other = tmp_path / "other.db"
    with Store.open(other) as store:
        fill(store, with_text=False)
    assert "Starter facts hold no text" in run("--db", str(other), "search", "worse")[1]
    assert "Starter facts hold no text" in run("search", "worse", "--db", str(other))[1]


def test_all_filters_reach_the_question(run: Run) -> None:
    given = (
        "--task audio --year 2023 --since 2023-01-01 --until 2024-01-01 --platform kaggle --metric roc --winners"
        " --verified --as-of 2023-12-31 --exclude moths --exclude t* --by family --limit 1 --format json"
    )
    query = json.loads(run("popularity", *given.split())[1])["query"]
    assert query == {
        "by": "family", "limit": 1, "task": "audio", "year": 2023, "since": "2023-01-01", "until": "2024-01-01",
        "platform": "kaggle", "metric": "roc", "rank_at_most": 10, "verified": True, "as_of": "2023-12-31",
        "exclude": ["moths", "t*"],
    }  # fmt: skip
    assert json.loads(run("popularity", "--winners", "--rank-at-most", "3", "--format", "json")[1])["query"][
        "rank_at_most"
    ] == 3  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["why", "EficientNet"], 1, "Did you mean EfficientNet"),
        (["show", "nothing-like-it"], 1, "no document, competition, architecture or claim"),
        (["popularity", "--task", "smells"], 1, "no task type called 'smells'"),
        (["popularity", "--since", "2024"], 2, "write it as 2024-06-01"),
        (["popularity", "--limit", "0"], 2, "0"),
        (["popularity", "--colour"], 2, "--colour"),
        (["search", "***"], 2, "at least one word"),
        (["export", "starter"], 2, "--out"),
        (["export", "claims", "--format", "md"], 2, "md"),
        (["--format", "md", "export", "claims"], 2, "no export of claims as md"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_on_stderr(run: Run, arguments: list[str], code: int, words: str) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert "Traceback" not in err


def test_a_corpus_that_cannot_be_used_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database, it is a text of some length" * 20, encoding="utf-8")
    code, _, err = run("--db", str(tmp_path / "text.db"), "popularity")
    assert code == 1
    assert err.startswith("miner: ")
    assert len(err.splitlines()) == 1


def test_an_interruption_says_that_what_is_done_is_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ask_popularity, "read_scope", interrupted)
    code, out, err = run("popularity")
    assert (code, out) == (130, "")
    assert "what is done is kept" in err


def test_add_analyse_and_a_broken_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "good.md").write_text("# Solution\n\nWe used LightGBM for everything.\n", encoding="utf-8")
    (folder / "empty.ipynb").write_bytes(b"")
    code, out, err = run("add", str(folder))
    assert code == 3
    assert "documents: 1 new" in out
    assert any("empty.ipynb: " in line for line in err.splitlines())
    (folder / "empty.ipynb").unlink()
    code, out, _ = run("add", str(folder))
    assert code == 0
    assert "nothing has changed" in out


def test_doctor_shows_its_checks(run: Run) -> None:
    code, out, _ = run("doctor", "--format", "json")
    rows = json.loads(out)["rows"]
    assert {"integrity", "foreign keys", "spans"} <= {row["check"] for row in rows}
    assert code == int(any(row["result"] == "WRONG" for row in rows))


def test_export_writes_stdout_or_a_file(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("export", "documents", "--task", "image")
    assert code == 0
    assert [json.loads(line)["doc_id"] for line in out.splitlines()] == ["wu-moths-2"]
    code, out, err = run("export", "competitions", "--format", "csv", "--out", str(tmp_path / "c.csv"))
    assert (code, out) == (0, "")
    assert "c.csv" in err
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").startswith("slug,title,")
    code, out, _ = run("export", "starter", "--out", str(tmp_path / "facts"))
    assert code == 0
    assert all(Path(line).exists() for line in out.splitlines())
    assert out


def test_quiet_says_nothing_but_the_result(run: Run, tmp_path: Path) -> None:
    code, out, err = run("-q", "--db", str(tmp_path / "new.db"), "status", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["answer"] == "status"


def test_a_missing_corpus_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "deep" / "corpus.db"
    path.parent.mkdir()
    said: list[str] = []
    with wiring.open_corpus(Settings(path), said.append) as store:
        assert store.meta("catalogue_version")
    assert len(said) == 1
    assert [file.name for file in path.parent.iterdir() if file.name.endswith(".new")] == []

    def broken(store: Store) -> bool:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("miner.jobs.starter.load_starter", broken)
    with pytest.raises(RuntimeError):
        wiring.make_corpus(tmp_path / "second.db")
    assert not list(tmp_path.glob("*second*"))


def test_settings_come_from_the_command_line_then_the_environment(tmp_path: Path) -> None:
    assert Settings.read({}).db_path == default_db_path()
    assert Settings.read({"MINER_DB": "a.db"}).db_path == Path("a.db")
    assert Settings.read({"MINER_DB": "a.db"}, Path("b.db")).db_path == Path("b.db")
    folders = os.pathsep.join([str(tmp_path), "~/notebooks", ""])
    assert Settings.read({"MINER_FOLDERS": folders}).folders == (tmp_path, Path("~/notebooks").expanduser())
    assert Settings.read({"MINER_DB": ""}).folders == ()


def test_every_command_has_two_examples_or_more_that_name_it() -> None:
    for name, command in cli.cli.commands.items():
        assert isinstance(command, MinerCommand)
        assert len(command.examples) >= 2
        assert command.help
        for example in command.examples:
            assert example.startswith("miner ")
            assert name in example.split()


@pytest.mark.parametrize("name", sorted(cli.cli.commands))
def test_help_of_every_command(run: Run, name: str) -> None:
    code, out, err = run(name, "--help")
    assert (code, err) == (0, "")
    assert "Examples:" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_a_reader_that_leaves_early_is_no_failure(run: Run, repository: Path) -> None:
    code = "import sys; from miner.cli import main; sys.exit(main())"
    command = f'"{sys.executable}" -c "{code}" export claims | head -c 20 > /dev/null; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], cwd=repository, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "0"
    assert done.stderr == ""
