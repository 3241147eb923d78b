"""Tables -> charts as inline SVG that take the page's fonts and colours, in light and in dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.reports.inline_svg import ACCENT, LINE, MUTED, inline_svg
from analysis.reports.tables import Trend

_WIDTH, _HEIGHT = 220, 92  # pixels of the plot


def trend_charts(trends: Sequence[Trend]) -> dict[str, str]:
    """By key: an SVG with the share of winners per year, its interval as a band; the share axes are equal."""
    shares = [year.share for trend in trends for year in trend.years if not year.is_small]
    top = min(1.0, 1.3 * max(shares, default=0.8) or 1.0)
    return {trend.key: _trend_chart(trend, top) for trend in trends}


def describe_trend(trend: Trend) -> str:
    """The chart in words."""
    if not trend.years:
        return f"{trend.name}: no year has a documented winner."
    parts = [f"{year.year}: {year.n_solutions} of {year.n_solutions_total}" for year in trend.years]
    return f"Documented top-10 solutions that used {trend.name}, by year. {'; '.join(parts)}."


def _trend_chart(trend: Trend, top: float) -> str:
    return inline_svg(_spec(trend, top), trend.name, describe_trend(trend))


def _spec(trend: Trend, top: float) -> dict[str, Any]:
    import altair as alt

    values = [
        {
            "year": year.year,
            "share": min(year.share, top),
            "low": year.share_low,
            "high": min(year.share_high, top),
            "is_small": year.is_small,
        }
        for year in trend.years
    ]
    first, last = trend.years[0].year, trend.years[-1].year
    ticks = sorted({first, (first + last) // 2, last})
    base = alt.Chart({"values": values}).encode(
        x=alt.X("year:Q", title=None, scale=alt.Scale(domain=[first - 0.3, last + 0.3], nice=False)).axis(
            values=ticks, format="d", grid=False, tickSize=3, labelFlush=True
        )
    )
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False)).axis(
        format="%", tickCount=3, domain=False, ticks=False, gridColor=LINE
    )
    band = base.mark_area(color=ACCENT, opacity=0.13).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    line = base.mark_line(color=ACCENT, strokeWidth=1.8).encode(y=y)
    dots = base.mark_point(color=ACCENT, size=18, strokeWidth=1.2, opacity=1).encode(
        y=y, fill=alt.when("datum.is_small").then(alt.value("transparent")).otherwise(alt.value(ACCENT))
    )
    chart = (band + line + dots).properties(width=_WIDTH, height=_HEIGHT, padding=2)
    chart = chart.configure(aria=False, background="transparent", font="sans-serif")
    chart = chart.configure_axis(labelColor=MUTED, tickColor=LINE, domainColor=LINE, labelFontSize=10.5)
    return dict(chart.configure_view(stroke=None).to_dict())
