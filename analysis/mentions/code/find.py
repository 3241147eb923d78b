"""Architecture mentions in the code of one document."""

from __future__ import annotations

import gc
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from analysis.mentions.code.candidates import candidates
from analysis.mentions.code.cells import Cell, is_code, read_cell
from analysis.mentions.code.demand import Interest, in_any_form
from analysis.mentions.code.fragments import find_in_broken, find_in_r
from analysis.mentions.code.interpreter import Interpreter
from analysis.mentions.code.labels import labelled
from analysis.mentions.code.layers import CONSTRUCTION_CALLS, CONSTRUCTION_WORDS
from analysis.mentions.code.lexical import Lexemes, commented_out, commented_shell, quoted_code, read_lexemes
from analysis.mentions.code.naming import Match, Names, Naming, naming_of, same_architecture
from analysis.mentions.code.shell import is_install, names_a_program, runs_of
from analysis.mentions.code.state import Finding
from analysis.mentions.code.syntax import Source, parse
from corpus.records import Block, BlockKind, CodeUse, Mention, Span

# layers and functions that build an architecture without naming one
_TRIGGER = re.compile(
    r"\b(?:Conv[123][dD]|[A-Z]\w{1,20}Conv|Dense|Linear|LSTM|GRU|RNN|[Mm]ulti[Hh]ead[Aa]ttention|Sequential|create_model|from_pretrained|"
    r"from_preset|load_model|tabular_learner|lgb|xgb|OLS|SVC|SVR)\b"
)
_SETTING = re.compile(
    r"^[ \t\-\"']*(?:\w{0,30}(?:backbone|encoder|decoder|arch|model)\w{0,30}|"
    r"name|type|weights?_path|weights|checkpoint\w*)"
    r"[\"']?[ \t]*[:=][ \t]*[\"']?(?P<value>[\w./-]{3,120})",
    re.M | re.I,
)
_MANY_SETTINGS = re.compile(r"(?:^[ \t\-]*\w+:(?:[ \t]+\S[^\n]*)?\n){3}", re.M)
# what strings hold without meaning the architecture: the library's name, LightGBM's parameter values
_OTHER_THINGS = frozenset({"transformers", "gbdt", "extra_trees", "dart", "nn", "neural net", "neural nets"})
MIN_SETTINGS_CHARS = 40
MAX_LINES_READ = 20  # names in a cell, from which on all of it is read for strings and comments at once
_SEED = in_any_form(CONSTRUCTION_WORDS, CONSTRUCTION_CALLS)
MAX_VARIANTS_OF_ONE = 5  # more variants of one family named in one cell are a list of what a library knows
_STRENGTH = {CodeUse.RUN: 3, CodeUse.COMMENTED: 2, CodeUse.DEFINED: 1, CodeUse.NAMED: 0}


