"""Migrations for what analysis finds beyond claims: near copies, and whether text and code agree."""

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

AGREEMENT_SQL = """
ALTER TABLE claims ADD COLUMN text_status -- what the prose alone says; NULL where it does not name it, in starter facts
    TEXT CHECK (text_status IN ('used', 'tried', 'mentioned'));
ALTER TABLE claims ADD COLUMN code_status -- what the code alone says: used (run), tried (commented out), mentioned
    TEXT CHECK (code_status IN ('used', 'tried', 'mentioned'));
ALTER TABLE claims ADD COLUMN agreement -- both, text (it alone), code, or contradiction; NULL: one side names nothing
    TEXT CHECK (agreement IN ('both', 'text', 'code', 'contradiction'));
CREATE VIEW v_agreement AS -- Text against code, by solution and family, where both sides of a solution name any.
WITH sides AS (
    SELECT k.*, count(c.text_status) AS n_text_documents, count(c.code_status) AS n_code_documents,
           max(CASE c.text_status WHEN 'used' THEN 3 WHEN 'tried' THEN 2 WHEN 'mentioned' THEN 1 END) AS text_most,
           max(CASE c.code_status WHEN 'used' THEN 3 WHEN 'tried' THEN 2 WHEN 'mentioned' THEN 1 END) AS code_most
    FROM claims c JOIN v_claims k ON k.claim_id = c.id
    WHERE k.solution_id IS NOT NULL AND k.copy_of IS NULL AND k.is_counted
      AND EXISTS (SELECT 1 FROM documents d JOIN claims t ON t.document_id = d.id
                  WHERE d.solution_id = k.solution_id AND d.copy_of IS NULL AND t.text_status IS NOT NULL)
      AND EXISTS (SELECT 1 FROM documents d JOIN claims t ON t.document_id = d.id
                  WHERE d.solution_id = k.solution_id AND d.copy_of IS NULL AND t.code_status IS NOT NULL)
    GROUP BY k.solution_id, coalesce(k.architecture_id, k.lineage)
    HAVING text_most OR code_most
)
SELECT s.solution_id, -- the solution
       s.competition_id, -- the competition entered
       s.competition, -- slug of the competition
       s.rank, -- 1 is best; NULL when unknown
       s.lineage, -- id of the line that statistics count
       s.lineage_name, -- name of the line
       s.architecture_id, -- the family; NULL when the catalogue lacks it
       s.architecture, -- name of the family
       CASE s.text_most WHEN 3 THEN 'used' WHEN 2 THEN 'tried' WHEN 1 THEN 'mentioned'
       END AS text_status, -- the strongest that the prose of its documents gives; NULL where none names it
       CASE s.code_most WHEN 3 THEN 'used' WHEN 2 THEN 'tried' WHEN 1 THEN 'mentioned'
       END AS code_status, -- the strongest that the code of its documents gives; NULL where none names it
       CASE WHEN s.text_most IS NULL THEN 'code' WHEN s.code_most IS NULL THEN 'text'
            WHEN s.text_most = s.code_most THEN 'both'
            WHEN s.text_most = 2 AND s.code_most = 3 THEN 'contradiction'
            WHEN s.text_most > s.code_most THEN 'text' ELSE 'code'
       END AS agreement, -- both, text or code (alone or stronger), contradiction: code runs what text says was dropped
       s.n_text_documents, -- documents whose prose names it
       s.n_code_documents -- documents whose code names it
FROM sides s;
"""

REASON_CONFIDENCE_SQL = """
ALTER TABLE reasons ADD COLUMN confidence -- how likely the quote says this of the architecture; NULL: not judged
    REAL;
DROP VIEW v_reasons;
CREATE VIEW v_reasons AS -- Reasons likely enough to be told; no quote in starter facts: follow document_url.
SELECT r.category, r.polarity, r.quote, r.block_id, r.start, r.end,
       r.confidence AS reason_confidence, -- how likely the quote says this of the architecture; 0.3 or more, or NULL
       k.*
FROM reasons r JOIN v_claims k ON k.claim_id = r.claim_id
WHERE r.confidence IS NULL OR r.confidence >= 0.3;
"""
