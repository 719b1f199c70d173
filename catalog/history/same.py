"""Tells whether two facts mean the same, however they are written: what means the same is no change."""

from __future__ import annotations

import functools
import re

from catalog.records import Json, Parameter
from catalog.types import members_of, union
from catalog.values import same_value

_ROLE = re.compile(r":[a-z]+(?::[a-z]+)?:(?=`)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)|`([^`<]+?)\s*<[^>`]*>`_{0,2}")
_MARKUP = re.compile(r"[`*~\[\]\\]")
_BLOCK = "block"
_ANY_DICT: Json = {"dict": ["str", "any"]}
_SPACE = re.compile(r"\s+")


def same_default(old: Parameter, new: Parameter) -> bool:
    """True where two parameters have the same default, or both have none.

    Two unknown defaults are the same where their source is. One that is known and one that is not may be the same, and
    what may be is no change.
    """
    if old.required or new.required:
        return old.required is new.required
    if not (old.default_known and new.default_known):
        return old.default_known is not new.default_known or old.default_source == new.default_source
    return same_value(old.default, new.default)


def same_type(old: Parameter, new: Parameter) -> bool:
    """True where two parameters have the same type, as far as both state one.

    A type that a default of ``None`` implies counts as stated, since annotations often leave it out; an ``int`` is a
    ``float`` too, and a configuration may be given as a ``dict``. What one leaves open (``list``) and the other narrows
    (``list[int]``) is the same, and an enumeration is a matter of choices.
    """
    if old.type is None or new.type is None:
        return True
    return _same_kind(_with_default(old), _with_default(new))


def _with_default(parameter: Parameter) -> Json:
    is_none = parameter.default is None and parameter.default_known and not parameter.required
    return union([parameter.type, "null"]) if is_none else parameter.type


def _same_kind(left: Json, right: Json) -> bool:
    if left == right or "any" in (left, right):
        return True
    one, other = _needed(members_of(left)), _needed(members_of(right))
    if len(one) > 1 or len(other) > 1:
        return all(any(_same_kind(item, match) for match in other) for item in one) and all(
            any(_same_kind(item, match) for match in one) for item in other
        )
    left, right = one[0], other[0]
    if left == right or (_BLOCK in (left, right) and _is_mapping(left) and _is_mapping(right)):
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return _same_form(left, right)
    return _is_literal_of(left, right) or _is_literal_of(right, left)


def _is_mapping(kind: Json) -> bool:
    return kind == _BLOCK or (isinstance(kind, dict) and "dict" in kind)


def _needed(members: list[Json]) -> list[Json]:
    """Members of a union without those that another one covers; every configuration class is the same here."""
    kinds: list[Json] = [_BLOCK if isinstance(member, dict) and "config" in member else member for member in members]
    needed = [
        kind
        for kind in kinds
        if not (kind == "int" and "float" in kinds) and not (_BLOCK in kinds and kind == _ANY_DICT)
    ]
    return [kind for position, kind in enumerate(needed) if kind not in needed[:position]]


def _same_form(left: dict[str, Json], right: dict[str, Json]) -> bool:
    """Lists, tuples and mappings by their items; a tuple of equal items is a list of them."""
    (form, inner), (other_form, other) = next(iter(left.items())), next(iter(right.items()))
    if form == "literal" and other_form == "literal":
        return True
    if form == other_form and isinstance(inner, list) and isinstance(other, list):
        return len(inner) == len(other) and all(map(_same_kind, inner, other))
    if form == other_form:
        return _same_kind(inner, other)
    if {form, other_form} == {"list", "tuple"}:
        item, items = (inner, other) if form == "list" else (other, inner)
        return isinstance(items, list) and all(_same_kind(item, kind) for kind in items)
    return False


def _is_literal_of(kind: Json, plain: Json) -> bool:
    """True for an enumeration of strings against ``str``, and the like."""
    if not isinstance(kind, dict) or "literal" not in kind or not isinstance(plain, str):
        return False
    return all(type(value).__name__ == plain for value in kind["literal"])


def same_choices(old: Parameter, new: Parameter) -> bool:
    """True where two parameters allow the same values.

    What documentation enumerates and then does not is a matter of wording; only what the code enforces comes and goes.
    """
    if old.choices is None or new.choices is None:
        stated = old if old.choices is not None else new
        return stated.choices is None or stated.choices_source == "docstring"
    return _contains(old.choices, new.choices) and _contains(new.choices, old.choices)


def _contains(values: tuple[Json, ...], others: tuple[Json, ...]) -> bool:
    return all(any(same_value(value, other) for value in values) for other in others)


def same_description(old: Parameter, new: Parameter) -> bool:
    """True where two descriptions say the same in other markup, line breaks or spelling of the end.

    A description that a relative lends, or that is missing, is not compared.
    """
    if old.inferred_from or new.inferred_from or not (old.description and new.description):
        return True
    return plain_words(old.description) == plain_words(new.description)


@functools.lru_cache(maxsize=65_536)
def plain_words(text: str) -> str:
    """A text without markup and line breaks: reStructuredText and Markdown of the same words are equal."""
    text = _LINK.sub(lambda match: match[1] or match[2], _ROLE.sub("", text))
    return _SPACE.sub(" ", _MARKUP.sub("", text)).strip(" .,;:").casefold()
