"""Tables, indexes and views of the database, as numbered migrations.

A migration is never edited once released; a change is a new one at the end of MIGRATIONS. `docs/schema.md` is made from
the migrated database by `scripts/make_schema_page.py`; the comments in the SQL are its text, so each column carries one.
"""

from __future__ import annotations

from typing import NamedTuple


class Migration(NamedTuple):
    """One step: its number is its place in MIGRATIONS, counted from 1, kept in `PRAGMA user_version`."""

    name: str
    sql: str


TABLES_SQL = """
CREATE TABLE meta ( -- Single facts about this database.
    key TEXT PRIMARY KEY, -- catalogue_version, starter_version ...
    value TEXT NOT NULL
);
CREATE TABLE sources ( -- Where rows came from.
    name TEXT PRIMARY KEY, -- starter, folder, catalogue ...
    kind TEXT NOT NULL, -- starter, folder, catalogue, index
    location TEXT, -- path or url, as the user gave it
    licence TEXT, -- licence of the facts taken from it
    added_at TEXT NOT NULL -- UTC, ISO 8601
);
CREATE TABLE runs ( -- One row per command that wrote something.
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL, -- add, analyse, run ...
    started_at TEXT NOT NULL, -- UTC, ISO 8601
    ended_at TEXT, -- NULL while running, or when the process was killed
    outcome TEXT CHECK (outcome IN ('done', 'failures', 'interrupted', 'error')), -- how it ended
    counts TEXT NOT NULL DEFAULT '{}' -- JSON object: what was new, changed, unchanged, failed
);
CREATE TABLE competitions ( -- Competitions, on any platform.
    id TEXT PRIMARY KEY, -- platform/slug
    slug TEXT NOT NULL,
    platform TEXT NOT NULL, -- kaggle, drivendata ...
    title TEXT NOT NULL,
    url TEXT,
    year INTEGER, -- of the deadline
    deadline TEXT, -- date, ISO 8601
    metric TEXT, -- as the source names it
    description TEXT, -- the source's own words; never in starter facts
    n_teams INTEGER,
    reward TEXT,
    provenance TEXT, -- the source as the manifest names it, licence included
    source TEXT NOT NULL REFERENCES sources(name)
);
CREATE INDEX competitions_slug ON competitions(slug);
CREATE TABLE competition_tags ( -- Tags that the platform or source gives a competition.
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (competition_id, tag)
) WITHOUT ROWID;
CREATE TABLE competition_task_types ( -- What kind of task a competition sets: modality/task.
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE,
    source TEXT NOT NULL CHECK (source IN ('inferred', 'curated')), -- curated (labelled by a person) is stronger
    position INTEGER NOT NULL, -- 0 is the main task
    task_type TEXT NOT NULL, -- modality/task from the two closed lists
    evidence TEXT NOT NULL, -- the tags, metric words and title words it was read from
    made_by TEXT NOT NULL, -- version of the rules
    PRIMARY KEY (competition_id, source, position)
) WITHOUT ROWID;
CREATE TABLE solutions ( -- One team's entry in one competition.
    id TEXT PRIMARY KEY,
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE,
    team TEXT, -- NULL where no source names it
    rank INTEGER CHECK (rank >= 1), -- 1 is best; NULL when unknown
    rank_source TEXT CHECK (rank_source IN ('leaderboard', 'index', 'author')), -- the strongest source of the rank
    board TEXT CHECK (board IN ('private', 'public')), -- which leaderboard the rank is of; NULL when not said
    medal TEXT CHECK (medal IN ('gold', 'silver', 'bronze')) -- NULL when not known
);
CREATE INDEX solutions_competition ON solutions(competition_id, rank);
CREATE TABLE solution_links ( -- A public index's statement that a link describes the solution with this rank.
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE,
    url TEXT NOT NULL, -- canonical spelling
    rank INTEGER, -- NULL when the index gives none
    kind TEXT NOT NULL, -- description, code, video ... as the index says
    provenance TEXT NOT NULL, -- the index and its licence
    PRIMARY KEY (competition_id, url)
) WITHOUT ROWID;
CREATE INDEX solution_links_url ON solution_links(url);
CREATE TABLE documents ( -- Write-ups, notebooks, readmes, blog posts and scripts.
    id TEXT PRIMARY KEY, -- made from the canonical url, else from the name
    name TEXT NOT NULL UNIQUE, -- the manifest's doc_id, else a short stable name
    kind TEXT NOT NULL CHECK (kind IN ('writeup', 'notebook', 'readme', 'blog', 'script')),
    format TEXT NOT NULL, -- ipynb, md, html, py, r, rmd
    title TEXT,
    author TEXT, -- never in starter facts
    url TEXT,
    competition_id TEXT REFERENCES competitions(id), -- NULL when unknown
    solution_id TEXT REFERENCES solutions(id), -- NULL without a competition
    published_on TEXT, -- date, ISO 8601
    year INTEGER,
    language TEXT, -- ISO 639-1
    licence TEXT,
    votes INTEGER,
    copy_of TEXT REFERENCES documents(id), -- the original, when this is a near copy
    source TEXT NOT NULL REFERENCES sources(name),
    content_hash TEXT, -- SHA-256 of the current version; NULL for starter facts, which carry no content
    analysed_hash TEXT, -- the version the claims were made from
    made_by TEXT -- extractor and catalogue version of the claims; NULL before the first analysis
);
CREATE INDEX documents_competition ON documents(competition_id);
CREATE INDEX documents_solution ON documents(solution_id);
CREATE TABLE document_ranks ( -- Each source's statement of a document's rank; contradictions stand side by side.
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    source TEXT NOT NULL CHECK (source IN ('leaderboard', 'index', 'author')),
    rank INTEGER NOT NULL CHECK (rank >= 1), -- 1 is best
    evidence TEXT NOT NULL, -- where the source says so
    PRIMARY KEY (document_id, source)
) WITHOUT ROWID;
CREATE TABLE document_versions ( -- Raw bytes of every version seen, never edited.
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    content_hash TEXT NOT NULL, -- SHA-256 of the raw bytes
    size_bytes INTEGER NOT NULL, -- before compression
    raw BLOB NOT NULL, -- zlib-compressed bytes
    first_seen_at TEXT NOT NULL, -- UTC, ISO 8601
    PRIMARY KEY (document_id, content_hash)
);
CREATE TABLE blocks ( -- The current version of a document in pieces; a notebook's blocks are its cells.
    row INTEGER PRIMARY KEY, -- for the search index only; refer to a block by its id
    id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- 0-based, in reading order
    kind TEXT NOT NULL, -- heading, paragraph, list_item, table, code, quote, markdown_cell, code_cell
    headings TEXT NOT NULL, -- JSON array: the heading trail above it, outermost first
    language TEXT, -- of code
    text TEXT NOT NULL, -- what the spans count in
    UNIQUE (document_id, position)
);
CREATE VIRTUAL TABLE block_search USING fts5(text, content='blocks', content_rowid='row', tokenize='porter unicode61');
CREATE TABLE papers ( -- Papers of architectures.
    id TEXT PRIMARY KEY,
    title TEXT,
    url TEXT,
    year INTEGER,
    check_level TEXT NOT NULL, -- how far the link was confirmed: source, page, context_match, title_seen, none
    source TEXT NOT NULL -- where title and link were taken from
);
CREATE TABLE architectures ( -- Families of architectures, such as EfficientNet.
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    lineage TEXT NOT NULL, -- id of the line of families that statistics count, such as yolo
    lineage_name TEXT NOT NULL,
    kind TEXT NOT NULL, -- cnn, transformer_encoder, gbdt ...
    is_counted INTEGER NOT NULL CHECK (is_counted IN (0, 1)), -- 0: technique, loss, library or system
    tasks TEXT NOT NULL, -- JSON array of task names, as the catalogue has them
    year INTEGER, -- of the paper or first release
    paper_id TEXT REFERENCES papers(id),
    source TEXT NOT NULL
);
CREATE INDEX architectures_lineage ON architectures(lineage);
CREATE TABLE architecture_aliases ( -- Names people write for a family.
    alias TEXT NOT NULL,
    architecture_id TEXT NOT NULL REFERENCES architectures(id) ON DELETE CASCADE,
    is_ambiguous INTEGER NOT NULL CHECK (is_ambiguous IN (0, 1)), -- 1: also an ordinary word, or shared by families
    PRIMARY KEY (alias, architecture_id)
) WITHOUT ROWID;
CREATE TABLE library_ids ( -- What libraries call a family.
    architecture_id TEXT NOT NULL REFERENCES architectures(id) ON DELETE CASCADE,
    library TEXT NOT NULL, -- timm, torchvision, transformers ...
    library_id TEXT NOT NULL,
    PRIMARY KEY (library, library_id, architecture_id)
) WITHOUT ROWID;
CREATE TABLE benchmarks ( -- Published figures: one row per variant, weights, data set and metric.
    id TEXT PRIMARY KEY,
    architecture_id TEXT NOT NULL REFERENCES architectures(id) ON DELETE CASCADE,
    library TEXT NOT NULL,
    variant TEXT NOT NULL,
    weights TEXT NOT NULL, -- tag of the weights; '' when the library names none
    dataset TEXT NOT NULL, -- '' when only the size is published
    metric TEXT NOT NULL, -- top1_pct, box_ap ...
    value REAL, -- in the metric's own unit; *_pct is 0 to 100
    params_m REAL, -- parameters, millions
    gmacs REAL, -- multiply-accumulates of one forward pass, thousand millions, at image_size
    size_mb REAL, -- of the weights file, megabytes
    image_size INTEGER, -- pixels, one side
    source TEXT NOT NULL
);
CREATE INDEX benchmarks_architecture ON benchmarks(architecture_id);
CREATE TABLE claims ( -- What one document says about one architecture.
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    architecture_id TEXT REFERENCES architectures(id), -- NULL when the catalogue lacks it
    name TEXT NOT NULL, -- the family's name, or the document's words when it is unknown
    status TEXT NOT NULL CHECK (status IN ('used', 'tried', 'mentioned')), -- the strongest of its variants'
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    made_by TEXT NOT NULL -- extractor and catalogue version
);
CREATE INDEX claims_document ON claims(document_id);
CREATE INDEX claims_architecture ON claims(architecture_id, status);
CREATE TABLE claim_roles ( -- What the architecture does in the solution; any number.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (claim_id, role)
) WITHOUT ROWID;
CREATE TABLE variants ( -- Sizes or checkpoints as the document writes them.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('used', 'tried', 'mentioned')),
    PRIMARY KEY (claim_id, name)
) WITHOUT ROWID;
CREATE TABLE reasons ( -- The author's own statements of why.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- 0-based, in reading order
    category TEXT NOT NULL, -- accuracy, speed, memory ...
    polarity TEXT NOT NULL CHECK (polarity IN ('for', 'against')),
    block_id TEXT REFERENCES blocks(id), -- NULL in starter facts
    start INTEGER, -- characters [start, end) of the block's text
    end INTEGER,
    quote TEXT, -- the text there, at most 300 characters; NULL in starter facts
    PRIMARY KEY (claim_id, position)
);
CREATE TABLE evidence ( -- The sentences and statements a claim stands on.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- 0 is the best
    block_id TEXT REFERENCES blocks(id), -- NULL in starter facts
    start INTEGER, -- characters [start, end) of the block's text
    end INTEGER,
    quote TEXT, -- the text there, at most 300 characters; NULL in starter facts
    name_start INTEGER, -- where the architecture's name lies in the block
    name_end INTEGER,
    is_code INTEGER NOT NULL CHECK (is_code IN (0, 1)),
    PRIMARY KEY (claim_id, position)
);
CREATE TABLE failures ( -- What could not be read or done, and where.
    id TEXT PRIMARY KEY, -- made from item, stage, where and message: the same failure is one row
    run_id INTEGER REFERENCES runs(id) ON DELETE SET NULL, -- the last run that met it
    document_id TEXT REFERENCES documents(id) ON DELETE CASCADE,
    item TEXT NOT NULL, -- document name, path or url
    stage TEXT NOT NULL, -- add, read, analyse ...
    place TEXT NOT NULL, -- inside the item; '' for the whole
    message TEXT NOT NULL,
    seen_at TEXT NOT NULL -- UTC, ISO 8601
);
CREATE INDEX reasons_block ON reasons(block_id);
CREATE INDEX evidence_block ON evidence(block_id);
"""

