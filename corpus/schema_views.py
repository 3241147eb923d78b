"""Views of the database: named read-only questions, one column a line where a view adds one.

The comments are the text of `docs/schema.md`; a column without one is described where it comes from.
"""

from __future__ import annotations

VIEWS_SQL = """
CREATE VIEW v_task_types AS -- One row per competition and effective task type; curated rows hide inferred ones.
SELECT t.competition_id, t.task_type, t.position, t.source, t.evidence
FROM competition_task_types t
WHERE t.source = 'curated'
   OR NOT EXISTS (SELECT 1 FROM competition_task_types u
                  WHERE u.competition_id = t.competition_id AND u.source = 'curated');
CREATE VIEW v_competitions AS -- Competitions with their effective task types (curated above inferred).
SELECT c.id AS competition_id, -- platform/slug
       c.slug, c.platform, c.title, c.url, c.year, c.deadline, c.metric, c.n_teams, c.reward,
       (SELECT group_concat(task_type, ' ') FROM
          (SELECT t.task_type FROM v_task_types t WHERE t.competition_id = c.id ORDER BY t.position)
       ) AS task_types, -- all of them, main first, separated by a space
       (SELECT t.task_type FROM v_task_types t WHERE t.competition_id = c.id AND t.position = 0
       ) AS main_task_type -- the one at position 0
FROM competitions c;
CREATE VIEW v_documents AS -- Documents with their solution's rank and the date they count from.
SELECT d.id AS document_id, -- id of the document
       d.name AS document, -- its short stable name
       d.kind, d.format, d.title, d.author, d.url, d.language, d.licence, d.votes, d.competition_id,
       c.slug AS competition, -- slug of the competition
       c.title AS competition_title, -- its title
       c.platform, c.metric,
       coalesce(c.year, d.year) AS year, -- of the competition, else of the document
       d.solution_id, s.rank, s.rank_source, s.medal, d.published_on,
       coalesce(d.published_on, c.deadline, coalesce(c.year, d.year) || '-12-31'
       ) AS counted_on, -- latest possible date: the document's, else the deadline, else 31 December
       d.copy_of,
       d.made_by IS NOT NULL AND NOT d.is_unreadable AS is_analysed, -- 1: its claims are known, be there any or none
       d.source
FROM documents d
LEFT JOIN competitions c ON c.id = d.competition_id
LEFT JOIN solutions s ON s.id = d.solution_id;
CREATE VIEW v_claims AS -- Claims with document, competition, rank and lineage.
SELECT k.id AS claim_id, -- id of the claim
       k.document_id, d.document,
       d.kind AS document_kind, -- writeup, notebook, readme, blog or script
       d.title AS document_title, -- title of the document
       d.url AS document_url, -- where to read it
       d.competition_id, d.competition, d.competition_title, d.platform, d.metric, d.year, d.counted_on,
       d.solution_id, d.rank, d.rank_source, d.copy_of, k.architecture_id,
       k.name AS architecture, -- name of the family
       coalesce(a.lineage, 'unknown:' || lower(k.name)) AS lineage, -- id of the line that statistics count
       coalesce(a.lineage_name, k.name) AS lineage_name, -- an unknown architecture is a line of its own
       a.kind AS architecture_kind, -- cnn, transformer_encoder, gbdt ...; NULL when unknown
       coalesce(a.is_counted, 1) AS is_counted, -- 0: technique, loss, library or system
       k.status, k.confidence, k.made_by
FROM claims k
JOIN v_documents d ON d.document_id = k.document_id
LEFT JOIN architectures a ON a.id = k.architecture_id;
CREATE VIEW v_documented_solutions AS -- The denominators: solutions with an analysed document that is no copy.
SELECT solution_id, competition_id, competition, platform, metric, year, rank, rank_source,
       min(counted_on) AS counted_on, -- the earliest of its documents'
       count(*) AS n_documents -- documents counted
FROM v_documents
WHERE solution_id IS NOT NULL AND is_analysed AND copy_of IS NULL
GROUP BY solution_id;
CREATE VIEW v_solution_architectures AS -- One row per solution and family, copies left out.
SELECT solution_id, competition_id, competition, platform, metric, year, rank, rank_source, lineage, lineage_name,
       architecture_id, architecture, architecture_kind,
       CASE max(CASE status WHEN 'used' THEN 3 WHEN 'tried' THEN 2 ELSE 1 END)
            WHEN 3 THEN 'used' WHEN 2 THEN 'tried' ELSE 'mentioned'
       END AS status, -- the strongest of its documents'
       min(counted_on) AS counted_on, -- the earliest of its documents'
       count(DISTINCT document_id) AS n_documents -- documents that say so
FROM v_claims
WHERE solution_id IS NOT NULL AND copy_of IS NULL AND is_counted
GROUP BY solution_id, coalesce(architecture_id, lineage);
CREATE VIEW v_reasons AS -- Reasons with claim, document, rank and quote (NULL in starter facts: follow document_url).
SELECT r.category, r.polarity, r.quote, r.block_id, r.start, r.end, k.*
FROM reasons r JOIN v_claims k ON k.claim_id = r.claim_id;
CREATE VIEW v_evidence AS -- Evidence with claim, document and the heading trail above it.
SELECT e.position, e.quote, e.block_id, e.start, e.end, e.is_code,
       b.position AS block_position, -- 0-based place of the block in the document
       b.headings, k.*
FROM evidence e JOIN v_claims k ON k.claim_id = e.claim_id LEFT JOIN blocks b ON b.id = e.block_id;
CREATE VIEW v_benchmarks AS -- Benchmark rows with family, lineage and paper.
SELECT m.variant, m.weights, m.library, m.dataset, m.metric, m.value, m.params_m, m.gmacs, m.size_mb, m.image_size,
       m.source,
       a.id AS architecture_id, -- id of the family
       a.name AS architecture, -- name of the family
       a.lineage, a.lineage_name,
       p.title AS paper_title, -- of the paper that introduced the family
       p.url AS paper_url -- where to read it
FROM benchmarks m
JOIN architectures a ON a.id = m.architecture_id
LEFT JOIN papers p ON p.id = a.paper_id;
"""
