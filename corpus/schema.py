"""Tables, indexes and views of the database, as numbered migrations.

A migration is never edited once released; a change is a new one at the end of MIGRATIONS. `docs/schema.md` is made from
the migrated database by `scripts/make_schema_page.py`; the comments in the SQL are its text, so each column carries
one. The views stand in `schema_views.py`, corrections in `schema_corrections.py`, tables of copies and of agreement in
`schema_analysis.py`, of packages in `schema_packages.py`, the mark of what `similar` compares in `schema_similar.py`.
"""

from __future__ import annotations

from typing import NamedTuple

from corpus.schema_analysis import AGREEMENT_SQL, COPIES_SQL, REASON_CONFIDENCE_SQL
from corpus.schema_corrections import CORRECTIONS_SQL
from corpus.schema_curated import CURATED_SQL
from corpus.schema_packages import PACKAGES_SQL
from corpus.schema_similar import SIMILAR_SQL
from corpus.schema_views import VIEWS_SQL


class Migration(NamedTuple):
    """One step: its number is its place in MIGRATIONS, counted from 1, kept in `PRAGMA user_version`."""

    name: str
    sql: str


TABLES_SQL = """
CREATE TABLE meta ( -- Single facts about this database.
    key TEXT PRIMARY KEY, -- catalogue_version, starter_version ...
    value TEXT NOT NULL -- as text
);
CREATE TABLE sources ( -- Where rows came from.
    name TEXT PRIMARY KEY, -- starter, folder, catalogue ...
    kind TEXT NOT NULL, -- starter, folder, catalogue, index
    location TEXT, -- path or url, as the user gave it
    licence TEXT, -- licence of the facts taken from it
    added_at TEXT NOT NULL -- UTC, ISO 8601
);
CREATE TABLE runs ( -- One row per command that wrote something.
    id INTEGER PRIMARY KEY, -- in order of their beginning
    command TEXT NOT NULL, -- add, analyse, run ...
    started_at TEXT NOT NULL, -- UTC, ISO 8601
    ended_at TEXT, -- NULL while running, or when the process was killed
    outcome TEXT CHECK (outcome IN ('done', 'failures', 'interrupted', 'error')), -- how it ended
    counts TEXT NOT NULL DEFAULT '{}' -- JSON object: what was new, changed, unchanged, failed
);
CREATE TABLE competitions ( -- Competitions, on any platform.
    id TEXT PRIMARY KEY, -- platform/slug
    slug TEXT NOT NULL, -- as in the platform's own url
    platform TEXT NOT NULL, -- kaggle, drivendata ...
    title TEXT NOT NULL, -- as the platform shows it; the slug where only a document names the competition
    url TEXT, -- of its front page
    year INTEGER, -- of the deadline
    deadline TEXT, -- date, ISO 8601
    metric TEXT, -- as the source names it
    description TEXT, -- the source's own words; never in starter facts
    n_teams INTEGER, -- teams on the final leaderboard
    reward TEXT, -- as the source writes it
    provenance TEXT, -- the source as the manifest names it, licence included
    source TEXT NOT NULL REFERENCES sources(name) -- the strongest source of these facts
);
CREATE INDEX competitions_slug ON competitions(slug);
CREATE TABLE competition_tags ( -- Tags that the platform or source gives a competition.
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE, -- the competition
    tag TEXT NOT NULL, -- as the source spells it
    PRIMARY KEY (competition_id, tag)
) WITHOUT ROWID;
CREATE TABLE competition_task_types ( -- What kind of task a competition sets: modality/task.
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE, -- the competition
    source TEXT NOT NULL CHECK (source IN ('inferred', 'curated')), -- curated (labelled by a person) is stronger
    position INTEGER NOT NULL, -- 0 is the main task
    task_type TEXT NOT NULL, -- modality/task from the two closed lists
    evidence TEXT NOT NULL, -- the tags, metric words and title words it was read from
    made_by TEXT NOT NULL, -- version of the rules
    PRIMARY KEY (competition_id, source, position)
) WITHOUT ROWID;
CREATE TABLE solutions ( -- One team's entry in one competition, documented or only known to an index.
    id TEXT PRIMARY KEY, -- made from the competition and the rank, else the author, else the document
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE, -- the competition entered
    team TEXT, -- NULL where no source names it
    rank INTEGER CHECK (rank >= 1), -- 1 is best; NULL when unknown
    rank_source TEXT CHECK (rank_source IN ('leaderboard', 'index', 'author')),
    -- the strongest that says it: leaderboard, index (a public list) or author (the document itself)
    board TEXT CHECK (board IN ('private', 'public')), -- which leaderboard the rank is of; NULL when not said
    medal TEXT CHECK (medal IN ('gold', 'silver', 'bronze')) -- gold, silver or bronze; NULL when not known
);
CREATE INDEX solutions_competition ON solutions(competition_id, rank);
CREATE TABLE solution_links ( -- A public index's statement that a link describes the solution with this rank.
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE, -- the competition
    url TEXT NOT NULL, -- canonical spelling
    rank INTEGER CHECK (rank >= 1), -- NULL when the index gives none
    kind TEXT NOT NULL, -- description, code, video ... as the index says
    provenance TEXT NOT NULL, -- the index and its licence
    PRIMARY KEY (competition_id, url)
) WITHOUT ROWID;
CREATE INDEX solution_links_url ON solution_links(url);
CREATE TABLE documents ( -- Write-ups, notebooks, readmes, blog posts and scripts.
    id TEXT PRIMARY KEY, -- made from the canonical url, else from the name
    name TEXT NOT NULL UNIQUE, -- the manifest's doc_id, else a short stable name
    kind TEXT NOT NULL CHECK (kind IN ('writeup', 'notebook', 'readme', 'blog', 'script')),
    -- writeup, notebook, readme, blog or script, whatever its format
    format TEXT NOT NULL, -- ipynb, md, html, py, r, rmd
    title TEXT, -- as the source gives it
    author TEXT, -- as the source names them; never in starter facts
    url TEXT, -- as the source gives it; NULL for files without one
    competition_id TEXT REFERENCES competitions(id), -- the competition it is about; NULL when unknown
    solution_id TEXT REFERENCES solutions(id), -- the solution it describes; NULL without a competition
    published_on TEXT, -- date, ISO 8601
    year INTEGER, -- of the document, where the source says so
    language TEXT, -- ISO 639-1
    licence TEXT, -- of the document, as the source states it
    votes INTEGER, -- on its platform
    stated_copy_of TEXT, -- id of the original as the source states it; it may not be in this corpus
    copy_of TEXT REFERENCES documents(id), -- the original of a copy, never a copy itself; copy_how says why
    source TEXT NOT NULL REFERENCES sources(name), -- where the document came from
    content_hash TEXT, -- SHA-256 of the current version; NULL for starter facts, which carry no content
    analysed_hash TEXT, -- the version the claims were made from
    made_by TEXT, -- extractor and catalogue version of the claims; NULL before the first analysis
    is_unreadable INTEGER NOT NULL DEFAULT 0 CHECK (is_unreadable IN (0, 1)) -- 1: see failures
);
CREATE INDEX documents_competition ON documents(competition_id);
CREATE INDEX documents_solution ON documents(solution_id);
CREATE INDEX documents_copy_of ON documents(copy_of);
CREATE INDEX documents_content ON documents(content_hash);
CREATE TABLE document_ranks ( -- Each source's statement of a document's rank; contradictions stand side by side.
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, -- the document
    source TEXT NOT NULL CHECK (source IN ('leaderboard', 'index', 'author')), -- who says so, strongest first
    rank INTEGER NOT NULL CHECK (rank >= 1), -- 1 is best
    evidence TEXT NOT NULL, -- where the source says so
    PRIMARY KEY (document_id, source)
) WITHOUT ROWID;
CREATE TABLE document_versions ( -- Raw bytes of every version seen, never edited.
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, -- the document
    content_hash TEXT NOT NULL, -- SHA-256 of the raw bytes
    size_bytes INTEGER NOT NULL, -- before compression
    raw BLOB NOT NULL, -- zlib-compressed bytes
    first_seen_at TEXT NOT NULL, -- UTC, ISO 8601
    PRIMARY KEY (document_id, content_hash)
);
CREATE TABLE blocks ( -- The current version of a document in pieces; a notebook's blocks are its cells.
    row INTEGER PRIMARY KEY, -- for the search index only; refer to a block by its id
    id TEXT NOT NULL UNIQUE, -- made from document, version and position
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, -- the document
    position INTEGER NOT NULL, -- 0-based, in reading order
    kind TEXT NOT NULL, -- heading, paragraph, list_item, table, code, quote, markdown_cell, code_cell
    headings TEXT NOT NULL, -- JSON array: the heading trail above it, outermost first
    language TEXT, -- of code: python, r ...; NULL for prose
    text TEXT NOT NULL, -- what the spans count in
    UNIQUE (document_id, position)
);
CREATE VIRTUAL TABLE block_search USING fts5( -- Full-text index over the blocks: block_search MATCH 'words'.
    text, -- the blocks' text; rowid is blocks.row
    content='blocks', content_rowid='row', tokenize='porter unicode61'
);
CREATE TABLE papers ( -- Papers of architectures.
    id TEXT PRIMARY KEY, -- made from the link, else from the title
    title TEXT, -- of the paper
    url TEXT, -- to read it
    year INTEGER, -- of the paper or of the architecture's first release
    check_level TEXT NOT NULL, -- how far the link was confirmed: source, page, context_match, title_seen, none
    source TEXT NOT NULL -- where title and link were taken from
);
CREATE TABLE architectures ( -- Families of architectures, such as EfficientNet.
    id TEXT PRIMARY KEY, -- readable: efficientnet, yolov8 ...
    name TEXT NOT NULL, -- as its paper or library writes it
    lineage TEXT NOT NULL, -- id of the line of families that statistics count, such as yolo
    lineage_name TEXT NOT NULL, -- what people call the line
    kind TEXT NOT NULL, -- cnn, transformer_encoder, gbdt ...
    is_counted INTEGER NOT NULL CHECK (is_counted IN (0, 1)), -- 0: technique, loss, library or system
    tasks TEXT NOT NULL, -- JSON array of task names, as the catalogue has them
    year INTEGER, -- of the paper or first release
    paper_id TEXT REFERENCES papers(id), -- NULL when no paper is known
    source TEXT NOT NULL -- where these facts were taken from
);
CREATE INDEX architectures_lineage ON architectures(lineage);
CREATE TABLE architecture_aliases ( -- Names people write for a family.
    alias TEXT NOT NULL, -- as people write it
    architecture_id TEXT NOT NULL REFERENCES architectures(id) ON DELETE CASCADE, -- the family meant
    is_ambiguous INTEGER NOT NULL CHECK (is_ambiguous IN (0, 1)), -- 1: also an ordinary word, or shared by families
    PRIMARY KEY (alias, architecture_id)
) WITHOUT ROWID;
CREATE TABLE library_ids ( -- What libraries call a family.
    architecture_id TEXT NOT NULL REFERENCES architectures(id) ON DELETE CASCADE, -- the family
    library TEXT NOT NULL, -- timm, torchvision, transformers ...
    library_id TEXT NOT NULL, -- the library's own name for it
    PRIMARY KEY (library, library_id, architecture_id)
) WITHOUT ROWID;
CREATE TABLE benchmarks ( -- Published figures: one row per variant, weights, data set and metric.
    id TEXT PRIMARY KEY, -- made from everything the figures are of
    architecture_id TEXT NOT NULL REFERENCES architectures(id) ON DELETE CASCADE, -- the family
    library TEXT NOT NULL, -- that ships the variant
    variant TEXT NOT NULL, -- the library's name for it
    weights TEXT NOT NULL, -- tag of the weights; '' when the library names none
    dataset TEXT NOT NULL, -- '' when only the size is published
    metric TEXT NOT NULL, -- top1_pct, box_ap ...
    value REAL, -- in the metric's own unit; *_pct is 0 to 100
    params_m REAL, -- parameters, millions
    gmacs REAL, -- multiply-accumulates of one forward pass, thousand millions, at image_size
    size_mb REAL, -- of the weights file, megabytes
    image_size INTEGER, -- pixels, one side
    source TEXT NOT NULL -- who published the figures
);
CREATE INDEX benchmarks_architecture ON benchmarks(architecture_id);
CREATE TABLE claims ( -- What one document says about one architecture.
    id TEXT PRIMARY KEY, -- made from document and architecture
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, -- the document
    architecture_id TEXT REFERENCES architectures(id), -- the family; NULL when the catalogue lacks it
    name TEXT NOT NULL, -- the family's name, or the document's words when it is unknown
    status TEXT NOT NULL CHECK (status IN ('used', 'tried', 'mentioned')),
    -- used, tried or mentioned: the strongest of its variants'
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    -- 0 to 1: how likely the status is right (docs/judges.md)
    made_by TEXT NOT NULL -- extractor and catalogue version
);
CREATE INDEX claims_document ON claims(document_id);
CREATE INDEX claims_architecture ON claims(architecture_id, status);
CREATE TABLE claim_roles ( -- What the architecture does in the solution; any number.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE, -- the claim
    role TEXT NOT NULL, -- main, backbone, decoder, head, meta ...
    PRIMARY KEY (claim_id, role)
) WITHOUT ROWID;
CREATE TABLE variants ( -- Sizes or checkpoints as the document writes them.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE, -- the claim
    name TEXT NOT NULL, -- the string in the document
    status TEXT NOT NULL CHECK (status IN ('used', 'tried', 'mentioned')), -- of this variant alone
    PRIMARY KEY (claim_id, name)
) WITHOUT ROWID;
CREATE TABLE reasons ( -- The author's own statements of why.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE, -- the claim
    position INTEGER NOT NULL, -- 0-based, in reading order
    category TEXT NOT NULL, -- accuracy, speed, memory ...
    polarity TEXT NOT NULL CHECK (polarity IN ('for', 'against')), -- for or against the architecture
    block_id TEXT REFERENCES blocks(id), -- where it stands; NULL in starter facts
    start INTEGER, -- characters [start, end) of the block's text
    end INTEGER, -- of the span, exclusive
    quote TEXT, -- the text there, at most 300 characters; NULL in starter facts
    PRIMARY KEY (claim_id, position)
);
CREATE TABLE evidence ( -- The sentences and statements a claim stands on.
    claim_id TEXT NOT NULL REFERENCES claims(id) ON DELETE CASCADE, -- the claim
    position INTEGER NOT NULL, -- 0 is the best
    block_id TEXT REFERENCES blocks(id), -- where it stands; NULL in starter facts
    start INTEGER, -- characters [start, end) of the block's text
    end INTEGER, -- of the span, exclusive
    quote TEXT, -- the text there, at most 300 characters; NULL in starter facts
    name_start INTEGER, -- where the architecture's name lies in the block
    name_end INTEGER, -- of the name, exclusive
    is_code INTEGER NOT NULL CHECK (is_code IN (0, 1)), -- 1: the program shows it, not a sentence
    PRIMARY KEY (claim_id, position)
);
CREATE TABLE failures ( -- What could not be read or done, and where.
    id TEXT PRIMARY KEY, -- made from item, stage, where and message: the same failure is one row
    run_id INTEGER REFERENCES runs(id) ON DELETE SET NULL, -- the last run that met it
    document_id TEXT REFERENCES documents(id) ON DELETE CASCADE, -- NULL when there is no document yet
    item TEXT NOT NULL, -- document name, path or url
    stage TEXT NOT NULL, -- add, read, analyse ...
    place TEXT NOT NULL, -- inside the item; '' for the whole
    message TEXT NOT NULL, -- what is wrong, in one sentence
    seen_at TEXT NOT NULL -- UTC, ISO 8601
);
CREATE INDEX failures_document ON failures(document_id);
CREATE INDEX reasons_block ON reasons(block_id);
CREATE INDEX evidence_block ON evidence(block_id);
"""

