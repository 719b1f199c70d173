"""Specs with one fault each, for every configuration class of the installed transformers.

The classes are found by importing transformers' modules, and what is planted is drawn from their dataclass fields, so
that nothing here depends on the catalog that is measured with it.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import os
import random
import re
import typing
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
warnings.simplefilter("ignore")


@dataclasses.dataclass(frozen=True)
class Fault:
    """A spec with one fault.

    Attributes:
        kind: What is wrong.
        class_name: The configuration class.
        parameter: Dotted path of the parameter that is at fault.
        params: The parameters of the spec.
    """

    kind: str
    class_name: str
    parameter: str
    params: dict[str, Any]


Planted = tuple[str, dict[str, Any]]
"""Dotted path of the parameter at fault, and the parameters of the spec."""

Maker = Callable[[type, random.Random], Planted | None]


def configuration_classes() -> list[type]:
    """All configuration classes of the installed transformers."""
    import transformers
    from transformers.configuration_utils import PreTrainedConfig

    root = Path(transformers.__file__).parent
    for path in sorted(root.rglob("configuration_*.py")):
        importlib.import_module(".".join(("transformers", *path.relative_to(root).with_suffix("").parts)))
    found: dict[str, type] = {}
    pending = [PreTrainedConfig]
    while pending:
        for cls in pending.pop().__subclasses__():
            found[cls.__name__] = cls
            pending.append(cls)
    return [found[name] for name in sorted(found)]


def own_fields(cls: type) -> list[dataclasses.Field[Any]]:
    """Fields of a class beyond those of the common base."""
    from transformers.configuration_utils import PreTrainedConfig

    common = {field.name for field in dataclasses.fields(PreTrainedConfig)}
    return [field for field in dataclasses.fields(cls) if field.name not in common and not field.name.startswith("_")]


def members(annotation: Any) -> set[Any]:
    """The alternatives of an annotation: of ``int | None`` both."""
    arguments = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Union or str(origin) in ("types.UnionType", "<class 'types.UnionType'>"):
        return {origin for argument in arguments for origin in members(argument)}
    return {origin or annotation}


def names_of(cls: type) -> set[str]:
    """Every name that a class takes without complaint."""
    from transformers.configuration_utils import PreTrainedConfig

    names = {field.name for field in dataclasses.fields(cls)} | set(getattr(cls, "attribute_map", {}))
    names |= set(getattr(cls, "attribute_map", {}).values())
    for base in cls.__mro__:
        names |= {name for name, value in vars(base).items() if isinstance(value, property)}
    instance = constructed(cls)
    if instance is not None:
        names |= set(vars(instance))
    return names | {field.name for field in dataclasses.fields(PreTrainedConfig)}


@cache
def constructed(cls: type) -> Any:
    """An instance with default values; ``None`` where the class does not construct."""
    try:
        return cls()
    except Exception:  # noqa: BLE001 - two classes do not construct; they get the faults that need no instance
        return None


def value_of(cls: type, field: dataclasses.Field[Any]) -> Any:
    """The value of a field after construction, or its default."""
    return vars(constructed(cls)).get(field.name, field.default) if constructed(cls) is not None else field.default


def misspelt(name: str, taken: set[str], draw: random.Random) -> str | None:
    """A misspelling that is no other name of the class."""
    position = draw.randrange(1, len(name)) if len(name) > 1 else 0
    ways = [
        name[:position] + name[position + 1 :],
        name[:position] + name[position] + name[position:],
        name[: position - 1] + name[position] + name[position - 1] + name[position + 1 :],
        name[:position] + draw.choice("aeioustnrl") + name[position + 1 :],
        name.replace("_", "-"),
        name.title().replace("_", ""),
        name[0].upper() + name[1:],
        name[:-1] if name.endswith("s") else f"{name}s",
        name.replace("_", "", 1),
    ]
    draw.shuffle(ways)
    return next((way for way in ways if len(way) > 3 and way not in taken and way != name), None)


def misspelt_name(cls: type, draw: random.Random) -> Planted | None:
    """A parameter's name with a slip of the pen."""
    fields = [field for field in own_fields(cls) if len(field.name) > 3]
    if not fields:
        return None
    field = draw.choice(fields)
    name = misspelt(field.name, names_of(cls), draw)
    return (name, {name: _plain(value_of(cls, field))}) if name else None


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str | None.__class__) else 1


