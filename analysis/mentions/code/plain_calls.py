"""Calls of the language's own functions and methods, as far as they carry names along: paths, formats, dicts."""

from __future__ import annotations

from collections.abc import Callable

from analysis.mentions.code.carriers import PASSING, TABLES
from analysis.mentions.code.combining import UNKNOWN_PART, fill_in, join_texts, table_of
from analysis.mentions.code.state import unknown
from analysis.mentions.code.values import (
    MAX_ITEMS,
    UNKNOWN,
    Arguments,
    Const,
    Items,
    Method,
    Ref,
    Table,
    Text,
    Value,
    identity,
    one_of,
    options,
)

_PASSING_KEYWORDS = ("default", "handle", "repo_id")
_CONSTANT_METHODS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "rstrip": str.strip,
    "as_posix": str,
    "absolute": str,
    "resolve": str,
}


def call_plain(callee: Ref, arguments: Arguments) -> Value | None:
    """The result of a built-in or path function, or None when the callee is none of them."""
    name = callee.last
    first = arguments.get(0, *_PASSING_KEYWORDS)
    if name == "join" and ".path" in callee.path:
        return join_texts(arguments.positional, "/")
    if name in {"Path", "PurePath", "joinpath"} and len(arguments.positional) > 1:
        return join_texts(arguments.positional, "/")
    if name in PASSING and first is not None and not isinstance(first, Const):
        return one_of([first])
    if name == "enumerate":
        return Items([Items([UNKNOWN, item]) for item in listed(first)])
    if name == "zip":
        columns = [listed(one) or [UNKNOWN] for one in arguments.positional]
        rows: list[Value] = [Items(list(row)) for row in zip(*columns, strict=False)]
        return Items(rows[:MAX_ITEMS])
    if name in TABLES or callee.path.endswith("OmegaConf.create"):
        return _make_table(first, arguments)
    if name == "open":
        return Ref("open()", None, tuple(one for one in options(first or UNKNOWN) if isinstance(one, Text)))
    return None


def _make_table(first: Value | None, arguments: Arguments) -> Table:
    table = Table()
    if isinstance(first, Table):
        table.entries.update(first.entries)
        table.keys.update(first.keys)
    elif isinstance(first, Items):
        table = table_of(first.items)
    table.entries.update(arguments.keywords)
    table.keys.update({key: Text(key) for key in arguments.keywords})
    return table


def listed(value: Value | None) -> list[Value]:
    """The items of a list or the keys of a dict; empty for anything else."""
    if isinstance(value, Items):
        return value.items[:MAX_ITEMS]
    return list(value.keys.values())[:MAX_ITEMS] if isinstance(value, Table) else []


def call_method(method: Method, arguments: Arguments) -> Value:
    """The result of a method of a string, list or dict."""
    target = method.target
    if isinstance(target, Text):
        return _text_method(target, method.name, arguments)
    if isinstance(target, Items):
        return _items_method(target, method.name, arguments)
    return _table_method(target, method.name, arguments)


def _text_method(text: Text, name: str, arguments: Arguments) -> Value:
    first = arguments.get(0)
    if name in _CONSTANT_METHODS:
        return Text(_CONSTANT_METHODS[name](text.value), text.origins)
    if name == "format":
        return _format(text, arguments)
    if name == "join":
        return join_texts(listed(first), text.value) if first is not None else UNKNOWN
    if name == "joinpath":
        return join_texts([text, *arguments.positional], "/")
    if name == "replace" and len(arguments.positional) > 1:
        old, new = arguments.positional[:2]
        if isinstance(old, Text) and isinstance(new, Text):
            return Text(text.value.replace(old.value, new.value)[:400], text.origins)
    if name in {"startswith", "endswith"} and isinstance(first, Text) and UNKNOWN_PART not in text.value:
        return Const(getattr(text.value, name)(first.value))
    if name == "split":
        separator = first.value if isinstance(first, Text) and first.value else None
        parts: list[Value] = [Text(part, text.origins) for part in text.value.split(separator)]
        return Items(parts[:MAX_ITEMS])
    return UNKNOWN


def _format(text: Text, arguments: Arguments) -> Value:
    value = text.value
    origins = text.origins
    for key, one in arguments.keywords.items():
        if isinstance(one, Text):
            value = value.replace("{" + key + "}", one.value)
            origins += one.origins
    return fill_in(Text(value, origins), arguments.positional)


def _items_method(target: Items, name: str, arguments: Arguments) -> Value:
    first = arguments.get(0)
    if first is not None and name in {"append", "add", "insert", "extend", "update"}:
        new = arguments.positional[-1] if name == "insert" else first
        known = {identity(item) for item in target.items}
        added = listed(new) if name in {"extend", "update"} else [new]
        target.items += [item for item in added if identity(item) not in known][: max(0, 200 - len(target.items))]
        return Const(None)
    return one_of(target.items) if name == "pop" and target.items else UNKNOWN


def _table_method(target: Table, name: str, arguments: Arguments) -> Value:
    first = arguments.get(0)
    if name in {"get", "pop", "setdefault"} and first is not None:
        default = arguments.get(1)
        if isinstance(first, Text | Const):
            return target.entries.get(first.value) or (default if default is not None else unknown(str(first.value)))
        return one_of(list(target.entries.values()))
    if name == "items":
        return Items([Items([target.keys.get(key, UNKNOWN), value]) for key, value in target.entries.items()])
    if name == "keys":
        return Items(list(target.keys.values()))
    if name == "values":
        return Items(list(target.entries.values()))
    if name == "update":
        new = _make_table(first, arguments)
        target.entries.update(new.entries)
        target.keys.update(new.keys)
        return Const(None)
    return target
