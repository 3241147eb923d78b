"""Published figures of one line of architectures: a table, and a chart of accuracy against size as inline SVG.

The SVG is written here and not by Altair, as the charts of the front page are: a report has hundreds of these, and one
takes Altair a tenth of a second.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from analysis.reports.cells import printable
from analysis.reports.rows import Measured

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _PAD = 620, 260, 46, 34, 12  # pixels
MB_PER_M = 4  # megabytes of a million parameters kept in 4 bytes each


def main_measure(rows: Iterable[Measured]) -> tuple[str, str] | None:
    """Metric and data set that most variants have a value in; None where none has."""
    counts = Counter((row.metric, row.dataset) for row in rows if row.value is not None and row.dataset)
    return min(counts, key=lambda key: (-counts[key], key)) if counts else None


def in_words(measure: tuple[str, str]) -> str:
    """Metric and data set as people write them.

    >>> in_words(("top1_pct", "ImageNet-1k"))
    'top1 % on ImageNet-1k'
    """
    return f"{measure[0].replace('_pct', ' %').replace('_', ' ')} on {measure[1]}"


def size_rows(rows: Sequence[Measured]) -> tuple[Measured, ...]:
    """One row a variant and weights, of the main measure where it has that: those with a figure first, by size."""
    measure = main_measure(rows)
    best: dict[tuple[str, str, str], Measured] = {}
    for row in rows:
        key, told = (row.library, row.variant, row.weights), (row.metric, row.dataset)
        known = best.get(key)
        # of one measure the last row counts: that of the largest pictures
        if known is None or told == measure or (known.metric, known.dataset) == told:
            best[key] = row

    def order(row: Measured) -> tuple[object, ...]:
        return (row.value is None, row.params_m is None, row.params_m or 0.0, row.variant, row.weights)

    return tuple(sorted(best.values(), key=order))


def size_mb(row: Measured) -> tuple[float | None, bool]:
    """Megabytes of the weights, and whether they are estimated as 4 bytes a parameter."""
    if row.size_mb is not None:
        return row.size_mb, False
    return (None if row.params_m is None else MB_PER_M * row.params_m), row.params_m is not None


def size_chart(rows: Sequence[Measured]) -> str:
    """Accuracy by parameters (log scale), a point a variant; "" where fewer than three are known."""
    measure = main_measure(rows)
    points = [
        (row.params_m, row.value, f"{row.variant} {row.weights}".strip())
        for row in size_rows(rows)
        if (row.metric, row.dataset) == measure and row.params_m and row.value is not None
    ]
    if len(points) < 3 or measure is None:
        return ""
    xs, ys = [math.log10(x) for x, _, _ in points], [y for _, y, _ in points]
    low, high, bottom, top = min(xs), max(xs), min(ys), max(ys)
    wide, tall = (high - low) or 1.0, (top - bottom) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = _LEFT + _PAD + (x - low) / wide * (_WIDTH - _LEFT - 2 * _PAD)
        return round(across, 1), round(_PAD + (top - y) / tall * (_HEIGHT - _BOTTOM - 2 * _PAD), 1)

    label = f"{in_words(measure)} by parameters, {len(points)} variants"
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"><title>{escape(printable(label))}</title>',
        '<g fill="var(--muted)" font-size="11">',
    ]
    for value in (bottom, (bottom + top) / 2, top):
        _, y = place(low, value)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}" stroke="var(--line)"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value:.1f}</text>')
    for value, anchor in ((low, "start"), ((low + high) / 2, "middle"), (high, "end")):
        x, _ = place(value, bottom)
        parts.append(f'<text x="{x}" y="{_HEIGHT - 6}" text-anchor="{anchor}">{10**value:.3g} M</text>')
    parts.append('</g><g fill="var(--accent)" fill-opacity=".62">')
    for x, y, name in points:
        across, down = place(math.log10(x), y)
        told = escape(printable(f"{name}: {y:g}, {x:g} M parameters"))
        parts.append(f'<circle cx="{across}" cy="{down}" r="4.5"><title>{told}</title></circle>')
    return "".join([*parts, "</g></svg>"])
