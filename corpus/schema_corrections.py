"""Tables and view of corrections: one table that a person writes, two that are derived from it."""

from __future__ import annotations

CORRECTIONS_SQL = """
CREATE TABLE corrections ( -- What a person says against the extractor or a source; nothing else writes here.
    id TEXT PRIMARY KEY, -- made from document, architecture and field
    document_id TEXT NOT NULL, -- the document; it need not be in this corpus yet
    document TEXT NOT NULL, -- its name when it was corrected
    url TEXT, -- its address when it was corrected
    architecture TEXT NOT NULL, -- id of the family, else name: and a squashed name; '' for the document itself
    name TEXT, -- the family's name; NULL where the document itself is corrected
    field TEXT NOT NULL -- claim (absent or present), architecture, status, roles, variants, rank or competition
        CHECK (field IN ('claim', 'architecture', 'status', 'roles', 'variants', 'rank', 'competition')),
    value TEXT NOT NULL, -- JSON: what is true
    quote TEXT, -- words of the document that show a claim which the extractor misses
    note TEXT NOT NULL, -- why, as the person says it
    corrected_at TEXT NOT NULL, -- UTC, ISO 8601
    UNIQUE (document_id, architecture, field)
);
CREATE TABLE correction_effects ( -- Corrections that hold now, and what was said before; derived.
    correction_id TEXT PRIMARY KEY REFERENCES corrections(id) ON DELETE CASCADE, -- the correction
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, -- its document
    extracted TEXT NOT NULL, -- JSON: what the extractor says, or the sources; null: nothing
    agrees INTEGER NOT NULL CHECK (agrees IN (0, 1)) -- 1: that is what the person says too
) WITHOUT ROWID;
CREATE INDEX correction_effects_document ON correction_effects(document_id);
CREATE TABLE overruled ( -- What corrections took the place of, whole, so that they can be undone; derived.
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, -- the document
    item TEXT NOT NULL, -- id of a claim; competition; solution
    value TEXT NOT NULL, -- JSON: the claim as the extractor makes it, or the id; null: there is none
    PRIMARY KEY (document_id, item)
) WITHOUT ROWID;
CREATE VIEW v_corrections AS -- Corrections with what the extractor or the sources say now.
SELECT c.id AS correction_id, -- id of the correction; `miner correct --undo` takes it
       c.document_id,
       coalesce(d.document, c.document) AS document, -- its name
       c.url, d.competition, c.architecture, c.name, c.field, c.value, c.quote, e.extracted, e.agrees,
       CASE WHEN e.correction_id IS NOT NULL THEN 'holds' ELSE 'waiting' END AS state,
       -- holds; or waiting: for its document, for an analysis, or for a claim that is not made any more
       c.note, c.corrected_at
FROM corrections c
LEFT JOIN v_documents d ON d.document_id = c.document_id
LEFT JOIN correction_effects e ON e.correction_id = c.id;
"""