CRAWL_SQL = """
CREATE TABLE targets ( -- One row per thing that a source can fetch again: a notebook, a topic, a page, a table.
    id TEXT PRIMARY KEY, -- made from source and key
    source TEXT NOT NULL REFERENCES sources(name), -- which source fetches it
    key TEXT NOT NULL, -- what the source calls it: kernel:owner/slug, topic:123, a canonical url
    kind TEXT NOT NULL, -- notebook, topic, page, readme, competition, table
    url TEXT, -- where a person finds it
    competition_id TEXT, -- as the source's list says; the competition may not be known yet
    document_id TEXT REFERENCES documents(id) ON DELETE SET NULL, -- the document made from it
    signature TEXT, -- the list's fields that show a change, joined; NULL when no list shows any
    facts TEXT NOT NULL DEFAULT '{}', -- JSON object: what the list says beside it (votes, title, author, dates)
    first_seen_at TEXT NOT NULL, -- UTC, ISO 8601
    last_seen_at TEXT NOT NULL, -- when a list last named it
    checked_at TEXT, -- when it was last asked for; NULL before the first time
    next_check_at TEXT, -- not before; NULL: at once
    fetched_signature TEXT, -- the signature when its content was last taken
    etag TEXT, -- as the server sent it
    last_modified TEXT, -- as the server sent it
    content_hash TEXT, -- SHA-256 of the content last taken
    unchanged_in_a_row INTEGER NOT NULL DEFAULT 0, -- visits without a change since the last one
    failures_in_a_row INTEGER NOT NULL DEFAULT 0, -- visits that failed since the last success
    gone_at TEXT, -- when the source said it is gone; the document is kept
    unlisted_at TEXT, -- when it was asked for because no list named it any more; NULL while lists name it
    UNIQUE (source, key)
);
CREATE INDEX targets_due ON targets(source, next_check_at);
CREATE INDEX targets_document ON targets(document_id);
CREATE TABLE document_aliases ( -- Other addresses of a document: redirects, tracking keys, old names.
    url TEXT PRIMARY KEY, -- canonical spelling
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE -- the document it leads to
) WITHOUT ROWID;
CREATE INDEX document_aliases_document ON document_aliases(document_id);
CREATE TABLE hosts ( -- What is known of a web host, kept between runs.
    host TEXT PRIMARY KEY, -- scheme, name and port
    robots_status TEXT, -- rules, none, unreachable, refused
    robots_body TEXT, -- at most 512 KiB
    robots_checked_at TEXT, -- UTC, ISO 8601
    not_before TEXT -- Retry-After beyond the end of a run: no request before this
);
CREATE TABLE source_runs ( -- How the last refresh of each source went.
    source TEXT PRIMARY KEY REFERENCES sources(name), -- the source
    run_id INTEGER REFERENCES runs(id) ON DELETE SET NULL, -- the run
    started_at TEXT NOT NULL, -- UTC, ISO 8601
    ended_at TEXT, -- NULL while running, or when the process was killed
    listed_at TEXT, -- when its lists were last read to the end without a failure
    outcome TEXT CHECK (outcome IN ('done', 'failures', 'stopped', 'budget', 'interrupted', 'error')), -- how it ended
    stop_reason TEXT, -- why it could not go on, and what to do
    stop_until TEXT, -- what it was told to wait for; it is not asked before
    counts TEXT NOT NULL DEFAULT '{}' -- JSON object: new, changed, unchanged, gone, returned, failed, requests ...
) WITHOUT ROWID;
CREATE TABLE tombstones ( -- What a user asked to be forgotten: hashes only, so that nothing of it is kept.
    hash TEXT PRIMARY KEY, -- of the document id, canonical url or author's name
    kind TEXT NOT NULL CHECK (kind IN ('document', 'url', 'author')), -- what the hash is of
    at TEXT NOT NULL -- UTC, ISO 8601
) WITHOUT ROWID;
CREATE TABLE leaderboard_ranks ( -- Final ranks as a platform's leaderboard gives them.
    competition_id TEXT NOT NULL REFERENCES competitions(id) ON DELETE CASCADE, -- the competition
    name TEXT NOT NULL, -- team name or user name, case folded
    kind TEXT NOT NULL CHECK (kind IN ('team', 'user')), -- which of the two
    rank INTEGER NOT NULL CHECK (rank >= 1), -- 1 is best
    team TEXT, -- the team's name as it stands there
    medal TEXT CHECK (medal IN ('gold', 'silver', 'bronze')), -- gold, silver or bronze, where the source gives it
    source TEXT NOT NULL, -- kaggle or meta-kaggle
    seen_at TEXT NOT NULL, -- when the source last gave it; UTC, ISO 8601
    PRIMARY KEY (competition_id, name, kind, rank, source) -- several teams may bear one name
) WITHOUT ROWID;
ALTER TABLE documents ADD COLUMN gone_at -- when its source said that it is gone, NULL while it is there; it is kept
    TEXT;
ALTER TABLE competitions ADD COLUMN first_seen_at -- UTC, ISO 8601; NULL: before this was written down
    TEXT;
"""

LANGUAGE_SQL = """
ALTER TABLE documents ADD COLUMN prose_language -- ISO 639-1, as detected, NULL where there is too little prose to tell
    TEXT;
"""

MIGRATIONS: tuple[Migration, ...] = (
    Migration("tables", TABLES_SQL),
    Migration("views", VIEWS_SQL),
    Migration("crawl", CRAWL_SQL),
    Migration("corrections", CORRECTIONS_SQL),
    Migration("copies", COPIES_SQL),
    Migration("agreement", AGREEMENT_SQL),
    Migration("language of prose", LANGUAGE_SQL),
    Migration("confidence of reasons", REASON_CONFIDENCE_SQL),
    Migration("packages", PACKAGES_SQL),
    Migration("curated competitions", CURATED_SQL),
    Migration("single competitions", SIMILAR_SQL),
)
