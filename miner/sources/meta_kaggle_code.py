"""`meta-kaggle-code`: notebooks from a local copy of Meta Kaggle Code; only what is asked for is read.

The copy holds millions of files named by version id. The tables say which ones are of the competitions, by the winners
or with the votes that are asked for; no folder is walked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from corpus.errors import ReadError, UsageError
from corpus.ids import document_id
from corpus.records import Document, DocumentKind, Failure, Fetched, Gone, Stop, Target, Visit
from miner.sources.files import path_inside, read_bytes
from miner.sources.manifests import format_of_file
from miner.sources.meta_competitions import read_competitions
from miner.sources.meta_dump import STAGE, Dump
from miner.sources.meta_layouts import FOR_NOTEBOOKS, MEMBERSHIPS, TEAMS
from miner.sources.meta_notebooks import Notebook, Wanted, competition_of, find_notebooks, name_notebooks
from miner.sources.meta_options import folder_option, slugs_option, whole_option
from miner.sources.meta_teams import Teams
from miner.sources.protocol import Answer, Discovered, Scope

NAME = "meta-kaggle-code"
_URL = "https://www.kaggle.com/code/{owner}/{slug}"
_WINNERS = 10  # rank 10 or better, as everywhere
_SUFFIXES = ("ipynb", "py", "r", "R", "rmd", "Rmd", "RMD")


@dataclass(slots=True)
class MetaKaggleCode:
    """The source for one run."""

    folder: Path | None
    tables: Path | None
    winners: int | None = None
    competitions: tuple[str, ...] = ()
    min_votes: int | None = None
    name: str = NAME
    n_missing: int = field(default=0, init=False)  # notebooks in the tables whose file the copy lacks

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """The competitions and a target for each notebook asked for whose file is there."""
        slugs = scope.competitions or self.competitions
        if self.folder is None or self.tables is None:
            yield Stop("meta-kaggle-code needs `folder` (the copy) and `tables` (the Meta Kaggle tables)")
            return
        if self.winners is None and self.min_votes is None and not slugs:
            yield Stop("meta-kaggle-code needs to know what to read: `winners`, `competitions` or `min_votes`")
            return
        dump = Dump(NAME, self.tables, "1")
        unused = (TEAMS, MEMBERSHIPS) if self.winners is None else ()
        dump.look([layout for layout in FOR_NOTEBOOKS if layout not in unused], {})
        if dump.refused:
            yield from dump.refused
            return
        try:
            yield from self._read(dump, scope, slugs)
        except ReadError as error:
            yield Failure(error.item, STAGE, error.where, error.reason)

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        """The file's bytes."""
        shown, relative = target.url or target.key, target.facts.get("path")
        path = path_inside(self.folder, relative) if self.folder and isinstance(relative, str) else None
        form = format_of_file(path.name) if path else None
        if path is None or form is None:
            return Failure(shown, STAGE, "", "the list does not say which file it is, or `folder` is not set")
        if not path.exists():
            return Gone("no longer in the local copy of Meta Kaggle Code")
        content = read_bytes(path, shown)
        if isinstance(content, Failure):
            return replace(content, stage=STAGE)
        return Fetched(content, form, target.url, facts=dict(target.facts))

    def describe(self, target: Target, fetched: Fetched) -> Document:
        """The notebook. A notebook by a winner need not be what won, so it gets no rank from its author's team."""
        title, author, day, votes = (fetched.facts.get(name) for name in ("title", "author", "date", "votes"))
        published_on = date.fromisoformat(day) if isinstance(day, str) else None
        return Document(
            id=document_id(target.url, target.key),
            name=f"kaggle-{target.key.replace(':', '-').replace('/', '-')}",
            kind=DocumentKind.NOTEBOOK,
            format=fetched.format,
            title=title if isinstance(title, str) else None,
            author=author if isinstance(author, str) else None,
            url=target.url,
            competition_id=target.competition_id,
            published_on=published_on,
            year=published_on.year if published_on else None,
            votes=votes if isinstance(votes, int) else None,
            source=NAME,
        )

    def _read(self, dump: Dump, scope: Scope, slugs: tuple[str, ...]) -> Iterator[Discovered]:
        """Nothing comes out before every table was read to its end."""
        competitions = read_competitions(dump)
        teams = Teams(competitions, self.winners or 0, scope.now.date())
        if self.winners is not None:
            for _ in teams.read(dump):
                continue
            teams.read_members(dump)
        wanted = Wanted(self.winners, competitions.asked_for(slugs), self.min_votes)
        notebooks = find_notebooks(dump, teams, wanted)
        name_notebooks(dump, notebooks)
        found = []
        for notebook in notebooks:
            if scope.since and (notebook.published_on or "") < scope.since.isoformat():
                continue
            if target := self._target(notebook, teams):
                found.append((competition_of(notebook, teams, self.winners), target))
        places = {place for place, _ in found if place is not None}
        yield from (competitions.records[place] for place in sorted(places))
        for place, target in found:
            yield replace(target, competition_id=None if place is None else competitions.records[place].id)

    def _target(self, notebook: Notebook, teams: Teams) -> Target | None:
        """None when the notebook's owner is private or its file is not in the copy."""
        relative = self._file_of(notebook.version)
        if relative is None or not notebook.owner or self.folder is None:
            self.n_missing += 1
            return None
        size = (self.folder / relative).stat().st_size
        ranks = [rank for place in notebook.places if (rank := teams.rank_of(notebook.author_id, place)) is not None]
        return Target(
            source=NAME,
            key=f"kernel:{notebook.owner}/{notebook.slug}",
            kind="notebook",
            url=_URL.format(owner=notebook.owner, slug=notebook.slug),
            signature=f"{notebook.version}:{size}",
            facts={
                "title": notebook.title or notebook.slug,
                "author": notebook.owner,
                "date": notebook.published_on,
                "votes": notebook.votes,
                "path": relative,
                "author_team_rank": min(ranks, default=None),
            },
        )

    def _file_of(self, version: int) -> str | None:
        """Path of a version's file, relative to the copy: ten digits, of which 1-4 and 5-7 name the folders."""
        digits = f"{version:010d}"
        for suffix in _SUFFIXES if self.folder else ():
            relative = f"{digits[:4]}/{digits[4:7]}/{version}.{suffix}"
            if self.folder and (self.folder / relative).is_file():
                return relative
        return None


def _winners(value: object) -> int | None:
    """The worst rank that counts as winning: a number, or true for the default; None for everybody."""
    if value is True:
        return _WINNERS
    return None if value is None or value is False else whole_option(NAME, {"winners": value}, "winners", _WINNERS)


def open_source(options: Mapping[str, object], web: object, environ: Mapping[str, str]) -> MetaKaggleCode:
    """The source for one run.

    Args:
        options: `folder`, `tables`; of `winners`, `competitions`, `min_votes` at least one.
        web: not used.
        environ: not used.

    Raises:
        UsageError: an option has a value that cannot be meant.
    """
    for name in ("folder", "tables"):
        path = folder_option(NAME, options, name)
        if path is not None and not path.is_dir():
            raise UsageError(f"{NAME}: {name} is no folder: {path}")
    return MetaKaggleCode(
        folder=folder_option(NAME, options, "folder"),
        tables=folder_option(NAME, options, "tables"),
        winners=_winners(options.get("winners")),
        competitions=slugs_option(NAME, options, "competitions"),
        min_votes=whole_option(NAME, options, "min_votes", 0, least=0) or None,
    )
