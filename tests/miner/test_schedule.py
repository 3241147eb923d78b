"""A schedule is shown, installed, found again, run by its own command, and removed; for each of the three ways."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from corpus.errors import UsageError
from corpus.store import Store
from miner import cli
from miner.jobs import schedule
from miner.jobs.schedule import WORKFLOW, Every, Finished, Machine, Way, run_command
from miner.jobs.schedule_texts import Moment, cron_fields, cron_line, service_text

FAKE_CRONTAB = """#!/bin/sh
if [ "$1" = -l ]; then
  if [ -f "$TAB" ]; then cat "$TAB"; else echo "no crontab for you" >&2; exit 1; fi
else
  cat > "$TAB"
fi
"""


class Systemd:
    """Answers `systemctl --user` and remembers what it was asked."""

    def __init__(self, refuses: str = "", is_there: bool = True) -> None:
        self.asked: list[str] = []
        self.refuses, self.is_there = refuses, is_there

    def __call__(self, command: Sequence[str], given: str) -> Finished:
        if command[0] != "systemctl" or not self.is_there:
            return Finished(127, "", "there is none")
        self.asked.append(" ".join(command[2:]))
        return (
            Finished(1, "", "Access denied\nmore") if self.refuses and self.refuses in command else Finished(0, "", "")
        )


def machine(tmp_path: Path, run: schedule.Runner, **variables: str) -> Machine:
    return Machine(
        run, {"PATH": str(tmp_path / "bin"), **variables}, tmp_path / "home", tmp_path, "box", "/py/bin/python"
    )


def put_program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / name).chmod(stat.S_IRWXU)


@pytest.fixture
def with_cron(tmp_path: Path) -> Machine:
    """A machine whose crontab is a file in a temporary folder."""
    put_program(tmp_path / "bin", "crontab", FAKE_CRONTAB)
    environ = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "TAB": str(tmp_path / "tab")}
    return Machine(
        lambda command, given: run_command(command, given, environ), environ, tmp_path, tmp_path, "box", sys.executable
    )


def test_a_systemd_timer_is_written_switched_on_found_and_removed(tmp_path: Path) -> None:
    systemd = Systemd()
    here = machine(tmp_path, systemd, XDG_CONFIG_HOME=str(tmp_path / "etc"), MINER_CONFIG="50% of.toml")
    db = tmp_path / "a b.db"
    assert schedule.detect(here) == "systemd"
    plan = schedule.make_plan(db, "day", "systemd", here)
    schedule.install(plan, db, here)
    schedule.install(plan, db, here)
    service, timer = (path for path, _ in plan.files)
    assert service.parent == tmp_path / "etc" / "systemd" / "user"
    assert "RandomizedDelaySec=4h\nPersistent=true" in timer.read_text()
    words = service.read_text()
    assert f'"--db" "{db}" "refresh" "--due"' in words
    assert words.index('"refresh"') < words.index('"analyse"')
    assert "50%% of.toml" in words
    assert "SuccessExitStatus=3 75" in words
    assert systemd.asked[-2:] == ["daemon-reload", f"enable --now {timer.name}"]
    assert schedule.installed(db, here) == (plan,)
    assert schedule.installed(tmp_path / "other.db", here) == ()
    assert service.name in schedule.run_by_hand(plan)
    assert schedule.remove(db, here) == (plan,)
    assert systemd.asked[-2:] == [f"disable --now {timer.name}", "daemon-reload"]
    assert not service.exists()
    assert not timer.exists()
    assert schedule.remove(db, here) == ()


def test_a_systemd_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    here = machine(tmp_path, Systemd(refuses="enable"))
    plan = schedule.make_plan(tmp_path / "c.db", "week", "systemd", here)
    with pytest.raises(UsageError, match="Access denied"):
        schedule.install(plan, tmp_path / "c.db", here)
    assert not [path for path, _ in plan.files if path.exists()]


def test_a_machine_without_either_is_told_what_works(tmp_path: Path) -> None:
    here = machine(tmp_path, Systemd(is_there=False))
    with pytest.raises(UsageError, match="--with github"):
        schedule.detect(here)
    put_program(tmp_path / "bin", "crontab", FAKE_CRONTAB)
    assert schedule.detect(here) == "cron"


def test_a_crontab_keeps_what_others_wrote(with_cron: Machine, tmp_path: Path) -> None:
    tab, one, other = tmp_path / "tab", tmp_path / "one.db", tmp_path / "other.db"
    tab.write_text("MAILTO=me\n0 1 * * * backup # solution-miner of my own\n")
    before = tab.read_text()
    for db, every in ((one, "day"), (other, "week"), (one, "hour")):
        schedule.install(schedule.make_plan(db, every, "cron", with_cron), db, with_cron)  # type: ignore[arg-type]
    assert tab.read_text().startswith(before)
    assert len(tab.read_text().splitlines()) == 4
    (plan,) = schedule.remove(one, with_cron)
    assert plan.line.split()[1:5] == ["*"] * 4
    assert str(one) not in tab.read_text()
    assert str(other) in tab.read_text()
    with pytest.raises(UsageError, match="scheduled already, with cron"):
        schedule.install(schedule.make_plan(other, "day", "systemd", with_cron), other, with_cron)
    schedule.remove(other, with_cron)
    assert tab.read_text() == before


def test_a_crontab_that_cannot_be_read_is_not_overwritten(tmp_path: Path) -> None:
    asked = []

    def run(command: Sequence[str], given: str) -> Finished:
        asked.append(command)
        return Finished(1, "", "you are not allowed to use this program")

    put_program(tmp_path / "bin", "crontab", FAKE_CRONTAB)
    here = machine(tmp_path, run)
    with pytest.raises(UsageError, match="not allowed"):
        schedule.install(schedule.make_plan(tmp_path / "c.db", "day", "cron", here), tmp_path / "c.db", here)
    assert ["crontab", "-"] not in asked


def test_a_workflow_is_written_into_the_clone_and_never_over_another(tmp_path: Path) -> None:
    here = machine(tmp_path, Systemd())
    db, path = tmp_path / "c.db", tmp_path / WORKFLOW
    plan = schedule.make_plan(db, "week", "github", here)
    schedule.install(plan, db, here)
    text = path.read_text()
    assert "pip install solution-miner" in text
    assert "secrets.KAGGLE_API_TOKEN" in text
    assert str(tmp_path) not in text
    assert schedule.installed(db, here) == (plan,)
    schedule.remove(db, here)
    assert not path.exists()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "solution-miner"\n')
    assert "pip install ." in schedule.make_plan(db, "day", "github", here).text
    path.write_text("name: mine\n")
    with pytest.raises(UsageError, match="left as it is"):
        schedule.install(plan, db, here)
    assert path.read_text() == "name: mine\n"
    assert schedule.installed(db, here) == ()


@pytest.mark.parametrize("way", ["systemd", "cron"])
def test_a_path_that_would_end_a_line_is_refused(tmp_path: Path, way: Way) -> None:
    here = machine(tmp_path, Systemd())
    with pytest.raises(UsageError, match="no timer can be given"):
        schedule.make_plan(tmp_path / "a\nb.db", "day", way, here)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20))
def test_odd_paths_reach_the_program_whole(name: str) -> None:
    line = cron_line("day", Moment(1, 2, 3, 4), [["miner", "--db", f"/a/{name}"]], {"V": name}, "# mark")
    assert line.startswith("2 3 * * * sleep 1; V=")
    assert line.endswith(" # mark")
    assert line.count("%") == line.count("\\%")
    body = line.split(" ", 5)[5].removesuffix(" # mark").replace("\\%", "%")
    assert shlex.split(body.removeprefix("sleep 1; "))[1:4] == ["miner", "--db", f"/a/{name}"]
    assert len(service_text("about", [["miner", name]], {"V": name}).splitlines()) == 10


@given(st.text())
def test_the_moment_is_the_same_for_one_corpus_and_within_the_week(seed: str) -> None:
    moment = schedule.moment_of(seed)
    assert moment == schedule.moment_of(seed)
    assert all(0 <= part < end for part, end in zip(moment, (60, 60, 24, 7), strict=True))


def test_moments_are_spread() -> None:
    minutes = [schedule.moment_of(f"box{n}:/data/corpus.db").minute for n in range(600)]
    assert len(set(minutes)) == 60
    assert max(minutes.count(minute) for minute in set(minutes)) < 30


@pytest.mark.parametrize(
    ("every", "fields"), [("hour", "7 * * * *"), ("day", "7 5 * * *"), ("week", "7 5 * * 3")]
)  # fmt: skip
def test_the_fields_of_time(every: Every, fields: str) -> None:
    assert cron_fields(every, Moment(9, 7, 5, 3)) == fields


def test_a_program_that_is_missing_or_hangs_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"PATH": "/usr/bin:/bin"}
    assert run_command(["no-such-program"], "", environ).code == 127
    monkeypatch.setattr(schedule, "TIMEOUT_S", 0.01)
    assert run_command(["sleep", "5"], "", environ).code == 124


def test_installed_shown_run_once_by_its_own_command_and_removed(
    with_cron: Machine,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The whole way through the command line, with a crontab that writes a file and a sleep that does not wait."""
    put_program(tmp_path / "bin", "sleep", "#!/bin/sh\n")
    (tmp_path / "config.toml").write_text(
        "".join(f"[sources.{s}]\nenabled = false\n" for s in ("kaggle", "repositories"))
    )
    for name, value in {**with_cron.environ, "MINER_CONFIG": str(tmp_path / "config.toml")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", str(repository))
    db = tmp_path / "my corpus.db"
    with Store.open(db):
        pass
    at = ["--db", str(db), "schedule"]
    assert cli.main([*at, "show"]) == 1
    assert cli.main([*at, "install", "--with", "cron", "--every", "day", "--yes"]) == 0
    shown = capsys.readouterr().out
    assert cli.main([*at, "show"]) == 0
    assert capsys.readouterr().out == shown
    (line,) = (tmp_path / "tab").read_text().splitlines()
    command = line.split(" ", 5)[5].replace("\\%", "%")  # what cron hands to the shell
    done = subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, env=os.environ, capture_output=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with Store.open(db, read_only=True) as store:
        assert [row["command"] for row in store.execute("SELECT command FROM runs ORDER BY id")] == [
            "refresh",
            "analyse",
        ]
        assert {row["outcome"] for row in store.execute("SELECT outcome FROM runs")} == {"done"}
    assert cli.main([*at, "remove", "--yes"]) == 0
    assert (tmp_path / "tab").read_text() == ""
    assert cli.main([*at, "show"]) == 1
