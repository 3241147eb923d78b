"""A small Kaggle that tests change and ask."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from typing import Any

from kaggle_scripted import NOW, Step, refuse, reply

from corpus.records import (
    Failure,
    Target,
    Visit,
)

OPEN_UNTIL, CLOSED_AT = "2027-03-01T23:59:00Z", "2026-01-10T23:59:00Z"
NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def zipped(table: str) -> Step:
    """A leaderboard as it is downloaded."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("b.csv", table.encode("utf-8-sig"))
    return Step(body=made.getvalue(), headers={"Content-Type": "application/zip"})


class World:
    """A small Kaggle: two competitions, one of them closed. Tests change it."""

    def __init__(self) -> None:
        self.competitions = [self.competition("owls", CLOSED_AT), self.competition("bats", OPEN_UNTIL)]
        self.topics = {
            "owls": [
                self.topic(11, "2nd place solution", "Ada"),
                self.topic(12, "Our approach to owls", "Bob"),
                self.topic(13, "Our approach to mice", "Stranger"),
                self.topic(14, "Thanks to the hosts!", "Cy"),
                self.topic(15, "Ear tufts", "Dee"),
                self.topic(5, "Our approach so far", "Bob"),
            ],
            "bats": [],
        }
        self.kernels = {
            "owls": [self.kernel("ada/owl-net", 7), self.kernel("sql/one", 1, "script", "sqlite")],
            "bats": [],
        }
        self.write_ups = [(15, 4)]
        self.kernels["bats"] = [self.kernel("ada/owl-net", 7), self.kernel("cy/bat", 2, "script", "rmarkdown")]
        self.sources = {"ada/owl-net": NOTEBOOK, "cy/bat": "# bats"}
        self.overrides: dict[str, Step] = {}

    @staticmethod
    def competition(slug: str, deadline: str) -> dict[str, Any]:
        return {
            "ref": f"https://www.kaggle.com/competitions/{slug}",
            "title": f"The {slug}",
            "description": "Count them.",
            "deadline": deadline,
            "evaluationMetric": "F1",
            "teamCount": 3,
            "tags": [{"name": "audio"}],
        }

    @staticmethod
    def topic(number: int, title: str, author: str) -> dict[str, Any]:
        when = f"2026-01-{number:02d}T08:00:00Z"
        return {"id": number, "title": title, "authorName": author, "postDate": when, "votes": number}

    @staticmethod
    def kernel(ref: str, version: int, kind: str = "notebook", language: str = "python") -> dict[str, Any]:
        run = f"2026-01-0{version}T10:00:00.1234567Z"
        more = {"kernelType": kind, "language": language, "author": "Ada A.", "totalVotes": 5}
        return {"ref": ref, "title": "A title", "lastRunTime": run, "currentVersionNumber": version, **more}

    def answer(self, method: str, fields: dict[str, Any], n_before: int) -> Step:
        """One call."""
        if method in self.overrides:
            return self.overrides[method]
        slug = str(fields.get("competitionName") or fields.get("competition") or "")
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
        step = getattr(self, f"on_{name}")(slug, fields)
        return step if isinstance(step, Step) else reply(step)

    def on_list_competitions(self, slug: str, fields: dict[str, Any]) -> object:
        assert fields["group"] == "COMPETITION_LIST_TAB_EVERYTHING"
        return {"competitions": self.competitions}

    def on_get_competition(self, slug: str, fields: dict[str, Any]) -> object:
        return next((c for c in self.competitions if c["ref"].endswith(f"/{slug}")), refuse(404))

    def on_list_competition_pages(self, slug: str, fields: dict[str, Any]) -> object:
        pages = {"rules": "<p>No</p>", "evaluation": "<p>Macro&nbsp;F1 of calls</p>", "description": "<b>Owls</b>"}
        return {"pages": [{"name": name, "content": content} for name, content in pages.items()]}

    def on_download_leaderboard(self, slug: str, fields: dict[str, Any]) -> object:
        return zipped("Rank,TeamName,TeamMemberUserNames\n0,benchmark,\n1,Bob,bob\n2,Ada,ada\n")

    def on_list_competition_topics(self, slug: str, fields: dict[str, Any]) -> object:
        return {"topics": self.topics[slug], "totalCount": len(self.topics[slug])}

    def on_list_kernels(self, slug: str, fields: dict[str, Any]) -> object:
        return {"kernels": self.kernels[slug]}

    def on_list_entities(self, slug: str, fields: dict[str, Any]) -> object:
        documents = [
            {
                "id": number,
                "documentType": "TOPIC",
                "discussionDocument": {
                    "writeUpMetadata": {
                        "type": "COMPETITION_SOLUTION",
                        "competitionInfo": {"writeUpLeaderboardRank": rank},
                    }
                },
            }
            for number, rank in self.write_ups
        ]
        return {"documents": documents}

    def on_list_topic_messages(self, slug: str, fields: dict[str, Any]) -> object:
        topic = next(t for t in self.topics[slug] if t["id"] == fields["topicId"])
        own = {"id": 2, "postDate": topic["postDate"], "authorName": topic["authorName"], "votes": 9}
        own |= {"rawMarkdown": f"# {topic['title']}", "content": f"<h1>{topic['title']}</h1>"}
        pinned = {"id": 1, "postDate": "2026-01-01T00:00:00Z", "authorName": "host", "rawMarkdown": "Be kind."}
        return {"messages": [pinned, own]}

    def on_get_topic(self, slug: str, fields: dict[str, Any]) -> object:
        return {"topic": {"id": fields["id"], "content": "<p>whole</p>", "votes": 3}}

    def on_get_kernel(self, slug: str, fields: dict[str, Any]) -> object:
        ref = f"{fields['userName']}/{fields['kernelSlug']}"
        listed = next((k for rows in self.kernels.values() for k in rows if k["ref"] == ref), None)
        if listed is None:
            return refuse(404)
        return {"metadata": listed, "blob": {"source": self.sources[ref], "kernelType": listed["kernelType"]}}


class Run:
    """What one discovery gave."""

    def __init__(self, items: list[object], methods: list[str]) -> None:
        self.items, self.methods = items, Counter(methods)
        self.targets = {item.key: item for item in items if isinstance(item, Target)}
        self.visits = {key: Visit(t, NOW, fetched_signature=t.signature) for key, t in self.targets.items()}
        self.failures = [item for item in items if isinstance(item, Failure)]

    def of(self, kind: type) -> list[Any]:
        """The items of one kind, in order."""
        return [item for item in self.items if isinstance(item, kind)]
