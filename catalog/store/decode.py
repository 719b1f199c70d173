"""From rows to records."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from catalog.records import Json, ModelType
from catalog.store import schema
from catalog.store.rows import ReleaseInfo


@functools.lru_cache(maxsize=4096)
def _scalar(text: str) -> Json:
    value: Json = json.loads(text)
    return value


def from_json(text: str | None) -> Any:
    """Value of a JSON column; ``None`` for an empty one."""
    if text is None:
        return None
    # Most values are short and frequent (null, 0, true, "gelu"). Lists and objects are made anew, being mutable.
    return json.loads(text) if text[:1] in "[{" else _scalar(text)


PARAMETER_COLUMNS = (
    schema.text.c.body,
    *(column for column in schema.parameter.c if column.name not in ("id", "digest", "name_id", "text_id")),
)
"""What :func:`parameter_fields` takes: columns of the table ``parameter``, joined with its text."""


def parameter_fields(values: Sequence[Any]) -> dict[str, Any]:
    """Fields of the record but name and position, from the values of :data:`PARAMETER_COLUMNS`."""
    fields = dict(zip(_PARAMETER_FIELDS, values, strict=True))
    for field in ("type", "default", "documented_default"):
        fields[field] = from_json(fields[field])
    for field in ("choices", "validators"):
        if fields[field] is not None:
            fields[field] = tuple(from_json(fields[field]))
    fields["validators"] = fields["validators"] or ()
    return fields


_RENAMED = {"declared_default": "default", "body": "description"}
_PARAMETER_FIELDS = tuple(_RENAMED.get(column.name, column.name) for column in PARAMETER_COLUMNS)


def to_release_info(row: Row[Any]) -> ReleaseInfo:
    """Make the record from a row of the table ``release``."""
    return ReleaseInfo(
        version=row.version,
        extractor=row.extractor,
        fingerprint=row.fingerprint,
        released=row.released,
        environment=json.loads(row.environment),
        synced_at=datetime.fromisoformat(row.synced_at),
        seconds=row.seconds,
        classes=row.class_count,
        parameters=row.parameter_count,
        architectures=row.architecture_count,
        failures=row.failure_count,
    )


def to_model_type(row: Row[Any]) -> ModelType:
    """Make the record from a row of the table ``model_type``."""
    processors = {kind: tuple(names) for kind, names in json.loads(row.processors).items()}
    return ModelType(name=row.name, config_class=row.config_class, processors=processors)
