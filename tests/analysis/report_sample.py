"""Report rows of invented competitions, for the tests of the report; the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from analysis.reports.rows import Competition, Family, Figures, ReportRows, Solution, Source, Use, Why

NAMES = (
    ("gbdt-a", "LightBoost"),
    ("conv-a", "EfficientThing"),
    ("conv-b", "ConvSomething"),
    ("text-a", "DeBerry"),
    ("seq-a", "GatedUnit"),
    ("seg-a", "V-Net of Vines"),
    ("unknown:my <b>net</b>", "My <b>net</b>"),
    ("llm-a", "Quill"),
    ("gbdt-b", "CatTree"),
    ("gbdt-c", "ExtremeTrees"),
    ("conv-c", "ResidualOne"),
    ("vit-a", "Patchwork"),
    ("gnn-a", "Neighbourly"),
)
TASKS = ("image/classification", "tabular/regression", "text/classification", "audio/classification", "3d/detection")
CATEGORIES = ("accuracy", "speed", "diversity", "robustness", "data_fit", "constraint")


def sample_rows(seed: int = 1, n_solutions: int = 160) -> ReportRows:
    """Rows with winners and others, several years, quotes and links where they happen to be."""
    chance = random.Random(seed)
    competitions = [Competition(f"invented/c{i}", 2016 + i % 9, chance.choice([None, 7, 900])) for i in range(40)]
    solutions = [_solution(chance, i, competitions[i % 30]) for i in range(n_solutions)]
    uses = [use for solution in solutions for use in _uses(chance, solution)]
    reasons = [_why(chance, use) for use in uses if chance.random() < 0.35]
    figures = Figures(
        n_documents=n_solutions,
        documents_by_kind={"writeup": n_solutions - 20, "notebook": 20},
        claims_by_status={"used": 300, "tried": 90, "mentioned": 60},
        n_without_competition=4,
        n_copies=3,
        n_undated=sum(solution.counted_on is None for solution in solutions),
        n_failures=1,
        corpus_date=date(2025, 3, 2),
        made_by="rules 1 / catalogue abc",
    )
    families = tuple(
        Family(key, name, "cnn", 2019, f"The {name} paper", "https://example.org/paper") for key, name in NAMES[:6]
    )
    sources = (Source("starter", "starter", "facts"), Source("folder", "folder", None))
    return ReportRows(figures, tuple(competitions), tuple(solutions), tuple(uses), tuple(reasons), families, sources)


def _solution(chance: random.Random, number: int, competition: Competition) -> Solution:
    rank = chance.choice([1, 2, 3, 5, 8, 14, 60, None])
    types = tuple(chance.sample(TASKS, 1 + number % 2)) if number % 11 else ()
    return Solution(
        solution_id=f"s{number:04d}",
        competition_id=competition.competition_id,
        competition=competition.competition_id.partition("/")[2],
        competition_title=f"Invented competition {competition.competition_id[-2:]}",
        competition_url="https://example.org/c",
        year=competition.year,
        rank=rank,
        rank_source=chance.choice(["index", "author"]) if rank else None,
        counted_on=date(competition.year or 2020, 1 + number % 12, 3) if number % 9 else None,
        task_types=types,
    )


def _uses(chance: random.Random, solution: Solution) -> list[Use]:
    weights = [9, 7, 5, 6, 3, 3, 1, 4, 5, 6, 4, 3, 1]
    picked = dict.fromkeys(chance.choices(NAMES, weights, k=chance.randint(1, 5)))
    return [
        Use(
            claim_id=f"{solution.solution_id}-{key}",
            document=f"doc-{solution.solution_id}",
            document_title=chance.choice([None, f"How we placed <{solution.rank}>"]),
            document_url=chance.choice([None, "https://example.org/d", "javascript:alert(1)"]),
            author=chance.choice([None, "An Author"]),
            competition_id=solution.competition_id,
            competition=solution.competition,
            year=solution.year,
            counted_on=solution.counted_on,
            solution_id=solution.solution_id,
            rank=solution.rank,
            rank_source=solution.rank_source,
            architecture_id=None if key.startswith("unknown") else key,
            architecture=name,
            architecture_kind=None,
            lineage=key,
            lineage_name=name,
            status=chance.choices(["used", "tried", "mentioned"], [6, 2, 1])[0],
            variants=tuple(chance.sample(["small", "base", "large_384"], chance.randint(0, 2))),
            roles=("main",),
            quote=chance.choice([None, f"We took {name} because <script>x</script> it was best & quick."]),
            is_code=chance.random() < 0.2,
        )
        for key, name in picked
    ]


def _why(chance: random.Random, use: Use) -> Why:
    return Why(
        claim_id=use.claim_id,
        category=chance.choices(CATEGORIES, [9, 4, 3, 2, 2, 1])[0],
        polarity="against" if use.status == "tried" else "for",
        quote=use.quote,
        document=use.document,
        document_title=use.document_title,
        document_url=use.document_url,
        author=use.author,
        competition=use.competition,
        counted_on=use.counted_on,
        solution_id=use.solution_id,
        rank=use.rank,
        architecture_id=use.architecture_id,
        architecture=use.architecture,
        lineage=use.lineage,
        lineage_name=use.lineage_name,
        status=use.status,
    )


def changed_rows(rows: ReportRows, seed: int) -> ReportRows:
    """The rows with one to three small changes, as a refresh or a correction brings them."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 3)):
        rows = chance.choice([_without_a_use, _with_another_title, _with_another_status, _with_another_rank])(
            chance, rows
        )
        rows = chance.choice([_without_a_reason, _with_another_metric, _with_a_namesake])(chance, rows)
    return rows


