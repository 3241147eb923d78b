"""Options of the Meta Kaggle sources, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from corpus.errors import UsageError


def folder_option(source: str, options: Mapping[str, object], name: str) -> Path | None:
    """The folder, its ~ spelt out; None when the option is not set.

    Raises:
        UsageError: it is no text.
    """
    value = options.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str | Path):
        raise UsageError(f"{source}: {name} is the path of a folder, not {value!r}")
    return Path(value).expanduser()


def whole_option(source: str, options: Mapping[str, object], name: str, default: int, least: int = 1) -> int:
    """A whole number of at least `least`.

    Raises:
        UsageError: it is something else.
    """
    value = options.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise UsageError(f"{source}: {name} is a whole number of at least {least}, not {value!r}")
    return value


def slugs_option(source: str, options: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A list of competition slugs; empty when the option is not set.

    Raises:
        UsageError: it is something else.
    """
    value = options.get(name) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(slug, str) and slug for slug in value):
        raise UsageError(f"{source}: {name} is a list of competition slugs, not {value!r}")
    return tuple(value)
