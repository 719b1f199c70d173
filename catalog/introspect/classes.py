"""Makes the records of configuration classes that are imported."""

from __future__ import annotations

import ast
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from catalog.introspect.bounds import checked_choices
from catalog.introspect.describe import describe
from catalog.introspect.docstrings import ParsedDocstring, ParsedParameter, credible_choices, parse_docstring
from catalog.introspect.docstrings.constants import fold_constant
from catalog.introspect.family import modular_path, origins
from catalog.introspect.keywords import ConstructorFacts, constructor_facts
from catalog.introspect.parameters import Sources, declared_parameters, parameter_record, read_text
from catalog.introspect.popped import popped_defaults
from catalog.introspect.reasons import one_line
from catalog.introspect.source_text import ClassText
from catalog.introspect.sub_configs import sub_configs
from catalog.introspect.walk import Progress
from catalog.records import ClassValidator, ConfigClass, Failure, Json, Parameter
from catalog.values import to_json


class ClassReader:
    """Reads classes of one package.

    Args:
        base: The common base class.
        sources: Sources of the package's modules.
        generation_parameters: Names that the base class takes from its keywords wholesale.
    """

    def __init__(self, base: type, sources: Sources, *, generation_parameters: Sequence[str]) -> None:
        self._base = base
        self._sources = sources
        self._generation_parameters = generation_parameters
        self._facts: dict[type, ConstructorFacts] = {}

    def read_all(
        self, classes: Sequence[type], *, progress: Progress | None = None
    ) -> tuple[tuple[ConfigClass, ...], tuple[Failure, ...]]:
        """Read classes, and let documented parameters stand in for undocumented ones of their relatives.

        Returns:
            The records, in the order given, and the failures of those that cannot be read.
        """
        records: list[ConfigClass] = []
        failures: list[Failure] = []
        for number, cls in enumerate(classes):
            if progress is not None:
                progress("reading", number, len(classes))
            try:
                records.append(self.read(cls))
            except Exception as error:  # noqa: BLE001 - attributes of a class may be anything; the rest must go on
                failures.append(Failure(subject=cls.__name__, stage="parse", reason=one_line(error)))
        documentation = {cls.__name__: parse_docstring(own_docstring(cls)) for cls in classes}
        return describe(records, documentation, self._origins), tuple(failures)

    def read(self, cls: type) -> ConfigClass:
        """Make the record of a class, from its own documentation only."""
        text = self._text(cls)
        documentation = parse_docstring(own_docstring(cls))
        keywords, settable, attributes = self._constructor(cls)
        parameters = self._parameters(cls, text, documentation)
        names = {parameter.name for parameter in parameters}
        return ConfigClass(
            name=cls.__name__,
            module=cls.__module__,
            model_type=cls.__dict__.get("model_type") or None,
            bases=tuple(base.__name__ for base in cls.__bases__),
            ancestors=tuple(item.__name__ for item in cls.__mro__[1:] if issubclass(item, self._base)),
            summary=documentation.summary,
            doc=documentation.body,
            doc_format=documentation.markup,
            checkpoint=documentation.checkpoint,
            sub_configs=sub_configs(cls, self._base, self._lineage(cls)),
            attribute_map=dict(getattr(cls, "attribute_map", None) or {}),
            keys_to_ignore_at_inference=tuple(getattr(cls, "keys_to_ignore_at_inference", None) or ()),
            parameters=parameters,
            accepted_keywords=tuple(name for name in keywords if name not in names),
            properties=settable,
            attributes=tuple(name for name in attributes if name not in names and name not in settable),
            validators=self._validators(cls, text),
            docstring_issues=documentation.issues,
            deprecated=".deprecated." in cls.__module__,
            is_base=cls is self._base,
        )

    def _text(self, cls: type) -> ClassText | None:
        module = self._sources.module(cls.__module__)
        return module.classes.get(cls.__name__) if module else None

    def _origins(self, config: ConfigClass) -> Iterator[str]:
        """Names of the classes that a class was made from."""
        file = getattr(sys.modules.get(config.module), "__file__", None) or ""
        source, modular = read_text(file), read_text(modular_path(file))
        return origins(config.name, source=source, modular=modular)

    def _parameters(self, cls: type, text: ClassText | None, documentation: ParsedDocstring) -> tuple[Parameter, ...]:
        checked = checked_choices(text) if text else {}
        drafts = [
            parameter_record(declared, cls=cls, position=position, sources=self._sources)
            for position, declared in enumerate(declared_parameters(cls, self._base))
        ]
        if cls is self._base and not dataclasses.is_dataclass(cls):
            drafts += self._popped(cls, text, drafts)
        records = []
        for record in drafts:
            changes = documented_changes(record, documentation)
            if record.choices is None and record.name in checked:
                changes |= {"choices": checked[record.name], "choices_source": "validator"}
            records.append(dataclasses.replace(record, **changes) if changes else record)
        return tuple(records)

    def _popped(self, cls: type, text: ClassText | None, drafts: Sequence[Parameter]) -> Iterator[Parameter]:
        """Parameters that a constructor takes from its ``**kwargs``, after those of its signature."""
        module = self._sources.module(cls.__module__)
        taken = {parameter.name for parameter in drafts}
        sources = popped_defaults(module, text) if module and text else {}
        further = {name: source for name, source in sources.items() if name not in taken}
        for position, (name, source) in enumerate(further.items(), start=len(drafts)):
            draft = Parameter(name=name, position=position, default_source=source)
            try:
                value = fold_constant(ast.parse(source, mode="eval").body)
            except ValueError:
                yield dataclasses.replace(draft, default_known=False)
            else:
                yield dataclasses.replace(draft, default=to_json(value))

    def _constructor(self, cls: type) -> tuple[list[str], tuple[str, ...], list[str]]:
        """Keywords, settable properties and further attributes of a class and its relatives below the common base."""
        lineage = [cls] if cls is self._base else [item for item in cls.__mro__ if item not in self._base.__mro__]
        if cls is self._base:
            lineage = [item for item in cls.__mro__ if item is not object]
        facts = [self._class_facts(item) for item in lineage]
        keywords = {name for fact in facts for name in fact.keywords}
        if any(fact.takes_generation for fact in facts):
            keywords.update(self._generation_parameters)
        settable = {name for fact in facts for name in fact.settable if not name.startswith("_")}
        attributes = {name for fact in facts for name in (*fact.attributes, *fact.read_only)}
        return sorted(keywords), tuple(sorted(settable)), sorted(attributes)

    def _class_facts(self, cls: type) -> ConstructorFacts:
        if cls not in self._facts:
            text = self._text(cls)
            self._facts[cls] = constructor_facts(text) if text else ConstructorFacts()
        return self._facts[cls]

    def _lineage(self, cls: type) -> dict[str, ClassText]:
        """Sources of a class and its ancestors, as far as they are there."""
        texts = {item.__name__: self._text(item) for item in cls.__mro__ if issubclass(item, self._base)}
        return {name: text for name, text in texts.items() if text is not None}

    def _validators(self, cls: type, text: ClassText | None) -> tuple[ClassValidator, ...]:
        module = self._sources.module(cls.__module__)
        if text is None or module is None:
            return ()
        return tuple(
            ClassValidator(name=name, source=module.method(method))
            for name, method in text.methods.items()
            if name.startswith("validate_")
        )


