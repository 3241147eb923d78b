from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import pytest
from counts_sample import Solution
from hypothesis import given, strategies as st

from analysis.counts.coverage import measure_coverage
from analysis.counts.dropped import count_dropped
from analysis.counts.popularity import count_architectures
from analysis.counts.together import count_together
from analysis.counts.trends import count_by_year
from analysis.counts.uncertainty import used_share
from analysis.counts.why import count_reasons


@dataclass(frozen=True)
class Use:
    """A use as the counts see it; lineage "yolo" has the families "yolov5" and "yolov8"."""

    solution_id: str
    architecture_id: str | None
    status: str = "used"
    document: str = "d"
    lineage: str = ""
    competition_id: str = "kaggle/a"
    competition: str = "a"
    year: int | None = 2020
    rank: int | None = 1
    rank_source: str | None = "author"
    counted_on: date | None = date(2020, 1, 1)
    document_url: str | None = "https://example.org/d"
    architecture_kind: str | None = "cnn"

    @property
    def claim_id(self) -> str:
        return f"{self.document}:{self.architecture_id}"

    @property
    def architecture(self) -> str:
        return str(self.architecture_id).upper()

    @property
    def lineage_name(self) -> str:
        return self.lineage.upper()


@dataclass(frozen=True)
class Reason:
    """A reason as the counts see it."""

    solution_id: str | None
    category: str = "accuracy"
    polarity: str = "against"
    lineage: str = "yolo"
    architecture_id: str | None = "yolov5"
    quote: str | None = "it was worse"
    reason_confidence: float | None = 0.9
    rank: int | None = 1
    document: str = "d"
    counted_on: date | None = date(2020, 1, 1)
    competition: str | None = "a"
    document_url: str | None = None
    status: str = "tried"
    claim_id: str = "c"
    lineage_name: str = "YOLO"
    architecture: str = "YOLOv5"


@dataclass(frozen=True)
class Competition:
    """A competition as the coverage sees it."""

    competition_id: str
    n_teams: int | None


def yolo(solution: str, family: str, status: str = "used", **more: object) -> Use:
    """A use of a family of the line yolo."""
    return Use(solution, family, status, lineage="yolo", **more)  # type: ignore[arg-type]


SOLUTIONS = [Solution("s1"), Solution("s2", rank=2), Solution("s3", "kaggle/b", 2021), Solution("s4", "kaggle/b", 2021)]


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_interval_holds_the_share_and_stays_inside(n_used: int, n_more: int) -> None:
    low, share, high = used_share(n_used, n_used + n_more)
    if n_used + n_more == 0:
        assert (low, high) == (0.0, 1.0)
        assert math.isnan(share)
    else:
        assert 0.0 <= low <= share <= high <= 1.0
        assert low < high


@pytest.mark.parametrize(("n_used", "n_total"), [(-1, 3), (4, 3), (0, -1)])
def test_impossible_counts_are_refused(n_used: int, n_total: int) -> None:
    with pytest.raises(ValueError, match="0 <= n_used <= n_total"):
        used_share(n_used, n_total)


def test_lineages_count_a_solution_once_and_families_split_them() -> None:
    uses = [yolo("s1", "yolov5"), yolo("s1", "yolov8"), yolo("s3", "yolov8"), yolo("elsewhere", "yolov8")]
    (line,) = count_architectures(SOLUTIONS, uses)
    assert (line.name, line.n_solutions, line.n_solutions_total, line.n_competitions) == ("YOLO", 2, 4, 2)
    assert line.share == 0.5
    assert line.is_small
    families = count_architectures(SOLUTIONS, uses, by="family")
    assert [(c.key, c.n_solutions) for c in families] == [("yolov8", 2), ("yolov5", 1)]


def test_the_strongest_status_of_a_solution_decides() -> None:
    uses = [yolo("s1", "yolov5", "tried"), yolo("s1", "yolov8", "used"), yolo("s2", "yolov5", "tried")]
    assert [c.n_solutions for c in count_architectures(SOLUTIONS, uses)] == [1]
    assert [c.n_solutions for c in count_architectures(SOLUTIONS, uses, statuses={"tried"})] == [1]
    assert [c.n_solutions for c in count_architectures(SOLUTIONS, uses, "family", {"tried"})] == [2]
    assert [c.n_solutions for c in count_architectures(SOLUTIONS, uses, statuses={"used", "tried"})] == [2]


def test_order_is_solutions_then_competitions_then_name() -> None:
    uses = [
        *(Use(s, "b", lineage="b") for s in ("s1", "s2")),
        *(Use(s, "a", lineage="a", competition_id=c) for s, c in (("s1", "kaggle/a"), ("s3", "kaggle/b"))),
        Use("s1", "z", lineage="z"),
        Use("s1", "y", lineage="y"),
    ]
    assert [c.key for c in count_architectures(SOLUTIONS, uses)] == ["a", "b", "y", "z"]


