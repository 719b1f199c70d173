"""The pivot: one parameter across all classes of a release."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Boolean, Connection, func, select, text

from catalog.records import Parameter
from catalog.store import schema
from catalog.store.decode import PARAMETER_COLUMNS, from_json, parameter_fields
from catalog.store.rows import ParameterUse

_CHUNK = 500
"""Keys in one statement."""

_class = schema.release_class.c
_place = schema.definition_parameter.c

# One look-up a class of the release: the key of definition_parameter begins with definition and name. CROSS JOIN makes
# SQLite join in the order that is written; to PostgreSQL it is a join like any.
_USES = text(
    "SELECT d.name, d.is_base, q.position, q.parameter_id,"
    " (SELECT v.value FROM observation_value v WHERE v.observation_id = p.observation_id AND v.name_id = n.id) AS value"
    " FROM parameter_name n CROSS JOIN release_class p CROSS JOIN definition_parameter q CROSS JOIN definition d"
    " WHERE n.name = :name AND p.release_id = :release AND q.definition_id = p.definition_id AND q.name_id = n.id"
    " AND d.id = p.definition_id"
).columns(is_base=Boolean)

# Every class but the common base, with its value of the parameter after construction.
_CLASSES = text(
    "SELECT d.name,"
    " (SELECT v.value FROM observation_value v WHERE v.observation_id = p.observation_id AND v.name_id = n.id) AS value"
    " FROM parameter_name n CROSS JOIN release_class p CROSS JOIN definition d"
    " WHERE n.name = :name AND p.release_id = :release AND d.id = p.definition_id AND NOT d.is_base"
)


def parameters_named(connection: Connection, release: int, name: str) -> tuple[ParameterUse, ...]:
    """Every class that takes a parameter of that name, sorted; every class inherits those of the common base."""
    asked = {"release": release, "name": name}
    rows = connection.execute(_USES, asked).all()
    declared = _declarations(connection, {row.parameter_id for row in rows})
    made: dict[tuple[int, int], Parameter] = {}
    found: dict[str, ParameterUse] = {}
    common: Parameter | None = None
    for class_name, is_base, position, key, value in rows:
        parameter = made.get((key, position))
        if parameter is None:
            parameter = made[key, position] = Parameter(name=name, position=position, **declared[key])
        if is_base:
            common = replace(parameter, inherited_from=class_name)
        else:
            found[class_name] = _use(class_name, parameter, value)
    if common is not None:
        for class_name, value in connection.execute(_CLASSES, asked):
            if class_name not in found:
                found[class_name] = _use(class_name, common, value)
    return tuple(found[class_name] for class_name in sorted(found))


def _declarations(connection: Connection, keys: set[int]) -> dict[int, dict[str, Any]]:
    """Fields of parameters by key; classes share those that say the same."""
    wanted = sorted(keys)
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        statement = (
            select(schema.parameter.c.id, *PARAMETER_COLUMNS)
            .outerjoin_from(schema.parameter, schema.text, schema.text.c.id == schema.parameter.c.text_id)
            .where(schema.parameter.c.id.in_(wanted[start : start + _CHUNK]))
        )
        for key, *columns in connection.execute(statement):
            found[key] = parameter_fields(columns)
    return found


def _use(class_name: str, parameter: Parameter, value: str | None) -> ParameterUse:
    """The record, from the value after construction, which is there if it differs from the declared default."""
    return ParameterUse(
        config_class=class_name,
        parameter=parameter,
        overridden=value is not None,
        effective=parameter.default if value is None else from_json(value),
    )


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
