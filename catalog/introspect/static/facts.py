"""What one configuration file says about its classes, as plain values that can be kept and read again.

Facts depend on the file's text alone. They hold expressions as source text and names as the file writes them; what a
name means is decided later, when the other files of the release are at hand (:mod:`.modules`). A file that repeats from
release to release is therefore read once, and its facts are kept under the digest of its content (:mod:`.cache`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BASE_NAMES = ("PreTrainedConfig", "PretrainedConfig")
"""Name of the common base class: since 5.0, and before."""


@dataclass(frozen=True, slots=True)
class Import:
    """Where an imported name of a file comes from.

    Attributes:
        level: Dots before the module; 0 for an absolute import.
        module: The module after the dots; empty for ``from . import x``.
        name: The name in that module; ``None`` where the module itself is imported, ``*`` for all of its names.
    """

    level: int
    module: str
    name: str | None


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """An annotated name in a class body.

    Attributes:
        name: The name.
        annotation: Source of the annotation.
        default: Source of the value; ``None`` where there is none.
        validator: Source of the field validator in it: ``interval(min=0.0)`` of ``interval(min=0.0)(default=0.02)``.
    """

    name: str
    annotation: str
    default: str | None = None
    validator: str | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a signature; a starred one has its stars in the name."""

    name: str
    annotation: str | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """A function of a class body.

    Attributes:
        name: Its name.
        arguments: Its parameters without ``self``; kept for constructors alone.
        doc: Its docstring; kept for constructors alone.
        source: Its source text; kept for ``validate_*`` methods alone.
        returned: Source of what it returns, where returning is all it does.
    """

    name: str
    arguments: tuple[Argument, ...] = ()
    doc: str | None = None
    source: str | None = None
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class KeywordFacts:
    """What the constructors and properties that a class itself defines tell. Names are sorted.

    Attributes:
        names: Names that it reads from its keyword arguments.
        takes_generation: True where it also takes every generation parameter from them.
        attributes: Names that it sets on itself.
        settable: Properties with a setter.
        read_only: Properties without one.
        popped: Of the common base class, parameters that ``__init__`` takes from its ``**kwargs``, in order, with the
            source of their default.
    """

    names: tuple[str, ...] = ()
    takes_generation: bool = False
    attributes: tuple[str, ...] = ()
    settable: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()
    popped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class definition.

    Attributes:
        name: Its name.
        bases: Source of its bases, type arguments left out.
        decorators: Source of its decorators, the outermost first.
        doc: Its docstring as the source has it.
        fields: Annotated names of its body, in order; of a repeated one the last, in the place of the first.
        assignments: Plain assignments of its body: name → source of the expression.
        methods: Functions of its body by name; of a property and its setter the last.
        keywords: What its constructors and properties tell.
        choices: Parameters of which its code rejects all but some values.
    """

    name: str
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    doc: str | None = None
    fields: tuple[FieldFacts, ...] = ()
    assignments: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, MethodFacts] = field(default_factory=dict)
    keywords: KeywordFacts = field(default_factory=KeywordFacts)
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file.

    Attributes:
        imports: Imported names, those within ``if`` and ``try`` included.
        stars: Modules of which it imports every name.
        constants: Names that the top level assigns once and never changes: name → source of the expression.
        classes: Its classes by name.
        functions: Functions whose whole body is a ``return``: name → source of what they return.
        future_annotations: True where annotations stay text (``from __future__ import annotations``).
    """

    imports: Mapping[str, Import] = field(default_factory=dict)
    stars: tuple[Import, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, ClassFacts] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    future_annotations: bool = False


def to_document(facts: FileFacts) -> dict[str, Any]:
    """Turn facts into a JSON document; records become lists of their values, since there are many."""
    return {
        "imports": {name: _values(item) for name, item in facts.imports.items()},
        "stars": [_values(item) for item in facts.stars],
        "constants": dict(facts.constants),
        "functions": dict(facts.functions),
        "future_annotations": facts.future_annotations,
        "classes": [_class_to_document(item) for item in facts.classes.values()],
    }


def from_document(document: Mapping[str, Any]) -> FileFacts:
    """Make the facts again from what :func:`to_document` wrote.

    Raises:
        KeyError: If a part is missing.
        TypeError: If a part has another form.
    """
    classes = [_class_from_document(item) for item in document["classes"]]
    return FileFacts(
        imports={name: Import(*item) for name, item in document["imports"].items()},
        stars=tuple(Import(*item) for item in document["stars"]),
        constants=dict(document["constants"]),
        functions=dict(document["functions"]),
        future_annotations=bool(document["future_annotations"]),
        classes={item.name: item for item in classes},
    )


def _values(record: Any) -> list[Any]:
    return [getattr(record, name) for name in record.__slots__]


def _class_to_document(facts: ClassFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "bases": list(facts.bases),
        "decorators": list(facts.decorators),
        "doc": facts.doc,
        "fields": [_values(item) for item in facts.fields],
        "assignments": dict(facts.assignments),
        "methods": [
            [item.name, [_values(argument) for argument in item.arguments], item.doc, item.source, item.returned]
            for item in facts.methods.values()
        ],
        "keywords": [list(item) if isinstance(item, tuple) else item for item in _values(facts.keywords)],
        "choices": {name: list(values) for name, values in facts.choices.items()},
    }


def _class_from_document(document: Mapping[str, Any]) -> ClassFacts:
    methods = [
        MethodFacts(name, tuple(Argument(*argument) for argument in arguments), doc, source, returned)
        for name, arguments, doc, source, returned in document["methods"]
    ]
    return ClassFacts(
        name=document["name"],
        bases=tuple(document["bases"]),
        decorators=tuple(document["decorators"]),
        doc=document["doc"],
        fields=tuple(FieldFacts(*item) for item in document["fields"]),
        assignments=dict(document["assignments"]),
        methods={method.name: method for method in methods},
        keywords=_keywords_from_document(document["keywords"]),
        choices={name: tuple(values) for name, values in document["choices"].items()},
    )


def _keywords_from_document(values: list[Any]) -> KeywordFacts:
    names, takes_generation, attributes, settable, read_only, popped = values
    return KeywordFacts(
        names=tuple(names),
        takes_generation=takes_generation,
        attributes=tuple(attributes),
        settable=tuple(settable),
        read_only=tuple(read_only),
        popped=dict(popped),
    )
