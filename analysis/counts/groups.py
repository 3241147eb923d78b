"""A cohort split into groups: by task, modality, metric, platform or year of the competition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol, TypeVar

Per = Literal["task", "modality", "metric", "platform", "year"]
NOT_KNOWN = "not known"


class Described(Protocol):
    """What is known of a competition."""

    @property
    def platform(self) -> str: ...
    @property
    def metric(self) -> str | None: ...
    @property
    def main_task_type(self) -> str | None: ...


class Placed(Protocol):
    """A solution, or a count of documents: what says in which group it is."""

    @property
    def competition_id(self) -> str: ...
    @property
    def year(self) -> int | None: ...


Kind = TypeVar("Kind", bound=Placed)


def split(solutions: Iterable[Kind], per: Per, competitions: Mapping[str, Described]) -> dict[str, list[Kind]]:
    """Group -> its solutions, the largest group first, then by name; each solution is in one group.

    A competition of several task types belongs to its main one; what is not known is a group of its own, the last.
    """
    groups: dict[str, list[Kind]] = defaultdict(list)
    for solution in solutions:
        groups[_group(solution, per, competitions.get(solution.competition_id))].append(solution)
    order = sorted(groups, key=lambda name: (name == NOT_KNOWN, 0 if per == "year" else -len(groups[name]), name))
    return {name: groups[name] for name in order}


def _group(solution: Placed, per: Per, competition: Described | None) -> str:
    if per == "year":
        return str(solution.year) if solution.year is not None else NOT_KNOWN
    if competition is None:
        return NOT_KNOWN
    if per == "platform":
        return competition.platform
    if per == "metric":
        return competition.metric or NOT_KNOWN
    task = competition.main_task_type or NOT_KNOWN
    return task.partition("/")[0] if per == "modality" else task
