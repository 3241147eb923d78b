"""Tables -> starter facts: what may ship, and nothing that is another person's sentence or name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from corpus.starter.files import COMPETITIONS, DOCUMENTS, SOURCES, Row, write_rows
from corpus.starter.loader import LICENCE
from corpus.store_competitions import STARTER
from corpus.titles import plain_title
from corpus.views import EXAMPLE_PLATFORM, Readable

_MAX_CUE_WORDS = 3  # of a part of a task type's evidence that is neither tag, metric nor title
_MAX_NAME = 80  # characters of an architecture's or variant's name
# what a person says of a rank is the only word on it
_RANKS_SQL = """
SELECT document_id, source, rank, evidence FROM document_ranks
WHERE document_id NOT IN (SELECT document_id FROM corrections WHERE field = 'rank')
UNION ALL
SELECT document_id, json_extract(value, '$.source'), json_extract(value, '$.rank'), 'correction'
FROM corrections WHERE field = 'rank' AND value <> 'null'
ORDER BY 1, 2
"""
_SITE_NAME = re.compile(r"\s+[|·»]\s.*$")


def export_facts(
    store: Readable, out_dir: Path, licences: Mapping[str, str], made_on: date | None = None
) -> tuple[Path, ...]:
    """The files written; equal tables and days give equal bytes.

    Args:
        store: the open database.
        out_dir: a folder, made where it is missing.
        licences: index -> licence, for indexes whose name does not end in "(licence)".
        made_on: the day, by which `miner add` knows newer facts from older ones.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    competitions = _competition_rows(store)
    documents = _document_rows(store)
    return (
        write_rows(out_dir, COMPETITIONS, competitions),
        write_rows(out_dir, DOCUMENTS, documents),
        write_rows(out_dir, SOURCES, _source_rows(competitions, documents, licences, made_on)),
    )


def shippable_evidence(evidence: str) -> str:
    """Evidence of a task type cut to tags, metric, title and single cue words.

    >>> shippable_evidence("tag: nlp; metric: Macro F1; description: sort the many words of this long line")
    'tag: nlp; metric: Macro F1'
    """
    parts = [part.strip() for part in evidence.split(";")]
    kept = (part for part in parts if part.startswith(("tag", "metric", "title")) or _is_cue(part))
    return "; ".join(kept)


def _is_cue(part: str) -> bool:
    return 0 < len(part.partition(": ")[2].split() or part.split()) <= _MAX_CUE_WORDS


def shippable_title(title: str | None, author: str | None, *, is_page: bool = False) -> str | None:
    """A title without its author's name and, where it is a web page's, without the site's name behind it.

    >>> shippable_title("Sorting reefs | Jo Doe's notes", None, is_page=True)
    'Sorting reefs'
    >>> shippable_title("2nd place (tidepool)", "Tidepool")
    '2nd place'
    """
    short = plain_title(title)
    if short is None:
        return None
    if is_page:
        short = _SITE_NAME.sub("", short)
    if author and len(author) >= 4:
        short = re.sub(rf"(?i)\(?(?:\bby\s+)?@?\b{re.escape(author)}\b(?:'s)?\)?", "", short)
    return re.sub(r"\s+", " ", short).strip(" -–—|,:") or None


def _filled(row: Row) -> Row:
    return {key: value for key, value in row.items() if value not in (None, [], "")}


def _rows(store: Readable, sql: str, *params: str) -> list[Row]:
    return [dict(row) for row in store.execute(sql, params)]


def _grouped(store: Readable, sql: str) -> dict[str, list[list[object]]]:
    """First column -> the other columns of its rows, in query order."""
    found: dict[str, list[list[object]]] = defaultdict(list)
    for row in store.execute(sql):
        found[str(row[0])].append(list(row)[1:])
    return found


