"""Migration for questions about single competitions among tens of thousands.

The mark of all that `similar` compares says whether an index kept beside the database is true. The indexes find a
competition by its name in any case. The two views are those before in words that SQLite can look up in: a text of one
affinity in both halves of the union, and an order by a column that is selected, else it reads all task types for one.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own words

from __future__ import annotations

_COMPARED = (  # table, and the columns that are compared; None: all of them
    ("competitions", "slug, platform, title, year, metric, description, n_teams, deadline"),
    ("competition_tags", None),
    ("competition_task_types", "competition_id, source, position, task_type"),
    ("curated_competitions", None),
    ("curated_task_types", None),
)


def _triggers() -> str:
    found = []
    for table, columns in _COMPARED:
        for event, what in (
            ("insert", "INSERT"),
            ("update", f"UPDATE OF {columns}" if columns else "UPDATE"),
            ("delete", "DELETE"),
        ):
            found.append(
                f"CREATE TRIGGER {table}_{event}_compared AFTER {what} ON {table} BEGIN\n"
                "    UPDATE compared_state SET mark = lower(hex(randomblob(16)));\nEND;\n"
            )
    return "".join(found)


SIMILAR_SQL = f"""
CREATE TABLE compared_state ( -- One row: which state what `similar` compares is in.
    one INTEGER PRIMARY KEY CHECK (one = 1), -- 1
    mark TEXT NOT NULL -- random; another after every change of competitions, tags, task types or curated facts
);
INSERT INTO compared_state (one, mark) VALUES (1, lower(hex(randomblob(16))));
{_triggers()}CREATE INDEX competitions_slug_folded ON competitions(lower(slug));
CREATE INDEX competitions_id_folded ON competitions(lower(id));
CREATE INDEX competitions_title_folded ON competitions(lower(title));
DROP VIEW v_all_task_types;
CREATE VIEW v_all_task_types AS -- Task types of both sources; curated: a label of this corpus, else the one that ships.
SELECT t.competition_id, t.task_type, t.position, t.source, t.evidence
FROM competition_task_types t
UNION ALL
SELECT s.competition_id, s.task_type, s.position, CAST('curated' AS TEXT), CAST('written by us' AS TEXT)
FROM curated_task_types s
WHERE EXISTS (SELECT 1 FROM competitions c WHERE c.id = s.competition_id)
  AND NOT EXISTS (SELECT 1 FROM competition_task_types u
                  WHERE u.competition_id = s.competition_id AND u.source = 'curated');
DROP VIEW v_competitions;
CREATE VIEW v_competitions AS -- Competitions with their effective task types (curated above inferred).
SELECT c.id AS competition_id, -- platform/slug
       c.slug, c.platform, c.title, c.url, c.year, c.deadline, c.metric, c.n_teams, c.reward,
       (SELECT group_concat(task_type, ' ') FROM
          (SELECT t.task_type, t.position FROM v_task_types t WHERE t.competition_id = c.id ORDER BY t.position)
       ) AS task_types, -- all of them, main first, separated by a space
       (SELECT t.task_type FROM v_task_types t WHERE t.competition_id = c.id AND t.position = 0
       ) AS main_task_type -- the one at position 0
FROM competitions c;
"""
