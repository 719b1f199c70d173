"""Tells which parameters a configuration class takes, and with what defaults, from its source.

Two forms exist. Since 5.4 configuration classes are dataclasses whose annotated names are the parameters; before, a
constructor's signature names them, and hands further keywords on to the base's constructor.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from catalog.introspect.static.facts import Argument, ClassFacts, FieldFacts
from catalog.introspect.static.folding import NotConstantError, fold_literal, fold_source, parse_expression
from catalog.introspect.static.hierarchy import Hierarchy, Lineage
from catalog.introspect.static.modules import Definition, FileNames, Modules

Fields: TypeAlias = dict[str, tuple[FieldFacts, Definition]]
"""Fields of a dataclass by name, with the class that declares each."""

_EMPTY = {"dict": dict, "list": list, "tuple": tuple, "set": set, "OrderedDict": dict}


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """A default, as far as it is known.

    Attributes:
        known: False where it cannot be told without executing code.
        value: The value, where it is known.
        text: Its text in the signature, as ``str`` gives it: ``<factory>`` for one that is made anew each time.
    """

    known: bool
    value: Any = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A parameter as a class declares it.

    Attributes:
        name: Its name.
        owner: Class that declares it.
        annotation: Source of the annotation.
        source: Source of the default; ``None`` where there is none, or an ancestor's class attribute is it.
        validator: Source of its field validator.
        required: True where it has no default.
        default: The default.
    """

    name: str
    owner: Definition
    annotation: str | None
    source: str | None
    validator: str | None
    required: bool
    default: Default


