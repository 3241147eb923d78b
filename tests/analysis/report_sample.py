"""Report rows of invented competitions, for the tests of the report; the same for the same seed."""

from __future__ import annotations

import random
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
