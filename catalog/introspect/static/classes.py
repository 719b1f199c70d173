"""Makes the records of configuration classes from what their files say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.introspect.annotations import normalise
from catalog.introspect.bounds import UNBOUNDED, Bounds, bounds_of
from catalog.introspect.classes import entry_changes
from catalog.introspect.docstrings import ParsedDocstring, ParsedParameter
from catalog.introspect.parameters import choices_of
from catalog.introspect.static.attributes import Attributes
from catalog.introspect.static.autodoc import AutoDocumentation
from catalog.introspect.static.documentation import Documentation
from catalog.introspect.static.folding import parse_expression
from catalog.introspect.static.hierarchy import Hierarchy, Lineage
from catalog.introspect.static.modules import Definition, Modules
from catalog.introspect.static.parameters import Declarations, Declared
from catalog.introspect.walk import module_name
from catalog.records import ClassValidator, ConfigClass, Json, Parameter
from catalog.types import members_of, union
from catalog.values import to_json


class ClassReader:
    """Reads the classes of one release.

    Args:
        modules: The release.
        hierarchy: Its classes.
        package: Import name of the package; empty for custom code that belongs to none.
        vocabularies: Closed sets of names of the release.
        validators: Bounds of the release's plain field validators.
        autodoc: Renders docstrings that are put together at import; ``None`` for a release that has none.
    """

    def __init__(
        self,
        modules: Modules,
        hierarchy: Hierarchy,
        *,
        package: str,
        vocabularies: Mapping[str, Sequence[str]],
        validators: Mapping[str, Bounds],
        autodoc: AutoDocumentation | None,
    ) -> None:
        self._modules = modules
        self._hierarchy = hierarchy
        self._package = package
        self._vocabularies = vocabularies
        self._validators = validators
        self._base = hierarchy.base()
        self._declarations = Declarations(modules, hierarchy)
        self._attributes = Attributes(modules, hierarchy)
        self._documented: dict[Definition, ParsedDocstring] = {}
        self._documentation = Documentation(modules, hierarchy, self._declarations, autodoc)

    def read(self, lineage: Lineage) -> ConfigClass:
        """Make the record of a class."""
        facts = lineage.facts
        declared = self._declarations.parameters(lineage)
        documentation = self.documentation(lineage)
        parameters = self._parameters(lineage, declared, documentation)
        names = {parameter.name for parameter in parameters}
        keywords, settable, attributes = self._constructor(lineage)
        return ConfigClass(
            name=facts.name,
            module=module_name(self._package, lineage.definition.path).removeprefix("."),
            model_type=self._attributes.own(lineage, "model_type") or None,
            bases=lineage.bases,
            ancestors=lineage.ancestors,
            summary=documentation.summary,
            doc=documentation.body,
            doc_format=documentation.markup,
            checkpoint=documentation.checkpoint,
            sub_configs=self._attributes.sub_configs(lineage),
            attribute_map=self._attributes.attribute_map(lineage),
            keys_to_ignore_at_inference=self._attributes.ignored_keys(lineage),
            parameters=parameters,
            accepted_keywords=tuple(name for name in keywords if name not in names),
            properties=settable,
            attributes=tuple(name for name in attributes if name not in names and name not in settable),
            validators=tuple(
                ClassValidator(name=method.name, source=method.source)
                for method in facts.methods.values()
                if method.source is not None
            ),
            docstring_issues=documentation.issues,
            deprecated="deprecated/" in lineage.definition.path,
            is_base=self._is_base(lineage.definition),
        )

    def documentation(self, lineage: Lineage) -> ParsedDocstring:
        """The class's own documentation."""
        if lineage.definition not in self._documented:
            self._documented[lineage.definition] = self._documentation.of(lineage)
        return self._documented[lineage.definition]

    def _is_base(self, definition: Definition) -> bool:
        return self._base is not None and definition == self._base.definition

    def _parameters(
        self, lineage: Lineage, declared: Sequence[Declared], documentation: ParsedDocstring
    ) -> tuple[Parameter, ...]:
        return tuple(
            self._parameter(
                item, lineage=lineage, position=position, documented=documentation.parameters.get(item.name)
            )
            for position, item in enumerate(declared)
        )

    def _parameter(
        self, declared: Declared, *, lineage: Lineage, position: int, documented: ParsedParameter | None
    ) -> Parameter:
        kind = self._type(declared)
        bounds = self._bounds(declared.validator)
        choices, source = choices_of(kind, bounds)
        default = to_json(declared.default.value) if declared.default.known and not declared.required else None
        values: dict[str, Any] = {"choices": choices, "choices_source": source}
        if documented is not None:
            values |= entry_changes(documented, kind=kind, default=default, choices=choices)
        if choices is None and declared.name in lineage.facts.choices:
            values |= {"choices": lineage.facts.choices[declared.name], "choices_source": "validator"}
        return Parameter(
            name=declared.name,
            position=position,
            annotation=declared.annotation,
            type=kind,
            default=default,
            default_source=declared.source,
            default_known=declared.default.known,
            required=declared.required,
            minimum=bounds.minimum,
            maximum=bounds.maximum,
            exclusive_minimum=bounds.exclusive_minimum,
            exclusive_maximum=bounds.exclusive_maximum,
            validators=() if declared.validator is None else (declared.validator,),
            inherited_from=None if declared.owner == lineage.definition else declared.owner.name,
            **values,
        )

    def _type(self, declared: Declared) -> Json:
        if declared.annotation is None:
            return None
        kind = normalise(declared.annotation)
        members = members_of(kind)
        resolved = [self._resolved(member, declared.owner.path) for member in members]
        return kind if resolved == members else union(resolved)

    def _resolved(self, member: Json, path: str) -> Json:
        """What a name in a type stands for, where it is an alias of an annotation or of a class."""
        if isinstance(member, dict):
            name = member.get("class") or member.get("config")
            meaning = self._modules.meaning(path, name) if isinstance(name, str) else None
            if meaning is not None:
                return normalise(meaning)
        return member

    def _bounds(self, validator: str | None) -> Bounds:
        if validator is None:
            return UNBOUNDED
        if validator == "activation_fn_key":
            return Bounds(choices=tuple(self._vocabularies.get("activations", ())) or None)
        return bounds_of(parse_expression(validator), self._validators)

    def _constructor(self, lineage: Lineage) -> tuple[list[str], tuple[str, ...], list[str]]:
        """Keywords, settable properties and further attributes of a class and its relatives below the common base."""
        beyond = set(self._base.order) if self._base is not None and not self._is_base(lineage.definition) else set()
        facts = [self._modules.class_facts(item).keywords for item in lineage.order if item not in beyond]
        keywords = {name for fact in facts for name in fact.names}
        if any(fact.takes_generation for fact in facts):
            keywords.update(self._vocabularies.get("generation_parameters", ()))
        settable = {name for fact in facts for name in fact.settable if not name.startswith("_")}
        attributes = {name for fact in facts for name in (*fact.attributes, *fact.read_only)}
        return sorted(keywords), tuple(sorted(settable)), sorted(attributes)