def _typed(cls: type, kind: type, without: tuple[Any, ...] = ()) -> list[dataclasses.Field[Any]]:
    found = []
    for field in own_fields(cls):
        kinds = members(field.type)
        if kind in kinds and not kinds.intersection(without):
            found.append(field)
    return found


def string_for_int(cls: type, draw: random.Random) -> Planted | None:
    """A string, a number in quotes among others, where an int is declared."""
    fields = _typed(cls, int, (str, typing.Any, typing.Literal))
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice(["12", "twelve", "768", "auto", ""])}


def list_for_int(cls: type, draw: random.Random) -> Planted | None:
    """A list where only an int is declared."""
    fields = _typed(cls, int, (list, tuple, typing.Any))
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice([[12], [1, 2], []])}


def string_for_bool(cls: type, draw: random.Random) -> Planted | None:
    """A string where a bool is declared."""
    fields = _typed(cls, bool, (str, typing.Any, typing.Literal))
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice(["true", "False", "yes", "no", "on", "maybe"])}


_SIZE = re.compile(
    r"(size|sizes|dim|dims|layers|layer|heads|head|length|channels|experts|embeddings|width|rank|depth)$|^(num|n|max)_|^d_"
)
_NO_SIZE = re.compile(r"_(id|ids|idx|index|indices|token|layer)$|feature_layer|_layers?_to|offset")


def negative_size(cls: type, draw: random.Random) -> Planted | None:
    """A negative number for a size or count that is positive by default."""
    fields = []
    for field in _typed(cls, int):
        value = value_of(cls, field)
        if _SIZE.search(field.name) and not _NO_SIZE.search(field.name) and type(value) is int and value > 0:
            fields.append(field)
    if not fields:
        return None
    field = draw.choice(fields)
    return field.name, {field.name: draw.choice([-1, -value_of(cls, field), -8])}


_RATE = re.compile(r"dropout|drop_?path|pdrop|layerdrop|drop_rate|_prob$")


def rate_above_one(cls: type, draw: random.Random) -> Planted | None:
    """A dropout rate or probability above 1."""
    fields = []
    for field in _typed(cls, float):
        value = value_of(cls, field)
        if _RATE.search(field.name) and (value is None or (isinstance(value, int | float) and 0 <= value <= 1)):
            fields.append(field)
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice([1.5, 5.0, 10, 2])}


def unknown_activation(cls: type, draw: random.Random) -> Planted | None:
    """A name that is no activation function, where the default is one."""
    known = activation_names()
    fields = [
        field for field in own_fields(cls) if isinstance(value_of(cls, field), str) and value_of(cls, field) in known
    ]
    fields = [field for field in fields if re.search(r"act|activation", field.name)]
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice(["gleu", "Gelu", "swissh", "reluu", "swiglu2", "geglu", "none"])}


