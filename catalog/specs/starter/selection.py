"""Which parameters a starter spec shows first: those that decide what is built.

The choice follows from what a parameter measures and from the words of its name, so that it holds for models that do
not exist yet.
"""

from __future__ import annotations

from catalog.specs.json_schema.words import words_of
from catalog.specs.suggestions import words
from catalog.specs.views import ClassView, ParameterView

_KINDS = frozenset({"size", "activation", "layer-types", "probability"})
_SHAPE_WORDS = frozenset({
    "size", "sizes", "dim", "dims", "layer", "layers", "head", "heads", "expert", "experts", "window", "windows",
    "rank", "channel", "channels", "vocab", "position", "positions", "length", "width", "widths", "depth", "depths",
    "group", "groups", "block", "blocks", "stage", "stages", "kernel", "stride", "strides", "codebooks", "queries",
    "bins",
})  # fmt: skip
"""Words of names that give a shape, where the parameter is a count."""


def important(view: ClassView) -> frozenset[str]:
    """Names of the parameters that a starter spec gives a value.

    Args:
        view: The class.

    Returns:
        Sizes, counts of layers, heads and experts, the vocabulary, activations and other choices, dropouts, rotary
        embeddings and nested configurations; every own parameter where the class has none of these.
    """
    chosen = frozenset(name for name in view.records if name in view.own and _is_important(view, name))
    return chosen or frozenset(name for name in view.own if not name.startswith("_"))


def _is_important(view: ClassView, name: str) -> bool:
    if name in view.sub_configs or name == "rope_parameters":
        return True
    parameter = view.parameter(name)
    return parameter is not None and (_decides_what_is_built(parameter) or _is_choice(view, parameter))


def _decides_what_is_built(parameter: ParameterView) -> bool:
    if parameter.record.required:
        return True
    kind = parameter.quantity.kind
    return kind in _KINDS or (kind == "count" and not _SHAPE_WORDS.isdisjoint(words(parameter.name)))


def _is_choice(view: ClassView, parameter: ParameterView) -> bool:
    """True for a switch between a few kinds: of activation, pooling, attention."""
    return parameter.quantity.kind != "dtype" and words_of(parameter, view.knowledge) is not None
