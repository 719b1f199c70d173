"""Which widths a class's attention heads divide, and which numbers would divide them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from catalog.specs.values import Values
from catalog.specs.views import ClassView

_WIDTHS = ("hidden_size", "d_model", "n_embd", "emb_dim", "embed_dim", "dim", "hidden_dim", "hidden_sizes")
_HEADS = (
    "num_attention_heads", "n_head", "n_heads", "num_heads", "attention_heads", "encoder_attention_heads",
    "decoder_attention_heads", "encoder_num_attention_heads", "decoder_num_attention_heads",
    "num_encoder_attention_heads", "num_decoder_attention_heads",
)  # fmt: skip
_HEAD_SUFFIXES = ("num_attention_heads", "attention_heads")
_WIDTH_SUFFIXES = ("hidden_size", "embed_dim", "hidden_dim", "dim")
_OWN_WIDTHS = (
    "head_dim", "d_head", "d_kv", "kv_channels", "attention_head_size", "attention_head_dim", "dim_head", "head_size",
    "qk_head_dim", "qk_nope_head_dim", "v_head_dim", "attention_hidden_size", "key_dim", "qk_channels",
)  # fmt: skip
_GROUPED = (
    ("num_attention_heads", "num_key_value_heads"),
    ("num_heads", "num_key_value_heads"),
    ("n_heads", "num_key_value_heads"),
    ("encoder_num_attention_heads", "encoder_num_key_value_heads"),
    ("decoder_num_attention_heads", "decoder_num_key_value_heads"),
    ("cross_num_attention_heads", "cross_num_key_value_heads"),
    ("swa_num_attention_heads", "swa_num_key_value_heads"),
    ("linear_num_value_heads", "linear_num_key_heads"),
)


@dataclass(frozen=True, slots=True)
class HeadPair:
    """A width and the number of heads that must divide it.

    Attributes:
        width: The parameter that is divided: a number, or a list with one a stage.
        heads: The parameter that divides it.
        own_widths: Parameters that give the heads a width of their own where the spec sets them.
        doubling: True where the width doubles from stage to stage while only the first one is given.
    """

    width: str
    heads: str
    own_widths: tuple[str, ...]
    doubling: bool = False


def head_pairs(view: ClassView) -> tuple[HeadPair, ...]:
    """The widths and heads of a class that divide by default and have no head width of their own."""
    own = tuple(name for name in _OWN_WIDTHS if name in view.own)
    declared = [parameter for name in own if (parameter := view.parameter(name)) is not None]
    if any(parameter.record.default is not None for parameter in declared):
        return ()
    found = []
    for heads in sorted(name for name in view.own if "head" in name):
        if heads in _HEADS or heads.endswith(_HEAD_SUFFIXES):
            computed = "head_dim" in view.record.attributes  # whatever the spec says, the class overwrites it
            pair = _pair_of(heads, own if computed else (*own, "head_dim"), view)
            if pair is not None:
                found.append(pair)
    return tuple(found)


def _pair_of(heads: str, own: tuple[str, ...], view: ClassView) -> HeadPair | None:
    prefix = next(heads.removesuffix(suffix) for suffix in (*_HEAD_SUFFIXES, "") if heads.endswith(suffix))
    widths = [prefix + suffix for suffix in _WIDTH_SUFFIXES] if prefix and heads not in ("n_head", "n_heads") else []
    if heads in _HEADS:
        widths += _WIDTHS
    for width in widths:
        if width in view.own and width != heads:
            return _divides_by_default(width, heads, own, view)
    return None


def _divides_by_default(width: str, heads: str, own: tuple[str, ...], view: ClassView) -> HeadPair | None:
    wide, many = view.parameter(width), view.parameter(heads)
    if wide is None or many is None:
        return None
    for doubling in (False, True):
        pairs = list(_stages(wide.effective, many.effective, doubling=doubling))
        if pairs and all(count > 0 and size % count == 0 for size, count in pairs):
            return HeadPair(width, heads, own, doubling)
    return None


def _stages(width: object, heads: object, *, doubling: bool) -> list[tuple[int, int]]:
    """The widths and heads of each stage; empty where they do not pair up."""
    if _is_count(width) and _is_count(heads):
        return [] if doubling else [(int(str(width)), int(str(heads)))]
    if not isinstance(heads, list) or not heads or not all(map(_is_count, heads)):
        return []
    if isinstance(width, list) and len(width) == len(heads) and all(map(_is_count, width)):
        return [] if doubling else list(zip(width, heads, strict=True))
    if _is_count(width) and doubling:
        return [(int(str(width)) * 2**stage, count) for stage, count in enumerate(heads)]
    return []


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def first_remainder(pair: HeadPair, values: Values) -> tuple[int, int] | None:
    """The first stage whose heads do not divide its width; ``None`` where all do, or a value is not known."""
    for width, heads in _stages(values.get(pair.width), values.get(pair.heads), doubling=pair.doubling):
        if width > 0 and heads > 0 and width % heads:
            return width, heads
    return None


def group_pairs(view: ClassView) -> tuple[tuple[str, str], ...]:
    """The attention heads of a class and the key-value heads that they share, where they divide by default."""
    found = []
    for heads, shared in _GROUPED:
        many, few = view.parameter(heads), view.parameter(shared)
        if shared not in view.own or many is None or few is None:
            continue
        total, groups = many.effective, few.effective
        divisible = isinstance(total, int) and isinstance(groups, int) and groups > 0 and total % groups == 0
        if divisible or few.record.default is None:
            found.append((many.name, shared))
    return tuple(dict.fromkeys(found))


def what_works(name: str, number: int, wanted: int, *, divisors: bool) -> str:
    """Say which values of a parameter are next to the one that does not work.

    Args:
        name: The parameter.
        number: What it must divide, or, without `divisors`, what it must be a multiple of.
        wanted: Its value.
        divisors: True where it must divide.

    Returns:
        A sentence.
    """
    near = _divisors_around(number, wanted) if divisors else _multiples_around(number, wanted)
    if len(near) == 1:
        return f"The nearest value of '{name}' that works is {near[0]}."
    return f"The nearest values of '{name}' that work are {near[0]} and {near[1]}."


def _divisors_around(number: int, wanted: int) -> list[int]:
    small = [item for item in range(1, int(number**0.5) + 1) if number % item == 0]
    divisors = sorted({*small, *(number // item for item in small)})
    for low, high in pairwise(divisors):
        if low < wanted < high:
            return [low, high]
    return [divisors[-1] if wanted > number else divisors[0]]


def _multiples_around(number: int, wanted: int) -> list[int]:
    low = wanted // number * number
    return [low, low + number] if low else [number]
