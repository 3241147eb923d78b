"""The SQL that gives a table of the report anew: shown beside it, and held to it by a test.

Every statement runs over the documented views, `miner sql` runs it, and its columns are columns of the table's CSV.
"""
# ruff: noqa: S608 - statements that are shown; values stand in them as `text` writes them

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.reports.rows import WINNERS_RANK
from analysis.reports.tables import N_CHOSEN, N_NEWEST, N_TRENDS

OURS = "platform <> 'example'"  # the invented examples are counted nowhere
WINNING = f"rank <= {WINNERS_RANK}"
INTERVALS = "The shares, intervals (Wilson) and lift beside them are computed from these counts."


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a table can be had whole: its file, and the statement that gives its rows."""

    path: str  # of the CSV, from the site's root
    sql: str
    note: str = ""  # what the table has beyond the statement's columns


def text(value: str) -> str:
    """The value as SQL writes it.

    >>> print(text("it's"))
    'it''s'
    """
    return "'" + value.replace("'", "''") + "'"


def texts(values: Sequence[str]) -> str:
    """The values as SQL writes a list."""
    return f"({', '.join(map(text, values))})"


def claims(min_confidence: float | None) -> str:
    """The relation that says what solutions use, with the condition that more can be added to by AND."""
    if min_confidence is None:
        return f"v_solution_architectures WHERE {OURS}"
    return (
        f"v_claims WHERE {OURS} AND solution_id IS NOT NULL AND copy_of IS NULL AND is_counted"
        f" AND confidence >= {min_confidence:g}"
    )


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of one report; `min_confidence` is that of the claims it counts."""

    min_confidence: float | None = None

    @property
    def claims(self) -> str:
        """What solutions use, as `claims`."""
        return claims(self.min_confidence)

    def popularity(self) -> str:
        """What winners and everybody use."""
        return self._counted("")

    def of_competition(self, competition_id: str) -> str:
        """What the solutions of one competition use."""
        return self._counted(f"competition_id = {text(competition_id)}", has_competitions=False)

    def of_task(self, task_type: str) -> str:
        """What the solutions of one task type use."""
        only = f"competition_id IN (SELECT competition_id FROM v_task_types WHERE task_type = {text(task_type)})"
        return self._counted(only)

    def of_year(self, year: int) -> str:
        """What the solutions of one year use."""
        return self._counted(f"year = {year}")

    def tasks_of_year(self, year: int) -> str:
        """What the winners of one year use, by task type."""
        return f"""\
WITH won AS (SELECT * FROM v_documented_solutions JOIN v_task_types USING (competition_id)
             WHERE {OURS} AND {WINNING} AND year = {year}),
     t AS (SELECT task_type, count(*) AS n_solutions_total FROM won GROUP BY task_type),
     used AS (SELECT * FROM {self.claims} AND status = 'used')
SELECT task_type, lineage, min(lineage_name) AS architecture, count(DISTINCT solution_id) AS n_solutions,
       n_solutions_total, count(DISTINCT won.competition_id) AS n_competitions
FROM won JOIN used USING (solution_id) JOIN t USING (task_type)
GROUP BY task_type, lineage ORDER BY n_solutions_total DESC, task_type, n_solutions DESC, lower(architecture)"""

    def new_in_year(self, year: int) -> str:
        """Lines of the catalogue that solutions of one year use, and none of any year before."""
        return f"""\
WITH used AS (SELECT * FROM {self.claims} AND status = 'used')
SELECT lineage, min(lineage_name) AS architecture, count(DISTINCT solution_id) AS n_solutions,
       count(DISTINCT CASE WHEN {WINNING} THEN solution_id END) AS n_winners
FROM used
WHERE year = {year} AND architecture_id IS NOT NULL AND lineage NOT IN (SELECT lineage FROM used WHERE year < {year})
GROUP BY lineage ORDER BY n_solutions DESC, n_winners DESC, lower(architecture)"""

    def _counted(self, only: str, *, has_competitions: bool = True) -> str:
        narrow = f"\n  AND {only}" if only else ""
        competitions = ",\n       count(DISTINCT competition_id) AS n_competitions" if has_competitions else ""
        only = f" AND {only}" if only else ""
        every = f"(SELECT count(*) FROM v_documented_solutions WHERE {OURS}"
        return f"""\
SELECT lineage, min(lineage_name) AS architecture,
       count(DISTINCT CASE WHEN {WINNING} THEN solution_id END) AS n_winners,
       {every} AND {WINNING}{only}) AS n_winners_total,
       count(DISTINCT solution_id) AS n_solutions,
       {every}{only}) AS n_solutions_total{competitions}
FROM {self.claims} AND status = 'used'{narrow}
GROUP BY lineage ORDER BY n_winners DESC, n_solutions DESC, lower(architecture), lineage"""

    def task_types(self) -> str:
        """How much is known of each task type."""
        return f"""\
SELECT task_type, coalesce(sum({WINNING}), 0) AS n_winners, count(*) AS n_solutions,
       count(DISTINCT competition_id) AS n_competitions
FROM v_documented_solutions JOIN v_task_types USING (competition_id)
WHERE {OURS}
GROUP BY task_type ORDER BY n_winners DESC, n_solutions DESC, task_type"""

    def popularity_by_task(self) -> str:
        """What is used in every task type."""
        return self._by_task("", "t.n_winners_total DESC, t.n_solutions_total DESC, task_type, n_winners DESC")

    def of_architecture(self, lineage: str) -> str:
        """The task types in which one line of architectures is used."""
        return self._by_task(f" AND lineage = {text(lineage)}", "t.n_winners_total DESC, t.n_solutions_total DESC")

    def _by_task(self, only: str, order: str) -> str:
        return f"""\
WITH t AS (SELECT task_type, coalesce(sum({WINNING}), 0) AS n_winners_total, count(*) AS n_solutions_total
           FROM v_documented_solutions JOIN v_task_types USING (competition_id) WHERE {OURS} GROUP BY task_type),
     used AS (SELECT * FROM {self.claims} AND status = 'used'{only})
SELECT task_type, lineage, min(lineage_name) AS architecture,
       count(DISTINCT CASE WHEN {WINNING} THEN solution_id END) AS n_winners, t.n_winners_total,
       count(DISTINCT solution_id) AS n_solutions, t.n_solutions_total,
       count(DISTINCT competition_id) AS n_competitions
FROM used JOIN v_task_types USING (competition_id) JOIN t USING (task_type)
GROUP BY task_type, lineage ORDER BY {order}, n_solutions DESC, lower(architecture)"""

    def trends(self) -> str:
        """The most used lines among winners, year by year."""
        return f"""\
WITH used AS (SELECT * FROM {self.claims} AND status = 'used' AND {WINNING} AND year IS NOT NULL),
     lines AS (SELECT lineage, min(lineage_name) AS architecture FROM used GROUP BY lineage
               ORDER BY count(DISTINCT solution_id) DESC, count(DISTINCT competition_id) DESC, lower(architecture)
               LIMIT {N_TRENDS}),
     years AS (SELECT year, count(*) AS n_solutions_total FROM v_documented_solutions
               WHERE {OURS} AND {WINNING} AND year IS NOT NULL GROUP BY year)
SELECT years.year, lines.lineage, lines.architecture, count(DISTINCT solution_id) AS n_solutions, n_solutions_total
FROM years CROSS JOIN lines LEFT JOIN used ON used.lineage = lines.lineage AND used.year = years.year
GROUP BY years.year, lines.lineage ORDER BY lower(lines.architecture), years.year"""

    def dropped(self) -> str:
        """Lines that solutions ran and left out, with what they say against them."""
        return f"""\
WITH ran AS (SELECT lineage, solution_id, min(lineage_name) AS architecture, max(status = 'used') AS is_used,
                    min(rank) AS rank
             FROM {self.claims} AND status IN ('used', 'tried') GROUP BY lineage, solution_id),
     said AS (SELECT DISTINCT lineage, solution_id, category FROM v_reasons JOIN ran USING (lineage, solution_id)
              WHERE polarity = 'against' AND NOT is_used AND {self._reasons}),
     tally AS (SELECT lineage, category, count(*) AS n FROM said GROUP BY lineage, category
               ORDER BY lineage, n DESC, category),
     words AS (SELECT lineage, group_concat(category || ' ' || n, '; ') AS reasons FROM tally GROUP BY lineage),
     silent AS (SELECT lineage, count(*) AS n FROM ran WHERE NOT is_used AND (lineage, solution_id) NOT IN
                (SELECT lineage, solution_id FROM said) GROUP BY lineage)
SELECT lineage, min(architecture) AS architecture, sum(NOT is_used) AS n_dropped, count(*) AS n_dropped_total,
       coalesce(sum(NOT is_used AND rank <= 10), 0) AS n_winners, coalesce(max(reasons), '') AS reasons,
       coalesce(max(silent.n), 0) AS n_without_reason
FROM ran LEFT JOIN words USING (lineage) LEFT JOIN silent USING (lineage)
GROUP BY lineage HAVING n_dropped
ORDER BY n_dropped DESC, 1.0 * n_dropped / n_dropped_total DESC, lower(architecture)"""

    @property
    def _reasons(self) -> str:
        least = "" if self.min_confidence is None else f" AND confidence >= {self.min_confidence:g}"
        return f"{OURS} AND solution_id IS NOT NULL AND copy_of IS NULL AND is_counted{least}"

    def chosen(self, categories: Sequence[str]) -> str:
        """Lines by the number of solutions that say why they chose them."""
        each = "".join(
            f",\n       count(DISTINCT CASE WHEN category = {text(one)} THEN solution_id END) AS n_{one}"
            for one in categories
        )
        return f"""\
SELECT lineage, min(lineage_name) AS architecture, count(DISTINCT solution_id) AS n_solutions{each}
FROM v_reasons
WHERE polarity = 'for' AND {self._reasons}
GROUP BY lineage ORDER BY n_solutions DESC, lower(min(lineage_name)), lineage LIMIT {N_CHOSEN}"""

    def newest(self) -> str:
        """The newest winners that say what they used."""
        return f"""\
WITH used AS (SELECT DISTINCT solution_id, lineage, lineage_name FROM {self.claims}
              AND status = 'used' AND {WINNING} ORDER BY solution_id, lower(lineage_name), lineage)
SELECT s.counted_on AS date, s.rank, s.rank_source, c.title AS competition,
       group_concat(lineage_name, '; ') AS used
FROM v_documented_solutions s JOIN v_competitions c USING (competition_id) JOIN used USING (solution_id)
WHERE s.counted_on IS NOT NULL
GROUP BY s.solution_id
ORDER BY s.counted_on DESC, s.rank, s.competition_id, s.solution_id LIMIT {N_NEWEST}"""

    def coverage(self) -> str:
        """How much of each year's top ten is documented."""
        return f"""\
SELECT year, count(*) AS n_competitions, count(d.competition_id) AS n_documented,
       coalesce(sum(d.n_places), 0) AS n_top_documented,
       sum(min({WINNERS_RANK}, coalesce(n_teams, {WINNERS_RANK}))) AS n_top_documented_total
FROM v_competitions c LEFT JOIN
     (SELECT competition_id, count(DISTINCT CASE WHEN {WINNING} THEN rank END) AS n_places
      FROM v_documented_solutions GROUP BY competition_id) d USING (competition_id)
WHERE {OURS} AND year IS NOT NULL
GROUP BY year ORDER BY year DESC"""

    def figures(self, lineage: str, measure: tuple[str, str] | None) -> str:
        """Published figures of one line: a row for each variant and weights, of the main measure where it has that."""
        main = f"metric = {text(measure[0])} AND dataset = {text(measure[1])}" if measure else "0"
        return f"""\
SELECT library, variant, weights, params_m, gmacs, size_mb, value, metric, dataset
FROM (SELECT *, row_number() OVER (PARTITION BY library, variant, weights
                                   ORDER BY {main} DESC, dataset, metric, image_size DESC) AS place
      FROM v_benchmarks WHERE lineage = {text(lineage)})
WHERE place = 1
ORDER BY value IS NULL, params_m IS NULL, params_m, variant, weights"""

    def lift(self) -> str:
        """Winners and others that use each line of at least ten solutions."""
        return f"""\
WITH of_all AS (SELECT count(*) AS n_all, sum(coalesce({WINNING}, 0)) AS n_won FROM v_documented_solutions WHERE {OURS})
SELECT lineage, min(lineage_name) AS architecture,
       count(DISTINCT CASE WHEN {WINNING} THEN solution_id END) AS n_winners, n_won AS n_winners_total,
       count(DISTINCT CASE WHEN rank > {WINNERS_RANK} OR rank IS NULL THEN solution_id END) AS n_others,
       n_all - n_won AS n_others_total
FROM {self.claims.replace(" WHERE", ", of_all WHERE", 1)} AND status = 'used'
GROUP BY lineage HAVING count(DISTINCT solution_id) >= 10 ORDER BY n_winners DESC, n_others DESC, lineage"""

    def examples(self) -> str:
        """What was read in the invented examples."""
        least = "" if self.min_confidence is None else f" AND confidence >= {self.min_confidence:g}"
        return f"""\
SELECT document, architecture, status FROM v_claims
WHERE platform = 'example' AND copy_of IS NULL AND is_counted AND solution_id IS NOT NULL{least}
ORDER BY document, status DESC, architecture"""
