"""markdown-it's block rules behind a look at a line's first character: the same tokens for less work.

Most lines are prose, and each of the library's rules would look at each of them, in a paragraph twice. Here a rule is
asked only about lines that begin with one of its marks; what it then does is the library's own.
"""

from __future__ import annotations

from collections.abc import Callable
from string import digits
from typing import TYPE_CHECKING

from markdown_it import rules_block

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

Rule = Callable[["StateBlock", int, int, bool], bool]
# in the order in which the library asks them; the first three may also end an item of a list
_IN_LISTS: tuple[tuple[str, str, Rule], ...] = (
    ("fence", "`~", rules_block.fence),
    ("blockquote", ">", rules_block.blockquote),
    ("hr", "*-_", rules_block.hr),
)
_MARKED = (
    *_IN_LISTS,
    ("list", f"*-+{digits}", rules_block.list_block),
    ("html_block", "<", rules_block.html_block),
    ("heading", "#", rules_block.heading),
)


def quicken(parser: MarkdownIt) -> MarkdownIt:
    """The parser with quick rules in place of the library's; it must know CommonMark and tables, but no references."""
    ruler = parser.block.ruler
    ruler.at("table", _table, {"alt": ["paragraph"]})
    ruler.at("lheading", _underlined)
    ruler.before("lheading", "marked", _by_mark(_MARKED), {"alt": ["paragraph", "blockquote"]})
    ruler.after("paragraph", "marked in lists", _by_mark(_IN_LISTS), {"alt": ["list"]})  # no line passes a paragraph
    ruler.disable([name for name, _, _ in _MARKED])
    return parser


def _by_mark(rules: tuple[tuple[str, str, Rule], ...]) -> Rule:
    by_mark: dict[str, list[Rule]] = {}
    for _, marks, rule in rules:
        for mark in marks:
            by_mark.setdefault(mark, []).append(rule)

    def marked(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        return any(rule(state, line, end, silent) for rule in by_mark.get(_first(state, line), ()))

    return marked


def _first(state: StateBlock, line: int) -> str:
    """The first character of a line that is no blank; "" at the end of the text."""
    at = state.bMarks[line] + state.tShift[line]
    return state.src[at : at + 1]


def _table(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if line + 2 > end or _first(state, line + 1) not in {"|", "-", ":"}:
        return False
    return rules_block.table(state, line, end, silent)


def _underlined(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """The library's rule where a line before the next empty one may be an underline."""
    below = line + 1
    while below < end and not state.isEmpty(below):
        if _first(state, below) in {"-", "="}:
            return rules_block.lheading(state, line, end, silent)
        below += 1
    if not state.is_code_block(line):
        state.parentType = "paragraph"  # as the library's rule leaves it
    return False
