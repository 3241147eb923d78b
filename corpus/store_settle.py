"""Decide for the whole corpus which solution each document is of and which documents are copies; for `corpus.store`.

Both are recomputed from what the sources state, so the order in which documents arrived does not matter.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from corpus.ids import canonical_url, content_hash, solution_id
from corpus.store_copies import settle_near_copies
from corpus.store_documents import BOARD, LINKED
from corpus.store_forget import author_key

# What the sources say of each document's rank, the strongest alone; and what a person says instead, who is right.
STATED_SQL = """
INSERT INTO temp.stated
SELECT d.id, d.competition_id, r.rank, r.source, c.id, c.value
FROM documents d
LEFT JOIN (SELECT document_id, rank, source,
                  row_number() OVER (PARTITION BY document_id ORDER BY rank_strength(source) DESC) AS place
           FROM document_ranks) r ON r.document_id = d.id AND r.place = 1
LEFT JOIN corrections c ON c.document_id = d.id AND c.field = 'rank'
WHERE d.competition_id IS NOT NULL
"""

# Starter facts name the solution without its author's name; where a person corrects them, the shipped id waits in
# `overruled` until that is undone.
SHIPPED_SQL = """
INSERT OR IGNORE INTO overruled (document_id, item, value)
SELECT d.id, 'solution', json_quote(d.solution_id) FROM documents d
WHERE d.source = 'starter' AND d.solution_id IS NOT NULL
  AND d.id IN (SELECT document_id FROM corrections WHERE field IN ('rank', 'competition'))
"""
SETTLED_SQL = """
INSERT INTO temp.settled
SELECT s.document_id, s.competition_id, s.rank, s.rank_source,
       CASE WHEN d.source <> 'starter' OR d.solution_id IS NULL OR s.is_corrected
            THEN solution_id_of(s.competition_id, s.rank, d.author, d.id)
            ELSE coalesce((SELECT json_extract(o.value, '$') FROM overruled o
                           WHERE o.document_id = d.id AND o.item = 'solution'), d.solution_id) END
FROM (SELECT document_id, competition_id,
             CASE WHEN correction_id IS NULL THEN rank ELSE json_extract(corrected, '$.rank') END AS rank,
             CASE WHEN correction_id IS NULL THEN rank_source ELSE json_extract(corrected, '$.source') END
             AS rank_source,
             correction_id IS NOT NULL OR EXISTS (
                SELECT 1 FROM corrections c WHERE c.document_id = t.document_id AND c.field = 'competition'
             ) AS is_corrected
      FROM temp.stated t) s
JOIN documents d ON d.id = s.document_id
"""
NOT_WAITING_SQL = """
DELETE FROM overruled WHERE item = 'solution'
  AND document_id NOT IN (SELECT document_id FROM corrections WHERE field IN ('rank', 'competition'))
"""
RANK_EFFECTS_SQL = """
INSERT INTO correction_effects (correction_id, document_id, extracted, agrees)
SELECT correction_id, document_id,
       CASE WHEN rank IS NULL THEN 'null' ELSE json_object('rank', rank, 'source', rank_source) END,
       rank IS json_extract(corrected, '$.rank')
FROM temp.stated WHERE correction_id IS NOT NULL
"""

# Solutions that only an index knows come last: a rank that a document's author claims is not confirmed by an index that
# links to another page.
WANTED_SQL = """
INSERT INTO temp.wanted
SELECT solution_id, min(competition_id), min(rank),
       CASE max(rank_strength(rank_source)) WHEN 3 THEN 'leaderboard' WHEN 2 THEN 'index' WHEN 1 THEN 'author' END
FROM temp.settled GROUP BY solution_id
UNION ALL
SELECT id, competition_id, rank, 'index'
FROM (SELECT DISTINCT solution_id_of(competition_id, rank, NULL, '') AS id, competition_id, rank
      FROM solution_links WHERE rank IS NOT NULL)
WHERE id NOT IN (SELECT solution_id FROM temp.settled)
"""

UPSERT_SQL = """
INSERT INTO solutions (id, competition_id, rank, rank_source)
SELECT id, competition_id, rank, rank_source FROM temp.wanted WHERE true
ON CONFLICT (id) DO UPDATE
SET competition_id = excluded.competition_id, rank = excluded.rank, rank_source = excluded.rank_source
WHERE competition_id IS NOT excluded.competition_id
   OR rank IS NOT excluded.rank OR rank_source IS NOT excluded.rank_source
