"""Keep what a person corrected, and put it in the place of what the extractor and the sources say; for `corpus.store`.

Corrections are applied where derived rows are written, not where they are read: whatever reads a table or a view, be it
a statistic, an export, the report or somebody's own SQL, sees one truth. What they took the place of is kept in
`overruled`, so that a correction can be undone without a new analysis; both that table and `correction_effects` can be
made again from the corrections and the extractor's claims.

Whoever writes claims calls `correct_new_claims` afterwards, whoever writes documents goes through `with_corrections`;
ranks are settled by `corpus.store_settle`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path

from corpus.corrections import (
    MAX_QUOTE,
    UNKNOWN,
    Correction,
    Field,
    agrees,
    claim_key,
    correct_claims,
)
from corpus.ids import squash
from corpus.records import (
    Agreement,
    Claim,
    Document,
    Evidence,
    Polarity,
    Reason,
    ReasonCategory,
    Role,
    Span,
    Status,
    Variant,
)
from corpus.store_analysis import insert_claims, read_claims
from corpus.store_competitions import ensure_competition
from corpus.store_counts import Change, Counts
from corpus.store_forget import is_forgotten
from corpus.store_open import explained, insert_rows, storable

COMPETITION, SOLUTION = "competition", "solution"  # items of `overruled` that are no claims
IS_CLAIM = f"item NOT IN ('{COMPETITION}', '{SOLUTION}')"
COLUMNS = (
    "id", "document_id", "document", "url", "architecture", "name", "field", "value", "quote", "note", "corrected_at",
)  # fmt: skip
SAVE_SQL = f"INSERT OR REPLACE INTO corrections ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
EFFECT_SQL = (
    "INSERT INTO correction_effects (correction_id, document_id, extracted, agrees) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (correction_id) DO UPDATE SET extracted = excluded.extracted, agrees = excluded.agrees "
    "WHERE extracted <> excluded.extracted OR agrees <> excluded.agrees"
)
OVERRULE_SQL = (
    "INSERT INTO overruled (document_id, item, value) VALUES (?, ?, ?) "
    "ON CONFLICT (document_id, item) DO UPDATE SET value = excluded.value WHERE value <> excluded.value"
)


class CorrectionStore:
    """What a person corrects; reached as `Store.corrections`, and part of its transactions.

    Ranks and solutions follow when the store is settled. Methods raise StoreError where the file cannot be read or
    written as it is.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        writing: Callable[[], AbstractContextManager[None]],
        now: Callable[[], str],
    ) -> None:
        self._connection, self._path, self._writing, self._now = connection, path, writing, now

    def all(self) -> tuple[Correction, ...]:
        """All corrections, by document, architecture and field."""
        with explained(self._path):
            return tuple(read_corrections(self._connection))

    def save(self, corrections: Iterable[Correction]) -> Counts:
        """Keep corrections and apply them; an older one about the same thing gives way, a newer one stays."""
        counts, documents = Counts(), set()
        with self._writing():
            for correction in corrections:
                change = save_correction(self._connection, correction)
                counts += Counts.of(change)
                documents |= set() if change == "unchanged" else {correction.document_id}
            self.apply(documents)
        return counts

    def undo(self, ids: Collection[str]) -> int:
        """Take corrections back, so that the extractor's and the sources' word holds again; how many there were."""
        with self._writing():
            documents = {c.document_id for c in self.all() if c.id in ids}
            n_undone = delete_corrections(self._connection, ids)
            self.apply(documents)
        return n_undone

    def apply(self, documents: Iterable[str] | None = None) -> None:
        """Bring documents (None: all that are corrected) in line with their corrections."""
        with self._writing():
            wanted = corrected_documents(self._connection) if documents is None else documents
            for document_id in sorted(wanted):
                correct_document(self._connection, self._now(), document_id)

    def apply_to_new_claims(self, document_id: str) -> None:
        """Correct the claims that an analysis has just written."""
        with self._writing():
            correct_new_claims(self._connection, document_id)

    def find_words(self, document_id: str, words: str, name: str) -> Evidence | None:
        """Where words stand in a document's text, white space aside; None where they do not, or are too many."""
        with explained(self._path):
            return find_words(self._connection, document_id, words, name)


