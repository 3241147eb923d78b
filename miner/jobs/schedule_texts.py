"""The texts that schedulers read: unit files, a crontab line, a workflow; pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import NamedTuple

WORKFLOW_MARK = "# Written by `miner schedule install --with github`"
DELAYS = {"hour": "10min", "day": "4h", "week": "12h"}  # systemd draws the moment anew each time, within these
CALENDAR = {"hour": "hourly", "day": "daily", "week": "weekly"}


class Moment(NamedTuple):
    """A moment of the week."""

    second: int
    minute: int
    hour: int
    weekday: int


def cron_fields(every: str, moment: Moment) -> str:
    """The five fields of time.

    >>> cron_fields("day", Moment(1, 2, 3, 4)), cron_fields("hour", Moment(1, 2, 3, 4))
    ('2 3 * * *', '2 * * * *')
    """
    hour = "*" if every == "hour" else str(moment.hour)
    weekday = str(moment.weekday) if every == "week" else "*"
    return f"{moment.minute} {hour} * * {weekday}"


def cron_line(
    every: str, moment: Moment, commands: Sequence[Sequence[str]], variables: Mapping[str, str], mark: str
) -> str:
    """One line: a wait of some seconds, the commands one after the other, and the mark by which we know it again.

    cron mails what a command prints: results go nowhere, complaints stay. A bare % would end the command.
    """
    given = "".join(f"{name}={shlex.quote(value)} " for name, value in variables.items())
    parts = [f"sleep {moment.second}", *(f"{given}{shlex.join(command)} >/dev/null" for command in commands)]
    return f"{cron_fields(every, moment)} {'; '.join(parts).replace('%', chr(92) + '%')} {mark}"


def service_text(about: str, commands: Sequence[Sequence[str]], variables: Mapping[str, str]) -> str:
    """The service that a timer starts."""
    environment = [f"Environment={_unit_word(f'{name}={value}')}" for name, value in variables.items()]
    starts = [f"ExecStart={' '.join(_unit_word(word).replace('$', '$$') for word in command)}" for command in commands]
    lines = [
        "[Unit]",
        f"Description={about.replace('%', '%%')}",
        "",
        "[Service]",
        "Type=oneshot",
        *environment,
        *starts,
        "# 3: finished with failures; 75: another refresh is running",
        "SuccessExitStatus=3 75",
        "Nice=10",
    ]
    return "\n".join(lines) + "\n"


def timer_text(about: str, every: str) -> str:
    """The timer; a time that was slept through is made up for once."""
    lines = [
        "[Unit]",
        f"Description={about.replace('%', '%%')}",
        "",
        "[Timer]",
        f"OnCalendar={CALENDAR[every]}",
        f"RandomizedDelaySec={DELAYS[every]}",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def workflow_text(every: str, moment: Moment, is_clone: bool) -> str:
    """A workflow that keeps the corpus in the repository's cache, so that nothing of it is published."""
    return f"""{WORKFLOW_MARK}; `miner schedule remove` takes it away.
# A Kaggle token, where there is one, goes into the repository's secrets as KAGGLE_API_TOKEN.
name: refresh the corpus
on:
  schedule:
    - cron: "{cron_fields(every, moment)}"
  workflow_dispatch: {{}}
permissions:
  contents: read
concurrency:
  group: solution-miner
jobs:
  refresh:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install {"." if is_clone else "solution-miner"}
      - uses: actions/cache/restore@v4
        with:
          path: corpus.db
          key: corpus-${{{{ github.run_id }}}}
          restore-keys: corpus-
      - run: miner --db corpus.db refresh --due || [ $? -eq 3 ]
        env:
          KAGGLE_API_TOKEN: ${{{{ secrets.KAGGLE_API_TOKEN }}}}
      - run: miner --db corpus.db analyse || [ $? -eq 3 ]
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: corpus.db
          key: corpus-${{{{ github.run_id }}}}
"""


def _unit_word(word: str) -> str:
    """One word as systemd reads it back: quoted, with its own signs doubled.

    >>> print(_unit_word('50% "a"'))
    "50%% \\"a\\""
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
