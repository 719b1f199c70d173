"""Measures how many planted faults the checker finds, at the right parameter.

Every configuration class of the installed transformers, found by importing its modules and not through the catalog,
gets one fault of each kind that its fields allow, drawn with a seed: another parameter, another misspelling, another
number each time. A fault counts as found only if a finding of severity ``error`` names its parameter.

    python benchmarks/validation_recall.py
    python benchmarks/validation_recall.py --seeds 5 --misses misses.txt
    python benchmarks/validation_recall.py --transformers       # what transformers itself refuses, for comparison
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import os
import random
import re
import sys
import time
import typing
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
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


Maker = Callable[[type, random.Random], "tuple[str, dict[str, Any]] | None"]


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


_INSTANCES: dict[type, Any] = {}


def constructed(cls: type) -> Any:
    """An instance with default values; ``None`` where the class does not construct."""
    if cls not in _INSTANCES:
        try:
            _INSTANCES[cls] = cls()
        except Exception:  # noqa: BLE001 - two classes do not construct; they get the faults that need no instance
            _INSTANCES[cls] = None
    return _INSTANCES[cls]


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


def misspelt_name(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
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


def string_for_int(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
    fields = _typed(cls, int, (str, typing.Any, typing.Literal))
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice(["12", "twelve", "768", "auto", ""])}


def list_for_int(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
    fields = _typed(cls, int, (list, tuple, typing.Any))
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice([[12], [1, 2], []])}


def string_for_bool(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
    fields = _typed(cls, bool, (str, typing.Any, typing.Literal))
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice(["true", "False", "yes", "no", "on", "maybe"])}


_SIZE = re.compile(
    r"(size|sizes|dim|dims|layers|layer|heads|head|length|channels|experts|embeddings|width|rank|depth)$|^(num|n|max)_|^d_"
)
_NO_SIZE = re.compile(r"_(id|ids|idx|index|indices|token|layer)$|feature_layer|_layers?_to|offset")


def negative_size(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
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


def rate_above_one(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
    fields = []
    for field in _typed(cls, float):
        value = value_of(cls, field)
        if _RATE.search(field.name) and (value is None or (isinstance(value, int | float) and 0 <= value <= 1)):
            fields.append(field)
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice([1.5, 5.0, 10, 2])}


def unknown_activation(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
    known = activation_names()
    fields = [
        field for field in own_fields(cls) if isinstance(value_of(cls, field), str) and value_of(cls, field) in known
    ]
    fields = [field for field in fields if re.search(r"act|activation", field.name)]
    if not fields:
        return None
    name = draw.choice(fields).name
    return name, {name: draw.choice(["gleu", "Gelu", "swissh", "reluu", "swiglu2", "geglu", "none"])}


def activation_names() -> set[str]:
    """Keys of transformers' table of activation functions, read without importing torch."""
    import ast

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


def indivisible_heads(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
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
        if isinstance(value, PreTrainedConfig) and name != "backbone_config" and default in (None, type(value)):
            if default is not None or value.model_type == spec.model_type:
                found.append((name, type(value)))
    return found


def misspelt_in_sub_config(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
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


def wrong_nesting(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
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


def wrong_layer_types_length(cls: type, draw: random.Random) -> tuple[str, dict[str, Any]] | None:
    if "layer_types" not in {field.name for field in own_fields(cls)} or constructed(cls) is None:
        return None
    value = vars(constructed(cls)).get("layer_types")
    if not isinstance(value, list | tuple) or not value:
        return None
    longer = draw.random() < 0.5 or len(value) == 1
    return "layer_types", {"layer_types": [*value, value[-1]] if longer else list(value[:-1])}


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
}


def faults(classes: list[type], seed: int) -> Iterator[Fault]:
    """One fault of each kind for every class that allows it."""
    for cls in classes:
        for kind, make in MAKERS.items():
            planted = make(cls, random.Random(f"{seed}/{cls.__name__}/{kind}"))
            if planted is not None:
                yield Fault(kind, cls.__name__, *planted)


def spec_of(fault: Fault, cls: type, dialect: str) -> dict[str, Any] | None:
    """The spec in a dialect; ``None`` where the dialect cannot name the class."""
    if dialect == "native":
        return {"config_class": fault.class_name, "params": fault.params}
    model_type = getattr(cls, "model_type", "")
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    if CONFIG_MAPPING_NAMES.get(model_type) != fault.class_name:
        return None
    if dialect == "huggingface":
        return {"architectures": [], "transformers_version": "5.0.0", "model_type": model_type, **fault.params}
    return {
        "input_info": {"input_source": "data", "input_name": "text", "input_type": "sequence"},
        "model_config": {"model_type": model_type, "pretrained_model": False, "model_init_config": fault.params},
    }


def refused(cls: type, params: dict[str, Any]) -> bool:
    """Whether transformers itself refuses the parameters."""
    try:
        cls(**params)
    except Exception:  # noqa: BLE001 - any refusal counts
        return True
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1, help="how often every fault is drawn anew")
    parser.add_argument("--first-seed", type=int, default=0, help="the first seed")
    parser.add_argument("--dialect", choices=("native", "eir", "huggingface"), default="native")
    parser.add_argument("--misses", type=Path, help="file to write every miss to")
    parser.add_argument("--transformers", action="store_true", help="count what transformers itself refuses")
    options = parser.parse_args()

    from catalog.introspect import read_installed
    from catalog.specs.checker import Checker
    from catalog.specs.loading import load_mapping
    from catalog.specs.memory import ReleaseKnowledge

    classes = configuration_classes()
    by_name = {cls.__name__: cls for cls in classes}
    checker = Checker(ReleaseKnowledge(read_installed()))
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    misses: list[str] = []
    seconds = 0.0
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        for fault in faults(classes, seed):
            spec = spec_of(fault, by_name[fault.class_name], options.dialect)
            if spec is None:
                continue
            planted[fault.kind] += 1
            started = time.perf_counter()
            loaded = load_mapping(spec)
            findings = [finding for item in loaded.specs for finding in checker.check(item)]
            seconds += time.perf_counter() - started
            if any(item.severity == "error" and item.parameter == fault.parameter for item in findings):
                found[fault.kind] += 1
            else:
                others = [f"{item.severity} {item.code} {item.parameter}" for item in findings]
                misses.append(f"{fault.kind}\t{fault.class_name}\t{fault.parameter}\t{fault.params}\t{others}")
            if options.transformers and refused(by_name[fault.class_name], fault.params):
                rejected[fault.kind] += 1

    print(f"{'fault':32}{'planted':>8}{'found':>8}{'recall':>9}{'transformers':>14}")
    for kind in (*MAKERS, "all"):
        total = sum(planted.values()) if kind == "all" else planted[kind]
        hits = sum(found.values()) if kind == "all" else found[kind]
        refusals = sum(rejected.values()) if kind == "all" else rejected[kind]
        share = f"{refusals / total:13.1%}" if options.transformers and total else ""
        print(f"{kind:32}{total:8}{hits:8}{hits / total if total else 1:9.2%} {share}")
    print(f"{sum(planted.values()) / seconds:,.0f} specs a second, reading included, each class learned on the way")
    if options.misses:
        options.misses.write_text("\n".join(misses) + "\n", encoding="utf-8")
    return 0 if sum(found.values()) >= 0.99 * sum(planted.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
