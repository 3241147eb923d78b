"""Titles as a person reads them: sources give them with markup inside."""

from __future__ import annotations

import re

_TAG = re.compile(r"</?[a-zA-Z!][^<>]*(?:>|$)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_MARKS = re.compile(r"^\s*#{1,6}\s+|\*\*|__|`")


def plain_title(title: str | None) -> str | None:
    """The title without tags, Markdown marks and link targets; None when nothing is left.

    >>> plain_title('<div align="left"><img src="a.png">## The [2nd](https://example.org) **place**')
    'The 2nd place'
    >>> plain_title("a < b, 3 * 4") == "a < b, 3 * 4"
    True
    """
    if title is None:
        return None
    text = _MARKS.sub("", _LINK.sub(r"\1", _TAG.sub(" ", title)).strip())
    return re.sub(r"\s+", " ", text).strip() or None
