"""The quick rules give the tokens that the library's own rules give."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from analysis.blocks.quick_rules import quicken


def library_parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join", "reference"])


PLAIN, QUICK = library_parser(), quicken(library_parser())
LEADS = ("", "", " ", "   ", "    ", "\t", "> ", "- ", "1. ")
LINES = (
    *("# one", "#none", "- a", "* b", "+ c", "1. d", "2) e", "10. f", "> g", ">", "-", "1."),
    *("```", "~~~py", "---", "===", "= =", "***", "_ _ _", "-- ", "text", "more *text*", "", "", "  "),
    *("| a | b |", "|---|---|", ":--|", " | ", "<div>", "</div>", "<!-- h -->", "[i]: http://localhost", "&"),
)
line = st.builds(lambda one, two, rest: one + two + rest, *(st.sampled_from(x) for x in (LEADS, LEADS, LINES)))


def tokens(parser: MarkdownIt, text: str) -> list[dict[str, object]]:
    return [token.as_dict() for token in parser.parse(text)]


@given(st.lists(line, max_size=12))
def test_tokens_are_those_of_the_library(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert tokens(QUICK, text) == tokens(PLAIN, text)


@pytest.mark.parametrize(
    "text", ["", "a", "a\n-", "a\n| b\n|-", "- a\n\n  b\n- c\n***", "> a\nb\n> ---", "a\n1. b\n2. c"]
)
def test_edges(text: str) -> None:
    assert tokens(QUICK, text) == tokens(PLAIN, text)
