"""Final ranks of teams and their members, and the write-ups that teams point to, held as compact numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from corpus.records import LeaderboardRank
from miner.sources.meta_competitions import Competitions
from miner.sources.meta_dump import Dump
from miner.sources.meta_layouts import MEMBERSHIPS, TEAMS, USERS
from miner.sources.meta_values import medal, whole

_MAX_RANK = 2**22 - 1
_MEDALS = (None, "gold", "silver", "bronze")


@dataclass(slots=True)
class Teams:
    """Teams with a rank of at most `rank_at_most`: about 200 bytes each, with their members."""

    competitions: Competitions
    rank_at_most: int
    today: date
    asked_for: frozenset[int] | None = None  # places of competitions; None: all
    ranked: dict[int, int] = field(default_factory=dict)  # team id -> competition, rank and medal in one number
    members: dict[int, tuple[int, ...]] = field(default_factory=dict)  # user id -> the same numbers
    writeups: dict[int, tuple[int, int | None]] = field(default_factory=dict)  # topic id -> competition, final rank

    def read(self, dump: Dump) -> Iterator[LeaderboardRank]:
        """The teams' ranks, row by row; the table must be verified. Fills `ranked` and `writeups`."""
        for row in dump.rows(TEAMS):
            place = self.competitions.place_of.get(whole(row[1]) or 0)
            if place is None:
                dump.dangling["Teams.CompetitionId"] += 1
                continue
            if self.asked_for is not None and place not in self.asked_for:
                continue
            rank = self._rank(place, row[3], row[4])
            if (topic := whole(row[7])) is not None:
                self.writeups[topic] = (place, rank)
            if rank is None or rank > self.rank_at_most or row[6].strip().casefold() in ("true", "1"):
                continue
            won = medal(row[5])
            self.ranked[int(row[0])] = place << 24 | rank << 2 | _MEDALS.index(won)
            if name := row[2].strip():
                yield LeaderboardRank(
                    self.competitions.records[place].id, name, True, rank, name, won, source="meta-kaggle"
                )

    def read_members(self, dump: Dump) -> None:
        """Fill `members` with everybody in a ranked team."""
        for _, team, user in dump.rows(MEMBERSHIPS):
            team_id, user_id = whole(team), whole(user)
            packed = self.ranked.get(team_id or 0)
            if packed is not None and user_id is not None:
                self.members[user_id] = (*self.members.get(user_id, ()), packed)
            elif team_id is None or user_id is None:
                dump.dangling["TeamMemberships.TeamId"] += 1

    def ranks_of(self, user_id: int | None, name: str) -> Iterator[LeaderboardRank]:
        """A member's final ranks under this user name."""
        for packed in self.members.get(user_id or 0, ()):
            competition = self.competitions.records[packed >> 24].id
            won = _MEDALS[packed & 3]
            yield LeaderboardRank(competition, name, False, packed >> 2 & _MAX_RANK, medal=won, source="meta-kaggle")

    def rank_of(self, user_id: int | None, place: int) -> int | None:
        """The user's best final rank in one competition."""
        packed = (n for n in self.members.get(user_id or 0, ()) if n >> 24 == place)
        return min((n >> 2 & _MAX_RANK for n in packed), default=None)

    def _rank(self, place: int, private: str, public: str) -> int | None:
        """The final rank: the private one; the public one only where the competition is over and gives no other."""
        rank = whole(private)
        if rank is None:
            deadline = self.competitions.records[place].deadline
            rank = whole(public) if deadline and deadline < self.today else None
        return rank if rank is not None and 1 <= rank <= _MAX_RANK else None


def read_users(dump: Dump, teams: Teams, names: dict[int, tuple[str, str]]) -> Iterator[LeaderboardRank]:
    """The members' ranks by user name; the table must be verified.

    Args:
        dump: the tables.
        teams: read with their members.
        names: keys are ids of users whose (user name, display name) is wanted; filled in.
    """
    for key, user_name, display_name in dump.rows(USERS):
        user_id, user_name = int(key), user_name.strip()
        if user_id in names:
            names[user_id] = (user_name, display_name.strip())
        if user_id in teams.members and user_name:
            yield from teams.ranks_of(user_id, user_name)
