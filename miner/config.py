"""Settings, read once from the environment and the command line; nothing else asks the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "solution-miner"
DB_VARIABLE = "MINER_DB"
FOLDERS_VARIABLE = "MINER_FOLDERS"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process was told, once."""

    db_path: Path  # the corpus: one SQLite file
    folders: tuple[Path, ...] = ()  # looked through by every `miner run`

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, db: Path | None = None) -> Settings:
        """Settings from the environment; `db`, as the user typed it, is stronger.

        Without both, the corpus lies in the platform's data folder of the user.
        """
        variables = os.environ if environ is None else environ
        named = db or (Path(variables[DB_VARIABLE]) if variables.get(DB_VARIABLE) else None)
        folders = [folder for folder in variables.get(FOLDERS_VARIABLE, "").split(os.pathsep) if folder]
        return cls(
            db_path=named.expanduser() if named else default_db_path(),
            folders=tuple(Path(folder).expanduser() for folder in folders),
        )


def default_db_path() -> Path:
    """`corpus.db` in the user's data folder of this platform."""
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False) / "corpus.db"
