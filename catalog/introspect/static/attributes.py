"""Reads the class attributes that say what a configuration consists of: sub-configurations, attribute maps, names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from catalog.introspect.static.folding import NotConstantError, fold_source, parse_expression
from catalog.introspect.static.hierarchy import Hierarchy, Lineage
from catalog.introspect.static.modules import Definition, FileNames, Modules
from catalog.records import Json, SubConfig
from catalog.values import to_json

_SPEC_ARGUMENTS = ("config_class", "model_type", "init_kwargs", "optional")
_MAX_MERGES = 8


class Attributes:
    """Reads class attributes of the classes of one release.

    Args:
        modules: The release.
        hierarchy: Its classes.
    """

    def __init__(self, modules: Modules, hierarchy: Hierarchy) -> None:
        self._modules = modules
        self._hierarchy = hierarchy

    def own(self, lineage: Lineage, name: str) -> Any:
        """Value of an attribute that the class itself sets; ``None`` where it sets none, or it is no constant."""
        return self._value(lineage.definition, name)

    def inherited(self, lineage: Lineage, name: str) -> Any:
        """Value of an attribute of the class or the nearest ancestor that sets it."""
        owner = self._owner(lineage, name)
        return None if owner is None else self._value(owner, name)

    def attribute_map(self, lineage: Lineage) -> dict[str, str]:
        """Other name → own parameter."""
        found = self.inherited(lineage, "attribute_map")
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}

    def ignored_keys(self, lineage: Lineage) -> tuple[str, ...]:
        """Output keys that evaluation drops."""
        found = self.inherited(lineage, "keys_to_ignore_at_inference")
        return tuple(map(str, found)) if isinstance(found, list | tuple | set) else ()

    def sub_configs(self, lineage: Lineage) -> tuple[SubConfig, ...]:
        """Parameters that are configurations themselves."""
        for name in ("sub_configs_defaults", "sub_configs"):
            owner = self._owner(lineage, name)
            source = self._source(owner, name) if owner is not None else None
            if owner is not None and source is not None:
                found = dict(self._specs(parse_expression(source), owner, merges=0))
                if found:
                    return tuple(found.values())
        return ()

    def _owner(self, lineage: Lineage, name: str) -> Definition | None:
        return next((item for item in lineage.order if self._sets(item, name)), None)

    def _sets(self, definition: Definition, name: str) -> bool:
        facts = self._modules.class_facts(definition)
        return name in facts.assignments or name in facts.methods or any(item.name == name for item in facts.fields)

    def _source(self, definition: Definition, name: str) -> str | None:
        facts = self._modules.class_facts(definition)
        if name in facts.assignments:
            return facts.assignments[name]
        return next((item.default for item in facts.fields if item.name == name), None)

    def _value(self, definition: Definition, name: str) -> Any:
        source = self._source(definition, name)
        if source is None:
            return None
        scope: Callable[[str], str | None] = self._modules.class_facts(definition).assignments.get
        try:
            return fold_source(source, FileNames(self._modules, definition.path, scope))
        except NotConstantError:
            return None

    def _specs(self, node: ast.expr, owner: Definition, *, merges: int) -> Iterator[tuple[str, SubConfig]]:
        """Entries of a mapping of sub-configurations; merged mappings are followed."""
        if merges > _MAX_MERGES:
            return
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if key is None:
                        yield from self._specs(value, owner, merges=merges + 1)
                    elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield from self._spec(key.value, value, owner)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                yield from self._specs(left, owner, merges=merges + 1)
                yield from self._specs(right, owner, merges=merges + 1)
            case ast.Call(func=ast.Attribute(value=inner, attr="copy")):
                yield from self._specs(inner, owner, merges=merges + 1)
            case ast.Attribute(value=inner, attr=name):
                yield from self._inherited_specs(ast.unparse(inner), name, owner, merges)

    def _inherited_specs(
        self, class_name: str, name: str, owner: Definition, merges: int
    ) -> Iterator[tuple[str, SubConfig]]:
        """Entries of the mapping of another class."""
        found = self._modules.definition(owner.path, class_name)
        if found is not None and found.kind == "class":
            place = self._owner(self._hierarchy.lineage(found), name)
            source = self._source(place, name) if place is not None else None
            if place is not None and source is not None:
                yield from self._specs(parse_expression(source), place, merges=merges + 1)

    def _spec(self, name: str, node: ast.expr, owner: Definition) -> Iterator[tuple[str, SubConfig]]:
        """The entry of a class, of ``AutoConfig``, or of a ``SubConfigSpec``."""
        arguments: dict[str, ast.expr] = {"config_class": node}
        is_spec = isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "SubConfigSpec"
        if isinstance(node, ast.Call):
            arguments = dict(zip(_SPEC_ARGUMENTS, node.args, strict=False))
            arguments.update({item.arg: item.value for item in node.keywords if item.arg})
        if "config_class" not in arguments or (isinstance(node, ast.Call) and not is_spec):
            return
        text = ast.unparse(arguments["config_class"])
        # Looking AutoConfig up would read all auto modules, to learn nothing.
        found = None if text == "AutoConfig" else self._modules.definition(owner.path, text)
        lineage = self._hierarchy.lineage(found) if found is not None and found.kind == "class" else None
        fixed = text.split(".")[-1].endswith("Config") and text.split(".")[-1] != "AutoConfig"
        if lineage is not None:
            fixed = lineage.is_config
        model_type = self._folded(arguments.get("model_type"), owner) or None
        if lineage is not None and fixed and model_type == (self.inherited(lineage, "model_type") or None):
            model_type = None
        kwargs = self._folded(arguments.get("init_kwargs"), owner)
        yield (
            name,
            SubConfig(
                name=name,
                config_class=(lineage.definition.name if lineage else text.split(".")[-1]) if fixed else None,
                model_type=model_type if isinstance(model_type, str) else None,
                optional=bool(self._folded(arguments.get("optional"), owner)),
                init_kwargs=self._json(kwargs) if isinstance(kwargs, dict) else {},
            ),
        )

    def _folded(self, node: ast.expr | None, owner: Definition) -> Any:
        if node is None:
            return None
        scope: Callable[[str], str | None] = self._modules.class_facts(owner).assignments.get
        try:
            return fold_source(ast.unparse(node), FileNames(self._modules, owner.path, scope))
        except NotConstantError:
            return None

    def _json(self, values: dict[Any, Any]) -> dict[str, Json]:
        return {str(key): to_json(value) for key, value in values.items()}
