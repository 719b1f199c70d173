"""Makes the parameter records of a configuration class that is imported."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.introspect.annotations import annotation_text, normalise, resolve_aliases
from catalog.introspect.bounds import Bounds, bounds_of, field_validator
from catalog.introspect.source_text import FieldText, ModuleText
from catalog.records import ChoicesSource, Json, Parameter
from catalog.types import members_of
from catalog.values import to_json

_NOTHING = FieldText(None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A parameter as a class object has it, before anything is normalised.

    Attributes:
        name: Its name.
        annotation: The annotation object; a string where annotations are not evaluated.
        default: The default object; meaningless where `required`.
        required: True where it has none.
        validators: Validator functions.
        owner: Class that declares it.
    """

    name: str
    annotation: Any
    default: Any
    required: bool
    validators: tuple[Any, ...]
    owner: type


@dataclass(slots=True)
class Sources:
    """Sources of imported modules, parsed when first asked for.

    Attributes:
        definitions: Bounds of the package's plain validators.
        activations: Names of activation functions, which ``activation_fn_key`` allows.
    """

    definitions: Mapping[str, Bounds] = field(default_factory=dict)
    activations: tuple[str, ...] = ()
    _modules: dict[str, ModuleText | None] = field(default_factory=dict)

    def module(self, name: str) -> ModuleText | None:
        """Source of a module; ``None`` where it has none that parses."""
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> ModuleText | None:
        text = read_text(getattr(sys.modules.get(name), "__file__", None) or "")
        try:
            return ModuleText(text, name=name) if text else None
        except (SyntaxError, ValueError):
            return None


def read_text(file: str) -> str:
    """Text of a Python file; empty where there is none that can be read."""
    if not file.endswith(".py"):
        return ""
    try:
        with open(file, encoding="utf-8") as stream:  # noqa: PTH123 - half the cost of Path.open over 540 files
            return stream.read()
    except (OSError, ValueError):
        return ""


def declared_parameters(cls: type, base: type) -> list[Declared]:
    """Parameters of a class in its own order: fields of a dataclass, else what its constructors take.

    Args:
        cls: A configuration class.
        base: The common base class; what it alone declares is left out, unless `cls` is the base itself.

    Returns:
        The parameters.
    """
    found = _fields(cls) if dataclasses.is_dataclass(cls) else _signature(cls, base)
    return [item for item in found if item.owner is not base or cls is base]


def _fields(cls: type) -> Iterator[Declared]:
    mro = [(item, inspect.get_annotations(item)) for item in cls.__mro__]
    for item in dataclasses.fields(cls):
        factory = item.default_factory
        default = item.default if factory is dataclasses.MISSING else factory()
        validators = item.metadata.get("validator") or ()
        yield Declared(
            name=item.name,
            annotation=item.type,
            default=default,
            required=default is dataclasses.MISSING,
            validators=tuple(validators) if isinstance(validators, list | tuple) else (validators,),
            owner=next((owner for owner, names in mro if item.name in names), cls),
        )


def _signature(cls: type, base: type) -> Iterator[Declared]:
    """Parameters of ``__init__``, and of those it hands its ``**kwargs`` on to, up to the common base."""
    seen: set[str] = set()
    for owner in cls.__mro__:
        if "__init__" not in owner.__dict__:
            continue
        if owner is base and cls is not base:
            return
        parameters = list(inspect.signature(owner.__dict__["__init__"]).parameters.values())[1:]
        for item in parameters:
            if item.kind in (item.VAR_KEYWORD, item.VAR_POSITIONAL) or item.name in seen:
                continue
            seen.add(item.name)
            yield Declared(
                name=item.name,
                annotation=None if item.annotation is item.empty else item.annotation,
                default=item.default,
                required=item.default is item.empty,
                validators=(),
                owner=owner,
            )
        if not any(item.kind is item.VAR_KEYWORD for item in parameters):
            return


