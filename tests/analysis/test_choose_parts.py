"""Sizes and limits, switches, and the chart of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hypothesis import given, strategies as st

from analysis.counts.sizes import Figures, Limits, count_used, fit_for, measure_variants, one_per_name, start_with
from analysis.counts.switches import Side, find_switches
from analysis.reports.tradeoff import tradeoff_lines, tradeoff_svg
from corpus.records import Answer


@dataclass(frozen=True)
class Row:
    variant: str = "net_s"
    weights: str = ""
    library: str = "timm"
    dataset: str = "ImageNet-1k"
    metric: str = "top1_pct"
    value: float | None = 80.0
    params_m: float | None = 10.0
    gmacs: float | None = None
    size_mb: float | None = None
    image_size: int | None = None
    source: str = "made up"


@dataclass(frozen=True)
class Said:
    """A claim or a reason of one document."""

    status: str = "used"
    document: str = "d"
    quote: str | None = None
    polarity: str = "for"
    category: str = "accuracy"
    claim_id: str = "c"
    document_url: str | None = "https://example.org/d"
    competition: str = "frogs"
    rank: int | None = 3
    counted_on: date | None = date(2024, 1, 1)


OLD, NEW = Side("old", "OldNet", ("OldNet",)), Side("new", "NewNet", ("NewNet", "new net"))


def test_a_size_that_nobody_publishes_is_four_bytes_a_parameter() -> None:
    (estimated,) = measure_variants([Row()], None)
    assert (estimated.size_mb, estimated.is_size_estimated) == (40.0, True)
    (published,) = measure_variants([Row(), Row(metric="top5_pct", size_mb=38.0)], None)
    assert (published.size_mb, published.is_size_estimated, published.value) == (38.0, False, 80.0)


def test_flops_are_halved_and_say_so() -> None:
    (one,) = measure_variants([Row(gmacs=9.0, source="gmacs field holds GFLOPs")], None)
    assert (one.gmacs, one.is_gmacs_estimated) == (4.5, True)


def test_a_limit_on_what_is_not_known_is_neither_kept_nor_broken() -> None:
    (one,) = measure_variants([Row(gmacs=None)], None)
    limits = Limits(params_m=20, gmacs=5)
    assert (one.keeps(limits), one.breaks(limits)) == (False, False)
    assert one.breaks(Limits(params_m=9, gmacs=5))
    assert one.keeps(Limits())


@given(st.floats(0.1, 1e4), st.floats(0.1, 1e4))
def test_nothing_keeps_and_breaks_a_limit(params_m: float, limit: float) -> None:
    (one,) = measure_variants([Row(params_m=params_m)], None)
    assert one.keeps(Limits(params_m=limit)) != one.breaks(Limits(params_m=limit))


@given(st.permutations([Row(v, w, value=x) for v, w, x in (("a", "x", 70.0), ("a", "y", 75.0), ("b", "", 78.0))]))
def test_the_order_of_rows_decides_nothing(rows: list[Row]) -> None:
    figures = measure_variants(rows, None)
    assert [f.variant for f in sorted(figures, key=lambda f: f.variant)] == ["a.x", "a.y", "b"]
    assert {f.variant for f in one_per_name(figures)} == {"a.y", "b"}


def test_where_to_start() -> None:
    sizes = (("s", 5.0, 76.0), ("m", 20.0, 80.0), ("l", 90.0, 82.0))
    figures = measure_variants([Row(name, params_m=params, value=value) for name, params, value in sizes], None)
    nearly_best, of_winners = start_with(figures, {}), start_with(figures, {"l": 2, "s": 1})
    assert nearly_best is not None
    assert nearly_best.variant == "m"
    assert of_winners is not None
    assert of_winners.variant == "l"
    assert start_with((), {}) is None


def test_a_variant_is_used_under_its_whole_name_alone() -> None:
    rows = [Row("qwen2.5_0.5b_en", library="keras_hub"), Row("qwen2.5_instruct_14b_en", library="keras_hub")]
    rows += [Row("resnet50", "a1_in1k"), Row("resnet50", "c2_in1k")]
    written = {"Qwen2.5-14B-Instruct": {"s1", "s2"}, "resnet50": {"s1"}, "timm/resnet50.a1_in1k": {"s3"}}
    found = count_used(measure_variants(rows, None), written)
    assert found == {"qwen2.5_instruct_14b_en": 2, "resnet50.a1_in1k": 1, "resnet50.c2_in1k": 2}


def test_variants_that_cannot_be_trained_for_the_task_are_no_choice() -> None:
    rows = [Row("yolo9n", library="ultralytics"), Row("yolo9n-seg", library="ultralytics"), Row("net_quantized")]
    figures = measure_variants(rows, None)
    assert [f.variant for f in fit_for(figures, "image/segmentation")] == ["yolo9n-seg"]
    assert [f.variant for f in fit_for(figures, "image/detection")] == ["yolo9n"]


def test_used_beside_dropped_is_a_switch_with_its_reason() -> None:
    uses = [("new", Said()), ("old", Said("tried", claim_id="c2"))]
    reasons = [("old", Said(quote="it was slow", polarity="against", category="speed", claim_id="c2"))]
    (switch,) = find_switches([OLD, NEW], uses, reasons, {})
    assert (switch.how, switch.chosen, switch.other) == ("switched", "new", "old")
    assert (switch.quote, switch.category, switch.rank) == ("it was slow", "speed", 3)


def test_without_a_reason_the_evidence_speaks() -> None:
    uses = [("new", Said()), ("old", Said("tried", claim_id="c2"))]
    (switch,) = find_switches([OLD, NEW], uses, [], {"c2": "We also tried OldNet."})
    assert (switch.quote, switch.category, switch.claim_id) == ("We also tried OldNet.", None, "c2")


def test_a_reason_that_names_both_compares() -> None:
    uses = [("new", Said()), ("old", Said("mentioned"))]
    sentence = "NewNet beat OldNet on every fold"
    (switch,) = find_switches([OLD, NEW], uses, [("new", Said(quote=sentence))], {})
    assert (switch.how, switch.chosen, switch.quote) == ("compared", "new", sentence)


def test_a_sentence_that_speaks_alike_of_both_compares_nothing() -> None:
    uses = [("new", Said()), ("old", Said())]
    sentence = "OldNet and NewNet were both quick"
    reasons = [("new", Said(quote=sentence)), ("old", Said(quote=sentence))]
    assert find_switches([OLD, NEW], uses, reasons, {}) == ()


def test_a_longer_name_is_another() -> None:
    assert NEW.is_in("a NewNet50 or a NEWNET-50")
    assert not NEW.is_in("NewNetwork and ReNewNet")


def point(figures: Figures, name: str, n_winners: int) -> dict[str, object]:
    return {
        "architecture": name,
        "variant": figures.variant,
        "params_m": figures.params_m,
        "value": figures.value,
        "metric": figures.metric,
        "dataset": figures.dataset,
        "n_winners": n_winners,
        "is_start": False,
    }


def charted(*points: dict[str, object]) -> Answer:
    return Answer("choose", "", (), (), facts={"chart": {"points": list(points)}})


def test_the_chart_in_characters_fits_and_shows_who_won() -> None:
    figures = measure_variants([Row("a", value=70.0, params_m=5.0), Row("b", value=80.0, params_m=50.0)], None)
    answer = charted(point(figures[0], "Frog", 0), point(figures[1], "Toad", 2))
    for width in (60, 100):
        lines = tradeoff_lines(answer, width)
        assert max(map(len, lines)) <= width
        plot = "".join(line.partition("│")[2] for line in lines)
        assert (plot.count("a"), plot.count("B")) == (1, 1)
    assert tradeoff_lines(charted(point(figures[0], "Frog", 0)), 100) == []


def test_the_chart_of_a_page_is_svg_with_words_for_those_who_hear_it() -> None:
    figures = measure_variants([Row("a<b", value=70.0, params_m=5.0), Row("b", value=80.0, params_m=50.0)], None)
    first = point(figures[0], "Frog", 0) | {"is_start": True}
    svg = tradeoff_svg(charted(first, point(figures[1], "Toad", 2)))
    assert svg.startswith("<svg role=")
    assert "<title>Accuracy against size</title>" in svg
    assert "a&lt;b" in svg
    assert "<script" not in svg
    assert tradeoff_svg(charted()) == ""
