"""Renders class docstrings as ``auto_docstring`` of transformers 5 does when a configuration module is imported.

Since 5.4 a class documents in its source only what is special to it; the rest is written centrally, in the class
``ConfigArgs`` of ``utils/auto_docstring.py``, and put together at import. This module does that from the source.
It follows ``auto_class_docstring`` and ``auto_method_docstring`` of that file step by step, so that the text is equal.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.errors import IntrospectionError
from catalog.introspect.architectures.mappings import AutoMappings
from catalog.introspect.sources import SourceTree
from catalog.introspect.static.folding import NotConstantError, fold_literal

CENTRAL_PATH = "utils/auto_docstring.py"
"""Where a release documents what is common to all configurations."""

_BLOCK = re.compile(r"^class (?:ConfigArgs|ClassDocstring)\b.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_IGNORED = frozenset({"self", "kwargs", "args", "deprecated_arguments"})
_RENAMED = {"_out_features": "out_features", "_out_indices": "out_indices"}

_EXAMPLE_OR_RETURN = re.compile(r"(?m)^([ \t]*)(?=Example|Return|```)")
_RETURN = re.compile(r"(?m)^([ \t]*)(?=Return)")
_EXAMPLE = re.compile(r"(?m)^([ \t]*)(?=Example|```)")
_ARGS_SECTION = re.compile(r"(?:Args:)(\n.*)?(\n)?$", re.DOTALL)
_SHAPE = re.compile(r"(of shape\s*(?:`.*?`|\(.*?\)))")
_PARAMETER = re.compile(
    r"^\s{0,0}(\w+)\s*\(\s*([^, \)]*)(\s*.*?)\s*\)\s*:\s*((?:(?!\n^\s{0,0}\w+\s*\().)*)", re.DOTALL | re.MULTILINE
)
_PLACEHOLDERS = {
    "image_processor_class": "image_processor", "tokenizer_class": "tokenizer",
    "video_processor_class": "video_processor", "feature_extractor_class": "feature_extractor",
    "processor_class": "processor",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralConfigDocs:
    """What a release documents for all configurations.

    Attributes:
        arguments: Parameter → its entry: ``description``, and perhaps ``type``, ``shape``, ``additional_info``.
        introduction: Introduction of a class, with places for names.
        failure: Why it could not be read; ``None`` where it could, or there is none.
    """

    arguments: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    introduction: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A parameter of a class's constructor, formatted.

    Attributes:
        name: Its name.
        type: Words of its annotation; empty where it has none.
        optional: True where it may be left out, or be ``None``.
        default: Text of its default; ``None`` for no default, and for ``None``.
    """

    name: str
    type: str
    optional: bool
    default: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoration:
    """The arguments of a class's ``@auto_docstring``."""

    checkpoint: str | None = None
    custom_intro: str | None = None
    custom_args: str | None = None


