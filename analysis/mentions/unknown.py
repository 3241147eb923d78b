"""Architectures that the catalogue lacks, found in prose by how their names look and by what is said of them.

Precision comes first: a name counts when its shape shows it (CapsNet), when the document introduces it ("Relation
Network (STRN)"), links its paper or defines it as a class, or when it is called a backbone or an encoder. What is known
to be something else - a data set, a library, a loss - never counts (`corpus/catalogue/other_names.jsonl`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from analysis.mentions.names import NameFinder, NameMatch
from analysis.mentions.suffixes import TOKEN
from analysis.mentions.typos import ANY_IDENTIFIER, IDENTIFIER, SIZE_IN_NAME
from analysis.mentions.unknown_signs import (
    ANY_PAIR,
    ANY_SHAPE,
    ANY_SIZE,
    CALLED,
    CALLS,
    CLASS,
    CONTEXT,
    ESTIMATOR,
    GENERIC,
    HEAD_OF_IDENTIFIER,
    HEADS,
    HUB,
    HUB_NEAR,
    INTRODUCED,
    LISTED,
    LONGEST_PHRASE,
    NET,
    NETWORK_NEAR,
    NO_FORMERS,
    NO_HEADS,
    OF_MANY,
    OTHER_AFTER,
    OTHER_BEFORE,
    OTHER_HUB,
    OTHER_NETWORKS,
    PAIR,
    PAPER,
    PHRASE,
    PIECE_OF_NETWORK,
    PLACES,
    SHAPE,
    SIZED,
    TOOL,
)
from corpus.catalogue import load_other_names
from corpus.ids import squash
from corpus.records import Architecture, Block, BlockKind, Segment

Found = tuple[Segment, str, list[NameMatch]]
LONGEST_NAME = 80  # characters
MOST_NAMES = 200  # unknown names of one document, those seen most: more of them are a list of something else
NEAR = 60  # characters before and behind a hub id in which a word must say that it is a model's


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place where a sign points to a name.

    Attributes:
        start, end: characters [start, end) of the name as written.
        name: what is written, without size and version.
        is_exact: only this very spelling counts elsewhere in the document, as for an acronym.
    """

    start: int
    end: int
    name: str
    is_exact: bool = False


def add_unknown(found: Iterable[Found], blocks: Sequence[Block], names: NameFinder) -> list[Found]:
    """The prose of a document with the architectures among its matches that the catalogue lacks, left to right.

    A name that one place shows to be an architecture counts at every place of the document; its name is the spelling
    that stands there most often.
    """
    found = [(segment, text, _with_slips(text, matches, names)) for segment, text, matches in found]
    shown = _shown_names(found, _own_classes(blocks), names)
    if not shown.spellings:
        return found
    pattern = _everywhere(shown)
    found = [
        (segment, text, [*matches, *(_whole(text, one, shown) for one in shown.longer.get(at, ()) if shown.has(one))])
        for at, (segment, text, matches) in enumerate(found)
    ]
    places = [(segment, text, matches, _occurrences(text, matches, pattern)) for segment, text, matches in found]
    for surface in (text[start:end] for _, text, _, spans in places for start, end in spans):
        if squash(surface) in shown.spellings:
            shown.spellings[squash(surface)][surface] += 1
    return [
        (segment, text, _named_alike([*matches, *(_match(text, span, shown) for span in spans)], shown))
        for segment, text, matches, spans in places
    ]


@dataclass(slots=True)
class _Shown:
    """The names that some place of a document shows to be architectures, by their squashed spelling."""

    spellings: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    exact: set[str] = field(default_factory=set)  # spellings of which no other counts
    corrected: dict[str, Architecture] = field(default_factory=dict)  # known ones in an unusual spelling

    longer: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))  # by text: more than a name

    def has(self, candidate: Candidate) -> bool:
        """Whether its name counts, and was not taken for something else further on."""
        return squash(candidate.name) in self.spellings

    def name(self, key: str) -> str:
        """The catalogue's name, else the spelling that stands there most often."""
        counts = self.spellings[key]
        return self.corrected[key].name if key in self.corrected else max(sorted(counts), key=lambda s: (counts[s], s))


