"""Migration for facts about competitions that ship with the program, written by us; they stand above inferred ones."""

from __future__ import annotations

CURATED_SQL = """
CREATE TABLE curated_competitions ( -- Facts about known competitions, written by us; some may not be in this corpus.
    competition_id TEXT PRIMARY KEY, -- platform/slug
    domains TEXT NOT NULL, -- JSON list, most telling first
    metric_family TEXT, -- NULL: not known, or none fits
    series TEXT, -- one name for related competitions; NULL: it stands alone
    traits TEXT NOT NULL, -- JSON list: traits of data and format
    about TEXT NOT NULL, -- one sentence in our own words; may be empty
    keywords TEXT NOT NULL, -- JSON list: what a person with such a problem would say
    basis TEXT NOT NULL -- known, or index: only what its title, line and metric say
) WITHOUT ROWID;
CREATE TABLE curated_task_types ( -- Task types of known competitions, written by us.
    competition_id TEXT NOT NULL, -- platform/slug
    position INTEGER NOT NULL, -- 0 is the main task
    task_type TEXT NOT NULL, -- modality/task from the two closed lists
    PRIMARY KEY (competition_id, position)
) WITHOUT ROWID;
CREATE VIEW v_all_task_types AS -- Task types of both sources; curated: a label of this corpus, else the one that ships.
SELECT t.competition_id, t.task_type, t.position, t.source, t.evidence
FROM competition_task_types t
UNION ALL
SELECT s.competition_id, s.task_type, s.position, 'curated', 'written by us'
FROM curated_task_types s
WHERE EXISTS (SELECT 1 FROM competitions c WHERE c.id = s.competition_id)
  AND NOT EXISTS (SELECT 1 FROM competition_task_types u
                  WHERE u.competition_id = s.competition_id AND u.source = 'curated');
DROP VIEW v_task_types;
CREATE VIEW v_task_types AS -- One row per competition and effective task type; curated rows hide inferred ones.
SELECT t.competition_id, t.task_type, t.position, t.source, t.evidence
FROM v_all_task_types t
WHERE t.source = 'curated'
   OR NOT (EXISTS (SELECT 1 FROM competition_task_types u
                   WHERE u.competition_id = t.competition_id AND u.source = 'curated')
           OR EXISTS (SELECT 1 FROM curated_task_types u WHERE u.competition_id = t.competition_id));
"""
