"""The pivot: one parameter across all classes of a release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, and_, func, select

from catalog.records import Parameter
from catalog.store import schema
from catalog.store.decode import PARAMETER_COLUMNS, from_json, to_parameter
from catalog.store.rows import ParameterUse

_class = schema.release_class.c
_definition = schema.definition.c
_place = schema.definition_parameter.c
_value = schema.observation_value.c


def parameters_named(connection: Connection, release: int, name: str) -> tuple[ParameterUse, ...]:
    """Every class that takes a parameter of that name, sorted; every class inherits those of the common base."""
    name_id = connection.scalar(select(schema.parameter_name.c.id).where(schema.parameter_name.c.name == name))
    if name_id is None:
        return ()
    # One look-up a class of the release: the key of definition_parameter begins with definition and name.
    statement = (
        select(_definition.name, _definition.is_base, _value.value, _place.position, *PARAMETER_COLUMNS)
        .select_from(schema.release_class)
        .join(
            schema.definition_parameter, and_(_place.definition_id == _class.definition_id, _place.name_id == name_id)
        )
        .join(schema.definition, _definition.id == _class.definition_id)
        .join(schema.parameter, schema.parameter.c.id == _place.parameter_id)
        .outerjoin(schema.text, schema.text.c.id == schema.parameter.c.text_id)
        .outerjoin(
            schema.observation_value,
            and_(_value.observation_id == _class.observation_id, _value.name_id == name_id),
        )
        .where(_class.release_id == release)
    )
    found: dict[str, ParameterUse] = {}
    base: Parameter | None = None
    for class_name, is_base, value, position, *columns in connection.execute(statement):
        parameter = to_parameter(columns, name=name, position=position)
        if is_base:
            base = replace(parameter, inherited_from=class_name)
        else:
            found[class_name] = _use(class_name, parameter, value)
    if base is not None:
        for class_name, value in _all_classes(connection, release, name_id):
            if class_name not in found:
                found[class_name] = _use(class_name, base, value)
    return tuple(found[class_name] for class_name in sorted(found))


def _use(class_name: str, parameter: Parameter, value: str | None) -> ParameterUse:
    """The record, from the value after construction, which is there if it differs from the declared default."""
    return ParameterUse(
        config_class=class_name,
        parameter=parameter,
        overridden=value is not None,
        effective=parameter.default if value is None else from_json(value),
    )


def _all_classes(connection: Connection, release: int, name_id: int) -> Iterable[tuple[str, str | None]]:
    """Every class but the common base, with its value of the parameter after construction."""
    statement = (
        select(_definition.name, _value.value)
        .select_from(schema.release_class)
        .join(schema.definition, _definition.id == _class.definition_id)
        .outerjoin(
            schema.observation_value,
            and_(_value.observation_id == _class.observation_id, _value.name_id == name_id),
        )
        .where(_class.release_id == release, _definition.is_base.is_(False))
    )
    return [(class_name, value) for class_name, value in connection.execute(statement)]


def parameter_names(connection: Connection, release: int) -> dict[str, int]:
    """Names of all parameters, with the number of classes that declare each (the common base counts as one)."""
    names = schema.parameter_name.c
    statement = (
        select(names.name, func.count())
        .select_from(schema.release_class)
        .join(schema.definition_parameter, _place.definition_id == _class.definition_id)
        .join(schema.parameter_name, names.id == _place.name_id)
        .where(_class.release_id == release)
        .group_by(names.name)
        .order_by(names.name)
    )
    return {name: count for name, count in connection.execute(statement)}  # noqa: C416 - rows are no pairs to dict()
