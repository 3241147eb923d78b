"""The facts that ship with the package, and how they enter a database.

Three files lie beside this one, made by `scripts/make_starter.py`: `competitions.jsonl.gz`, `documents.jsonl.gz`
and `sources.jsonl`. They hold facts and links only: no description, no quote, no author. `docs/starter.md` describes
the fields.
"""

from corpus.starter.loader import load_facts, starter_version

__all__ = ["load_facts", "starter_version"]
