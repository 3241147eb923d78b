"""Text as it looks: full-width, styled and look-alike letters as plain ones, what is invisible taken out.

A name in full-width or mathematical letters, with a Cyrillic "e" for a Latin one, or with a soft hyphen, a zero-width
space or a Markdown escape inside, is read as what a person sees. Every character of the result knows where it came
from, so that a name's offsets lead back to the text exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# full-width, mathematical, circled and small-capital letters, ligatures, and the hyphens that do not break
_STYLED = (
    "\u2010\u2011\u2100-\u214f\u24b6-\u24e9\ufb00-\ufb06\uff10-\uff5a\U0001d400-\U0001d7ff\U0001f130-\U0001f189"
    "\u0250-\u02af\u1d00-\u1d7f\ua730\ua731"
)
_FOREIGN = "\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff\u2070-\u209c\u00b2\u00b3\u00b9"
# an escape of Markdown, or a letter in disguise; a foreign letter counts only beside a plain one: Russian or Greek
# words are read as they are; one class of characters comes first, so that all others are passed over at once
_ESCAPE = re.compile(r"\\(?=[_-])")
_TRICK = re.compile(
    rf"[\\{_INVISIBLE}{_MARKS}{_STYLED}{_FOREIGN}](?:(?<=\\)(?=[_-])|(?<=[{_INVISIBLE}{_MARKS}{_STYLED}])"
    rf"|(?<=[A-Za-z0-9][{_FOREIGN}])|(?<=[{_FOREIGN}])(?=[A-Za-z0-9]))"
)
_NOT_PLAIN = re.compile(r"[^\x00-\x7f]|\\(?=[_-])")
_HIDDEN = re.compile(f"[{_INVISIBLE}{_MARKS}]")
_RAISED = frozenset("¹²³⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
# what no decomposition gives: letters of other scripts, and small capitals, by the Latin letter they look like
_ALIKE: dict[str, str] = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝЬӏүԌᴦΑΒΕΖΗΙΚΜΝΟΡΤΥΧοικνρυıɑɡɩɪʀɴʟʙɢʜʏᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰøØłŁđĐ‐‑",
        "ABESIJKMHOPCTYXaesijopcyxhdqwblyGrABEZHIKMNOPTYXoikvpuiagiIRNLBGHYACDEJKMOPTUVWZSFoOlLdD--",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as it looks.

    Attributes:
        text: without tricks; as long as the original or shorter, but for ligatures.
        places: for each of its characters, and for its end, the place in the original.
    """

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters [start, end) of the plain text, end > start, as characters of the original."""
        return self.places[start], self.places[end - 1] + 1


LETTERS_SURE = 6  # a shorter name is too easily a word of another language without its accents: "GÍN"


def is_accented(surface: str) -> bool:
    """Whether a short surface reads as a name only without its accents: rather a word of another language."""
    letters = unicodedata.normalize("NFC", surface)
    return len(letters) < LETTERS_SURE and any(
        unicodedata.decomposition(x)[:1] not in {"", "<"} for x in letters if x.isalpha()
    )


def tricky_lines(text: str) -> Iterator[tuple[int, int]]:
    """[start, end) of the lines that may look other than stored; of plain ASCII only escapes are looked for."""
    end = 0
    for trick in (_ESCAPE if text.isascii() else _TRICK).finditer(text):
        if trick.start() >= end:
            end = text.find("\n", trick.start())
            end = end if end >= 0 else len(text)
            yield text.rfind("\n", 0, trick.start()) + 1, end


def read_plain(text: str) -> Plain:
    """The text as it looks.

    >>> read_plain("Re\\u200bs\\u00adNet").text, read_plain("Re\\u200bs\\u00adNet").span(0, 6)
    ('ResNet', (0, 8))
    """
    letters: list[str] = []
    places: list[int] = []
    behind = 0
    for match in _NOT_PLAIN.finditer(text):
        place, letter = match.start(), match.group()
        letters.append(text[behind:place])
        places += range(behind, place)
        behind = place + 1
        shown = _shown(letter)
        if letter in _RAISED and not (text[place + 1 : place + 2].isalpha() or text[place + 1 : place + 2] == "-"):
            shown = " "  # a footnote, a power; "U²-Net" goes on
        letters.append(shown)
        places += [place] * len(shown)
    letters.append(text[behind:])
    places += range(behind, len(text))
    return Plain("".join(letters), (*places, len(text)))


@lru_cache(maxsize=4096)
def _shown(letter: str) -> str:
    """What one character looks like: plain letters, nothing when it is invisible, itself when it has no likeness."""
    if letter == "\\" or _HIDDEN.match(letter):
        return ""
    bare = "".join(_ALIKE.get(part, part) for part in unicodedata.normalize("NFKD", letter))
    bare = "".join(part for part in bare if not unicodedata.combining(part))
    return bare if bare.isascii() and (bare.isalnum() or bare in "+-._/") else letter
