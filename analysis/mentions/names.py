"""Architecture names in running text and identifiers: candidate search over the whole text, a grammar on the window.

The catalogue's aliases alone reach a fifth of the names people write; the rest are a family with size, version and
suffix ("EffNet-B4 ns", "Qwen2.5-32B-Instruct-AWQ"). Every alias is searched in one pass, in each spelling of its pieces
("DeepLab v3", "deep-lab_v3", "deeplabv3"); what follows and precedes a hit is then read by the grammar in `suffixes`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from ahocorasick_rs import AhoCorasick, MatchKind

from analysis.mentions.compounds import COMPOUND, HANDLE, acronym_of
from analysis.mentions.lookalikes import is_accented, read_plain, tricky_lines
from analysis.mentions.suffixes import SIZE_WORDS, SIZES, read_prefix, read_suffix
from analysis.mentions.typos import IDENTIFIER, near_identifier, near_word
from corpus.catalogue import Catalogue
from corpus.ids import squash
from corpus.records import Architecture

SEPARATOR = " "  # what every character but a-z, 0-9, + and a decimal point becomes
LANGUAGE_KINDS = frozenset(
    {"llm", "vlm", "embedding", "sentence_encoder", "transformer_encoder", "transformer_seq2seq"}
)
CHECKPOINT_KINDS = LANGUAGE_KINDS | {"vit", "cnn", "hybrid_vision", "speech", "audio_nn"}  # known by sizes: "eva_large"
# kinds whose members come in no published sizes: "xgb_120" is a file of the author's
UNSIZED_KINDS = frozenset(
    {"gbdt", "linear", "tree", "tree_ensemble", "kernel", "knn", "bayes", "recsys", "cluster", "ensemble", "nn_generic"}
)
SHORTEST_SURE = 2  # a name this short always needs company: "E5", "o3"
MOST_REMEMBERED = 10_000  # words and identifiers whose likeness to a name is kept
SHORTEST_IN_COMPOUND = 4  # letters before a glued part, but for capitals: "LSTMNet"
MOST_OF_A_PATH = 60  # characters before a name in which "kaggle" shows that it is a model there
MOST_PIECES = 6  # an alias of more pieces is searched as one phrase only: 2^(n-1) spellings would be too many


@dataclass(frozen=True, slots=True)
class NameMatch:
    """One architecture name in a text.

    Attributes:
        start, end: characters [start, end) of the whole name with its variant parts.
        architecture_id: the catalogue's family id; None for an architecture that the catalogue lacks.
        name: the catalogue's name, else the surface.
        variant: the surface where it says more than the family (size, version, checkpoint), else None.
        is_ambiguous: the name is also an ordinary word, or short: it needs context to count.
    """

    start: int
    end: int
    architecture_id: str | None
    name: str
    variant: str | None
    is_ambiguous: bool


_FOLD = bytes(
    ord(chr(byte).lower()) if (chr(byte).isalnum() and byte < 128) or chr(byte) == "+" else ord(SEPARATOR)
    for byte in range(256)
)
_DECIMAL_POINT = re.compile(rb"\.(?<=\d\.)(?=\d)")
_JOINING_PLUS = re.compile(rb"(?<=[a-z0-9])\+(?=[a-z0-9])")  # "CNN+LSTM" are two, "UNet++" is one


def fold(text: str) -> str:
    """The text in lower case with separators as blanks, character for character, so that offsets hold.

    >>> fold("U-Net++ (yolo_v8.1), Größe")
    'u net++  yolo v8.1   gr  e'
    """
    plain = text.encode("ascii", "replace")
    folded = plain.translate(_FOLD)
    if b"+" in folded:
        folded = _JOINING_PLUS.sub(SEPARATOR.encode(), folded)
    if b"." in plain and (points := [found.start() for found in _DECIMAL_POINT.finditer(plain)]):
        pointed = bytearray(folded)
        for place in points:
            pointed[place] = ord(".")
        folded = bytes(pointed)
    return folded.decode("ascii")


_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-zA-Z]{2})|(?<=[A-Z]{2})(?=Net\b)")
_VERSION = re.compile(r"(?<=[a-zA-Z]{2})(?=[vV]\d)|(?<=[a-zA-Z][a-uw-zA-UW-Z])(?=\d)")


def spellings(alias: str, *, cuts_camel: bool = True) -> set[str]:
    """Every way the pieces of an alias are joined, folded; capitals inside a word may start a piece.

    >>> sorted(spellings("DeepLabV3"))
    ['deep lab v3', 'deep labv3', 'deeplab v3', 'deeplabv3']
    """
    if " & " in alias:  # folded, the sign leaves three blanks
        return spellings(alias.replace(" & ", " "), cuts_camel=cuts_camel) | {fold(alias)}
    plain = unicodedata.normalize("NFKC", alias)
    cut = _VERSION.sub(SEPARATOR, _CAMEL.sub(SEPARATOR, plain) if cuts_camel else plain)
    pieces = fold(cut).split()
    if not pieces:
        return set()
    if len(pieces) > MOST_PIECES:
        return {" ".join(pieces), " ".join(fold(alias).split()), "".join(pieces)}
    joined = set()
    # a last single letter is never glued on: "EVA-L" must not become "eval", but R-CNN is RCNN
    alone = len(pieces[-1]) == 1 and pieces[-1].isalpha()
    choices = [("", SEPARATOR)] * (len(pieces) - 1 - alone) + [(SEPARATOR,)] * alone
    for gaps in product(*choices):
        joined.add("".join(piece + gap for piece, gap in zip(pieces, (*gaps, ""), strict=True)))
    return joined


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one spelling stands for."""

    architecture: Architecture
    is_ambiguous: bool
    alias: str

    @property
    def is_acronym(self) -> bool:
        """Whether only its capitals tell it from an ordinary word: "LINE", "BiT"; then they must be there."""
        return self.is_ambiguous and sum(letter.isupper() for letter in self.alias) > 1

    @property
    def needs_case(self) -> bool:
        """Whether it must be written as the catalogue writes it: acronyms, and names of two letters or digits."""
        return self.is_acronym or (self.is_ambiguous and len(squash(self.alias)) <= SHORTEST_SURE)

    @property
    def is_shown_by_case_alone(self) -> bool:
        """Whether no size or version can show what is written otherwise, as in "led-large" and DCNv2."""
        return self.needs_case and self.architecture.kind not in CHECKPOINT_KINDS and not _DIGITS.search(self.alias)

    @property
    def needs_company(self) -> bool:
        """Whether it counts only beside words or names that show it is an architecture; "ViT" and "RoMa" do not."""
        return self.is_ambiguous and not (self.is_acronym and any(letter.islower() for letter in self.alias))


