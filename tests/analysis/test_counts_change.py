from __future__ import annotations

import math
from dataclasses import dataclass, replace

from counts_sample import Solution, Use
from hypothesis import given, strategies as st

from analysis.counts.combinations import count_pairs
from analysis.counts.crossing import count_changes, find_crossings
from analysis.counts.groups import split
from analysis.counts.medals import last_ranks, medal_of
from analysis.counts.single import find_single
from analysis.counts.trends import YearShare
from analysis.counts.uncertainty import used_share
from analysis.reports.lines import chart_rows, spark, svg_chart


@dataclass(frozen=True)
class Competition:
    platform: str = "kaggle"
    metric: str | None = "Dice"
    main_task_type: str | None = "image/segmentation"


def line(key: str, *counts: int, total: int = 20, competitions: int = 3) -> list[YearShare]:
    """Shares of 20 solutions a year, from 2020 on."""
    found = []
    for year, n in enumerate(counts, start=2020):
        low, share, high = used_share(n, total)
        found.append(YearShare(year, key, key.upper(), n, total, share, low, high, 1, competitions))
    return found


def test_a_crossing_is_the_year_from_which_one_stays_ahead() -> None:
    (crossing,) = find_crossings([*line("old", 15, 9, 8, 1), *line("new", 0, 10, 3, 12)])
    assert (crossing.year, crossing.overtaker.key, crossing.overtaken.key) == (2023, "new", "old")
    assert not crossing.intervals_overlap
    (close,) = find_crossings([*line("old", 15, 9), *line("new", 0, 10)])
    assert close.intervals_overlap


def test_one_that_was_always_ahead_overtook_nobody() -> None:
    assert find_crossings([*line("old", 1, 1), *line("new", 5, 9)]) == ()
    assert find_crossings([*line("old", 4, 4), *line("new", 4, 4)]) == ()
    assert find_crossings([*line("old", 3, 1, total=4), *line("new", 1, 3, total=4)]) == (), (
        "years of too few solutions"
    )
    assert find_crossings([*line("old", 9, 1, competitions=1), *line("new", 1, 9, competitions=1)]) == ()


def test_changes_between_two_cohorts() -> None:
    before = [Solution(f"b{n}") for n in range(10)]
    after = [Solution(f"a{n}", f"kaggle/{n % 2}") for n in range(10)]
    uses = [Use(f"b{n}", "old") for n in range(9)] + [Use(f"a{n}", "new") for n in range(8)]
    rose, fell = count_changes(before, after, uses)
    assert (rose.key, rose.n_before, rose.n_after, rose.n_competitions_after) == ("new", 0, 8, 2)
    assert fell.difference < 0
    assert not rose.intervals_overlap
    (unknown,) = count_changes([], after, uses[-1:])
    assert math.isnan(unknown.before_share)


def test_medal_zones_follow_the_number_of_teams() -> None:
    assert [medal_of(rank, 2000) for rank in (1, 14, 15, 100, 101, 200, 201)] == [
        "gold", "gold", "silver", "silver", "bronze", "bronze", None,
    ]  # fmt: skip
    assert medal_of(2, 4) is None


@given(st.integers(1, 20_000))
def test_medal_zones_lie_in_order(n_teams: int) -> None:
    gold, silver, bronze = last_ranks(n_teams)
    assert 0 <= gold <= silver <= bronze <= n_teams


def test_pairs_are_counted_once_per_solution() -> None:
    uses = [Use(sid, lineage) for sid in "abc" for lineage in ("x", "y")]
    uses += [Use("a", "z"), Use("d", "x", "tried"), Use("d", "y")]
    (pair,) = count_pairs([Solution(sid) for sid in "abcd"], uses)
    assert (pair.names, pair.n_solutions, pair.n_solutions_total) == (("X", "Y"), 3, 4)


def test_single_families_and_their_variants() -> None:
    uses = [
        Use("one", "x"), Use("many", "x"), Use("plain", "x"),
        Use("two", "x"), Use("two", "y"),
        Use("line", "yolo", family="yolov5"), Use("line", "yolo", family="yolov8"),
        Use("helped", "x"), Use("helped", "kmeans", architecture_kind="cluster"),
    ]  # fmt: skip
    variants = {"doc-one:x": ["b4", "tf_net_b4"], "doc-many:x": ["b4", "b5"]}
    names = ["one", "many", "plain", "two", "line", "helped"]
    found = {one.solution_id: one.standing for one in find_single([Solution(n) for n in names], uses, variants)}
    assert found == {
        "one": "one variant",
        "plain": "variant not named",
        "helped": "variant not named",
        "many": "several variants",
        "line": "several variants",
    }


def test_groups_hold_each_solution_once() -> None:
    competitions = {"kaggle/a": Competition(), "kaggle/b": Competition(metric=None, main_task_type=None)}
    solutions = [Solution("1"), Solution("2"), Solution("3", "kaggle/b", None), Solution("4", "kaggle/gone", 2019)]
    assert {g: len(s) for g, s in split(solutions, "modality", competitions).items()} == {"image": 2, "not known": 2}
    assert list(split(solutions, "task", competitions)) == ["image/segmentation", "not known"]
    assert list(split(solutions, "metric", competitions)) == ["Dice", "not known"]
    assert list(split(solutions, "year", competitions)) == ["2019", "2020", "not known"]
    assert list(split(solutions, "platform", competitions)) == ["kaggle", "not known"]


def rows(shares: list[YearShare]) -> list[dict[str, object]]:
    return [{"architecture": s.name, "year": s.year, "share": s.share} for s in shares]


def test_a_chart_in_characters_and_as_svg() -> None:
    lines = rows([*line("old", 20, 10, 0), *line("<new>", 0, 5, 10)])
    found, first, last, top = chart_rows(lines)
    assert (first, last, top) == (2020, 2022, 1.0)
    assert [one["chart"] for one in found] == ["█▄·", "·▂▄"]
    svg = svg_chart(lines)
    assert svg.count("<polyline") == 2
    assert "&lt;NEW&gt;" in svg
    assert "<NEW>" not in svg
    assert svg_chart(lines[:1]) == ""


@given(st.lists(st.floats(0, 1) | st.none(), max_size=20), st.floats(0.01, 1))
def test_a_spark_has_a_character_a_year(shares: list[float | None], top: float) -> None:
    assert len(spark(shares, top)) == len(shares)


def test_the_order_of_rows_does_not_matter() -> None:
    shares = [*line("old", 15, 9, 1), *line("new", 0, 3, 12)]
    assert find_crossings(shares) == find_crossings(reversed(shares))
    assert find_crossings([replace(one) for one in shares]) == find_crossings(shares)
