from __future__ import annotations

import math
from datetime import date

import counts_sample
import pytest
from hypothesis import given, strategies as st

from analysis.counts.lift import Stratum, correct_p_values, count_lift, pooled_ratio
from analysis.counts.yearly import count_yearly
from corpus.catalogue import load_catalogue
from corpus.catalogue.builds import Build, build_of, lineage_builds
from corpus.starter.files import DOCUMENTS, read_rows, shipped


def solution(
    solution_id: str, competition_id: str = "kaggle/pics", year: int | None = 2024, rank: int | None = 1
) -> counts_sample.Solution:
    """A winner of "pics", unless told otherwise."""
    return counts_sample.Solution(solution_id, competition_id, year, rank, counted_on=date(2024, 1, 1))


def use(
    solution_id: str,
    lineage: str,
    architecture_kind: str | None,
    status: str = "used",
    competition_id: str = "kaggle/pics",
) -> counts_sample.Use:
    """What a solution says, of "pics" unless told otherwise."""
    return counts_sample.Use(
        solution_id, lineage, status, "", architecture_kind, competition_id, "pics", 2024, counted_on=date(2024, 1, 1)
    )


MODALITY = {"kaggle/pics": "image", "kaggle/rows": "tabular"}


def cell(cells: object, table: str, key: str, year: int = 2024) -> tuple[int, int]:
    found = [c for c in cells if (c.table, c.key, c.year) == (table, key, year)]  # type: ignore[attr-defined]
    return (found[0].n_solutions, found[0].n_solutions_total) if found else (0, 0)


def test_vision_solutions_are_cnn_transformer_or_both() -> None:
    solutions = [solution(name) for name in "abcd"]
    uses = [
        use("a", "resnet", "cnn"),
        use("b", "swin", "vit"),
        use("c", "resnet", "cnn"), use("c", "swin", "vit"),
        use("d", "maxvit", "hybrid_vision"),
    ]  # fmt: skip
    cells = count_yearly(solutions, uses, MODALITY)
    assert cell(cells, "vision_builds", "cnn") == (1, 4)
    assert cell(cells, "vision_builds", "transformer") == (1, 4)
    assert cell(cells, "vision_builds", "both") == (2, 4)
    assert cell(cells, "vision_families", "resnet") == (2, 4)
    assert not [c for c in cells if c.table == "packages"]


def test_boosters_alone_and_together() -> None:
    rows = "kaggle/rows"
    solutions = [solution(name, rows) for name in "abc"]
    uses = [
        use("a", "lightgbm", "gbdt", competition_id=rows),
        use("b", "xgboost", "gbdt", competition_id=rows), use("b", "lightgbm", "gbdt", competition_id=rows),
        use("b", "mlp", "mlp", competition_id=rows),
        use("c", "catboost", "gbdt", "tried", competition_id=rows),
    ]  # fmt: skip
    cells = count_yearly(solutions, uses, MODALITY)
    assert cell(cells, "boosters", "lightgbm") == (2, 3)
    assert cell(cells, "boosters", "catboost") == (0, 0), "tried is not used"
    assert cell(cells, "booster_sets", "lightgbm+xgboost") == (1, 3)
    assert cell(cells, "booster_sets", "none") == (1, 3)
    assert cell(cells, "tabular_builds", "boosted") == (1, 3)
    assert cell(cells, "tabular_builds", "both") == (1, 3)
    assert not [c for c in cells if c.table.startswith("vision")]


def test_a_row_of_one_year_is_a_zero_in_the_others() -> None:
    solutions = [solution("a"), solution("b", year=2025), solution("c", year=None)]
    cells = count_yearly(solutions, [use("a", "resnet", "cnn")], MODALITY)
    assert cell(cells, "vision_families", "resnet", 2025) == (0, 1)
    assert {c.year for c in cells} == {2024, 2025}
    assert all(c.is_small for c in cells)


def test_packages_are_counted_where_code_was_read() -> None:
    solutions = [solution("a"), solution("b"), solution("c")]
    cells = count_yearly(solutions, [], MODALITY, {"a": ("torch", "timm"), "b": ("torch",)})
    assert cell(cells, "packages", "torch") == (2, 2)
    assert cell(cells, "packages", "timm") == (1, 2)


def test_exclusive_rows_add_up() -> None:
    solutions = [solution(str(n)) for n in range(9)]
    uses = [use(str(n), *pair) for n, pair in enumerate([("swin", "vit"), ("resnet", "cnn"), ("mlp", "mlp")] * 2)]
    cells = [c for c in count_yearly(solutions, uses, MODALITY) if c.table == "vision_builds"]
    assert sum(c.n_solutions for c in cells) == 9


