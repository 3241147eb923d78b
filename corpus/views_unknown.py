"""Names that documents use as architectures and the catalogue lacks, for a person to review."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from corpus.ids import squash
from corpus.views import Readable


@dataclass(frozen=True, slots=True)
class UnknownExample:
    """One place where an unknown name stands."""

    document: str
    competition: str | None
    rank: int | None
    status: str
    quote: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class UnknownName:
    """One name with all its spellings.

    Attributes:
        name: the spelling of most documents.
        spellings: all of them, variants too, as they stand in documents.
        n_documents: documents that are no copies and name it.
        n_competitions: of these documents.
        n_used: documents that say they use it.
        examples: used before tried before mentioned, then the better rank.
    """

    name: str
    spellings: tuple[str, ...]
    n_documents: int
    n_competitions: int
    n_used: int
    examples: tuple[UnknownExample, ...]


SQL = """
SELECT k.architecture AS name, k.document, k.competition, k.rank, k.status, k.document_url AS url, e.quote,
       substr(e.quote, e.name_start - e.start + 1, e.name_end - e.name_start) AS surface
FROM v_claims k
LEFT JOIN evidence e ON e.claim_id = k.claim_id
WHERE k.architecture_id IS NULL AND k.copy_of IS NULL
ORDER BY CASE k.status WHEN 'used' THEN 1 WHEN 'tried' THEN 2 ELSE 3 END, coalesce(k.rank, 1000000), k.document,
         e.position
"""


def unknown_names(store: Readable, n_examples: int = 3) -> tuple[UnknownName, ...]:
    """All of them: those in most documents first, then those used in most, then by name."""
    rows = defaultdict(list)
    for row in store.execute(SQL):
        rows[squash(row["name"])].append(row)
    found = []
    for group in rows.values():
        first: dict[str, Any] = {}
        for row in group:
            first.setdefault(row["document"], row)
        names = Counter(row["name"] for row in first.values())
        found.append(
            UnknownName(
                name=max(sorted(names), key=lambda name: names[name]),
                spellings=tuple(sorted({row["surface"] for row in group if row["surface"]})),
                n_documents=len(first),
                n_competitions=len({row["competition"] for row in first.values() if row["competition"]}),
                n_used=sum(row["status"] == "used" for row in first.values()),
                examples=tuple(
                    UnknownExample(
                        row["document"], row["competition"], row["rank"], row["status"], row["quote"], row["url"]
                    )
                    for row in list(first.values())[:n_examples]
                ),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.n_documents, -one.n_used, one.name.casefold(), one.name)))
