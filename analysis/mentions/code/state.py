"""What the interpreter carries along: names, scopes of construction, the mode it is in, and what it has found."""

from __future__ import annotations

import ast
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.mentions.code.demand import Interest, Piece
from analysis.mentions.code.naming import Match, Naming
from analysis.mentions.code.syntax import Source
from analysis.mentions.code.values import (
    UNKNOWN,
    Arguments,
    Class,
    Env,
    Function,
    Origin,
    Ref,
    Table,
    Text,
    Value,
)
from corpus.records import CodeUse, Role

MAX_STEPS = 200_000  # expressions evaluated for one document: the longest honest notebook needs a fifth
MAX_CALL_DEPTH = 12
MAX_CALLS_OF_ONE = 24  # distinct argument lists that one function is followed for


@dataclass(frozen=True, slots=True)
class Finding:
    """One name in a cell, and what the code does with it."""

    cell: int
    start: int
    end: int
    match: Match
    use: CodeUse
    roles: tuple[Role, ...] = ()
    has_variant: bool = True


@dataclass(slots=True)
class Scope:
    """What has been put together inside one class, function or cell: layers, and named architectures around them."""

    is_module: bool = False  # a network class of the document: what is built inside is part of it
    has_network: bool = False  # a named network was built in it
    makes_network: bool = False  # keras: layers became a model here
    layers: dict[str, list[Origin]] = field(default_factory=dict)
    parts: list[tuple[Match, Origin]] = field(default_factory=list)  # its own classes under a generic name: MLPHead

    def merge(self, inner: Scope) -> None:
        """Take over what was built in an inner scope."""
        self.has_network |= inner.has_network
        self.parts += inner.parts
        for kind, origins in inner.layers.items():
            self.layers.setdefault(kind, []).extend(origins[:2])


class Hint:
    """A name on the list of hints as long as the value given to it is read; plain, for it is made for every keyword."""

    __slots__ = ("_hints", "_name")

    def __init__(self, hints: list[str], name: str) -> None:
        self._hints, self._name = hints, name

    def __enter__(self) -> None:
        if self._name:
            self._hints.append(self._name)

    def __exit__(self, *error: object) -> None:
        if self._name:
            self._hints.pop()


class Mode:
    """Code of a use, until it is left; plain, as `Hint` is."""

    __slots__ = ("_before", "_is_ruled_out", "_is_uncertain", "_state", "_use")

    def __init__(self, state: State, use: CodeUse | None, is_uncertain: bool, is_ruled_out: bool) -> None:
        self._state, self._use, self._is_uncertain, self._is_ruled_out = state, use, is_uncertain, is_ruled_out

    def __enter__(self) -> None:
        state = self._state
        self._before = state.use, state.is_uncertain, state.is_ruled_out
        if self._use is not None and state.use is CodeUse.RUN:
            state.use = self._use
        state.is_uncertain = state.is_uncertain or self._is_uncertain
        state.is_ruled_out = state.is_ruled_out or self._is_ruled_out

    def __exit__(self, *error: object) -> None:
        self._state.use, self._state.is_uncertain, self._state.is_ruled_out = self._before


class Inside:
    """Another cell and scope of names, until it is left; plain, as `Hint` is."""

    __slots__ = ("_before", "_state")

    def __init__(self, state: State, cell: int, env: Env) -> None:
        self._state, self._before = state, (cell, env)

    def __enter__(self) -> None:
        state = self._state
        now, self._before = self._before, (state.cell, state.env)
        state.cell, state.env = now

    def __exit__(self, *error: object) -> None:
        self._state.cell, self._state.env = self._before


