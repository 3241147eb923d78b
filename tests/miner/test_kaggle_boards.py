"""The leaderboard's archive: read within limits, or not at all."""

from __future__ import annotations

import io
import zipfile

import pytest

from miner.fetch.kaggle_troubles import NotWholeError
from miner.sources import kaggle_boards
from miner.sources.kaggle_boards import Row, names_on, rank_records, read_archive, read_rows

HEADER = "Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames\n"
TABLE = (
    f"{HEADER}0,1,benchmark,2026-01-01,0.5,1,host\n"
    '1,2,"Bees, and ""more""",2026-01-01,0.9,4,"ada,bob"\n'
    "2,3,cy,2026-01-01,0.8,2,\n"
)


def archive(**files: bytes) -> bytes:
    """A zip; "__" in a name stands for its dot."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name.replace("__", "."), content)
    return made.getvalue()


def test_a_board_gives_teams_and_members_but_no_benchmark() -> None:
    rows = read_rows(read_archive(archive(board__csv=TABLE.encode("utf-8-sig"))))
    assert rows == [Row(1, 'Bees, and "more"', ("ada", "bob")), Row(2, "cy", ())]
    records = rank_records("some-slug", rows)
    assert [(r.competition_id, r.name, r.is_team, r.rank) for r in records] == [
        ("kaggle/some-slug", 'Bees, and "more"', True, 1),
        ("kaggle/some-slug", "ada", False, 1),
        ("kaggle/some-slug", "bob", False, 1),
        ("kaggle/some-slug", "cy", True, 2),
    ]
    assert names_on(rows) == {'bees, and "more"', "ada", "bob", "cy"}


def test_columns_are_found_by_name() -> None:
    assert read_rows("Score,TeamName,New,Rank\n0.9,x,?,7\n") == [Row(7, "x", ())]


@pytest.mark.parametrize(
    "text", ["", "Place,Name\n1,x\n", f'{HEADER}1,2,"never closed,2026,1,1,ada\n', f"{HEADER}1,2,{'x' * 200_000},,,,\n"]
)
def test_a_broken_table_is_refused(text: str) -> None:
    with pytest.raises(NotWholeError):
        read_rows(text)


@pytest.mark.parametrize("rank", ["", "0", "-1", "1.5", "first", "²"])
def test_a_row_without_a_rank_is_left_out(rank: str) -> None:
    assert read_rows(f"Rank,TeamName\n{rank},x\n3,y\n") == [Row(3, "y", ())]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>sign in</html>",
        archive(board__csv=TABLE.encode())[:-30],
        archive(),
        archive(board__txt=b"x"),
        archive(a__csv=b"x", b__csv=b"x"),
        archive(**{f"f{n}": b"" for n in range(30)}, board__csv=b"x"),
        archive(board__csv=b"0" * 5_000_000),
    ],
)
def test_an_archive_that_is_none_or_a_bomb_is_refused(content: bytes) -> None:
    with pytest.raises(NotWholeError):
        read_archive(content)


def test_the_size_limit_holds_whatever_the_archive_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kaggle_boards, "MAX_CSV_BYTES", 10)
    with pytest.raises(NotWholeError):
        read_archive(archive(board__csv=b"12345678901"))


def test_names_inside_the_archive_lead_nowhere() -> None:
    content = archive(**{"../../outside__csv": b"Rank,TeamName\n1,x\n"})
    assert read_rows(read_archive(content)) == [Row(1, "x", ())]
