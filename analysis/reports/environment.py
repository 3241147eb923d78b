"""The templates of the site with the words they use; all text from documents is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from analysis.reports.cells import percent, printable, web_link
from analysis.reports.evidence import published_quote
from analysis.reports.rows import Solution
from analysis.reports.sizes import in_words, size_mb
from analysis.reports.tables import Share

if TYPE_CHECKING:
    from jinja2 import Environment

_UPPER = {"ner": "NER", "3d": "3D", "math": "maths"}


class Quoted(Protocol):
    """Anything with a quote and where it stands."""

    @property
    def quote(self) -> str | None: ...
    @property
    def author(self) -> str | None: ...
    @property
    def document_url(self) -> str | None: ...


class OfSolution(Protocol):
    """Anything that belongs to a solution."""

    @property
    def solution(self) -> Solution: ...


def site_environment(publish: bool) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("analysis.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,  # what is markup already stays
    )
    environment.filters.update(
        {
            "percent": percent,
            "safe_url": web_link,
            "ordinal": ordinal,
            "grouped": lambda number: f"{number:,}",
            "words": lambda name: name.replace("_", " "),
            "task": task_title,
            "css": lambda number: f"{number:.4g}" if number == number else "0",
            "quote": partial(_shown_quote, publish=publish),
            "n_solutions": _n_solutions,
            "size_mb": size_mb,
            "measure": in_words,
        }
    )
    return environment


def ordinal(rank: int) -> str:
    """A rank as people write it.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 21, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '21st', '113th']
    """
    if rank % 100 in (11, 12, 13):
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def task_title(task_type: str) -> str:
    """A task type as a heading.

    >>> task_title("time-series/forecasting"), task_title("3d/detection"), task_title("text/ner")
    ('Time series · forecasting', '3D · detection', 'Text · NER')
    """
    parts = [_UPPER.get(part, part.replace("-", " ")) for part in task_type.split("/")]
    return " · ".join([parts[0][:1].upper() + parts[0][1:], *parts[1:]])


def scale_of(shares: Iterable[Share]) -> float:
    """What a full bar stands for: the largest interval in the table, so that bars can be told apart and none is cut."""
    return max([0.1, *(max(share.high if share.n_of else 0.0, share.share_all) for share in shares)])


def _shown_quote(item: Quoted, *, publish: bool) -> str | None:
    return published_quote(item.quote, item.author, item.document_url) if publish else item.quote


def _n_solutions(items: Iterable[OfSolution]) -> int:
    return len({item.solution.solution_id for item in items})
