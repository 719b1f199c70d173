"""The names that a parameter's strings are taken from: choices, activations, dtypes, kinds of layers."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.records import Json
from catalog.specs.knowledge import Knowledge, layer_kinds
from catalog.specs.views import ParameterView

_GATED = "gated-"  # T5 writes "gated-gelu" for a gated feed-forward layer


@dataclass(frozen=True, slots=True)
class Words:
    """Names for a parameter's strings, alone or in lists.

    Attributes:
        names: The names, in the order in which an editor should offer them.
        closed: True where no other name is right; False where they are what is known, and more may exist.
    """

    names: tuple[Json, ...]
    closed: bool = True


def words_of(parameter: ParameterView, knowledge: Knowledge, *, lenient: bool = False) -> Words | None:
    """The names for a parameter's strings; ``None`` where any string may be right.

    A parameter whose own default is none of a vocabulary's names speaks another language and gets none.

    Args:
        parameter: The parameter.
        knowledge: The release, with its vocabularies.
        lenient: Leave open what a published file may take from a newer release.

    Returns:
        The names. The class's own defaults are among them.
    """
    record = parameter.record
    if record.choices:
        return Words(record.choices, closed=record.choices_source != "docstring")
    defaults = [text for default in (record.default, parameter.effective) for text in _strings(default)]
    kind = parameter.quantity.kind
    if kind == "activation" or record.name == "feed_forward_proj":
        names = knowledge.vocabulary("activations")
        if record.name == "feed_forward_proj":
            names |= {_GATED + name for name in names}
        return Words(tuple(sorted(names))) if names and names.issuperset(defaults) else None
    if kind == "dtype":
        names = knowledge.vocabulary("dtypes")
        return Words(tuple(sorted(names)), closed=not lenient) if names.issuperset(defaults) and names else None
    if kind == "layer-types":
        names = layer_kinds(record.name, knowledge)
        return Words(tuple(sorted(names.union(defaults))), closed=not lenient) if names else None
    return None


def _strings(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []
