"""The records that flow between rooms: what a transformers release says about its configurations.

Every record is a frozen dataclass of plain values, so that it can be hashed, compared, pickled and written
as JSON. Extractors make records, the store keeps them, everything above reads them. Nothing here imports
SQLAlchemy, transformers or torch.

Values of defaults are kept in a small JSON form (see :func:`catalog.values.to_json`), types in the normalised
form of :mod:`catalog.types`.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, cast

Json: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None
"""A JSON value: what a default, a choice or a normalised type is stored as."""

Extractor: TypeAlias = Literal["live", "static"]
"""How a release was read: *live* by importing it, *static* by parsing its source."""

ChoicesSource: TypeAlias = Literal["literal", "validator", "docstring"]
FailureStage: TypeAlias = Literal["import", "parse", "construct", "docstring", "architecture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a configuration class, as the class declares and documents it.

    Attributes:
        name: The keyword under which the class takes it.
        position: Place in the class's own order, starting at 0.
        annotation: Source text of the annotation; ``None`` where the source has none.
        type: Normalised type (:mod:`catalog.types`); ``None`` where it is not known.
        default: Declared default in JSON form. Meaningless where `required` or not `default_known`.
        default_source: Source text of the default; ``None`` where there is no default.
        default_known: False where the default could not be evaluated without executing code.
        required: True where the class has no default for it.
        description: What the documentation says, as Markdown (reStructuredText for old releases).
        inferred_from: Class whose description of the same parameter stands in; ``None`` where it is the class's own.
        documented_type: Type text in the documentation.
        documented_default: Default that the documentation states, in JSON form (meaningful with its text only).
        documented_default_text: The documentation's own words for the default; ``None`` where it states none.
        choices: Values it may take; ``None`` where it is not an enumeration.
        choices_source: Where the choices come from.
        minimum: Smallest value allowed, in the parameter's unit.
        maximum: Largest value allowed, in the parameter's unit.
        exclusive_minimum: True where `minimum` itself is not allowed.
        exclusive_maximum: True where `maximum` itself is not allowed.
        validators: Names of the field validators, arguments included (``"interval(min=0.0, max=1.0)"``).
        inherited_from: Config class that declares it; ``None`` where the class itself does.
    """

    name: str
    position: int
    annotation: str | None = None
    type: Json = None
    default: Json = None
    default_source: str | None = None
    default_known: bool = True
    required: bool = False
    description: str | None = None
    inferred_from: str | None = None
    documented_type: str | None = None
    documented_default: Json = None
    documented_default_text: str | None = None
    choices: tuple[Json, ...] | None = None
    choices_source: ChoicesSource | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    validators: tuple[str, ...] = ()
    inherited_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubConfig:
    """A parameter whose value is itself a configuration.

    Attributes:
        name: The parameter (``text_config``).
        config_class: The fixed class; ``None`` where `model_type` within the block decides (``AutoConfig``).
        model_type: Model type that is taken where the block names none.
        optional: True where the block may stay ``None``.
        init_kwargs: Values with which the block is made when it is left out, in JSON form.
    """

    name: str
    config_class: str | None
    model_type: str | None = None
    optional: bool = False
    init_kwargs: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassValidator:
    """A ``validate_*`` method that the class itself declares, with its source text."""

    name: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocstringIssue:
    """A place where a docstring could not be parsed or contradicts itself.

    Attributes:
        message: What is wrong.
        line: Line within the docstring, starting at 1; ``None`` where it is not known.
    """

    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigClass:
    """A configuration class as one release has it: immutable, addressed by its content.

    `parameters` holds every parameter except those of the common base class (``PreTrainedConfig``), which are
    kept once, with the base class itself; a base parameter that the class declares anew is its own.

    Attributes:
        name: Class name, unique within a release.
        module: Import path of its module.
        model_type: The class attribute; ``None`` where the class has none of its own.
        bases: Names of its direct bases.
        ancestors: Names of the configuration classes it inherits from, nearest first.
        summary: First paragraph of the docstring.
        doc: The docstring's body without its parameter section.
        doc_format: Markup of `doc` and of the descriptions.
        checkpoint: Checkpoint that the documentation names.
        sub_configs: Parameters that are configurations themselves.
        attribute_map: Other name → own parameter.
        keys_to_ignore_at_inference: Output keys that evaluation drops.
        parameters: Own parameters, and those of intermediate bases, in order.
        accepted_keywords: Further keywords that its constructor reads although they are no parameters (legacy names).
        properties: Names of settable properties, which a spec may therefore name.
        attributes: Names that its construction sets (``self.NAME = …``) or computes (read-only properties) although
            they are neither parameters nor settable properties: what ``to_dict()`` may write.
        validators: ``validate_*`` methods that the class declares.
        docstring_issues: What could not be parsed in the docstring.
        deprecated: True where the release keeps it under ``models/deprecated``.
        is_base: True for the common base class, which is no model of its own.
    """

    name: str
    module: str
    model_type: str | None = None
    bases: tuple[str, ...] = ()
    ancestors: tuple[str, ...] = ()
    summary: str | None = None
    doc: str | None = None
    doc_format: Literal["markdown", "rst"] = "markdown"
    checkpoint: str | None = None
    sub_configs: tuple[SubConfig, ...] = ()
    attribute_map: Mapping[str, str] = field(default_factory=dict)
    keys_to_ignore_at_inference: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    accepted_keywords: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    validators: tuple[ClassValidator, ...] = ()
    docstring_issues: tuple[DocstringIssue, ...] = ()
    deprecated: bool = False
    is_base: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What only constructing a class tells. Kept apart from its definition, which a static reader knows too.

    Attributes:
        config_class: The class.
        constructs: True where it constructs with no arguments.
        reason: Why it does not.
        effective: Parameter → value after construction, in JSON form, for those that differ from the declared
            default (parameters of the common base included). Empty where the class does not construct.
    """

    config_class: str
    constructs: bool
    reason: str | None = None
    effective: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What can be told of a model from its configuration and architectures, for filters.

    Attributes:
        config_class: The class.
        modality: ``text``, ``vision``, ``audio``, ``video``, ``multimodal``, ``document``, ``time-series``,
            ``tabular``, ``graph``, ``decision``, ``biology``; ``None`` where nothing tells.
        attention: Kinds of attention of the default configuration, those of :data:`catalog.introspect.traits.KINDS`:
            ``multi-head``, ``grouped-query``, ``sliding-window``, … Empty where it does not tell.
    """

    config_class: str
    modality: str | None = None
    attention: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardParameter:
    """A parameter of a model's ``forward``.

    Attributes:
        name: Its name; that of ``*args`` and ``**kwargs`` has its stars.
        annotation: Source text of the annotation.
        default_source: Source text of the default.
        required: True where it has no default.
        description: What the documentation says.
        documented_type: Type and shape as the documentation states them, without markup
            (``torch.LongTensor of shape (batch_size, sequence_length)``).
        inferred: True where the class documents nothing, and what holds for that name in all models stands in.
    """

    name: str
    annotation: str | None = None
    default_source: str | None = None
    required: bool = False
    description: str | None = None
    documented_type: str | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputField:
    """A field of what a model's ``forward`` returns.

    Attributes:
        name: Its name.
        annotation: Source text of the annotation.
        description: What the documentation says.
        documented_type: Type, shape and condition as the documentation states them, without markup.
    """

    name: str
    annotation: str | None = None
    description: str | None = None
    documented_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A model class that an auto mapping names.

    Attributes:
        name: Class name (``LlamaForCausalLM``).
        module: Import path; ``None`` where no module defines it.
        config_class: The configuration class it takes.
        model_types: Model types under which the auto mappings list it.
        tasks: Tasks of those mappings (``text-generation``), sorted.
        summary: First paragraph of its documentation.
        forward: Parameters of ``forward``, in order, without ``self``.
        output_class: Name of the output class; ``None`` where it is not known.
        output_fields: Fields of that class, in order; for releases without output classes what the documentation lists.
    """

    name: str
    module: str | None
    config_class: str | None
    model_types: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    summary: str | None = None
    forward: tuple[ForwardParameter, ...] = ()
    output_class: str | None = None
    output_fields: tuple[OutputField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelType:
    """A model type of the auto mappings, and the classes that belong to it by name.

    Attributes:
        name: ``llama``.
        config_class: Name of its configuration class.
        processors: Kind (``tokenizer``, ``processor``, ``image_processor``, ``feature_extractor``,
            ``video_processor``) → class names.
    """

    name: str
    config_class: str
    processors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something in a release that could not be read, with its reason. Never fatal.

    Attributes:
        subject: Class, architecture or module.
        stage: What was being done.
        reason: One line a person can act on.
    """

    subject: str
    stage: FailureStage
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Everything an extractor learned of one transformers release.

    Attributes:
        version: ``5.23.0``.
        extractor: How it was read.
        fingerprint: Digest of what was read and of the extractor's own version; equal fingerprints mean equal records.
        released: Date of publication (ISO 8601); ``None`` where it is not known.
        environment: Versions of what took part (Python, huggingface_hub, …).
        classes: Configuration classes, the common base included, sorted by name.
        observations: What constructing them told (live only).
        traits: Modality and attention kinds.
        architectures: Model classes of the auto mappings, sorted by name.
        model_types: Model types of the auto mappings, sorted by name.
        vocabularies: Closed sets of names that values are taken from: ``activations``, ``rope_types``,
            ``layer_types``, ``dtypes``, …
        failures: What could not be read.
        seconds: Wall time of the extraction.
    """

    version: str
    extractor: Extractor
    fingerprint: str
    released: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    classes: tuple[ConfigClass, ...] = ()
    observations: tuple[Observation, ...] = ()
    traits: tuple[Traits, ...] = ()
    architectures: tuple[Architecture, ...] = ()
    model_types: tuple[ModelType, ...] = ()
    vocabularies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0


def to_document(record: Any) -> Any:
    """Turn a record into JSON values; fields that hold their default are left out, so that new ones cost nothing.

    Args:
        record: A record of this module, or a value within one.

    Returns:
        Dicts, lists and plain values, ready for :func:`json.dumps`.
    """
    if type(record) in _PLAIN:
        return record
    fields = _fields_of(cast("Hashable", type(record)))
    if fields is not None:
        document = {}
        for name, default in fields:
            value = getattr(record, name)
            if value != default or type(value) is not type(default):
                document[name] = to_document(value)
        return document
    if isinstance(record, list | tuple):
        return [to_document(item) for item in record]
    if isinstance(record, Mapping):
        return {key: to_document(value) for key, value in record.items()}
    return record


_MISSING: Any = object()
_PLAIN = frozenset({str, int, float, bool, type(None)})


@functools.cache
def _fields_of(cls: Hashable) -> tuple[tuple[str, Any], ...] | None:
    """Names and defaults of a record's fields; ``None`` for a type that is no record."""
    if not isinstance(cls, type) or not dataclasses.is_dataclass(cls):
        return None
    return tuple((f.name, _default_of(f)) for f in dataclasses.fields(cls))