class State(ABC):
    """The interpreter's memory; the layers above it read expressions, calls and statements."""

    def __init__(self, naming: Naming, sources: list[Source], interest: Interest) -> None:
        self.naming = naming
        self.sources = sources
        self.interest = interest
        self.pending: dict[str, list[tuple[int, Piece]]] = {}  # name -> (cell, statement) not read yet that give it
        self.findings: list[Finding] = []
        self.cell = 0
        self.env = Env()
        self.top = self.env
        self.use = CodeUse.RUN
        self.is_uncertain = False  # inside a branch that may not be taken: assignments add to what was there
        self.is_ruled_out = False  # inside a branch that is not taken: assignments change nothing that is known
        self.scopes: list[Scope] = [Scope()]
        self.hints: list[str] = []  # names that the value under way is given to
        self.steps = 0
        self.active: list[Function] = []
        self.functions: list[Function] = []  # every definition met, in order
        self.classes: list[Class] = []
        self.executed: set[int] = set()  # ids of nodes of functions and classes that running code reached
        self.referenced: dict[int, Function | Class] = {}
        self.attributes_read: set[str] = set()
        self.texts_by_name: dict[str, list[Text]] = {}  # what a name, key or attribute was ever given
        self.unresolved: list[tuple[str, CodeUse, tuple[Role, ...]]] = []  # (name, ...) of arguments not known yet
        self.options = Table()  # argparse's

    @abstractmethod
    def evaluate(self, node: ast.expr | None) -> Value:
        """The value of an expression."""

    @abstractmethod
    def execute(self, statements: list[ast.stmt]) -> bool:
        """Read statements in order; whether they surely leave the block (return, raise, continue, break)."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Value) -> None:
        """Give a value to a target: name, attribute, key or several of them."""

    @abstractmethod
    def invoke(self, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        """The result of a call, with everything that it builds noted."""

    @abstractmethod
    def emit_names(self, texts: Iterable[Text], roles: tuple[Role, ...], *, is_weights: bool = False) -> Match | None:
        """Note the architectures that strings name; the last of them."""

    @abstractmethod
    def look_up(self, name: str) -> Value | None:
        """The value of a name where we are, or None; reads the statements that give it first."""

    def mode(self, use: CodeUse | None = None, *, uncertain: bool = False, ruled_out: bool = False) -> Mode:
        """Read what follows as code of that use; use never becomes stronger inside."""
        return Mode(self, use, uncertain, ruled_out)

    def hint(self, name: str) -> Hint:
        """Let role hints be read from the name that a value is given to; "" gives none."""
        return Hint(self.hints, name)

    def inside(self, cell: int, env: Env) -> Inside:
        """Read code of another cell in another scope of names."""
        return Inside(self, cell, env)

    def release(self) -> None:
        """Cut the cycles of scopes and the functions defined in them, so that all of it is freed at once."""
        known: list[Function | Class] = [*self.functions, *self.classes]
        for one in known:
            one.env.names.clear()
        self.top.names.clear()

    @property
    def in_module(self) -> bool:
        """Whether what is built now is part of a network class of the document."""
        return any(scope.is_module for scope in self.scopes)

    def remember(self, name: str, value: Value) -> None:
        """Keep what a name was given, for constructions whose argument is known by name only."""
        if isinstance(value, Text) and 2 < len(value.value) < 200:
            if self.use is CodeUse.COMMENTED and MODEL_NAME.search(name):
                match = self.naming.resolve(value.value)  # "# model_name = ..." is what ran before
                if match is not None and not match.is_ambiguous:
                    self.emit_text(match, value)
            known = self.texts_by_name.setdefault(name, [])
            if len(known) < 12:
                known.append(value)

    def refer(self, value: Value) -> None:
        """Note that a function or class is passed on, so that it may be called out of sight."""
        if self.use is CodeUse.RUN and isinstance(value, Function | Class):
            self.referenced.setdefault(id(value.node), value)

    def emit(self, match: Match, place: Origin, roles: tuple[Role, ...] = ()) -> None:
        """Note an architecture at the name that a node gives; a class of the document is no checkpoint."""
        start, end = self.sources[place.cell].name_span(place.node)
        is_own = isinstance(place.node, ast.ClassDef | ast.FunctionDef)
        if end > start:
            self.findings.append(Finding(place.cell, start, end, match, self.use, self._roles(roles), not is_own))

    def emit_text(self, match: Match, text: Text, roles: tuple[Role, ...] = (), *, is_weights: bool = False) -> None:
        """Note an architecture at the place in a string's literals that names it."""
        surface = text.value[match.start : match.end]
        spans = [(one.cell, *self.sources[one.cell].span(one.node)) for one in text.origins]
        place: tuple[int, int, int] | None
        whole = next((span for span in spans if surface in self.sources[span[0]].text[span[1] : span[2]]), None)
        if whole is not None:
            cell, start, end = whole
            start = self.sources[cell].text.index(surface, start, end)
            place = (cell, start, start + len(surface))
        else:
            place = self._nearest_part(match, spans)
        if place is not None:
            has_variant = not is_weights and "{}" not in (match.variant or "")
            self.findings.append(Finding(*place, match, self.use, self._roles(roles), has_variant))

    def _nearest_part(self, match: Match, spans: list[tuple[int, int, int]]) -> tuple[int, int, int] | None:
        """Where the literals name the architecture when no single one holds the whole name."""
        for cell, start, end in spans:
            text = self.sources[cell].text[start:end]
            for found in self.naming.find(text):
                if found.architecture_id == match.architecture_id:
                    return cell, start + found.start, start + found.end
        return None

    def _roles(self, given: tuple[Role, ...]) -> tuple[Role, ...]:
        words = " ".join(self.hints[-3:]).casefold()
        hinted = [role for part, role in ROLE_WORDS if part in words]
        kept = [role for role in given if not hinted or role is not Role.MAIN]
        return tuple(dict.fromkeys([*kept, *hinted]))


MODEL_NAME = re.compile(r"model|backbone|encoder|\barch|llm|checkpoint|ckpt|weights|pretrained", re.I)
ROLE_WORDS = (
    ("meta_", Role.META),
    ("metamodel", Role.META),
    ("final_estimator", Role.META),
    ("stacker", Role.META),
    ("stacking", Role.META),
    ("level2", Role.META),
    ("level_2", Role.META),
    ("second_level", Role.META),
    ("teacher", Role.TEACHER),
    ("baseline", Role.BASELINE),
    ("rerank", Role.RERANKER),
    ("retriev", Role.RETRIEVER),
)


def unknown(name: str) -> Ref:
    """A value that is not known, under the name it goes by."""
    return Ref(f"{UNKNOWN.path}.{name}")
