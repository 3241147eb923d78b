"""Migrations for what analysis finds beyond claims: near copies."""

from __future__ import annotations

COPIES_SQL = """
CREATE TABLE sketches ( -- What near copies are found by: hashed runs of five words; documents with few words have none.
    document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, -- the document
    content TEXT NOT NULL CHECK (content IN ('code', 'notebook', 'text')),
    -- what was hashed: code of a notebook or script, all of one with little code, text of other documents
    level INTEGER NOT NULL, -- of the hashes, those below 2**32 >> level are kept
    near_copy_of TEXT, -- id of the document it is a near copy of; NULL when there is none
    similarity REAL, -- runs in common of the runs of both, 0 to 1
    settled_as TEXT, -- hash of the facts that near_copy_of was decided from; NULL before
    runs BLOB NOT NULL -- the hashes kept, in order, 4 bytes each, little-endian
);
CREATE INDEX sketches_near_copy ON sketches(near_copy_of);
CREATE TABLE sketch_bands ( -- Documents that share a band are compared; most that have 0.7 of their runs in common do.
    band INTEGER NOT NULL, -- hash of a few values of the document's MinHash signature
    document_id TEXT NOT NULL REFERENCES sketches(document_id) ON DELETE CASCADE, -- the document
    PRIMARY KEY (band, document_id)
) WITHOUT ROWID;
CREATE INDEX sketch_bands_document ON sketch_bands(document_id);
ALTER TABLE documents ADD COLUMN copy_how -- stated (by a source), equal (byte for byte) or near; NULL: no copy
    TEXT CHECK (copy_how IN ('stated', 'equal', 'near'));
ALTER TABLE documents ADD COLUMN copy_similarity -- of a near copy: runs of five words in common, 0 to 1; else NULL
    REAL;
CREATE VIEW v_copies AS -- Every copy with its original and why it is one; statistics leave the copy out.
SELECT d.id AS document_id, -- id of the copy
       d.name AS document, -- its short stable name
       d.copy_of AS original_id, -- id of the original, which is never a copy itself
       o.name AS original, -- short stable name of the original
       d.copy_how, d.copy_similarity
FROM documents d JOIN documents o ON o.id = d.copy_of;
"""
