"""Expressions -> abstract values; what a construction's argument really is, as far as the document says."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from itertools import islice

from analysis.mentions.code.combining import compare, fill_in, is_textual, join_texts, table_of
from analysis.mentions.code.demand import Interest
from analysis.mentions.code.layers import layer_kind
from analysis.mentions.code.naming import Naming
from analysis.mentions.code.state import MAX_STEPS, State, unknown
from analysis.mentions.code.syntax import Source
from analysis.mentions.code.values import (
    MAX_ITEMS,
    MAX_LENGTH,
    MAX_OPTIONS,
    UNKNOWN,
    Arguments,
    Choice,
    Class,
    Const,
    Function,
    Instance,
    Items,
    Method,
    Origin,
    Ref,
    Super,
    Table,
    Text,
    Value,
    one_of,
    options,
    texts_of,
    truth,
)
from corpus.records import Role

_REQUEST_KEYS = frozenset({"messages", "prompt", "contents", "max_tokens"})  # beside "model": what is sent to an LLM
_TABLE_METHODS = frozenset({"get", "items", "keys", "values", "update", "pop", "setdefault", "copy"})


class Expressions(State):
    """The layer that reads expressions."""

    def __init__(self, naming: Naming, sources: list[Source], interest: Interest) -> None:
        super().__init__(naming, sources, interest)
        self._readers: dict[type[ast.expr], Callable[..., Value]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.JoinedStr: self._joined,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.Subscript: self._subscript,
            ast.List: self._items,
            ast.Tuple: self._items,
            ast.Set: self._items,
            ast.Dict: self._table,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Lambda: self._lambda,
            ast.NamedExpr: self._named,
            ast.Await: lambda node: self.evaluate(node.value),
            ast.Starred: lambda node: self.evaluate(node.value),
        }

    def evaluate(self, node: ast.expr | None) -> Value:
        """The value of an expression; UNKNOWN beyond the budget of steps."""
        if node is None:
            return Const(None)
        self.steps += 1
        if self.steps > MAX_STEPS:
            return UNKNOWN
        reader = self._readers.get(type(node))
        if reader is not None:
            return reader(node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child)
        return UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, str):
            return Text(node.value, (Origin(self.cell, node),))
        return Const(node.value if isinstance(node.value, int | float | bool | None) else object())

    def _name(self, node: ast.Name) -> Value:
        value = self.peek(node)
        self.refer(value)
        return value

    def peek(self, node: ast.expr) -> Value:
        """The value of a name or attribute that is about to be called: not a reference that leads elsewhere."""
        if isinstance(node, ast.Attribute):
            return self._attribute(node, is_passed=False)
        if not isinstance(node, ast.Name):
            return self.evaluate(node)
        value = self.look_up(node.id)
        if value is None:
            return Ref(node.id, Origin(self.cell, node))
        if isinstance(value, Ref) and value.last == node.id and value.origin is not None:
            return Ref(value.path, Origin(self.cell, node), value.texts)
        return value

    def _attribute(self, node: ast.Attribute, *, is_passed: bool = True) -> Value:
        self.attributes_read.add(node.attr)
        base = self.peek(node.value) if isinstance(node.value, ast.Name) else self.evaluate(node.value)
        origin = Origin(self.cell, node)
        if isinstance(base, Choice):
            value = one_of(self.attribute(option, node.attr, origin) for option in base.options)
        else:
            value = self.attribute(base, node.attr, origin)
        if is_passed:
            self.refer(value)
        return value

    def attribute(self, base: Value, name: str, origin: Origin | None = None) -> Value:
        """What `base.name` is."""
        if isinstance(base, Ref):
            return Ref(f"{base.path}.{name}"[-200:], origin, base.texts)
        if isinstance(base, Instance):
            if name in base.attributes:
                return base.attributes[name]
            return self._class_attribute(base.cls, name, origin, base)
        if isinstance(base, Class):
            return self._class_attribute(base, name, origin, None)
        if isinstance(base, Super):
            return self._super_attribute(base, name, origin)
        if isinstance(base, Table):
            if name in base.entries:
                return base.entries[name]
            return Method(base, name) if name in _TABLE_METHODS else unknown(name)
        if isinstance(base, Text | Items):
            return Method(base, name)
        return unknown(name)

    def _class_attribute(self, cls: Class, name: str, origin: Origin | None, bound: Instance | None) -> Value:
        for one in cls.lineage():
            value = one.env.names.get(name)
            if isinstance(value, Function) and value.kind == "classmethod":
                return value.bind(one, cls)
            if isinstance(value, Function) and bound is not None and not value.kind:
                return value.bind(one, bound)
            if value is not None:
                return value
        outside = cls.outside_bases()
        if outside and outside[0].last not in {"object", "Module", "ABC", "Dataset"}:
            self.refer(cls)
            return Ref(f"{outside[0].path}.{name}", origin)
        return unknown(name)

    def _super_attribute(self, base: Super, name: str, origin: Origin | None) -> Value:
        line = list(base.instance.cls.lineage())
        after = next((i for i, one in enumerate(line) if one.node is base.owner.node), -1) + 1
        for one in line[after:]:
            value = one.env.names.get(name)
            if isinstance(value, Function):
                return value.bind(one, base.instance)
        return Ref(f"?.super.{name}", origin)

    def _call(self, node: ast.Call) -> Value:
        callee = self.peek(node.func)
        positional: list[Value] = []
        for argument in node.args:
            value = self.evaluate(argument)
            if isinstance(argument, ast.Starred):
                positional += self.items_of(value) if isinstance(value, Items) else [value]
            else:
                positional.append(value)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            with self.hint(keyword.arg or ""):
                value = self.evaluate(keyword.value)
            if keyword.arg:
                keywords[keyword.arg] = value
                self.remember(keyword.arg, value)
            elif isinstance(value, Table):
                keywords.update({key: one for key, one in value.entries.items() if isinstance(key, str)})
        arguments = Arguments(positional, keywords)
        if not isinstance(callee, Choice):
            return self.invoke(callee, arguments, node)
        return one_of(self.invoke(option, arguments, node) for option in callee.options[:MAX_OPTIONS])

    def _joined(self, node: ast.JoinedStr) -> Value:
        parts: list[Value] = []
        for part in node.values:
            parts.append(self.evaluate(part.value) if isinstance(part, ast.FormattedValue) else self.evaluate(part))
        return join_texts(parts)

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, Items) and isinstance(right, Items):
                return Items((left.items + right.items)[:MAX_LENGTH])
            if is_textual(left) or is_textual(right):
                return join_texts([left, right])
        if isinstance(node.op, ast.Div) and (is_textual(left) or is_textual(right)):
            return join_texts([left, right], "/")
        if isinstance(node.op, ast.Mult) and isinstance(left, Items):
            return left
        if isinstance(node.op, ast.Mod) and isinstance(left, Text):
            return fill_in(left, right.items if isinstance(right, Items) else [right])
        return UNKNOWN

    def _boolean(self, node: ast.BoolOp) -> Value:
        is_or = isinstance(node.op, ast.Or)
        seen: list[Value] = []
        for part in node.values:
            value = self.evaluate(part)
            known = truth(value)
            if known is is_or:
                return one_of([*seen, value]) if seen else value
            if known is None:
                seen.append(value)
        if seen:
            return one_of(seen)
        return value

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            known = truth(value)
            return UNKNOWN if known is None else Const(not known)
        if isinstance(node.op, ast.USub) and isinstance(value, Const) and isinstance(value.value, int | float):
            return Const(-value.value)
        return UNKNOWN

    def _compare(self, node: ast.Compare) -> Value:
        left, *others = [self.evaluate(part) for part in (node.left, *node.comparators)]
        if len(others) != 1:
            return UNKNOWN
        answers = {compare(node.ops[0], a, b) for a in options(left) for b in options(others[0])}
        return Const(answers.pop()) if len(answers) == 1 and None not in answers else UNKNOWN

    def _conditional(self, node: ast.IfExp) -> Value:
        known = truth(self.evaluate(node.test))
        if known is not None:
            return self.evaluate(node.body if known else node.orelse)
        return one_of([self.evaluate(node.body), self.evaluate(node.orelse)])

    def _subscript(self, node: ast.Subscript) -> Value:
        base, key = self.evaluate(node.value), self.evaluate(node.slice)
        if not isinstance(base, Choice) and not isinstance(key, Choice):
            return self.item(base, key)
        return one_of(self.item(one, which) for one in options(base) for which in options(key))

    def item(self, base: Value, key: Value) -> Value:
        """What `base[key]` is; any of the items when the key is not known."""
        if isinstance(base, Ref):
            if isinstance(key, Text) and base.path in {"globals()", "locals()"}:
                return self.look_up(key.value) or UNKNOWN
            if isinstance(key, Text):
                names_one = self.naming.resolve(key.value) is not None
                return Ref(f"{base.path}.{key.value}"[-200:], None, (*base.texts, key) if names_one else base.texts)
            return Ref(f"{base.path}[]"[-200:], base.origin, base.texts)
        if isinstance(base, Table):
            if isinstance(key, Text | Const):
                found = base.entries.get(key.value)
                return found if found is not None else unknown(str(key.value))
            return one_of(list(base.entries.values())[:MAX_OPTIONS])
        if isinstance(base, Items):
            at = key.value if isinstance(key, Const) else None
            if isinstance(at, int) and -len(base.items) <= at < len(base.items):
                return base.items[at]
            return one_of(base.items[:MAX_OPTIONS])
        if isinstance(base, Instance) and isinstance(key, Text):
            return self.attribute(base, key.value)
        return UNKNOWN

    def _items(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        return Items([self.evaluate(element) for element in node.elts[:MAX_LENGTH]])

    def _table(self, node: ast.Dict) -> Value:
        table = Table()
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            key = self.evaluate(key_node) if key_node is not None else None
            name = str(key.value) if isinstance(key, Text) else ""
            with self.hint(name):
                value = self.evaluate(value_node)
            if key is None and isinstance(value, Table):
                table.entries.update(value.entries)
                table.keys.update(value.keys)
            elif isinstance(key, Text | Const):
                table.entries[key.value], table.keys[key.value] = value, key
                self.remember(name, value)
        if "model" in table.entries and not _REQUEST_KEYS.isdisjoint(table.entries):
            self.emit_names(texts_of(table.entries["model"]), (Role.MAIN,))
        return table

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        first = node.generators[0]
        made: list[Value] = []
        for item in self.items_of(self.evaluate(first.iter)) or [UNKNOWN]:
            self.assign(first.target, item)
            for inner in node.generators[1:]:
                self.assign(inner.target, one_of(self.items_of(self.evaluate(inner.iter))))
            tests = [truth(self.evaluate(test)) for one in node.generators for test in one.ifs]
            if False in tests:
                continue
            if isinstance(node, ast.DictComp):
                made.append(Items([self.evaluate(node.key), self.evaluate(node.value)]))
            else:
                made.append(self.evaluate(node.elt))
        return table_of(made) if isinstance(node, ast.DictComp) else Items(made)

    def _lambda(self, node: ast.Lambda) -> Value:
        function = Function(node, self.cell, self.env, {})
        self.functions.append(function)
        self.refer(function)
        return function

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value)
        return value

    def trace(self, name: str, value: Value) -> None:
        """Let statements that hold a name count when what it was given may say something about an architecture."""
        if self.matters(value):
            self.interest.add(name)

    def matters(self, value: Value, depth: int = 2) -> bool:
        """Whether a value names an architecture, or builds one when it is called."""
        if isinstance(value, Const | Super):
            return False
        if isinstance(value, Text):
            return self.naming.resolve(value.value) is not None or self.interest.calls(value.value)
        if isinstance(value, Ref):
            if "()" in value.path:
                is_source = "onfig" in value.path or value.path == "open()"  # what was built has been noted already
                return is_source and bool(value.texts)
            builds = self.interest.calls(value.last) or layer_kind(value) is not None
            return builds or bool(value.texts) or self.naming.resolve(value.last) is not None
        if isinstance(value, Function):
            return isinstance(value.node, ast.Lambda) or self.interest.calls(value.node.name)
        if isinstance(value, Class):
            return self.interest.calls(value.node.name)
        if depth == 0:
            return False
        return any(self.matters(one, depth - 1) for one in self._inside(value))

    def _inside(self, value: Value) -> Iterable[Value]:
        """What a value of several parts holds."""
        if isinstance(value, Choice):
            return value.options
        if isinstance(value, Items):
            return value.items[:MAX_ITEMS]
        if isinstance(value, Table):
            return [*islice(value.entries.values(), MAX_ITEMS), *islice(value.keys.values(), MAX_ITEMS)]
        if isinstance(value, Method):
            return (value.target,)
        if isinstance(value, Instance):
            methods = [one for cls in value.cls.lineage() for name, one in cls.env.names.items() if name[:2] != "__"]
            return [*value.attributes.values(), *methods]
        return ()

    def items_of(self, value: Value) -> list[Value]:
        """What a loop over the value goes through; empty when that is not known."""
        if isinstance(value, Items):
            return value.items[:MAX_ITEMS]
        if isinstance(value, Table):
            return list(value.keys.values())[:MAX_ITEMS]
        if isinstance(value, Choice):
            return [item for option in value.options for item in self.items_of(option)][:MAX_ITEMS]
        return []
