"""The values that a block's parameters will have, as far as they can be told without running transformers."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as PythonMapping
from functools import cached_property
from typing import Any, Final

from catalog.records import Json, SubConfig
from catalog.specs.blocks import Block
from catalog.specs.nodes import Entry, Mapping, Scalar, Span, to_value
from catalog.specs.views import ClassView, Views
from catalog.values import same_value


class Unknown:
    """The value of what cannot be told."""

    def __bool__(self) -> bool:
        """Refuse to be taken for true or false."""
        raise TypeError("an unknown value is neither true nor false")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Values:
    """The values of one configuration, given or by default, nested ones included.

    A default that the class computes while it constructs itself counts as unknown, since it may depend on what the
    spec gives.

    Args:
        view: The class.
        block: The spec's block; ``None`` where the spec gives none, so that every value is a default.
        views: The classes of the release, for nested configurations.
        preset: Values with which the class above makes this configuration where the spec gives none.
        uncertain: Names that the class above sets itself, whatever the spec says.
    """

    def __init__(
        self,
        view: ClassView,
        block: Block | None,
        views: Views,
        *,
        preset: dict[str, Json] | None = None,
        uncertain: frozenset[str] = frozenset(),
    ) -> None:
        self.view = view
        self.block = block
        self._views = views
        self._preset = preset or {}
        self._uncertain = uncertain
        self._found: dict[str, Any] = {}

    @cached_property
    def given(self) -> dict[str, Entry]:
        """The entries of the spec, by parameter."""
        return {} if self.block is None else self.block.given

    @cached_property
    def deviating(self) -> frozenset[str]:
        """Parameters with a value that is not their default; a nested block counts if it holds any."""
        preset = {} if self.block is None else self.block.preset
        return frozenset(name for name, entry in self.given.items() if self._deviates(name, entry, preset))

    def _deviates(self, name: str, entry: Entry, preset: PythonMapping[str, Json]) -> bool:
        if name in self.view.sub_configs:
            nested = self.get(name)
            return isinstance(nested, Values) and bool(nested.deviating)
        parameter = self.view.parameter(name)
        if parameter is None:
            return True
        node, declared = entry.value, parameter.record.default
        if isinstance(node, Scalar) and type(node.value) is type(declared) and node.value == declared:
            return False
        value = to_value(node)
        if same_value(value, declared) or same_value(value, parameter.effective):
            return False
        return not (name in preset and same_value(value, preset[name]))

    def get(self, name: str) -> Any:
        """The value of a parameter: a JSON value, other :class:`Values` for a nested configuration, or `UNKNOWN`."""
        name = name if name in self.view.records else self.view.aliases.get(name, name)
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def has(self, name: str) -> bool | Unknown:
        """Tell whether the configuration will have an attribute of that name."""
        if name in self.view.records or name in self.view.aliases or name in self.given:
            return True
        return UNKNOWN if name in self.view.accepted else False

    def integer(self, name: str) -> int | None:
        """The value of a parameter where it is known and an integer."""
        value = self.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _find(self, name: str) -> Any:
        if name in self._uncertain:
            return UNKNOWN
        sub = self.view.sub_configs.get(name)
        if sub is not None:
            return self._nested(name, sub)
        parameter = self.view.parameter(name)
        if parameter is None:
            return UNKNOWN
        entry = self.given.get(name)
        value = to_value(entry.value) if entry is not None else None
        if value is None and self.block is not None:
            value = self.block.base.get(name)
        if value is None:
            value = self._preset.get(name)
        if value is not None:
            return UNKNOWN if parameter.derived and _is_rebuilt(value, parameter.effective) else value
        unset = entry is None and not parameter.record.required and parameter.record.default_known
        if parameter.derived or not (unset or parameter.record.default is None):
            return UNKNOWN
        default = parameter.record.default
        return UNKNOWN if isinstance(default, dict) and any(key.startswith("$") for key in default) else default

    def _nested(self, name: str, sub: SubConfig) -> Any:
        uncertain = frozenset(
            item.removeprefix(f"{name}.") for item in self.view.record.attributes if item.startswith(f"{name}.")
        )
        entry = self.given.get(name)
        if entry is not None and isinstance(entry.value, Mapping):
            child = self.block.children.get(name) if self.block is not None else None
            return UNKNOWN if child is None else Values(child.view, child, self._views, uncertain=uncertain)
        if entry is not None and to_value(entry.value) is not None:
            return UNKNOWN
        if sub.optional:
            return None
        view = self._views.of_sub_config(sub, None)
        if view is None or sub.name == "backbone_config":
            return UNKNOWN
        return Values(view, None, self._views, preset=dict(sub.init_kwargs), uncertain=uncertain)

    def blame(self, names: Iterable[str]) -> tuple[str, Span] | None:
        """Choose the parameter of several that a fault is reported at.

        Args:
            names: The parameters concerned, dotted where they lie in nested configurations, likeliest first.

        Returns:
            Its dotted path within this block, and where it stands: of those that the spec gives, the first whose value
            is not the default, else the first. ``None`` where the spec gives none of them.
        """
        listed = [(name, place) for name in names if (place := self._place(name)) is not None]
        if not listed:
            return None
        deviating = [item for item in listed if item[1][1]]
        name, (span, _) = (deviating or listed)[0]
        return name, span

    def _place(self, name: str) -> tuple[Span, bool] | None:
        """Where the spec gives a parameter, and whether its value is not the default."""
        first, _, rest = name.partition(".")
        canonical = first if first in self.view.records else self.view.aliases.get(first, first)
        entry = self.given.get(canonical)
        if entry is None:
            return None
        if rest:
            nested = self.get(canonical)
            return nested._place(rest) if isinstance(nested, Values) else None
        return entry.value.span, canonical in self.deviating


def _is_rebuilt(value: Json, effective: Json) -> bool:
    """True where construction turns such a value into another form, as it does with the default."""
    return isinstance(value, list) != isinstance(effective, list) and effective is not None