def _place(chance: random.Random, rows: tuple[object, ...]) -> int:
    return chance.randrange(len(rows))


def _without_a_use(chance: random.Random, rows: ReportRows) -> ReportRows:
    at = _place(chance, rows.uses)
    return replace(rows, uses=rows.uses[:at] + rows.uses[at + 1 :])


def _without_a_reason(chance: random.Random, rows: ReportRows) -> ReportRows:
    at = _place(chance, rows.reasons)
    return replace(rows, reasons=rows.reasons[:at] + rows.reasons[at + 1 :])


def _with_another_title(chance: random.Random, rows: ReportRows) -> ReportRows:
    at = _place(chance, rows.uses)
    use = replace(rows.uses[at], document_title=f"Title {chance.random()}")
    return replace(rows, uses=(*rows.uses[:at], use, *rows.uses[at + 1 :]))


def _with_another_status(chance: random.Random, rows: ReportRows) -> ReportRows:
    at = _place(chance, rows.uses)
    use = replace(rows.uses[at], status=chance.choice(["used", "tried", "mentioned"]))
    return replace(rows, uses=(*rows.uses[:at], use, *rows.uses[at + 1 :]))


def _with_another_rank(chance: random.Random, rows: ReportRows) -> ReportRows:
    at = _place(chance, rows.solutions)
    solution = replace(rows.solutions[at], rank=chance.choice([1, 9, 11, None]))
    return replace(rows, solutions=(*rows.solutions[:at], solution, *rows.solutions[at + 1 :]))


def _with_another_metric(chance: random.Random, rows: ReportRows) -> ReportRows:
    at = _place(chance, rows.competitions)
    competition = replace(rows.competitions[at], metric=f"Metric {chance.random()}")
    return replace(rows, competitions=(*rows.competitions[:at], competition, *rows.competitions[at + 1 :]))


def _with_a_namesake(chance: random.Random, rows: ReportRows) -> ReportRows:
    """A line whose file name another one has: addresses of pages move."""
    at = _place(chance, rows.uses)
    use = replace(rows.uses[at], claim_id=f"new-{chance.random()}", lineage="Unknown:my net", lineage_name="My net")
    return replace(rows, uses=(*rows.uses, use))


CHANGES = (
    _without_a_use,
    _without_a_reason,
    _with_another_title,
    _with_another_status,
    _with_another_rank,
    _with_another_metric,
    _with_a_namesake,
)