def save_correction(connection: sqlite3.Connection, correction: Correction) -> Change:
    """Keep one correction; an older one about the same thing gives way, a newer one stays.

    One about a document that the user had forgotten is not kept, and counts as unchanged.
    """
    document = correction.document_id
    if is_forgotten(connection, document, correction.url) or is_forgotten(connection, correction.document):
        return "unchanged"
    old = next(iter(read_corrections(connection, "id = ?", correction.id)), None)
    if old is not None and (old == correction or old.corrected_at > correction.corrected_at):
        return "unchanged"
    values = {**asdict(correction), "field": correction.field.value, "value": as_json(correction.value)}
    insert_rows(connection, SAVE_SQL, [tuple(values[name] for name in COLUMNS)])
    return "new" if old is None else "changed"


def delete_corrections(connection: sqlite3.Connection, ids: Iterable[str]) -> int:
    """Take corrections back; how many there were. Call `correct_document` for their documents afterwards."""
    return sum(connection.execute("DELETE FROM corrections WHERE id = ?", (key,)).rowcount for key in ids)


def read_corrections(connection: sqlite3.Connection, where: str = "1", *params: str) -> Iterator[Correction]:
    """Corrections under a condition written in this package, by document, architecture and field."""
    sql = f"SELECT * FROM corrections WHERE {where} ORDER BY document_id, architecture, field"  # noqa: S608
    for row in connection.execute(sql, params).fetchall():
        values = {name: row[name] for name in COLUMNS}
        yield Correction(**{**values, "field": Field(row["field"]), "value": json.loads(row["value"])})


def corrected_documents(connection: sqlite3.Connection) -> list[str]:
    """Ids of the documents that are corrected, or still hold what an undone correction left."""
    sql = "SELECT document_id FROM corrections UNION SELECT document_id FROM overruled ORDER BY 1"
    return [row["document_id"] for row in connection.execute(sql)]


def with_corrections(connection: sqlite3.Connection, document: Document) -> Document:
    """The document in the competition that a person put it into, where one did."""
    for correction in read_corrections(connection, "document_id = ? AND field = 'competition'", document.id):
        return replace(document, competition_id=_text(correction.value))
    return document


def keep_stated(connection: sqlite3.Connection, now: str, document: Document) -> None:
    """Keep which competition a source gives a document that a person put into another, once the document is saved."""
    stored = "SELECT 1 FROM documents WHERE id = ? AND source = ?"
    if connection.execute(stored, (document.id, document.source)).fetchone():
        connection.execute(OVERRULE_SQL, (document.id, COMPETITION, as_json(document.competition_id)))
        _correct_competition(connection, now, document.id)


def stated_competition(connection: sqlite3.Connection, document_id: str, stored: str | None) -> str | None:
    """The competition that a document's source gives; `stored` where nobody corrected it."""
    kept = _overruled(connection, document_id, COMPETITION)
    return _text(json.loads(kept)) if kept is not None else stored


def correct_document(connection: sqlite3.Connection, now: str, document_id: str) -> None:
    """Bring one document in line with its corrections, from what the extractor and its source say."""
    _correct_competition(connection, now, document_id)
    _restore_claims(connection, document_id)
    _correct_claims(connection, document_id)


def correct_new_claims(connection: sqlite3.Connection, document_id: str) -> None:
    """Correct the claims that an analysis has just written."""
    connection.execute(f"DELETE FROM overruled WHERE document_id = ? AND {IS_CLAIM}", (document_id,))  # noqa: S608
    _correct_claims(connection, document_id)


