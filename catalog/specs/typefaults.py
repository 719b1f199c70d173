"""Which rule a value of the wrong type breaks: null, a number in quotes, a truth value for a number, and so on."""

from __future__ import annotations

import re

from catalog.records import Json
from catalog.specs import typecheck
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence
from catalog.specs.rules import (
    c201_wrong_type,
    c202_number_in_quotes,
    c203_boolean_in_quotes,
    c204_null_not_allowed,
    c205_boolean_for_number,
    c206_float_for_integer,
    c301_not_a_choice,
)
from catalog.specs.views import ParameterView
from catalog.types import members_of

_NUMBER = re.compile(r"\s*[-+]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*")
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def explain(entry: Entry, parameter: ParameterView, block: Block) -> Finding | None:
    """Say what is wrong with a value that is not of its parameter's type; ``None`` where nothing is meant to be."""
    kind = parameter.type
    node, kind = _narrowed(entry.value, kind)
    if not isinstance(node, Scalar):
        # Several tokens may end a sequence, whatever the annotation says.
        several = block.published and isinstance(node, Sequence) and parameter.name.endswith("eos_token_id")
        return c201_wrong_type.report(entry, node, kind, block, severity="warning" if several else None)
    value = node.value
    if value is None:
        return None if _null_is_fine(node, entry, parameter) else c204_null_not_allowed.report(entry, node, kind, block)
    number = typecheck.number_of(kind)
    if isinstance(value, bool):
        report = c205_boolean_for_number.report if number else c201_wrong_type.report
        return report(entry, node, kind, block)
    if isinstance(value, float) and number == "int":
        # transformers annotates a few rates as int, and refuses the fractions that files give for them.
        rate = block.published and parameter.quantity.kind == "probability"
        return c206_float_for_integer.report(entry, node, kind, block, severity="warning" if rate else None)
    if isinstance(value, str):
        return _string_fault(entry, node, kind, block)
    if _choices(kind):
        return c301_not_a_choice.report(entry, node, _choices(kind), block)
    # Earlier releases took a number for a flag, and published files hold some.
    counted = block.published and isinstance(value, int) and typecheck.admits_form(kind, "bool")
    return c201_wrong_type.report(entry, node, kind, block, severity="warning" if counted else None)


def _string_fault(entry: Entry, node: Scalar, kind: Json, block: Block) -> Finding:
    text = str(node.value)
    number = typecheck.number_of(kind)
    if number and _NUMBER.fullmatch(text):
        return c202_number_in_quotes.report(entry, node, kind, block)
    truth = _TRUTH.get(text.strip().lower())
    if truth is not None and typecheck.admits_form(kind, "bool"):
        return c203_boolean_in_quotes.report(entry, node, truth=truth, block=block)
    choices = _choices(kind)
    if any(isinstance(choice, str) for choice in choices):
        return c301_not_a_choice.report(entry, node, choices, block)
    return c201_wrong_type.report(entry, node, kind, block)


def _narrowed(node: Node, kind: Json) -> tuple[Node, Json]:
    """The part of a list or dict that is to blame, and the type it should have."""
    for member in members_of(kind):
        if not isinstance(member, dict):
            continue
        ((form, inner),) = member.items()
        if form == "list" and isinstance(node, Sequence):
            return _first_fault(node.items, [inner] * len(node.items), node, kind)
        if form == "tuple" and isinstance(node, Sequence) and len(node.items) == len(inner):
            return _first_fault(node.items, inner, node, kind)
        if form == "dict" and isinstance(node, Mapping) and len(inner) == 2:
            return _first_fault(tuple(entry.value for entry in node), [inner[1]] * len(node.entries), node, kind)
    return node, kind


def _first_fault(items: tuple[Node, ...], kinds: list[Json], node: Node, kind: Json) -> tuple[Node, Json]:
    for item, wanted in zip(items, kinds, strict=True):
        if not typecheck.compiled(wanted)(item):
            return _narrowed(item, wanted)
    return node, kind


def _null_is_fine(node: Scalar, entry: Entry, parameter: ParameterView) -> bool:
    return node is entry.value and parameter.takes_null


def _choices(kind: Json) -> tuple[Json, ...]:
    """The values that a type enumerates."""
    return tuple(
        value
        for member in members_of(kind)
        if isinstance(member, dict) and "literal" in member
        for value in member["literal"]
    )