"""

LINK_RANKS_SQL = """
INSERT OR IGNORE INTO document_ranks (document_id, source, rank, evidence)
SELECT d.id, 'index', l.rank, ? || l.provenance
FROM documents d
CROSS JOIN solution_links l ON l.url = canonical_url_of(d.url) AND l.competition_id = d.competition_id
WHERE d.url IS NOT NULL AND l.rank IS NOT NULL
"""

# A write-up is about its author's entry; another document only when it says so itself: many a public notebook is by
# somebody who won with something else. A name that stands there with two ranks says nothing.
BOARD_RANKS_SQL = """
INSERT OR IGNORE INTO document_ranks (document_id, source, rank, evidence)
SELECT d.id, 'leaderboard', min(l.rank), ? || min(l.source) || ', ' || min(l.kind) || ' name'
FROM documents d
CROSS JOIN leaderboard_ranks l ON l.competition_id = d.competition_id AND l.name = folded(d.author)
WHERE d.author IS NOT NULL
  AND (d.kind = 'writeup' OR EXISTS (SELECT 1 FROM document_ranks r WHERE r.document_id = d.id AND r.source = 'author'))
GROUP BY d.id HAVING count(DISTINCT l.rank) = 1
"""

# Whose entry a confirmed rank is, and its medal, where the leaderboard's rows of that rank agree.
TEAMS_SQL = """
UPDATE solutions SET team = coalesce(b.team, solutions.team), medal = coalesce(b.medal, solutions.medal)
FROM (SELECT competition_id, rank, CASE count(DISTINCT team) WHEN 1 THEN max(team) END AS team,
             CASE count(DISTINCT medal) WHEN 1 THEN max(medal) END AS medal
      FROM leaderboard_ranks GROUP BY competition_id, rank) b
WHERE b.competition_id = solutions.competition_id AND b.rank = solutions.rank
  AND solutions.rank_source IN ('leaderboard', 'index')
  AND (solutions.team IS NOT coalesce(b.team, solutions.team)
       OR solutions.medal IS NOT coalesce(b.medal, solutions.medal))
