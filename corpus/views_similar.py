"""Competitions with all that is compared when similar ones are looked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from corpus.catalogue.curated import CuratedCompetition
from corpus.views import EXAMPLE_PLATFORM, Readable


@dataclass(frozen=True, slots=True)
class ComparedCompetition:
    """One competition; the description is None in starter facts."""

    competition_id: str
    slug: str
    title: str
    platform: str
    year: int | None
    metric: str | None
    description: str | None
    n_teams: int | None
    deadline: date | None
    tags: tuple[str, ...]
    task_types: tuple[str, ...]  # main first
    curated: CuratedCompetition | None = None  # facts written by us, where there are any and they are wanted


def select_compared(store: Readable, *, curated: bool = True) -> tuple[ComparedCompetition, ...]:
    """All competitions but the invented examples, by id.

    Args:
        store: the corpus.
        curated: whether facts that people labelled stand above those that rules inferred; else only the latter.
    """
    types: dict[str, list[str]] = {}
    view = "v_task_types" if curated else "competition_task_types"
    for row in store.execute(
        f"SELECT competition_id, task_type FROM {view} WHERE ? OR source = 'inferred'"  # noqa: S608 - one of two views
        " ORDER BY competition_id, position",
        [int(curated)],
    ):
        types.setdefault(row["competition_id"], []).append(row["task_type"])
    known = {
        row["competition_id"]: CuratedCompetition(
            slug=row["competition_id"].partition("/")[2],
            metric_family=row["metric_family"],
            series=row["series"],
            about=row["about"],
            basis=row["basis"],
            **{name: tuple(json.loads(row[name])) for name in ("domains", "traits", "keywords")},
        )
        for row in store.execute("SELECT * FROM curated_competitions WHERE ?", [int(curated)])
    }
    tags: dict[str, list[str]] = {}
    for row in store.execute("SELECT competition_id, tag FROM competition_tags ORDER BY competition_id, tag"):
        tags.setdefault(row["competition_id"], []).append(row["tag"])
    rows = store.execute(
        "SELECT id, slug, title, platform, year, metric, description, n_teams, deadline FROM competitions"
        " WHERE platform <> ? ORDER BY id",
        [EXAMPLE_PLATFORM],
    )
    return tuple(
        ComparedCompetition(
            competition_id=row["id"],
            slug=row["slug"],
            title=row["title"],
            platform=row["platform"],
            year=row["year"],
            metric=row["metric"],
            description=row["description"],
            n_teams=row["n_teams"],
            deadline=date.fromisoformat(row["deadline"][:10]) if row["deadline"] else None,
            tags=tuple(tags.get(row["id"], ())),
            task_types=tuple(types.get(row["id"], ())),
            curated=known.get(row["id"]),
        )
        for row in rows
    )
