"""Cells read on demand: which of their statements are parsed and followed, and what is left of the others."""

from __future__ import annotations

import ast
import re

from analysis.mentions.code.constructions import Constructions
from analysis.mentions.code.demand import Interest, Piece, stored
from analysis.mentions.code.naming import Naming
from analysis.mentions.code.state import Scope, unknown
from analysis.mentions.code.syntax import Source
from analysis.mentions.code.values import Class, Function, Value
from corpus.records import CodeUse

_CLASS_CALL = re.compile(r"\.([A-Z]\w+)\(")
MAX_PLAIN_CHARS = 400  # of a statement without a call that is read just in case
# statements that bind names or leave the block: reading them costs nothing
_ALWAYS: frozenset[type[ast.stmt]] = frozenset(
    {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Return, ast.Raise}
    | {ast.Continue, ast.Break, ast.Pass, ast.Global, ast.Nonlocal}
)
_LEAVING = frozenset({"return", "return(", "raise", "continue", "break"})
_BINDING = frozenset({"import", "def", "class"})


class Reading(Constructions):
    """The layer that decides what is read."""

    def __init__(self, naming: Naming, sources: list[Source], interest: Interest) -> None:
        super().__init__(naming, sources, interest)
        self._has_network = False
        self._extents: dict[int, tuple[int, int]] = {}  # statement -> its lines
        self._words_of: dict[int, frozenset[str]] = {}  # statement -> their words
        self.passed_over: list[tuple[int, int, int]] = []  # (cell, start, end)

    def run_cell(self, cell: int) -> None:
        """Read what counts of a cell; a statement nested too deep to be followed costs itself only."""
        scope = Scope(has_network=self._has_network)
        source = self.sources[cell]
        pieces = source.pieces()
        for name in set(_CLASS_CALL.findall(source.text)):
            if self.naming.resolve(name) is not None:
                self.interest.add(name, is_call=True)
        is_quiet = not self.interest.places[cell] and not any(self.interest.holds(piece.words) for piece in pieces)
        at = 0
        while at < len(pieces) and not source.is_whole:
            last = at
            while last < len(pieces) and self._piece_counts(cell, pieces[last], is_quiet=is_quiet):
                last += 1
            if last > at:
                self._run_each(cell, source.read(pieces[at], pieces[last - 1]), scope)
                at = last
            else:
                self._pass_over(cell, pieces[at])
                at += 1
        self._has_network = scope.has_network  # keras: a base in one cell, the layers on top of it in the next
        self.scopes = [scope]
        self.close(scope)

    def run_statements(self, cell: int, statements: list[ast.stmt]) -> None:
        """Read statements as top-level code of a cell."""
        scope = Scope(has_network=self._has_network)
        self._run_each(cell, statements, scope)
        self._has_network = scope.has_network
        self.close(scope)

    def _run_each(self, cell: int, statements: list[ast.stmt], scope: Scope) -> None:
        self.scopes = [scope]
        for statement in statements:
            try:
                with self.inside(cell, self.top):
                    self.execute([statement])
            except RecursionError:  # a chain of hundreds of operators; the rest of the cell is still worth reading
                self.scopes, self.hints, self.active = [scope], [], []

    def _piece_counts(self, cell: int, piece: Piece, *, is_quiet: bool) -> bool:
        """Whether a statement is read in its turn; `is_quiet`: no word of the cell counts."""
        if piece.kind == "import":  # read when one of its names is looked up, or when a name hit gets another name
            for name in piece.binds:
                if name[:1].isupper() and self.naming.resolve(name) is not None:
                    self.interest.add(name)
            if " as " not in piece.text:
                return False
            return self.interest.hits(cell, piece.start, piece.end) or self.interest.holds(piece.words)
        if piece.text.startswith("class") and self.naming.coined(piece.binds[0] if piece.binds else "") is not None:
            return True
        if piece.kind == "joined" or (piece.kind == "compound" and not _BINDING.isdisjoint(piece.words)):
            return True
        return not is_quiet and (self.interest.hits(cell, piece.start, piece.end) or self.interest.holds(piece.words))

    def _pass_over(self, cell: int, piece: Piece) -> None:
        """Keep of a statement what may be asked for later: definitions, imports, plain values."""
        self.passed_over.append((cell, piece.start, piece.end))
        names = self.top.names
        if piece.kind == "definition":
            self.interest.watch(piece.words, piece.binds[0])
        for name in piece.binds:
            if piece.kind == "import" and isinstance(names.get(name), Function | Class):
                continue
            if piece.kind == "change":
                self._change(cell, piece, name)
            elif piece.kind == "other":
                self.pending.pop(name, None)
                names[name] = unknown(name)
            else:
                names.pop(name, None)
                self.pending[name] = [(cell, piece)]
        if piece.kind == "compound" or not piece.binds:
            self._forget(
                stored(self.sources[cell].text[piece.start : piece.end]) if piece.kind == "compound" else set()
            )

    def _change(self, cell: int, piece: Piece, name: str) -> None:
        """A statement that changes a part of a value is read with it."""
        if name in self.pending:
            self.pending[name].append((cell, piece))
        elif isinstance(self.top.names.get(name), Class | Function):
            self._run_piece(cell, piece)

    def _forget(self, names: set[str]) -> None:
        """What a statement that is not read may have given a value is not known any more."""
        for name in names:
            if name in self.env.names and not isinstance(self.env.names[name], Function | Class):
                self.env.names[name] = unknown(name)
            if self.env is self.top:
                self.pending.pop(name, None)

    def look_up(self, name: str) -> Value | None:
        """The value of a name where we are, or None; reads the statements that give it first."""
        value = self.env.look_up(name)
        if value is not None or name not in self.pending:
            return value
        for cell, piece in self.pending.pop(name):
            self._run_piece(cell, piece)
        return self.top.names.get(name)

    def _run_piece(self, cell: int, piece: Piece) -> None:
        """Read a statement that was passed over, as if in its turn; names given since then keep their values."""
        names = self.top.names
        given = {name: names[name] for name in piece.binds if name in names}
        last_line = piece.line + self.sources[cell].text.count("\n", piece.start, piece.end) + 1
        statements = self.sources[cell].read(piece, piece)
        before = self.use, self.is_uncertain, self.is_ruled_out, self.hints, self.scopes
        self.use, self.is_uncertain, self.is_ruled_out, self.hints, self.scopes = (
            CodeUse.RUN,
            False,
            False,
            [],
            [Scope()],
        )
        try:
            with self.inside(cell, self.top):
                self.execute([one for one in statements if one.lineno <= last_line])
        finally:
            self.use, self.is_uncertain, self.is_ruled_out, self.hints, self.scopes = before
        if piece.kind != "change":
            names.update(given)

    def counts(self, node: ast.stmt) -> bool:
        """Whether a statement in a block that is read may say something about an architecture, or steer what does."""
        if type(node) in _ALWAYS or self.use is CodeUse.COMMENTED:
            return True
        start, end = self._extent(node)
        if self.interest.hits(self.cell, start, end):
            return True
        words = self._words(node)
        if self.interest.holds(words):
            return True
        if isinstance(node, ast.If | ast.Try | ast.With | ast.Match):
            return not (_LEAVING | _BINDING).isdisjoint(words)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            return end - start < MAX_PLAIN_CHARS and not any(word[-1] == "(" and len(word) > 1 for word in words)
        return False

    def _extent(self, node: ast.stmt) -> tuple[int, int]:
        """[start, end) of the statement's lines in the cell that is read."""
        known = self._extents.get(id(node))
        if known is None:
            known = self._extents[id(node)] = self.sources[self.cell].extent(node)
        return known

    def _words(self, node: ast.stmt) -> frozenset[str]:
        """The words on the statement's lines."""
        known = self._words_of.get(id(node))
        if known is None:
            known = self._words_of[id(node)] = self.sources[self.cell].words(*self._extent(node))
        return known

    def skip(self, node: ast.stmt) -> None:
        """Go past a statement that does not count; what it assigns is not known."""
        start, end = self._extent(node)
        self.passed_over.append((self.cell, start, end))
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._lose(target)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            self._lose(node.target)
        elif not isinstance(node, ast.Expr):
            self._forget(stored(self.sources[self.cell].text[start:end]))

    def _lose(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.env.names[target.id] = unknown(target.id)
            if self.env is self.top:
                self.pending.pop(target.id, None)
        elif isinstance(target, ast.Tuple | ast.List):
            for inner in target.elts:
                self._lose(inner)

    def was_read_elsewhere(self, attribute: str) -> bool:
        """Whether a statement that was passed over reads an attribute of that name."""
        word = "." + attribute
        return any(self.sources[cell].text.find(word, start, end) >= 0 for cell, start, end in self.passed_over)