def read_central_config_docs(tree: SourceTree) -> CentralConfigDocs:
    """Read the central documentation of a release; empty where it has none."""
    if CENTRAL_PATH not in tree.paths():
        return CentralConfigDocs()
    try:
        blocks = ast.parse("\n".join(match[0] for match in _BLOCK.finditer(tree.read(CENTRAL_PATH))))
    except (IntrospectionError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return CentralConfigDocs(failure=f"{type(error).__name__}: {error}")
    found: dict[str, dict[str, object]] = {}
    for node in blocks.body:
        values: dict[str, object] = {}
        for statement in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                values[statement.targets[0].id] = _value(statement.value, values)
        if isinstance(node, ast.ClassDef):
            found[node.name] = values
    arguments = {
        name: {str(key): item if isinstance(item, str) else None for key, item in entry.items()}
        for name, entry in found.get("ConfigArgs", {}).items()
        if isinstance(entry, dict)
    }
    introduction = found.get("ClassDocstring", {}).get("Config")
    return CentralConfigDocs(arguments=arguments, introduction=introduction if isinstance(introduction, str) else None)


def _value(node: ast.expr, values: Mapping[str, object]) -> object:
    if isinstance(node, ast.Name):
        return values.get(node.id)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {key.value: _value(value, values) for key, value in pairs if isinstance(key, ast.Constant)}
    try:
        return fold_literal(ast.unparse(node))
    except NotConstantError:
        return None


class AutoDocumentation:
    """Renders docstrings of one release.

    Args:
        central: Its central documentation.
        mappings: Its auto mappings, from which names are filled in.
    """

    def __init__(self, central: CentralConfigDocs, mappings: AutoMappings) -> None:
        self._central = central
        self._mappings = mappings
        names: dict[str, list[str]] = {}
        for model_type, class_name in mappings.models.get("MODEL_MAPPING", ()):
            names.setdefault(model_type, []).append(class_name)
        # A model type with two classes is written as Python writes the pair.
        self._models = {key: item[0] if len(item) == 1 else str(tuple(item)) for key, item in names.items()}

    def render(
        self,
        *,
        path: str,
        decoration: Decoration,
        doc: str | None,
        constructor_doc: str | None,
        signature: Sequence[Signature],
    ) -> str:
        """The docstring that the class has after import.

        Args:
            path: File of the class.
            decoration: Arguments of the decorator.
            doc: Docstring in the source.
            constructor_doc: Docstring of its own ``__init__``.
            signature: Parameters that are documented, in order.

        Returns:
            The text.
        """
        model_name = self._model_name(path)
        intro = decoration.custom_intro
        if intro is not None:
            block = "\n".join(line.lstrip() if line.strip() else "" for line in intro.splitlines())
            block += "" if block.endswith("\n") else "\n"
        else:
            block = self._introduction(model_name, decoration.checkpoint)
        if model_name and model_name not in self._mappings.config_classes:
            model_name = model_name.replace("_", "-")
        arguments = decoration.custom_args if decoration.custom_args is not None else doc or None
        text = constructor_doc
        if arguments is not None:
            text = "\n" + _indented(arguments.strip("\n"), 0) + ("" if text is None else "\n" + text)
        body = self._body(text, signature)
        if "_class}" in body:
            body = self._filled(body, model_name)
        return f"{_indented(block, 0) if block else ''}\n{body}"

    def _body(self, text: str | None, signature: Sequence[Signature]) -> str:
        documented = _documented(text) if text is not None else {}
        parts = ["Args:\n"]
        for item in signature:
            name = _RENAMED.get(item.name, item.name)
            if item.name in _IGNORED or item.name.startswith("_"):
                continue
            entry = self._entry(name, item, documented)
            if entry is not None:
                parts.append(_shifted(entry, 4))
        if text is not None:
            parts += _sections(text)
        return "".join(parts)

    def _entry(self, name: str, item: Signature, documented: Mapping[str, _Entry]) -> str | None:
        """A parameter's head and description; ``None`` where it is documented nowhere."""
        words, info, shape = item.type, "", ""
        optional = ", *optional*" if item.optional else ""
        if name in documented:
            entry = documented[name]
            if words == "" or entry.info:
                words = entry.type
            info, shape = entry.info, entry.shape
            description = f"{entry.description}\n"
        elif name in self._central.arguments:
            central = self._central.arguments[name]
            words = central.get("type") or words
            shape = f" {central['shape']}" if central.get("shape") else ""
            description = central.get("description") or ""
            if central.get("additional_info"):
                info = f"{shape}{optional}, {central['additional_info']}"
        else:
            return None
        words = words if "`" in words else f"`{words}`"
        if info:
            return f"{name} ({words}{info}):{description}"
        default = "" if item.default is None else f", defaults to `{item.default}`"
        return f"{name} ({words}{shape}{optional}{default}):{description}"

    def _model_name(self, path: str) -> str | None:
        """Name of the model that a file belongs to, by its folder; by its own name for the models that share one."""
        parts = path.split("/")
        if len(parts) < 3 or parts[-3] != "models":
            return None
        own = parts[-1].removeprefix("configuration_").removesuffix(".py")
        special = self._mappings.modules
        if own not in (parts[-1].removesuffix(".py"), parts[-2]) and (
            own in special or own.replace("_", "-") in special
        ):
            return own
        return parts[-2]

    def _introduction(self, model_name: str | None, checkpoint: str | None) -> str:
        if self._central.introduction is None:
            return ""
        title = " ".join(part.title() for part in model_name.split("_")) if model_name else None
        model: str | None = f"{title.title()}Model" if title is not None else None
        if model_name is not None:
            model = self._models.get(model_name, model)
        names = {"model_name": title, "model_base_class": model, "model_checkpoint": checkpoint}
        text = self._central.introduction
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def _filled(self, text: str, model_name: str | None) -> str:
        """Put class names in the places that a text leaves for them."""
        for placeholder in set(re.findall(r"{(.*?)}", text)):
            value: str | None = None
            if placeholder in _PLACEHOLDERS:
                names = self._mappings.processors.get(_PLACEHOLDERS[placeholder], {}).get(model_name or "")
                value = names[-1] if names else placeholder
            elif placeholder == "config_class":
                value = self._mappings.config_classes.get(model_name or "", placeholder)
            elif placeholder == "model_class":
                value = self._models.get(model_name or "", placeholder)
            if value is not None:
                text = text.replace(f"{{{placeholder}}}", value)
        return text


@dataclass(frozen=True, slots=True)
class _Entry:
    """A parameter as a docstring in the source documents it."""

    type: str
    description: str
    shape: str
    info: str


def _documented(text: str) -> dict[str, _Entry]:
    """Parameters that a docstring in the source documents."""
    if match := _EXAMPLE_OR_RETURN.search(text):
        text = text[: match.start()]
    section = _ARGS_SECTION.search(text)
    arguments = (section[1] or "").lstrip("\n") if section else text
    lines = arguments.split("\n")
    if lines[-1].strip() == '"""':
        lines = lines[:-1]
    if lines and lines[0].strip() in ('r"""', '"""'):
        lines = lines[1:]
    found = {}
    for match in _PARAMETER.finditer(_indented("\n".join(lines), 0)):
        shape = _SHAPE.search(match[3])
        found[match[1]] = _Entry(
            type=match[2],
            description=f"\n    {match[4].strip()}",
            shape=f" {shape[1]}" if shape else "",
            info=match[3],
        )
    return found


def _sections(text: str) -> list[str]:
    """What a docstring says beyond its parameters: what is returned, and examples."""
    parts = []
    if start := _RETURN.search(text):
        end = _EXAMPLE.search(text)
        parts.append(_indented(text[start.start() : end.start() if end else len(text)], 0))
        text = text[end.start() :] if end else ""
    if match := _EXAMPLE.search(text):
        parts.append("\n" + _indented(text[match.start() :], 0))
    return parts


def _shifted(text: str, columns: int) -> str:
    """Text whose first line has no indentation, moved to the right."""
    prefix = " " * columns
    return "\n".join([prefix + line if line.strip() else "" for line in text.split("\n")])


def _indented(text: str, columns: int) -> str:
    """Text with its smallest indentation made `columns`."""
    lines = text.split("\n")
    margin = min([len(line) - len(line.lstrip()) for line in lines if line.strip()], default=0)
    if not margin and not columns:
        return "\n".join([line if line.strip() else "" for line in lines])
    prefix = " " * columns
    return "\n".join([prefix + line[margin:] if line.strip() else "" for line in lines])
