"""What `miner doctor` looks at around the corpus: credentials, clock, network, settings and the log beside the file.

Of credentials it is said whether and where they are, never what they are.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from corpus.store import MEMORY, Check, Store
from corpus.store_place import network_kind

MAX_LOG_BYTES = 256_000_000
PATIENCE = timedelta(minutes=5)  # clocks of two machines that share a corpus may differ by this
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
KAGGLE = ("www.kaggle.com", 443)
CONNECT_S = 3.0

Reach = Callable[[str, int], str]


def check_machine(
    store: Store, environ: Mapping[str, str], home: Path, now: datetime, reach: Reach | None = None
) -> Iterator[Check]:
    """The checks, in order; `reach` tries a connection and is left out unless the user asked for it."""
    yield check_credentials(environ, home)
    yield check_clock(store, now)
    yield check_log(store.path)
    yield check_place(store.path)
    yield check_network(environ, reach)


def check_credentials(environ: Mapping[str, str], home: Path) -> Check:
    """Whether Kaggle's own places hold credentials; the first that the official client would use is named."""
    folder = Path(environ.get("KAGGLE_CONFIG_DIR") or home / ".kaggle")
    places = (
        ("KAGGLE_API_TOKEN", bool(environ.get("KAGGLE_API_TOKEN", "").strip())),
        (str(home / ".kaggle" / "access_token"), _has_text(home / ".kaggle" / "access_token")),
        ("KAGGLE_USERNAME and KAGGLE_KEY", bool(environ.get("KAGGLE_USERNAME") and environ.get("KAGGLE_KEY"))),
        (str(folder / "kaggle.json"), _has_key(folder / "kaggle.json")),
    )
    found = [place for place, is_there in places if is_there]
    if not found:
        return Check(
            "Kaggle credentials",
            True,
            "not found; only the source `kaggle` needs them: a token from kaggle.com/settings goes into "
            "KAGGLE_API_TOKEN or ~/.kaggle/access_token",
        )
    return Check("Kaggle credentials", True, f"found in {found[0]} (not shown)")


def check_clock(store: Store, now: datetime) -> Check:
    """Whether a run began later than now: then this clock, or the one before, is wrong."""
    newest = store.execute("SELECT max(started_at) FROM runs")[0][0]
    if newest is None:
        return Check("clock", True, "no run to compare it with")
    began = datetime.fromisoformat(str(newest))
    if began > now + PATIENCE:
        return Check(
            "clock", False, f"the newest run began at {newest}, which is in the future: set the clock of this machine"
        )
    return Check("clock", True, f"the newest run began at {newest}")


def check_log(path: Path) -> Check:
    """Sizes of the database and of the log beside it; a log that only grows has a reader that never ends."""
    if str(path) == MEMORY:
        return Check("size", True, "in memory")
    log = path.with_name(f"{path.name}-wal")
    size, log_size = (file.stat().st_size if file.exists() else 0 for file in (path, log))
    sizes = f"{size / 1e6:,.1f} MB, log {log_size / 1e6:,.1f} MB"
    if log_size <= MAX_LOG_BYTES:
        return Check("size", True, sizes)
    return Check(
        "size", False, f"{sizes}: a program holds the corpus open for reading; close it, and the log is folded"
    )


def check_place(path: Path) -> Check:
    """Whether the corpus lies on a disk of this machine."""
    kind = None if str(path) == MEMORY else network_kind(path)
    if kind is None:
        return Check("place", True, "on this machine")
    return Check("place", True, f"on a network drive ({kind}): kept without a log, so one program at a time is best")


def check_network(environ: Mapping[str, str], reach: Reach | None) -> Check:
    """Which proxies are set, and whether Kaggle answers where that was asked."""
    proxies = [name for name in PROXIES if environ.get(name) or environ.get(name.lower())]
    through = f"through {', '.join(proxies)}" if proxies else "no proxy is set"
    if reach is None:
        return Check("network", True, f"not tried ({through}); `miner doctor --network` tries")
    problem = reach(*KAGGLE)
    if not problem:
        return Check("network", True, f"{KAGGLE[0]} answers ({through})")
    if proxies:
        return Check("network", True, f"{KAGGLE[0]} is not reached directly ({problem}); {through}, a refresh may be")
    return Check("network", False, f"{KAGGLE[0]} is not reached: {problem}; `--offline` works without")


def try_connection(host: str, port: int) -> str:
    """Why a connection fails, or "" when it stands; nothing is sent."""
    try:
        socket.create_connection((host, port), timeout=CONNECT_S).close()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _has_text(path: Path) -> bool:
    try:
        return bool(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return False


def _has_key(path: Path) -> bool:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and bool(found.get("username")) and bool(found.get("key"))
