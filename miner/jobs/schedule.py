"""Have the machine refresh the corpus by itself: a systemd user timer, a crontab line or a GitHub Actions workflow.

What is scheduled is two commands, one after the other: `refresh --due`, then `analyse`. A refresh that finished with
failures (exit 3) or found another one running (exit 75) does not keep the analysis from its work. The time of day is
made from a hash, so that many machines do not ask the same site at the same minute.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from corpus.errors import UsageError
from miner.config import CONFIG_VARIABLE
from miner.jobs.schedule_texts import (
    WORKFLOW_MARK,
    Moment,
    cron_line,
    service_text,
    timer_text,
    workflow_text,
)

Every = Literal["hour", "day", "week"]
Way = Literal["systemd", "cron", "github"]
WORKFLOW = Path(".github") / "workflows" / "solution-miner.yml"
MARK = "# solution-miner"
TIMEOUT_S = 60


class Finished(NamedTuple):
    """A command that ended."""

    code: int
    out: str
    err: str


Runner = Callable[[Sequence[str], str], Finished]


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine as scheduling sees it; tests make their own."""

    run: Runner  # command and its stdin -> how it ended; never through a shell
    environ: Mapping[str, str]
    home: Path
    folder: Path  # where a workflow goes: the clone that the program was started in
    node: str  # the machine's name: part of what the time of day is made from
    python: str = field(default=sys.executable)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an installation would put where."""

    way: Way
    files: tuple[tuple[Path, str], ...] = ()  # to be written
    line: str = ""  # to be added to the crontab

    @property
    def text(self) -> str:
        """All of it, for a person to read."""
        parts = [f"{path}:\n{content}" for path, content in self.files]
        return "\n".join(parts) if parts else f"crontab line:\n{self.line}\n"


def this_machine() -> Machine:
    """The machine that the program runs on."""
    environ = dict(os.environ)

    def run(command: Sequence[str], given: str) -> Finished:
        return run_command(command, given, environ)

    return Machine(run, environ, Path.home(), Path.cwd(), platform.node())


def run_command(command: Sequence[str], given: str, environ: Mapping[str, str]) -> Finished:
    """How a command ended; 127 where there is no such program, 124 when it took more than a minute."""
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return Finished(127, "", f"there is no {command[0]} here")
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, no shell
            [program, *command[1:]], input=given, env=dict(environ), capture_output=True, text=True, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return Finished(124, "", f"{command[0]} did not answer within {TIMEOUT_S} s")
    return Finished(done.returncode, done.stdout, done.stderr)


def detect(machine: Machine) -> Way:
    """The best way that this machine offers.

    Raises:
        UsageError: it has neither a systemd of the user's nor a crontab.
    """
    if machine.run(["systemctl", "--user", "show-environment"], "").code == 0:
        return "systemd"
    if shutil.which("crontab", path=machine.environ.get("PATH")):
        return "cron"
    raise UsageError(
        "neither systemd for users nor crontab answers on this machine; `miner schedule install --with github` "
        "writes a workflow, and any other scheduler can run `miner refresh --due` and then `miner analyse`"
    )


def make_plan(db: Path, every: Every, way: Way, machine: Machine) -> Plan:
    """What `install` would do for the corpus at `db`; nothing is changed."""
    db = db.absolute()
    moment = moment_of(f"{machine.node}:{db}")
    if way == "github":
        return Plan(way, ((machine.folder / WORKFLOW, workflow_text(every, moment, _is_clone(machine.folder))),))
    config = machine.environ.get(CONFIG_VARIABLE)
    variables = {CONFIG_VARIABLE: str(Path(config).expanduser().absolute())} if config else {}
    commands = commands_for(db, machine.python)
    for word in (*variables.values(), *(word for command in commands for word in command)):
        if not word.isprintable():
            raise UsageError(f"{word!r} holds a character that no timer can be given; move the corpus elsewhere")
    if way == "cron":
        return Plan(way, line=cron_line(every, moment, commands, variables, f"{MARK} {tag_of(db)}"))
    service, timer = _unit_paths(db, machine)
    about = f"Refresh the corpus of competition solutions in {db}"
    return Plan(way, ((service, service_text(about, commands, variables)), (timer, timer_text(about, every))))


def commands_for(db: Path, python: str) -> tuple[tuple[str, ...], ...]:
    """The two commands of a schedule, as lists of words."""
    program = (python, "-P", "-m", "miner.cli", "-q", "--db", str(db))
    return ((*program, "refresh", "--due"), (*program, "analyse"))


def moment_of(seed: str) -> Moment:
    """A moment of the week that is the same for equal seeds and spread evenly over different ones."""
    number = int.from_bytes(hashlib.blake2b(seed.encode("utf-8", "surrogateescape"), digest_size=8).digest(), "big")
    return Moment(number % 60, number // 60 % 60, number // 3600 % 24, number // 86400 % 7)


def tag_of(db: Path) -> str:
    """What tells the schedules of several corpora apart: eight hex digits of the path's hash."""
    return hashlib.blake2b(str(db.absolute()).encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


def install(plan: Plan, db: Path, machine: Machine) -> None:
    """Do what the plan says; the same again changes nothing.

    Raises:
        UsageError: the corpus is scheduled in another way already, a file of somebody else stands there, or the
            system refuses; nothing is left behind then.
    """
    others = [found.way for found in installed(db, machine) if found.way != plan.way]
    if others:
        raise UsageError(f"the corpus is scheduled already, with {others[0]}; `miner schedule remove` takes that away")
    if plan.way == "cron":
        lines = [line for line in _crontab(machine) if not _is_ours(line, db)]
        _write_crontab([*lines, plan.line], machine)
        return
    for path, content in plan.files:
        if plan.way == "github" and path.exists() and not path.read_text("utf-8").startswith(WORKFLOW_MARK):
            raise UsageError(f"{path} is not one of ours; it was left as it is")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    if plan.way == "systemd":
        timer = plan.files[1][0].name
        for command in (["daemon-reload"], ["enable", "--now", timer]):
            done = machine.run(["systemctl", "--user", *command], "")
            if done.code:
                _remove_units(db, machine)
                raise UsageError(f"systemd refuses ({_first_line(done.err)}); `--with cron` may work")


def installed(db: Path, machine: Machine) -> tuple[Plan, ...]:
    """What is installed for the corpus at `db`, in this folder for a workflow."""
    found = []
    units = [path for path in _unit_paths(db, machine) if path.is_file()]
    if units:
        found.append(Plan("systemd", tuple((path, path.read_text(encoding="utf-8")) for path in units)))
    if shutil.which("crontab", path=machine.environ.get("PATH")):
        found += [Plan("cron", line=line) for line in _crontab(machine) if _is_ours(line, db)]
    workflow = machine.folder / WORKFLOW
    if workflow.is_file() and workflow.read_text(encoding="utf-8").startswith(WORKFLOW_MARK):
        found.append(Plan("github", ((workflow, workflow.read_text(encoding="utf-8")),)))
    return tuple(found)


def remove(db: Path, machine: Machine) -> tuple[Plan, ...]:
    """What was taken away: everything that `installed` gives."""
    found = installed(db, machine)
    for plan in found:
        if plan.way == "systemd":
            _remove_units(db, machine)
        elif plan.way == "github":
            plan.files[0][0].unlink()
        else:
            _write_crontab([line for line in _crontab(machine) if not _is_ours(line, db)], machine)
    return found


def run_by_hand(plan: Plan) -> str:
    """The command with which a person runs once what is installed."""
    if plan.way == "systemd":
        return shlex.join(["systemctl", "--user", "start", plan.files[0][0].name])
    if plan.way == "github":
        return f"gh workflow run {WORKFLOW.name}"
    return "crontab -l, and what stands behind the five fields of time"


def _unit_paths(db: Path, machine: Machine) -> tuple[Path, Path]:
    config = machine.environ.get("XDG_CONFIG_HOME")
    folder = (Path(config) if config else machine.home / ".config") / "systemd" / "user"
    name = f"solution-miner-{tag_of(db)}"
    return folder / f"{name}.service", folder / f"{name}.timer"


def _remove_units(db: Path, machine: Machine) -> None:
    service, timer = _unit_paths(db, machine)
    machine.run(["systemctl", "--user", "disable", "--now", timer.name], "")
    for path in (service, timer):
        path.unlink(missing_ok=True)
    machine.run(["systemctl", "--user", "daemon-reload"], "")


def _crontab(machine: Machine) -> list[str]:
    done = machine.run(["crontab", "-l"], "")
    if done.code == 0:
        return done.out.splitlines()
    if "no crontab" in done.err.casefold():
        return []
    raise UsageError(f"the crontab cannot be read ({_first_line(done.err)}), so it was left as it is")


def _write_crontab(lines: Sequence[str], machine: Machine) -> None:
    done = machine.run(["crontab", "-"], "".join(f"{line}\n" for line in lines))
    if done.code:
        raise UsageError(f"the crontab cannot be written ({_first_line(done.err)})")


def _is_ours(line: str, db: Path) -> bool:
    return line.rstrip().endswith(f"{MARK} {tag_of(db)}")


def _is_clone(folder: Path) -> bool:
    project = folder / "pyproject.toml"
    return project.is_file() and 'name = "solution-miner"' in project.read_text(encoding="utf-8")


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[0]
