"""What the site's search knows: a name, a kind and a page each, as a script that works without a server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.reports.cells import printable

INDEX = "search-index.js"


@dataclass(frozen=True, slots=True)
class Found:
    """One page that can be found."""

    name: str
    kind: str  # architecture, competition or task type
    path: str  # from the site's root
    words: str = ""  # beside the name: the slug, the paper's title


def to_script(entries: Iterable[Found]) -> str:
    """A script that sets `minerPages`, safe inside any page; one entry a line, in the order given."""
    lines = []
    for entry in entries:
        fields = [printable(entry.name), entry.kind, entry.path, printable(entry.words).casefold()]
        text = json.dumps(fields, ensure_ascii=True, separators=(",", ":"))
        lines.append(text.replace("<", "\\u003c").replace(">", "\\u003e"))
    return "window.minerPages=[\n" + ",\n".join(lines) + "\n];\n"
