"""Prose segments -> statements: names, sentences and cues around them, on spaCy's frame.

Only segments that hold a candidate name are tokenised: the candidate search runs over all text, spaCy over its
surroundings. Components of other packages see the same documents, and then all of them (`analysis.mentions.joining`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from analysis.mentions.context import established, keep_names
from analysis.mentions.joining import joining
from analysis.mentions.names import NameFinder, NameMatch
from analysis.mentions.statements import Statement
from analysis.mentions.unknown import add_unknown
from corpus.ids import squash
from corpus.records import Block, BlockKind, Mention, Segment, Span

if TYPE_CHECKING:
    from spacy.language import Language

LONGEST_SEGMENT = 50_000  # characters; a longer one is a data dump and is read by lines
TOPIC_LASTS = 6  # segments below a heading that still speak of what it names
PRONOUN = re.compile(
    r"\W*(?:it|its|this|these|they|that|both|which|the model|this model|the latter|neither|all of (?:them|these))\b",
    re.I,
)
URL = re.compile(r"https?://[^\s)>\]\"']+|\]\([^)\s]*\)|(?:src|href)=\"[^\"]*\"")


@cache
def build_pipeline() -> Language:
    """spaCy's blank English pipeline with our components, its rule-based sentence splitter, and those that join."""
    import spacy

    from analysis.mentions.components import NAMES

    nlp = spacy.blank("en")
    nlp.add_pipe(NAMES)
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "。", "！", "？", "…"]})
    for point in joining():
        nlp.add_pipe(point.name)
    nlp.max_length = 2 * LONGEST_SEGMENT
    return nlp


def find_statements(blocks: Sequence[Block], segments: Iterable[Segment], names: NameFinder) -> tuple[Statement, ...]:
    """The statements of a document's prose, in reading order; code is not read here."""
    texts = {block.id: block.text for block in blocks}
    prose = [segment for segment in segments if segment.kind not in {BlockKind.CODE, BlockKind.CODE_CELL}]
    found = [(s, text, names.find(text)) for s in prose if (text := texts[s.block_id][s.start : s.end])]
    found = add_unknown(found, blocks, names)
    known = set[tuple[str, str]]().union(*(established(text, matches) for _, text, matches in found if matches))
    statements: list[Statement] = []
    topic: tuple[Mention, ...] = ()  # what the heading above names
    below = 0  # segments since that heading
    places: dict[str, Span] = {}  # where a heading last stood, by its squashed words
    for segment, text, matches in found:
        kept = keep_names(text, matches, known)
        if segment.kind is BlockKind.HEADING:
            topic, below = tuple(_mention(segment, match) for match in kept), 0
            places[squash(text)] = _words_of(segment, text)
        elif below >= TOPIC_LASTS:
            topic = ()
        below += 1
        if kept or topic or joining():
            above = tuple(places.get(squash(heading)) for heading in segment.headings)
            statements += [replace(s, places=above) for s in _read_segment(segment, text, kept, topic)]
    return tuple(statements)


def _read_segment(segment: Segment, text: str, matches: list[NameMatch], topic: tuple[Mention, ...]) -> list[Statement]:
    sentences, found = _sentences(segment, text, matches)
    urls = [match.span() for match in URL.finditer(text)] if found else []
    named = [match for match in found if not _in_any(match.start, urls)]
    statements: list[Statement] = []
    carried = topic
    for start, end in sentences:
        mentions = tuple(_mention(segment, m) for m in named if start <= m.start < end)
        if not mentions and not carried:
            continue
        span = Span(segment.block_id, segment.start + start, segment.start + end)
        said = text[start:end]
        before = () if mentions else carried
        statements.append(Statement(span, said, segment.kind, segment.headings, segment.intro, mentions, before))
        # a sentence goes on about the names just before it; further on only a pronoun keeps them
        carried = mentions or (before if PRONOUN.match(said) else topic)
    return statements


def _words_of(segment: Segment, text: str) -> Span:
    """A heading without the marks before and behind its words."""
    lead = len(text) - len(text.lstrip("#*_ \t\n"))
    return Span(segment.block_id, segment.start + lead, segment.start + len(text.rstrip("#*_: \t\n=-")))


def _in_any(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _mention(segment: Segment, match: NameMatch) -> Mention:
    span = Span(segment.block_id, segment.start + match.start, segment.start + match.end)
    return Mention(span, match.name, match.architecture_id, match.variant)


def _sentences(segment: Segment, text: str, matches: list[NameMatch]) -> tuple[list[tuple[int, int]], list[NameMatch]]:
    """Sentences of a segment as character ranges without outer blanks, and its names with those that components add.

    A table is read by rows and a dump of data by lines, without spaCy.
    """
    if segment.kind is BlockKind.TABLE or len(text) > LONGEST_SEGMENT:
        return [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)], matches
    from analysis.mentions.components import FOUND, read_names

    nlp = build_pipeline()
    doc = nlp.make_doc(text)
    doc.user_data[FOUND] = matches
    doc = nlp(doc)
    sentences = [(s.start_char, s.start_char + len(s.text.rstrip())) for s in doc.sents if s.text.strip()]
    return sentences, read_names(doc) if joining() else matches
