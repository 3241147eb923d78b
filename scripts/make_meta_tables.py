"""Write made-up tables in the form of Meta Kaggle, the same bytes for the same arguments.

    python scripts/make_meta_tables.py --messages 1000000 --out DIR [--notebooks 200]

One message in twenty opens a topic, one topic in four is a write-up by its title, every text has several lines with
quotes and commas, one row in a thousand of the joined tables points nowhere. With --notebooks the tables of notebooks
and a folder `code` in the layout of Meta Kaggle Code are written too.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

_SEED = 20_240_501
_START = datetime(2015, 1, 1, 9, 30)  # the tables state no zone
_PHRASE = """
    we trained folds with augmentation and averaged the logits because validation followed the leaderboard closely
    larger images helped until memory ran out then a second stage stacked everything on out-of-fold predictions
    ConvNeXt EfficientNet-B4 DeBERTa-v3-large LightGBM U-Net ResNet-50 CatBoost seeds schedule dropout pseudo-labels
"""
_WORDS = _PHRASE.split()
_ENDINGS = ("solution", "place solution", "place: what worked")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything is made."""

    messages: int
    notebooks: int = 0

    @property
    def topics(self) -> int:
        """One for every twenty messages, the first of which opens it."""
        return max(1, self.messages // 20)

    @property
    def competitions(self) -> int:
        """One for every thousand topics, at least three."""
        return max(3, self.topics // 1000)

    @property
    def users(self) -> int:
        """One for every ten messages, at least sixty."""
        return max(60, self.messages // 10)

    @property
    def teams(self) -> int:
        """Of each competition."""
        return min(500, max(5, self.users // self.competitions))


def moment(n: int, is_american: bool = True) -> str:
    """A time that grows with n, in one of the two spellings."""
    at = _START + timedelta(minutes=7 * n)
    return at.strftime("%m/%d/%Y %H:%M:%S" if is_american else "%Y-%m-%d %H:%M:%S")


def write(folder: Path, name: str, header: str, rows: Iterable[Sequence[object]]) -> None:
    """One table; cells are quoted where they must be, lines end in a line feed."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(rows)


def text(rng: random.Random) -> str:
    """A few paragraphs, with a list and a quoted word."""
    lines = [" ".join(rng.choices(_WORDS, k=rng.randint(6, 18))) for _ in range(rng.randint(2, 5))]
    return f'{lines[0]}, "{rng.choice(_WORDS)}"\n\n' + "\n".join(f"- {line}" for line in lines[1:]) + "\n"


def make_competitions(folder: Path, size: Size) -> None:
    """Competitions, of which every fifth names no forum, with tags and forums."""
    n = size.competitions
    write(
        folder,
        "Competitions",
        "Id Slug Title Subtitle HostSegmentTitle ForumId DeadlineDate EvaluationAlgorithmName RewardType "
        "RewardQuantity TotalTeams",
        (
            (
                100 + i,
                f"made-up-cup-{i}",
                f"Made-up Cup {i}",
                "Find what is not there, in pictures",
                "Featured",
                "" if i % 5 == 4 else f"{5000 + i}.0",
                moment(90_000 + 500 * i, is_american=i % 2 == 0),
                "Macro F1",
                "USD",
                "25000.0",
                size.teams,
            )
            for i in range(n)
        ),
    )
    write(
        folder,
        "Tags",
        "Id ParentTagId Name Slug FullPath",
        [(1, "", "image", "image", "data type > image"), (2, "", "tabular", "tabular", "data type > tabular")],
    )
    tags = ((i + 1, 100 + i, 1 + i % 2 if i % 1000 != 2 else 99) for i in range(n))
    write(folder, "CompetitionTags", "Id CompetitionId TagId", tags)
    write(folder, "Forums", "Id ParentForumId Title", ((5000 + i, 8, f"Made-up Cup {i}") for i in range(n)))


def make_teams(folder: Path, size: Size) -> None:
    """Users, and teams of one or two of them; the winners of every second competition name their write-up."""
    n, per_cup, n_topics = size.users, size.teams, size.topics

    def teams() -> Iterable[Sequence[object]]:
        for i in range(size.competitions * per_cup):
            cup, rank = divmod(i, per_cup)
            topic = 40_000 + cup if rank == 0 and cup % 2 == 0 and cup < n_topics else ""
            meta_id = 100 + cup if i % 1000 != 999 else 7
            medal = "" if rank > 30 else 1 + rank // 11
            yield 700_000 + i, meta_id, f"Team {i}, made-up", rank + 1, f"{rank + 1}.0", medal, "False", topic

    write(
        folder,
        "Teams",
        "Id CompetitionId TeamName PublicLeaderboardRank PrivateLeaderboardRank Medal IsBenchmark WriteUpForumTopicId",
        teams(),
    )
    pairs = [(i, i % n) for i in range(size.competitions * per_cup)]
    pairs += [(i, (i * 7 + 3) % n) for i in range(0, len(pairs), 3)]
    rows = ((1 + k, 700_000 + team, 9000 + user, "01/02/2020") for k, (team, user) in enumerate(sorted(pairs)))
    write(folder, "TeamMemberships", "Id TeamId UserId RequestDate", rows)
    users = ((9000 + i, f"maker{i}", f"Maker {i}", "01/01/2015", 2) for i in range(n))
    write(folder, "Users", "Id UserName DisplayName RegisterDate PerformanceTier", users)


def make_forum(folder: Path, size: Size) -> None:
    """Topics and their messages; message ids grow by three, as if others were private."""
    rng = random.Random(_SEED)
    n_topics, n_cups = size.topics, size.competitions

    def topics() -> Iterable[Sequence[object]]:
        for i in range(n_topics):
            cup = i % n_cups
            title = f"{i // n_cups + 1}th {_ENDINGS[i % 3]}" if i % 4 == 0 else f"Question {i}, about the data"
            first = 1_000_000 + 3 * i if i % 1000 != 996 else 13
            kernel = 77 if i % 50 == 49 else ""
            yield 40_000 + i, 5000 + cup, kernel, f"{first}.0", moment(i), moment(i + 90), title, i % 300

    def messages() -> Iterable[Sequence[object]]:
        for i in range(size.messages):
            markdown = text(rng)
            topic = i if i < n_topics else rng.randrange(n_topics)
            html = "<p>" + markdown.replace("\n", "<br>\n") + "</p>"
            source = markdown if i % 10 else ""  # of old messages only the HTML is left
            yield 1_000_000 + 3 * i, 40_000 + topic, 9000 + (i * 11) % size.users, moment(i), html, source

    write(
        folder,
        "ForumTopics",
        "Id ForumId KernelId FirstForumMessageId CreationDate LastCommentDate Title Score",
        topics(),
    )
    write(folder, "ForumMessages", "Id ForumTopicId PostUserId PostDate Message RawMarkdown", messages())


def make_notebooks(folder: Path, size: Size) -> None:
    """Notebooks' tables and files; every seventh file is missing, as private ones are."""
    n, code = size.notebooks, folder / "code"
    kernels = (
        (300 + i, 9000 + i % size.users, f"{111_000_000 + 400 * i}.0", f"made-up-notebook-{i}", i % 90, moment(i)[:10])
        for i in range(n)
    )
    header = "Id AuthorUserId CurrentKernelVersionId CurrentUrlSlug TotalVotes MadePublicDate"
    write(folder, "Kernels", header, kernels)
    versions = ((111_000_000 + 400 * i, 300 + i, f"Made-up notebook {i}") for i in range(n))
    write(folder, "KernelVersions", "Id ScriptId Title", versions)
    sources = [(1 + i, 111_000_000 + 400 * i, 100 + i % size.competitions) for i in range(n)]
    sources += [(1 + n + i, 111_000_000 + 400 * i, 100 + (i + 1) % size.competitions) for i in range(0, n, 10)]
    write(folder, "KernelVersionCompetitionSources", "Id KernelVersionId SourceCompetitionId", sources)
    for i in range(n):
        if i % 7 == 6:
            continue
        version = 111_000_000 + 400 * i
        path = code / f"{version // 1_000_000:04d}" / f"{version // 1000 % 1000:03d}" / f"{version}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        cell = f'{{"cell_type": "code", "metadata": {{}}, "outputs": [], "source": ["x = {i}\\n"]}}'
        path.write_text(f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}\n', "utf-8")


def make_tables(folder: Path, size: Size) -> None:
    """All tables of this size in the folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    make_competitions(folder, size)
    make_teams(folder, size)
    make_forum(folder, size)
    if size.notebooks:
        make_notebooks(folder, size)


def main() -> None:
    """Write what was asked for and say how much it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--notebooks", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    make_tables(arguments.out, Size(arguments.messages, arguments.notebooks))
    size = sum(path.stat().st_size for path in arguments.out.glob("*.csv"))
    print(f"{size / 1e6:.1f} MB of tables in {arguments.out}")


if __name__ == "__main__":
    main()
