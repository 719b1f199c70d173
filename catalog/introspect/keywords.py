"""Reads from a class's source which keywords its constructor takes although they are no parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.introspect.source_text import ClassText, nodes_of

_CONSTRUCTORS = ("__init__", "__post_init__", "convert_rope_params_to_dict")  # the last one is called by the base class
_READERS = frozenset({"pop", "get", "setdefault"})
_GENERATION_DEFAULTS = frozenset(
    {"_get_default_generation_params", "_get_global_generation_defaults", "_get_generation_defaults"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructorFacts:
    """What the constructors and properties that a class itself defines tell. Names are sorted.

    Attributes:
        keywords: Names that it reads from its keyword arguments, or takes as explicit keyword parameters.
        takes_generation: True where it also takes every generation parameter from them.
        attributes: Names that it sets on itself, dotted where it sets them on one of its sub-configurations
            (``text_config.num_image_tokens``), and names that its ``to_dict()`` adds.
        settable: Properties with a setter.
        read_only: Properties without one.
    """

    keywords: tuple[str, ...] = ()
    takes_generation: bool = False
    attributes: tuple[str, ...] = ()
    settable: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()


def constructor_facts(text: ClassText) -> ConstructorFacts:
    """Read a class's constructors and properties.

    Every function of the class that takes ``**kwargs`` and is called with them from a constructor counts as a part of
    it (``convert_rope_params_to_dict(**kwargs)``), if the class defines it itself.

    Args:
        text: The class's source.

    Returns:
        The facts; a name behind an expression that cannot be told without executing it is left out.
    """
    functions = _constructors(text)
    keywords: set[str] = set()
    attributes: set[str] = set()
    takes_generation = False
    for function in functions:
        keywords |= _explicit(function) | _read_names(function)
        attributes |= _set_names(function) | _nested_names(function)
        takes_generation |= any(
            isinstance(node, ast.Attribute) and node.attr in _GENERATION_DEFAULTS for node in nodes_of(function)
        )
    if "layer_types" in text.assignments:  # a constant of the class, which the base class copies to the instance
        attributes.add("layer_types")
    if "to_dict" in text.methods:
        attributes |= _added_keys(text.methods["to_dict"])
    settable, read_only = _properties(text)
    return ConstructorFacts(
        keywords=tuple(sorted(keywords)),
        takes_generation=takes_generation,
        attributes=tuple(sorted(attributes)),
        settable=tuple(sorted(settable)),
        read_only=tuple(sorted(read_only)),
    )


def _constructors(text: ClassText) -> list[ast.FunctionDef]:
    """Constructors of the class, and its own methods that get their ``**kwargs``."""
    functions = [text.methods[name] for name in _CONSTRUCTORS if name in text.methods]
    for function in functions:
        for node in nodes_of(function):
            if isinstance(node, ast.Call) and _passes_kwargs(node, function) and isinstance(node.func, ast.Attribute):
                called = text.methods.get(node.func.attr)
                if called is not None and called not in functions:
                    functions.append(called)
    return functions


def _passes_kwargs(call: ast.Call, function: ast.FunctionDef) -> bool:
    name = function.args.kwarg.arg if function.args.kwarg else None
    return any(
        keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == name
        for keyword in call.keywords
    )


def _explicit(function: ast.FunctionDef) -> set[str]:
    """Explicit parameters of a constructor, which are keywords where the class is a dataclass."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return {argument.arg for argument in arguments[1:]}


def _read_names(function: ast.FunctionDef) -> set[str]:
    """Names that a function reads from its ``**kwargs``: by ``pop``, ``get``, subscript or ``in``."""
    if function.args.kwarg is None:
        return set()
    kwargs = function.args.kwarg.arg
    loops = _literal_loops(function)
    found: set[str] = set()
    for node in nodes_of(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=[key, *_]) if (
                name == kwargs and attr in _READERS
            ):
                found |= _names(key, loops)
            case ast.Subscript(value=ast.Name(id=name), slice=key) if name == kwargs:
                found |= _names(key, loops)
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]) if name == kwargs:
                found |= _names(key, loops)
    return found


def _literal_loops(function: ast.FunctionDef) -> dict[str, set[str]]:
    """Loop variables that run over a literal collection of strings."""
    loops: dict[str, set[str]] = {}
    for node in nodes_of(function):
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
            values = set(_strings(node.iter))
            if values:
                loops[node.target.id] = loops.get(node.target.id, set()) | values
    return loops


def _names(key: ast.expr, loops: dict[str, set[str]]) -> set[str]:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return {key.value}
    return loops.get(key.id, set()) if isinstance(key, ast.Name) else set()


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        for item in node.elts:
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                yield item.value


def _set_names(function: ast.FunctionDef) -> set[str]:
    """Names that a function assigns on ``self``."""
    found: set[str] = set()
    for node in nodes_of(function):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=attr, ctx=ast.Store()):
                found.add(attr)
            case ast.Call(
                func=ast.Name(id="setattr"), args=[ast.Name(id="self"), ast.Constant(value=str() as name), _]
            ):
                found.add(name)
    return found


def _nested_names(function: ast.FunctionDef) -> set[str]:
    """Names that a function sets on the sub-configurations of ``self``, dotted."""
    found: set[str] = set()
    for node in nodes_of(function):
        match node:
            case ast.Attribute(value=ast.Attribute(), ctx=ast.Store()):
                path = ast.unparse(node)
                if path.startswith("self.") and path.replace(".", "").isidentifier():
                    found.add(path.removeprefix("self."))
            case ast.Assign(targets=[target], value=value):
                found |= {f"{name}.{key}" for name in _config_targets(target) for key in _literal_keys(value)}
    return found


def _config_targets(target: ast.expr) -> Iterator[str]:
    """Sub-configurations that an assignment sets, alone or with others."""
    for item in target.elts if isinstance(target, ast.Tuple) else [target]:
        name = item.attr if isinstance(item, ast.Attribute) else item.id if isinstance(item, ast.Name) else ""
        if name.endswith("_config"):
            yield name


def _literal_keys(value: ast.expr) -> Iterator[str]:
    """Keys of the dictionaries that an expression spells out."""
    for node in ast.walk(value):
        if isinstance(node, ast.Dict):
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value


def _added_keys(function: ast.FunctionDef) -> set[str]:
    """Keys that a function adds to a dictionary."""
    found: set[str] = set()
    for node in nodes_of(function):
        match node:
            case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str() as key), ctx=ast.Store()):
                found.add(key)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(), attr="setdefault"), args=[ast.Constant(value=str() as key), _]
            ):
                found.add(key)
    return found


def _properties(text: ClassText) -> tuple[set[str], set[str]]:
    settable: set[str] = set()
    found: set[str] = set()
    for item in text.node.body:
        if not isinstance(item, ast.FunctionDef):
            continue
        for decorator in item.decorator_list:
            match decorator:
                case ast.Attribute(attr="setter"):
                    settable.add(item.name)
                case ast.Name(id="property" | "cached_property") | ast.Attribute(attr="cached_property"):
                    found.add(item.name)
    return settable, found - settable
