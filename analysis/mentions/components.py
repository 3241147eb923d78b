"""Our components of the spaCy pipeline, registered under their names, and how others join it.

`miner_names` marks architectures in `doc.spans["architectures"]`, the catalogue's id as label; `miner_sentences` marks
where sentences start. What a component behind
it adds to the same group counts as a name too; `joining` says how it gets there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Span

from analysis.mentions.context import keep_names
from analysis.mentions.names import NameFinder, NameMatch
from analysis.mentions.sentences import split_sentences
from corpus.catalogue import load_catalogue

GROUP = "architectures"
NAMES = "miner_names"
SENTENCES = "miner_sentences"
FOUND = "miner_names"  # in doc.user_data: names found before the text was split into words
UNKNOWN = ""  # label of an architecture that the catalogue lacks


@cache
def shipped_finder() -> NameFinder:
    """The finder over the catalogue that ships."""
    return NameFinder(load_catalogue())


@Language.factory(NAMES)
def make_names_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component that marks architectures; spaCy calls this when `miner_names` is added to a pipeline."""

    def mark_names(doc: Doc) -> Doc:
        found = doc.user_data.get(FOUND)
        if found is None:
            found = keep_names(doc.text, shipped_finder().find(doc.text))
            doc.user_data[FOUND] = found
        spans = (_span(doc, match) for match in found)
        doc.spans[GROUP] = [span for span in spans if span is not None]
        return doc

    return mark_names


@Language.factory(SENTENCES)
def make_sentences_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component that marks where sentences start, by the rules that our own reading follows."""

    def mark_sentences(doc: Doc) -> Doc:
        starts = {start for start, _ in split_sentences(doc.text)}
        for token in doc:
            token.is_sent_start = token.i == 0 or token.idx in starts
        return doc

    return mark_sentences


def _span(doc: Doc, match: NameMatch) -> Span | None:
    """The words that hold a name; words may reach further than the name itself."""
    return doc.char_span(
        match.start, match.end, label=match.architecture_id or UNKNOWN, alignment_mode="expand", span_id=match.name
    )


def read_names(doc: Doc) -> list[NameMatch]:
    """The names of a document that went through the pipeline: ours with exact offsets, and those that others added."""
    own: list[NameMatch] = list(doc.user_data.get(FOUND) or ())
    known = {(span.start_char, span.end_char) for match in own if (span := _span(doc, match)) is not None}
    for span in doc.spans.get(GROUP, ()):
        if (span.start_char, span.end_char) not in known:
            name = span.id_ or span.text
            own.append(NameMatch(span.start_char, span.end_char, span.label_ or None, name, None, False))
    return sorted(own, key=lambda match: match.start)
