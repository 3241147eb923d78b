"""Annotated documents as training examples."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analysis.blocks import read_blocks, read_document_segments
from analysis.claims.gather import Gathered, gather
from analysis.claims.reasons import SHORTEST_STATEMENT
from analysis.mentions.code import find_code_mentions
from analysis.mentions.context import outside_slug
from analysis.mentions.names import NameFinder
from analysis.mentions.prose import find_statements
from analysis.mentions.unknown_code import find_unknown_loads
from corpus.catalogue import load_catalogue
from corpus.ids import squash
from corpus.records import Block, Document, RawDocument
from miner.sources.folder import read_folder

# the given gold leaves them out of variants
_HUB_OWNER = re.compile(r"^[\w.-]+/(?=[\w.-]+\Z)")
SHARED_BY_QUOTE = 0.5  # share of a quote that must lie in a statement for it to count as the reason's place
SHARED_BY_STATEMENT = 0.6  # or share of the statement that lies in the quote


@dataclass(slots=True)
class Example:
    """One annotated document.

    Attributes:
        gold: the annotation as `score_claims.py` reads it.
        family_of: architecture key -> the scorer's name of its line.
        places: (line, polarity) -> statements that give such a reason, with the categories there.
    """

    document: Document
    blocks: tuple[Block, ...]
    gathered: Gathered
    gold: dict[str, Any]
    competition: str | None
    is_given: bool
    family_of: dict[str, str]
    places: dict[tuple[str, str], dict[int, set[str]]] = field(default_factory=dict)

    @property
    def standings(self) -> dict[str, str]:
        """Line -> status that the annotator gave, the strongest of several."""
        rank = {"used": 3, "tried": 2, "mentioned": 1}
        rows = sorted(self.gold["claims"], key=lambda claim: rank[claim["status"]])
        return {claim["line"]: claim["status"] for claim in rows}


def fold_of(competition: str | None, n_folds: int) -> int:
    """The fold of a competition's documents: a hash of its slug."""
    return int(hashlib.sha256(f"fold {competition}".encode()).hexdigest(), 16) % n_folds


def load_examples(shared: Path, annotations: Path) -> list[Example]:
    """The given gold and our annotations, by document name."""
    scorer_folder = str(Path(__file__).resolve().parent.parent)
    if scorer_folder not in sys.path:
        sys.path.insert(0, scorer_folder)
    from score import load_scorer, read_gold

    data = shared / "data"
    scorer = load_scorer(shared)
    families = scorer.Families(
        scorer.alias_table(data / "catalogue/architectures.jsonl", data / "gold/family_aliases.json")
    )
    given = {row["doc_id"]: row for row in read_gold(shared)}
    ours = {row["doc_id"]: row for row in map(json.loads, annotations.read_text(encoding="utf-8").splitlines())}
    examples = []
    for item in read_folder([data / "corpus"]):
        if not isinstance(item, tuple) or item[0].name not in given.keys() | ours.keys():
            continue
        document, raw = item
        row = given.get(document.name) or ours[document.name]
        examples.append(_example(document, raw, row, families, is_given=document.name in given))
    return sorted(examples, key=lambda example: example.document.name)


@cache
def _names() -> NameFinder:
    return NameFinder(load_catalogue())


def _example(document: Document, raw: RawDocument, row: dict[str, Any], families: Any, *, is_given: bool) -> Example:
    architectures = load_catalogue().architectures
    blocks = read_blocks(document, raw)
    if not is_given:
        row = unpack(row, blocks)
    statements = find_statements(blocks, read_document_segments(blocks), _names())
    code = (*find_code_mentions(blocks, _names()), *find_unknown_loads(blocks, _names()))
    gathered = gather(document, statements, outside_slug(code, blocks, document.competition_id), architectures)
    family_of = {}
    for key, case in gathered.cases.items():
        known = architectures.get(case.architecture_id or "")
        family_of[key] = families(known.lineage_name if known else case.name)
    texts = {block.id: block.text for block in blocks}
    lines = {
        squash(texts[m.span.block_id][m.span.start : m.span.end]): family_of[key]
        for key, case in gathered.cases.items()
        for _, m, _ in case.votes
    }
    claims = row["claims"] if is_given else [_aligned(claim, families, lines) for claim in row["claims"]]
    gold = {**row, "claims": [{**claim, "line": families(claim["family"])} for claim in claims]}
    example = Example(document, blocks, gathered, gold, row.get("competition"), is_given, family_of)
    _place_reasons(example)
    return example


def _aligned(claim: dict[str, Any], families: Any, lines: dict[str, str]) -> dict[str, Any]:
    """A claim of ours under the catalogue's line, where all its spellings are names of one other line there.

    Annotators name lines in their own way ("Gemma" for MedGemma); which line a name belongs to is not what is learnt.
    """
    found = {lines[spelling] for surface in claim["surfaces"] if (spelling := squash(surface)) in lines}
    if len(found) == 1 and families(claim["family"]) not in lines.values():
        return {**claim, "family": found.pop()}
    return claim


def unpack(row: dict[str, Any], blocks: tuple[Block, ...]) -> dict[str, Any]:
    """A stored annotation with the words that its offsets stand for."""
    texts = {block.position: block.text for block in blocks}
    claims = []
    for claim in row["claims"]:
        reasons = [
            {"category": r["category"], "polarity": r["polarity"], "quote": texts[r["block"]][r["start"] : r["end"]]}
            for r in claim["reasons"]
        ]
        surfaces = [texts[block][start:end] for block, start, end in claim["surfaces"]]
        variants = [_HUB_OWNER.sub("", texts[block][start:end]) for block, start, end in claim["variants"]]
        claims.append({**claim, "variants": variants, "reasons": reasons, "surfaces": surfaces})
    return {**row, "claims": claims}


def _place_reasons(example: Example) -> None:
    statements = example.gathered.outline.statements
    for claim in example.gold["claims"]:
        for reason in claim["reasons"]:
            quote = reason["quote"]
            spans = [(b.id, at) for b in example.blocks if (at := b.text.find(quote)) >= 0][:3]
            found = example.places.setdefault((claim["line"], reason["polarity"]), {})
            for place, statement in enumerate(statements):
                if len(statement.text) < SHORTEST_STATEMENT:
                    continue
                for block, start in spans:
                    if statement.span.block_id != block:
                        continue
                    shared = min(statement.span.end, start + len(quote)) - max(statement.span.start, start)
                    if shared >= SHARED_BY_QUOTE * len(quote) or shared >= SHARED_BY_STATEMENT * len(statement.text):
                        found.setdefault(place, set()).add(reason["category"])
