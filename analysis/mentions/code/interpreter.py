"""Statements, in the order a notebook runs them; what nothing reaches is read last, as defined only."""

from __future__ import annotations

import ast
from collections.abc import Callable

from analysis.mentions.code.calls import HOOKS
from analysis.mentions.code.demand import Interest, stored
from analysis.mentions.code.layers import is_network_base, layer_kind
from analysis.mentions.code.naming import Naming
from analysis.mentions.code.reading import Reading
from analysis.mentions.code.state import MAX_STEPS, Scope, unknown
from analysis.mentions.code.syntax import Source
from analysis.mentions.code.values import (
    MAX_LENGTH,
    UNKNOWN,
    Arguments,
    Class,
    Const,
    Env,
    Function,
    Instance,
    Items,
    Origin,
    Ref,
    Table,
    Text,
    Value,
    one_of,
    options,
    truth,
)
from corpus.records import CodeUse

_NO_ARGUMENTS = Arguments([], {})


class Interpreter(Reading):
    """Reads a document's cells one after the other."""

    def __init__(self, naming: Naming, sources: list[Source], interest: Interest) -> None:
        super().__init__(naming, sources, interest)
        self.top.names["__name__"] = Text("__main__")
        self._assigned: dict[int, set[str]] = {}  # loop -> names that it assigns
        self._executors: dict[type[ast.stmt], Callable[..., bool]] = {
            ast.Expr: self._expression,
            ast.Assign: self._assignment,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.FunctionDef: self._define_function,
            ast.AsyncFunctionDef: self._define_function,
            ast.ClassDef: self._define_class,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.Return: self._return,
            ast.Raise: lambda node: True,
            ast.Continue: lambda node: True,
            ast.Break: lambda node: True,
            ast.Match: self._match,
        }

    def run_unreached(self, *, all_count: bool) -> None:
        """Read what running code refers to but does not call, then what nothing reaches.

        Args:
            all_count: the document shows definitions without a run (a write-up, a module): they count as run.
        """
        for _ in range(4):  # each round may refer to more
            waiting = [value for value in self.referenced.values() if id(value.node) not in self.executed]
            if not waiting and not self._run_methods():
                break
            for value in waiting:
                self._run_out_of_sight(value)
        known: list[Function | Class] = [*self.classes, *self.functions]
        leftovers = [one for one in known if id(one.node) not in self.executed]
        methods = {id(one.node) for one in self.functions if one.owner}
        with self.mode(None if all_count else CodeUse.DEFINED):
            for value in leftovers:
                if id(value.node) not in self.executed and id(value.node) not in methods:
                    self._run_out_of_sight(value)
        with self.mode(CodeUse.DEFINED):
            for value in leftovers:
                if id(value.node) in methods and id(value.node) not in self.executed:
                    self._run_out_of_sight(value)

    def _run_methods(self) -> bool:
        """Follow the methods of classes in use that a framework or other code calls by name; whether there were any."""
        any_new = False
        for cls in [one for one in self.classes if id(one.node) in self.executed]:
            is_hooked = bool(cls.outside_bases())
            for name, value in list(cls.env.names.items()):
                if not isinstance(value, Function) or id(value.node) in self.executed:
                    continue
                is_called = (name in HOOKS and is_hooked) or name.startswith("__") or name in self.attributes_read
                if is_called or self.was_read_elsewhere(name):
                    self._run_out_of_sight(value.bind(cls, None if value.kind else Instance(cls)))
                    any_new = True
        return any_new

    def _run_out_of_sight(self, value: Function | Class) -> None:
        scope = Scope()
        self.scopes = [scope]
        self.executed.add(id(value.node))
        try:
            with self.inside(value.cell, self.top):
                self.invoke(value, _NO_ARGUMENTS, value.node)
        except RecursionError:  # as in run_statements
            self.hints, self.active = [], []
        self.scopes = [scope]
        owner = value if isinstance(value, Class) else value.owner
        bases = owner.outside_bases() if owner else []
        is_part = any(layer_kind(base) for base in bases) or (owner is not value and any(map(is_network_base, bases)))
        self.close(scope, is_whole=not is_part)

    def bind_by_name(self) -> None:
        """Give constructions whose argument is only known by name the strings that this name was given anywhere."""
        for name, use, roles in dict.fromkeys(self.unresolved):
            with self.mode(use):
                self.emit_names(self.texts_by_name.get(name, ()), roles)

    def execute(self, statements: list[ast.stmt]) -> bool:
        """Read statements in order; whether they surely leave the block."""
        for at, statement in enumerate(statements):
            if self.steps > MAX_STEPS:
                break
            executor = self._executors.get(type(statement))
            if not self.counts(statement):
                self.skip(statement)
            elif executor is None:
                self._generic(statement)
            elif executor(statement):
                with self.mode(CodeUse.DEFINED, ruled_out=True):
                    self.execute(statements[at + 1 :])
                return True
        return False

    def _generic(self, node: ast.stmt) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not isinstance(node, ast.Delete):
                self.evaluate(child)

    def _expression(self, node: ast.Expr) -> bool:
        if isinstance(node.value, ast.Yield | ast.YieldFrom):
            self.give_back(Items([self.evaluate(node.value.value)]))
        elif not isinstance(node.value, ast.Constant):
            self.evaluate(node.value)
        return False

    def _assignment(self, node: ast.Assign) -> bool:
        names = [name for target in node.targets if (name := _dotted(target))]
        self.hints += names
        try:
            value = self.evaluate(node.value)
        finally:
            del self.hints[len(self.hints) - len(names) :]
        for target in node.targets:
            self.assign(target, value)
        return False

    def _annotated(self, node: ast.AnnAssign) -> bool:
        if node.value is not None:
            with self.hint(_dotted(node.target)):
                value = self.evaluate(node.value)
            self.assign(node.target, value)
        return False

    def _augmented(self, node: ast.AugAssign) -> bool:
        value = self.evaluate(node.value)
        before = self.evaluate(node.target)
        if isinstance(before, Items) and isinstance(value, Items):
            self.assign(node.target, Items((before.items + value.items)[:MAX_LENGTH]))
        elif isinstance(node.target, ast.Name):
            self.assign(node.target, UNKNOWN)
        return False

    def assign(self, target: ast.expr, value: Value) -> None:
        """Give a value to a target: name, attribute, key or several of them."""
        if isinstance(target, ast.Name):
            self.remember(target.id, value)
            self._bind_name(self.env.names, target.id, value)
        elif isinstance(target, ast.Attribute):
            self.remember(target.attr, value)
            for base in options(self.peek(target.value)):
                self._bind_attribute(base, target.attr, value)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value)
        elif isinstance(target, ast.Tuple | ast.List):
            parts = value.items if isinstance(value, Items) else []
            for at, inner in enumerate(target.elts):
                self.assign(inner, parts[at] if at < len(parts) else UNKNOWN)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, UNKNOWN)

    def _bind_name(self, names: dict[str, Value], name: str, value: Value) -> None:
        self.trace(name, value)
        known = names.get(name)
        if self.is_ruled_out and known is not None:
            return
        names[name] = one_of([known, value]) if self.is_uncertain and known is not None else value

    def _bind_attribute(self, base: Value, name: str, value: Value) -> None:
        if isinstance(base, Instance):
            self._bind_name(base.attributes, name, value)
        elif isinstance(base, Class):
            self._bind_name(base.env.names, name, value)
        elif isinstance(base, Table):
            base.entries[name], base.keys[name] = value, Text(name)
            self.trace(name, value)

    def _assign_item(self, target: ast.Subscript, value: Value) -> None:
        key = self.evaluate(target.slice)
        base = self.evaluate(target.value)
        if isinstance(key, Text):
            self.remember(key.value, value)
        if isinstance(base, Table) and isinstance(key, Text | Const) and self.use is CodeUse.RUN:
            base.entries[key.value], base.keys[key.value] = value, key
            if isinstance(target.value, ast.Name):
                self.trace(target.value.id, value)

    def _import(self, node: ast.Import) -> bool:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            path = alias.name if alias.asname else name
            self.env.names[name] = Ref(path, Origin(self.cell, alias))
            if alias.asname:
                self.trace(alias.asname, self.env.names[name])
        return False

    def _import_from(self, node: ast.ImportFrom) -> bool:
        module = node.module or ""
        for alias in node.names:
            name = alias.asname or alias.name
            known = self.look_up(name)
            if alias.name != "*" and not isinstance(known, Function | Class):  # a module that the notebook wrote
                self.env.names[name] = Ref(f"{module}.{alias.name}".lstrip("."), Origin(self.cell, alias))
                if alias.asname:
                    self.trace(alias.asname, self.env.names[name])
        return False

    def _define_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        spec = node.args
        positional = [*spec.posonlyargs, *spec.args]
        given = zip(positional[len(positional) - len(spec.defaults) :], spec.defaults, strict=True)
        defaults = {one.arg: self.evaluate(value) for one, value in given}
        for one, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if default is not None:
                defaults[one.arg] = self.evaluate(default)
        for name, value in defaults.items():
            self.remember(name, value)
        decorators = [self.evaluate(decorator) for decorator in node.decorator_list]
        words = {one.last.removesuffix("()") for one in decorators if isinstance(one, Ref)}
        kind = next((word for word in ("classmethod", "staticmethod") if word in words), "")
        function = Function(node, self.cell, self.env, defaults, None, None, kind)
        self.functions.append(function)
        self._watch(node)
        if words & {"route", "command", "main", "register"}:
            self.refer(function)
        self.env.names[node.name] = unknown(node.name) if words & {"property", "cached_property"} else function
        return False

    def _watch(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """Let the name of a definition count when something in it does."""
        is_method = self.env.is_class
        if self.interest.hits(self.cell, *self._extent(node)):
            self.interest.add_definition(node.name, is_method=is_method)
        else:
            self.interest.watch(self._words(node), node.name, is_method=is_method)

    def _define_class(self, node: ast.ClassDef) -> bool:
        bases = tuple(self.peek(base) for base in node.bases)
        env = Env(self.env, is_class=True)
        cls = Class(node, self.cell, env, bases)
        known = len(self.functions)
        with self.inside(self.cell, env):
            self.execute(node.body)
        for at, function in enumerate(self.functions[known:], known):
            if function.env is env:
                method = Function(function.node, function.cell, self.env, function.defaults, cls, None, function.kind)
                self.functions[at] = method
                if env.names.get(getattr(function.node, "name", "")) is function:
                    env.names[getattr(function.node, "name", "")] = method
        self.classes.append(cls)
        self._watch(node)
        self.env.names[node.name] = cls
        for decorator in node.decorator_list:
            self.evaluate(decorator)
        return False

    def _if(self, node: ast.If) -> bool:
        known = truth(self.evaluate(node.test))
        if known is None:
            with self.mode(uncertain=True):
                leaves_body = self.execute(node.body)
                leaves_else = self.execute(node.orelse)
            return leaves_body and leaves_else and bool(node.orelse)
        taken, left = (node.body, node.orelse) if known else (node.orelse, node.body)
        with self.mode(CodeUse.DEFINED, ruled_out=True):
            self.execute(left)
        return self.execute(taken)

    def _for(self, node: ast.For | ast.AsyncFor) -> bool:
        items = self.items_of(self.evaluate(node.iter)) or [UNKNOWN]
        self._loosen(node)
        if not all(isinstance(item, Const) for item in items):
            for item in items:
                self.assign(node.target, item)
                self.execute(node.body)
        else:
            self.assign(node.target, one_of(items))
            self.execute(node.body)
        self.execute(node.orelse)
        return False

    def release(self) -> None:
        """Also forget the tables of methods."""
        super().release()
        self._executors.clear()
        self._readers.clear()

    def _loosen(self, loop: ast.For | ast.AsyncFor | ast.While) -> None:
        """What a loop assigns is not known at its start: the second round sees other values than the first."""
        if id(loop) not in self._assigned:
            start, end = self._extent(loop)
            self._assigned[id(loop)] = stored(self.sources[self.cell].text[start:end])
        for name in self._assigned[id(loop)]:
            known = self.env.names.get(name)
            if isinstance(known, Const):
                self.env.names[name] = one_of([known, UNKNOWN])

    def _while(self, node: ast.While) -> bool:
        self._loosen(node)
        known = truth(self.evaluate(node.test))
        with self.mode(CodeUse.DEFINED if known is False else None, ruled_out=known is False):
            self.execute(node.body)
        self.execute(node.orelse)
        return False

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        for item in node.items:
            value = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        return self.execute(node.body)

    def _try(self, node: ast.Try | ast.TryStar) -> bool:
        leaves = self.execute(node.body)
        with self.mode(uncertain=True):
            for handler in node.handlers:
                self.execute(handler.body)
            self.execute(node.orelse)
        return self.execute(node.finalbody) or (leaves and not node.handlers)

    def _match(self, node: ast.Match) -> bool:
        subject = self.evaluate(node.subject)
        matched = [_case_matches(case, subject) for case in node.cases]
        chosen = matched.index(True) if True in matched else None
        for at, case in enumerate(node.cases):
            is_ruled_out = matched[at] is False or (chosen is not None and at > chosen)
            use = CodeUse.DEFINED if is_ruled_out else None
            with self.mode(use, uncertain=chosen != at, ruled_out=is_ruled_out):
                self.execute(case.body)
        return False

    def _return(self, node: ast.Return) -> bool:
        self.give_back(self.evaluate(node.value))
        return True


def _case_matches(case: ast.match_case, subject: Value) -> bool | None:
    pattern = case.pattern
    if not isinstance(pattern, ast.MatchValue) or not isinstance(pattern.value, ast.Constant) or case.guard:
        return None
    return subject.value == pattern.value.value if isinstance(subject, Text | Const) else None


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute; what stands before a call or key is left out; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))
