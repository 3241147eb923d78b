"""Words of short texts in the form in which rules and queries compare them: case, spelling and endings folded."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The ends of camel-case words, as in metric names and old slugs; "LLMs", "mAP" and "iNaturalist" stay whole.
_CAMEL = re.compile(r"(?<=[a-z][a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_DIGITS = re.compile(r"(?<=[a-z]{4})(?=[0-9])")  # "aptos2019" is two words, "s3e11" and "x2" are one
_WORD = re.compile(r"[a-z0-9]+")
_ENDINGS: tuple[tuple[str, str, int], ...] = (  # ending, what takes its place, letters that must be left before it
    ("ification", "ify", 3),
    ("izational", "iz", 4),
    ("ization", "iz", 3),
    ("isation", "iz", 3),
    ("ational", "", 5),
    ("ation", "", 4),
    ("ating", "", 4),
    ("ated", "", 4),
    ("ator", "", 4),
    ("ate", "", 4),
    ("ising", "iz", 4),
    ("ised", "iz", 4),
    ("ise", "iz", 5),
    ("ment", "", 5),
    ("ings", "", 4),
    ("ion", "", 4),
    ("ing", "", 3),
    ("ied", "y", 2),
    ("ed", "", 3),
    ("er", "", 5),
    ("or", "", 5),
    ("ly", "", 5),
    ("e", "", 4),
)
_WHOLE = frozenset({"news", "series", "species", "lens", "gas", "bias", "canvas", "marketing"})  # no plural, no ending
_STOP_TEXT = """
a about above after all also an and any are as at be been being best both build but by can challenge competition
could data dataset datasets do does each every few first for from get given has have help how i if in into is it
its kaggle kind learning let like machine made make many may ml model models more most much new no not of off on
one only or other our out over per plus predict predicting prediction set sets several should so some such than
that the their them then there these they this those three through to two under until up upon us use used using
very was we were what when where which while who whose why will with within without would yes you your
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())  # words that tell no two competitions apart


def tokens(text: str) -> list[str]:
    """Lower-case words of a text in order, camel-case and accents taken apart.

    >>> tokens("IntersectionOverUnion of LLMs, aptos2019 (3D)")
    ['intersection', 'over', 'union', 'of', 'llms', 'aptos', '2019', '3d']
    """
    spread = _CAMEL.sub(" ", text) if not text.isascii() or not text.islower() else text
    if not spread.isascii():
        folded = unicodedata.normalize("NFKD", spread)
        spread = "".join(character for character in folded if not unicodedata.combining(character))
    return _WORD.findall(_DIGITS.sub(" ", spread.casefold().replace("'s ", " ")))


def spellings(text: str) -> tuple[str, ...]:
    """The text as it stands and, where words are joined by capitals alone, in lower case too.

    >>> [tokens(text) for text in spellings("GitHub issues")]
    [['git', 'hub', 'issues'], ['github', 'issues']]
    """
    return (text, text.casefold()) if _CAMEL.search(text) else (text,)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without plural and common endings; a folding for comparison, not a dictionary form.

    >>> [stem(word) for word in ("segmentation", "segmenting", "categories", "tumours", "glass", "identified")]
    ['segment', 'segment', 'categori', 'tumor', 'glass', 'identifi']
    """
    if len(word) < 4 or word[0].isdigit() or word in _WHOLE:
        return word
    word = _singular(word)
    if word.endswith("our") and len(word) > 4:
        return word[:-3] + "or"
    for ending, instead, left in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= left:
            word = word[: -len(ending)] + instead
            if ending in {"ing", "ed", "er"} and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    word = word.removesuffix("e") if len(word) > 5 else word
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def stems(text: str) -> list[str]:
    """Stems of all words of a text, in order.

    >>> stems("Classify 3D scans")
    ['classifi', '3d', 'scan']
    """
    return [stem(word) for word in tokens(text)]