@cache
def activation_names() -> set[str]:
    """Keys of transformers' table of activation functions, read without importing torch."""
    import transformers

    tree = ast.parse((Path(transformers.__file__).parent / "activations.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == "ACT2CLS"
            and isinstance(node.value, ast.Dict)
        ):
            return {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    raise SystemExit("transformers has no table of activation functions where it used to be")


_PAIRS = (
    ("hidden_size", "num_attention_heads"), ("d_model", "encoder_attention_heads"), ("n_embd", "n_head"),
    ("d_model", "num_attention_heads"), ("d_model", "decoder_attention_heads"), ("dim", "n_heads"),
    ("hidden_size", "num_heads"), ("num_attention_heads", "num_key_value_heads"), ("embed_dim", "num_heads"),
)  # fmt: skip
_OWN_WIDTH = re.compile(r"head_dim|d_kv|d_head|kv_channels|dim_head|head_size|key_dim|attention_hidden_size")


def indivisible_heads(cls: type, draw: random.Random) -> Planted | None:
    """A number of heads that does not divide the width, or key-value heads that do not divide the heads."""
    fields = {field.name: value_of(cls, field) for field in own_fields(cls)}
    own = any(_OWN_WIDTH.search(field.name) and field.default is not None for field in own_fields(cls))
    choices = []
    for width, heads in _PAIRS:
        size, count = fields.get(width), fields.get(heads)
        if type(size) is not int or type(count) is not int or count < 1 or size % count:
            continue
        if own and heads != "num_key_value_heads":
            continue
        wrong = [number for number in (count + 1, count - 1, 7, 5, 3, 11) if number > 1 and size % number]
        if wrong and not (heads == "num_key_value_heads" and "multi_query" in fields):
            choices.append((heads, draw.choice(wrong)))
    if not choices:
        return None
    heads, number = draw.choice(choices)
    return heads, {heads: number}


def _sub_configs(cls: type) -> list[tuple[str, type]]:
    from transformers.configuration_utils import PreTrainedConfig

    instance = constructed(cls)
    if instance is None:
        return []
    found = []
    for name in getattr(cls, "sub_configs", {}):
        value = vars(instance).get(name)
        spec = cls.sub_configs_defaults.get(name)
        if spec is None:
            continue
        default = spec.config_class if issubclass(spec.config_class, PreTrainedConfig) else None
        if not isinstance(value, PreTrainedConfig) or name == "backbone_config" or default not in (None, type(value)):
            continue
        if default is not None or value.model_type == spec.model_type:
            found.append((name, type(value)))
    return found


def misspelt_in_sub_config(cls: type, draw: random.Random) -> Planted | None:
    """A slip of the pen in a nested configuration."""
    subs = _sub_configs(cls)
    if not subs:
        return None
    name, inner = draw.choice(subs)
    planted = misspelt_name(inner, draw)
    if planted is None:
        return None
    parameter, params = planted
    written = names_of(inner) | set(vars(vars(constructed(cls))[name]))
    return None if parameter in written else (f"{name}.{parameter}", {name: params})


def wrong_nesting(cls: type, draw: random.Random) -> Planted | None:
    """A nested configuration's parameter at the root."""
    taken = names_of(cls)
    choices = []
    for _, inner in _sub_configs(cls):
        choices += [
            field
            for field in own_fields(inner)
            if field.name not in taken and isinstance(field.default, bool | int | float | str)
        ]
    if not choices:
        return None
    field = draw.choice(choices)
    return field.name, {field.name: field.default}


def wrong_layer_types_length(cls: type, draw: random.Random) -> Planted | None:
    """One entry too many or too few in ``layer_types``."""
    if "layer_types" not in {field.name for field in own_fields(cls)} or constructed(cls) is None:
        return None
    value = vars(constructed(cls)).get("layer_types")
    if not isinstance(value, list | tuple) or not value:
        return None
    longer = draw.random() < 0.5 or len(value) == 1
    return "layer_types", {"layer_types": [*value, value[-1]] if longer else list(value[:-1])}


def zero_size(cls: type, draw: random.Random) -> Planted | None:
    """0 for a size without which there is no model."""
    names = (
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "vocab_size",
        "d_model",
        "patch_size",
        "n_layer",
    )
    fields = [field.name for field in _typed(cls, int) if field.name in names and type(value_of(cls, field)) is int]
    return (name, {name: 0}) if fields and (name := draw.choice(fields)) else None


def negative_rate(cls: type, draw: random.Random) -> Planted | None:
    """A negative dropout rate or probability."""
    planted = rate_above_one(cls, draw)
    return None if planted is None else (planted[0], {planted[0]: -0.1})


def bool_for_int(cls: type, draw: random.Random) -> Planted | None:
    """A truth value where an int is declared."""
    fields = _typed(cls, int, (bool, typing.Any))
    return (name, {name: draw.choice([True, False])}) if fields and (name := draw.choice(fields).name) else None


def float_for_int(cls: type, draw: random.Random) -> Planted | None:
    """A number with a fraction where only an int is declared."""
    fields = _typed(cls, int, (float, typing.Any))
    return (name, {name: draw.choice([1.5, 12.0, 0.1])}) if fields and (name := draw.choice(fields).name) else None


def int_for_bool(cls: type, draw: random.Random) -> Planted | None:
    """A number where a bool is declared."""
    fields = _typed(cls, bool, (int, float, typing.Any))
    return (name, {name: draw.choice([0, 1])}) if fields and (name := draw.choice(fields).name) else None


def string_for_float(cls: type, draw: random.Random) -> Planted | None:
    """A string where a float is declared."""
    fields = _typed(cls, float, (str, typing.Any))
    return (
        (name, {name: draw.choice(["0.1", "1e-5", "small"])}) if fields and (name := draw.choice(fields).name) else None
    )


def null_for_int(cls: type, draw: random.Random) -> Planted | None:
    """``null`` where an int is declared and is the default."""
    fields = [field for field in _typed(cls, int, (type(None), typing.Any)) if type(field.default) is int]
    return (name, {name: None}) if fields and (name := draw.choice(fields).name) else None


def mapping_for_int(cls: type, draw: random.Random) -> Planted | None:
    """A mapping where an int is declared."""
    fields = _typed(cls, int, (dict, typing.Any))
    return (name, {name: {"value": 12}}) if fields and (name := draw.choice(fields).name) else None


def unknown_layer_type(cls: type, draw: random.Random) -> Planted | None:
    """A misspelt entry in ``layer_types``."""
    planted = wrong_layer_types_length(cls, draw)
    if planted is None:
        return None
    kinds = list(vars(constructed(cls))["layer_types"])
    kinds[draw.randrange(len(kinds))] = draw.choice(["full_atention", "sliding", "local_attention"])
    return "layer_types", {"layer_types": kinds}


def fault_in_sub_config(cls: type, draw: random.Random) -> Planted | None:
    """Any of the faults of values, in a nested configuration."""
    subs = _sub_configs(cls)
    if not subs:
        return None
    name, inner = draw.choice(subs)
    for make in draw.sample(_OF_VALUES, len(_OF_VALUES)):
        planted = make(inner, draw)
        if planted is not None:
            return f"{name}.{planted[0]}", {name: planted[1]}
    return None


_OF_VALUES = [string_for_int, list_for_int, string_for_bool, negative_size, rate_above_one, unknown_activation]


MAKERS: dict[str, Maker] = {
    "misspelt name": misspelt_name,
    "string for an int": string_for_int,
    "list for an int": list_for_int,
    "string for a bool": string_for_bool,
    "negative size": negative_size,
    "rate above one": rate_above_one,
    "unknown activation": unknown_activation,
    "indivisible heads": indivisible_heads,
    "misspelt name in a sub-config": misspelt_in_sub_config,
    "wrong nesting": wrong_nesting,
    "wrong layer_types length": wrong_layer_types_length,
    "0 for a size": zero_size,
    "negative rate": negative_rate,
    "bool for an int": bool_for_int,
    "float for an int": float_for_int,
    "int for a bool": int_for_bool,
    "string for a float": string_for_float,
    "null for an int": null_for_int,
    "mapping for an int": mapping_for_int,
    "unknown layer type": unknown_layer_type,
    "wrong value in a sub-config": fault_in_sub_config,
}
"""Kind of fault → what plants it. The first eleven are those that the bar was set for."""


def faults(classes: list[type], seed: int) -> Iterator[Fault]:
    """One fault of each kind for every class that allows it."""
    for cls in classes:
        for kind, make in MAKERS.items():
            planted = make(cls, random.Random(f"{seed}/{cls.__name__}/{kind}"))
            if planted is not None:
                yield Fault(kind, cls.__name__, *planted)
