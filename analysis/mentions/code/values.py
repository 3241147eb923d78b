"""Abstract values: what the interpreter knows of a Python value without running anything.

They are not frozen, though nobody changes them but for lists, tables and objects: a document makes hundreds of each,
and a frozen one takes three times as long to make.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_ITEMS = 24  # of a list that a loop is followed through
MAX_LENGTH = 200  # items of a list that are kept
MAX_LINEAGE = 40  # classes that one inherits from
MAX_OPTIONS = 16  # more alternatives than that say nothing about which one is meant


@dataclass(slots=True, eq=False)
class Origin:
    """The node of a cell that a name or literal was read from."""

    cell: int
    node: ast.AST


@dataclass(slots=True, eq=False)
class Text:
    """A string, with the literals it was put together from; "{}" stands for parts that are not known."""

    value: str
    origins: tuple[Origin, ...] = ()


@dataclass(slots=True, eq=False)
class Const:
    """A number, a truth value or None."""

    value: object


@dataclass(slots=True, eq=False)
class Ref:
    """Something outside the document, or not known, by its dotted path: `timm.create_model`, `openai.OpenAI().chat`.

    A path that starts with "?" has an unknown root; its last part is still the name the author gave.
    """

    path: str
    origin: Origin | None = None
    texts: tuple[Text, ...] = ()  # checkpoint strings it was loaded from or chosen by

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def root(self) -> str:
        return self.path.partition(".")[0]


@dataclass(slots=True, eq=False)
class Items:
    """A list, tuple or set."""

    items: list[Value]


@dataclass(slots=True, eq=False)
class Table:
    """A dict or a namespace: values by key, and the keys as values (a key may be a checkpoint name)."""

    entries: dict[object, Value] = field(default_factory=dict)
    keys: dict[object, Value] = field(default_factory=dict)


class Env:
    """Names of one scope; looks outwards when it does not hold a name."""

    __slots__ = ("is_class", "names", "outer")

    def __init__(self, outer: Env | None = None, *, is_class: bool = False) -> None:
        self.is_class = is_class  # of a class body: its functions are methods
        self.names: dict[str, Value] = {}
        self.outer = outer

    def look_up(self, name: str) -> Value | None:
        """The value of a name in this scope or one around it, or None."""
        env: Env | None = self
        while env is not None:
            if name in env.names:
                return env.names[name]
            env = env.outer
        return None


@dataclass(slots=True, eq=False)
class Function:
    """A function of the document, with the scope it was defined in."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    cell: int
    env: Env
    defaults: dict[str, Value]
    owner: Class | None = None
    bound: Value | None = None
    kind: str = ""  # "classmethod" or "staticmethod" where it is decorated as one

    def bind(self, owner: Class, bound: Value | None) -> Function:
        """The function as a method taken from a class or object."""
        return Function(self.node, self.cell, self.env, self.defaults, owner, bound, self.kind)


@dataclass(slots=True, eq=False)
class Class:
    """A class of the document."""

    node: ast.ClassDef
    cell: int
    env: Env  # its attributes
    bases: tuple[Value, ...]

    def lineage(self) -> Iterator[Class]:
        """The class and its bases in the document, nearest first; a cycle is cut."""
        queue: list[Class] = [self]
        seen: set[int] = set()
        while queue and len(seen) < MAX_LINEAGE:
            one = queue.pop(0)
            if id(one.node) in seen:
                continue
            seen.add(id(one.node))
            yield one
            queue += [base for base in one.bases if isinstance(base, Class)]

    def outside_bases(self) -> list[Ref]:
        """Bases that are not of the document."""
        return [base for one in self.lineage() for base in one.bases if isinstance(base, Ref)]


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the document."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Super:
    """What `super()` gives inside a method."""

    instance: Instance
    owner: Class


@dataclass(slots=True, eq=False)
class Method:
    """A method of a string, list or dict, not called yet."""

    target: Text | Items | Table
    name: str


@dataclass(slots=True, eq=False)
class Choice:
    """One of several values; which one is not known."""

    options: tuple[Value, ...]


Value = Text | Const | Ref | Items | Table | Function | Class | Instance | Super | Method | Choice

UNKNOWN = Ref("?")


@dataclass(slots=True)
class Arguments:
    """What a call is given."""

    positional: list[Value]
    keywords: dict[str, Value]

    def get(self, position: int | None, *names: str) -> Value | None:
        """The argument at a position or under the first of the names that is there."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def all(self) -> Iterator[tuple[str, Value]]:
        """Every argument with its keyword, "" for positional ones."""
        yield from (("", value) for value in self.positional)
        yield from self.keywords.items()


def options(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value; a value that is no choice is its only one."""
    return value.options if isinstance(value, Choice) else (value,)


def one_of(values: Iterable[Value]) -> Value:
    """One value for several: equal ones are folded, choices flattened, and the number is limited."""
    found: dict[object, Value] = {}
    for value in values:
        for option in options(value):
            found.setdefault(identity(option), option)
    if not found:
        return UNKNOWN
    kept = list(found.values())[:MAX_OPTIONS]
    return kept[0] if len(kept) == 1 else Choice(tuple(kept))


def identity(value: Value) -> object:
    """A key that is equal for values between which the interpreter sees no difference."""
    if isinstance(value, Text):
        return ("text", value.value, tuple(id(origin.node) for origin in value.origins))
    if isinstance(value, Const):
        return ("const", type(value.value).__name__, value.value)
    if isinstance(value, Ref):
        return ("ref", value.path, tuple(text.value for text in value.texts))
    if isinstance(value, Choice):
        return ("choice", tuple(identity(option) for option in value.options))
    if isinstance(value, Function):
        return ("function", id(value.node), id(value.bound))
    if isinstance(value, Class):
        return ("class", id(value.node))
    return id(value)


def truth(value: Value) -> bool | None:
    """Whether the value is true, or None when that is not known."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Text):
        return bool(value.value)
    if isinstance(value, Choice):
        known = {truth(option) for option in value.options}
        return known.pop() if len(known) == 1 else None
    if isinstance(value, Function | Class | Instance):
        return True
    return True if isinstance(value, Items) and value.items else None


def texts_of(value: Value | None, depth: int = 2) -> list[Text]:
    """The strings that a value is, may be, holds or was loaded from."""
    if value is None:
        return []
    if isinstance(value, Text):
        return [value]
    if isinstance(value, Ref):
        return list(value.texts)
    inner: Iterable[Value] = ()
    if isinstance(value, Choice):
        inner = value.options
    elif isinstance(value, Items) and depth:
        inner = value.items[:MAX_OPTIONS]
    return [text for one in inner for text in texts_of(one, depth - 1)]
