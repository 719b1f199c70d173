"""From records to rows: the columns that SQL filters by, the documents, and the words of the search index."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from catalog.records import (
    Architecture,
    ConfigClass,
    Json,
    ModelType,
    Observation,
    Parameter,
    Traits,
    canonical_json,
    to_document,
)
from catalog.store.documents import digest_of, pack
from catalog.store.words import squash

Row: TypeAlias = dict[str, Any]


def plain(text: str | None) -> str | None:
    """A text without NUL, which PostgreSQL cannot hold in a column and documents keep, or halves of surrogate pairs."""
    if text is None or text.isascii():
        return text.replace("\0", "\ufffd") if text is not None and "\0" in text else text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def short_digest(text: str) -> bytes:
    """Address of a row that is only a projection: half a digest tells them apart, and their index is large."""
    return digest_of(text)[:16]


def _required(text: str) -> str:
    return plain(text) or ""


def _json_or_null(value: Json, *, known: bool = True) -> str | None:
    return canonical_json(value) if known else None


@dataclass(frozen=True)
class EncodedParameter:
    """A parameter as rows. Classes share what is the same in them, since its position is not part of it.

    Attributes:
        parameter: The record.
        digest: Address.
    """

    parameter: Parameter
    digest: bytes

    def row(self, key: int, name_id: int, text_id: int | None) -> Row:
        """Row of the table ``parameter``."""
        parameter = self.parameter
        return {
            "id": key,
            "digest": self.digest,
            "name_id": name_id,
            "annotation": plain(parameter.annotation),
            "type": _json_or_null(parameter.type, known=parameter.type is not None),
            "declared_default": _json_or_null(
                parameter.default, known=parameter.default_known and not parameter.required
            ),
            "default_source": plain(parameter.default_source),
            "default_known": parameter.default_known,
            "required": parameter.required,
            "text_id": text_id,
            "inferred_from": plain(parameter.inferred_from),
            "documented_type": plain(parameter.documented_type),
            "documented_default": _json_or_null(
                parameter.documented_default, known=parameter.documented_default_text is not None
            ),
            "documented_default_text": plain(parameter.documented_default_text),
            "choices": None if parameter.choices is None else canonical_json(parameter.choices),
            "choices_source": parameter.choices_source,
            "minimum": parameter.minimum,
            "maximum": parameter.maximum,
            "exclusive_minimum": parameter.exclusive_minimum,
            "exclusive_maximum": parameter.exclusive_maximum,
            "validators": canonical_json(parameter.validators) if parameter.validators else None,
            "inherited_from": plain(parameter.inherited_from),
        }

    @property
    def description(self) -> str | None:
        """Its text, for the search."""
        return plain(self.parameter.description)


@dataclass(frozen=True)
class EncodedClass:
    """A config class as rows."""

    config: ConfigClass
    document: Mapping[str, Any]
    text: str
    digest: bytes

    @classmethod
    def of(cls, config: ConfigClass) -> EncodedClass:
        """Encode a record."""
        document = to_document(config)
        text = canonical_json(document)
        return cls(config, document, text, digest_of(text))

    @functools.cached_property
    def description(self) -> str | None:
        """Its text, for the search."""
        parts = (self.config.summary, self.config.doc, self.config.checkpoint)
        return plain("\n\n".join(part for part in parts if part)) or None

    def row(self, key: int, text_id: int | None) -> Row:
        """Row of the table ``definition``."""
        config = self.config
        return {
            "id": key,
            "digest": self.digest,
            "name": _required(config.name),
            "search_key": squash(config.name),
            "module": _required(config.module),
            "model_type": plain(config.model_type),
            "text_id": text_id,
            "deprecated": config.deprecated,
            "is_base": config.is_base,
        }

    @property
    def name(self) -> str:
        """Class name."""
        return self.config.name

    @functools.cached_property
    def body(self) -> bytes:
        """The document, compressed by itself."""
        return pack(self.text)

    @functools.cached_property
    def parameters(self) -> tuple[EncodedParameter, ...]:
        """Its parameters, each addressed by itself."""
        return tuple(
            EncodedParameter(parameter, short_digest(canonical_json({**document, "position": None})))
            for parameter, document in zip(self.config.parameters, self.document.get("parameters", ()), strict=True)
        )


@dataclass(frozen=True)
class EncodedArchitecture:
    """An architecture as rows."""

    architecture: Architecture
    text: str
    digest: bytes

    @classmethod
    def of(cls, architecture: Architecture) -> EncodedArchitecture:
        """Encode a record."""
        text = canonical_json(to_document(architecture))
        return cls(architecture, text, digest_of(text))

    @functools.cached_property
    def description(self) -> str | None:
        """Its text, for the search."""
        parts = (self.architecture.summary, ", ".join(self.architecture.tasks))
        return plain("\n\n".join(part for part in parts if part)) or None

    def row(self, key: int, text_id: int | None) -> Row:
        """Row of the table ``architecture``."""
        return {
            "id": key,
            "digest": self.digest,
            "name": _required(self.architecture.name),
            "search_key": squash(self.architecture.name),
            "module": plain(self.architecture.module),
            "config_class": plain(self.architecture.config_class),
            "text_id": text_id,
        }

    @property
    def name(self) -> str:
        """Class name."""
        return self.architecture.name

    @functools.cached_property
    def body(self) -> bytes:
        """The document, compressed by itself."""
        return pack(self.text)


@dataclass(frozen=True)
class EncodedModelType:
    """A model type as rows."""

    model_type: ModelType
    digest: bytes

    @classmethod
    def of(cls, model_type: ModelType) -> EncodedModelType:
        """Encode a record."""
        return cls(model_type, digest_of(canonical_json(to_document(model_type))))

    @functools.cached_property
    def description(self) -> str | None:
        """Its text, for the search."""
        return plain(", ".join(name for names in self.model_type.processors.values() for name in names)) or None

    def row(self, key: int, text_id: int | None) -> Row:
        """Row of the table ``model_type``."""
        return {
            "id": key,
            "digest": self.digest,
            "name": _required(self.model_type.name),
            "search_key": squash(self.model_type.name),
            "config_class": _required(self.model_type.config_class),
            "processors": canonical_json(to_document(self.model_type.processors)),
            "text_id": text_id,
        }


@dataclass(frozen=True)
class EncodedObservation:
    """An observation as rows. Its class is not part of it, so that classes share what is the same for many."""

    observation: Observation
    digest: bytes

    @classmethod
    def of(cls, observation: Observation) -> EncodedObservation:
        """Encode a record."""
        content = [observation.constructs, observation.reason, to_document(observation.effective)]
        return cls(observation, digest_of(canonical_json(content)))

    def row(self, key: int) -> Row:
        """Row of the table ``observation``."""
        return {
            "id": key,
            "digest": self.digest,
            "constructs": self.observation.constructs,
            "reason": plain(self.observation.reason),
        }

    def values(self, key: int, name_ids: Mapping[str, int]) -> Iterable[Row]:
        """Rows of the table ``observation_value``."""
        for name, value in self.observation.effective.items():
            yield {"observation_id": key, "name_id": name_ids[name], "value": canonical_json(value)}


def traits_row(traits: Traits, key: int) -> Row:
    """Row of the table ``traits``."""
    return {
        "id": key,
        "digest": traits_digest(traits),
        "modality": plain(traits.modality),
        "attention": canonical_json(traits.attention),
    }


def traits_digest(traits: Traits) -> bytes:
    """Address of traits, whose class is not part of them."""
    return digest_of(canonical_json([traits.modality, traits.attention]))
