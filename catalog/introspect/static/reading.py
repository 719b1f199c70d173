"""Reads the facts of a configuration file from its text, without executing it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from catalog.introspect.bounds import checked_choices, field_validator
from catalog.introspect.keywords import constructor_facts
from catalog.introspect.popped import popped_defaults
from catalog.introspect.source_text import ClassText, ModuleText
from catalog.introspect.static.facts import (
    BASE_NAMES,
    Argument,
    ClassFacts,
    FieldFacts,
    FileFacts,
    Import,
    KeywordFacts,
    MethodFacts,
)

_DEFAULTS = ("default", "default_factory")
_CONSTRUCTORS = ("__init__", "__post_init__")
_UNUSED_ASSIGNMENTS = frozenset(f"base_model_{kind}_plan" for kind in ("tp", "pp", "ep", "fsdp"))
_MUTATORS = frozenset({"update", "append", "extend", "pop", "remove", "insert", "clear", "setdefault", "add"})
_MAX_CONSTANT = 2**16
"""Longest expression of a constant that is kept, in characters: defaults never refer to larger ones."""


def read_file(text: str, *, name: str = "<source>") -> FileFacts:
    """Read a file's facts.

    Args:
        text: Its source.
        name: Its name, for error messages.

    Returns:
        The facts.

    Raises:
        SyntaxError: If this Python cannot parse it.
        ValueError: If it holds a NUL byte.
        RecursionError: If it is nested beyond measure.
    """
    module = ModuleText(text, name=name)
    statements = list(_top_level(module.tree.body))
    imports, stars = _imports(statements)
    future = imports.pop("annotations", None)
    if future is not None and future.module != "__future__":
        imports["annotations"] = future
    return FileFacts(
        imports=imports,
        stars=stars,
        constants=_constants(statements, text),
        classes={name: _class(module, item) for name, item in module.classes.items()},
        functions=_functions(statements, module),
        future_annotations=future is not None and future.module == "__future__",
    )


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of the top level, those within ``if`` and ``try`` included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            blocks = [node.body, node.orelse]
            if isinstance(node, ast.Try):
                blocks += [node.finalbody, *(handler.body for handler in node.handlers)]
            for block in blocks:
                yield from _top_level(block)


def _imports(statements: list[ast.stmt]) -> tuple[dict[str, Import], tuple[Import, ...]]:
    imports: dict[str, Import] = {}
    stars: list[Import] = []
    for node in statements:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found = Import(node.level, node.module or "", alias.name)
                if alias.name == "*":
                    stars.append(found)
                else:
                    imports[alias.asname or alias.name] = found
        elif isinstance(node, ast.Import):
            for alias in node.names:
                # ``import a.b`` binds ``a``; ``import a.b as c`` binds ``a.b``.
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                imports[alias.asname or module] = Import(0, module, None)
    return imports, tuple(stars)


def _constants(statements: list[ast.stmt], text: str) -> dict[str, str]:
    """Names that are assigned once and never changed at the top level."""
    found: dict[str, ast.expr] = {}
    bindings: Counter[str] = Counter()
    for node in statements:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        found[target.id] = value
                    bindings.update(_touched(target))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
                bindings[name] += 1
            case ast.AugAssign(target=target):
                bindings.update(2 * _touched(target))
            case ast.For(target=target):
                bindings.update(2 * _touched(target))
            case ast.Delete(targets=targets):
                bindings.update(2 * [name for target in targets for name in _touched(target)])
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr))) if attr in _MUTATORS:
                bindings[name] += 2
    lines = text.encode().splitlines(keepends=True)
    sources = {name: _source(lines, value) for name, value in found.items() if bindings[name] == 1}
    return {name: source for name, source in sources.items() if len(source) <= _MAX_CONSTANT}


def _touched(target: ast.expr) -> list[str]:
    """Names that an assignment to a target binds or changes; twice those that it changes, which makes them variable."""
    if isinstance(target, ast.Tuple | ast.List):
        return [name for item in target.elts for name in _touched(item)]
    if isinstance(target, ast.Subscript | ast.Attribute) and isinstance(target.value, ast.Name):
        return [target.value.id, target.value.id]
    return [target.id] if isinstance(target, ast.Name) else []


def _source(lines: list[bytes], node: ast.expr) -> str:
    """Source of an expression exactly as written, so that strings over several lines stay what they are."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    if first == last:
        return lines[first][node.col_offset : node.end_col_offset].decode()
    parts = [lines[first][node.col_offset :], *lines[first + 1 : last], lines[last][: node.end_col_offset]]
    return b"".join(parts).decode()


