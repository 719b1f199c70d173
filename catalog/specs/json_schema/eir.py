"""EIR's input configuration around a transformers model, from the description of its keys."""

from __future__ import annotations

from catalog.specs.eir_schema import EirKey, EirSchema, eir_schema
from catalog.specs.json_schema.fragments import Schema, any_of
from catalog.specs.json_schema.markup import capitalised

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "null": "null"}


def input_configuration(model_types: list[str], params: Schema) -> Schema:
    """The schema of an input configuration whose model is one of transformers.

    Args:
        model_types: The model types for which transformers takes the class.
        params: The schema of the class's parameters.

    Returns:
        The schema of one document.
    """
    known = eir_schema()
    chosen = [name for name, facts in known.input_types.items() if facts.transformers]
    root = _block("root", known)
    properties = root["properties"]
    input_info = properties["input_info"]
    input_info["properties"]["input_type"] |= {"enum": chosen}
    properties["model_config"] |= _model_config(model_types, params, known.input_types[chosen[0]].model, known)
    default, *others = chosen
    properties["input_type_info"] |= {"type": ["object", "null"]}
    cases = [
        {"if": _input_type_is(name), "then": {"properties": {"input_type_info": _type_info(name, known)}}}
        for name in others
    ]
    plain = {"not": {"anyOf": [_input_type_is(name) for name in others]}} if others else {}
    cases.append({"if": plain, "then": {"properties": {"input_type_info": _type_info(default, known)}}})
    return {**root, "required": [*root["required"], "model_config"], "allOf": cases}


def _model_config(model_types: list[str], params: Schema, block: str, known: EirSchema) -> Schema:
    found = _block(block, known)
    properties = found["properties"]
    properties["model_type"] = {"type": "string", "description": properties["model_type"]["description"]}
    properties["model_init_config"] = {**params, "description": "Parameters that differ from the defaults."}
    found["required"] = ["model_type"]
    if model_types:
        # With pretrained_model the model type is a checkpoint's name.
        found["if"] = {"properties": {"pretrained_model": {"const": True}}, "required": ["pretrained_model"]}
        found["else"] = {"properties": {"model_type": {"enum": model_types}}}
    return found


def _type_info(input_type: str, known: EirSchema) -> Schema:
    return any_of([_block(known.input_types[input_type].type_info, known), {"type": "null"}])


def _input_type_is(name: str) -> Schema:
    info = {"type": "object", "required": ["input_type"], "properties": {"input_type": {"const": name}}}
    return {"required": ["input_info"], "properties": {"input_info": info}}


def _block(name: str, known: EirSchema) -> Schema:
    keys = known.blocks[name]
    return {
        "type": "object",
        "properties": {key: _key(facts, known) for key, facts in keys.items()},
        "required": [key for key, facts in keys.items() if facts.required],
        "additionalProperties": False,
    }


def _key(key: EirKey, known: EirSchema) -> Schema:
    found = any_of([_type(name, key, known) for name in key.types])
    if key.choices is not None:
        found = {"enum": list(key.choices)}
    text = {"description": f"{capitalised(key.about)}."} if key.about else {}
    default = {} if key.required or key.default is None else {"default": key.default}
    return {**text, **found, **default}


def _type(name: str, key: EirKey, known: EirSchema) -> Schema:
    if name == "block":
        return _block(key.block, known) if key.block else {"type": "object"}
    if name == "list":
        items = _type(key.items, key, known) if key.items else {}
        return {"type": "array", "items": items} if items else {"type": "array"}
    if name == "str" and key.choices_of_str is not None:
        return {"enum": list(key.choices_of_str)}
    found: Schema = {"type": _TYPES[name]}
    if name in ("int", "float"):
        found |= {} if key.minimum is None else {"minimum": key.minimum}
        found |= {} if key.maximum is None else {"maximum": key.maximum}
    return found
