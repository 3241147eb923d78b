"""Putting known values together: strings, tables and comparisons, with what is not known marked as such."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from itertools import islice, product

from analysis.mentions.code.values import (
    MAX_OPTIONS,
    UNKNOWN,
    Choice,
    Const,
    Items,
    Table,
    Text,
    Value,
    one_of,
    options,
)

MAX_TEXT_CHARS = 400
UNKNOWN_PART = "{}"
_COMPARED: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Is: lambda a, b: a is b or a == b,
    ast.IsNot: lambda a, b: not (a is b or a == b),
}


def is_textual(value: Value) -> bool:
    """Whether the value is a string, or may be one."""
    return isinstance(value, Text) or (isinstance(value, Choice) and any(isinstance(o, Text) for o in value.options))


def join_texts(parts: list[Value], separator: str = "") -> Value:
    """The strings that the parts give when put together; UNKNOWN when no part is known."""
    choices = [options(part)[:4] for part in parts]
    if not any(isinstance(option, Text) for choice in choices for option in choice):
        return UNKNOWN
    made: list[Value] = []
    for combination in islice(product(*choices), MAX_OPTIONS):
        value = separator.join(_as_string(part) for part in combination)
        origins = tuple(origin for part in combination if isinstance(part, Text) for origin in part.origins)
        made.append(Text(value[-MAX_TEXT_CHARS:], origins[-8:]))
    return one_of(made)


def _as_string(value: Value) -> str:
    if isinstance(value, Text):
        return value.value
    return str(value.value) if isinstance(value, Const) and isinstance(value.value, int | float) else UNKNOWN_PART


def fill_in(pattern: Text, values: Iterable[Value]) -> Value:
    """The string that `%` or `format` makes; parts that are not known stay "{}"."""
    text, origins = pattern.value, list(pattern.origins)
    for value in values:
        slot = next((one for one in ("{}", "{0}", "%s", "%d") if one in text), None)
        if slot is None:
            break
        text = text.replace(slot, _as_string(value), 1)
        origins += value.origins if isinstance(value, Text) else ()
    return Text(text[-MAX_TEXT_CHARS:], tuple(origins[-8:]))


def table_of(pairs: Iterable[Value]) -> Table:
    """A table made from two-item lists; pairs whose key is not known are left out."""
    table = Table()
    for pair in pairs:
        if isinstance(pair, Items) and len(pair.items) == 2 and isinstance(pair.items[0], Text | Const):
            key = pair.items[0]
            table.entries[key.value], table.keys[key.value] = pair.items[1], key
    return table


def compare(operator: ast.cmpop, left: Value, right: Value) -> bool | None:
    """The answer of a comparison, or None when it is not known."""
    if isinstance(operator, ast.In | ast.NotIn):
        held = _holds(right, left)
        return None if held is None else held is isinstance(operator, ast.In)
    question = _COMPARED.get(type(operator))
    if question is None or not isinstance(left, Text | Const) or not isinstance(right, Text | Const):
        return None
    if any(isinstance(one, Text) and UNKNOWN_PART in one.value for one in (left, right)):
        return None
    return question(left.value, right.value)


def _holds(container: Value, item: Value) -> bool | None:
    if not isinstance(item, Text | Const):
        return None
    if isinstance(container, Text) and isinstance(item, Text):
        return None if UNKNOWN_PART in container.value else item.value in container.value
    if isinstance(container, Table):
        return True if item.value in container.entries else None
    if isinstance(container, Items) and all(isinstance(one, Text | Const) for one in container.items):
        return any(isinstance(one, Text | Const) and one.value == item.value for one in container.items)
    return None
