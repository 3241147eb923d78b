"""The headings above a place, and how a heading's own line becomes its plain title."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from analysis.blocks.limits import MAX_HEADING_CHARS

BOLD_LINE_LEVEL = 7  # a paragraph that is one bold line works as a heading below h6
_TAG = re.compile(r"<[^<>]*>")  # not <[^>]*>: that is quadratic on a row of "<"
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_EMPHASIS = re.compile(r"\*+|__+|`+|~~")


class Trail:
    """A stack of (level, title), outermost first; a heading closes all of its own level and below."""

    def __init__(self, seed: Iterable[str] = ()) -> None:
        self._stack: list[tuple[int, str]] = []
        self.restart(seed)

    def above(self, level: int | None = None) -> tuple[str, ...]:
        """Titles above a heading of this level, or above a place that is no heading."""
        if level is None:
            return self._titles
        return tuple(title for depth, title in self._stack if depth < level)

    def restart(self, seed: Iterable[str]) -> None:
        """Forget all, then stand below these headings; their levels are not known, so none of them closes again."""
        self._stack = [(0, title) for title in seed]
        self._titles = tuple(title for _, title in self._stack)

    def push(self, level: int, title: str) -> None:
        """Go below a heading."""
        self._stack = [entry for entry in self._stack if entry[0] < level]
        self._stack.append((level, title))
        self._titles = tuple(title for _, title in self._stack)


def plain_title(source: str) -> str:
    """A heading's text without tags, links, emphasis and entities, cut to MAX_HEADING_CHARS.

    >>> plain_title("<a id='x'></a>**2. What [did not](#y) work** &amp; why")
    '2. What did not work & why'
    """
    text = _EMPHASIS.sub("", _IMAGE_OR_LINK.sub(r"\1", _TAG.sub("", source[: 10 * MAX_HEADING_CHARS])))
    return " ".join(html.unescape(text).split())[:MAX_HEADING_CHARS].rstrip(" #")


def is_visible(source: str) -> bool:
    """Whether anything but tags, entities for blanks and space is left to read.

    >>> is_visible("<a id='part1'></a>&nbsp;"), is_visible("<b>x</b>")
    (False, True)
    """
    if source and source[0] not in "<& \n\t":
        return True
    return bool(html.unescape(_TAG.sub("", source)).strip())
