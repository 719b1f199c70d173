"""What one modeling file says about its classes, without executing it.

The record of a file depends on its text alone, so it can be kept by the text's digest: most files repeat from release
to release. Names are left as the file writes them; :mod:`.library` looks them up across files.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog.introspect.architectures.parsing import parse_source
from catalog.introspect.architectures.skeleton import UnusualLayoutError, skeleton

PARSER_VERSION = 1
"""Changes when :func:`parse_modeling` reads the same text differently: part of the key of whoever keeps its records."""

_DOC_DECORATORS = frozenset(
    {
        "add_start_docstrings",
        "add_start_docstrings_to_model_forward",
        "add_start_docstrings_to_callable",
        "add_end_docstrings",
    }
)
_OUTPUT_DECORATORS = frozenset({"replace_return_docstrings", "add_code_sample_docstrings"})
_MAX_TEXT = 1_000_000
"""Longest string that is put together: a few lines of source can ask for gigabytes."""


@dataclass(frozen=True, slots=True)
class Import:
    """Where a name of a file comes from.

    Attributes:
        level: Dots before the module; 0 for an absolute import.
        module: The module after the dots; empty for ``from . import x``.
        name: The name in that module; ``None`` where the module itself is imported.
    """

    level: int
    module: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a signature. A starred one has its stars in the name."""

    name: str
    annotation: str | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """A ``forward`` as the file writes it.

    Attributes:
        arguments: Its parameters without ``self``.
        returns: Source of the return annotation.
        output_class: Output class that a decorator names, or that the body makes where the annotation names none.
        docs: Docstring and what decorators put around it, the first one in force.
        automatic: True under ``@auto_docstring``: what `docs` leaves out is documented centrally.
    """

    arguments: tuple[Argument, ...] = ()
    returns: str | None = None
    output_class: str | None = None
    docs: tuple[str, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class ModelClass:
    """A class of a file.

    Attributes:
        name: Its name.
        bases: Its bases as written, type arguments left out.
        intro: Introduction that a decorator gives it.
        docs: Docstring and what decorators put around it.
        automatic: True under ``@auto_docstring``.
        config_class: The configuration class it declares (``config: X`` or ``config_class = X``).
        fields: Annotated attributes, name and annotation, in order: the fields of an output class.
        forward: Its own ``forward``; ``None`` where it inherits one.
    """

    name: str
    bases: tuple[str, ...] = ()
    intro: str | None = None
    docs: tuple[str, ...] = ()
    automatic: bool = False
    config_class: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    forward: Forward | None = None


@dataclass(frozen=True, slots=True)
class ModelingFile:
    """The interface of a modeling file.

    Attributes:
        classes: Its classes by name.
        imports: Its imported names.
        aliases: Names that stand for another name of the file.
    """

    classes: Mapping[str, ModelClass] = field(default_factory=dict)
    imports: Mapping[str, Import] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)


_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def parse_modeling(text: str) -> ModelingFile:
    """Read the interface of a modeling file.

    Args:
        text: Its source.

    Returns:
        Its classes and imports.

    Raises:
        SyntaxError: If the file is not Python.
        ValueError: If it cannot be parsed for another reason, such as nesting beyond all bounds.
    """
    try:
        reduced = skeleton(text)
        return _read(reduced)
    except (UnusualLayoutError, SyntaxError):
        return parse_whole(text)


def parse_whole(text: str) -> ModelingFile:
    """Read the interface from the whole file: slower than :func:`parse_modeling`, and the measure of its result."""
    return _read(text)


def _read(text: str) -> ModelingFile:
    try:
        return _FileReader(text).read()
    except RecursionError as error:
        raise ValueError("an expression is nested too deeply") from error


