"""Write docs/schema.md from a freshly migrated database; the comments in its SQL are the text.

python scripts/make_schema_page.py            writes docs/schema.md
python scripts/make_schema_page.py --check    exit 1 when it would change
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus.store import MEMORY, Store
from corpus.views_schema import Relation, described, read_relations

PAGE = Path(__file__).resolve().parent.parent / "docs" / "schema.md"
INTRODUCTION = """# The database

One SQLite file. Read it with `miner sql`, with any SQLite tool, or with Datasette: the views (`v_…`) are made for that
and keep their columns; the tables may grow. Ids are made from content, so they are the same on every machine; dates are
ISO 8601, times UTC. This page is made by `scripts/make_schema_page.py` from the database itself.
"""


def make_page(store: Store) -> str:
    """The page as Markdown."""
    relations = described(read_relations(store))
    parts = [INTRODUCTION, f"Schema version {store.schema_version} (`PRAGMA user_version`).\n"]
    for kind, title in (("view", "Views"), ("table", "Tables")):
        parts.append(f"## {title}\n")
        parts.extend(_section(relation) for relation in relations if relation.kind == kind)
    return "\n".join(parts)


def _section(relation: Relation) -> str:
    lines = [
        f"### {relation.name}\n",
        f"{relation.about}\n",
        "| column | type | what it holds |",
        "| --- | --- | --- |",
    ]
    for name, kind, comment in relation.columns:
        lines.append(f"| `{name}` | {kind.lower() or 'computed'} | {comment} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="Write docs/schema.md from the migrated database.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    options = parser.parse_args()
    with Store.open(Path(MEMORY)) as store:
        page = make_page(store)
    if options.check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE}: {page.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
