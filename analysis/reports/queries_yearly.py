"""The SQL behind the yearly tables: winners of some years by what they use, zeros where another year has the row."""
# ruff: noqa: S608 - statements that are shown; values stand in them as `text` writes them

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.counts.yearly import ATTENDS, BOOSTERS, CONVOLVES, DOMAINS, NETWORKS, TABLE_DOMAINS
from analysis.reports.queries import OURS, WINNING, claims, text, texts
from corpus.catalogue.builds import Build, build_of


@dataclass(frozen=True, slots=True)
class YearlyStatements:
    """The statements of the yearly tables of one report."""

    years: tuple[int, ...]
    builds: Mapping[str, Build]  # what the lines of architectures that winners use are made of
    min_confidence: float | None = None

    def table(self, name: str, keys: Sequence[str]) -> str:
        """The statement of one table of `analysis.counts.yearly.TABLES`, of the rows that are shown."""
        if name == "packages":
            return self._packages(keys)
        placed = {
            "booster_sets": self._booster_sets,
            "vision_builds": self._vision_builds,
            "tabular_builds": self._tabular_builds,
        }
        domain = TABLE_DOMAINS[name]
        rows = placed[name]() if name in placed else self._families(keys, domain)
        if name in placed:
            rows = f"{rows}\n               FROM winners LEFT JOIN marks USING (solution_id)"
        return f"""\
WITH winners AS (SELECT * FROM v_documented_solutions
                 WHERE {self._scope(domain)}),
     {rows}),
     years AS (SELECT year, count(*) AS n_solutions_total FROM winners GROUP BY year)
{_crossed()}"""

    def _scope(self, domain: str | None) -> str:
        years = ", ".join(map(str, self.years))
        scope = f"{OURS} AND {WINNING} AND year IN ({years})"
        if domain is None:
            return scope
        kinds = " OR ".join(f"main_task_type GLOB {text(one + '/*')}" for one in sorted(DOMAINS[domain]))
        of_kind = f"competition_id IN (SELECT competition_id FROM v_competitions WHERE {kinds})"
        return f"{scope}\n                   AND {of_kind}"

    def _used(self) -> str:
        return f"{claims(self.min_confidence)} AND status = 'used' AND {WINNING}"

    def _families(self, keys: Sequence[str], domain: str | None) -> str:
        return (
            f"placed AS (SELECT DISTINCT solution_id, year, lineage AS key\n"
            f"               FROM {self._used()}\n"
            f"               AND lineage IN {texts(keys)}\n"
            "               AND solution_id IN (SELECT solution_id FROM winners)"
        )

    def _marks(self, **lists: Iterable[str]) -> str:
        """A row for each solution that uses any of the lines, with a mark for each list."""
        each = ",\n                      ".join(
            f"max(lineage IN {texts(sorted(lines))}) AS {name}" for name, lines in lists.items()
        )
        return f"marks AS (SELECT solution_id, {each}\n               FROM {self._used()} GROUP BY solution_id),\n     "

    def _of(self, builds: frozenset[Build]) -> list[str]:
        return [line for line, build in self.builds.items() if build in builds]

    def _booster_sets(self) -> str:
        marks = self._marks(**{f"is_{key}": [key] for key in BOOSTERS})
        parts = " || ".join(f"iif(is_{key}, {text('+' + key)}, '')" for key in BOOSTERS)
        return (
            f"{marks}placed AS (SELECT solution_id, winners.year,"
            f" coalesce(nullif(ltrim({parts}, '+'), ''), 'none') AS key"
        )

    def _vision_builds(self) -> str:
        marks = self._marks(convolves=self._of(CONVOLVES), attends=self._of(ATTENDS))
        case = _case("convolves", "attends", "cnn", "transformer")
        return f"{marks}placed AS (SELECT solution_id, winners.year, {case}"

    def _tabular_builds(self) -> str:
        marks = self._marks(boosts=self._of(frozenset({Build.BOOSTING})), learns=self._of(NETWORKS))
        return f"{marks}placed AS (SELECT solution_id, winners.year, {_case('boosts', 'learns', 'boosted', 'neural')}"

    def _packages(self, keys: Sequence[str]) -> str:
        return f"""\
WITH coded AS (SELECT DISTINCT solution_id, year, package AS key FROM v_solution_packages
               WHERE {self._scope(None)}),
     placed AS (SELECT * FROM coded WHERE key IN {texts(keys)}),
     years AS (SELECT year, count(DISTINCT solution_id) AS n_solutions_total FROM coded GROUP BY year)
{_crossed()}"""


def builds_of(lines: Iterable[tuple[str, str | None]]) -> dict[str, Build]:
    """What the lines of architectures are made of, by id; those of which nothing is known are not in it."""
    found = {lineage: build_of(lineage, kind) for lineage, kind in sorted(lines, key=str)}
    return {lineage: build for lineage, build in found.items() if build is not None}


def _case(first: str, second: str, first_alone: str, second_alone: str) -> str:
    return (
        f"CASE WHEN {first} AND {second} THEN 'both' WHEN {first} THEN {text(first_alone)}"
        f" WHEN {second} THEN {text(second_alone)} ELSE 'none' END AS key"
    )


def _crossed() -> str:
    return """\
SELECT years.year, rows.key, count(solution_id) AS n_solutions, n_solutions_total
FROM years CROSS JOIN (SELECT DISTINCT key FROM placed) rows
     LEFT JOIN placed ON placed.key = rows.key AND placed.year = years.year
GROUP BY years.year, rows.key ORDER BY years.year, n_solutions DESC, rows.key"""
