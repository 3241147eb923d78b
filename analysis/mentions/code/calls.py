"""Calls: functions and classes of the document are followed with their arguments, everything else is judged by name."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.mentions.code.demand import Interest
from analysis.mentions.code.expressions import Expressions
from analysis.mentions.code.layers import composed_of, is_network_base
from analysis.mentions.code.naming import Naming
from analysis.mentions.code.plain_calls import call_method, call_plain
from analysis.mentions.code.state import MAX_CALL_DEPTH, MAX_CALLS_OF_ONE, Scope, unknown
from analysis.mentions.code.syntax import Source
from analysis.mentions.code.values import (
    UNKNOWN,
    Arguments,
    Class,
    Const,
    Env,
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
    identity,
    one_of,
    texts_of,
)
from corpus.records import CodeUse, Role

# called by a framework, never by name
HOOKS = frozenset(
    {"forward", "call", "build", "fit", "predict", "predict_proba", "transform", "setup", "configure_optimizers"}
    | {"configure_model", "training_step", "validation_step", "test_step", "predict_step", "train_dataloader", "step"}
    | {"act", "agent", "run", "main", "compute_loss", "objective", "load", "load_model", "unload"}
)


class Calls(Expressions):
    """The layer that follows calls."""

    def __init__(self, naming: Naming, sources: list[Source], interest: Interest) -> None:
        super().__init__(naming, sources, interest)
        # arguments are kept, so that the ids in a key stay theirs
        self._results: dict[tuple[object, ...], tuple[Value, Scope, Function, Arguments]] = {}
        self._n_calls: dict[int, int] = {}
        self._returns: list[list[Value]] = []

    @abstractmethod
    def construct(self, callee: Ref, arguments: Arguments, node: ast.AST) -> Value:
        """The result of a call that leads out of the document, with what it builds noted."""

    def invoke(self, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        """The result of a call, with everything that it builds noted."""
        if isinstance(callee, Ref):
            return self._invoke_outside(callee, arguments, node)
        if isinstance(callee, Function):
            return self.call_function(callee, arguments)
        if isinstance(callee, Class):
            return self.make_instance(callee, arguments)
        if isinstance(callee, Method):
            return call_method(callee, arguments)
        if isinstance(callee, Instance):
            method = self.attribute(callee, "forward")
            if not isinstance(method, Function):
                method = self.attribute(callee, "__call__")
            return self.call_function(method, arguments) if isinstance(method, Function) else UNKNOWN
        return UNKNOWN

    def _invoke_outside(self, callee: Ref, arguments: Arguments, node: ast.AST) -> Value:
        if callee.path == "super" and self.active and self.active[-1].owner is not None:
            bound = self.active[-1].bound
            return Super(bound, self.active[-1].owner) if isinstance(bound, Instance) else UNKNOWN
        if callee.path in {"getattr", "setattr"} and len(arguments.positional) > 1:
            return self._named_attribute(callee.path, arguments)
        first = arguments.get(0)
        if callee.path == "eval" and isinstance(first, Text):  # nothing is evaluated: a name is looked up
            return self.look_up(first.value) or UNKNOWN
        if callee.last == "add_argument":
            return self._add_option(arguments)
        if callee.last in {"parse_args", "parse_known_args"}:
            return self.options if callee.last == "parse_args" else Items([self.options, UNKNOWN])
        plain = call_plain(callee, arguments)
        return plain if plain is not None else self.construct(callee, arguments, node)

    def _named_attribute(self, function: str, arguments: Arguments) -> Value:
        target, name = arguments.positional[:2]
        if function == "setattr":
            if isinstance(name, Text) and isinstance(target, Instance) and len(arguments.positional) > 2:
                target.attributes[name.value] = arguments.positional[2]
            return Const(None)
        if isinstance(target, Ref):
            return self.item(target, name)
        return self.attribute(target, name.value) if isinstance(name, Text) else UNKNOWN

    def _add_option(self, arguments: Arguments) -> Value:
        flags = [one.value for one in arguments.positional if isinstance(one, Text)]
        if not flags:
            return UNKNOWN
        name = max(flags, key=len).lstrip("-").replace("-", "_")
        default = arguments.get(None, "default")
        if default is not None and name not in self.options.entries:
            self.options.entries[name] = default
            self.remember(name, default)
        return UNKNOWN

    def call_function(self, function: Function, arguments: Arguments) -> Value:
        """What a function of the document returns; followed once for each list of arguments."""
        node = function.node
        if self.use is CodeUse.RUN:
            self.executed.add(id(node))
        bound = identity(function.bound) if function.bound else None
        key = (id(node), self.use, id(function.env), bound, *_key(arguments))
        if key in self._results:
            value, scope, *_ = self._results[key]
            self.scopes[-1].merge(scope)
            return value
        is_open = any(one.node is node for one in self.active)
        n_calls = self._n_calls.get(id(node), 0)
        if is_open or len(self.active) >= MAX_CALL_DEPTH or n_calls >= MAX_CALLS_OF_ONE:
            return UNKNOWN
        self._n_calls[id(node)] = n_calls + 1
        env = Env(function.env)
        env.names.update(self._bind(function, arguments))
        with self.building(Scope()) as scope:
            value = self._run_body(function, env)
            self._name_builder(function, scope)
        self._results[key] = (value, scope, function, arguments)
        return value

    def _run_body(self, function: Function, env: Env) -> Value:
        self.active.append(function)
        self._returns.append([])
        before = self.is_uncertain, self.is_ruled_out
        self.is_uncertain = self.is_ruled_out = False
        try:
            with self.inside(function.cell, env):
                if isinstance(function.node, ast.Lambda):
                    return self.evaluate(function.node.body)
                self.execute(function.node.body)
            return one_of(self._returns[-1]) if self._returns[-1] else Const(None)
        finally:
            self.is_uncertain, self.is_ruled_out = before
            self._returns.pop()
            self.active.pop()

    def give_back(self, value: Value) -> None:
        """Note what a return or yield statement gives."""
        if self._returns and self.use is not CodeUse.COMMENTED:
            self._returns[-1].append(value)

    def _bind(self, function: Function, arguments: Arguments) -> dict[str, Value]:
        spec = function.node.args
        names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
        given = list(arguments.positional)
        if function.bound is not None:
            given.insert(0, function.bound)
        bound: dict[str, Value] = dict(zip(names, given, strict=False))
        every = {*names, *(one.arg for one in spec.kwonlyargs)}
        bound.update({name: value for name, value in arguments.keywords.items() if name in every})
        for name in every - set(bound):
            bound[name] = function.defaults.get(name) or unknown(name)
        if spec.vararg:
            bound[spec.vararg.arg] = Items(given[len(names) :])
        if spec.kwarg:
            extra = {name: value for name, value in arguments.keywords.items() if name not in every}
            table = Table()
            table.entries.update(extra)
            table.keys.update({name: Text(name) for name in extra})
            bound[spec.kwarg.arg] = table
        for name, value in bound.items():
            self.trace(name, value)
        return bound

    @contextmanager
    def building(self, scope: Scope) -> Iterator[Scope]:
        """Collect what is built inside; at the end it is a network of its own, or part of what is around it."""
        self.scopes.append(scope)
        try:
            yield scope
        finally:
            self.scopes.pop()
            is_whole = (scope.is_module or scope.makes_network) and not self.in_module
            if is_whole:
                self.close(scope)
                scope.layers, scope.has_network, scope.parts = {}, False, []
            self.scopes[-1].merge(scope)

    def close(self, scope: Scope, *, is_whole: bool = True) -> None:
        """Note the generic architectures that the layers of a finished network, or of a part of one, make."""
        for word, origin, roles in composed_of(scope, is_whole=is_whole and self.use is CodeUse.RUN):
            match = self.naming.resolve(word)
            if match is not None:
                self.emit(match, origin, roles)
        if not scope.has_network:
            for match, origin in scope.parts:
                self.emit(match, origin, (Role.HEAD,))

    def _name_builder(self, function: Function, scope: Scope) -> None:
        """A function that puts layers together under an architecture's name builds that architecture."""
        node = function.node
        if isinstance(node, ast.Lambda) or function.bound is not None or not scope.layers:
            return
        match = self.naming.coined(node.name)
        if match is not None and not match.is_ambiguous:
            self._absorb(scope, Origin(function.cell, node), node.name)

    def make_instance(self, cls: Class, arguments: Arguments) -> Value:
        """An object of a class of the document, its constructor followed."""
        if self.use is CodeUse.RUN:
            self.executed.add(id(cls.node))
            self.referenced.setdefault(id(cls.node), cls)
        instance = Instance(cls)
        outside = cls.outside_bases()
        is_module = any(is_network_base(base) for base in outside)
        with self.building(Scope(is_module=is_module)) as scope:
            for base in outside:
                if not is_network_base(base) or self.naming.resolve(base.last):
                    self.construct(base, Arguments([], {}), cls.node)
            maker = self._class_attribute(cls, "__init__", None, instance)
            if isinstance(maker, Function):
                self.call_function(maker, arguments)
            else:
                self._fill_fields(instance, arguments)
            if is_module:
                for _, value in arguments.all():
                    scope.has_network |= self.emit_names(texts_of(value, 0), (Role.BACKBONE,)) is not None
                self._absorb(scope, Origin(cls.cell, cls.node), cls.node.name)
        return instance

    def _fill_fields(self, instance: Instance, arguments: Arguments) -> None:
        """A data class takes its arguments as attributes, in the order of its fields."""
        fields = [
            one.target.id
            for cls in reversed(list(instance.cls.lineage()))
            for one in cls.node.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        instance.attributes.update(zip(fields, arguments.positional, strict=False))
        instance.attributes.update(arguments.keywords)

    def _absorb(self, scope: Scope, origin: Origin, name: str) -> None:
        """A network under an architecture's name is that architecture, and its layers are its own."""
        match = self.naming.coined(name)
        if match is None:
            return
        is_generic = self.naming.is_generic(match)
        is_part = any(outer.is_module for outer in self.scopes[:-1])
        if is_generic and is_part:
            scope.parts.append((match, origin))
            return
        if not is_generic:
            scope.layers = {kind: where for kind, where in scope.layers.items() if kind in {"LSTM", "GRU"}}
            scope.parts, scope.has_network = [], True
        self.emit(match, origin, (Role.MAIN,))


def _key(arguments: Arguments) -> tuple[object, ...]:
    return (
        *(identity(value) for value in arguments.positional),
        *((name, identity(value)) for name, value in sorted(arguments.keywords.items())),
    )
