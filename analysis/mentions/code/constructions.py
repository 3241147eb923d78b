"""Calls that leave the document: which architecture they build, load, train or ask, and where its name stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from analysis.mentions.code.calls import Calls
from analysis.mentions.code.layers import layer_kind, makes_network
from analysis.mentions.code.libraries import (
    BUILDER_WORD,
    EMBEDDERS,
    ESTIMATOR_ROOTS,
    NAMING_KEYWORDS,
    NETWORK_ROOTS,
    NO_BUILDERS,
    TRAINERS,
    Loader,
    find_loader,
    is_side_class,
    says_no_builder,
)
from analysis.mentions.code.naming import Match, same_architecture
from analysis.mentions.code.shell import runs_of
from analysis.mentions.code.values import (
    Arguments,
    Class,
    Const,
    Function,
    Items,
    Origin,
    Ref,
    Text,
    Value,
    options,
    texts_of,
    truth,
)
from corpus.records import Role

_METHODS = frozenset(
    {"from_pretrained", "from_preset", "from_name", "from_config", "load_model", "load", "load_from_checkpoint"}
)


class Constructions(Calls):
    """The layer that judges calls by the names of what is called."""

    def construct(self, callee: Ref, arguments: Arguments, node: ast.AST) -> Value:
        """The result of a call that leads out of the document, with what it builds noted."""
        result = Ref(f"{callee.path}()"[-200:], callee.origin, callee.texts)
        if callee.root in NO_BUILDERS and (callee.root, callee.last) not in TRAINERS:
            return self._plain(callee, arguments, node, result)
        kind = layer_kind(callee)
        if kind is not None:
            self.scopes[-1].layers.setdefault(kind, []).append(callee.origin or Origin(self.cell, node))
            return result
        if makes_network(callee):
            self.scopes[-1].makes_network = True
            return result
        owner = callee.path.split(".")[-2] if "." in callee.path else ""
        if is_side_class(callee.last) or (callee.last in _METHODS and is_side_class(owner)):
            texts = tuple(text for text in texts_of(arguments.get(0, "pretrained_model_name_or_path", "name")))
            return Ref(result.path, callee.origin, texts)
        self._pass_on(arguments)
        found = self._by_keywords(callee, arguments)
        loader = find_loader(callee.path)
        if loader is not None:
            found = self._by_loader(callee, loader, arguments) or found
        if loader is None or loader.position != 0 or found is None or callee.last in _METHODS:
            found = self._by_name(callee, found is not None) or found
        if found is None:
            found = self._by_any_text(callee, arguments)
        texts = () if loader is None else tuple(texts_of(self._argument(loader, arguments)))[:4]
        return Ref(result.path, callee.origin, texts or callee.texts)

    def _plain(self, callee: Ref, arguments: Arguments, node: ast.AST, result: Ref) -> Value:
        """A call of a library that builds nothing; shell commands are read, functions passed on are reached."""
        self._pass_on(arguments)
        if callee.root in {"os", "subprocess"}:
            for value in arguments.positional[:1]:
                parts = value.items if isinstance(value, Items) else [value]
                self._read_command([text for part in parts for text in texts_of(part)])
        return result

    def _read_command(self, texts: list[Text]) -> None:
        """A shell command in a string, or in a list of its words."""
        for word, _ in runs_of(" ".join(text.value for text in texts)):
            match = self.naming.resolve(word)
            if match is not None and not match.is_ambiguous:
                self.emit_names([text for text in texts if word in text.value], ())

    def _pass_on(self, arguments: Arguments) -> None:
        """Functions and classes handed to a library may be called by it."""
        for _, value in arguments.all():
            for option in options(value):
                if isinstance(option, Function | Class):
                    self.refer(option)

    def _argument(self, loader: Loader, arguments: Arguments) -> Value | None:
        return arguments.get(loader.position, *loader.keywords)

    def _by_loader(self, callee: Ref, loader: Loader, arguments: Arguments) -> Match | None:
        value = self._argument(loader, arguments)
        if value is None:
            return None
        roles = loader.roles or (() if loader.is_weights else self._roles_here(arguments))
        found = self.emit_names(texts_of(value), roles, is_weights=loader.is_weights)
        refs = [one for one in options(value) if isinstance(one, Ref) and not one.texts]
        for ref in refs:
            match = self.naming.resolve(ref.last) if ref.origin and ref.root != "?" else None
            if ref.origin and match is not None and not match.is_ambiguous:
                self.emit(match, ref.origin, roles)
                found = match
        if found is None and refs and not loader.is_weights:
            self.unresolved.append((refs[0].last, self.use, roles))
        if found is not None and not loader.is_weights:
            self.scopes[-1].has_network = True
        return found

    def _by_keywords(self, callee: Ref, arguments: Arguments) -> Match | None:
        found = None
        if not arguments.keywords or says_no_builder(callee.last):
            return None
        for keyword, roles in NAMING_KEYWORDS.items():
            value = arguments.keywords.get(keyword)
            if value is not None:
                found = self.emit_names(texts_of(value), roles or self._roles_here(arguments)) or found
                if found is None and isinstance(value, Ref) and not value.texts and roles:
                    self.unresolved.append((value.last, self.use, roles))
        if found is not None:
            self.scopes[-1].has_network = True
        return found

    def _by_name(self, callee: Ref, has_found: bool) -> Match | None:
        """The architecture that the callee's own name says: a class, a builder function, a trained library."""
        family = TRAINERS.get((callee.root, callee.last))
        if family is not None:
            match = self.naming.resolve(family)
            if match is not None and callee.origin is not None:
                self.emit(match, self._root_of(callee.origin, match), (Role.MAIN,))
            return match
        method = callee.last in _METHODS
        path = callee.path.rpartition(".")[0] if method else callee.path
        if "()" in path or callee.root == "?":  # a method of something built before
            return None
        if callee.origin is None:
            return self.emit_names(callee.texts, self._roles_here(Arguments([], {})))
        last = path.rpartition(".")[2]
        match = self.naming.resolve(last)
        if match is None or (has_found and method) or not self._is_builder(callee, last, match):
            return None
        origin = callee.origin
        if method and isinstance(origin.node, ast.Attribute):
            origin = self._class_place(origin, last)
        roles: tuple[Role, ...] = (Role.MAIN,)
        if callee.root in NETWORK_ROOTS and not has_found:
            roles = self._roles_here(Arguments([], {}))
        if last in EMBEDDERS:
            roles = (Role.EMBEDDER,)
        if callee.root not in ESTIMATOR_ROOTS:
            self.scopes[-1].has_network = True
        if callee.texts and not method:
            self.emit_names(list(callee.texts), roles)
        else:
            self.emit(match, origin, roles)
        return match

    def _class_place(self, origin: Origin, last: str) -> Origin:
        """Where `X` of `X.from_pretrained` is named: there, or in the import that gave it another name."""
        node = origin.node.value if isinstance(origin.node, ast.Attribute) else origin.node
        known = self.look_up(node.id) if isinstance(node, ast.Name) and node.id != last else None
        return known.origin if isinstance(known, Ref) and known.origin is not None else Origin(origin.cell, node)

    def _is_builder(self, callee: Ref, last: str, match: Match) -> bool:
        """Whether calling a thing of that name builds the architecture, rather than something named after it."""
        if says_no_builder(last) or is_side_class(last) or "transforms." in callee.path:
            return False
        is_class = last[:1].isupper()
        is_whole = match.end - match.start >= len(last) - 1
        if callee.root in ESTIMATOR_ROOTS:
            return is_class
        if callee.root in NETWORK_ROOTS and is_class and not last.isupper():
            return True
        is_known = callee.root in NETWORK_ROOTS or "." not in callee.path or any(map(str.isdigit, last))
        return not match.is_ambiguous and (is_class or (is_whole and is_known))

    def _root_of(self, origin: Origin, match: Match) -> Origin:
        """The place of a dotted name's first part where that names the architecture: `lgb` of `lgb.train`."""
        node = origin.node
        while isinstance(node, ast.Attribute):
            node = node.value
        named = self.naming.resolve(node.id) if isinstance(node, ast.Name) else None
        return Origin(origin.cell, node) if named is not None and same_architecture(named, match) else origin

    def _by_any_text(self, callee: Ref, arguments: Arguments) -> Match | None:
        """The architecture that a builder we do not know is given by name."""
        if not BUILDER_WORD.search(callee.last) or says_no_builder(callee.last):
            return None
        found = None
        for keyword, value in arguments.all():
            if not keyword or BUILDER_WORD.search(keyword):
                found = self.emit_names(texts_of(value, 0), self._roles_here(arguments)) or found
        return found

    def emit_names(self, texts: Iterable[Text], roles: tuple[Role, ...], *, is_weights: bool = False) -> Match | None:
        """Note the architectures that strings name; the last of them."""
        found = None
        for text in texts:
            match = self.naming.resolve(text.value)
            if match is None or match.is_ambiguous:
                continue
            is_in_folder = match.end <= text.value.rfind("/")
            if not (is_in_folder and self.naming.is_generic(match)):  # "our-gnn-files/fold0.pt" says little
                self.emit_text(match, text, roles, is_weights=is_weights)
                found = match
        return found

    def _roles_here(self, arguments: Arguments) -> tuple[Role, ...]:
        """Backbone inside a network class or when built without its head, else main."""
        classes = arguments.keywords.get("num_classes")
        headless = isinstance(classes, Const) and classes.value == 0
        features = arguments.keywords.get("features_only") or arguments.keywords.get("include_top")
        if features is not None and "include_top" in arguments.keywords:
            headless = headless or truth(features) is False
        elif features is not None:
            headless = headless or truth(features) is True
        return (Role.BACKBONE,) if headless or self.in_module else (Role.MAIN,)
