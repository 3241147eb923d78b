from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from meta_samples import SCOPE, TABLES, Kept, texts, write_table, write_tables

from corpus.errors import UsageError
from corpus.ids import document_id
from corpus.records import Competition, DocumentKind, Failure, Fetched, Gone, Stop, Target
from miner.sources.meta_kaggle_code import MetaKaggleCode, open_source

FILES = {
    "0014/000/14000070.ipynb": '{"cells": []}',
    "0111/437/111437241.py": "import lightgbm\n",
    "0000/100/100295.Rmd": "# Notes\n",
    "0000/100/100400.ipynb": "{}",
}
KERNELS = (
    (21, 101, "14000070.0", "newt-net", 12, "06/04/2024"),
    (22, 105, 111437241, "trees", 55, "06/05/2024"),
    (23, 103, 100295, "notes", 1, "2024-06-06"),
    (24, 101, 100399, "private", 99, "06/05/2024"),  # not in the copy
    (25, 101, 100400, "divers", 0, "02/05/2023"),
    (26, 101, "", "empty", 9, ""),
)
USES = (
    (1, 14000070, 1),
    (2, 111437241, 1),
    (3, 100295, 1),
    (4, 100295, 2),  # of two competitions
    (5, 100399, 1),
    (6, 100400, 3),
    (7, 100400, 2),
    (8, 5, 1),
    (9, 100400, 98),
)
VERSIONS = ((14000070, 21, "Newt net"), (111437241, 22, "Trees, again"), (100295, 23, "Notes"))


@pytest.fixture
def copy(tmp_path: Path) -> Mapping[str, object]:
    """The options of a source on a small copy."""
    tables = write_tables(tmp_path / "tables")
    header = "Id,AuthorUserId,CurrentKernelVersionId,CurrentUrlSlug,TotalVotes,MadePublicDate"
    write_table(tables, "Kernels", header, KERNELS)
    write_table(tables, "KernelVersionCompetitionSources", "Id,KernelVersionId,SourceCompetitionId", USES)
    write_table(tables, "KernelVersions", "Id,ScriptId,Title", VERSIONS)
    for name, text in FILES.items():
        path = tmp_path / "code" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {"folder": str(tmp_path / "code"), "tables": str(tables)}


def source(copy: Mapping[str, object], **options: object) -> MetaKaggleCode:
    return open_source({**copy, **options}, None, {})


def listed(meta: MetaKaggleCode) -> dict[str, str | None]:
    """Key -> competition of everything that is listed."""
    items = meta.discover(SCOPE, {})
    return {item.key: item.competition_id for item in items if isinstance(item, Target)}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"winners": True}, {"kernel:annewt/newt-net": "kaggle/pond-life",
                             "kernel:annewt/divers": "kaggle/reef-calls"}),
        ({"winners": 2}, {"kernel:annewt/divers": "kaggle/reef-calls"}),
        ({"winners": False, "min_votes": 50}, {"kernel:asker/trees": "kaggle/pond-life"}),
        ({"competitions": ["Reef-Calls"]}, {"kernel:toadie/notes": "kaggle/reef-calls",
                                            "kernel:annewt/divers": "kaggle/reef-calls"}),
        ({"winners": True, "min_votes": 5}, {"kernel:annewt/newt-net": "kaggle/pond-life"}),
        ({"min_votes": 1}, {"kernel:annewt/newt-net": "kaggle/pond-life", "kernel:asker/trees": "kaggle/pond-life",
                            "kernel:toadie/notes": None}),
    ],
)  # fmt: skip
def test_only_what_is_asked_for_is_listed(
    copy: Mapping[str, object], options: dict[str, object], expected: dict[str, str | None]
) -> None:
    assert listed(source(copy, **options)) == expected


def test_files_are_found_by_the_ten_digits_of_their_version(copy: Mapping[str, object]) -> None:
    meta = source(copy, min_votes=1)
    _, answers = Kept().refresh(meta)
    assert texts(answers) == {
        "kernel:annewt/newt-net": FILES["0014/000/14000070.ipynb"],
        "kernel:asker/trees": FILES["0111/437/111437241.py"],
        "kernel:toadie/notes": FILES["0000/100/100295.Rmd"],
    }
    assert {a.format for a in answers.values() if isinstance(a, Fetched)} == {"ipynb", "py", "rmd"}
    assert meta.n_missing == 1


def test_a_notebook_is_described_from_the_tables(copy: Mapping[str, object]) -> None:
    meta = source(copy, winners=10)
    items, answers = Kept().refresh(meta)
    target = next(item for item in items if isinstance(item, Target))
    answer = answers[target.key]
    assert isinstance(answer, Fetched)
    document = meta.describe(target, answer)
    assert document.url == "https://www.kaggle.com/code/annewt/newt-net"
    assert document.id == document_id("https://kaggle.com/code/annewt/newt-net", "")
    assert (document.kind, document.title, document.author) == (DocumentKind.NOTEBOOK, "Newt net", "annewt")
    assert (document.votes, document.published_on) == (12, date(2024, 6, 4))
    assert document.ranks == ()  # what a winner publishes need not be what won
    assert target.facts["author_team_rank"] == 3
    assert [item.slug for item in items if isinstance(item, Competition)] == ["pond-life", "reef-calls"]


def test_a_second_refresh_reads_no_file(copy: Mapping[str, object]) -> None:
    kept = Kept()
    kept.refresh(source(copy, min_votes=1))
    _, answers = kept.refresh(source(copy, min_votes=1))
    assert answers == {}


def test_files_that_went_are_gone_and_odd_ones_failures(copy: Mapping[str, object], tmp_path: Path) -> None:
    kept = Kept()
    kept.refresh(source(copy, min_votes=50))
    target = kept.visits["kernel:asker/trees"].target
    path = tmp_path / "code" / "0111/437/111437241.py"
    path.write_bytes(b"")
    meta = source(copy, min_votes=50)
    assert isinstance(meta.fetch(target, None), Failure)
    path.unlink()
    assert isinstance(meta.fetch(target, None), Gone)
    outside = replace(target, facts={"path": "../tables/Teams.csv"})
    assert isinstance(meta.fetch(outside, None), Failure)


def test_it_asks_what_to_read(copy: Mapping[str, object]) -> None:
    for meta in (source(copy), source(copy, winners=False, min_votes=0), open_source({"winners": 3}, None, {})):
        (item,) = meta.discover(SCOPE, {})
        assert isinstance(item, Stop)


def test_a_table_that_cannot_be_trusted_gives_nothing(copy: Mapping[str, object], tmp_path: Path) -> None:
    header, rows = TABLES["Users"]
    path = write_table(tmp_path / "tables", "Users", header, rows)
    path.write_text(path.read_text(encoding="utf-8") + '106,"open\n', encoding="utf-8")
    (item,) = source(copy, min_votes=1).discover(SCOPE, {})
    assert isinstance(item, Failure)
    assert item.item == "Users.csv"
    path.unlink()
    (item,) = source(copy, min_votes=1).discover(SCOPE, {})
    assert isinstance(item, Failure)


@pytest.mark.parametrize(
    "options", [{"winners": 0}, {"winners": "all"}, {"competitions": "a"}, {"min_votes": -1}, {"folder": "/nowhere"}]
)
def test_options_are_checked(copy: Mapping[str, object], options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="meta-kaggle-code"):
        source(copy, **options)