def find_code_mentions(blocks: Sequence[Block], names: Names) -> tuple[Mention, ...]:
    """The architectures that a document's code runs, defines, has commented out or merely names, in reading order.

    Args:
        blocks: all blocks of one document in reading order; only code cells and fenced code are read.
        names: the name finder.

    Nothing is executed: the code is read as a syntax tree, constants and arguments are followed to what they name.
    """
    naming = naming_of(names)
    cells = [read_cell(block) for block in blocks if is_code(block)]
    hits = [naming.find(cell.block.text) for cell in cells]
    if not any(hits) and not any(_TRIGGER.search(cell.python) for cell in cells):
        return ()
    with _no_collection():
        return _Reading(cells, hits, naming, is_notebook=any(b.kind is BlockKind.CODE_CELL for b in blocks)).mentions()


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for garbage cycles inside: a syntax tree is thousands of objects, none of which is garbage yet."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Reading:
    """One document's code under way."""

    def __init__(self, cells: list[Cell], hits: list[Sequence[Match]], naming: Naming, *, is_notebook: bool) -> None:
        self._cells, self._hits, self._naming, self._is_notebook = cells, hits, naming, is_notebook
        self._sources = [Source(cell.python, cell.block.text) for cell in cells]
        self._lexemes: dict[int, Lexemes] = {}

    def mentions(self) -> tuple[Mention, ...]:
        """All mentions; of those at one place, the one of the strongest use."""
        findings = [*self._interpreted(), *self._lexical()]
        kept = _strongest(findings)
        taken = sorted((finding.cell, finding.start, finding.end) for finding in kept)
        for finding in self._named():
            at = bisect_left(taken, (finding.cell, finding.end))
            cell, _, end = taken[at - 1] if at else (-1, 0, 0)
            if cell != finding.cell or end <= finding.start:
                kept.append(finding)
        kept.sort(key=lambda finding: (finding.cell, finding.start, finding.end, finding.match.name))
        return tuple(self._mention(finding) for finding in kept)

    def _interpreted(self) -> list[Finding]:
        places = [candidates(cell.block.text, hits) for cell, hits in zip(self._cells, self._hits, strict=True)]
        interpreter = Interpreter(self._naming, self._sources, Interest(_SEED, places))
        for at in range(len(self._cells)):
            interpreter.run_cell(at)
        shows_only = not self._is_notebook and not interpreter.executed
        interpreter.run_unreached(all_count=shows_only)
        self._read_commented(interpreter)
        interpreter.bind_by_name()
        interpreter.release()
        return interpreter.findings

    def _read_commented(self, interpreter: Interpreter) -> None:
        with interpreter.mode(CodeUse.COMMENTED, uncertain=True, ruled_out=True):
            for at, source in enumerate(self._sources[: len(self._cells)]):
                if self._cells[at].switched_off and self._hits[at]:
                    self._run_apart(interpreter, at, self._cells[at].switched_off, 0)
                places = [match.start for match in self._hits[at]]
                for statements in commented_out(source.text, places, _TRIGGER):
                    interpreter.run_statements(at, statements)
                for literal in quoted_code(source.statements):
                    self._run_quoted(interpreter, at, *source.span(literal))

    def _run_quoted(self, interpreter: Interpreter, cell: int, start: int, end: int) -> None:
        """Code in triple quotes is read as a cell of its own."""
        body, offset = self._sources[cell].text[start + 3 : end - 3], start + 3
        if self._sources[cell].text[start:offset] in {'"' * 3, "'" * 3} and parse(body):
            self._run_apart(interpreter, cell, body, offset)

    def _run_apart(self, interpreter: Interpreter, cell: int, body: str, offset: int) -> None:
        """Read code that stands in a cell as a cell of its own, whose findings are moved to their place."""
        known = len(interpreter.findings)
        interpreter.sources.append(Source(body, body))
        interpreter.interest.places.append(candidates(body, self._naming.find(body)))
        inner = len(interpreter.sources) - 1
        interpreter.run_cell(inner)
        for at in range(known, len(interpreter.findings)):
            one = interpreter.findings[at]
            if one.cell == inner:
                interpreter.findings[at] = Finding(
                    cell, one.start + offset, one.end + offset, one.match, one.use, one.roles, one.has_variant
                )

    def _lexical(self) -> Iterator[Finding]:
        """What is found without a syntax tree: R, code that does not parse, shell lines, settings files."""
        for at, cell in enumerate(self._cells):
            if cell.r:
                for start, end, match in find_in_r(cell.r, self._lexemes_of(at), self._naming):
                    yield Finding(at, start, end, match, CodeUse.RUN, has_variant=False)
            for first, last in self._sources[at].broken:
                text = self._sources[at].text
                for start, end, match in find_in_broken(text[first:last], read_lexemes(text[first:last]), self._naming):
                    yield Finding(at, first + start, first + end, match, CodeUse.RUN)
            for offset, line in cell.shell:
                yield from self._words(at, ((word, offset + place) for word, place in runs_of(line)))
            for offset, line in commented_shell(cell.block.text) if self._hits[at] else ():
                words = ((word, offset + place) for word, place in runs_of(line))
                yield from self._words(at, words, CodeUse.COMMENTED)
            for match, roles in labelled(cell.python, self._hits[at]) if cell.python else ():
                yield Finding(at, match.start, match.end, match, CodeUse.RUN, roles)
            if cell.settings:
                yield from self._settings(at, 0, cell.settings)
            text = cell.block.text
            has_settings = bool(self._hits[at]) and ('"""' in text or "'''" in text)
            for start, end in self._lexemes_of(at).strings(MIN_SETTINGS_CHARS) if has_settings else ():
                text = cell.block.text[start:end]
                if _MANY_SETTINGS.search(text):
                    yield from self._settings(at, start, text)

    def _settings(self, cell: int, offset: int, text: str) -> Iterator[Finding]:
        found = ((one["value"], offset + one.start("value")) for one in _SETTING.finditer(text))
        return self._words(cell, found)

    def _words(self, cell: int, words: Iterable[tuple[str, int]], use: CodeUse = CodeUse.RUN) -> Iterator[Finding]:
        for word, offset in words:
            match = self._naming.resolve(word)
            if match is not None and (not match.is_ambiguous or names_a_program(word, match.start, match.end)):
                yield Finding(cell, offset + match.start, offset + match.end, match, use)

    def _named(self) -> Iterator[Finding]:
        """Names that stand in strings, comments and shell lines only."""
        for at, hits in enumerate(self._hits):
            found = [match for match in hits if self._is_named(at, match)]
            variants = {(match.architecture_id, match.variant) for match in found if match.variant}
            n_variants = Counter(architecture_id for architecture_id, _ in variants)
            for match in found:
                if not match.variant or n_variants[match.architecture_id] <= MAX_VARIANTS_OF_ONE:
                    yield Finding(at, match.start, match.end, match, CodeUse.NAMED)

    def _is_named(self, cell: int, match: Match) -> bool:
        """Whether a name stands where it is words, not code, and means the architecture."""
        surface = self._cells[cell].block.text[match.start : match.end]
        if match.is_ambiguous or surface.casefold() in _OTHER_THINGS or surface == "transformer":
            return False
        if self._cells[cell].is_tree:
            return True
        for start, line in self._cells[cell].shell:
            if start <= match.start < start + len(line):
                return not is_install(line)
        return self._kind_at(cell, match.start) != "code"

    def _kind_at(self, cell: int, offset: int) -> str:
        """Whether an offset is in a string, a comment or code; in a cell with few names its own line may tell."""
        text = self._cells[cell].block.text
        if len(self._hits[cell]) > MAX_LINES_READ or '"""' in text or "'''" in text:
            return self._lexemes_of(cell).kind_at(offset)
        start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
        return read_lexemes(text[start : end if end >= 0 else len(text)]).kind_at(offset - start)

    def _lexemes_of(self, cell: int) -> Lexemes:
        if cell not in self._lexemes:
            self._lexemes[cell] = read_lexemes(self._cells[cell].block.text)
        return self._lexemes[cell]

    def _mention(self, finding: Finding) -> Mention:
        block = self._cells[finding.cell].block
        start, end = self._sources[finding.cell].context(finding.start, finding.end)
        return Mention(
            span=Span(block.id, finding.start, finding.end),
            name=finding.match.name,
            architecture_id=finding.match.architecture_id,
            variant=finding.match.variant if finding.has_variant else None,
            code_use=finding.use,
            roles=finding.roles,
            context=Span(block.id, start, end),
        )


def _strongest(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each place and architecture: the strongest use, and the roles of all findings of that use."""
    best: dict[tuple[int, int, int], list[Finding]] = {}
    for finding in findings:
        group = best.setdefault((finding.cell, finding.start, finding.end), [])
        for at, known in enumerate(group):
            if same_architecture(known.match, finding.match):
                group[at] = _stronger(known, finding)
                break
        else:
            group.append(finding)
    return [finding for group in best.values() for finding in group]


def _stronger(one: Finding, other: Finding) -> Finding:
    if _STRENGTH[one.use] != _STRENGTH[other.use]:
        return one if _STRENGTH[one.use] > _STRENGTH[other.use] else other
    roles = tuple(dict.fromkeys((*one.roles, *other.roles)))
    has_variant = one.has_variant or other.has_variant
    return Finding(one.cell, one.start, one.end, one.match, one.use, roles, has_variant)