def as_json(value: object) -> str:
    """Equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _correct_competition(connection: sqlite3.Connection, now: str, document_id: str) -> None:
    row = connection.execute("SELECT competition_id FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        return
    stated = stated_competition(connection, document_id, row["competition_id"])
    wanted = stated
    for correction in read_corrections(connection, "document_id = ? AND field = 'competition'", document_id):
        wanted = _text(correction.value)
        connection.execute(OVERRULE_SQL, (document_id, COMPETITION, as_json(stated)))
        effect = (correction.id, document_id, as_json(stated), agrees(correction, stated))
        connection.execute(EFFECT_SQL, effect)
        break
    else:
        connection.execute("DELETE FROM overruled WHERE document_id = ? AND item = ?", (document_id, COMPETITION))
    if wanted != row["competition_id"]:
        ensure_competition(connection, now, wanted)
        connection.execute("UPDATE documents SET competition_id = ? WHERE id = ?", (wanted, document_id))


def _restore_claims(connection: sqlite3.Connection, document_id: str) -> None:
    """Put the extractor's claims back in the place of those that corrections made of them."""
    sql = f"SELECT item, value FROM overruled WHERE document_id = ? AND {IS_CLAIM}"  # noqa: S608 - names of ours
    rows = connection.execute(sql, (document_id,)).fetchall()
    connection.executemany("DELETE FROM claims WHERE id = ?", [(row["item"],) for row in rows])
    claims = [_claim(json.loads(row["value"])) for row in rows if row["value"] != "null"]
    insert_claims(connection, [_known(connection, claim) for claim in claims])
    connection.execute(f"DELETE FROM overruled WHERE document_id = ? AND {IS_CLAIM}", (document_id,))  # noqa: S608


def _correct_claims(connection: sqlite3.Connection, document_id: str) -> None:
    """Correct the extractor's claims as they stand in the tables."""
    connection.execute(
        "DELETE FROM correction_effects WHERE correction_id IN "
        "(SELECT id FROM corrections WHERE document_id = ? AND architecture <> '')",
        (document_id,),
    )
    where = "document_id = ? AND architecture <> ''"
    corrections = [_current(connection, c) for c in read_corrections(connection, where, document_id)]
    analysed = "SELECT 1 FROM documents WHERE id = ? AND made_by IS NOT NULL AND NOT is_unreadable"
    if not corrections or connection.execute(analysed, (document_id,)).fetchone() is None:
        return
    before = {claim.id: claim for claim in read_claims(connection, document_id)}

    def find_quote(words: str, name: str) -> Evidence | None:
        return find_words(connection, document_id, words, name)

    corrected = correct_claims(tuple(before.values()), corrections, find_quote)
    after = {claim.id: claim for claim in corrected.claims}
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    for key in changed:
        was = before.get(key)
        connection.execute(OVERRULE_SQL, (document_id, key, as_json(asdict(was) if was else None)))
        connection.execute("DELETE FROM claims WHERE id = ?", (key,))
    insert_claims(connection, [after[key] for key in changed if key in after])
    effects = [(c, corrected.extracted[c.id]) for c in corrections if c.id in corrected.extracted]
    insert_rows(connection, EFFECT_SQL, ((c.id, document_id, as_json(said), agrees(c, said)) for c, said in effects))


def find_words(connection: sqlite3.Connection, document_id: str, words: str, name: str) -> Evidence | None:
    """Where words stand in a document's text, white space aside; None where they do not, or are too many."""
    parts = [re.escape(part) for part in str(storable(words)).split()]
    if not parts:
        return None
    pattern = re.compile(r"\s+".join(parts), re.IGNORECASE)
    blocks = connection.execute(
        "SELECT id, kind, text FROM blocks WHERE document_id = ? ORDER BY position", (document_id,)
    )
    for block in blocks:
        match = pattern.search(block["text"])
        if match is None or len(match[0]) > MAX_QUOTE:
            continue
        place = match[0].casefold().find(name.casefold()) if len(match[0]) == len(match[0].casefold()) else -1
        start = match.start() + place if place >= 0 else None
        end = start + len(name) if start is not None else None
        is_code = block["kind"] in ("code", "code_cell")
        return Evidence(Span(block["id"], match.start(), match.end()), match[0], start, end, is_code)
    return None


