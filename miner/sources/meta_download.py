"""Fetch Meta Kaggle tables without an account into a folder; a table there is always a whole one.

kagglehub runs in a process of its own: it prints, it keeps credentials it finds, and it may hang. That process gets an
empty home and no credentials, so that the request is anonymous, and is ended when its time is up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.records import Failure
from miner.sources.meta_dump import STAGE
from miner.sources.meta_tables import Layout

DATASET = "kaggle/meta-kaggle"
_CLIENT_FOLDER = ".kagglehub"
_SECRETS = ("KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_API_TOKEN", "KAGGLE_API_V1_TOKEN_PATH")


@dataclass(frozen=True, slots=True)
class _Got:
    """One line of the client process."""

    table: str
    path: Path
    version: int
    listed_bytes: int | None  # as the list of files says; it may be of a compressed file


def download_tables(
    layouts: Sequence[Layout], folder: Path, environ: Mapping[str, str], timeout_s: int
) -> Iterator[Failure]:
    """Bring the folder's tables up to the newest version; what cannot be had comes out, and the old table stays.

    A table arrives under another name, its size is compared with the list of files, then it is renamed. All tables are
    of one version of the data set; a version that is there already is not fetched again.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lines, trouble = _run_client([layout.name for layout in layouts], folder, environ, timeout_s)
    except OSError as error:
        yield Failure(str(folder), STAGE, "", f"cannot fetch tables to it: {error.strerror or error}")
        return
    versions, done = set[int](), set[str]()
    for line in lines:
        if "error" in line:
            done.add(str(line["table"]))
            _drop_part(folder, str(line["table"]))
            yield Failure(f"{line['table']}.csv", STAGE, "", f"not fetched: {line['error']}")
            continue
        got = _Got(str(line["table"]), Path(line["path"]), int(line["version"]), line["listed_bytes"])
        done.add(got.table)
        failure = _take(got, folder)
        if failure:
            yield failure
        else:
            versions.add(got.version)
    for layout in layouts:
        if layout.name not in done:
            _drop_part(folder, layout.name)
            yield Failure(
                f"{layout.name}.csv", STAGE, "", f"not fetched: {trouble or 'the client ended without a word'}"
            )
    if len(versions) == 1:
        _prune(folder, versions.pop())


def _run_client(
    names: list[str], folder: Path, environ: Mapping[str, str], timeout_s: int
) -> tuple[list[dict[str, Any]], str]:
    """What the client process said of each table, and why it ended early, if it did."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "miner.sources.meta_download_client", DATASET, *names]
        try:
            ended = subprocess.run(  # noqa: S603 - our own interpreter and module
                command,
                env=_anonymous(environ, folder, home),
                cwd=home,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout_s,
                check=False,
            )
            out, trouble = ended.stdout, _last_line(ended.stderr) if ended.returncode else ""
        except subprocess.TimeoutExpired as error:
            out, trouble = error.stdout or b"", f"not done within {timeout_s} s"
    lines = [json.loads(line) for line in out.splitlines() if line.startswith(b"{") and line.endswith(b"}")]
    return lines, trouble


def _anonymous(environ: Mapping[str, str], folder: Path, home: str) -> dict[str, str]:
    """The client's environment: ours without credentials, with places of its own for all that it keeps."""
    kept = {name: value for name, value in environ.items() if name not in _SECRETS}
    return kept | {
        "HOME": home,
        "USERPROFILE": home,
        "KAGGLE_CONFIG_DIR": home,
        "KAGGLEHUB_CACHE": str((folder / _CLIENT_FOLDER).resolve()),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONWARNINGS": "ignore",
        "TQDM_DISABLE": "1",
    }


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


def _take(got: _Got, folder: Path) -> Failure | None:
    """Put a fetched table in its place."""
    target, part = folder / f"{got.table}.csv", folder / f"{got.table}.csv.part"
    try:
        size = got.path.stat().st_size
        if size < (got.listed_bytes or 1):
            got.path.unlink()  # so that the next run fetches it again
            return Failure(target.name, STAGE, "", f"not taken: {size} bytes of {got.listed_bytes or 'at least 1'}")
        if target.exists() and target.samefile(got.path):
            return None
        part.unlink(missing_ok=True)
        try:
            os.link(got.path, part)
        except OSError:  # a file system without hard links
            shutil.copy2(got.path, part)
        part.replace(target)
    except OSError as error:
        return Failure(target.name, STAGE, "", f"not taken: {error.strerror or error}")
    return None


def _versions(folder: Path) -> Path:
    """Where the client keeps a folder for each version."""
    return folder / _CLIENT_FOLDER / "datasets" / DATASET / "versions"


def _drop_part(folder: Path, table: str) -> None:
    """Remove what the client may have left of a table: going on from it trusts a server to honour a byte range."""
    for path in _versions(folder).glob(f"*/{table}.csv"):
        path.unlink(missing_ok=True)


def _prune(folder: Path, version: int) -> None:
    """Remove the client's copies of other versions: every day would leave one."""
    for path in _versions(folder).glob("*"):
        if path.is_dir() and path.name != str(version):
            shutil.rmtree(path, ignore_errors=True)
