"""Prose segments -> statements: sentences and the names in them.

The candidate search runs over all text; sentences are cut by rules on characters, so no text is split into tokens.
Components of other packages see spaCy documents with our names and sentences, and only where some join
(`analysis.mentions.joining`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from analysis.mentions.context import established, keep_names
from analysis.mentions.joining import joining
from analysis.mentions.names import NameFinder, NameMatch
from analysis.mentions.sentences import split_rows, split_sentences
from analysis.mentions.siblings import add_siblings
from analysis.mentions.statements import Statement
from analysis.mentions.unknown import add_unknown
from corpus.ids import squash
from corpus.records import Block, BlockKind, Mention, Segment, Span

if TYPE_CHECKING:
    from spacy.language import Language

LONGEST_SEGMENT = 50_000  # characters; a longer one is a data dump and is read by lines
LONGEST_SENTENCE = 4_000  # characters; a longer one is cut, as every name in it is weighed against every cue
TOPIC_LASTS = 6  # segments below a heading that still speak of what it names
PRONOUN = re.compile(
    r"\W*(?:it|its|this|these|they|that|both|which|the model|this model|the latter|neither|all of (?:them|these))\b",
    re.I,
)
URL = re.compile(r"https?://[^\s)>\]\"']+|\]\((?:[^)\s\]]|\](?!\())*\)|(?:src|href)=\"[^\"]*\"")
CODE_KINDS = frozenset({BlockKind.CODE, BlockKind.CODE_CELL})


@cache
def build_pipeline() -> Language:
    """spaCy's blank English pipeline with our components and those of other packages that join."""
    import spacy

    from analysis.mentions.components import NAMES, SENTENCES

    nlp = spacy.blank("en")
    nlp.add_pipe(NAMES)
    nlp.add_pipe(SENTENCES)
    for point in joining():
        nlp.add_pipe(point.name)
    nlp.max_length = 2 * LONGEST_SEGMENT
    return nlp


def find_statements(blocks: Sequence[Block], segments: Iterable[Segment], names: NameFinder) -> tuple[Statement, ...]:
    """All statements of a document's prose in reading order, or none where it names nothing; code is not read here."""
    texts = {block.id: block.text for block in blocks}
    prose = [segment for segment in segments if segment.kind not in CODE_KINDS]
    found = [
        (s, text, add_siblings(text, names.find(text))) for s in prose if (text := texts[s.block_id][s.start : s.end])
    ]
    found = add_unknown(found, blocks, names)
    if not joining() and not any(matches for _, _, matches in found):
        return ()
    known = set[tuple[str, str]]().union(*(established(text, matches) for _, text, matches in found if matches))
    statements: list[Statement] = []
    topic: tuple[Mention, ...] = ()  # what the heading above names
    below = 0  # segments since that heading
    places: dict[str, Span] = {}  # where a heading last stood, by its squashed words
    for number, (segment, text, matches) in enumerate(found):
        kept = keep_names(text, matches, known) if matches else []
        if segment.kind is BlockKind.HEADING:
            topic, below = tuple(_mention(segment, match) for match in kept), 0
            places[squash(text)] = _words_of(segment, text)
        elif below >= TOPIC_LASTS:
            topic = ()
        below += 1
        above = tuple(places.get(squash(heading)) for heading in segment.headings)
        statements += _read_segment(segment, text, kept, topic, above, number)
    return tuple(statements)


def _read_segment(
    segment: Segment,
    text: str,
    matches: list[NameMatch],
    topic: tuple[Mention, ...],
    above: tuple[Span | None, ...],
    number: int,
) -> list[Statement]:
    sentences, found = _sentences(segment, text, matches)
    named = _outside_addresses(text, found)
    starts = [match.start for match in named]
    statements: list[Statement] = []
    carried = topic
    for start, end in sentences:
        mentions = tuple(_mention(segment, m) for m in named[bisect_left(starts, start) : bisect_left(starts, end)])
        span = Span(segment.block_id, segment.start + start, segment.start + end)
        said = text[start:end]
        before = () if mentions else carried
        statements.append(
            Statement(span, said, segment.kind, segment.headings, segment.intro, mentions, before, above, number)
        )
        # a sentence goes on about the names just before it; further on only a pronoun keeps them
        carried = mentions or (before if PRONOUN.match(said) else topic)
    return statements


def _words_of(segment: Segment, text: str) -> Span:
    """A heading without the marks before and behind its words."""
    lead = len(text) - len(text.lstrip("#*_ \t\n"))
    return Span(segment.block_id, segment.start + lead, segment.start + len(text.rstrip("#*_: \t\n=-")))


def _outside_addresses(text: str, matches: list[NameMatch]) -> list[NameMatch]:
    """The names that begin in no address, left to right."""
    ends = dict(match.span() for match in URL.finditer(text)) if matches else {}
    starts = list(ends)
    kept = []
    for match in sorted(matches, key=lambda match: match.start):
        at = bisect_right(starts, match.start) - 1
        if at < 0 or match.start >= ends[starts[at]]:
            kept.append(match)
    return kept


def _mention(segment: Segment, match: NameMatch) -> Mention:
    span = Span(segment.block_id, segment.start + match.start, segment.start + match.end)
    return Mention(span, match.name, match.architecture_id, match.variant)


def _sentences(segment: Segment, text: str, matches: list[NameMatch]) -> tuple[list[tuple[int, int]], list[NameMatch]]:
    """Sentences of a segment as character ranges without outer blanks, and its names with those that components add."""
    if segment.kind is BlockKind.TABLE or len(text) > LONGEST_SEGMENT:
        return _cut_long(split_rows(text), text, matches), matches
    found = _joined_names(text, matches) if joining() else matches
    return _cut_long(split_sentences(text), text, found), found


def _cut_long(ranges: list[tuple[int, int]], text: str, matches: list[NameMatch]) -> list[tuple[int, int]]:
    """Ranges of at most LONGEST_SENTENCE characters: longer ones are cut into sentences, else where no name stands."""
    if not any(end - start > LONGEST_SENTENCE for start, end in ranges):
        return ranges
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        pieces = [(start, end)]
        if end - start > LONGEST_SENTENCE:
            pieces = [(start + first, start + last) for first, last in split_sentences(text[start:end])]
        for first, last in pieces:
            while last - first > LONGEST_SENTENCE:
                cut = _outside(first + LONGEST_SENTENCE, matches)
                found.append((first, min(cut, last)))
                first = min(cut, last)
            found.append((first, last))
    return [(start, end) for start, end in found if start < end]


def _outside(place: int, matches: list[NameMatch]) -> int:
    """The place, or the end of the name that it would cut; `matches` stand left to right."""
    at = bisect_left(matches, place, key=lambda match: match.start) - 1
    return max(place, matches[at].end) if at >= 0 else place


def _joined_names(text: str, matches: list[NameMatch]) -> list[NameMatch]:
    from analysis.mentions.components import FOUND, read_names

    nlp = build_pipeline()
    doc = nlp.make_doc(text)
    doc.user_data[FOUND] = matches
    return read_names(nlp(doc))
