"""What the catalog answers with: frozen records, complete in themselves, with no tie to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catalog.query.readonly import ReadOnlyMapping
from catalog.records import Architecture, ChoicesSource, Json, SubConfig

if TYPE_CHECKING:
    from catalog.model_facts import ModelFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogParameter:
    """One parameter of a configuration class, as the class takes it in one release.

    Attributes:
        name: The keyword.
        type: Normalised type (:mod:`catalog.types`); ``None`` where it is not known.
        type_text: The type for people (``"int | None"``); ``None`` where it is not known.
        default: Declared default in JSON form (:mod:`catalog.values`). Meaningless where `required` or not
            `default_known`.
        default_known: False where the default could not be evaluated without executing code.
        default_source: Source text of the default.
        effective_default: Value after the class constructed itself with no arguments, in JSON form; the declared
            default where that is not known.
        effective_known: True where construction was observed.
        required: True where the class has no default for it.
        description: What the documentation says of it.
        inferred_from: Class whose description stands in; ``None`` where it is the class's own.
        choices: Values it may take; ``None`` where it is not an enumeration.
        choices_source: Where the choices come from.
        minimum: Smallest value allowed.
        maximum: Largest value allowed.
        exclusive_minimum: True where `minimum` itself is not allowed.
        exclusive_maximum: True where `maximum` itself is not allowed.
        inherited_from: Config class that declares it; ``None`` where the class itself does.
        since: Release from which on the class has it without interruption; ``None`` where the catalog does not
            reach back far enough to tell.
        documented_type: Type text in the documentation.
        documented_default: Default that the documentation states, in JSON form.
        documented_default_text: The documentation's own words for the default; ``None`` where it states none.
        validators: Names of its validators, arguments included.
    """

    name: str
    type: Json
    type_text: str | None
    default: Json
    default_known: bool = True
    default_source: str | None = None
    effective_default: Json
    effective_known: bool = False
    required: bool = False
    description: str | None = None
    inferred_from: str | None = None
    choices: tuple[Json, ...] | None = None
    choices_source: ChoicesSource | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    inherited_from: str | None = None
    since: str | None = None
    documented_type: str | None = None
    documented_default: Json = None
    documented_default_text: str | None = None
    validators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """A configuration class in one release, with everything that is known of it.

    Attributes:
        release: The transformers release.
        config_class: Name of the class.
        module: Import path of its module.
        model_type: The model type under which transformers finds it; the class's own where it finds it under none.
        model_types: All model types that lead to it, sorted.
        summary: First paragraph of its documentation.
        doc: The documentation without its parameter section.
        doc_format: Markup of `doc` and of the descriptions: ``"markdown"`` or ``"rst"``.
        checkpoint: Checkpoint that the documentation names.
        bases: Names of its direct bases.
        ancestors: Configuration classes it inherits from, nearest first.
        sub_configs: Parameters that are configurations themselves.
        attribute_map: Other name → parameter.
        parameters: Every parameter it takes by name: its own in order, those of its bases, those common to all.
        architectures: Model classes that take it, sorted by name.
        processors: Kind (``"tokenizer"``, …) → class names.
        constructs: True where it constructs with no arguments; ``None`` where that was not observed.
        reason: Why it does not construct.
        modality: ``"text"``, ``"vision"``, … or ``None`` where it cannot be told.
        attention: Kinds of attention of its defaults.
        accepted_keywords: Further keywords that its constructor reads.
        properties: Names of settable properties.
        keys_to_ignore_at_inference: Output keys that evaluation drops.
        deprecated: True where the release keeps it under ``models/deprecated``.
        size: Parameters of its default base model; ``None`` while that is not known.
        facts: What building that model told, without its summary tree, which :meth:`catalog.query.Catalog.facts` has;
            ``None`` while it was not built.
    """

    release: str
    config_class: str
    module: str
    model_type: str | None
    model_types: tuple[str, ...] = ()
    summary: str | None = None
    doc: str | None = None
    doc_format: str = "markdown"
    checkpoint: str | None = None
    bases: tuple[str, ...] = ()
    ancestors: tuple[str, ...] = ()
    sub_configs: tuple[SubConfig, ...] = ()
    attribute_map: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, CatalogParameter] = field(default_factory=dict)
    architectures: tuple[Architecture, ...] = ()
    processors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constructs: bool | None = None
    reason: str | None = None
    modality: str | None = None
    attention: tuple[str, ...] = ()
    accepted_keywords: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    keys_to_ignore_at_inference: tuple[str, ...] = ()
    deprecated: bool = False
    size: int | None = None
    facts: ModelFacts | None = None

    def __post_init__(self) -> None:
        for name in ("attribute_map", "parameters", "processors"):
            object.__setattr__(self, name, ReadOnlyMapping(getattr(self, name)))

    @property
    def own_parameters(self) -> Mapping[str, CatalogParameter]:
        """The parameters that the class itself declares, by name, in its order."""
        return ReadOnlyMapping({name: p for name, p in self.parameters.items() if p.inherited_from is None})

    @property
    def tasks(self) -> tuple[str, ...]:
        """Tasks of its architectures, sorted."""
        return tuple(sorted({task for architecture in self.architectures for task in architecture.tasks}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSummary:
    """A configuration class on one line.

    Attributes:
        model_type: The model type under which transformers finds it; the class's own where it finds it under none.
        config_class: Name of the class.
        release: The transformers release.
        tasks: Tasks of its architectures, sorted.
        modality: ``"text"``, ``"vision"``, … or ``None`` where it cannot be told.
        attention: Kinds of attention of its defaults.
        size: Parameters of its default base model; ``None`` while that is not known.
    """

    model_type: str | None
    config_class: str
    release: str
    tasks: tuple[str, ...] = ()
    modality: str | None = None
    attention: tuple[str, ...] = ()
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterUse:
    """A parameter as one class takes it: a row of the pivot "which models have it, with what default".

    Attributes:
        name: The parameter.
        config_class: The class.
        model_type: Its model type.
        release: The transformers release.
        type: Normalised type; ``None`` where it is not known.
        type_text: The type for people.
        default: Declared default in JSON form.
        default_known: False where the default could not be evaluated without executing code.
        effective_default: Value after construction; the declared default where that is not known.
        required: True where the class has no default for it.
        inherited_from: Config class that declares it; ``None`` where the class itself does.
    """

    name: str
    config_class: str
    model_type: str | None
    release: str
    type: Json
    type_text: str | None
    default: Json
    default_known: bool
    effective_default: Json
    required: bool
    inherited_from: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a dotted name stands for: a class, or one of its parameters.

    Attributes:
        config: The class; that of the sub-config where the name leads into one.
        parameter: The parameter; ``None`` where the name stops at the class.
        alias: The name that was used for the parameter, where it is another than the parameter's own.
    """

    config: ModelConfig
    parameter: CatalogParameter | None = None
    alias: str | None = None
