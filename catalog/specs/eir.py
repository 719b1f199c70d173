"""Checks the keys of an EIR input configuration that are EIR's own, against ``data/eir_schema.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as PythonMapping
from typing import Final

from catalog.records import Json
from catalog.specs import wording
from catalog.specs.diagnostics import Finding
from catalog.specs.dialects.eir import is_own_model_type
from catalog.specs.eir_schema import EirInputType, EirKey, EirSchema, eir_schema
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence, Spec
from catalog.specs.rules import (
    c501_unknown_eir_key,
    c502_missing_eir_key,
    c503_wrong_eir_value,
    c504_ignored_eir_key,
)
from catalog.specs.suggestions import either

_TYPE_INFO: Final = "input_type_info"
_MODEL: Final = "model_config"
_INIT: Final = "model_init_config"
_INTERPRETATION: Final = "interpretation_config"


def check(spec: Spec) -> Iterator[Finding]:
    """Check EIR's own keys; the parameters of a transformers model are not looked at.

    Args:
        spec: A spec of the EIR dialect.

    Yields:
        The findings.
    """
    schema = eir_schema()
    yield from _Walk(spec, schema).block(spec.root, "root", "")


class _Walk:
    """One walk through one configuration."""

    def __init__(self, spec: Spec, schema: EirSchema) -> None:
        self._path = spec.path
        self._schema = schema
        self._input = schema.input_types.get(str(_text(spec.root, "input_info", "input_type") or "sequence"))
        self._root = spec.root

    def block(self, mapping: Mapping, name: str, prefix: str) -> Iterator[Finding]:
        keys = self._schema.blocks[name]
        for entry in mapping:
            key = keys.get(entry.key)
            if key is None:
                yield c501_unknown_eir_key.report(self._path, entry, prefix, keys, self._homes(entry.key, prefix))
                continue
            yield from self._value(entry, key, prefix)
        for key in keys.values():
            if key.required and key.name not in mapping:
                yield c502_missing_eir_key.report(self._path, mapping, key, prefix)

    def _value(self, entry: Entry, key: EirKey, prefix: str) -> Iterator[Finding]:
        path = prefix + entry.key
        node = entry.value
        if isinstance(node, Mapping):
            if "block" not in key.types:
                yield c503_wrong_eir_value.report(self._path, node, path, _wanted(key))
                return
            if _is_ignored(path, self._input):
                yield c504_ignored_eir_key.unread(self._path, entry, path, self._root)
            name = self._block_name(path, key)
            if name is not None:
                yield from self.block(node, name, f"{path}.")
            if path == _MODEL:
                yield from self._model(node)
            return
        fault = _fault(node, key)
        if fault is not None:
            yield c503_wrong_eir_value.report(self._path, fault, path, _wanted(key))
        elif isinstance(node, Sequence) and key.block is not None:
            for number, item in enumerate(node.items):
                if isinstance(item, Mapping):
                    yield from self.block(item, key.block, f"{path}[{number}].")

    def _block_name(self, path: str, key: EirKey) -> str | None:
        """The block that describes a key's value, which may depend on the type of the input and the model."""
        if key.block is not None or self._input is None:
            return key.block
        if path == _TYPE_INFO:
            return self._input.type_info
        if path == _MODEL:
            return self._input.model
        if path == f"{_MODEL}.{_INIT}":
            model_type = _text(self._root, _MODEL, "model_type") or self._input.default_model
            return self._input.own_models.get(str(model_type))
        return None

    def _model(self, mapping: Mapping) -> Iterator[Finding]:
        """What EIR ignores of a model's configuration."""
        if self._input is None or not self._input.transformers:
            return
        model_type = _text(mapping, "model_type") or self._input.default_model or ""
        own = str(model_type) in self._input.own_models or is_own_model_type(str(model_type))
        pretrained = _text(mapping, "pretrained_model")
        ignored: dict[str, str] = {}
        if own:
            ignored["pretrained_model"] = "EIR's own models have no pretrained weights" if pretrained is True else ""
        elif pretrained is True:
            ignored[_INIT] = "with pretrained_model: true the checkpoint's own configuration is used"
            ignored["embedding_dim"] = "the width comes from the checkpoint"
        else:
            ignored["embedding_dim"] = "the width comes from the transformers configuration"
        if not pretrained:
            ignored["freeze_pretrained_model"] = "there are no pretrained weights to freeze"
        for key, reason in ignored.items():
            entry = mapping.get(key)
            if entry is not None and reason and not _is_off(entry.value):
                yield c504_ignored_eir_key.report(self._path, entry, f"{_MODEL}.{key}", reason)

    def _homes(self, key: str, prefix: str) -> list[str]:
        """Blocks of the configuration that do have a key, where the one it stands in has not."""
        if self._input is None:
            return []
        blocks = {"input_info": "input_info", _TYPE_INFO: self._input.type_info, _MODEL: self._input.model}
        blocks |= {name: name for name in ("pretrained_config", _INTERPRETATION, "tensor_broker_config")}
        return [
            f"{path}." for path, name in blocks.items() if f"{path}." != prefix and key in self._schema.blocks[name]
        ]


