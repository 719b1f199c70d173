"""Judges the documentation of a release by its code: pure functions over records, for reports.

A documented default can differ from the code in ways that matter to a reader in different degrees, hence kinds:

``wrong-default``
    The documentation states a value that the class neither declares nor arrives at. A reader is misled.
``computed-default``
    The class declares something else (mostly ``None``), and constructing it yields what the documentation states. A
    reader of the documentation is right, a reader of the signature is not.
``rounded-default``
    The documentation states the declared number with fewer digits.

Differences of spelling are none of these: ``1e-5`` and ``0.00001``, a list and a tuple, ``0`` and ``0.0``, a quoted and
a bare word, ``2048^-0.5`` and ``2048**-0.5``, the name of a constant and its value, the name of another parameter where
constructing the class gives both the same value.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.introspect.docstrings.constants import fold_constant
from catalog.records import ConfigClass, Json, Observation, Parameter
from catalog.values import same_value, to_json, to_python_text

FaultKind: TypeAlias = Literal["wrong-default", "computed-default", "rounded-default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentationFault:
    """A documented default that differs from the code.

    Attributes:
        kind: How it differs; see the module's documentation.
        config_class: Class whose documentation it is.
        parameter: The parameter.
        documented: The documentation's own words for the default.
        actual: Declared default, in JSON form.
        effective: Default after construction, in JSON form; the declared one where the class does not construct.
        message: All of it in a sentence.
    """

    kind: FaultKind
    config_class: str
    parameter: str
    documented: str
    actual: Json
    effective: Json
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndocumentedParameter:
    """A parameter that its class does not document.

    Attributes:
        config_class: The class.
        parameter: The parameter.
        inferred_from: Class whose description stands in; ``None`` where none does.
    """

    config_class: str
    parameter: str
    inferred_from: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedDefault:
    """A declared default that constructing the class replaces.

    Attributes:
        config_class: The class.
        parameter: The parameter.
        declared: Declared default, in JSON form.
        effective: Default after construction, in JSON form.
    """

    config_class: str
    parameter: str
    declared: Json
    effective: Json


def documentation_faults(
    classes: Iterable[ConfigClass], observations: Iterable[Observation] = ()
) -> tuple[DocumentationFault, ...]:
    """Find documented defaults that differ from the code.

    Args:
        classes: Classes of one release. The common base, whose fields every class has, is judged once, as itself.
        observations: What constructing them told; without them a computed default counts as wrong.

    Returns:
        The faults, sorted by class and parameter.
    """
    observed = {item.config_class: item for item in observations}
    faults = []
    for config in classes:
        effective = _effective_defaults(config, observed.get(config.name))
        for parameter in config.parameters:
            fault = _fault(config, parameter, effective)
            if fault is not None:
                faults.append(fault)
    return tuple(sorted(faults, key=lambda fault: (fault.config_class, fault.parameter)))


def undocumented_parameters(classes: Iterable[ConfigClass]) -> tuple[UndocumentedParameter, ...]:
    """Find parameters that their class does not document, sorted by class and position."""
    return tuple(
        UndocumentedParameter(config_class=config.name, parameter=parameter.name, inferred_from=parameter.inferred_from)
        for config in sorted(classes, key=lambda config: config.name)
        for parameter in config.parameters
        if is_undocumented(parameter)
    )


def is_undocumented(parameter: Parameter) -> bool:
    """True where the class's documentation does not describe the parameter, whether or not a relative's does."""
    return parameter.description is None or parameter.inferred_from is not None


def computed_defaults(
    classes: Iterable[ConfigClass], observations: Iterable[Observation]
) -> tuple[ComputedDefault, ...]:
    """Find parameters whose default changes while the class constructs itself.

    Parameters of the common base are left out unless the class declares them anew: that ``id2label`` becomes a
    dictionary is a fact about the base, not about 830 classes.
    """
    observed = {item.config_class: item for item in observations}
    return tuple(
        ComputedDefault(
            config_class=config.name,
            parameter=parameter.name,
            declared=parameter.default,
            effective=observed[config.name].effective[parameter.name],
        )
        for config in sorted(classes, key=lambda config: config.name)
        if config.name in observed
        for parameter in config.parameters
        if parameter.name in observed[config.name].effective
    )


def _effective_defaults(config: ConfigClass, observation: Observation | None) -> dict[str, Json]:
    """Default of every parameter after construction, also under the other names of the attribute map."""
    values = {item.name: item.default for item in config.parameters if item.default_known and not item.required}
    if observation is not None:
        values.update(observation.effective)
    values.update({name: values[target] for name, target in config.attribute_map.items() if target in values})
    return values


def _fault(config: ConfigClass, parameter: Parameter, effective: Mapping[str, Json]) -> DocumentationFault | None:
    text = parameter.documented_default_text
    if text is None or parameter.required or not parameter.default_known:
        return None
    actual = effective.get(parameter.name, parameter.default)
    documented = parameter.documented_default
    if _says(text, documented, parameter.default) or _names_constant(text, parameter.default_source):
        return None
    if _refers_to(text, actual, effective):
        return None
    if _says(text, documented, actual):
        kind: FaultKind = "computed-default"
    elif _is_rounded(documented, parameter.default):
        kind = "rounded-default"
    else:
        kind = "wrong-default"
    return DocumentationFault(
        kind=kind,
        config_class=config.name,
        parameter=parameter.name,
        documented=text,
        actual=parameter.default,
        effective=actual,
        message=_message(config.name, parameter, actual, kind),
    )


def _message(name: str, parameter: Parameter, actual: Json, kind: FaultKind) -> str:
    declared = to_python_text(parameter.default)
    text = f"{name}.{parameter.name} is documented as {parameter.documented_default_text}, the code says {declared}"
    if kind == "computed-default":
        return f"{text}, which becomes the documented value when the class is constructed."
    if not same_value(actual, parameter.default):
        return f"{text}, which becomes {to_python_text(actual)} when the class is constructed."
    return f"{text}."


def _says(text: str, documented: Json, value: Json) -> bool:
    """True where the documentation's words mean a value."""
    if _equal(documented, value) or text == value or text.strip("'\"") == to_python_text(value).strip("'\""):
        return True
    if isinstance(value, dict) and "$config" in value:
        return text.removesuffix("()") == str(value["$config"])
    return False


def _equal(left: Json, right: Json) -> bool:
    """Equal up to the last digits of a float."""
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12)
    return same_value(left, right)


def _names_constant(text: str, source: str | None) -> bool:
    """True where the documentation names a constant that the default's source names too."""
    return text.isidentifier() and source is not None and re.search(rf"\b{text}\b", source) is not None


def _refers_to(text: str, actual: Json, effective: Mapping[str, Json]) -> bool:
    """True where the words are an expression over other parameters (``hidden_size // 2``) and come out as the value.

    A value of ``None`` is no contradiction: the model then computes what the words say.
    """
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
    if not names or not names <= effective.keys():
        return False
    try:
        return actual is None or _equal(to_json(fold_constant(node, effective)), actual)
    except ValueError:
        return False


def _is_rounded(documented: Json, value: Json) -> bool:
    """True where a number is another one with fewer digits, and still within a hundredth of it."""
    if not isinstance(documented, float) or not isinstance(value, float) or documented == value:
        return False
    digits = len(repr(documented).partition("e")[0].partition(".")[2])
    return round(value, digits) == documented and math.isclose(documented, value, rel_tol=0.01)