def _current(connection: sqlite3.Connection, correction: Correction) -> Correction:
    """The correction in the words of the catalogue as it is: a family may be new in it, or gone from it."""
    key, name = correction.architecture, correction.name or correction.architecture
    correction = replace(correction, architecture=_current_key(connection, key, name))
    value = correction.value
    if correction.field is Field.ARCHITECTURE and isinstance(value, dict):
        target = _current_key(connection, claim_key(value["id"], value["name"]), value["name"])
        known = None if target.startswith(UNKNOWN) else target
        correction = replace(correction, value={"id": known, "name": _family_name(connection, known) or value["name"]})
    elif not correction.architecture.startswith(UNKNOWN):
        correction = replace(correction, name=_family_name(connection, correction.architecture))
    return correction


def _current_key(connection: sqlite3.Connection, key: str, name: str) -> str:
    if not key.startswith(UNKNOWN):
        return key if _family_name(connection, key) is not None else claim_key(None, name)
    wanted = key.removeprefix(UNKNOWN)
    names = connection.execute(
        "SELECT id, name FROM architectures UNION SELECT architecture_id, alias FROM architecture_aliases "
        "WHERE NOT is_ambiguous"
    )
    families = {row["id"] for row in names if squash(row["name"]) == wanted}
    return str(families.pop()) if len(families) == 1 else key


def _family_name(connection: sqlite3.Connection, key: str | None) -> str | None:
    row = connection.execute("SELECT name FROM architectures WHERE id = ?", (key,)).fetchone()
    return str(row["name"]) if row else None


def _known(connection: sqlite3.Connection, claim: Claim) -> Claim:
    """The claim without a family that has left the catalogue since."""
    is_known = _family_name(connection, claim.architecture_id) is not None
    return claim if is_known else replace(claim, architecture_id=None)


def _overruled(connection: sqlite3.Connection, document_id: str, item: str) -> str | None:
    sql = "SELECT value FROM overruled WHERE document_id = ? AND item = ?"
    row = connection.execute(sql, (document_id, item)).fetchone()
    return str(row["value"]) if row else None


def _claim(row: Mapping[str, object]) -> Claim:
    """A claim from its JSON object."""
    fields = dict(row)

    def items(name: str) -> list[dict[str, object]]:
        value = fields[name]
        return list(value) if isinstance(value, list) else []

    roles = fields["roles"]
    parts = {
        "status": Status(str(fields["status"])),
        "roles": tuple(map(Role, roles if isinstance(roles, list) else [])),
        "variants": tuple(Variant(str(v["name"]), Status(str(v["status"]))) for v in items("variants")),
        "reasons": tuple(
            Reason(
                ReasonCategory(str(r["category"])),
                Polarity(str(r["polarity"])),
                _span(r["span"]),
                _text(r["quote"]),
                confidence=r.get("confidence"),  # type: ignore[arg-type]
            )
            for r in items("reasons")
        ),
        "text_status": Status(str(fields["text_status"])) if fields.get("text_status") else None,
        "code_status": Status(str(fields["code_status"])) if fields.get("code_status") else None,
        "agreement": Agreement(str(fields["agreement"])) if fields.get("agreement") else None,
        "evidence": tuple(Evidence(**{**e, "span": _span(e["span"])}) for e in items("evidence")),  # type: ignore[arg-type]
    }
    return Claim(**{**fields, **parts})  # type: ignore[arg-type]


def _span(value: object) -> Span | None:
    return Span(**value) if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