class NameFinder:
    """Finds the catalogue's architectures in texts; built once per process (about 0.2 s)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._entries: dict[str, _Entry] = {}
        self._kinds = {a.id: a.kind for a in catalogue.architectures.values()}
        counted = [a for a in catalogue.architectures.values() if a.is_counted]
        for architecture in sorted(counted, key=lambda a: a.id):
            self._add(architecture)
        spelt = sorted(self._entries)
        self._patterns = [self._entries[spelling] for spelling in spelt]
        self._exact = [entry.alias if entry.is_shown_by_case_alone else "" for entry in self._patterns]
        self._sure = {key for key, entry in self._entries.items() if not entry.is_ambiguous and " " not in key}
        # words and identifiers come again in every document, and every letter of one is tried in every place
        self._near_word = lru_cache(MOST_REMEMBERED)(lambda word: near_word(word, self._sure))
        self._near_identifier = lru_cache(MOST_REMEMBERED)(lambda word: near_identifier(word, self._sure))
        self._automaton = AhoCorasick([SEPARATOR + spelling for spelling in spelt], matchkind=MatchKind.Standard)

    def _add(self, architecture: Architecture) -> None:
        ambiguous = {squash(alias) for alias in architecture.ambiguous_aliases}
        for alias in (architecture.name, *architecture.aliases, *architecture.ambiguous_aliases):
            if "*" in alias:
                continue  # the sign is lost in folding: "A*" would be found in "as"
            is_ambiguous = squash(alias) in ambiguous or len(squash(alias)) <= SHORTEST_SURE
            sure = spellings(alias, cuts_camel=False)
            for spelling in spellings(alias) | sure:
                if len(spelling) < 2 or spelling.isdigit():
                    continue
                known = self._entries.get(spelling)
                needs_care = is_ambiguous or spelling not in sure  # "center point" of CenterPoint is also plain English
                if known is None or (known.is_ambiguous and not needs_care):
                    self._entries[spelling] = _Entry(architecture, needs_care, alias if spelling in sure else spelling)

    def find(self, text: str) -> list[NameMatch]:
        """All names in running text, left to right, none inside another; also those that only look like one."""
        found = self._find(text)
        tricky = list(tricky_lines(text))
        return _merge(found, self._find_disguised(text, tricky)) if tricky else found

    def _find_disguised(self, text: str, lines: Iterable[tuple[int, int]]) -> list[NameMatch]:
        """Names in lines as they look, with the places where they stand in the text as it is."""
        found = []
        for first, last in lines:
            plain = read_plain(text[first:last])
            for match in self._find(plain.text):
                start, end = plain.span(match.start, match.end)
                says_more = match.name.isascii() or match.variant != read_plain(match.name).text  # "U²-Net" is the name
                if not is_accented(text[first + start : first + end]):
                    variant = match.variant if says_more else None
                    found.append(replace(match, start=first + start, end=first + end, variant=variant))
        return found

    def _find(self, text: str) -> list[NameMatch]:
        folded = fold(text)
        longest: dict[int, list[tuple[int, int]]] = {}
        hits = self._automaton.find_matches_as_indexes(SEPARATOR + folded, overlapping=True)
        for pattern, start, end in hits:
            if self._exact[pattern] in text[start:end]:
                longest.setdefault(start, []).append((end - 1, pattern))  # the added blank shifts all by one
        found: list[NameMatch] = []
        reached = 0
        for start in sorted(longest):
            if start < reached:
                continue
            match = self._read(text, folded, start, sorted(longest[start], reverse=True))
            if match is None:
                continue
            if found and self._is_part(text, found[-1], match):
                found[-1] = replace(found[-1], end=match.end, variant=text[found[-1].start : match.end])
            else:
                found.append(match)
            reached = match.end
            if folded[reached : reached + 1].isalnum() and (glued := self._glued(text, reached)):
                found.append(glued)
        return found

    def _is_part(self, text: str, before: NameMatch, match: NameMatch) -> bool:
        """Whether a name only says what another was made from: "gte-Qwen2-7B" is GTE, "R1-Distill-Qwen-7B" DeepSeek."""
        if match.start - before.end != 1 or text[before.end] not in "-_":
            return False
        ids = (before.architecture_id, match.architecture_id)
        return all(id_ is not None and self._kinds[id_] in LANGUAGE_KINDS for id_ in ids)

    def _read(self, text: str, folded: str, start: int, ends: Iterable[tuple[int, int]]) -> NameMatch | None:
        """The longest spelling at `start` whose surroundings make it a name, or None."""
        for end, pattern in ends:
            entry = self._patterns[pattern]
            stop = read_suffix(text, folded, end, entry.architecture.kind, entry.is_ambiguous)
            if stop is None and not text[end].islower():
                stop = self._compound_end(text, start, end, entry)
            if stop is None:
                continue
            is_as_written = not entry.needs_case or entry.alias in text[start : end + 1]
            if not is_as_written and not _is_shown_otherwise(entry, text, start, end, stop):
                continue
            if text[stop : stop + 1] == "(" and _ATTRIBUTE.search(text, start, stop):
                continue
            if entry.architecture.kind in LANGUAGE_KINDS and _SOFTWARE.match(text, stop):
                continue
            begin = read_prefix(text, folded, start)
            variant = _variant(text[begin:stop], entry.architecture)
            if handle := HANDLE.match(text, stop):
                stop, variant = self._read_handle(text, begin, handle, variant)
            return NameMatch(
                begin,
                stop,
                entry.architecture.id,
                entry.architecture.name,
                variant,
                entry.needs_company
                and begin == start
                and (folded[end:stop] in {"", "s"} or len(squash(entry.alias)) <= SHORTEST_SURE),
            )
        return None

    def _read_handle(self, text: str, begin: int, handle: re.Match[str], variant: str | None) -> tuple[int, str | None]:
        """Where a name ends behind which framework and variation follow, as in dinov2/pytorch/base/1, and its variant.

        A variation that names its architecture again ("gemma/transformers/gemma-2b-it/1") is found by itself.
        """
        if not handle["version"] and "kaggle" not in text[max(0, begin - MOST_OF_A_PATH) : begin]:
            return handle.start(), variant
        if handle["variation"].lower() == "default":
            return handle.start(), variant
        if self._find(handle["variation"]):
            return handle.start(), None
        return handle.end("variation"), text[begin : handle.end("variation")]

    def _compound_end(self, text: str, start: int, end: int, entry: _Entry) -> int | None:
        """Where a name ends to which a part or another name is glued behind a capital: UNetDecoder, AutoencoderMLP."""
        surface = text[start:end]
        rest = None if entry.is_ambiguous or surface.islower() else COMPOUND.match(text, end)
        if rest is None or (len(surface) < SHORTEST_IN_COMPOUND and not surface.isupper()):
            return None
        if rest["part"]:
            shows = not surface[-1].isupper() or (surface.isupper() and len(surface) > SHORTEST_SURE)
            return rest.start("part") if shows and entry.architecture.kind not in UNSIZED_KINDS else None
        return rest.start("name") if self._is_sure(rest["name"]) else None

    def _is_sure(self, word: str) -> bool:
        return word.casefold() in self._sure or word.casefold().rstrip("0123456789") in self._sure

    def _glued(self, text: str, start: int) -> NameMatch | None:
        """The second name of two in one word: the MLP of AutoencoderMLP."""
        rest = COMPOUND.match(text, start)
        whole = self._find(rest["name"]) if rest and rest["name"] and self._is_sure(rest["name"]) else []
        return replace(whole[0], start=start, end=start + whole[0].end) if whole and whole[0].start == 0 else None

    def tail(self, word: str) -> NameMatch | None:
        """The known name that a CamelCase word ends in, where it stands: ResNet of "SimpleResNet18"."""
        for piece in _CAPITAL.finditer(word):
            found = self._glued(word, piece.start())
            if found is not None and found.end == len(word):
                return found
        return None

    def resolve(self, identifier: str) -> NameMatch | None:
        """The architecture a whole identifier names: a hub id, a class, a path, a weights file.

        The last part of a path speaks first. Offsets are into `identifier`.
        """
        whole = self.find(identifier)
        if not whole:
            return self._resolve_camel(identifier) or self.resolve_typo(identifier)
        cut = max(identifier.rstrip("/").rfind("/"), -1)
        in_last = [match for match in whole if match.start > cut]
        sure = [match for match in (in_last or whole) if not match.is_ambiguous]
        return (sure or in_last or whole)[0]

    def resolve_typo(self, identifier: str) -> NameMatch | None:
        """The architecture that an identifier names by one slip: `tf_efficinetnetv2_s_in21k`; the variant as it is."""
        last = identifier.rsplit("/", 1)[-1]
        offset = len(identifier) - len(last)
        near = self._near_identifier(last) if IDENTIFIER.fullmatch(last) else None
        if near is None:
            return None
        architecture = self._entries[near[0]].architecture
        variant = last if architecture.kind not in UNSIZED_KINDS else None
        return NameMatch(offset, len(identifier), architecture.id, architecture.name, variant, False)

    def correct(self, word: str) -> Architecture | None:
        """The architecture whose name a capitalised word is, in another case or with one slip: RoMA, "EfficentNet"."""
        key = squash(word)
        near = key if key in self._entries else self._near_word(key)
        return self._entries[near].architecture if near else None

    def _resolve_camel(self, identifier: str) -> NameMatch | None:
        """A name that starts a CamelCase identifier: "DebertaV2ForSequenceClassification"."""
        last = re.split(r"[./]", identifier)[-1]
        offset = len(identifier) - len(last)
        pieces = [m.end() for m in re.finditer(r"[A-Z]+(?![a-z])\d*|[A-Z][a-z]+\d*|[a-z]+\d*", last)]
        for end in reversed(pieces):
            entry = self._entries.get(" ".join(fold(last[:end]).split()))
            if entry and (not entry.is_ambiguous or _USE_OF.match(last[end:])):
                return NameMatch(offset, offset + end, entry.architecture.id, entry.architecture.name, None, False)
        return None


def _merge(found: list[NameMatch], disguised: list[NameMatch]) -> list[NameMatch]:
    """Both lists without what lies inside or across a match that starts earlier, or there and is longer."""
    kept: list[NameMatch] = []
    for match in sorted((*disguised, *found), key=lambda m: (m.start, -m.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def _is_shown_otherwise(entry: _Entry, text: str, start: int, end: int, stop: int) -> bool:
    """Whether an acronym in other letters than its own still shows: "led-large" by a size, DCNv2 by its version."""
    if text[start].isupper() and acronym_of(entry.alias, text[start:end]):
        return True
    is_joined = end - start > SHORTEST_SURE and text[end : end + 1] in {"-", "_"}
    return is_joined and entry.architecture.kind in CHECKPOINT_KINDS and bool(_JOINED_SIZE.match(text, end, stop))


_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINED_SIZE = re.compile(rf"[-_](?:{SIZES}|patch\d+|\d+(?:\.\d+)?b)(?![a-z0-9])", re.IGNORECASE)
_USE_OF = re.compile(r"(?:For[A-Z]|LM|Model|Classifier|Regressor|Encoder|Decoder|Backbone|Net)")
_SOFTWARE = re.compile(r"[-_ ]?(?:factory|index)\b|[-_.]cpp\b", re.IGNORECASE)  # behind a name: LLaMA-Factory
_ATTRIBUTE = re.compile(r"[a-z]\.[a-z]")  # "x.clip(0, 1)" calls a method
_DIGITS = re.compile(r"\d")
_DIMENSION = re.compile(r"^[123](?:\.?5)?d|(?<=[a-z])[123]d(?=[a-z])|[123](?:\.?5)?d$")
_CLASS = re.compile(r"[A-Z]\w{0,80}(?:For[A-Z]\w{1,80}|Model|Classifier|Regressor|Encoder|Backbone)\Z")
_LETTER_SIZE = re.compile(r"[smlxnth]|xs|xl|xxl")


def _variant(surface: str, architecture: Architecture) -> str | None:
    """The surface when it says more than the line: a size, a version, a checkpoint; a hub id without its owner."""
    surface = surface.rsplit("/", 1)[-1] if re.match(r"[\w.-]+/[a-zA-Z]", surface) else surface
    is_general = architecture.kind in UNSIZED_KINDS or architecture.id.endswith("-unspecified")  # a CNN, a GNN
    if is_general or _CLASS.match(surface):
        return None
    rest = _DIMENSION.sub("", _without_line(squash(surface).replace(".", ""), architecture))
    if not rest or (rest == "s" and surface[-2:-1].isalnum() and not surface[-2:-1].isdigit()):
        return None
    words = set(fold(surface).split()) - set(fold(architecture.name).split())
    is_sized = bool(words & SIZE_WORDS) or bool(_LETTER_SIZE.fullmatch(rest.removeprefix("tf")))
    return surface if _DIGITS.search(rest) or is_sized else None


def _without_line(squashed: str, architecture: Architecture) -> str:
    """What is left of a squashed surface when the name of its line, or else of its family, is taken out."""
    for name in (architecture.lineage_name, architecture.name):
        plain = squash(name).replace(".", "")
        if plain in squashed:
            return squashed.replace(plain, "", 1)
    return squashed
