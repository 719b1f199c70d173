"""Looks up classes across the files of a release, following imports as Python would, without executing them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.errors import IntrospectionError
from catalog.introspect.architectures.cached import (
    KIND,
    DocumentCache,
    modeling_from_document,
    modeling_to_document,
)
from catalog.introspect.architectures.modeling import Import, ModelClass, ModelingFile, parse_modeling
from catalog.introspect.sources import SourceTree
from catalog.records import Failure

_MODELING = re.compile(r"(?:^|/)modeling_(?!tf_|flax_)\w+\.py$")
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_ENDS = frozenset(
    {
        "PreTrainedModel",
        "GenerationMixin",
        "ModelOutput",
        "Module",
        "ABC",
        "object",
        "Protocol",
        "Generic",
        "OrderedDict",
    }
)
"""Bases that are not looked into: common to all models, and without a ``forward`` or fields of interest."""
_MAX_HOPS = 20


@dataclass(frozen=True, slots=True)
class Located:
    """A class and the file that defines it."""

    path: str
    name: str
    definition: ModelClass = field(compare=False)


class Library:
    """The modeling files of a release, parsed once each.

    Args:
        source: The release.
        cache: Keeps parsed files by the digest of their text, from release to release.
    """

    def __init__(self, source: SourceTree, cache: DocumentCache | None = None) -> None:
        self._source = source
        self._cache = cache
        self._paths = frozenset(source.paths())
        self._files: dict[str, ModelingFile] = {}
        self._folders: dict[str, dict[str, str]] = {}
        self._orders: dict[tuple[str, str], tuple[Located, ...]] = {}
        self._homes: dict[str, list[str]] = {}
        self.failures: list[Failure] = []
        for path in source.paths():
            if _MODELING.search(path):
                for name in self.load(path).classes:
                    self._homes.setdefault(name, []).append(path)

    def load(self, path: str) -> ModelingFile:
        """Parse a file, or take it from the cache. One that cannot be parsed is a failure, and empty."""
        if path not in self._files:
            try:
                self._files[path] = self._parse(path)
            except (IntrospectionError, SyntaxError, ValueError) as error:
                self.failures.append(Failure(subject=path, stage="architecture", reason=_reason(error)))
                self._files[path] = ModelingFile()
        return self._files[path]

    def _parse(self, path: str) -> ModelingFile:
        if self._cache is None:
            return parse_modeling(self._source.read(path))
        digest = self._source.digest(path)
        if (document := self._cache.get(digest, KIND)) is not None:
            known = modeling_from_document(document)
            if known is not None:
                return known
        file = parse_modeling(self._source.read(path))
        self._cache.put(digest, KIND, modeling_to_document(file))
        return file

    def find(self, name: str, *, folders: tuple[str, ...] = ()) -> Located | None:
        """Find a model class by name.

        Args:
            name: Its name.
            folders: Folders below ``models`` to prefer where several files define the name.

        Returns:
            The class; ``None`` where no modeling file defines it.
        """
        homes = self._homes.get(name, [])
        preferred = [path for folder in folders for path in homes if f"/{folder}/" in f"/{path}"]
        for path in (*preferred, *homes):
            return Located(path, name, self.load(path).classes[name])
        return None

    def resolve(self, name: str, path: str) -> Located | None:
        """Find the class that a name means in a file.

        Args:
            name: A name, or a dotted one such as ``modeling_outputs.ModelOutput``.
            path: The file that uses it.

        Returns:
            The class; ``None`` where it lies outside the release, or is one of the common bases.
        """
        first, _, rest = name.partition(".")
        if not rest:
            return None if name in _ENDS else self._follow(name, path)
        target = self.load(path).imports.get(first)
        module = self._module(path, target, whole=True) if target else None
        last = rest.rpartition(".")[2]
        return self._follow(last, module) if module and last not in _ENDS else None

    def _follow(self, name: str, path: str) -> Located | None:
        for _ in range(_MAX_HOPS):
            file = self.load(path)
            name = file.aliases.get(name, name)
            if name in file.classes:
                return Located(path, name, file.classes[name])
            target = file.imports.get(name)
            module = self._module(path, target) if target else self._sibling(path, name)
            if module is None or (module == path and target is None):
                return None
            name, path = (target.name or name) if target else name, module
        return None

    def _module(self, path: str, target: Import, *, whole: bool = False) -> str | None:
        """File that an import of a file leads to; ``None`` for one outside the release."""
        parts = target.module.split(".") if target.module else []
        if target.level:
            package = path.split("/")[:-1]
            if target.level - 1 > len(package):
                return None
            parts = [*package[: len(package) - target.level + 1], *parts]
        elif parts and parts[0] == "transformers":
            parts = parts[1:]
        else:
            return None
        if whole and target.name:
            parts = [*parts, target.name]
        return next(
            (path for path in ("/".join(parts) + ".py", "/".join([*parts, "__init__.py"])) if path in self._paths), None
        )

    def _sibling(self, path: str, name: str) -> str | None:
        """File of a package that defines a name which its ``__init__.py`` hands on without saying from where."""
        folder, _, file = path.rpartition("/")
        if file != "__init__.py":
            return None
        if folder not in self._folders:
            self._folders[folder] = dict(self._classes_in(folder))
        return self._folders[folder].get(name)

    def _classes_in(self, folder: str) -> Iterator[tuple[str, str]]:
        for path in sorted(self._paths):
            if path.rpartition("/")[0] == folder and not path.endswith("__init__.py"):
                try:
                    text = self._source.read(path)
                except IntrospectionError:
                    continue  # reported where the file itself is asked for
                yield from ((name, path) for name in _CLASS.findall(text))

    def order(self, located: Located) -> tuple[Located, ...]:
        """A class and its bases within the release in the order in which Python looks up attributes."""
        return self._order(located, ())

    def _order(self, located: Located, below: tuple[tuple[str, str], ...]) -> tuple[Located, ...]:
        key = (located.path, located.name)
        if key in below or len(below) > _MAX_HOPS:  # a class that inherits from itself: no Python would load that
            return ()
        if key not in self._orders:
            bases = [base for name in located.definition.bases if (base := self.resolve(name, located.path))]
            orders = [list(self._order(base, (*below, key))) for base in bases]
            self._orders[key] = (located, *_merge([*orders, bases]))
        return self._orders[key]


def _merge(sequences: list[list[Located]]) -> Iterator[Located]:
    """The C3 merge; where no order is consistent, the first class left comes next."""
    while sequences := [sequence for sequence in sequences if sequence]:
        heads = [sequence[0] for sequence in sequences]
        tails = [sequence[1:] for sequence in sequences]
        chosen = next((head for head in heads if not any(head in tail for tail in tails)), heads[0])
        yield chosen
        sequences = [[item for item in sequence if item != chosen] for sequence in sequences]


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"not valid Python: {error.msg} (line {error.lineno})"
    return str(error)
