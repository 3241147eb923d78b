"""Known names with one slip of the finger, in identifiers and capitalised words: `eca_nfet_l0`, EfficentNet.

An ordinary word is never corrected. An identifier counts only when all behind the name are sizes and training tags, a
capitalised word only when its shape shows a name; both need seven letters, and the first one right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator

from analysis.mentions.suffixes import PREFIX, TOKEN

SHORTEST = 7  # letters and digits: shorter names have too many neighbours (ResNet, RegNet, RexNet are one apart)
LONGEST = 40  # letters and digits: no known name has more, and every letter is tried in every place
SHORTEST_OWN = 4  # of them before a common ending
SHORTEST_WRONG, SHORTEST_OWN_WRONG = 8, 6  # for a wrong letter: "encoder" is no slip of EnCodec
SHORTEST_TWICE = 10  # for two slips, in an identifier that begins as timm's do: tf_efficnetnet_b0_ns
SHORTEST_CUT = 8  # of a name whose "net" was forgotten: "efficient_b3"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
IDENTIFIER = re.compile(r"(?<![\w./-])[a-zA-Z][a-zA-Z0-9]*+(?:[_.-][a-zA-Z0-9]++)+(?![\w/])")
ANY_IDENTIFIER = re.compile(
    r"[a-z]\d?[_-](?:[vblfn]?\d|base|large|small|tiny|(?:ns|[smlx])(?![a-z0-9]))"
)  # a quick look
_ENDING = re.compile(r"(?:transformer|former|net|bert|gpt|lstm|cnn|rnn|gnn)(?:v?\d+)?\Z")
SIZE_IN_NAME = re.compile(r"(?:b\d|l\d|f\d|ns|in\d+k|tiny|small|base|large|xs|s|m|l|x|xl|v\d|patch\d+|\d{2,3})\Z")


def slips(word: str) -> Iterator[str]:
    """Every word that a letter left out, doubled, swapped or added makes of `word`; its first letter is kept."""
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail


def wrong_keys(word: str) -> Iterator[str]:
    """Every word that has another letter in one place than `word`; its first letter is kept."""
    for at in range(1, len(word)):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at + 1 :]


def near_word(word: str, known: Container[str]) -> str | None:
    """The one known name that is one slip from `word` (lower case, no separators), or None where there are several.

    What stands before a common ending must be long enough to be known again: FakeNet is no FaceNet.

    >>> near_word("efficentnet", {"efficientnet"}), near_word("fakenet", {"facenet"})
    ('efficientnet', None)
    """
    n_own = len(_ENDING.sub("", word))
    if not SHORTEST <= len(word) <= LONGEST or n_own < SHORTEST_OWN:
        return None
    found = {other for other in slips(word) if other in known and len(other) >= SHORTEST}
    if not found and n_own >= SHORTEST_OWN_WRONG and len(word) >= SHORTEST_WRONG:
        found = {other for other in wrong_keys(word) if other in known}
    return found.pop() if len(found) == 1 else None


def two_slips(word: str, known: Collection[str]) -> str | None:
    """The one long known name that two slips make of `word`, letters out or in; it begins and ends alike.

    >>> two_slips("efficnetnet", {"efficientnet", "efficientdet"})
    'efficientnet'
    """
    if not SHORTEST_TWICE <= len(word) <= LONGEST:
        return None
    alike = (x for x in known if x[:4] == word[:4] and x[-3:] == word[-3:] and abs(len(x) - len(word)) <= 2)
    found = [x for x in alike if not set(slips(x)).isdisjoint(slips(word))]
    return found[0] if len(found) == 1 else None


def near_identifier(identifier: str, known: Collection[str]) -> tuple[str, int, int] | None:
    """The known name that an identifier means by one slip, and where it is written in it as (name, start, end).

    >>> near_identifier("tf_efficinetnetv2_s_in21k", {"efficientnetv2"})
    ('efficientnetv2', 3, 17)
    """
    if identifier.startswith(("tf.", "np.", "torch.")):
        return None
    pieces = [(match.group().lower(), match.start(), match.end()) for match in re.finditer(r"[a-zA-Z0-9]+", identifier)]
    first = next((at for at, (piece, _, _) in enumerate(pieces) if not PREFIX.match(piece)), len(pieces))
    is_prefixed = first > 0
    for begin in dict.fromkeys((first, 0)):
        for stop in range(min(len(pieces), begin + 3), begin, -1):
            rest = [piece for piece, _, _ in pieces[stop:]]
            if not all(TOKEN.match(piece) for piece in rest) or not (is_prefixed or any(map(SIZE_IN_NAME.match, rest))):
                continue
            word = "".join(piece for piece, _, _ in pieces[begin:stop])
            if begin == 0 and is_prefixed and stop <= first:
                continue
            name = near_word(word, known)
            if name is None and len(word) >= SHORTEST_CUT and word + "net" in known:
                name = word + "net"
            if name is None and is_prefixed:
                name = two_slips(word, known)
            if name is not None:
                return name, pieces[begin][1], pieces[stop - 1][2]
    return None
