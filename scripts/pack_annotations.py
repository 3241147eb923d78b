"""Pack annotations in the guide's form into offsets, which is all of them that is kept.

    python scripts/pack_annotations.py FOLDER [--shared ../shared] [--out annotations/claims.jsonl]

FOLDER holds one JSON file per document as the guide says: family, surfaces, variants, status, roles, reasons with exact
quotes. A quote or a surface becomes block position, start and end; one that is not in the document is reported and left
out. Documents of the given gold are left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from analysis.blocks import read_blocks
from corpus.records import Block
from miner.sources.folder import read_folder


def main() -> None:
    """Pack and say what was left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("annotations/claims.jsonl"))
    args = parser.parse_args()
    given = {path.stem for path in (args.shared / "data/gold/dev").glob("*.json")}
    manifest = (args.shared / "data/corpus/documents.jsonl").read_text(encoding="utf-8").splitlines()
    competitions = {row["doc_id"]: row["competition"] for row in map(json.loads, manifest)}
    rows = []
    for item in read_folder([args.shared / "data/corpus"]):
        if not isinstance(item, tuple) or item[0].name in given:
            continue
        document, raw = item
        path = args.folder / f"{document.name}.json"
        if path.exists():
            claims = [
                pack(claim, read_blocks(document, raw), document.name)
                for claim in json.loads(path.read_text())["claims"]
            ]
            rows.append(
                {
                    "doc_id": document.name,
                    "kind": document.kind.value,
                    "competition": competitions[document.name],
                    "sha256": raw.content_hash,
                    "claims": claims,
                }
            )
    rows.sort(key=lambda row: row["doc_id"])
    args.out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    n_reasons = sum(len(claim["reasons"]) for row in rows for claim in row["claims"])
    print(f"{len(rows)} documents, {sum(len(row['claims']) for row in rows)} claims, {n_reasons} reasons -> {args.out}")


def pack(claim: dict[str, Any], blocks: tuple[Block, ...], name: str) -> dict[str, Any]:
    """One claim with offsets in the place of words."""
    surfaces, variants = (
        [place for words in claim[field] if (place := _find(words, blocks, name))] for field in ("surfaces", "variants")
    )
    reasons = []
    for reason in claim["reasons"]:
        place = _find(reason["quote"], blocks, name)
        if place:
            block, start, end = place
            kept = {key: reason[key] for key in ("category", "polarity")}
            reasons.append({**kept, "block": block, "start": start, "end": end})
    kept = {key: claim.get(key, []) for key in ("family", "status", "roles")}
    return {**kept, "surfaces": surfaces, "variants": variants, "reasons": reasons}


def _find(words: str, blocks: tuple[Block, ...], name: str) -> list[int] | None:
    for block in blocks:
        start = block.text.find(words)
        if start >= 0:
            return [block.position, start, start + len(words)]
    print(f"{name}: {words!r} is not in one block of it; left out")
    return None


if __name__ == "__main__":
    main()