def _shown_names(found: Iterable[Found], classes: re.Pattern[str] | None, names: NameFinder) -> _Shown:
    """What the signs point to, without what is known to be something else or is called so anywhere in the document."""
    shown = _Shown()
    vetoed: set[str] = set()
    for at, (_, text, matches) in enumerate(found):
        taken = longer = None
        for candidate in _candidates(text, matches, classes):
            if taken is None or longer is None:
                taken, longer = _Taken(text, matches), _Taken(text)
            span = (candidate.start, candidate.end)
            if span[1] - span[0] > LONGEST_NAME or taken.has(*span) or is_something_else(candidate.name):
                continue
            key = squash(candidate.name)
            known = names.correct(candidate.name)
            if known is not None:
                shown.corrected[key] = known
            elif names.resolve(candidate.name) is not None:
                continue
            if _is_called_something_else(text, candidate):
                vetoed.add(key)
            shown.spellings[key][candidate.name] += 1
            if span[1] - span[0] > len(candidate.name) and not longer.has(*span):
                shown.longer[at].append(candidate)
                longer.add(*span)
            if candidate.is_exact:
                shown.exact.add(candidate.name)
    for key in vetoed:
        del shown.spellings[key]
    if len(shown.spellings) > MOST_NAMES:
        ranked = sorted(shown.spellings, key=lambda key: -shown.spellings[key].total())
        for key in ranked[MOST_NAMES:]:
            del shown.spellings[key]
    return shown


def _with_slips(text: str, matches: list[NameMatch], names: NameFinder) -> list[NameMatch]:
    """The matches with known names that are misspelt: identifiers, and capitalised words whose shape shows a name."""
    is_joined, is_shaped = ("_" in text or "-" in text) and ANY_IDENTIFIER.search(text), ANY_SHAPE.search(text)
    is_pair = ANY_PAIR.search(text)
    if not (is_joined or is_shaped or is_pair or "net " in text):
        return matches
    more, taken = [], _Taken(text, matches)
    for found in IDENTIFIER.finditer(text) if is_joined else ():
        if len(found.group()) <= LONGEST_NAME and not taken.has(*found.span()):
            match = names.resolve_typo(found.group())
            if match is not None:
                more.append(replace(match, start=found.start() + match.start, end=found.start() + match.end))
    for match in more:
        taken.add(match.start, match.end)
    shaped = [*(SHAPE.finditer(text) if is_shaped else ()), *(NET.finditer(text) if "net " in text else ())]
    shaped += [*PAIR.finditer(text)] if is_pair else []
    for found in shaped:
        start, end = found.span("name")
        if taken.has(start, end):
            continue
        match = _behind_generic(found["name"], names)
        architecture = names.correct(found["name"]) if match is None else None
        if architecture is not None:
            match = NameMatch(start, end, architecture.id, architecture.name, None, False)
        if match is not None:
            taken.add(start, end)
            more.append(replace(match, start=start, end=end))
    return sorted([*matches, *more], key=lambda match: match.start) if more else matches


def _behind_generic(word: str, names: NameFinder) -> NameMatch | None:
    """The known name at the end of a word whose beginning says nothing: "SimpleCNN" is a CNN."""
    match = names.tail(word)
    return match if match is not None and not GENERIC.sub("", word[: match.start]) else None


def _is_called_something_else(text: str, candidate: Candidate) -> bool:
    """Whether the words beside a name say that it is data, software or a competition: the whole document then knows."""
    after, before = text[candidate.end : candidate.end + 160], text[max(0, candidate.start - 40) : candidate.start]
    return bool(OTHER_AFTER.match(after) or OTHER_BEFORE.search(before))


def is_something_else(name: str) -> bool:
    """Whether a name is known to be no architecture, or says nothing: a data set, a library, "MyNet"."""
    key = squash(name)
    others = load_other_names()
    if len(key) < 3 or key in others or key.removesuffix("s") in others or re.sub(r"v?\d{1,9}\Z", "", key) in others:
        return True
    words = re.sub(r"(?:\A|[-_.\s])([a-z]?)", lambda match: match[1].upper(), name)
    rest = GENERIC.sub("", words)
    return len(rest) < 2 or bool(TOOL.search(name) or NO_FORMERS.search(name))


