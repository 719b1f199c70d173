"""Configuration classes as JSON Schema, each a definition that the others refer to."""

from __future__ import annotations

from typing import Any

from catalog.records import SubConfig
from catalog.specs import legacy, typecheck
from catalog.specs.json_schema.bounds import bounds_of
from catalog.specs.json_schema.fragments import Schema, any_of, fragment, with_null
from catalog.specs.json_schema.rope import DEFINITION as ROPE
from catalog.specs.json_schema.rope import rope_definition
from catalog.specs.json_schema.texts import class_text, is_json_value, parameter_text
from catalog.specs.json_schema.words import words_of
from catalog.specs.views import ClassView, ParameterView, Views
from catalog.types import members_of

MODEL_TYPE = "model_type"
_CONVERTED = legacy.ROPE_KEYWORDS | {"torch_dtype"}
"""Older names of what the base class reads under another one today."""

_LEGACY = _CONVERTED | legacy.GENERATION_KEYWORDS | legacy.BACKBONE_KEYWORDS
"""What is accepted and should no longer be written."""

_FLOAT: Schema = {"type": "object", "required": ["__float__"], "additionalProperties": False,
                  "properties": {"__float__": {"enum": ["Infinity", "-Infinity", "NaN"]}}}  # fmt: skip
"""How transformers writes numbers into a ``config.json`` that JSON has no word for."""


class Definitions:
    """Makes the definitions of a schema as they are referred to, each class once.

    Args:
        views: The release's classes.
        lenient: Admit what a published ``config.json`` may hold: unknown keys, names from newer releases.
    """

    def __init__(self, views: Views, *, lenient: bool) -> None:
        self._views = views
        self._knowledge = views.knowledge
        self._lenient = lenient
        self._made: dict[str, Schema] = {}

    def made(self) -> dict[str, Schema]:
        """The definitions that were referred to, by name."""
        return dict(sorted(self._made.items()))

    def reference(self, view: ClassView) -> Schema:
        """A reference to a class's definition, which is made if it is not there yet."""
        if view.name not in self._made:
            self._made[view.name] = {}  # holds the place: a class may contain itself
            self._made[view.name] = self.class_schema(view)
        return {"$ref": f"#/definitions/{view.name}"}

    def class_schema(self, view: ClassView) -> Schema:
        """The schema of a block of parameters of a class."""
        names = [*(name for name in view.records if name in view.own), *(n for n in view.records if n not in view.own)]
        properties = {name: self._property(view, name) for name in names}
        for alias, target in sorted(view.aliases.items()):
            if alias not in properties and target in properties:
                properties[alias] = _alias(target, properties[target])
        properties.update(self._further(view, properties))
        required = [name for name in names if view.records[name].required and name not in view.aliases.values()]
        return {
            "title": view.name,
            **class_text(view).keywords(),
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": self._lenient,
        }

    def model_type_names(self) -> Schema:
        """A reference to the enumeration of all model types."""
        if MODEL_TYPE not in self._made:
            names: Schema = {"enum": list(self._knowledge.model_types())}
            self._made[MODEL_TYPE] = any_of([names, {"type": "string"}]) if self._lenient else names
        return {"$ref": f"#/definitions/{MODEL_TYPE}"}

    def _property(self, view: ClassView, name: str) -> Schema:
        parameter = view.parameter(name)
        assert parameter is not None  # noqa: S101 (the name is one of the view's own)
        sub = view.sub_configs.get(name)
        found = self._sub_config(view, parameter, sub) if sub else self._value(parameter)
        if parameter.takes_null:
            found = with_null(found)
        if "$ref" in found:
            found = {"allOf": [found]}  # beside a reference draft 7 ignores everything else
        found = {**parameter_text(parameter, sub).keywords(), **found}
        record = parameter.record
        if not record.required and record.default_known and is_json_value(record.default):
            found["default"] = record.default
        if name.startswith("_"):
            found["doNotSuggest"] = True
        return found

    def _value(self, parameter: ParameterView) -> Schema:
        record = parameter.record
        if record.name == "rope_parameters" or _names_class(parameter, ROPE):
            return any_of([self._rope()])
        words = words_of(parameter, self._knowledge, lenient=self._lenient)
        found = fragment(parameter.type, bounds=bounds_of(parameter, lenient=self._lenient), words=words)
        if self._lenient and not is_json_value(record.default):
            found = {"anyOf": [found, _with_special_floats(parameter)]} if found else {}
        return found

    def _rope(self) -> Schema:
        if ROPE not in self._made:
            self._made[ROPE] = rope_definition(self._knowledge, lenient=self._lenient)
        return {"$ref": f"#/definitions/{ROPE}"}

    def _sub_config(self, owner: ClassView, parameter: ParameterView, sub: SubConfig) -> Schema:
        block = self._block(owner, sub)
        kind = parameter.type
        alternatives: list[Schema] = []
        for member in [] if kind is None or kind == "any" else members_of(kind):
            form = next(iter(member)) if isinstance(member, dict) else member
            if form in ("config", "dict"):
                alternatives.append(block)
            elif form in ("list", "tuple"):
                alternatives.append({"type": "array", "items": block})
            elif form != "null":
                alternatives.append(fragment(member))
        return any_of(alternatives or [block])

    def _block(self, owner: ClassView, sub: SubConfig) -> Schema:
        """The schema of a nested block; which class it is may depend on its ``model_type``."""
        default = self._views.of_sub_config(sub, None)
        if sub.config_class is not None and sub.name != "backbone_config":
            return self._nested(owner, sub, default) if default else {"type": "object"}
        found: Schema = {"type": "object", "properties": {MODEL_TYPE: dict(self.model_type_names())}}
        if default is not None:
            own = sub.model_type or default.record.model_type
            named = {"properties": {MODEL_TYPE: {"const": own}}} if own else {"not": {"required": [MODEL_TYPE]}}
            found |= {"if": named, "then": self._nested(owner, sub, default)}
        return found

    def _nested(self, owner: ClassView, sub: SubConfig, view: ClassView) -> Schema:
        """A reference to the definition of a nested block; one of its own where its class is given further keys."""
        plain = self.reference(view)
        expected = sorted(owner.expected_in(sub.name) - {MODEL_TYPE})
        further = [name for name in expected if name not in self._made[view.name].get("properties", {})]
        if self._lenient or not further or not self._made[view.name]:
            return plain
        name = f"{owner.name}.{sub.name}"
        definition = self._made[view.name]
        extra = {key: {"doNotSuggest": True, "description": f"Given by {owner.name}."} for key in further}
        self._made[name] = {**definition, "properties": {**definition["properties"], **extra}}
        return {"$ref": f"#/definitions/{name}"}

    def _further(self, view: ClassView, taken: Schema) -> Schema:
        """Keys that the class accepts although they are no parameters."""
        record = view.record
        found: Schema = {}
        for name, schema in _COMMON.items():
            if name in view.accepted and name not in taken:
                found[name] = self._common(name, schema)
        if MODEL_TYPE not in taken:
            found[MODEL_TYPE] = {"type": "string", "description": "The model type.", "doNotSuggest": True}
        dropped = self._knowledge.vocabulary("generation_parameters")
        converted = _LEGACY | dropped.union(record.accepted_keywords)
        # Where unknown keys are admitted anyway, only what the class itself converts is worth naming.
        names = (
            (_CONVERTED & view.accepted).union(record.accepted_keywords) if self._lenient else view.accepted | dropped
        )
        for name in sorted(names - taken.keys() - found.keys()):
            if not name.startswith("_"):
                found[name] = (
                    {"deprecated": True, "doNotSuggest": True} if name in converted else {"doNotSuggest": True}
                )
        return found

    def _common(self, name: str, schema: Schema) -> Schema:
        vocabulary = sorted(self._knowledge.vocabulary(f"{name}s"))
        if not vocabulary:
            return dict(schema)
        return {**schema, "anyOf": [{"enum": vocabulary}, {"type": ["string", "object", "null"]}]}


