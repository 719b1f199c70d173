"""Finds what a name in a file of a release means: a class, a constant or a function of some file of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from catalog.errors import IntrospectionError
from catalog.introspect.fingerprint import extractor_digest
from catalog.introspect.reasons import one_line
from catalog.introspect.sources import SourceTree
from catalog.introspect.static.cache import Cache, NoCache
from catalog.introspect.static.facts import ClassFacts, FileFacts, Import, from_document, to_document
from catalog.introspect.static.folding import NotConstantError, fold_source
from catalog.introspect.static.reading import read_file

Kind: TypeAlias = Literal["class", "constant", "function", "module"]

_PACKAGE = "transformers"
_MAX_HOPS = 12
_MAX_STARS = 12
_CONFIGURATION = re.compile(r"(?:^|/)configuration_\w+\.py$")
_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "ExplicitEnum", "Flag", "IntFlag"})


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined.

    Attributes:
        kind: What it is.
        path: The file.
        name: Its name there; empty for a module.
    """

    kind: Kind
    path: str
    name: str


class Modules:
    """The files of a release, read when first asked for.

    Args:
        tree: The release.
        cache: Keeps facts of files by their content.
    """

    def __init__(self, tree: SourceTree, *, cache: Cache | None = None) -> None:
        self._tree = tree
        self._paths = frozenset(tree.paths())
        self._cache: Cache = cache or NoCache()
        # What is kept depends on the code that read it: whatever changes there must not meet what is kept already.
        self._kind = f"configuration-{extractor_digest()[:16]}"
        self._facts: dict[str, FileFacts | None] = {}
        self._definitions: dict[tuple[str, str], Definition | None] = {}
        self._values: dict[tuple[str, str], Any] = {}
        self._pending: set[tuple[str, str]] = set()
        self._index: dict[str, str] | None = None
        self.failures: dict[str, str] = {}
        """Files that could not be read, with the reason."""

    def facts(self, path: str) -> FileFacts | None:
        """Facts of a file; ``None`` where there is none, or it could not be read."""
        if path not in self._facts:
            self._facts[path] = self._read(path) if path in self._paths else None
        return self._facts[path]

    def class_facts(self, definition: Definition) -> ClassFacts:
        """Facts of a class that :meth:`definition` found."""
        facts = self.facts(definition.path)
        if facts is None:
            raise KeyError(definition.path)
        return facts.classes[definition.name]

    def _read(self, path: str) -> FileFacts | None:
        try:
            digest = self._tree.digest(path)
            kept = _kept(self._cache.get(digest, self._kind))
            if kept is not None:
                return kept
            facts = read_file(self._tree.read(path), name=path)
        except (IntrospectionError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.failures[path] = one_line(error)
            return None
        self._cache.put(digest, self._kind, to_document(facts))
        return facts

    def definition(self, path: str, name: str) -> Definition | None:
        """Find what a dotted or plain name in a file stands for.

        Args:
            path: The file.
            name: ``X`` or ``module.X``.

        Returns:
            Its definition; ``None`` where it comes from elsewhere than this release.
        """
        key = (path, name)
        if key not in self._definitions:
            self._definitions[key] = self._find(path, name)
        return self._definitions[key]

    def _find(self, path: str, name: str) -> Definition | None:
        first, *rest = name.split(".")
        found = self._lookup(path, first, hops=0)
        for part in rest:
            if found is None or found.kind != "module":
                return None
            found = self._member(found.path, part, hops=0)
        return found

    def _lookup(self, path: str, name: str, *, hops: int) -> Definition | None:
        facts = self.facts(path)
        if facts is None or hops > _MAX_HOPS:
            return None
        if name in facts.classes:
            return Definition("class", path, name)
        # Of an import and its fallback, the import counts where it leads to a file of the release.
        if name in facts.imports and (found := self._follow(path, facts.imports[name], hops=hops + 1)) is not None:
            return found
        if name in facts.constants:
            source = facts.constants[name]
            other = self._lookup(path, source, hops=hops + 1) if source.isidentifier() and source != name else None
            return other if other is not None and other.kind == "class" else Definition("constant", path, name)
        if name in facts.functions:
            return Definition("function", path, name)
        for star in facts.stars if len(facts.stars) <= _MAX_STARS else ():
            target = self._module_path(path, star)
            found = self._lookup(target, name, hops=hops + 1) if target is not None else None
            if found is not None:
                return found
        return None

    def _follow(self, path: str, item: Import, *, hops: int) -> Definition | None:
        target = self._module_path(path, item)
        if target is None:
            return None
        return Definition("module", target, "") if item.name is None else self._member(target, item.name, hops=hops)

    def _member(self, path: str, name: str, *, hops: int) -> Definition | None:
        """What a module offers under a name: something it defines, or a module of its package.

        A package offers every configuration class below it, through tables and stars that differ from release to
        release. Going through them would read hundreds of files; the class is looked up where it is instead.
        """
        is_package = path.endswith("__init__.py")
        if is_package and name.endswith("Config"):
            below = self._configuration(name)
            if below is not None and below.path.startswith(path.removesuffix("__init__.py")):
                return below
        found = self._lookup(path, name, hops=hops)
        if found is None and is_package:
            inner = self._file(path.removesuffix("__init__.py") + name)
            return None if inner is None else Definition("module", inner, "")
        return found

    def _configuration(self, name: str) -> Definition | None:
        """The configuration file that defines a class."""
        if self._index is None:
            self._index = {}
            for path in sorted(self._paths):
                if _CONFIGURATION.search(path) and (facts := self.facts(path)) is not None:
                    for item in facts.classes:
                        self._index.setdefault(item, path)
        found = self._index.get(name)
        return None if found is None else Definition("class", found, name)

    def _module_path(self, path: str, item: Import) -> str | None:
        """File of the module that an import names."""
        parts = [part for part in item.module.split(".") if part]
        if item.level == 0:
            return self._file("/".join(parts[1:])) if parts[:1] == [_PACKAGE] else None
        folders = path.split("/")[:-1]
        if item.level - 1 > len(folders):
            return None
        return self._file("/".join([*folders[: len(folders) - item.level + 1], *parts]))

    def _file(self, stem: str) -> str | None:
        candidates = (f"{stem}.py", f"{stem}/__init__.py") if stem else ("__init__.py",)
        return next((path for path in candidates if path in self._paths), None)

    def value(self, definition: Definition, *, depth: int) -> Any:
        """Value of a constant.

        Raises:
            NotConstantError: If it cannot be folded, or refers to itself.
        """
        key = (definition.path, definition.name)
        if key not in self._values:
            if key in self._pending:
                raise NotConstantError(f"{definition.name} refers to itself")
            self._pending.add(key)
            try:
                self._values[key] = self._fold(definition, depth)
            finally:
                self._pending.discard(key)
        value = self._values[key]
        if isinstance(value, NotConstantError):
            raise value
        return value

    def _fold(self, definition: Definition, depth: int) -> Any:
        facts = self.facts(definition.path)
        if facts is None or definition.name in facts.imports:
            return NotConstantError(f"{definition.name} depends on what is installed")
        try:
            return fold_source(facts.constants[definition.name], FileNames(self, definition.path), depth=depth + 1)
        except NotConstantError as error:
            return error

    def meaning(self, path: str, name: str) -> str | None:
        """What a name in an annotation stands for, where it is not the name of a class itself.

        Args:
            path: The file.
            name: A name in it.

        Returns:
            Source of the annotation that it is an alias of, or the class's own name; ``None`` where it needs neither.
        """
        found = self.definition(path, name)
        if found is None or found.kind not in ("constant", "class"):
            return None
        if found.kind == "class":
            return found.name if found.name != name.rpartition(".")[2] else None
        facts = self.facts(found.path)
        return facts.constants[found.name] if facts is not None else None


def _kept(document: Any) -> FileFacts | None:
    """Facts from a cache; ``None`` where it has none, or something else in their place."""
    try:
        return None if document is None else from_document(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


class FileNames:
    """The names that an expression in a file may use.

    Args:
        modules: The release.
        path: The file.
        scope: Names of the class body around the expression: name → source.
    """

    def __init__(self, modules: Modules, path: str, scope: Callable[[str], str | None] | None = None) -> None:
        self._modules = modules
        self._path = path
        self._scope = scope

    def value_of(self, name: str, *, depth: int) -> Any:
        """Value of a name; see :class:`~catalog.introspect.static.folding.Names`."""
        source = self._scope(name) if self._scope is not None else None
        if source is not None:
            return fold_source(source, FileNames(self._modules, self._path), depth=depth + 1)
        found = self._modules.definition(self._path, name)
        if found is None or found.kind != "constant":
            raise NotConstantError(f"the value of {name!r} is not known")
        return self._modules.value(found, depth=depth)

    def attribute_of(self, node: ast.Attribute, *, depth: int) -> Any:
        """Value of a dotted name: a constant of a module, an attribute of a class, a member of an enumeration."""
        owner = self._modules.definition(self._path, ast.unparse(node.value))
        if owner is not None and owner.kind == "module":
            found = self._modules.definition(owner.path, node.attr)
            if found is not None and found.kind == "constant":
                return self._modules.value(found, depth=depth)
        if owner is not None and owner.kind == "class":
            return self._class_attribute(owner, node.attr, depth)
        if isinstance(node.value, ast.Attribute) and node.attr in ("value", "name"):
            return self._member(node.value, node.attr, depth)
        raise NotConstantError(f"the value of {ast.unparse(node)!r} is not known")

    def returned_by(self, name: str) -> Any:
        """What a function without parameters returns, where returning a constant is all it does.

        Raises:
            NotConstantError: If it cannot be told.
        """
        found = self._modules.definition(self._path, name)
        facts = self._modules.facts(found.path) if found is not None and found.kind == "function" else None
        if found is None or facts is None:
            raise NotConstantError(f"{name!r} is not known")
        return fold_source(facts.functions[found.name], FileNames(self._modules, found.path))

    def _class_attribute(self, owner: Definition, name: str, depth: int) -> Any:
        facts = self._modules.class_facts(owner)
        source = facts.assignments.get(name)
        if source is None:
            source = next((item.default for item in facts.fields if item.name == name), None)
        if source is None:
            raise NotConstantError(f"{owner.name} has no constant {name!r} of its own")
        scope = facts.assignments.get
        return fold_source(source, FileNames(self._modules, owner.path, scope), depth=depth + 1)

    def _member(self, node: ast.Attribute, part: str, depth: int) -> Any:
        """``Side.LEFT.value``, ``Side.LEFT.name``."""
        owner = self._modules.definition(self._path, ast.unparse(node.value))
        if owner is None or owner.kind != "class":
            raise NotConstantError("not a member of an enumeration")
        facts = self._modules.class_facts(owner)
        if not any(base.split(".")[-1] in _ENUMS for base in facts.bases) or node.attr not in facts.assignments:
            raise NotConstantError("not a member of an enumeration")
        return node.attr if part == "name" else self._class_attribute(owner, node.attr, depth)