VIEWS_SQL = """
CREATE VIEW v_competitions AS -- Competitions with their effective task types (curated above inferred).
SELECT c.id AS competition_id, c.slug, c.platform, c.title, c.url, c.year, c.deadline, c.metric, c.n_teams, c.reward,
       (SELECT group_concat(task_type, ' ') FROM (SELECT t.task_type FROM v_task_types t
        WHERE t.competition_id = c.id ORDER BY t.position)) AS task_types,
       (SELECT t.task_type FROM v_task_types t WHERE t.competition_id = c.id AND t.position = 0) AS main_task_type
FROM competitions c;
CREATE VIEW v_task_types AS -- One row per competition and effective task type; curated rows hide inferred ones.
SELECT t.competition_id, t.task_type, t.position, t.source, t.evidence
FROM competition_task_types t
WHERE t.source = 'curated' OR NOT EXISTS
      (SELECT 1 FROM competition_task_types u WHERE u.competition_id = t.competition_id AND u.source = 'curated');
CREATE VIEW v_documents AS -- Documents with their solution's rank and the date they count from.
SELECT d.id AS document_id, d.name AS document, d.kind, d.format, d.title, d.author, d.url, d.language, d.licence, d.votes,
       d.competition_id, c.slug AS competition, c.title AS competition_title, c.platform, c.metric,
       coalesce(c.year, d.year) AS year, d.solution_id, s.rank, s.rank_source, s.medal,
       d.published_on, coalesce(d.published_on, c.deadline, coalesce(c.year, d.year) || '-12-31') AS counted_on,
       d.copy_of, d.made_by IS NOT NULL AS is_analysed, d.source
FROM documents d
LEFT JOIN competitions c ON c.id = d.competition_id
LEFT JOIN solutions s ON s.id = d.solution_id;
CREATE VIEW v_claims AS -- Claims with document, competition, rank and lineage; unknown architectures are their own lineage.
SELECT k.id AS claim_id, k.document_id, d.document, d.kind AS document_kind, d.title AS document_title, d.url AS document_url,
       d.competition_id, d.competition, d.competition_title, d.platform, d.metric, d.year, d.counted_on,
       d.solution_id, d.rank, d.rank_source, d.copy_of,
       k.architecture_id, k.name AS architecture, coalesce(a.lineage, 'unknown:' || lower(k.name)) AS lineage,
       coalesce(a.lineage_name, k.name) AS lineage_name, a.kind AS architecture_kind, coalesce(a.is_counted, 1) AS is_counted,
       k.status, k.confidence, k.made_by
FROM claims k
JOIN v_documents d ON d.document_id = k.document_id
LEFT JOIN architectures a ON a.id = k.architecture_id;
CREATE VIEW v_documented_solutions AS -- Solutions with an analysed document that is no copy; one row each: the denominators.
SELECT solution_id, competition_id, competition, platform, metric, year, rank, rank_source,
       min(counted_on) AS counted_on, count(*) AS n_documents
FROM v_documents
WHERE solution_id IS NOT NULL AND is_analysed AND copy_of IS NULL
GROUP BY solution_id;
CREATE VIEW v_solution_architectures AS -- One row per solution, family and status: the strongest status of its documents, copies left out.
SELECT solution_id, competition_id, competition, platform, metric, year, rank, rank_source, lineage, lineage_name,
       architecture_id, architecture, architecture_kind,
       CASE max(CASE status WHEN 'used' THEN 3 WHEN 'tried' THEN 2 ELSE 1 END)
            WHEN 3 THEN 'used' WHEN 2 THEN 'tried' ELSE 'mentioned' END AS status,
       min(counted_on) AS counted_on, count(DISTINCT document_id) AS n_documents
FROM v_claims
WHERE solution_id IS NOT NULL AND copy_of IS NULL AND is_counted
GROUP BY solution_id, coalesce(architecture_id, lineage);
CREATE VIEW v_reasons AS -- Reasons with claim, document, rank and quote (NULL in starter facts: follow document_url).
SELECT r.category, r.polarity, r.quote, r.block_id, r.start, r.end, k.*
FROM reasons r JOIN v_claims k ON k.claim_id = r.claim_id;
CREATE VIEW v_evidence AS -- Evidence with claim, document and the heading trail above it.
SELECT e.position, e.quote, e.block_id, e.start, e.end, e.is_code, b.position AS block_position, b.headings, k.*
FROM evidence e JOIN v_claims k ON k.claim_id = e.claim_id LEFT JOIN blocks b ON b.id = e.block_id;
CREATE VIEW v_benchmarks AS -- Benchmark rows with family, lineage and paper.
SELECT m.variant, m.weights, m.library, m.dataset, m.metric, m.value, m.params_m, m.gmacs, m.size_mb, m.image_size, m.source,
       a.id AS architecture_id, a.name AS architecture, a.lineage, a.lineage_name, p.title AS paper_title, p.url AS paper_url
FROM benchmarks m JOIN architectures a ON a.id = m.architecture_id LEFT JOIN papers p ON p.id = a.paper_id;
"""

MIGRATIONS: tuple[Migration, ...] = (
    Migration("tables", TABLES_SQL),
    Migration("views", VIEWS_SQL),
)