class _FileReader:
    """Reads one syntax tree; keeps the lines to take source text from."""

    def __init__(self, text: str) -> None:
        self._tree = parse_source(text)
        self._lines = text.split("\n")
        self._strings: dict[str, str] = {}

    def read(self) -> ModelingFile:
        classes: dict[str, ModelClass] = {}
        imports: dict[str, Import] = {}
        aliases: dict[str, str] = {}
        for node in _statements(self._tree.body):
            match node:
                case ast.ClassDef():
                    classes[node.name] = self._class(node)
                case ast.ImportFrom():
                    for alias in node.names:
                        imports[alias.asname or alias.name] = Import(node.level, node.module or "", alias.name)
                case ast.Import():
                    for alias in node.names:
                        imports[alias.asname or alias.name] = Import(0, alias.name, None)
                case ast.Assign(targets=[ast.Name(id=target)], value=ast.Name(id=other)):
                    aliases[target] = other
                case ast.Assign(targets=[ast.Name(id=target)], value=value):
                    if (text := self._string(value)) is not None:
                        self._strings[target] = text
        return ModelingFile(classes, imports, aliases)

    def _class(self, node: ast.ClassDef) -> ModelClass:
        fields: list[tuple[str, str]] = []
        config_class: str | None = None
        forward: Forward | None = None
        for statement in node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    fields.append((name, self._source(annotation)))
                    if name in {"config", "config_class"} and config_class is None:
                        config_class = _last_name(annotation)
                case ast.Assign(targets=[ast.Name(id="config_class")], value=value):
                    config_class = _last_name(value)
                case ast.FunctionDef(name="forward") | ast.AsyncFunctionDef(name="forward"):
                    forward = self._forward(statement)
        intro, before, after, automatic, _ = self._decorators(node.decorator_list)
        own = self._docstring(node)
        return ModelClass(
            name=node.name,
            bases=tuple(dotted for base in node.bases if (dotted := _dotted(base)) is not None),
            intro=intro,
            docs=(*before, *([own] if own else []), *after),
            automatic=automatic,
            config_class=config_class,
            fields=tuple(fields),
            forward=forward,
        )

    def _forward(self, node: _Function) -> Forward:
        _, start, end, automatic, output_class = self._decorators(node.decorator_list)
        own = self._docstring(node)
        returns = None if node.returns is None else self._source(node.returns)
        if output_class is None and "Output" not in (returns or ""):
            output_class = _made_output(node)
        return Forward(
            arguments=tuple(self._arguments(node.args)),
            returns=returns,
            output_class=output_class,
            docs=(*([own] if own else []), *start, *end),
            automatic=automatic,
        )

    def _arguments(self, arguments: ast.arguments) -> Iterator[Argument]:
        positional = [*arguments.posonlyargs, *arguments.args]
        missing = len(positional) - len(arguments.defaults)
        for index, argument in enumerate(positional):
            if index or argument.arg not in {"self", "cls"}:
                yield self._argument(argument, arguments.defaults[index - missing] if index >= missing else None)
        if arguments.vararg:
            yield self._argument(arguments.vararg, None, stars="*")
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            yield self._argument(argument, default)
        if arguments.kwarg:
            yield self._argument(arguments.kwarg, None, stars="**")

    def _argument(self, argument: ast.arg, default: ast.expr | None, *, stars: str = "") -> Argument:
        return Argument(
            stars + argument.arg,
            None if argument.annotation is None else self._source(argument.annotation),
            None if default is None else self._source(default),
        )

    def _docstring(self, node: ast.ClassDef | _Function) -> str | None:
        """The docstring; also one that calls ``format``, which Python does not take for one but readers do."""
        first = node.body[0]
        return self._string(first.value) if isinstance(first, ast.Expr) else None

    def _decorators(self, decorators: list[ast.expr]) -> tuple[str | None, list[str], list[str], bool, str | None]:
        """Introduction, documentation before and after the docstring, ``@auto_docstring`` or not, output class."""
        intro: str | None = None
        start: list[str] = []
        end: list[str] = []
        automatic = False
        output_class: str | None = None
        for decorator in decorators:
            call = decorator if isinstance(decorator, ast.Call) else None
            name = _last_name(decorator if call is None else call.func)
            if name == "auto_docstring":
                automatic = True
                keywords = {keyword.arg: keyword.value for keyword in call.keywords} if call else {}
                intro = self._string(keywords.get("custom_intro")) or intro
                if arguments := self._string(keywords.get("custom_args")):
                    start.append(arguments)
            elif call is not None and name in _DOC_DECORATORS:
                strings = [string for value in call.args if (string := self._string(value)) is not None]
                (end if name == "add_end_docstrings" else start).extend(strings)
                if name == "add_start_docstrings" and strings:
                    intro = strings[0]
            elif call is not None and name in _OUTPUT_DECORATORS:
                output = next((keyword.value for keyword in call.keywords if keyword.arg == "output_type"), None)
                output_class = output_class or (None if output is None else _last_name(output))
        return intro, start, end, automatic, output_class

    def _string(self, node: ast.expr | None) -> str | None:
        """Value of an expression that makes a string of constants; ``None`` for any other."""
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.Name(id=name):
                return self._strings.get(name)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                first, second = self._string(left), self._string(right)
                if first is None or second is None or len(first) + len(second) > _MAX_TEXT:
                    return None
                return first + second
            case ast.Call(func=ast.Attribute(value=value, attr="format"), args=args, keywords=keywords):
                return self._formatted(value, args, keywords)
            case _:
                return None

    def _formatted(self, value: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> str | None:
        """``TEXT.format("batch_size, sequence_length")``: plain fields only, since a format can ask for gigabytes."""
        template = self._string(value)
        fields = [("{}", argument) for argument in args]
        fields += [(f"{{{index}}}", argument) for index, argument in enumerate(args)]
        fields += [(f"{{{keyword.arg}}}", keyword.value) for keyword in keywords]
        for field_name, argument in fields:
            text = self._string(argument) or "…"
            if template is None or template.count(field_name) * len(text) > _MAX_TEXT:
                return None
            template = template.replace(field_name, text, 1 if field_name == "{}" else -1)
        return template

    def _source(self, node: ast.expr) -> str:
        """Source text of an expression, on one line."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if first == last:
            line = self._lines[first]
            if line.isascii():
                return line[node.col_offset : node.end_col_offset]
            return line.encode()[node.col_offset : node.end_col_offset].decode()
        # A comment may stand between the lines: only the unparsed form is one line of source.
        return ast.unparse(node)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module, those within its ``if`` and ``try`` blocks included."""
    for node in body:
        match node:
            case ast.If(body=inner, orelse=other):
                yield from _statements(other)
                yield from _statements(inner)
            case ast.Try(body=inner, handlers=handlers, orelse=other):
                for handler in handlers:
                    yield from _statements(handler.body)
                yield from _statements(other)
                yield from _statements(inner)
            case _:
                yield node


def _dotted(node: ast.expr) -> str | None:
    """``a.b.C`` of a name, an attribute or a subscripted one; ``None`` for any other expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            left = _dotted(value)
            return None if left is None else f"{left}.{attribute}"
        case ast.Subscript(value=value):
            return _dotted(value)
        case _:
            return None


def _last_name(node: ast.expr) -> str | None:
    """Name of the class that an expression names; of ``A | B`` the first, of ``"X"`` the text itself."""
    match node:
        case ast.Constant(value=str(value)):
            return value.rpartition(".")[2] or None
        case ast.BinOp(left=left):
            return _last_name(left)
        case _:
            dotted = _dotted(node)
            return None if dotted is None else dotted.rpartition(".")[2]


def _made_output(node: _Function) -> str | None:
    """The output class that a function returns or makes last; a skeleton holds just that."""
    returned: list[tuple[int, str]] = []
    made: list[tuple[int, str]] = []
    for item in itertools.chain.from_iterable(map(ast.walk, node.body)):
        match item:
            case ast.Return(value=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
                found = returned
            case ast.Assign(targets=[ast.Name()], value=ast.Call(func=ast.Name(id=name))):
                found = made
            case _:
                continue
        if "Output" in name:
            found.append((item.lineno, name))
    return max(returned or made, default=(0, None))[1]