def _is_ignored(path: str, input_type: EirInputType | None) -> bool:
    return path == _INTERPRETATION and input_type is not None and not input_type.interpretation


def _text(mapping: Mapping, *keys: str) -> Json:
    """A scalar's value at a path of keys; ``None`` where there is none."""
    node: Node = mapping
    for key in keys:
        entry = node.get(key) if isinstance(node, Mapping) else None
        if entry is None:
            return None
        node = entry.value
    return node.value if isinstance(node, Scalar) else None


def _is_off(node: Node) -> bool:
    """True for a value that asks for nothing, which is no use reporting."""
    return (isinstance(node, Scalar) and node.value in (None, False)) or (
        isinstance(node, Mapping) and not node.entries
    )


_KINDS: Final[PythonMapping[str, tuple[type, ...]]] = {
    "str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),),
}  # fmt: skip


def _fault(node: Node, key: EirKey) -> Node | None:
    """The part of a value that a key cannot have; ``None`` where it can."""
    if isinstance(node, Sequence):
        if "list" not in key.types:
            return node
        if key.items in _KINDS:
            return next((item for item in node.items if not _is_of(item, (str(key.items),))), None)
        return None
    if not isinstance(node, Scalar) or not _is_of(node, key.types):
        return node
    value = node.value
    if key.choices is not None and value not in key.choices:
        return node
    if isinstance(value, str):
        return node if key.choices_of_str is not None and value not in key.choices_of_str else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = key.minimum, key.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return node
    return None


def _is_of(node: Node, types: tuple[str, ...]) -> bool:
    if not isinstance(node, Scalar):
        return False
    if isinstance(node.value, bool):
        return "bool" in types
    return any(isinstance(node.value, _KINDS[name]) for name in types if name in _KINDS)


_NAMES: Final[PythonMapping[str, str]] = {
    "str": "a string", "int": "an integer", "float": "a number", "bool": "true or false", "null": "null",
    "list": "a list", "block": "a block of keys",
}  # fmt: skip


def _wanted(key: EirKey) -> str:
    """What a key's value must be, in words."""
    if key.choices is not None:
        return either([wording.scalar_text(choice) for choice in key.choices])
    names = [_NAMES[name] for name in key.types if name != "str" or key.choices_of_str is None]
    names += [wording.scalar_text(choice) for choice in key.choices_of_str or ()]
    low = None if key.minimum is None else wording.number_text(key.minimum)
    high = None if key.maximum is None else wording.number_text(key.maximum)
    bounds = f" from {low} to {high}" if low and high else f" of at least {low}" if low else ""
    return either(names) + bounds
