"""Which notebooks of Meta Kaggle are asked for, joined to competitions and winning teams through the tables."""

from __future__ import annotations

from dataclasses import dataclass

from miner.sources.meta_competitions import Competitions
from miner.sources.meta_dump import Dump
from miner.sources.meta_layouts import KERNEL_COMPETITIONS, KERNEL_VERSIONS, KERNELS, USERS
from miner.sources.meta_teams import Teams
from miner.sources.meta_values import whole


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; at least one of the three."""

    winners: int | None = None  # an author in a team of at most this final rank in a competition of the notebook
    places: frozenset[int] | None = None  # of competitions
    min_votes: int | None = None


@dataclass(slots=True)
class Notebook:
    """One public notebook in its current version."""

    version: int  # KernelVersions.Id, which names the file
    author_id: int
    slug: str
    votes: int | None
    published_on: str | None  # ISO day
    places: tuple[int, ...] = ()  # competitions that it reads from, as far as they are asked for
    title: str | None = None
    owner: str = ""  # user name


def find_notebooks(dump: Dump, teams: Teams, wanted: Wanted) -> list[Notebook]:
    """The notebooks asked for, in the order of the table, without titles and owners.

    Raises:
        ReadError: one of the tables cannot be trusted.
    """
    used = _read_uses(dump, teams.competitions, wanted.places, None) if wanted.places is not None else None
    found = _read_kernels(dump, teams, wanted, used)
    if used is None:
        used = _read_uses(dump, teams.competitions, None, found)
    for version, notebook in found.items():
        notebook.places = tuple(sorted(set(used.get(version, ()))))
    return [notebook for notebook in found.values() if _is_winners(notebook, teams, wanted)]


def competition_of(notebook: Notebook, teams: Teams, winners: int | None) -> int | None:
    """Place of the notebook's competition: the only one it reads from, else the only one its author won."""
    if len(notebook.places) == 1:
        return notebook.places[0]
    won = [place for place in notebook.places if (teams.rank_of(notebook.author_id, place) or 0) > 0]
    return won[0] if winners is not None and len(won) == 1 else None


def name_notebooks(dump: Dump, notebooks: list[Notebook]) -> None:
    """Fill in titles and owners.

    Raises:
        ReadError: one of the tables cannot be trusted.
    """
    titles: dict[int, str] = {notebook.version: "" for notebook in notebooks}
    for key, title in dump.rows(KERNEL_VERSIONS):
        if (version := int(key)) in titles:
            titles[version] = title.strip()
    owners: dict[int, str] = {notebook.author_id: "" for notebook in notebooks}
    for key, user_name, _ in dump.rows(USERS):
        if (user_id := int(key)) in owners:
            owners[user_id] = user_name.strip()
    for notebook in notebooks:
        notebook.title = titles[notebook.version] or None
        notebook.owner = owners[notebook.author_id]


def _read_kernels(dump: Dump, teams: Teams, wanted: Wanted, used: dict[int, list[int]] | None) -> dict[int, Notebook]:
    table, found = dump.tables[KERNELS.name], dict[int, Notebook]()
    for _, author, current, slug, votes, made_public, created in table.rows():
        version, author_id, n_votes = whole(current), whole(author), whole(votes)
        if version is None or author_id is None or not slug.strip():
            dump.dangling["Kernels.CurrentKernelVersionId"] += 1
            continue
        is_wanted = (
            (used is None or version in used)
            and (wanted.winners is None or author_id in teams.members)
            and (wanted.min_votes is None or (n_votes or 0) >= wanted.min_votes)
        )
        if is_wanted:
            day = table.day(made_public, "MadePublicDate") or table.day(created, "CreationDate")
            found[version] = Notebook(version, author_id, slug.strip(), n_votes, day)
    return found


def _read_uses(
    dump: Dump, competitions: Competitions, places: frozenset[int] | None, versions: dict[int, Notebook] | None
) -> dict[int, list[int]]:
    """Version -> competitions it reads from: of these places, or of these versions."""
    used: dict[int, list[int]] = {}
    for _, version, competition in dump.rows(KERNEL_COMPETITIONS):
        version_id, place = whole(version), competitions.place_of.get(whole(competition) or 0)
        if version_id is None or place is None:
            dump.dangling["KernelVersionCompetitionSources.SourceCompetitionId"] += 1
        elif (places is None or place in places) and (versions is None or version_id in versions):
            used.setdefault(version_id, []).append(place)
    return used


def _is_winners(notebook: Notebook, teams: Teams, wanted: Wanted) -> bool:
    if wanted.winners is None:
        return True
    return any(teams.rank_of(notebook.author_id, place) is not None for place in notebook.places)
