"""The packages that a document's Python or R imports, read from its import lines; nothing is parsed for them.

The syntax tree of a document is read on demand (`demand.py`): most import statements are never parsed, because they say
nothing about architectures. Their grammar is small enough to be read from the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.mentions.code.cells import is_code
from analysis.mentions.code.imports_r import names_of_r
from analysis.mentions.code.lexical import Lexemes, read_lexemes
from corpus.catalogue.packages import Package, package_of, r_package_of
from corpus.records import Block

_PYTHON = frozenset({"python", "py", "python3", "python2", "ipython", "ipython3", "pycon", "jupyter"})
_MARK = re.compile(r"import[ \t*(\\]")
_BEFORE = re.compile(r"(?:.*[:;])?[ \t]*\Z")  # "try: import x" and "import x; import y"
_FROM = re.compile(r"(?:.*[:;])?[ \t]*from[ \t]{1,8}(?P<module>[A-Za-z_][\w.]*)[ \t]{1,8}\Z")
_NAMES = re.compile(r"[ \t]*(?P<module>[A-Za-z_][\w.]*)(?:[ \t]{1,8}as[ \t]{1,8}\w+)?[ \t]*(?P<end>[,;#\\)]|\Z)")
_PROMPT = re.compile(r"(?:>>>|\.\.\.)[ \t]|In[ \t]?\[\d+\]:[ \t]")
_IS_R = re.compile(r"^[ \t]*(?:suppress\w+\()?library\([\"']?[A-Za-z][\w.]*[\"']?[,)]", re.M)
MAX_LINE = 400  # characters of an import line that are read


def find_packages(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Names of the known packages that the code of a document imports, sorted.

    Args:
        blocks: all blocks of one document; code cells and fenced code count, in Python, R or of no stated language.

    Commented-out imports and those inside strings do not count.
    """
    found = {package.name for block in blocks if is_code(block) for package in _packages(block) if package is not None}
    return tuple(sorted(found, key=str.casefold))


def _packages(block: Block) -> Iterator[Package | None]:
    """The packages of one block; where no language is stated, R is told by a line that begins with `library(`."""
    language = (block.language or "").lower()
    if (not language or language in _PYTHON) and "import" in block.text:
        yield from map(package_of, _modules(block.text))
    if language == "r" or (not language and _IS_R.search(block.text)):
        yield from map(r_package_of, names_of_r(block.text))


def _modules(text: str) -> Iterator[str]:
    has_strings = '"""' in text or "'''" in text
    lexemes: Lexemes | None = None
    for mark in _MARK.finditer(text):
        start = max(0, mark.start() - MAX_LINE)
        start = max(text.rfind("\n", start, mark.start()) + 1, start)
        head = _PROMPT.sub("", text[start : mark.start()])
        found = _FROM.match(head)
        if "#" in head or '"' in head or "'" in head or not (found or _BEFORE.match(head)):
            continue
        if has_strings:
            lexemes = lexemes or read_lexemes(text)
            if lexemes.kind_at(mark.start()) != "code":
                continue
        if found:
            yield found["module"]
            continue
        yield from _listed(text[mark.end() - 1 : mark.end() + MAX_LINE].partition("\n")[0])


def _listed(names: str) -> Iterator[str]:
    """The modules of "a, b.c as d"; nothing of a line that goes on like a sentence."""
    at, found = 0, []
    while one := _NAMES.match(names.rstrip("\r"), at):
        found.append(one["module"])
        at = one.end()
        if one["end"] != ",":
            yield from found
            return