class Declarations:
    """Reads the parameters of the classes of one release.

    Args:
        modules: The release.
        hierarchy: Its classes.
    """

    def __init__(self, modules: Modules, hierarchy: Hierarchy) -> None:
        self._modules = modules
        self._hierarchy = hierarchy
        self._base = hierarchy.base()
        self._fields: dict[Definition, Fields] = {}

    def is_dataclass(self, lineage: Lineage) -> bool:
        """True where a class's annotated names are its parameters.

        Since 5.4 the common base makes every class that inherits from it a dataclass. Where the base is not at hand,
        as for a single file, a class without a constructor whose names are annotated is taken for one.
        """
        if self._base is not None and self._base.definition in lineage.order:
            return _is_decorated(self._base.facts)
        facts = [self._modules.class_facts(item) for item in lineage.order]
        return not any("__init__" in item.methods for item in facts) and any(item.fields for item in facts)

    def parameters(self, lineage: Lineage) -> list[Declared]:
        """Parameters of a class in its own order, without those that the common base alone declares."""
        is_base = self._base is not None and lineage.definition == self._base.definition
        if self.is_dataclass(lineage):
            found = [self._field(lineage, field, owner) for field, owner in self.fields(lineage).values()]
        else:
            found = list(self._signature(lineage, is_base=is_base))
        base = self._base.definition if self._base is not None else None
        return [item for item in found if is_base or item.owner != base]

    def fields(self, lineage: Lineage) -> Fields:
        """Fields of a dataclass with the classes that declare them, in the order that the dataclass gives them."""
        definition = lineage.definition
        if definition not in self._fields:
            found: Fields = {}
            for ancestor in reversed(lineage.order[1:]):
                facts = self._modules.class_facts(ancestor)
                if self._hierarchy.lineage(ancestor).is_config or _is_decorated(facts):
                    found.update(_own_fields(ancestor, facts))
            found.update(_own_fields(definition, lineage.facts))
            self._fields[definition] = found
        return self._fields[definition]

    def _field(self, lineage: Lineage, field: FieldFacts, owner: Definition) -> Declared:
        source = field.default
        place = owner
        if source is None:
            # A field without a value takes the class attribute of that name, if an ancestor has one.
            place, source = self._inherited_value(lineage, owner, field.name)
        return Declared(
            name=field.name,
            owner=owner,
            annotation=field.annotation or None,
            source=source,
            validator=field.validator,
            required=source is None,
            default=Default(known=True) if source is None else self.default(source, place),
        )

    def _inherited_value(self, lineage: Lineage, owner: Definition, name: str) -> tuple[Definition, str | None]:
        position = lineage.order.index(owner) if owner in lineage.order else -1
        for ancestor in lineage.order[position + 1 :]:
            facts = self._modules.class_facts(ancestor)
            source = next((item.default for item in facts.fields if item.name == name), facts.assignments.get(name))
            if source is not None:
                return ancestor, source
        return owner, None

    def _signature(self, lineage: Lineage, *, is_base: bool) -> Iterator[Declared]:
        """Parameters of ``__init__``, and of those that it hands its ``**kwargs`` on to, up to the common base."""
        seen: set[str] = set()
        for owner in lineage.order:
            constructor = self._modules.class_facts(owner).methods.get("__init__")
            if constructor is None:
                continue
            if self._base is not None and owner == self._base.definition and not is_base:
                return
            for argument in constructor.arguments:
                if not argument.name.startswith("*") and argument.name not in seen:
                    seen.add(argument.name)
                    yield self._argument(argument, owner)
            if is_base:
                for name, source in self._modules.class_facts(owner).keywords.popped.items():
                    if name not in seen:
                        yield self._argument(Argument(name, None, source), owner)
            if not any(argument.name.startswith("**") for argument in constructor.arguments):
                return

    def _argument(self, argument: Argument, owner: Definition) -> Declared:
        required = argument.default is None
        return Declared(
            name=argument.name,
            owner=owner,
            annotation=argument.annotation,
            source=argument.default,
            validator=None,
            required=required,
            default=Default(known=True) if argument.default is None else self.default(argument.default, owner),
        )

    def default(self, source: str, owner: Definition) -> Default:
        """Evaluate the source of a default.

        Args:
            source: For example ``32000``, ``interval(min=0.0)(default=0.02)``, ``field(default_factory=dict)``.
            owner: Class in whose body, or in whose constructor, it stands.

        Returns:
            The default; unknown where it is no constant.
        """
        try:
            value = fold_literal(source)
        except NotConstantError:
            return self._computed_default(source, owner)
        return Default(known=True, value=value, text=str(value))

    def _computed_default(self, source: str, owner: Definition) -> Default:
        facts = self._modules.class_facts(owner)
        names = FileNames(self._modules, owner.path, facts.assignments.get)
        try:
            node = parse_expression(source)
            if isinstance(node, ast.Call) and (keywords := {item.arg: item.value for item in node.keywords}):
                if "default_factory" in keywords:
                    return Default(known=True, value=self._made(keywords["default_factory"], names), text="<factory>")
                if "default" in keywords:
                    return self.default(ast.unparse(keywords["default"]), owner)
            value = fold_source(source, names)
        except NotConstantError:
            return Default(known=False, text=source)
        return Default(known=True, value=value, text=str(value))

    def _made(self, factory: ast.expr, names: FileNames) -> Any:
        """What a default factory makes.

        Raises:
            NotConstantError: If it cannot be told.
        """
        match factory:
            case ast.Lambda(args=ast.arguments(args=[], posonlyargs=[], kwonlyargs=[]), body=body):
                return fold_source(ast.unparse(body), names)
            case ast.Name(id=name) if name in _EMPTY:
                return _EMPTY[name]()
            case ast.Name(id=name):
                return names.returned_by(name)
        raise NotConstantError("the factory is not known")


def is_class_variable(annotation: str) -> bool:
    """True for ``ClassVar`` and ``ClassVar[...]``, quoted or not."""
    return annotation.lstrip("\"'").removeprefix("typing.").startswith("ClassVar")


def _own_fields(definition: Definition, facts: ClassFacts) -> Fields:
    return {field.name: (field, definition) for field in facts.fields if not is_class_variable(field.annotation)}


def _is_decorated(facts: ClassFacts) -> bool:
    return any(item.split("(")[0].split(".")[-1] == "dataclass" for item in facts.decorators)
