"""Puts the record of a model together from what the store keeps apart: definition, observation, common base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.query.models import CatalogParameter, ModelConfig, ParameterUse
from catalog.records import Architecture, ConfigClass, Json, ModelType, Observation, Parameter
from catalog.store.rows import ClassRow
from catalog.store.rows import ParameterUse as StoredUse
from catalog.types import to_text

if TYPE_CHECKING:
    from catalog.model_facts import ModelFacts

BASE_NAMES = ("PreTrainedConfig", "PretrainedConfig")
"""The common base class: its name in version 5, and before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """What the store has of one class, and what belongs to it.

    Attributes:
        definition: What the class declares.
        release: The transformers release.
        row: What the store lists of it: modality and attention.
        model_type: The model type it goes by.
        model_types: All model types that lead to it.
        base: The common base class, whose parameters it takes as well; ``None`` for the base itself.
        observation: What constructing it told; ``None`` where that was not tried.
        architectures: Model classes that take it.
        mapped: Entries of the auto mappings that lead to it, for the names of its processors.
        since: Parameter → release from which on the class has it.
        facts: What building its base model told; ``None`` where that was not done.
    """

    definition: ConfigClass
    release: str
    row: ClassRow
    model_type: str | None
    model_types: tuple[str, ...]
    base: ConfigClass | None
    observation: Observation | None
    architectures: tuple[Architecture, ...]
    mapped: tuple[ModelType, ...]
    since: Mapping[str, str]
    facts: ModelFacts | None


def assemble_config(pieces: Pieces) -> ModelConfig:
    """Make the record of a configuration class."""
    definition, observation = pieces.definition, pieces.observation
    parameters = {
        parameter.name: _parameter(parameter, observation, owner=owner, since=pieces.since.get(parameter.name))
        for parameter, owner in _all_parameters(definition, pieces.base)
    }
    return ModelConfig(
        release=pieces.release,
        config_class=definition.name,
        module=definition.module,
        model_type=pieces.model_type,
        model_types=pieces.model_types,
        summary=definition.summary,
        doc=definition.doc,
        doc_format=definition.doc_format,
        checkpoint=definition.checkpoint,
        bases=definition.bases,
        ancestors=definition.ancestors,
        sub_configs=definition.sub_configs,
        attribute_map=definition.attribute_map,
        parameters=parameters,
        architectures=pieces.architectures,
        processors=_processors(pieces.mapped),
        constructs=None if observation is None else observation.constructs,
        reason=None if observation is None else observation.reason,
        modality=pieces.row.modality,
        attention=pieces.row.attention,
        accepted_keywords=definition.accepted_keywords,
        properties=definition.properties,
        keys_to_ignore_at_inference=definition.keys_to_ignore_at_inference,
        deprecated=definition.deprecated,
        size=None if pieces.facts is None else pieces.facts.parameters,
        facts=pieces.facts,
    )


def flatten_use(use: StoredUse, *, release: str, model_type: str | None, texts: dict[int, str | None]) -> ParameterUse:
    """Make a row of the pivot from the store's.

    Args:
        use: The store's row.
        release: The transformers release.
        model_type: The class's model type.
        texts: Types for people, by the identity of the parameter: hundreds of classes share one of the common base.
    """
    parameter = use.parameter
    if id(parameter) not in texts:
        texts[id(parameter)] = _type_text(parameter)
    return ParameterUse(
        name=parameter.name,
        config_class=use.config_class,
        model_type=model_type,
        release=release,
        type=parameter.type,
        type_text=texts[id(parameter)],
        default=parameter.default,
        default_known=parameter.default_known,
        effective_default=use.effective,
        required=parameter.required,
        inherited_from=parameter.inherited_from,
    )


def _all_parameters(definition: ConfigClass, base: ConfigClass | None) -> Iterator[tuple[Parameter, str | None]]:
    """Own parameters and those of intermediate bases, then those of the common base; each with where it comes from."""
    taken = set()
    for parameter in definition.parameters:
        taken.add(parameter.name)
        yield parameter, parameter.inherited_from
    for parameter in base.parameters if base is not None else ():
        if parameter.name not in taken:
            yield parameter, base.name if base is not None else None


def _parameter(
    parameter: Parameter, observation: Observation | None, *, owner: str | None, since: str | None
) -> CatalogParameter:
    observed = observation is not None and observation.constructs
    effective: Json = parameter.default
    if observation is not None:
        effective = observation.effective.get(parameter.name, parameter.default)
    return CatalogParameter(
        name=parameter.name,
        type=parameter.type,
        type_text=_type_text(parameter),
        default=parameter.default,
        default_known=parameter.default_known,
        default_source=parameter.default_source,
        effective_default=effective,
        effective_known=observed,
        required=parameter.required,
        description=parameter.description,
        inferred_from=parameter.inferred_from,
        choices=parameter.choices,
        choices_source=parameter.choices_source,
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        exclusive_minimum=parameter.exclusive_minimum,
        exclusive_maximum=parameter.exclusive_maximum,
        inherited_from=owner,
        since=since,
        documented_type=parameter.documented_type,
        documented_default=parameter.documented_default,
        documented_default_text=parameter.documented_default_text,
        validators=parameter.validators,
    )


def _type_text(parameter: Parameter) -> str | None:
    """The type for people; where the code declares none, what the documentation says."""
    return parameter.documented_type if parameter.type is None else to_text(parameter.type)


def _processors(model_types: Iterable[ModelType]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for model_type in model_types:
        for kind, names in model_type.processors.items():
            found.setdefault(kind, {}).update(dict.fromkeys(names))
    return {kind: tuple(names) for kind, names in sorted(found.items())}
