"""The rank that a title states: the final (private) one, and only the author's own.

"1st place solution", "[Private LB 8th] ...", "Rank 106 approach", "3位解法" give a rank. "Top 5 %", "2nd stage",
"public 12th", "Summary of the 1st place solution" and "1st and 2nd place solutions" give none: a wrong rank makes a
false winner.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = r"(?<![\w.,/%])(?P<n>[1-9]\d{0,3})\s?[-‐'’]?\s?(?:st|nd|rd|th)(?![a-z])"
_PLACE = r"(?:place|position|rank)\w*"
_WORK = r"(?:solution|approach|write-?\s?up|writeup|report|code|team|gold|silver|bronze|medal|finish)"
_BOARD = r"(?:private|public|final)"
_LB = r"\s{0,2}(?:lb|leaderboard|board)?\s{0,2}[:#-]?\s?"
_LEAD = r"^|[\[(:|]\s?|\s[–—-]\s?|\bour\s|\bfinal\s"
_NUMBER = r"(?P<n>[1-9]\d{0,3})(?![\d.,]*\d|\s?%)"
_OPEN, _CLOSE = r"[\[(【]", r"[\])】]"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"{_ORDINAL}[\s-]{{0,3}}(?:{_BOARD}[\s-]{{1,3}})?{_PLACE}",  # 1st place, 5th-Place, 3rd private place
        rf"{_ORDINAL}\s{{0,3}}\([^()]{{0,40}}\)\s{{0,3}}{_PLACE}",  # 7th (public 2nd) place
        rf"(?:^|{_OPEN}|[-–—:|,]\s?|\bthe\s|{_BOARD}\s){_ORDINAL}[\s-]{{1,3}}{_WORK}",  # 9th solution
        rf"{_OPEN}(?:[^\[\]()]{{0,30}}\s)?{_ORDINAL}\s?{_CLOSE}",  # [2nd], (private LB 3rd), [ABC 1st]
        rf"(?<![a-z]){_BOARD}(?:\s?[&/+]\s?{_BOARD})?{_LB}{_ORDINAL}",  # private 4th, public LB: 3rd
        rf"\b(?:finished|ranked|finishing|ranking)\s(?:in\s)?(?:the\s)?{_ORDINAL}",
        rf"\b(?P<word>{'|'.join(_WORDS)})[\s-]{_PLACE}",
        rf"(?:{_LEAD}|\bto\s|\bprivate\s)rank(?:ed|ing)?\s?[:#]?\s?{_NUMBER}",  # rank 106
        rf"(?:{_LEAD})place\s?#?{_NUMBER}",  # place 22
        r"#\s?(?P<n>[1-9]\d{0,3})\s(?:place|solution)",
        r"第\s?(?P<n>[1-9]\d{0,3})\s?名|(?<!\d)(?P<m>[1-9]\d{0,3})\s?(?:位|等)(?:解法|ソリューション|方案)?",
        r"(?<!\d)(?P<n>[1-9]\d{0,3})\s?[-–]?(?:о?е)?\s?место",
    )
)
_OTHERS_WORK = re.compile(  # before the rank: somebody else's solution, or an earlier one
    r"\b(reproduc\w*|re-?implement\w*|replicat\w*|inspired|based on|learn\w* from|lessons? from|analy[sz]\w*|explain\w*"
    r"|summar(y|i[sz]\w*|ies) of|understand\w*|notes? (on|about)|review\w*|overview of|insights? from|from (the )?"
    r"|previous|last year\w*|past|how (did )?(the )?|beat\w*|why (did )?(the )?|top|at least)\s*"
    r"(kaggle\S*\s+|the\s+)?$",
    re.I,
)
_OTHERS_WORK_BEHIND = re.compile(r"\b(explained|reproduc\w*|re-?implement\w*|replicat\w*|last year|previous)\b", re.I)
_LIST_BEFORE = re.compile(  # 1st and 2nd, 1-3rd
    r"\d\s?(?:st|nd|rd|th)?(?:\s(?:place|solution)s?)?\s?(?:,|&|\band\b|\bto\b|\bor\b|[-–~])\s?(?:the\s)?$", re.I
)
_BOARD_BEFORE = re.compile(
    rf"(?<![a-z])(?P<first>private|public|final)(?:\s?[&/+]\s?(?P<second>private|public))?{_LB}$",
    re.I,
)
_BOARD_BEHIND = re.compile(
    r"\s?(?:st|nd|rd|th)?[\s-]{0,2}(?:place|position|rank)?\s{0,2}(?:solution\s)?[(\[]?(?:in|on|at|of)?\s?(?:the\s)?"
    r"(?P<first>private|public|current)\b(?!\s?(?:lb|leaderboard|board)?\s?[:#-]?\s?\d)",
    re.I,
)
_PLURAL = re.compile(r"(?:place|solution)s\b", re.I)
_MAX_TITLE = 300  # characters; a rank stands at a title's beginning, and patterns stay fast


class _Found(NamedTuple):
    rank: int
    board: str  # private, public or ""


def rank_in_title(title: str | None) -> int | None:
    """The rank that the title claims for its author; None when it claims none, or more than one.

    >>> [rank_in_title(x) for x in ("5th Place Gold", "Public 4th / Private 15th Place", "Top 5% solution")]
    [5, 15, None]
    """
    found = _find(title)
    for board in ("private", ""):
        ranks = {claim.rank for claim in found if claim.board == board}
        if ranks:
            return ranks.pop() if len(ranks) == 1 else None
    return None


def public_ranks_in_title(title: str | None) -> frozenset[int]:
    """The ranks that the title gives for the public leaderboard only.

    >>> sorted(public_ranks_in_title("Public 4th / Private 15th Place"))
    [4]
    """
    found = _find(title)
    return frozenset(claim.rank for claim in found if claim.board == "public") - {
        claim.rank for claim in found if claim.board != "public"
    }


def _find(title: str | None) -> list[_Found]:
    text = (title or "")[:_MAX_TITLE]
    if _OTHERS_WORK_BEHIND.search(text):
        return []
    return [claim for form in _FORMS for match in form.finditer(text) if (claim := _read(text, match))]


def _read(title: str, match: re.Match[str]) -> _Found | None:
    groups = match.groupdict()
    key = next(name for name in ("n", "m", "word") if groups.get(name))
    start, end = match.span(key)
    rank = _WORDS.index(groups[key].lower()) + 1 if key == "word" else int(groups[key])
    before = title[:start]
    if _OTHERS_WORK.search(title[: match.start()]) or _OTHERS_WORK.search(before) or _LIST_BEFORE.search(before):
        return None
    if _PLURAL.search(match[0] + title[match.end() : match.end() + 12]):
        return None  # "2nd place solutions" of several teams
    return _Found(rank, _board(title, start, end))


def _board(title: str, start: int, end: int) -> str:
    """Which board the words around an ordinal name; a rank on both counts as private, "current" as public."""
    match = _BOARD_BEFORE.search(title[:start]) or _BOARD_BEHIND.match(title, end)
    if not match:
        return ""
    names = {name.lower() for name in match.groupdict().values() if name}
    return "private" if names & {"private", "final"} else "public"
