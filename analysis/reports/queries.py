"""The SQL that gives a table of the report anew: shown beside it, and held to it by a test.

It runs over the documented views, `miner sql` runs it; rank 10 is `rows.WINNERS_RANK`.
"""

from __future__ import annotations

QUERIES = {
    "popularity": """\
SELECT lineage, count(DISTINCT CASE WHEN rank <= 10 THEN solution_id END) AS winners,
       count(DISTINCT solution_id) AS everybody
FROM v_solution_architectures
WHERE status = 'used' AND platform <> 'example'
GROUP BY lineage ORDER BY winners DESC, everybody DESC, lineage""",
    "popularity-by-task": """\
SELECT task_type, lineage, count(DISTINCT CASE WHEN rank <= 10 THEN solution_id END) AS winners,
       count(DISTINCT solution_id) AS everybody
FROM v_solution_architectures JOIN v_task_types USING (competition_id)
WHERE status = 'used' AND platform <> 'example'
GROUP BY task_type, lineage ORDER BY task_type, winners DESC, everybody DESC, lineage""",
    "trends": """\
SELECT lineage, year, count(DISTINCT solution_id) AS winners
FROM v_solution_architectures
WHERE status = 'used' AND rank <= 10 AND platform <> 'example'
GROUP BY lineage, year ORDER BY lineage, year""",
    "dropped": """\
SELECT lineage, sum(NOT is_used) AS dropped, count(*) AS ran
FROM (SELECT lineage, solution_id, max(status = 'used') AS is_used FROM v_solution_architectures
      WHERE status IN ('used', 'tried') AND platform <> 'example' GROUP BY lineage, solution_id)
GROUP BY lineage ORDER BY dropped DESC, ran, lineage""",
}
