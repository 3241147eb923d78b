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
from pathlib import Path
from types import ModuleType
from typing import Any

from analysis.document import analyse_document
from corpus.catalogue import load_catalogue
from corpus.errors import ReadError
from corpus.records import Document, DocumentAnalysis, RawDocument
from miner.sources.folder import read_folder

MEASURES = ("used", "family", "tried", "variant", "reason", "evidence", "role")


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
    """One line as `miner export claims` gives it, as far as the scorer reads it."""
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
                "reasons": [{"category": r.category, "polarity": r.polarity, "quote": r.quote} for r in claim.reasons],
                "evidence": [{"quote": e.quote} for e in claim.evidence],
            }
        )
    return {"doc_id": name, "claims": claims}


def main() -> None:
    """Print the figures of each part and kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", type=Path)
    parser.add_argument("--predictions", type=Path)
    args = parser.parse_args()
    scorer = load_scorer(args.shared)
    gold = [json.loads(p.read_text(encoding="utf-8")) for p in sorted((args.shared / "data/gold/dev").glob("*.json"))]
    wanted = {g["doc_id"] for g in gold}
    found: dict[str, Any] = {}
    for item in read_folder([args.shared / "data" / "corpus"]):
        if isinstance(item, tuple) and item[0].name in wanted:
            found[item[0].name] = as_prediction(item[0].name, predict(*item))
    if args.predictions:
        args.predictions.write_text("".join(json.dumps(row) + "\n" for row in found.values()), encoding="utf-8")
    data = args.shared / "data"
    table = scorer.alias_table(data / "catalogue/architectures.jsonl", data / "gold/family_aliases.json")
    for part in ("open", "closed", "all"):
        rows = [g for g in gold if part == "all" or is_closed(g["competition"]) == (part == "closed")]
        figures, errors = scorer.score(rows, found, scorer.Families(table))
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
