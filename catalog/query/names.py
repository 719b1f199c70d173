"""From what a user calls a model to the class that is meant, and what was probably meant where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import NotFoundError, UsageError

_LIMIT = 3
_CUTOFF = 72.0
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedClass:
    """A configuration class by its names.

    Attributes:
        name: Name of the class.
        module: Import path of its module.
        model_types: Model types that it declares or that lead to it.
        declared: The one that it states itself.
    """

    name: str
    module: str
    model_types: tuple[str, ...]
    declared: str | None = None


class NameIndex:
    """Finds the classes of one release by model type, class name or import path.

    Args:
        classes: The classes of the release.
        model_types: Model type → class name, as the auto mappings have it.
        release: The release, for messages.
    """

    def __init__(self, classes: Iterable[NamedClass], model_types: Mapping[str, str], *, release: str) -> None:
        self._classes = {cls.name: cls for cls in classes}
        self._mapped = dict(model_types)
        self._release = release
        self._declared: dict[str, list[str]] = {}
        for cls in self._classes.values():
            for model_type in cls.model_types:
                self._declared.setdefault(model_type, []).append(cls.name)

    def find(self, name: str) -> str | None:
        """Name of the class that is meant; ``None`` where there is none.

        A class name comes first, then a model type of the auto mappings, then one that a single class declares,
        then an import path.

        Raises:
            UsageError: If several classes declare that model type and the auto mappings have none of them.
        """
        name = name.strip()
        if name in self._classes:
            return name
        if name in self._mapped:
            return self._mapped[name]
        if name in self._declared:
            return self._only(name, self._declared[name])
        return self._by_path(name)

    def get(self, name: str) -> str:
        """Name of the class that is meant.

        Raises:
            NotFoundError: If there is none; it suggests names that were probably meant.
            UsageError: If several classes fit.
        """
        found = self.find(name)
        if found is None:
            raise self.not_found(name)
        return found

    def not_found(self, name: str) -> NotFoundError:
        """The error for a name that no class has."""
        return NotFoundError("model", name, where=f"in transformers {self._release}", suggestions=self.suggest(name))

    def suggest(self, name: str) -> tuple[str, ...]:
        """Names that were probably meant, best first: of the kind that the name looks like."""
        name = name.strip()
        last = name.rpartition(".")[2] if name.startswith("transformers.") else name
        if last[:1].isupper() and last.lower().endswith("config"):
            return closest(last, self._classes)
        model_types = {*self._mapped, *self._declared}
        return closest(last, model_types) or closest(last, self._classes)

    def names(self) -> tuple[str, ...]:
        """Every model type and class name, sorted."""
        return tuple(sorted({*self._mapped, *self._declared, *self._classes}))

    def model_types_of(self, name: str) -> tuple[str, ...]:
        """Model types that lead to a class, or that it declares and no other class has, sorted."""
        return tuple(sorted(m for m in self._classes[name].model_types if self._mapped.get(m, name) == name))

    def model_type_of(self, name: str) -> str | None:
        """The model type of a class: of those under which transformers finds it its own first; else one it declares."""
        known = self._classes[name].model_types
        mapped = tuple(model_type for model_type in known if self._mapped.get(model_type) == name)
        own = self._classes[name].declared
        if own in mapped:  # Code Llama is a Llama by another name, not the other way round
            return own
        return next(iter(mapped or self.model_types_of(name) or known), None)

    def _by_path(self, path: str) -> str | None:
        module, _, last = path.rpartition(".")
        cls = self._classes.get(last)
        if cls is None or not module:
            return None
        # transformers offers every class at the top and in its model's package as well as in its module.
        return last if cls.module == module or cls.module.startswith(f"{module}.") else None

    def _only(self, model_type: str, owners: Sequence[str]) -> str:
        if len(owners) > 1:
            raise UsageError(
                f"The model type {model_type!r} belongs to several classes of transformers {self._release}: "
                f"{', '.join(sorted(owners))}.",
                remedy="Name the class.",
            )
        return owners[0]


def closest(name: str, candidates: Iterable[str], *, limit: int = _LIMIT) -> tuple[str, ...]:
    """The candidates that are spelt most like a name, best first; case, hyphens and underscores do not count.

    Args:
        name: What was written.
        candidates: What could have been meant.
        limit: At most this many.

    Returns:
        Those that are near enough to be worth naming; fewer where the best is much better than the rest.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # only a wrong name needs it

    wanted = _plain(name)
    if not wanted:
        return ()
    by_plain: dict[str, str] = {}
    for candidate in sorted(candidates):
        by_plain.setdefault(_plain(candidate), candidate)
    for beginning in _beginnings(name):
        if beginning in by_plain:
            return (by_plain[beginning],)
    scored = process.extract(wanted, list(by_plain), scorer=fuzz.ratio, limit=limit, score_cutoff=_CUTOFF)
    if not scored:
        longer = sorted((plain for plain in by_plain if len(wanted) > 2 and plain.startswith(wanted)), key=len)
        return tuple(by_plain[plain] for plain in longer[:limit])
    best = scored[0][1]
    return tuple(by_plain[plain] for plain, score, _ in scored if score >= best - 8)


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _beginnings(name: str) -> list[str]:
    """The whole name, then its beginnings, longest first: a checkpoint's name begins with its model type.

    ``meta-llama/Llama-2-7b`` gives ``metallamallama27b``, ``llama27b``, ``llama2`` and ``llama``.
    """
    words = _WORD.findall(name.rpartition("/")[2].casefold())
    return [_plain(name), *("".join(words[:count]) for count in range(len(words), 0, -1))]
