"""Check curated facts about competitions and pack them into the file that ships.

    python scripts/pack_curated.py FILE... [--index INDEX.jsonl] [--check]

FILE holds one JSON object a line (`corpus.catalogue.curated.CuratedCompetition`); INDEX one with `slug` and
`description`, against which `about` is looked through for copied words. Exit 1, and nothing written, where a rule is
broken. Equal facts give equal bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from corpus.catalogue.curated import CURATED_FILE, check_curated, parse_curated

TARGET = Path(__file__).resolve().parent.parent / "corpus" / "catalogue" / CURATED_FILE


def read_descriptions(index: Path | None) -> dict[str, str]:
    """Slug -> description of an index; empty where none is given."""
    if index is None:
        return {}
    rows = [json.loads(line) for line in index.read_text("utf-8").splitlines() if line.strip()]
    return {str(row["slug"]): str(row.get("description") or "") for row in rows}


def main() -> int:
    """Check, pack, and say what there is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--index", type=Path, help="descriptions that must not be repeated")
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    lines = [line for file in arguments.files for line in file.read_text("utf-8").splitlines()]
    rows = sorted(parse_curated(lines, "the files given").values(), key=lambda row: row.slug)
    if problems := check_curated(rows, read_descriptions(arguments.index)):
        print("\n".join(problems))
        return 1
    filled = [{key: value for key, value in asdict(row).items() if value not in ((), "", None)} for row in rows]
    text = "".join(f"{json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(',', ':'))}\n" for row in filled)
    if not arguments.check:
        TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    bases = Counter(row.basis for row in rows)
    print(f"{len(rows)} competitions, {sum(bool(row.task_types) for row in rows)} with task types, {dict(bases)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
