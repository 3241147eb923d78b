"""An HTML table as text."""

from __future__ import annotations

from lxml import etree


def table_text(table: etree._Element) -> str:
    """Rows as lines, cells joined with " | ", white space within a cell as one blank; empty rows left out."""
    rows = []
    for row in table.iter("tr"):
        cells = [" ".join("".join(map(str, cell.itertext())).split()) for cell in row if cell.tag in ("td", "th")]
        if any(cells):
            rows.append(" | ".join(cells))
    return "\n".join(rows)
