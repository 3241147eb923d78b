"""A Vega chart as SVG inside a page: in the colours and fonts of the page, with words for those who listen."""

from __future__ import annotations

import re
from html import escape
from typing import Any

ACCENT, MUTED, LINE = "#010203", "#010204", "#010205"  # Vega wants colours; these stand for those of the page
_COLOURS = {ACCENT: "var(--accent, #0b6a70)", MUTED: "var(--muted, #5b6470)", LINE: "var(--line, #dedad0)"}


def inline_svg(spec: dict[str, Any], title: str, description: str) -> str:
    """The chart of a Vega-Lite specification, without fonts or size of its own."""
    import vl_convert  # 0.6 s with its first chart

    svg = str(vl_convert.vegalite_to_svg(spec))
    for colour, variable in _COLOURS.items():
        svg = svg.replace(f'"{colour}"', f'"{variable}"')
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    svg = re.sub(r'<svg ([^<>]*?)width="[^"]*" height="[^"]*"', r'<svg role="img" \1', svg, count=1)
    text = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return re.sub(r"(<svg [^<>]*>)", lambda match: match[1] + text, svg, count=1)
