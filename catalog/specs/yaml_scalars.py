"""What a plain YAML scalar means: by YAML 1.2 (what the catalog reads) and by YAML 1.1 (what PyYAML reads).

YAML 1.2's core schema is a small set of words and numbers. YAML 1.1 knows more words (``yes``, ``off``), more
numbers (``1_000``, ``1:30``, octal ``012``) and dates, and wants a dot and a sign in a float's exponent, so that the
usual ``1e-5`` is a string to every tool that uses PyYAML. A scalar that the two read differently is *ambiguous*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from catalog.records import Json

Kind: TypeAlias = Literal["null", "bool", "int", "float", "str", "date", "other"]

_CONSTANTS: Final[dict[str, tuple[Kind, Json]]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), ("null", None)),
    **dict.fromkeys(("true", "True", "TRUE"), ("bool", True)),
    **dict.fromkeys(("false", "False", "FALSE"), ("bool", False)),
    **{
        sign + word: ("float", -float("inf") if sign == "-" else float("inf"))
        for sign in ("", "+", "-")
        for word in (".inf", ".Inf", ".INF")
    },
    **dict.fromkeys((".nan", ".NaN", ".NAN"), ("float", float("nan"))),
}
_BOOLEANS_1_1: Final[dict[str, bool]] = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"([-+]?)(?:\.([0-9]+)|([0-9]+)(?:\.([0-9]*))?)(?:[eE]([-+]?)([0-9]+))?")
_INT_1_1: Final = re.compile(
    r"[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?0[0-7_]*|[-+]?[1-9][0-9_]*(?:(?::[0-5]?[0-9])+)?"
)
_FLOAT_1_1: Final = re.compile(
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*"
)
_DATE_1_1: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
)
_SPECIAL_START: Final = frozenset("0123456789+-.~=<nNtTfFyYoO")
"""First characters of every plain scalar that either version reads as anything but a string."""

_LONGEST_CACHED: Final = 64
MAX_DIGITS: Final = 4300
"""Longest integer that Python converts by default (``sys.int_info.default_max_str_digits``)."""


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A plain scalar that YAML 1.1 reads differently.

    Attributes:
        here: What it is by YAML 1.2.
        there: What it is to a reader of YAML 1.1.
        value_there: Its value there; ``None`` for a date.
        replacement: A text that both read alike; ``None`` where it cannot be known which was meant.
        safe: True where `replacement` keeps the meaning that YAML 1.2 gives the scalar.
    """

    here: Kind
    there: Kind
    value_there: Json
    replacement: str | None
    safe: bool


def read_plain(text: str) -> tuple[Json, Ambiguity | None]:
    """Read a plain (unquoted) scalar.

    Args:
        text: The scalar's text, joined into one line as YAML joins it.

    Returns:
        Its value by YAML 1.2's core schema, and how YAML 1.1 differs (``None`` where it agrees).

    Raises:
        OverflowError: If it is a number that Python cannot hold.
    """
    if text and text[0] not in _SPECIAL_START:
        return text, None
    return _read(text) if len(text) < _LONGEST_CACHED else _read.__wrapped__(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Json, Ambiguity | None]:
    kind, value = _core(text)
    kind_there, value_there = _yaml_1_1(text)
    if kind == kind_there and (value == value_there or value != value):  # noqa: PLR0124 (not a number)
        return value, None
    return value, _ambiguity(text, kind, value, kind_there, value_there)


def boolean_word(text: str) -> bool | None:
    """What YAML 1.1 takes ``yes``, ``no``, ``on`` or ``off`` for; ``None`` for any other text."""
    return _BOOLEANS_1_1.get(text)


def _core(text: str) -> tuple[Kind, Json]:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return "int", _integer(text, base)
    if _FLOAT.fullmatch(text):
        return "float", _float(text)
    return "str", text


def _yaml_1_1(text: str) -> tuple[Kind, Json]:
    """What PyYAML's resolver makes of a plain scalar."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text in _BOOLEANS_1_1:
        return "bool", _BOOLEANS_1_1[text]
    if _FLOAT_1_1.fullmatch(text):
        return "float", None if ":" in text else _float(text.replace("_", ""))
    if _INT_1_1.fullmatch(text):
        return "int", _integer_1_1(text.replace("_", ""))
    if _DATE_1_1.fullmatch(text):
        return "date", None
    return ("other", None) if text in {"=", "<<"} else ("str", text)


def _integer_1_1(text: str) -> Json:
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.lstrip("+"))
    if ":" in text or digits in {"", "0b", "0x"}:
        return None
    if digits.startswith("0b"):
        return _integer(sign + digits, 2)
    if digits.startswith("0x"):
        return _integer(sign + digits, 16)
    if digits.startswith("0") and len(digits) > 1:
        return _integer(sign + digits, 8)
    return _integer(sign + digits, 10)


def _integer(text: str, base: int) -> int:
    if len(text) > MAX_DIGITS:
        raise OverflowError(text)
    return int(text, base)


def _float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), -float("inf")}:
        raise OverflowError(text)
    return value


def _ambiguity(text: str, kind: Kind, value: Json, there: Kind, value_there: Json) -> Ambiguity:
    if kind == "float":
        return Ambiguity(kind, there, value_there, _plain_float(text), safe=True)
    if kind == "int":
        # `012` is 12 here and 10 there: the digits keep what YAML 1.2 reads, but which one was meant is not certain.
        return Ambiguity(kind, there, value_there, str(value), safe=there == "str")
    if there == "int" and value_there is not None:
        return Ambiguity(kind, there, value_there, str(value_there), safe=False)
    if there == "float" and value_there is not None:
        return Ambiguity(kind, there, value_there, text.replace("_", ""), safe=False)
    return Ambiguity(kind, there, value_there, f'"{text}"', safe=True)


def _plain_float(text: str) -> str:
    """The same float with a digit before the dot, a dot, and a sign in the exponent: ``1e5`` is ``1.0e+5``."""
    match = _FLOAT.fullmatch(text)
    assert match is not None  # noqa: S101 (only called for floats)
    sign, bare, whole, fraction, exponent_sign, exponent = match.groups()
    mantissa = f"{'' if sign == '+' else sign}{whole or '0'}.{bare or fraction or '0'}"
    return mantissa if exponent is None else f"{mantissa}e{exponent_sign or '+'}{exponent}"
