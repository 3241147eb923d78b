"""Datasette over the corpus: tables, documented views, full-text search and SQL, read-only and on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpus.errors import StoreError, UsageError

SQL_TIME_LIMIT_MS = 1_000
MOST_ROWS = 1_000
LIMITS = {
    "sql_time_limit_ms": SQL_TIME_LIMIT_MS,
    "max_returned_rows": MOST_ROWS,
    "allow_download": False,
    "suggest_facets": False,
}


def make_app(path: Path) -> Any:
    """The ASGI application; the table with the raw bytes of documents is closed.

    Raises:
        UsageError: without the extra `web`.
        StoreError: when there is no corpus at `path`.
    """
    try:
        from datasette.app import Datasette
    except ImportError as error:
        raise UsageError("serving needs Datasette: pip install 'solution-miner[web]'") from error
    if not path.is_file():
        raise StoreError(f"no corpus at {path}; `miner run` makes one")
    hidden = {"document_versions": {"hidden": True, "allow": False}}
    return Datasette([str(path)], metadata=_metadata(path.stem, hidden), settings=LIMITS).app()


def _metadata(database: str, tables: dict[str, Any]) -> dict[str, Any]:
    """What Datasette shows beside the tables: where columns are explained, and which tables stay closed."""
    return {
        "title": "Solution miner",
        "description": "Claims with evidence about competition solutions. Start with the views: v_claims, v_reasons.",
        "databases": {database: {"tables": tables}},
    }


def serve(path: Path, *, host: str, port: int) -> None:
    """Answer until interrupted.

    Raises:
        UsageError: without the extra `web`, or for a host that is not this machine.
    """
    if host not in {"127.0.0.1", "localhost", "::1"}:
        raise UsageError("the pages hold other people's words: they are served on this machine only (127.0.0.1)")
    app = make_app(path)
    import uvicorn

    uvicorn.run(app, host=host, port=port, log_level="warning")
