"""The hands and the doors. In Python: `from miner import Corpus`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miner.python import Corpus as Corpus, Result as Result

__all__ = ["Corpus", "Result"]


def __getattr__(name: str) -> object:
    """Corpus and Result, when they are asked for: every command imports this package first."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from miner.python import Corpus, Result

    found: object = {"Corpus": Corpus, "Result": Result}[name]
    return found
