"""Competitions with all that is compared when similar ones are looked for."""
# ruff: noqa: S608 - the SQL is put together from this module's own words; every value is a bound parameter

from __future__ import annotations

import json
from collections.abc import Collection
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


def compared_mark(store: Readable) -> str:
    """Which state all that is compared is in: a text that is another one after every change, and unlike any other's."""
    return str(store.execute("SELECT mark FROM compared_state")[0]["mark"])


def select_compared(
    store: Readable, *, curated: bool = True, among: Collection[str] | None = None
) -> tuple[ComparedCompetition, ...]:
    """All competitions but the invented examples, by id.

    Args:
        store: the corpus.
        curated: whether facts that people labelled stand above those that rules inferred; else only the latter.
        among: competition ids; None for all.
    """
    here, ids = ("1", ()) if among is None else ("{} IN (SELECT value FROM json_each(?))", (json.dumps(sorted(among)),))
    types: dict[str, list[str]] = {}
    view = "v_task_types" if curated else "competition_task_types"
    for row in store.execute(
        f"SELECT competition_id, task_type FROM {view} WHERE (? OR source = 'inferred')"
        f" AND {here.format('competition_id')} ORDER BY competition_id, position",
        [int(curated), *ids],
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
        for row in store.execute(
            f"SELECT * FROM curated_competitions WHERE ? AND {here.format('competition_id')}", [int(curated), *ids]
        )
    }
    tags: dict[str, list[str]] = {}
    for row in store.execute(
        f"SELECT competition_id, tag FROM competition_tags WHERE {here.format('competition_id')}"
        " ORDER BY competition_id, tag",
        [*ids],
    ):
        tags.setdefault(row["competition_id"], []).append(row["tag"])
    rows = store.execute(
        "SELECT id, slug, title, platform, year, metric, description, n_teams, deadline FROM competitions"
        f" WHERE platform <> ? AND {here.format('id')} ORDER BY id",
        [EXAMPLE_PLATFORM, *ids],
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
