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
from catalog.store.fulltext import Entry
from catalog.store.words import name_words, squash, text_words

Row: TypeAlias = dict[str, Any]


def plain(text: str | None) -> str | None:
    """A text without NUL, which PostgreSQL cannot hold in a column; documents keep it."""
    return text.replace("\0", "\ufffd") if text is not None and "\0" in text else text


def _short_digest(document: Any) -> bytes:
    """Address of a row that is only a projection: half a digest tells parameters apart, and their index is large."""
    return digest_of(canonical_json(document))[:16]


def _required(text: str) -> str:
    return plain(text) or ""


def _json_or_null(value: Json, *, known: bool = True) -> str | None:
    return canonical_json(value) if known else None


@dataclass(frozen=True)
class EncodedParameter:
    """A parameter as rows. It is addressed by its class too, since its search entry names the class.

    Attributes:
        parameter: The record.
        config: Class that has it.
        digest: Address, the position left out.
    """

    parameter: Parameter
    config: ConfigClass
    digest: bytes

    def row(self, key: int, name_id: int) -> Row:
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
            "description": plain(parameter.description),
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

    def entry(self, key: int) -> Entry:
        """Its words for the search index."""
        choices = " ".join(choice for choice in self.parameter.choices or () if isinstance(choice, str))
        return Entry(
            "parameter",
            key,
            name_words(self.parameter.name),
            owner_words(self.config.name, self.config.model_type),
            text_words(f"{self.parameter.description or ''} {choices}"),
        )


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

    def row(self, key: int) -> Row:
        """Row of the table ``definition``."""
        config = self.config
        return {
            "id": key,
            "digest": self.digest,
            "name": _required(config.name),
            "search_key": squash(config.name),
            "module": _required(config.module),
            "model_type": plain(config.model_type),
            "summary": plain(config.summary),
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
        owner = [self.config.name, self.config.model_type]
        return tuple(
            EncodedParameter(parameter, self.config, _short_digest([owner, {**document, "position": None}]))
            for parameter, document in zip(self.config.parameters, self.document.get("parameters", ()), strict=True)
        )

    def entry(self, key: int) -> Entry:
        """Its words for the search index."""
        config = self.config
        return Entry(
            "config_class",
            key,
            name_words(config.name),
            name_words(config.model_type or ""),
            text_words(f"{config.summary or ''} {config.doc or ''} {config.checkpoint or ''}"),
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

    def row(self, key: int) -> Row:
        """Row of the table ``architecture``."""
        return {
            "id": key,
            "digest": self.digest,
            "name": _required(self.architecture.name),
            "search_key": squash(self.architecture.name),
            "module": plain(self.architecture.module),
            "config_class": plain(self.architecture.config_class),
        }

    @property
    def name(self) -> str:
        """Class name."""
        return self.architecture.name

    @functools.cached_property
    def body(self) -> bytes:
        """The document, compressed by itself."""
        return pack(self.text)

    def entry(self, key: int) -> Entry:
        """Its words for the search index."""
        architecture = self.architecture
        owner = [word for name in architecture.model_types for word in name_words(name)]
        return Entry(
            "architecture",
            key,
            name_words(architecture.name),
            (*name_words(architecture.config_class or ""), *owner),
            text_words(" ".join((*architecture.tasks, architecture.summary or ""))),
        )


@dataclass(frozen=True)
class EncodedModelType:
    """A model type as rows."""

    model_type: ModelType
    digest: bytes

    @classmethod
    def of(cls, model_type: ModelType) -> EncodedModelType:
        """Encode a record."""
        return cls(model_type, digest_of(canonical_json(to_document(model_type))))

    def row(self, key: int) -> Row:
        """Row of the table ``model_type``."""
        return {
            "id": key,
            "digest": self.digest,
            "name": _required(self.model_type.name),
            "search_key": squash(self.model_type.name),
            "config_class": _required(self.model_type.config_class),
            "processors": canonical_json(to_document(self.model_type.processors)),
        }

    def entry(self, key: int) -> Entry:
        """Its words for the search index."""
        model_type = self.model_type
        processors = " ".join(name for names in model_type.processors.values() for name in names)
        return Entry(
            "model_type", key, name_words(model_type.name), name_words(model_type.config_class), text_words(processors)
        )


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


@functools.lru_cache(maxsize=4096)
def owner_words(config_class: str, model_type: str | None) -> tuple[str, ...]:
    """Words of the names that a parameter belongs to."""
    return tuple(dict.fromkeys((*name_words(config_class), *name_words(model_type or ""))))