def _default_of(f: dataclasses.Field[Any]) -> Any:
    if f.default_factory is not dataclasses.MISSING:
        return f.default_factory()
    return _MISSING if f.default is dataclasses.MISSING else f.default


def canonical_json(document: Any) -> str:
    """The one JSON text of a document: keys sorted, no spaces, no NaN."""
    return _CANONICAL.encode(document)


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(document: Any) -> str:
    """SHA-256 of a document's canonical JSON, in hexadecimal: the address of a definition."""
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()


def config_class_from_document(document: Mapping[str, Any]) -> ConfigClass:
    """Make the record again from what :func:`to_document` wrote."""
    return ConfigClass(
        **{
            **document,
            "bases": tuple(document.get("bases", ())),
            "ancestors": tuple(document.get("ancestors", ())),
            "keys_to_ignore_at_inference": tuple(document.get("keys_to_ignore_at_inference", ())),
            "accepted_keywords": tuple(document.get("accepted_keywords", ())),
            "properties": tuple(document.get("properties", ())),
            "attributes": tuple(document.get("attributes", ())),
            "sub_configs": tuple(SubConfig(**item) for item in document.get("sub_configs", ())),
            "parameters": tuple(parameter_from_document(item) for item in document.get("parameters", ())),
            "validators": tuple(ClassValidator(**item) for item in document.get("validators", ())),
            "docstring_issues": tuple(DocstringIssue(**item) for item in document.get("docstring_issues", ())),
        }
    )


def parameter_from_document(document: Mapping[str, Any]) -> Parameter:
    """Make the record again from what :func:`to_document` wrote."""
    values = dict(document)
    for name in ("choices", "validators"):
        if values.get(name) is not None:
            values[name] = tuple(values[name])
    return Parameter(**values)


def architecture_from_document(document: Mapping[str, Any]) -> Architecture:
    """Make the record again from what :func:`to_document` wrote."""
    return Architecture(
        **{
            **document,
            "model_types": tuple(document.get("model_types", ())),
            "tasks": tuple(document.get("tasks", ())),
            "forward": tuple(ForwardParameter(**item) for item in document.get("forward", ())),
            "output_fields": tuple(OutputField(**item) for item in document.get("output_fields", ())),
        }
    )
