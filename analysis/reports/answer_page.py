"""An answer as a page of its own, for those that hold more than a table: no script, no font or file from elsewhere."""

from __future__ import annotations

from html import escape

from analysis.reports.cells import printable
from corpus.records import Answer

PAGES = frozenset({"choose", "compare"})
STYLE = """
:root{color-scheme:light dark;--text:#1d2330;--muted:#5b6470;--line:#dedad0;--accent:#0b6a70;
--paper:#fdfcf9;--soft:#f3f0e8}
@media (prefers-color-scheme:dark){:root{--text:#e6e4dd;--muted:#a3a9b3;--line:#3a3f49;--accent:#5cc4ca;--paper:#14171c;
--soft:#1d2128}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem clamp(.8rem,3vw,2rem) 3rem;max-width:76rem;background:var(--paper);color:var(--text);
font:16px/1.5 system-ui,sans-serif}
h2{font-size:1.5rem;line-height:1.25;margin:.4rem 0 1rem}h3{font-size:1.1rem;margin:2rem 0 .5rem}
table{display:block;overflow-x:auto;border-collapse:collapse;font-size:.9rem}
th,td{padding:.35rem .7rem .35rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;
overflow-wrap:break-word;min-width:4.5rem}
td:first-child{font-weight:600;overflow-wrap:normal}
th{color:var(--muted);font-weight:600;white-space:nowrap}
.int,.number,.share{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.quote{min-width:16rem;font-style:italic}td.url{min-width:9rem;font-size:.8rem;overflow-wrap:anywhere}
td.text{max-width:24rem}td.side{min-width:7.5rem;overflow-wrap:anywhere}td.text:not(:first-child){min-width:7.5rem;overflow-wrap:anywhere}
@media (max-width:44rem){td.quote{min-width:13rem}}

a{color:var(--accent)}.small,.notes,figcaption{color:var(--muted);font-size:.85rem}
.notes{padding-left:1.1rem;margin-top:2rem}
figure{margin:1.5rem 0;max-width:46rem}figure svg{width:100%;height:auto}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--accent)}
pre{overflow-x:auto;background:var(--soft);padding:.8rem;font-size:.8rem;line-height:1.4}
"""


def as_page(answer: Answer, section: str) -> str:
    """The section as a whole page that fits narrow and wide windows, light and dark."""
    title = escape(printable(answer.title))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{section}</body>\n</html>\n"
    )
