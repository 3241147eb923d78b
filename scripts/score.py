"""Score the extractor on annotated documents, in two parts by competition: one whose errors may be read, one closed.

    python scripts/score.py [--shared ../shared] [--errors FILE] [--predictions FILE]

A document is in the closed part when sha256(competition) is a multiple of 3. Only errors of the open part are written.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from analysis.document import analyse_document
from corpus.catalogue import load_catalogue
from corpus.errors import ReadError
from corpus.records import Document, DocumentAnalysis, RawDocument
from miner.sources.folder import read_folder

MEASURES = ("used", "family", "tried", "variant", "reason", "evidence", "role")
PARTS = ("open", "closed", "all")


def is_closed(competition: str | None) -> bool:
    """Whether the documents of a competition belong to the part whose errors nobody reads."""
    return int(hashlib.sha256(str(competition).encode()).hexdigest(), 16) % 3 == 0


def load_scorer(shared: Path) -> ModuleType:
    """The scorer as a module."""
    spec = importlib.util.spec_from_file_location("score_claims", shared / "tools" / "score_claims.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no scorer in {shared}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_claims"] = module
    spec.loader.exec_module(module)
    return module


def predict(document: Document, raw: RawDocument) -> DocumentAnalysis | None:
    """The analysis of one document, or None when it cannot be read."""
    try:
        return analyse_document(document, raw, load_catalogue())
    except ReadError as error:
        print(error, file=sys.stderr)
        return None


def as_prediction(name: str, analysis: DocumentAnalysis | None) -> dict[str, Any]:
    """One line as `miner export claims` gives it, as far as the scorer and `reliability.py` read it."""
    architectures = load_catalogue().architectures
    claims = []
    for claim in analysis.claims if analysis else ():
        known = architectures.get(claim.architecture_id or "")
        claims.append(
            {
                "family": known.lineage_name if known else claim.name,
                "architecture_id": claim.architecture_id,
                "variants": [v.name for v in claim.variants],
                "status": claim.status.value,
                "roles": [r.value for r in claim.roles],
                "reasons": [
                    {"category": r.category, "polarity": r.polarity, "quote": r.quote, "confidence": r.confidence}
                    for r in claim.reasons
                ],
                "evidence": [{"quote": e.quote} for e in claim.evidence],
                "confidence": claim.confidence,
            }
        )
    return {"doc_id": name, "claims": claims}


def read_gold(shared: Path) -> list[dict[str, Any]]:
    """The annotated documents, by file name."""
    files = sorted((shared / "data" / "gold" / "dev").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def read_annotated(shared: Path, gold: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Document, RawDocument]]:
    """Name -> document and bytes, of the documents that the annotations name; one that is missing is left out."""
    wanted = {row["doc_id"] for row in gold}
    found = (item for item in read_folder([shared / "data" / "corpus"]) if isinstance(item, tuple))
    return {item[0].name: item for item in found if item[0].name in wanted}


def make_predictions(items: Mapping[str, tuple[Document, RawDocument]]) -> dict[str, dict[str, Any]]:
    """Name -> what the extractor says now."""
    return {name: as_prediction(name, predict(*item)) for name, item in items.items()}


def score_part(
    shared: Path, gold: Iterable[dict[str, Any]], found: dict[str, dict[str, Any]], part: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures by kind of document, and the errors, of one part: open, closed or all."""
    scorer, data = load_scorer(shared), shared / "data"
    table = scorer.alias_table(data / "catalogue/architectures.jsonl", data / "gold/family_aliases.json")
    rows = [g for g in gold if part == "all" or is_closed(g["competition"]) == (part == "closed")]
    figures, errors = scorer.score(rows, found, scorer.Families(table))
    return figures, errors


def main() -> None:
    """Print the figures of each part and kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", type=Path)
    parser.add_argument("--predictions", type=Path)
    args = parser.parse_args()
    gold = read_gold(args.shared)
    found = make_predictions(read_annotated(args.shared, gold))
    if args.predictions:
        args.predictions.write_text("".join(json.dumps(row) + "\n" for row in found.values()), encoding="utf-8")
    for part in PARTS:
        figures, errors = score_part(args.shared, gold, found, part)
        print_figures(part, figures)
        if part == "open" and args.errors:
            args.errors.write_text("".join(json.dumps(e) + "\n" for e in errors), encoding="utf-8")


def print_figures(part: str, figures: dict[str, Any]) -> None:
    """One line per kind of document: F1 of each measure, agreement of status, share of spans."""
    for kind, row in figures.items():
        if kind == "documents":
            continue
        cells = [f"{m} {row[m]['f1']:.3f} ({row[m]['precision']:.2f}/{row[m]['recall']:.2f})" for m in MEASURES]
        print(
            f"{part:6} {kind:8}", "  ".join(cells), f" status {row['status']['agreement']}  span {row['span']['share']}"
        )


if __name__ == "__main__":
    main()
