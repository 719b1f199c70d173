"""Configuration classes as the checker needs them: everything that holds for a class looked up once and kept.

A view is made at the first spec that names its class, a parameter's part of it at the first spec that gives the
parameter. Checking one spec therefore costs little, checking thousands costs each class once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from catalog.records import ConfigClass, Json, Parameter, SubConfig
from catalog.specs import legacy, typecheck
from catalog.specs.knowledge import Knowledge
from catalog.specs.semantics import Quantity, quantity_of

BASE_CLASS = "PreTrainedConfig"
_HEAD_COUNTS = frozenset({"num_attention_heads", "num_heads", "n_head", "n_heads", "num_key_value_heads"})


class ParameterView:
    """One parameter of one class.

    Attributes:
        record: What the catalog knows of it.
        effective: Its value after construction with no arguments; the declared default where nothing changes it.
        derived: True where construction computes the value, so that it may depend on other parameters.
    """

    __slots__ = ("__dict__", "derived", "effective", "record")

    def __init__(self, record: Parameter, effective: Mapping[str, Json]) -> None:
        self.record = record
        self.derived = record.name in effective
        self.effective = effective.get(record.name, record.default)

    @property
    def name(self) -> str:
        """The keyword."""
        return self.record.name

    @cached_property
    def type(self) -> Json:
        """The declared type and, where the class's own default contradicts it, the kind of that default as well.

        Annotations were not enforced before version 5 (``hidden_act: int = "gelu"``), and hardly any class had them:
        there the documentation and the default tell.
        """
        record = self.record
        default = None if record.required or not record.default_known else record.default
        declared = record.type
        if declared is None:
            from catalog.specs.documented_types import type_of  # noqa: PLC0415 (version 5 does without)

            declared = type_of(record.name, record.documented_type, default)
        return typecheck.widened(declared, default)

    @cached_property
    def number(self) -> typecheck.Number | None:
        """``"int"`` or ``"float"`` where it holds numbers, alone or in lists."""
        return typecheck.number_of(self.type)

    @cached_property
    def quantity(self) -> Quantity:
        """What it measures."""
        record = self.record
        undeclared = record.type is None and type(record.default) is int
        number = "int" if undeclared and self.number == "float" else self.number
        return quantity_of(record.name, numeric=number, defaults=(record.default, self.effective))

    @cached_property
    def is_of_type(self) -> typecheck.Test:
        """The test for its type."""
        return typecheck.compiled(self.type)

    @cached_property
    def takes_null(self) -> bool:
        """True where ``null`` is declared or the code itself starts from it."""
        record = self.record
        if (
            record.type is None
            or typecheck.admits_form(record.type, "null")
            or typecheck.admits_form(record.type, "any")
        ):
            return True
        return not record.required and record.default_known and record.default is None


class ClassView:
    """One configuration class.

    Attributes:
        record: What the catalog knows of it.
        knowledge: Where the rest can be looked up.
    """

    def __init__(self, record: ConfigClass, knowledge: Knowledge) -> None:
        self.record = record
        self.knowledge = knowledge
        self.name = record.name
        self._views: dict[str, ParameterView | None] = {}

    @cached_property
    def records(self) -> dict[str, Parameter]:
        """All parameters by name, those of the common base included."""
        base = self.knowledge.config_class(BASE_CLASS)
        inherited = {} if base is None else {parameter.name: parameter for parameter in base.parameters}
        return inherited | {parameter.name: parameter for parameter in self.record.parameters}

    @cached_property
    def own(self) -> frozenset[str]:
        """Names of the class's parameters without those of the common base."""
        return frozenset(parameter.name for parameter in self.record.parameters)

    @cached_property
    def effective(self) -> Mapping[str, Json]:
        """Values after construction that differ from the declared defaults."""
        return self.knowledge.effective(self.name)

    @cached_property
    def model_types(self) -> tuple[str, ...]:
        """The model types for which transformers takes the class; the class's own first."""
        knowledge, own = self.knowledge, self.record.model_type
        found = [name for name in knowledge.model_types() if knowledge.class_of_model_type(name) == self.record.name]
        return tuple(sorted(found, key=lambda name: (name != own, name)))

    @cached_property
    def sub_configs(self) -> dict[str, SubConfig]:
        """Parameters that are configurations themselves, those included that only their annotation tells."""
        found = {sub.name: sub for sub in self.record.sub_configs}
        for parameter in self.record.parameters:
            if parameter.name not in found and (name := typecheck.config_in(parameter.type)):
                fixed = None if name in (BASE_CLASS, "AutoConfig") else name
                found[parameter.name] = SubConfig(name=parameter.name, config_class=fixed, optional=True)
        return found

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Other name → own parameter. Of a pair that is written either way, the parameter is the one declared."""
        found = {}
        for other, target in self.record.attribute_map.items():
            if other in self.records and target not in self.records:
                found[target] = other
            else:
                found[other] = target
        return found

    @cached_property
    def accepted(self) -> frozenset[str]:
        """Further keys that construction takes and uses: legacy keywords, properties, computed attributes."""
        record = self.record
        base = self.knowledge.config_class(BASE_CLASS)
        names = {*legacy.BASE_KEYWORDS, *record.attribute_map, *record.attribute_map.values()}
        if base is not None:
            names.update(base.accepted_keywords, base.properties, base.attributes)
        names -= legacy.ROPE_KEYWORDS | self.knowledge.vocabulary("generation_parameters")
        if "rope_parameters" in self.records:
            names |= legacy.ROPE_KEYWORDS
        if "backbone_config" in self.sub_configs:
            names |= legacy.BACKBONE_KEYWORDS
        if "backbone" in self.records:
            names |= legacy.BACKBONE_KEYWORDS
        if not self.own.isdisjoint(_HEAD_COUNTS):
            names.add(legacy.HEAD_WIDTH)
        folder = record.module.rpartition(".")[0].rpartition(".")[2]
        names.update(name for name, folders in legacy.UNDECLARED.items() if folder in folders)
        names.update(record.accepted_keywords, record.properties, record.attributes)
        return frozenset(names)

    def expected_in(self, name: str) -> frozenset[str]:
        """Keys that the class itself writes into the block of a sub-configuration."""
        sub = self.sub_configs.get(name)
        prefix = f"{name}."
        written = (item.removeprefix(prefix) for item in self.record.attributes if item.startswith(prefix))
        return frozenset({*written, *(sub.init_kwargs if sub is not None else ())})

    def parameter(self, key: str) -> ParameterView | None:
        """The parameter that a key gives, by its own name or another one that the class maps to it."""
        if key in self._views:
            return self._views[key]
        record = self.records.get(key) or self.records.get(self.aliases.get(key, key))
        if record is None and key in legacy.KEYWORD_TYPES and key in self.accepted:
            record = Parameter(name=key, position=0, type=legacy.KEYWORD_TYPES[key])
        view = None if record is None else ParameterView(record, self.effective)
        self._views[key] = view
        return view

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All keys that a spec may use for this class, for suggestions."""
        return tuple(dict.fromkeys((*self.own, *self.records, *self.aliases)))


class Views:
    """The views of one release's classes.

    Args:
        knowledge: The release's facts.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._classes: dict[str, ClassView | None] = {}

    def of_class(self, name: str) -> ClassView | None:
        """The view of a class; ``None`` where the release has none of that name."""
        if name not in self._classes:
            record = self.knowledge.config_class(name)
            self._classes[name] = None if record is None else ClassView(record, self.knowledge)
        return self._classes[name]

    def of_model_type(self, model_type: str) -> ClassView | None:
        """The view of the class that transformers takes for a model type."""
        name = self.knowledge.class_of_model_type(model_type)
        return None if name is None else self.of_class(name)

    def of_sub_config(self, sub: SubConfig, model_type: Json) -> ClassView | None:
        """The class of a nested block, as transformers resolves it.

        Args:
            sub: What the parameter says of its configuration.
            model_type: Value of ``model_type`` within the block; ``None`` where the block names none.

        Returns:
            The view; ``None`` where the block names a model type that is not cataloged, or nothing tells the class.
        """
        named = model_type if isinstance(model_type, str) and model_type else None
        if sub.config_class is not None and not (sub.name == "backbone_config" and named):
            return self.of_class(sub.config_class)
        named = named or sub.model_type
        return None if named is None else self.of_model_type(named)
