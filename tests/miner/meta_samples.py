"""Small Meta Kaggle tables for tests, written from rows; and what a refresh keeps between runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.records import Failure, Fetched, Gone, Target, Visit
from miner.sources.protocol import Answer, Discovered, Scope, Source

SCOPE = Scope(now=datetime(2026, 11, 20, tzinfo=UTC))
TITLE = "3rd place solution"
TABLES: Mapping[str, tuple[str, tuple[Sequence[object], ...]]] = {
    "Competitions": (
        "Id,Slug,Title,ForumId,DeadlineDate,EvaluationAlgorithmName,TotalTeams,RewardType,RewardQuantity,Subtitle",
        (
            (1, "pond-life", "Pond Life", "51.0", "05/31/2024 23:59:00", "Macro F1", 900, "USD", "50000.0", "Count"),
            (2, "reef-calls", "Reef Calls", "", "2023-02-01", "Log loss", 40, "Swag", "", ""),
            (3, "open-sky", "Open Sky", 53, "01/15/2030 23:59:00", "AUC", 12, "", "", ""),
        ),
    ),
    "Tags": ("Id,Name,FullPath", ((7, "image", "data type > image"),)),
    "CompetitionTags": ("Id,CompetitionId,TagId", ((1, 1, 7), (2, 1, 8))),
    "Forums": ("Id,Title", ((51, "Pond Life"), (52, "Reef calls"), (53, "Open Sky"))),
    "Teams": (
        "Id,CompetitionId,TeamName,PublicLeaderboardRank,PrivateLeaderboardRank,Medal,IsBenchmark,WriteUpForumTopicId",
        (
            (11, 1, "Newts", 4, "3.0", "1.0", "False", ""),
            (12, 1, "Toads, Ltd", 1, 250, "", "False", "603.0"),
            (13, 1, "Benchmark", 1, 1, "", "True", ""),
            (14, 2, "Divers", 2, "", "", "False", ""),
            (15, 3, "Early Birds", 1, "", "", "False", ""),
            (16, 99, "Ghosts", 1, 1, "", "False", ""),
        ),
    ),
    "TeamMemberships": ("Id,TeamId,UserId", ((1, 11, 101), (2, 11, 102), (3, 14, 101), (4, 12, 103), (5, 77, 104))),
    "Users": (
        "Id,UserName,DisplayName",
        ((101, "annewt", "Ann Newt"), (102, "bobnewt", "Bob"), (103, "toadie", ""), (105, "asker", "Asker")),
    ),
    "ForumTopics": (
        "Id,ForumId,KernelId,FirstForumMessageId,CreationDate,LastCommentDate,Title,Score",
        (
            (601, 51, "", "9001.0", "06/02/2024 10:00:00", "06/05/2024", TITLE, 40),
            (602, 51, "", 9002, "06/02/2024", "", "Where is the data?", 2),
            (603, "", "", 9004, "06/03/2024", "", "What we did", 7),
            (604, 51, 888, 9005, "06/03/2024", "", "2nd place solution", 1),
            (605, 52, "", 9006, "02/05/2023", "", "Our approach with two encoders", 5),
            (606, 51, "", 9999, "06/03/2024", "", "9th place solution", 1),
            (607, 777, "", 9007, "06/03/2024", "", "1st place solution", 1),
        ),
    ),
    "ForumMessages": (
        "Id,ForumTopicId,PostUserId,PostDate,Message,RawMarkdown",
        (
            (9001, 601, 101, "06/02/2024", "<p>We used</p>", 'We used "ConvNeXt",\n\n- and a **U-Net**\n'),
            (9002, 602, 105, "06/02/2024", "<p>Where?</p>", "Where?"),
            (9003, 601, 105, "06/02/2024", "<p>Thanks</p>", "Thanks"),
            (9004, 603, 103, "06/03/2024", "<p>LightGBM only, größer</p>", " "),
            (9005, 604, 105, "06/03/2024", "<p>no</p>", "no"),
            (9006, 605, 101, "02/05/2023", "<p>Two</p>", "Two encoders"),
            (9007, 607, 105, "06/03/2024", "<p>lost</p>", "lost"),
        ),
    ),
}


def write_table(folder: Path, name: str, header: str, rows: Iterable[Sequence[object]]) -> Path:
    """The table as a file of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def write_tables(folder: Path, **changed: tuple[Sequence[object], ...]) -> Path:
    """All sample tables in the folder, with other rows for those that are named."""
    for name, (header, rows) in TABLES.items():
        write_table(folder, name, header, changed.get(name, rows))
    return folder


@dataclass
class Kept:
    """What earlier refreshes know; stands in for the store."""

    visits: dict[str, Visit] = field(default_factory=dict)

    def refresh(self, source: Source, scope: Scope = SCOPE) -> tuple[list[Discovered], dict[str, Answer]]:
        """What the source lists, and its answers for what is due or no longer listed."""
        items = list(source.discover(scope, dict(self.visits)))
        listed = {item.key: item for item in items if isinstance(item, Target)}
        answers: dict[str, Answer] = {}
        for key, target in listed.items():
            known = self.visits.get(key)
            self.visits[key] = replace(known, target=target) if known else Visit(target)
        for key, visit in list(self.visits.items()):
            if visit.fetched_signature == visit.target.signature and key in listed:
                continue
            answers[key] = source.fetch(visit.target, visit)
            if isinstance(answers[key], Gone):
                del self.visits[key]
            elif not isinstance(answers[key], Failure):
                self.visits[key] = replace(visit, fetched_signature=visit.target.signature)
        return items, answers


def texts(answers: Mapping[str, Answer]) -> dict[str, str]:
    """The contents among the answers, by key."""
    return {key: answer.content.decode() for key, answer in answers.items() if isinstance(answer, Fetched)}