def own_docstring(cls: type) -> str | None:
    """A class's own docstring; ``None`` where it has none or the dataclass decorator wrote its signature there."""
    text = cls.__dict__.get("__doc__")
    if not isinstance(text, str) or text.startswith(f"{cls.__name__}("):
        return None
    return text


def documented_changes(record: Parameter, documentation: ParsedDocstring) -> dict[str, Any]:
    """What the documentation says of a parameter, as changes to its record."""
    entry = documentation.parameters.get(record.name)
    if entry is None:
        return {}
    return entry_changes(entry, kind=record.type, default=record.default, choices=record.choices)


def entry_changes(
    entry: ParsedParameter, *, kind: Json, default: Json, choices: tuple[Json, ...] | None
) -> dict[str, Any]:
    """What an entry of the documentation adds to a parameter.

    Args:
        entry: The entry.
        kind: The parameter's normalised type.
        default: Its default.
        choices: Its choices, as far as its type or validators tell them.

    Returns:
        Values of the record's fields.
    """
    changes: dict[str, Any] = {"description": entry.description or None, "documented_type": entry.type_text}
    if entry.default_text is not None:
        changes |= {"documented_default": entry.default, "documented_default_text": entry.default_text}
    if choices is None and credible_choices(entry.choices, kind=kind, default=default):
        changes |= {"choices": entry.choices, "choices_source": "docstring"}
    return changes