def parameter_record(declared: Declared, *, cls: type, position: int, sources: Sources) -> Parameter:
    """Make the record of a parameter, without its documentation.

    Args:
        declared: The parameter.
        cls: The class that has it.
        position: Its place in the class's order.
        sources: Sources of the modules.

    Returns:
        The record.
    """
    module = sources.module(declared.owner.__module__)
    text = _field_text(module, declared)
    annotation = _annotation(module, text, declared)
    kind = _type(annotation, declared)
    bounds, validators = _validators(module, text, declared, sources)
    choices, source = choices_of(kind, bounds)
    return Parameter(
        name=declared.name,
        position=position,
        annotation=annotation,
        type=kind,
        default=None if declared.required else to_json(declared.default),
        default_source=_default_source(module, text, declared),
        required=declared.required,
        choices=choices,
        choices_source=source,
        minimum=bounds.minimum,
        maximum=bounds.maximum,
        exclusive_minimum=bounds.exclusive_minimum,
        exclusive_maximum=bounds.exclusive_maximum,
        validators=validators,
        inherited_from=None if declared.owner is cls else declared.owner.__name__,
    )


def _field_text(module: ModuleText | None, declared: Declared) -> FieldText:
    """The declaration in the owner's source: a field of its body, or a parameter of its ``__init__``."""
    owner = module.classes.get(declared.owner.__name__) if module else None
    if owner is None:
        return _NOTHING
    if declared.name in owner.fields:
        return owner.fields[declared.name]
    init = owner.methods.get("__init__")
    return _argument_text(init.args, declared.name) if init else _NOTHING


def _argument_text(arguments: ast.arguments, name: str) -> FieldText:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = [
        *zip(positional, missing + list(arguments.defaults), strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((FieldText(item.annotation, default) for item, default in pairs if item.arg == name), _NOTHING)


def _annotation(module: ModuleText | None, text: FieldText, declared: Declared) -> str | None:
    if module and text.annotation is not None:
        return module.expression(text.annotation)
    return None if declared.annotation is None else annotation_text(declared.annotation)


def _type(annotation: str | None, declared: Declared) -> Json:
    """Normalised type: of the annotation object where it was evaluated, of its text otherwise."""
    if annotation is None:
        return None
    evaluated = declared.annotation is not None and not isinstance(declared.annotation, str)
    kind = normalise(annotation_text(declared.annotation) if evaluated else annotation)
    return resolve_aliases(kind, vars(sys.modules[declared.owner.__module__]))


def _default_source(module: ModuleText | None, text: FieldText, declared: Declared) -> str | None:
    if declared.required:
        return None
    return module.expression(text.default) if module and text.default is not None else repr(declared.default)


def _validators(
    module: ModuleText | None, text: FieldText, declared: Declared, sources: Sources
) -> tuple[Bounds, tuple[str, ...]]:
    """Bounds and names of the field's validators, from its source where it is there, else from the functions."""
    if not declared.validators:
        return Bounds(), ()
    validator = field_validator(text.default)
    if module is None or validator is None:
        return Bounds(), tuple(_function_text(item) for item in declared.validators)
    name = module.expression(validator)
    if name == "activation_fn_key":
        return Bounds(choices=sources.activations or None), (name,)
    return bounds_of(validator, sources.definitions), (name,)


def _function_text(function: Any) -> str:
    return str(getattr(function, "__qualname__", function)).removesuffix(".<locals>._inner")


def choices_of(kind: Json, bounds: Bounds) -> tuple[tuple[Json, ...] | None, ChoicesSource | None]:
    """Choices by the type, where all its members but ``null`` are literals, or by a validator."""
    members = [member for member in members_of(kind) if member != "null"]
    if members and all(isinstance(member, dict) and "literal" in member for member in members):
        values = [value for member in members if isinstance(member, dict) for value in member["literal"]]
        return tuple(dict.fromkeys(values)), "literal"
    return (bounds.choices, "validator") if bounds.choices else (None, None)