def _candidates(text: str, matches: Sequence[NameMatch], classes: re.Pattern[str] | None) -> Iterator[Candidate]:
    if ANY_SHAPE.search(text):
        for match in SHAPE.finditer(text):
            yield _candidate(match)
    for match in ESTIMATOR.finditer(text) if "Classifier" in text or "Regressor" in text else ():
        if not OF_MANY.match(match["name"]):
            yield Candidate(match.start(), match.end(), match["name"])
    for match in INTRODUCED.finditer(text) if "(" in text else ():
        if _is_introduced(text[max(0, match.start() - LONGEST_PHRASE) : match.start()], match["name"]):
            yield _candidate(match, is_exact=True)
    for match in _matches(CONTEXT, text):
        if shows_a_name(match["name"]):
            yield _candidate(match, is_exact=match["name"].isupper())
    for match in _matches(PAPER, text):
        around = text[max(0, match.start() - NEAR) : match.start()] + " " + text[match.end() : match.end() + NEAR]
        if shows_a_name(match["name"]) and NETWORK_NEAR.search(around):
            yield _candidate(match, is_exact=match["name"].isupper())
    yield from _hub_ids(text)
    for match in CALLED.finditer(text) if CALLS.search(text) else ():
        yield _candidate(match)
    for match in SIZED.finditer(text) if "-" in text and ANY_SIZE.search(text) else ():
        yield Candidate(match.start(), match.end(), family_of(match["name"]))
    yield from _identifiers(text)
    yield from _in_lists(text, matches)
    if classes is not None:
        for match in classes.finditer(text):
            yield _candidate(match, is_exact=True)


def _candidate(match: re.Match[str], *, is_exact: bool = False) -> Candidate:
    return Candidate(match.start("name"), match.end("name"), family_of(match["name"]), is_exact)


def _hub_ids(text: str) -> Iterator[Candidate]:
    for match in HUB.finditer(text) if "/" in text else ():
        around = text[max(0, match.start() - NEAR) : match.start()] + " " + text[match.end() : match.end() + NEAR]
        is_sized = family_of(match["name"]) != match["name"]
        if is_sized and HUB_NEAR.search(around) and not OTHER_HUB.search(around) and not PLACES.match(match["id"]):
            yield Candidate(match.start("id"), match.end("id"), family_of(match["name"]))


def _identifiers(text: str) -> Iterator[Candidate]:
    """Identifiers built as timm builds them: `foo_small_patch16_224`, `foonetv2_tiny.in21k`."""
    for match in IDENTIFIER.finditer(text) if "_" in text else ():
        head = HEAD_OF_IDENTIFIER.match(match.group())
        tail = re.split(r"[_.-]", match.group())[1:]
        is_sized = any(SIZE_IN_NAME.match(piece) for piece in tail)
        if head and len(tail) > 1 and is_sized and all(map(TOKEN.match, tail)) and not NO_HEADS.match(head["name"]):
            yield Candidate(match.start(), match.end(), re.sub(r"v\d{1,9}\Z", "", match.group().split("_")[0]))


def _in_lists(text: str, matches: Sequence[NameMatch]) -> Iterator[Candidate]:
    """What stands alone between two sure names of a list: "ResNet, FooBar and VGG"."""
    for one, other in pairwise(matches):
        between = text[one.end : other.start] if other.start - one.end < LONGEST_NAME else ""
        match = None if one.is_ambiguous or other.is_ambiguous else LISTED.match(between)
        if match and shows_a_name(match["name"]):
            yield Candidate(
                one.end + match.start("name"),
                one.end + match.end("name"),
                family_of(match["name"]),
                match["name"].isupper(),
            )


def family_of(name: str) -> str:
    """A name without size, version and training tags at its end.

    >>> family_of("foonet-base-v2"), family_of("CapsNet"), family_of("Foo_b3")
    ('foonet', 'CapsNet', 'Foo')
    """
    pieces = re.split(r"([-_.])", name)
    while len(pieces) > 2 and TOKEN.match(pieces[-1].lower()):
        del pieces[-2:]
    return "".join(pieces)


def shows_a_name(word: str) -> bool:
    """Whether capitals or digits show that a word is a name: "FooBar", "STRN2", "foo_b3"; not "Strong", "The"."""
    capitals = sum(letter.isupper() for letter in word)
    return capitals > 1 or (any(letter.isdigit() for letter in word) and (capitals > 0 or "_" in word))


