"""One document from bytes to claims: blocks, mentions and claims composed; pure."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from analysis.blocks import read_blocks, read_document_segments
from analysis.claims.gather import gather
from analysis.claims.judge import judge_claims
from analysis.claims.trained import load_judges
from analysis.language import detect_language, readable_reasons
from analysis.mentions.code import find_code_mentions
from analysis.mentions.code.imports import find_packages
from analysis.mentions.context import outside_slug
from analysis.mentions.joining import joining_stamp
from analysis.mentions.names import NameFinder
from analysis.mentions.prose import find_statements
from analysis.mentions.unknown_code import find_unknown_loads
from analysis.sketches import make_sketch, sketch_stamp
from corpus.catalogue import Catalogue
from corpus.records import BlockKind, Document, DocumentAnalysis, RawDocument

EXTRACTOR = "5"  # raised whenever the same document and catalogue may give other claims or packages


def made_by(catalogue: Catalogue) -> str:
    """The stamp of what is made with this extractor, catalogue and way of sketching."""
    extractor = f"extractor-{EXTRACTOR}.{load_judges().version}"
    return f"{extractor}+catalogue-{catalogue.version}+{sketch_stamp()}{joining_stamp()}"


@lru_cache(maxsize=2)
def _finder(version: str) -> NameFinder:
    from corpus.catalogue import load_catalogue

    catalogue = load_catalogue()
    if catalogue.version != version:
        raise ValueError(f"the shipped catalogue is {catalogue.version}, not {version}")
    return NameFinder(catalogue)


def analyse_document(document: Document, raw: RawDocument, catalogue: Catalogue) -> DocumentAnalysis:
    """Blocks, claims and sketch of one version of a document.

    Raises:
        ReadError: the bytes cannot be read as the document's format.
    """
    with _without_collection():
        return _analyse(document, raw, catalogue)


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for cyclic garbage meanwhile: the analysis makes many small records and hardly any cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _analyse(document: Document, raw: RawDocument, catalogue: Catalogue) -> DocumentAnalysis:
    names = _finder(catalogue.version)
    stamp = made_by(catalogue)
    blocks = read_blocks(document, raw)
    statements = find_statements(blocks, read_document_segments(blocks), names)
    code = (*find_code_mentions(blocks, names), *find_unknown_loads(blocks, names))
    code = outside_slug(code, blocks, document.competition_id)
    gathered = gather(document, statements, code, catalogue.architectures)
    claims = judge_claims(gathered, blocks, stamp, load_judges())
    prose = {block.id: block.text for block in blocks if block.kind not in {BlockKind.CODE, BlockKind.CODE_CELL}}
    language = detect_language(prose.values())
    claims = tuple(replace(claim, reasons=readable_reasons(claim.reasons, prose, language)) for claim in claims)
    sketch = make_sketch(document, blocks)
    return DocumentAnalysis(
        document.id,
        raw.content_hash,
        stamp,
        blocks,
        claims,
        sketch=sketch,
        prose_language=language,
        packages=find_packages(blocks),
    )
