"""The archive that Kaggle's client gives for a leaderboard, read within limits: final ranks of teams and members."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from corpus.ids import competition_id
from corpus.records import LeaderboardRank
from miner.fetch.kaggle_troubles import NotWholeError
from miner.sources.kaggle_competitions import PLATFORM

MAX_ENTRIES = 20
MAX_CSV_BYTES = 50_000_000
MAX_RATIO = 100  # unpacked to packed; a board's table is at about 5
MAX_FIELD = 100_000
_NEEDED = frozenset({"rank", "teamname"})


@dataclass(frozen=True, slots=True)
class Row:
    """One team of a board."""

    rank: int
    team: str
    members: tuple[str, ...]  # user names


def board_rows(slug: str) -> Callable[[Any], list[Row]]:
    """The call for a competition's board, best first."""
    from kagglesdk.competitions.types.competition_api_service import ApiDownloadLeaderboardRequest

    def ask(client: Any) -> list[Row]:
        request = ApiDownloadLeaderboardRequest()
        request.competition_name = slug
        response = client.competitions.competition_api_client.download_leaderboard(request)
        return read_rows(read_archive(response.content))

    return ask


def read_archive(content: bytes) -> str:
    """The text of the only table in the archive; its entries' names are never used.

    Raises:
        NotWholeError: it is no archive, broken, locked, or unpacks to more than a board can be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            tables = [entry for entry in entries if entry.filename.lower().endswith(".csv")]
            if len(entries) > MAX_ENTRIES or len(tables) != 1:
                raise NotWholeError(
                    f"the leaderboard's archive holds {len(entries)} files, {len(tables)} of them tables"
                )
            entry = tables[0]
            if entry.flag_bits & 1 or entry.file_size > min(MAX_CSV_BYTES, MAX_RATIO * max(entry.compress_size, 1)):
                raise NotWholeError("the leaderboard's archive is locked or unpacks to too much")
            with archive.open(entry) as stream:
                data = stream.read(MAX_CSV_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise NotWholeError("the leaderboard's archive cannot be read") from error
    if len(data) > MAX_CSV_BYTES:
        raise NotWholeError("the leaderboard's table is too large")
    return data.decode("utf-8-sig", "replace")


def read_rows(text: str) -> list[Row]:
    """The teams of a board's table, columns found by name; rows without a rank (benchmarks have 0) are left out.

    Raises:
        NotWholeError: the table lacks a column that is needed, or its quotes do not close.
    """
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if not set(header) >= _NEEDED:
            raise NotWholeError("the leaderboard's table lacks Rank or TeamName")
        rows = [_row(dict(zip(header, _short(fields), strict=False))) for fields in reader if fields]
    except csv.Error as error:
        raise NotWholeError("the leaderboard's table cannot be read") from error
    return [row for row in rows if row is not None]


def _short(fields: list[str]) -> list[str]:
    """The fields; the csv module's own limit is one for the whole process, and other tables need a larger one."""
    if any(len(field) > MAX_FIELD for field in fields):
        raise NotWholeError("the leaderboard's table has a field of over 100,000 characters")
    return fields


def _row(fields: dict[str, str]) -> Row | None:
    rank, team = fields.get("rank", ""), fields.get("teamname", "").strip()
    if not (rank.isascii() and rank.isdigit() and int(rank[:9]) > 0 and team):
        return None
    members = fields.get("teammemberusernames", "").split(",")
    return Row(int(rank[:9]), team, tuple(dict.fromkeys(name.strip() for name in members if name.strip())))


def rank_records(slug: str, rows: list[Row]) -> list[LeaderboardRank]:
    """What the corpus keeps of a board: one record for the team's name and one for each member's."""
    competition = competition_id(PLATFORM, slug)
    records = []
    for row in rows:
        records.append(LeaderboardRank(competition, row.team, True, row.rank, row.team))
        records += [LeaderboardRank(competition, name, False, row.rank, row.team) for name in row.members]
    return records


def names_on(rows: list[Row]) -> frozenset[str]:
    """Teams and members, case folded, to look authors up in."""
    return frozenset(name.casefold() for row in rows for name in (row.team, *row.members))