def test_every_lineage_that_wins_has_a_build() -> None:
    families = load_catalogue().architectures
    missing = set()
    for row in read_rows(shipped(), DOCUMENTS):
        rank = (row.get("solution") or [None, None])[1]
        for claim in row.get("claims", ()):
            family = families.get(claim.get("architecture", ""))
            is_counted = family is not None and family.is_counted and claim["status"] == "used"
            if family and is_counted and rank and rank <= 10 and build_of(family.lineage, family.kind) is None:
                missing.add(family.lineage)
    assert not missing, f"add them to corpus/catalogue/builds.jsonl: {sorted(missing)}"


def test_the_table_names_lineages_of_the_catalogue() -> None:
    known = {family.lineage for family in load_catalogue().architectures.values()}
    assert lineage_builds().keys() <= known
    assert build_of("unet", "segmenter") is Build.CNN


def test_lift_compares_winners_with_everybody_else() -> None:
    won = [solution(f"w{n}") for n in range(20)]
    rest = [solution(f"o{n}", rank=None) for n in range(100)]
    uses = [use(f"w{n}", "swin", "vit") for n in range(15)] + [use(f"o{n}", "swin", "vit") for n in range(10)]
    uses += [use("w0", "vgg", "cnn")] + [use(f"o{n}", "vgg", "cnn") for n in range(80)]
    uses += [use("w1", "rare", "cnn")]
    found = {c.key: c for c in count_lift(won, rest, uses)}
    assert found["swin"].verdict == "underrated"
    assert found["swin"].ratio == pytest.approx(7.5)
    assert found["vgg"].verdict == "overrated"
    assert found["vgg"].is_small
    assert "rare" not in found, "too few solutions"


def test_lift_within_kinds_of_task_is_not_fooled_by_their_mix() -> None:
    # winners write of pictures, everybody of tables; within each the shares are equal
    won = [solution(f"w{n}", "kaggle/pics" if n < 40 else "kaggle/rows") for n in range(50)]
    rest = [solution(f"o{n}", "kaggle/pics" if n < 10 else "kaggle/rows") for n in range(50)]
    uses = [use(f"w{n}", "swin", "vit") for n in range(20)] + [use(f"o{n}", "swin", "vit") for n in range(5)]
    (crude,) = count_lift(won, rest, uses)
    (pooled,) = count_lift(won, rest, uses, MODALITY)
    assert crude.ratio == pytest.approx(4.0)
    assert pooled.ratio == pytest.approx(1.0)
    assert pooled.verdict == "no clear difference"


def test_ratios_at_the_ends_have_one_open_side() -> None:
    low, ratio, high, _ = pooled_ratio([Stratum(0, 50, 20, 50)])
    assert (low, ratio) == (0, 0)
    assert 0 < high < 1
    low, ratio, high, _ = pooled_ratio([Stratum(20, 50, 0, 50)])
    assert math.isinf(ratio)
    assert math.isinf(high)
    assert low > 1
    assert math.isnan(pooled_ratio([Stratum(3, 5, 0, 0)])[1])


tables = st.builds(
    lambda a, b, c, d: Stratum(min(a, b), b, min(c, d), d),
    st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50),
)  # fmt: skip


@given(st.lists(tables, max_size=6))
def test_a_ratio_lies_in_its_interval(strata: list[Stratum]) -> None:
    low, ratio, high, p_value = pooled_ratio(strata)
    assert math.isnan(ratio) or (low <= ratio * (1 + 1e-9) and ratio <= high * (1 + 1e-9))
    assert 0 <= p_value <= 1


@given(st.lists(st.floats(0, 1), max_size=12))
def test_a_correction_never_makes_a_finding_likelier(values: list[float]) -> None:
    for how in ("bh", "holm"):
        assert all(q >= p for p, q in zip(values, correct_p_values(values, how), strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(("how", "corrected"), [("bh", [0.04, 0.04, 0.04, 0.04]), ("holm", [0.04, 0.06, 0.06, 0.06])])
def test_corrections_are_those_of_the_books(how: str, corrected: list[float]) -> None:
    assert correct_p_values([0.01, 0.02, 0.03, 0.04], how) == pytest.approx(corrected)  # type: ignore[arg-type]


def test_a_pooled_ratio_of_one_kind_is_the_plain_one() -> None:
    low, ratio, high, _ = pooled_ratio([Stratum(20, 50, 10, 50)])
    spread = math.exp(1.959964 * math.sqrt(1 / 20 - 1 / 50 + 1 / 10 - 1 / 50))  # Katz's interval of a ratio
    assert (ratio, low, high) == pytest.approx((2.0, 2.0 / spread, 2.0 * spread), rel=1e-3)
