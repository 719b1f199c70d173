"""Documentation that transformers keeps in one place for all models, since about 4.52: ``utils/auto_docstring.py``.

A class or method under ``@auto_docstring`` documents what is special to it; arguments and outputs that go by the same
name everywhere are described in the classes ``ModelArgs``, ``ModelForArgs`` and ``ModelOutputArgs``, as literals.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.errors import IntrospectionError
from catalog.introspect.architectures.docs import Documented, first_paragraph, one_line_type
from catalog.introspect.architectures.parsing import parse_source
from catalog.introspect.sources import SourceTree
from catalog.records import Failure

_FILES = ("utils/auto_docstring.py", "utils/args_doc.py")
_CLASSES = (
    "ModelArgs",
    "ModelForArgs",
    "ImageProcessorArgs",
    "VideoProcessorArgs",
    "ModelOutputArgs",
    "ClassDocstring",
)
_BLOCK = re.compile(rf"^class (?:{'|'.join(_CLASSES)})\b.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class CentralDocs:
    """The central documentation of a release.

    Attributes:
        arguments: Arguments of every model.
        arguments_by_suffix: End of a class name → arguments that differ there, longest end first.
        outputs: Fields of every output class.
        introductions: End of a class name → introduction with a place for ``{model_name}``.
        failures: What could not be read.
    """

    arguments: Mapping[str, Documented] = field(default_factory=dict)
    arguments_by_suffix: Mapping[str, Mapping[str, Documented]] = field(default_factory=dict)
    outputs: Mapping[str, Documented] = field(default_factory=dict)
    introductions: Mapping[str, str] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    def argument(self, class_name: str, name: str) -> Documented | None:
        """Documentation of an argument of a class."""
        for suffix, arguments in self.arguments_by_suffix.items():
            if class_name.endswith(suffix):
                return arguments.get(name) or self.arguments.get(name)
        return self.arguments.get(name)

    def introduction(self, class_name: str, model_name: str) -> str | None:
        """Introduction of a class by the end of its name; of several ends the longest counts."""
        suffixes = [suffix for suffix in self.introductions if class_name.endswith(suffix)]
        if not suffixes:
            return None
        return first_paragraph(self.introductions[max(suffixes, key=len)].replace("{model_name}", model_name))


def read_central_docs(source: SourceTree) -> CentralDocs:
    """Read the central documentation.

    Args:
        source: The release.

    Returns:
        The documentation; empty where the release has none.
    """
    paths = set(source.paths())
    path = next((path for path in _FILES if path in paths), None)
    if path is None:
        return CentralDocs()
    try:
        blocks = "\n".join(match[0] for match in _BLOCK.finditer(source.read(path)))
        tree = parse_source(blocks)
    except (IntrospectionError, SyntaxError, ValueError) as error:
        return CentralDocs(failures=(Failure(subject=path, stage="architecture", reason=str(error)),))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    arguments: dict[str, Documented] = {}
    # Later ones win, as they do upstream.
    for name in ("ModelArgs", "ImageProcessorArgs", "VideoProcessorArgs"):
        arguments |= _documented(classes.get(name))
    return CentralDocs(
        arguments=arguments,
        arguments_by_suffix=_by_suffix(classes.get("ModelForArgs")),
        outputs=_documented(classes.get("ModelOutputArgs")),
        introductions=_introductions(classes.get("ClassDocstring")),
    )


def _documented(node: ast.ClassDef | None) -> dict[str, Documented]:
    """``name = {"description": …, "shape": …}`` and ``name = other`` of a class body."""
    found: dict[str, Documented] = {}
    for statement in node.body if node else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys, values=values)):
                facts = {
                    key.value: value.value
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant)
                    and isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                }
                head = " ".join(part for part in (facts.get("type"), facts.get("shape")) if part)
                info = facts.get("additional_info")
                head = f"{head}, {info}" if head and info else head or info or ""
                text = inspect.cleandoc(facts.get("description", "")).strip()
                found[name] = Documented(text or None, one_line_type(head))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if other in found:
                found[name] = found[other]
    return found


def _by_suffix(node: ast.ClassDef | None) -> dict[str, dict[str, Documented]]:
    found: dict[str, dict[str, Documented]] = {}
    for statement in node.body if node else ():
        match statement:
            case ast.ClassDef(name=name):
                found[name] = _documented(statement)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if other in found:
                found[name] = found[other]
    return {name: found[name] for name in sorted(found, key=len, reverse=True)}


def _introductions(node: ast.ClassDef | None) -> dict[str, str]:
    return {
        statement.targets[0].id: statement.value.value
        for statement in (node.body if node else ())
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and statement.targets[0].id not in {"Config", "PreTrainedModel"}
    }
