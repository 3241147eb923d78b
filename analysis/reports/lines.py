"""Shares over years as a line chart: in characters, and as an SVG that takes the page's colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

BARS = "▁▂▃▄▅▆▇█"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 260, 44, 150, 12, 26  # pixels; the names stand at the right
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")
COLOURS = ("#0b6a70", "#b4541a", "#5b4b9a", "#3f7d20", "#a3264c", "#6b6b00")

Row = Mapping[str, object]


def spark(shares: Sequence[float | None], top: float) -> str:
    """One character a year; a dot for nothing, a blank where the year is not known.

    >>> spark([0.0, 0.1, None, 0.4], 0.4)
    '·▂ █'
    """
    return "".join(" " if s is None else "·" if not s else BARS[min(7, int(s / top * 8 - 1e-9))] for s in shares)


def lines_of(rows: Sequence[Row]) -> dict[str, dict[int, Row]]:
    """Architecture -> year -> row, in the order of the rows."""
    found: dict[str, dict[int, Row]] = {}
    for row in rows:
        found.setdefault(str(row["architecture"]), {})[int(str(row["year"]))] = row
    return found


def chart_rows(rows: Sequence[Row]) -> tuple[list[dict[str, object]], int, int, float]:
    """A row of characters for each architecture, with the first and last year and the share of the highest bar."""
    lines = lines_of(rows)
    years = sorted({year for line in lines.values() for year in line})
    top = max((_share(row) for line in lines.values() for row in line.values()), default=0.0) or 1.0
    span = range(years[0], years[-1] + 1)
    found: list[dict[str, object]] = []
    for name, line in lines.items():
        bars = spark([_share(line[year]) if year in line else None for year in span], top)
        found.append({"architecture": name, "chart": bars})
    return found, years[0], years[-1], top


def svg_chart(rows: Sequence[Row]) -> str:
    """The same lines as an SVG with title and description; "" for fewer than two years."""
    lines = lines_of(rows)
    years = sorted({year for line in lines.values() for year in line})
    if len(years) < 2:
        return ""
    top = max((_share(row) for line in lines.values() for row in line.values()), default=0.0) or 1.0

    def x(year: int) -> float:
        return LEFT + (year - years[0]) / (years[-1] - years[0]) * (WIDTH - LEFT - RIGHT)

    def y(share: float) -> float:
        return HEIGHT - BOTTOM - share / top * (HEIGHT - TOP - BOTTOM)

    said = "; ".join(
        f"{name}: {', '.join(f'{at} {_share(row):.0%}' for at, row in line.items())}" for name, line in lines.items()
    )
    parts = [
        f'<svg role="img" class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg">',
        f"<title>Share of solutions by year</title><desc>{escape(said)}</desc>",
    ]
    for share in (0.0, top / 2, top):
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(share):.1f}" y2="{y(share):.1f}"'
            ' stroke="var(--line, #dedad0)"/>'
            f'<text x="{LEFT - 6}" y="{y(share) + 4:.1f}" text-anchor="end" font-size="11"'
            f' fill="var(--muted, #5b6470)">{share:.0%}</text>'
        )
    for year in sorted({years[0], years[len(years) // 2], years[-1]}):
        parts.append(
            f'<text x="{x(year):.1f}" y="{HEIGHT - 8}" text-anchor="middle" font-size="11"'
            f' fill="var(--muted, #5b6470)">{year}</text>'
        )
    ends = _apart([y(_share(line[max(line)])) + 4 for line in lines.values()])
    for at, ((name, line), end) in enumerate(zip(lines.items(), ends, strict=True)):
        colour = COLOURS[at % len(COLOURS)]
        points = " ".join(f"{x(year):.1f},{y(_share(row)):.1f}" for year, row in sorted(line.items()))
        dash = f' stroke-dasharray="{DASHES[at % len(DASHES)]}"' if DASHES[at % len(DASHES)] else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{end:.1f}" font-size="12" fill="{colour}">{escape(name)}</text>'
        )
    return "".join([*parts, "</svg>"])


def _apart(places: Sequence[float], gap: float = 14) -> list[float]:
    """The places moved down until none covers another; their order in the list stays."""
    moved = list(places)
    reached = float("-inf")
    for at in sorted(range(len(places)), key=lambda one: places[one]):
        reached = moved[at] = max(places[at], reached + gap)
    excess = max(0.0, reached - (HEIGHT - 4))
    return [place - excess for place in moved]


def _share(row: Row) -> float:
    share = row.get("share")
    return float(share) if isinstance(share, int | float) and share == share else 0.0
