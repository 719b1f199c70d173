"""Normalised types as JSON Schema."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from catalog.records import Json
from catalog.specs.json_schema.bounds import Bounds
from catalog.specs.json_schema.words import Words
from catalog.types import members_of

Schema: TypeAlias = dict[str, Any]

_SIMPLE: dict[str, Schema] = {
    "bool": {"type": "boolean"},
    "null": {"type": "null"},
    "bytes": {"type": "string"},
    "device": {"type": "string"},
}
_MERGEABLE = frozenset({"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "items"})

NO_BOUNDS = Bounds()


def fragment(kind: Json, *, bounds: Bounds = NO_BOUNDS, words: Words | None = None) -> Schema:
    """Write a normalised type as JSON Schema.

    Args:
        kind: The type (:mod:`catalog.types`).
        bounds: Limits of its numbers, at any depth of lists.
        words: Names for its strings, at any depth of lists.

    Returns:
        The schema; an empty one, which everything fits, for a type that is not known.
    """
    members = members_of(kind)
    if "float" in members:
        members = [member for member in members if member != "int"]
    return any_of([_member(member, bounds, words) for member in members])


def any_of(schemas: list[Schema]) -> Schema:
    """Make the schema that fits what any of some schemas fits, as short as it goes."""
    distinct: dict[str, Schema] = {}
    for schema in schemas:
        distinct.setdefault(json.dumps(schema, sort_keys=True), schema)
    schemas = list(distinct.values())
    if not schemas or {} in schemas:
        return {}
    if len(schemas) == 1:
        return schemas[0]
    return _merged_types(schemas) or _merged_enums(schemas) or {"anyOf": schemas}


def with_null(schema: Schema) -> Schema:
    """Make a schema that null fits, too; null stands last."""
    if not schema or admits_null(schema):
        return schema
    return any_of([*(schema["anyOf"] if set(schema) == {"anyOf"} else [schema]), {"type": "null"}])


def admits_null(schema: Schema) -> bool:
    """Tell whether null fits a schema that this module made."""
    if "anyOf" in schema:
        return any(map(admits_null, schema["anyOf"]))
    if "enum" in schema:
        return None in schema["enum"]
    return "null" in _types(schema) if "type" in schema else not schema


def _member(member: Json, bounds: Bounds, words: Words | None) -> Schema:
    if isinstance(member, str):
        if member in ("int", "float"):
            return {"type": "integer" if member == "int" else "number", **bounds.keywords()}
        if member in ("str", "dtype"):
            return _string(words)
        return dict(_SIMPLE.get(member, {}))
    if not isinstance(member, dict) or len(member) != 1:
        return {}
    ((form, inner),) = member.items()
    match form:
        case "literal":
            return {"enum": list(inner)}
        case "list":
            return _with_items({"type": "array"}, fragment(inner, bounds=bounds, words=words))
        case "tuple":
            return _tuple([fragment(item, bounds=bounds, words=words) for item in inner])
        case "dict" if len(inner) == 2:
            return _dict(fragment(inner[0]), fragment(inner[1]))
        case "config":
            return {"type": "object"}
    return {}


def _string(words: Words | None) -> Schema:
    names = [name for name in words.names if isinstance(name, str)] if words else []
    if words is None or not names:
        return {"type": "string"}
    return {"enum": names} if words.closed else {"anyOf": [{"enum": names}, {"type": "string"}]}


def _tuple(items: list[Schema]) -> Schema:
    length = {"minItems": len(items), "maxItems": len(items)}
    if len({json.dumps(item, sort_keys=True) for item in items}) == 1:
        return {**_with_items({"type": "array"}, items[0]), **length}
    return {"type": "array", "items": items, **length}


def _dict(keys: Schema, values: Schema) -> Schema:
    found: Schema = {"type": "object"}
    if "enum" in keys:
        found["propertyNames"] = keys
    if values:
        found["additionalProperties"] = values
    return found


def _with_items(schema: Schema, items: Schema) -> Schema:
    return {**schema, "items": items} if items else schema


def _merged_types(schemas: list[Schema]) -> Schema | None:
    """Schemas of different types in one: each keyword of draft 7 concerns values of its own type only."""
    types: list[str] = []
    merged: Schema = {}
    for schema in schemas:
        if not schema.keys() <= _MERGEABLE or "type" not in schema:
            return None
        for name in _types(schema):
            if name in types or (name in ("integer", "number") and {"integer", "number"} & set(types)):
                return None
            types.append(name)
        merged.update({key: value for key, value in schema.items() if key != "type"})
    return {"type": types, **merged}


def _merged_enums(schemas: list[Schema]) -> Schema | None:
    """Enumerations, and null, in one enumeration."""
    values: list[Json] = []
    for schema in schemas:
        if schema == {"type": "null"}:
            values.append(None)
        elif schema.keys() == {"enum"}:
            values.extend(schema["enum"])
        else:
            return None
    return {"enum": values}


def _types(schema: Schema) -> list[str]:
    found = schema["type"]
    return list(found) if isinstance(found, list) else [found]