def test_examples_are_the_newest_one_per_solution() -> None:
    uses = [
        yolo("s1", "yolov5", document="old", counted_on=date(2019, 1, 1)),
        yolo("s1", "yolov8", document="new", counted_on=date(2021, 1, 1)),
        yolo("s2", "yolov8", document="undated", counted_on=None),
        yolo("s3", "yolov8", document="second", rank=2),
    ]
    (line,) = count_architectures(SOLUTIONS, uses)
    assert [example.document for example in line.examples] == ["new", "second", "undated"]
    assert (line.first_year, line.last_year) == (2020, 2020)


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(random: object) -> None:
    uses = [
        yolo(s, f, status) for s in ("s1", "s2", "s3") for f in ("yolov5", "yolov8") for status in ("used", "tried")
    ]
    uses += [Use("s2", None, lineage="unknown:x", document=d) for d in "abc"]
    shuffled = list(uses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert count_architectures(SOLUTIONS, shuffled) == count_architectures(SOLUTIONS, uses)
    assert count_together(SOLUTIONS, shuffled, "yolo") == count_together(SOLUTIONS, uses, "yolo")


def test_nothing_counted_gives_no_rows() -> None:
    assert count_architectures([], []) == ()
    assert count_architectures([], [yolo("s1", "yolov5")]) == ()


def test_coverage_takes_the_smaller_of_places_and_teams() -> None:
    competitions = [Competition("kaggle/a", 900), Competition("kaggle/b", 4), Competition("kaggle/c", None)]
    solutions = [*SOLUTIONS, Solution("s5", rank=40), Solution("s6", rank=None), Solution("s7", "kaggle/other")]
    seen = measure_coverage(competitions, solutions)
    assert seen.n_top == 10 + 4 + 10
    assert seen.n_top_documented == 3  # s3 and s4 both say rank 1 of b: one place
    assert (seen.n_documented, seen.n_teams) == (6, 904)
    assert (seen.n_competitions, seen.n_competitions_documented, seen.n_competitions_without_teams) == (3, 2, 1)
    assert measure_coverage(competitions, [], top=3).n_top == 9
    assert measure_coverage([], []).n_teams is None


def test_years_have_zeros_and_their_own_denominators() -> None:
    uses = [yolo("s1", "yolov5"), yolo("s3", "yolov8", year=2021), Use("s3", "b", lineage="b", year=2021)]
    rows = count_by_year([*SOLUTIONS, Solution("s9", year=None)], uses)
    assert [(r.year, r.key, r.n_solutions, r.n_solutions_total) for r in rows] == [
        (2020, "yolo", 1, 2),
        (2020, "b", 0, 2),
        (2021, "yolo", 1, 2),
        (2021, "b", 1, 2),
    ]
    assert all(r.is_small for r in rows)
    assert {r.key for r in count_by_year(SOLUTIONS, uses, keys={"b"})} == {"b"}
    assert {r.key for r in count_by_year(SOLUTIONS, uses, top=1)} == {"yolo"}


def test_dropped_is_tried_against_all_that_ran_it() -> None:
    uses = [
        yolo("s1", "yolov5", "tried"),
        yolo("s2", "yolov8"),
        yolo("s3", "yolov5", "tried"),
        yolo("s4", "x", "mentioned"),
    ]
    reasons = [Reason("s1"), Reason("s1", "speed"), Reason("s2"), Reason("s3", polarity="for"), Reason(None)]
    (row,) = count_dropped(uses, reasons)
    assert (row.n_dropped, row.n_ran) == (2, 3)
    assert row.reasons == (("accuracy", 1), ("speed", 1))
    assert row.n_without_reason == 1
    assert count_dropped([yolo("s1", "yolov5")], reasons) == ()


def test_lift_compares_with_the_whole_cohort() -> None:
    uses = [yolo("s1", "yolov5"), yolo("s2", "yolov5"), Use("s1", "b", lineage="b"), Use("s4", "b", lineage="b")]
    (row,) = count_together(SOLUTIONS, uses, "yolo")
    assert (row.key, row.n_together, row.n_solutions, row.share) == ("b", 1, 2, 0.5)
    assert row.lift == 1.0  # b is in half of yolo's solutions and in half of all
    assert count_together(SOLUTIONS, uses, "absent") == ()


def test_reasons_are_grouped_with_the_contrary_ones_beside() -> None:
    reasons = [
        Reason("s1", "speed", "for"),
        Reason("s1", "speed", "for"),
        Reason("s2", "speed", "against"),
        Reason(None, "memory", "for", document="page"),
    ]
    rows = count_reasons(reasons)
    assert [(r.category, r.polarity, r.n_solutions, r.n_reasons) for r in rows] == [
        ("speed", "for", 1, 2),
        ("speed", "against", 1, 1),
        ("memory", "for", 1, 1),
    ]


def test_the_best_quote_is_short_then_of_a_high_rank_then_new() -> None:
    reasons = [
        Reason("none", quote=None, rank=1),
        Reason("long", quote="x" * 200, rank=1),
        Reason("third", quote="c", rank=3, counted_on=date(2019, 1, 1)),
        Reason("first", quote="a", rank=1, counted_on=date(2019, 1, 1)),
        Reason("newer", quote="b", rank=2, counted_on=date(2022, 1, 1)),
        Reason("unranked", quote="d", rank=None),
    ]
    (row,) = count_reasons(reasons, n_quotes=6)
    assert [quote.solution_id for quote in row.quotes] == ["newer", "first", "third", "unranked", "long", "none"]


def test_quotes_vary_in_words_and_competitions() -> None:
    reasons = [
        Reason("one", quote="quick", rank=1, competition="a"),
        Reason("two", quote="fast", rank=2, competition="a"),
        Reason("three", quote="Quick", rank=3, competition="b"),
        Reason("four", quote="in no time", rank=90, competition="b"),
    ]
    (row,) = count_reasons(reasons, n_quotes=4)
    assert [quote.solution_id for quote in row.quotes] == ["one", "four", "two", "three"]
    again = count_reasons(
        [*reasons, Reason("one", "memory", "for", quote="quick"), Reason("five", "memory", "for", quote="small")]
    )
    assert [quote.quote for quote in again[1].quotes] == ["small", "quick"], "a sentence shown above comes last"
