"""The parameters of rotary position embeddings, which depend on their type."""

from __future__ import annotations

from catalog.specs.json_schema.fragments import Schema
from catalog.specs.knowledge import Knowledge

DEFINITION = "RopeParameters"

_NUMBER = {"type": ["number", "null"]}
_FACTORS = {"type": ["array", "null"], "items": {"type": "number"}}
_KEYS: dict[str, Schema] = {
    "rope_theta": {"type": ["number", "null"], "exclusiveMinimum": 0, "description": "Base of the frequencies."},
    "factor": {**_NUMBER, "description": "How many times longer than in pretraining sequences may be."},
    "partial_rotary_factor": {**_NUMBER, "description": "Share of each head's dimensions that is rotated."},
    "original_max_position_embeddings": {
        "type": ["integer", "null"],
        "minimum": 1,
        "description": "Longest sequence in pretraining.",
    },
    "attention_factor": {**_NUMBER, "description": "Factor on the attention logits."},
    "beta_fast": {**_NUMBER, "description": "Boundary of the extrapolation."},
    "beta_slow": {**_NUMBER, "description": "Boundary of the interpolation."},
    "short_factor": {**_FACTORS, "description": "Factors for sequences up to the pretrained length."},
    "long_factor": {**_FACTORS, "description": "Factors for longer sequences."},
    "low_freq_factor": {**_NUMBER, "description": "Factor of the low frequencies."},
    "high_freq_factor": {**_NUMBER, "description": "Factor of the high frequencies."},
}
_FILLED_IN = frozenset({"rope_type", "rope_theta", "original_max_position_embeddings"})
"""Keys that transformers fills in where they are missing."""


def rope_definition(knowledge: Knowledge, *, lenient: bool) -> Schema:
    """The schema of ``rope_parameters``: one set for all layers, or one for each kind of layer.

    Args:
        knowledge: The release, with its types of rotary embeddings and the keys of each.
        lenient: Admit types that the release does not know: those of other code and of newer releases.

    Returns:
        The schema, which refers to itself by :data:`DEFINITION`.
    """
    types = sorted(knowledge.vocabulary("rope_types"))
    properties: Schema = {"rope_type": _type_schema(types, lenient=lenient)}
    properties.update({name: dict(schema) for name, schema in _KEYS.items()})
    for name in types:
        for key in sorted(knowledge.vocabulary(f"rope_keys:{name}:optional")):
            properties.setdefault(key, {})
    for kind in sorted(knowledge.vocabulary("attention_layer_types")):
        properties[kind] = {
            "anyOf": [{"$ref": f"#/definitions/{DEFINITION}"}, {"type": "null"}],
            "description": "For the layers of this kind alone.",
        }
    found: Schema = {"type": "object", "properties": properties}
    conditions = [_condition(name, knowledge) for name in types]
    if any(conditions):
        found["allOf"] = [condition for condition in conditions if condition]
    return found


def _type_schema(types: list[str], *, lenient: bool) -> Schema:
    text = {"description": "How positions are encoded."}
    if not types:
        return {"type": "string", **text}
    return {"anyOf": [{"enum": types}, {"type": "string"}], **text} if lenient else {"enum": types, **text}


def _condition(name: str, knowledge: Knowledge) -> Schema | None:
    required = sorted(knowledge.vocabulary(f"rope_keys:{name}:required") - _FILLED_IN)
    if not required:
        return None
    chosen = {"required": ["rope_type"], "properties": {"rope_type": {"const": name}}}
    return {"if": chosen, "then": {"required": required}}