def _matches(signs: Iterable[tuple[str, re.Pattern[str]]], text: str) -> Iterator[re.Match[str]]:
    for need, sign in signs:
        if need in text:
            yield from sign.finditer(text)


def _is_introduced(before: str, acronym: str) -> bool:
    """Whether the words before an acronym name a network, and its capitals are first letters of them, in order."""
    match = PHRASE.search(before)
    if match is None or not HEADS.search(match.group()) or OTHER_NETWORKS.search(match.group()):
        return False
    capitals = [letter.lower() for letter in acronym if letter.isupper()]
    firsts = [word[0].lower() for word in re.split(r"[ -]+", match.group()) if word]
    at = len(firsts)
    for letter in reversed(capitals):
        at = max((place for place in range(at) if firsts[place] == letter), default=-1)
        if at < 0:
            return False
    return len(capitals) > 1 and firsts[-1] == capitals[-1]


def _own_classes(blocks: Iterable[Block]) -> re.Pattern[str] | None:
    """The names of the document's own network classes as one pattern; those that say nothing are left out."""
    code = (block.text for block in blocks if block.kind in {BlockKind.CODE, BlockKind.CODE_CELL})
    found = {match["name"] for text in code if "class" in text for match in CLASS.finditer(text)}
    kept = sorted(name for name in found if shows_a_name(name) and not PIECE_OF_NETWORK.search(name))
    return re.compile(rf"(?<![\w.])(?P<name>{'|'.join(map(re.escape, kept))})(?![\w(])") if kept else None


class _Taken:
    """The characters of one text that names cover already."""

    def __init__(self, text: str, matches: Iterable[NameMatch] = ()) -> None:
        self.marks = bytearray(len(text))
        for match in matches:
            self.add(match.start, match.end)

    def add(self, start: int, end: int) -> None:
        """Cover characters [start, end)."""
        self.marks[start:end] = b"\1" * (end - start)

    def has(self, start: int, end: int) -> bool:
        """Whether any of the characters [start, end) is covered."""
        return self.marks.find(1, start, end) >= 0


def _everywhere(shown: _Shown) -> re.Pattern[str]:
    """All names in all their spellings, the longest first."""
    words = {word for counts in shown.spellings.values() for word in counts}
    spelt = [_spelt(word, word in shown.exact) for word in sorted(words, key=lambda word: (-len(word), word))]
    return re.compile(rf"(?<![\w/])(?:{'|'.join(spelt)})(?:[-_]?[vV]\d{{1,2}})?(?![\w/]|\.\w)")


def _spelt(word: str, is_exact: bool) -> str:
    if is_exact:
        return re.escape(word)
    pieces = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|\+", word)
    return rf"(?i:{'[-_ ]?'.join(map(re.escape, pieces))})"


def _occurrences(text: str, matches: Sequence[NameMatch], pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    spans = [match.span() for match in pattern.finditer(text)]
    taken = _Taken(text, matches) if spans else None
    return [span for span in spans if taken is not None and not taken.has(*span)]


def _whole(text: str, candidate: Candidate, shown: _Shown) -> NameMatch:
    """A name with size and version, or as a class: a hub id's owner and a class's ending make no variant."""
    surface = text[candidate.start : candidate.end].rsplit("/", 1)[-1]
    key = squash(candidate.name)
    known = shown.corrected.get(key)
    variant = None if re.fullmatch(r"(?:Classifier|Regressor)(?:CV)?", surface[len(candidate.name) :]) else surface
    return NameMatch(candidate.start, candidate.end, known.id if known else None, shown.name(key), variant, False)


def _match(text: str, span: tuple[int, int], shown: _Shown) -> NameMatch:
    surface = text[span[0] : span[1]]
    whole = squash(surface)
    key = whole if whole in shown.spellings else re.sub(r"v\d{1,9}\Z", "", whole)
    known = shown.corrected.get(key)
    return NameMatch(*span, known.id if known else None, shown.name(key), surface if key != whole else None, False)


def _named_alike(matches: list[NameMatch], shown: _Shown) -> list[NameMatch]:
    """The matches left to right, unknown ones under the spelling that the whole document prefers."""
    ordered = sorted(matches, key=lambda match: match.start)
    return [
        replace(match, name=shown.name(squash(match.name))) if match.architecture_id is None else match
        for match in ordered
    ]