def _competition_rows(store: Readable) -> list[Row]:
    tags = _grouped(store, "SELECT competition_id, tag FROM competition_tags ORDER BY 1, 2")
    links = _grouped(
        store,
        "SELECT competition_id, url, rank, kind, provenance FROM solution_links ORDER BY 1, rank IS NULL, rank, url",
    )
    types = _grouped(
        store,
        "SELECT competition_id, source, position, task_type, evidence, made_by"
        " FROM competition_task_types ORDER BY 1, 2, 3",
    )
    rows = _rows(
        store,
        "SELECT id, slug, platform, title, url, year, deadline, metric, n_teams, reward, provenance"
        " FROM competitions WHERE platform <> ? ORDER BY id",
        EXAMPLE_PLATFORM,
    )
    found = []
    for row in rows:
        key = row.pop("id")
        task_types = [[*kind[:3], shippable_evidence(str(kind[3])), kind[4]] for kind in types[key]]
        tag_names = [tag[0] for tag in tags[key]]
        found.append(_filled({**row, "tags": tag_names, "links": links[key], "task_types": task_types}))
    return found


def _document_rows(store: Readable) -> list[Row]:
    ranks = _grouped(store, _RANKS_SQL)
    claims = _claim_rows(store)
    packages = _grouped(store, "SELECT document_id, package FROM document_packages ORDER BY 1, 2")
    rows = _rows(
        store,
        "SELECT d.id, d.name, d.kind, d.format, d.title, d.author, d.url, d.competition_id AS competition,"
        " d.published_on, d.year, d.language, d.licence, d.copy_of AS stated_copy_of,"
        " CASE WHEN NOT d.is_unreadable THEN d.made_by END AS made_by,"
        " s.id AS solution_id, s.rank, s.rank_source, s.board, s.medal"
        " FROM documents d LEFT JOIN competitions c ON c.id = d.competition_id"
        " LEFT JOIN solutions s ON s.id = d.solution_id WHERE coalesce(c.platform, '') <> ? ORDER BY d.id",
        EXAMPLE_PLATFORM,
    )
    found = []
    for row in rows:
        solution = [row.pop(name) for name in ("solution_id", "rank", "rank_source", "board", "medal")]
        row["title"] = shippable_title(row["title"], row.pop("author"), is_page=row["format"] == "html")
        extra = {
            "ranks": ranks[row["id"]],
            "claims": claims[row["id"]],
            "packages": [one[0] for one in packages[row["id"]]],
            "solution": solution if solution[0] else None,
        }
        found.append(_filled({**row, **extra}))
    return found


def _claim_rows(store: Readable) -> dict[str, list[Row]]:
    roles = _grouped(store, "SELECT claim_id, role FROM claim_roles ORDER BY 1, 2")
    variants = _grouped(store, "SELECT claim_id, name, status FROM variants ORDER BY 1, 2")
    reasons = _grouped(
        store,
        "SELECT claim_id, category, polarity FROM reasons WHERE confidence IS NULL OR confidence >= 0.3"
        " ORDER BY 1, position",
    )
    from_code = _grouped(store, "SELECT claim_id FROM evidence WHERE position = 0 AND is_code")
    rows = _rows(
        store, "SELECT id, document_id, architecture_id, name, status, confidence FROM claims ORDER BY 2, 3, 4"
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        known = row["architecture_id"]
        claim = {
            "architecture": known,
            "name": None if known else str(row["name"])[:_MAX_NAME],
            "status": row["status"],
            "confidence": round(row["confidence"], 3),
            "roles": [role[0] for role in roles[row["id"]]],
            "variants": [pair for pair in variants[row["id"]] if len(str(pair[0])) <= _MAX_NAME],
            "reasons": reasons[row["id"]],
            "is_code": True if row["id"] in from_code else None,
        }
        found[row["document_id"]].append(_filled(claim))
    return found


def _source_rows(
    competitions: Iterable[Row], documents: Iterable[Row], licences: Mapping[str, str], made_on: date | None
) -> list[Row]:
    """What the facts were taken from: each index with its licence, and how many documents state which licence."""
    counts: Counter[str] = Counter()
    for row in competitions:
        counts.update({row.get("provenance"), *(link[3] for link in row.get("links", ()))} - {None})
    stated = Counter(str(row.get("licence", "none stated")) for row in documents)
    own = {"name": STARTER, "licence": LICENCE, "documents_by_licence": dict(sorted(stated.items()))}
    rows: list[Row] = [own if made_on is None else {**own, "made_on": made_on.isoformat()}]
    for name, number in sorted(counts.items()):
        named = re.search(r"\(([^()]*)\)\s*$", name)
        licence = named[1] if named else licences.get(name)
        rows.append(_filled({"name": name, "licence": licence, "n_competitions": number}))
    return rows