_COMMON: dict[str, Schema] = {
    "num_labels": {
        "type": "integer",
        "minimum": 0,
        "default": 2,
        "description": "Number of labels of a classification head.",
    },
    "attn_implementation": {"description": "Which implementation of attention the model uses."},
    "experts_implementation": {"description": "Which implementation of mixtures of experts the model uses."},
    "output_attentions": {"type": ["boolean", "null"], "description": "Whether the model returns its attentions."},
    "quantization_config": {"type": ["object", "null"], "description": "How the weights are quantized."},
}
"""Keys that every configuration takes although they are parameters of none."""


def _alias(target: str, schema: Schema) -> Schema:
    """The property of another name for a parameter."""
    hidden = {"description", "markdownDescription", "default"}
    text: dict[str, Any] = {
        "description": f"Another name for {target}.",
        "markdownDescription": f"Another name for `{target}`.",
    }
    return {**text, **{key: value for key, value in schema.items() if key not in hidden}}


def _names_class(parameter: ParameterView, name: str) -> bool:
    return any(member == {"class": name} for member in members_of(parameter.type))


def _with_special_floats(parameter: ParameterView) -> Schema:
    """Numbers, or lists of them, of which some may be infinite."""
    number = {"anyOf": [{"type": "number"}, _FLOAT]}
    is_list = typecheck.admits_form(parameter.type, "list")
    return {"type": "array", "items": number} if is_list else number
