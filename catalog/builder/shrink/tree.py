"""A configuration with its nested configurations, as the class makes it when it is called without arguments."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog.records import Json, SubConfig
from catalog.specs.views import ClassView, ParameterView, Views

_DEEPEST = 6  # blocks within blocks; the deepest configuration has four


@dataclass(slots=True, kw_only=True)
class Node:
    """One configuration of the tree.

    Attributes:
        path: Dotted path from the root; empty for the root.
        view: Its class.
        given: What is given to it from outside: by the class around it, or by the user's spec.
        before: The value that each parameter has, by its own name.
        after: The value that it is to get. It starts as a copy of `before`.
        named: Model type that its block must name for transformers to choose the class; ``None`` where it is fixed.
        parent: The configuration around it; ``None`` for the root.
        children: The nested configurations, by parameter.
    """

    path: str
    view: ClassView
    given: dict[str, Json]
    before: dict[str, Json] = field(default_factory=dict)
    after: dict[str, Json] = field(default_factory=dict)
    named: str | None = None
    parent: Node | None = None
    children: dict[str, Node] = field(default_factory=dict)

    def walk(self) -> Iterator[Node]:
        """This configuration and all below it, outer ones first."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    def integer(self, name: str, *, old: bool = False) -> int | None:
        """A parameter as a number; ``None`` where it is not there or something else."""
        value = (self.before if old else self.after).get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def known(self, name: str) -> Json:
        """The value a parameter had, that which the class computes included where nothing is given to it."""
        value = self.before.get(name)
        if value is None and not self.given and (parameter := self.view.parameter(name)) is not None:
            return parameter.effective
        return value

    def changed(self) -> Iterator[str]:
        """Names of the parameters that are to get another value."""
        return (name for name, value in self.after.items() if value != self.before.get(name))

    def params(self, *, known: bool = False) -> dict[str, Json]:
        """What a spec must give so that the class is made with the new values: nested, in the class's own order.

        Args:
            known: Leave out what is given although the class takes no such parameter.
        """
        found: dict[str, Json] = {}
        if self.named is not None:
            found["model_type"] = self.named
        for name in self.view.records:
            child = self.children.get(name)
            if child is not None:
                inner = child.params(known=known)
                if inner and (name in self.given or inner.keys() != {"model_type"}):
                    found[name] = inner
            elif name in self.given or self.after.get(name) != self.before.get(name):
                found[name] = copy.deepcopy(self.after.get(name, self.given.get(name)))
        for name, value in self.after.items():
            further = name not in self.view.records and name != "model_type"
            if further and not (known and self._is_foreign(name)):
                found[name] = copy.deepcopy(value)
        return found

    def _is_foreign(self, name: str) -> bool:
        """True for a name that the class does not take, so that a check of the spec would refuse it."""
        expected = self.parent.view.expected_in(self.path.rpartition(".")[2]) if self.parent is not None else ()
        return name not in self.view.accepted and name not in expected


def tree_of(view: ClassView, views: Views, given: Mapping[str, Json]) -> Node:
    """Build the tree of a class.

    Args:
        view: The class.
        views: The release's classes.
        given: Parameters that a spec gives; nested for nested configurations.
    """
    return _node(view, views, given, path="", depth=0)


def _node(view: ClassView, views: Views, given: Mapping[str, Json], *, path: str, depth: int) -> Node:
    own = {view.aliases.get(name, name): value for name, value in given.items()}
    node = Node(path=path, view=view, given=own)
    for name in view.records:
        parameter = view.parameter(name)
        if parameter is None:
            continue
        sub = view.sub_configs.get(name)
        if sub is not None:
            child = _child(node, parameter, sub, views, depth) if depth < _DEEPEST else None
            if child is not None:
                node.children[name] = child
            continue
        value = _value(parameter, own)
        if value is not _UNKNOWN and (name in own or not name.startswith("_")):
            node.before[name] = value
    # What a class is given although it takes no such parameter may be read by the model all the same.
    further = (name for name in own if name not in view.records and name != "model_type")
    node.before |= {name: own[name] for name in further}
    node.after = copy.deepcopy(node.before)
    return node


_UNKNOWN: Json = "\0unknown"


def _value(parameter: ParameterView, given: Mapping[str, Json]) -> Json:
    """The value that a parameter has; the mark for unknown where only running the class would tell."""
    name, record = parameter.name, parameter.record
    if name in given:
        return given[name]
    if record.required or not record.default_known:
        return parameter.effective if parameter.derived else _UNKNOWN
    if parameter.derived and (record.default is None or isinstance(parameter.effective, list)):
        # What construction computes as a list or a mapping is hardly ever computed from other parameters.
        effective = parameter.effective
        return effective if isinstance(effective, list) or _is_plain(effective) else record.default
    return record.default


def _is_plain(value: Json) -> bool:
    """True for a mapping that a spec can express."""
    return isinstance(value, dict) and not any(str(key).startswith("$") for key in value)


def _child(node: Node, parameter: ParameterView, sub: SubConfig, views: Views, depth: int) -> Node | None:
    """The nested configuration of a parameter; ``None`` where the class leaves it out."""
    given = node.given.get(parameter.name, sub.init_kwargs)
    if not isinstance(given, Mapping):
        return None
    named = given.get("model_type", None if sub.config_class else sub.model_type)
    view = views.of_sub_config(sub, named)
    if parameter.name not in node.given:
        made = _made(node.view, parameter, sub, view)
        if made is not None and (view is None or made != view.name):
            given = {} if view is not None else given  # they are meant for another class
            view = views.of_class(made)
            named = None if view is None else view.record.model_type
        elif made is None:
            return None
    if view is None:
        return None
    path = f"{node.path}.{parameter.name}" if node.path else parameter.name
    inner = {name: value for name, value in given.items() if name != "model_type"}
    child = _node(view, views, inner, path=path, depth=depth + 1)
    child.named = named if isinstance(named, str) else None
    child.parent = node
    return child


def _made(view: ClassView, parameter: ParameterView, sub: SubConfig, nested: ClassView | None) -> str | None:
    """Name of the class of the configuration that is made where the parameter is left out; ``None`` where none is."""
    if not view.effective:  # it was not seen constructing: what its code says must do
        return None if sub.optional or nested is None else nested.name
    effective = parameter.effective
    made = effective.get("$config") if parameter.derived and isinstance(effective, dict) else None
    return made if isinstance(made, str) else None
