"""Which part of a web page is its text: menus, side bars, comments and footers are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

_NEVER_TEXT = frozenset(
    {
        "script",
        "style",
        "nav",
        "aside",
        "footer",
        "form",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "select",
        "object",
        "head",
        "link",
        "meta",
    }
)
_MAIN_CLASSES = frozenset(
    {"jp-notebook", "notebook-container", "markdown-body", "post-content", "entry-content", "article-body", "post-body"}
)
_BESIDE_CLASSES = frozenset(
    {
        "sidebar",
        "comments",
        "comment-list",
        "disqus",
        "related",
        "related-posts",
        "share",
        "sharing",
        "social",
        "cookie",
        "cookies",
        "menu",
        "breadcrumb",
        "breadcrumbs",
        "newsletter",
        "footer",
        "navbar",
        "nav",
        "navigation",
        "pagination",
        "toc",
        "table-of-contents",
        "skip-link",
    }
)
_HIDDEN_CLASSES = frozenset(  # a notebook's outputs and prompts, line numbers, the sign beside a heading
    {
        "output",
        "output_wrapper",
        "jp-outputarea",
        "jp-cell-outputwrapper",
        "prompt",
        "jp-inputprompt",
        "jp-outputprompt",
        "gutter",
        "lineno",
        "linenos",
        "linenodiv",
        "rouge-gutter",
        "anchor-link",
        "headerlink",
        "sr-only",
        "visually-hidden",
    }
)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MAIN_SHARE = 0.5  # an article with less of the page's text is a teaser
_MOST_SHARE = 0.8  # without any article: go down while one box has this much of the text
_BESIDE_SHARE = 0.3  # a box called "menu" with more of the text is the text
_BOXES = frozenset({"div", "section", "article", "main", "body", "center", "td", "table", "tbody", "tr"})


@dataclass(frozen=True, slots=True)
class MainText:
    """The element that holds the text, and what is left out below it."""

    element: etree._Element
    skipped: frozenset[str]  # tags
    weights: dict[etree._Element, int]  # characters of text below each element, links left out
    layout_tables: frozenset[etree._Element]  # tables that hold tables or code: boxes, no data


def words_of_class(element: etree._Element) -> set[str]:
    """The element's class names in lower case."""
    return set((element.get("class") or "").lower().split())


def find_main_text(root: etree._Element) -> MainText:
    """The article or main element with the most text, else the innermost box that holds most of it."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    weights = _weigh(elements)
    body = root.find("body")
    top = root if body is None else body
    articles = [e for e in elements if _is_article(e)]
    best = max(articles, key=lambda element: weights[element], default=None)
    if best is not None and weights[best] >= _MAIN_SHARE * weights[top]:
        return MainText(best, _NEVER_TEXT, weights, _layout_tables(root))
    while (child := max(top, key=lambda c: weights.get(c, 0), default=None)) is not None:
        if child.tag not in _BOXES or weights[child] < _MOST_SHARE * weights[top]:
            break
        top = child
    return MainText(top, _NEVER_TEXT | {"header"}, weights, _layout_tables(root))


def is_hidden(element: etree._Element, main: MainText) -> bool:
    """Whether a reader of the page does not see this element as part of its text."""
    if element.get("hidden") is not None or _HIDING_STYLE.search(element.get("style") or ""):
        return True
    classes = words_of_class(element)
    if classes & _HIDDEN_CLASSES:
        return True
    if element.tag == "div":  # of other elements the id is often made from a heading: "output", "comments"
        classes.add((element.get("id") or "").lower())
    return bool(classes & _BESIDE_CLASSES) and main.weights[element] < _BESIDE_SHARE * main.weights[main.element]


def _is_article(element: etree._Element) -> bool:
    is_named = element.tag in ("article", "main") or element.get("role") == "main"
    is_named = is_named or element.get("id") == "notebook-container"
    return is_named or element.get("itemprop") == "articleBody" or bool(words_of_class(element) & _MAIN_CLASSES)


def _weigh(elements: list[etree._Element]) -> dict[etree._Element, int]:
    """Characters of text below each element, without links and what is never text; one pass from the end."""
    weights = dict.fromkeys(elements, 0)
    for element in reversed(elements):
        if element.tag == "a" or element.tag in _NEVER_TEXT:
            weights[element] = 0
        else:
            weights[element] += len((element.text or "").strip())
        parent = element.getparent()
        if parent is not None:
            weights[parent] += weights[element] + len((element.tail or "").strip())
    return weights


def _layout_tables(root: etree._Element) -> frozenset[etree._Element]:
    inner = [*root.iter("table"), *root.iter("pre")]
    return frozenset(table for element in inner for table in element.iterancestors("table"))
