"""Competitions as the Meta Kaggle tables know them, with their tags and their forums."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from corpus.ids import competition_id, squash
from corpus.records import Competition
from miner.sources.meta_dump import Dump
from miner.sources.meta_layouts import COMPETITION_TAGS, COMPETITIONS, FORUMS, TAGS
from miner.sources.meta_values import whole

PROVENANCE = "Meta Kaggle"
URL = "https://www.kaggle.com/competitions/{slug}"


@dataclass(slots=True)
class Competitions:
    """All that the tables hold; a place in `records` stands for a competition in compact indexes."""

    records: list[Competition] = field(default_factory=list)
    place_of: dict[int, int] = field(default_factory=dict)  # Meta Kaggle's id -> place
    place_of_forum: dict[int, int] = field(default_factory=dict)

    def asked_for(self, slugs: tuple[str, ...]) -> frozenset[int] | None:
        """Places of these competitions; None when no slug is given, which means all."""
        if not slugs:
            return None
        wanted = {slug.casefold() for slug in slugs}
        return frozenset(n for n, record in enumerate(self.records) if record.slug.casefold() in wanted)


def read_competitions(dump: Dump) -> Competitions:
    """Every competition with a usable slug, in the table's order.

    A competition without a forum's id gets the one forum whose title is its title or slug.

    Raises:
        ReadError: one of the tables cannot be trusted.
    """
    tags = _read_tags(dump)
    found = Competitions()
    without_forum: list[int] = []
    table = dump.tables[COMPETITIONS.name]
    for key, slug, title, subtitle, forum, deadline, metric, teams, reward, quantity in dump.rows(COMPETITIONS):
        meta_id, slug = whole(key), slug.strip()
        if meta_id is None or not slug or set(slug) & set("/\\?# \t\n\0"):
            dump.dangling["Competitions.Slug"] += 1
            continue
        place = len(found.records)
        day = table.day(deadline, "DeadlineDate")
        found.place_of[meta_id] = place
        found.records.append(
            Competition(
                id=competition_id("kaggle", slug),
                slug=slug,
                platform="kaggle",
                title=title.strip() or slug,
                url=URL.format(slug=slug),
                year=int(day[:4]) if day else None,
                deadline=date.fromisoformat(day) if day else None,
                metric=metric.strip() or None,
                description=subtitle.strip() or None,
                tags=tuple(tags.get(meta_id, ())),
                n_teams=whole(teams),
                reward=_reward(reward.strip(), whole(quantity)),
                provenance=PROVENANCE,
            )
        )
        if (forum_id := whole(forum)) is not None:
            found.place_of_forum[forum_id] = place
        else:
            without_forum.append(place)
    _find_forums(dump, found, without_forum)
    return found


def _read_tags(dump: Dump) -> dict[int, list[str]]:
    names = {whole(key): name.strip() for key, name in dump.rows(TAGS)}
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for _, competition, tag in dump.rows(COMPETITION_TAGS):
        name, meta_id = names.get(whole(tag)), whole(competition)
        if name and meta_id is not None:
            tags[meta_id].append(name)
        else:
            dump.dangling["CompetitionTags.TagId"] += 1
    return tags


def _reward(kind: str, quantity: int | None) -> str | None:
    if not quantity:
        return kind or None
    return f"${quantity:,}" if kind == "USD" else f"{quantity:,} {kind}".strip()


def _find_forums(dump: Dump, found: Competitions, places: list[int]) -> None:
    """For competitions whose row names no forum: by title, then by slug, where exactly one forum bears it."""
    if not places:
        return
    forums: defaultdict[str, list[int]] = defaultdict(list)
    for key, title in dump.rows(FORUMS):
        if (forum_id := whole(key)) is not None and forum_id not in found.place_of_forum:
            forums[squash(title)].append(forum_id)
    for place in places:
        record = found.records[place]
        named = forums.get(squash(record.title)) or forums.get(squash(record.slug)) or []
        if len(named) == 1:
            found.place_of_forum.setdefault(named[0], place)
        else:
            dump.dangling["Competitions.ForumId"] += 1