"""


def settle_solutions(connection: sqlite3.Connection) -> None:
    """Recompute ranks that links and leaderboards give, solutions, and which solution each document is of."""
    _add_functions(connection)
    connection.execute("DELETE FROM document_ranks WHERE source = 'index' AND substr(evidence, 1, 6) = ?", (LINKED,))
    connection.execute(LINK_RANKS_SQL, (LINKED,))
    connection.execute(
        "DELETE FROM document_ranks WHERE source = 'leaderboard' AND substr(evidence, 1, 7) = ?", (BOARD,)
    )
    connection.execute(BOARD_RANKS_SQL, (BOARD,))
    connection.execute(
        "CREATE TEMP TABLE stated (document_id TEXT PRIMARY KEY, competition_id TEXT, rank INTEGER, rank_source TEXT, "
        "correction_id TEXT, corrected TEXT) WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TEMP TABLE settled (document_id TEXT PRIMARY KEY, competition_id TEXT, rank INTEGER, rank_source TEXT, "
        "solution_id TEXT) WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TEMP TABLE wanted (id TEXT PRIMARY KEY, competition_id TEXT, rank INTEGER, rank_source TEXT) "
        "WITHOUT ROWID"
    )
    connection.execute(STATED_SQL)
    connection.execute(SHIPPED_SQL)
    connection.execute(SETTLED_SQL)
    connection.execute(WANTED_SQL)
    connection.execute(UPSERT_SQL)
    connection.execute(TEAMS_SQL)
    connection.execute(
        "UPDATE documents SET solution_id = s.solution_id FROM temp.settled s "
        "WHERE s.document_id = documents.id AND documents.solution_id IS NOT s.solution_id"
    )
    connection.execute(
        "UPDATE documents SET solution_id = NULL WHERE competition_id IS NULL AND solution_id IS NOT NULL"
    )
    connection.execute("DELETE FROM solutions WHERE id NOT IN (SELECT id FROM temp.wanted)")
    _keep_rank_effects(connection)
    connection.execute("DROP TABLE temp.stated")
    connection.execute("DROP TABLE temp.settled")
    connection.execute("DROP TABLE temp.wanted")


def _keep_rank_effects(connection: sqlite3.Connection) -> None:
    """What the sources say where a person says another rank; and no solution waits without a correction."""
    connection.execute(NOT_WAITING_SQL)
    connection.execute(
        "DELETE FROM correction_effects WHERE correction_id IN (SELECT id FROM corrections WHERE field = 'rank')"
    )
    connection.execute(RANK_EFFECTS_SQL)


def settle_copies(connection: sqlite3.Connection) -> None:
    """Point every copy at its original: stated by a source, equal byte for byte, or near (`corpus.copies`).

    Of documents tied to one another by statements and equal bytes the original is the earliest that nobody states to
    be a copy; near copies are looked for among what is left. `copy_how` is what ties a document itself: its original
    may have turned out to be a near copy, and then both stand beside the same.
    """
    tied = _tied_copies(connection)
    near = settle_near_copies(connection, tied)
    wanted: dict[str, tuple[str | None, str | None, float | None]] = {
        copy: (near[original][0] if original in near else original, how, None) for copy, (original, how) in tied.items()
    }
    wanted |= {copy: (original, "near", similarity) for copy, (original, similarity) in near.items()}
    rows = connection.execute(
        "SELECT id, copy_of, copy_how, copy_similarity FROM documents WHERE copy_of IS NOT NULL OR copy_how IS NOT NULL"
    )
    before = {row[0]: tuple(row)[1:] for row in rows}
    nothing = (None, None, None)
    connection.executemany(
        "UPDATE documents SET copy_of = ?, copy_how = ?, copy_similarity = ? WHERE id = ?",
        (
            (*wanted.get(key, nothing), key)
            for key in sorted(before.keys() | wanted.keys())
            if before.get(key, nothing) != wanted.get(key, nothing)
        ),
    )


def _tied_copies(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Copies by statement or equal bytes: document id -> (id of the original, stated or equal)."""
    rows = connection.execute(
        "SELECT id, stated_copy_of, content_hash, coalesce(published_on, '9999'), name FROM documents "
        "WHERE stated_copy_of IS NOT NULL "
        "OR id IN (SELECT stated_copy_of FROM documents WHERE stated_copy_of IS NOT NULL) "
        "OR content_hash IN (SELECT content_hash FROM documents GROUP BY content_hash HAVING count(*) > 1)"
    ).fetchall()
    age = {row["id"]: (row[3], row["name"]) for row in rows}
    empty = content_hash(b"")  # two empty files are not copies of one another
    hashes = {row["id"]: row["content_hash"] for row in rows if row["content_hash"] not in (None, empty)}
    links = [(row["id"], row["stated_copy_of"]) for row in rows if row["stated_copy_of"] in age]
    stated = {copy for copy, original in links if copy != original}
    by_content: dict[str, str] = {}
    links += [(document, by_content.setdefault(found, document)) for document, found in hashes.items()]
    tied: dict[str, tuple[str, str]] = {}
    for group in _groups(age, links):
        original = min(sorted(set(group) - stated or set(group)), key=age.__getitem__)
        for document in set(group) - {original}:
            is_equal = document not in stated and hashes.get(document) == hashes.get(original, "")
            tied[document] = (original, "equal" if is_equal else "stated")
    return tied


def _groups(documents: Iterable[str], links: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Connected components of two or more documents.

    >>> sorted(sorted(group) for group in _groups("abcde", [("a", "b"), ("c", "b")]))
    [['a', 'b', 'c']]
    """
    parent = {document: document for document in documents}

    def root(document: str) -> str:
        while parent[document] != document:
            parent[document] = parent[parent[document]]
            document = parent[document]
        return document

    for one, other in links:
        parent[root(one)] = root(other)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for document in parent:
        groups[root(document)].append(document)
    return [group for group in groups.values() if len(group) > 1]


def _add_functions(connection: sqlite3.Connection) -> None:
    strength = {"leaderboard": 3, "index": 2, "author": 1}
    connection.create_function("solution_id_of", 4, solution_id, deterministic=True)
    connection.create_function("canonical_url_of", 1, canonical_url, deterministic=True)
    connection.create_function("folded", 1, author_key, deterministic=True)
    connection.create_function("rank_strength", 1, lambda source: strength.get(source, 0), deterministic=True)