def _functions(statements: list[ast.stmt], module: ModuleText) -> dict[str, str]:
    found = {}
    for node in statements:
        if isinstance(node, ast.FunctionDef) and (returned := _returned(node, module)) is not None:
            found[node.name] = returned
    return found


def _returned(function: ast.FunctionDef, module: ModuleText) -> str | None:
    """Source of what a function returns, where it does nothing else."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    match body:
        case [ast.Return(value=ast.expr() as value)]:
            return module.expression(value)
    return None


def _class(module: ModuleText, text: ClassText) -> ClassFacts:
    node = text.node
    kept = {name: value for name, value in text.assignments.items() if name not in _UNUSED_ASSIGNMENTS}
    return ClassFacts(
        name=node.name,
        bases=tuple(_base(base) for base in node.bases),
        decorators=tuple(module.expression(item) for item in node.decorator_list),
        doc=ast.get_docstring(node, clean=False),
        fields=tuple(_field(module, name, item.annotation, item.default) for name, item in text.fields.items()),
        assignments={name: module.expression(value) for name, value in kept.items()},
        methods={name: _method(module, item) for name, item in text.methods.items()},
        keywords=_keywords(module, text),
        choices=checked_choices(text),
    )


def _base(node: ast.expr) -> str:
    return ast.unparse(node.value if isinstance(node, ast.Subscript) else node)


def _field(module: ModuleText, name: str, annotation: ast.expr | None, default: ast.expr | None) -> FieldFacts:
    # A validated field has its default as a keyword; ``tuple(VALUES)`` is a value like any other.
    is_validated = isinstance(default, ast.Call) and any(item.arg in _DEFAULTS for item in default.keywords)
    validator = field_validator(default) if is_validated else None
    return FieldFacts(
        name=name,
        annotation="" if annotation is None else module.expression(annotation),
        default=None if default is None else module.expression(default),
        validator=None if validator is None else module.expression(validator),
    )


def _method(module: ModuleText, node: ast.FunctionDef) -> MethodFacts:
    if node.name in _CONSTRUCTORS:
        doc = ast.get_docstring(node, clean=False)
        return MethodFacts(node.name, arguments=tuple(_arguments(module, node.args)), doc=doc)
    if node.name.startswith("validate_"):
        return MethodFacts(node.name, source=module.method(node))
    return MethodFacts(node.name, returned=_returned(node, module))


def _arguments(module: ModuleText, arguments: ast.arguments) -> Iterator[Argument]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    for argument, default in list(zip(positional, defaults, strict=True))[1:]:
        yield _argument(module, argument, default)
    if arguments.vararg is not None:
        yield _argument(module, arguments.vararg, None, stars="*")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _argument(module, argument, default)
    if arguments.kwarg is not None:
        yield _argument(module, arguments.kwarg, None, stars="**")


def _argument(module: ModuleText, argument: ast.arg, default: ast.expr | None, *, stars: str = "") -> Argument:
    annotation = None if argument.annotation is None else module.expression(argument.annotation)
    return Argument(stars + argument.arg, annotation, None if default is None else module.expression(default))


def _keywords(module: ModuleText, text: ClassText) -> KeywordFacts:
    facts = constructor_facts(text)
    popped = popped_defaults(module, text) if text.node.name in BASE_NAMES else {}
    return KeywordFacts(
        names=facts.keywords,
        takes_generation=facts.takes_generation,
        attributes=facts.attributes,
        settable=facts.settable,
        read_only=facts.read_only,
        popped=popped,
    )
