"""What an item of a reading list is called: its source's title, made to say what the item is where it does not."""

from __future__ import annotations

import re

_LINK = re.compile(r"\[([^\]\[]+)\]\([^)\s]*\)")
_ADDRESS = re.compile(r"[(<\[]?\s{0,3}\b(?:https?://|www\.)[^\s)>\]]+\s*[)>\]]?")
_MARKS = re.compile(r"[*`]+|^#+\s*")
_WORD = re.compile(r"[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A title of these words alone says that it is a solution, not of what.
_PLACE = _words(
    "st nd rd th first second third fourth fifth place placed rank ranked solution solutions sol short"
    " summary overview writeup write up our my the a an and of to in on for with from lb cv public private leaderboard"
    " final gold silver bronze medal prize winner winners winning team approach notes note brief quick detailed code"
    " inference training part update updated"
)
# And one of these is the heading of its first section.
_SECTION = _words(
    "abstract archive background config configuration contents content data dataset description directory document"
    " environment file files folder getting help import imports install installation instructions introduction layout"
    " libraries library load loading main model models need notebook notebooks overview packages preprocessing"
    " preparation project prologue readme repository repo requirements run setup started start structure submission"
    " summary table test train training untitled usage utils welcome the of a an and to"
    " for hello what how be it is installed min minutes hours time hardware"
    " software os our modeling modelling works"
)


def reading_title(title: str | None, kind: str, rank: int | None, where: str | None) -> str:
    """The title without markup and addresses; with the competition where it names nothing of its own.

    Args:
        title: as the source gives it; None where it gives none.
        kind: of the document, for what has no title of its own: writeup, notebook, readme ...
        rank: of the solution, 1 first.
        where: the competition's title, else its slug.

    >>> reading_title("1st Place Solution", "writeup", 1, "Frogs"), reading_title("Setup", "notebook", 3, "Frogs")
    ('1st Place Solution: Frogs', 'Notebook of the 3rd place: Frogs')
    >>> reading_title("[Frog calls](frogs.example) with SED", "writeup", None, "Frogs")
    'Frog calls with SED'
    """
    plain = " ".join(_MARKS.sub("", _ADDRESS.sub(" ", _LINK.sub(r"\1", title or ""))).split()).strip(" -:|")
    where = where and where.strip("<> ")
    words = set(_WORD.findall(plain.lower()))
    if not where or (plain and not words <= _PLACE | _SECTION):
        return plain or title or kind.capitalize()
    if words and words <= _PLACE and words & {"solution", "place", "writeup", "st", "nd", "rd", "th", "gold"}:
        return f"{plain}: {where}"
    placed = f" of the {ordinal(rank)} place" if rank else ""
    return f"{kind.capitalize()}{placed}: {where}"


def ordinal(n: int) -> str:
    """The number as an ordinal.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
