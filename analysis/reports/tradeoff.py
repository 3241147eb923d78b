"""Accuracy against size, with the variants that winners used marked: as SVG for a page, as text for a terminal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.reports.inline_svg import ACCENT, LINE, MUTED, inline_svg
from corpus.records import Answer

WIDTH, HEIGHT = 600, 300  # of the plot, in pixels
ROWS, NARROWEST = 12, 40  # of the text chart, in characters
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MIDDLE_SHARE = 0.9  # of the best points that a chart shows: a few poor ones would press the rest together
Point = Mapping[str, Any]


def points_of(answer: Answer) -> list[Point]:
    """The points that can share one chart: of the measure that most have, the best figure at each size."""
    chart = answer.facts.get("chart")
    points: list[Point] = list(chart["points"]) if isinstance(chart, Mapping) else []
    measures = Counter((p["metric"], p["dataset"]) for p in points)
    if not measures:
        return []
    chosen = min(measures, key=lambda m: (-measures[m], str(m)))
    kept = [p for p in points if (p["metric"], p["dataset"]) == chosen]
    ranked = sorted((float(p["value"]) for p in kept), reverse=True)
    least = ranked[min(len(ranked) - 1, int(MIDDLE_SHARE * len(ranked)))]
    return [p for p in kept if p["value"] >= least or p["n_winners"] or p["is_start"]]


def caption(answer: Answer) -> str:
    """What the chart shows, in words, with the variants to start with."""
    points = points_of(answer)
    if not points:
        return ""
    starts = [
        f"{p['architecture']} {p['variant']}: {p['params_m']:g} M, {p['value']:g}" for p in points if p["is_start"]
    ]
    said = (
        "each point a variant within the limits that no smaller one of its line equals, or that winners used (filled)"
    )
    ringed = f" To start with (ringed): {'; '.join(starts)}." if starts else ""
    return f"{_measure(points)} against parameters; {said}.{ringed}"


def tradeoff_svg(answer: Answer) -> str:
    """The chart as inline SVG that takes the page's colours; '' where fewer than two points are known."""
    points = points_of(answer)
    if len(points) < 2:
        return ""
    return inline_svg(_spec(points), "Accuracy against size", caption(answer))


def tradeoff_lines(answer: Answer, width: int) -> list[str]:
    """The chart in characters, a letter for each architecture; its capital where winners used the variant."""
    points = points_of(answer)
    if len(points) < 2 or width < NARROWEST:
        return []
    names = list(dict.fromkeys(str(p["architecture"]) for p in points))[: len(LETTERS)]
    columns = min(width, 100) - 9
    low, high = _ends([math.log10(p["params_m"]) for p in points])
    bottom, top = _ends([float(p["value"]) for p in points])
    grid = [[" "] * columns for _ in range(ROWS)]
    for point in sorted(points, key=lambda p: (bool(p["n_winners"]), p["is_start"])):
        if point["architecture"] in names:
            letter = LETTERS[names.index(point["architecture"])]
            x = round((math.log10(point["params_m"]) - low) / (high - low) * (columns - 1))
            y = round((top - point["value"]) / (top - bottom) * (ROWS - 1))
            grid[y][x] = letter if point["n_winners"] or point["is_start"] else letter.lower()
    lines = [f"{_measure(points)} by parameters (millions, log scale)"]
    for number, row in enumerate(grid):
        value = top - (top - bottom) * number / (ROWS - 1)
        lines.append(
            (f"{value:6.1f} │" if number % 3 == 0 or number == ROWS - 1 else "       │") + "".join(row).rstrip()
        )
    left, middle, right = (f"{10**v:.3g}" for v in (low, (low + high) / 2, high))
    lines.append("       └" + "─" * columns)
    gap = columns - len(left) - len(middle) - len(right)
    lines.append(f"        {left}{' ' * (gap // 2)}{middle}{' ' * (gap - gap // 2)}{right}")
    lines += _legend(names, columns)
    return lines


def _legend(names: Sequence[str], columns: int) -> list[str]:
    lines = ["        capital: winners used it, or to start with"]
    for number, name in enumerate(names):
        part = f"{LETTERS[number]} {name}"
        if number and len(lines[-1]) + 2 + len(part) <= columns + 8:
            lines[-1] += f"  {part}"
        else:
            lines.append(f"        {part}")
    return lines


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _measure(points: Sequence[Point]) -> str:
    return f"{str(points[0]['metric']).replace('_pct', ' %')} on {points[0]['dataset']}"


def _spec(points: Sequence[Point]) -> dict[str, Any]:
    import altair as alt

    keys = ("architecture", "variant", "params_m", "value", "is_start")
    values = [{key: p[key] for key in keys} | {"is_used": bool(p["n_winners"])} for p in points]
    names = list(dict.fromkeys(str(p["architecture"]) for p in points))
    base = alt.Chart({"values": values}).encode(
        x=alt.X("params_m:Q", title="parameters, millions", scale=alt.Scale(type="log", nice=False)).axis(
            grid=False, format="~g", tickCount=6, labelOverlap=True
        ),
        y=alt.Y("value:Q", title=_measure(points), scale=alt.Scale(zero=False, nice=True)).axis(
            tickCount=5, domain=False, ticks=False, gridColor=LINE
        ),
    )
    colour = alt.Color("architecture:N", sort=names, scale=alt.Scale(scheme="tableau10")).legend(
        title=None, orient="bottom", columns=4, labelColor=MUTED, symbolFillColor="transparent"
    )
    inside = alt.Fill("architecture:N", sort=names, scale=alt.Scale(scheme="tableau10"), legend=None)
    dots = base.mark_point(size=40, strokeWidth=1.3, opacity=0.85).encode(
        color=colour, fill=inside, fillOpacity=alt.when("datum.is_used").then(alt.value(1)).otherwise(alt.value(0))
    )
    rings = base.transform_filter("datum.is_start").mark_point(size=190, strokeWidth=1.6, color=ACCENT)
    chart = (dots + rings).properties(width=WIDTH, height=HEIGHT, padding=4)
    chart = chart.configure(aria=False, background="transparent", font="sans-serif")
    chart = chart.configure_axis(
        labelColor=MUTED, titleColor=MUTED, tickColor=LINE, domainColor=LINE, labelFontSize=11, titleFontWeight="normal"
    )
    return dict(chart.configure_view(stroke=None).to_dict())
