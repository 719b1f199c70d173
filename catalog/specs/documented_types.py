"""What a parameter's documentation and default tell of its type, where its class has no annotations.

Before version 5 hardly any configuration class had them. The result is meant for checking, so it errs on the wide
side: null is always of the type, an int is of a float's, and where nothing is known everything is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.records import Json
from catalog.types import union

_BRACKETS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_KINDS: tuple[tuple[re.Pattern[str], Json], ...] = (
    (re.compile(r"\bfloat\b", re.IGNORECASE), "float"),
    (re.compile(r"\bint(eger)?\b", re.IGNORECASE), "int"),
    (re.compile(r"\bbool(ean)?\b", re.IGNORECASE), "bool"),
    (re.compile(r"\b(str|string|function|callable|literal)\b", re.IGNORECASE), "str"),
    (re.compile(r"\b(list|tuple|sequence|iterable|set)\b", re.IGNORECASE), {"list": "any"}),
    (re.compile(r"\bdict(ionary)?\b|config\b", re.IGNORECASE), {"dict": ["str", "any"]}),
)
_SEVERAL = re.compile(r"^(image|patch|window|crop|tubelet|kernel)_sizes?$|_token_id$|^(num_heads|depths?|strides?)$")


def type_of(name: str, documented: str | None, default: Json) -> Json:
    """Tell a type.

    Args:
        name: The parameter.
        documented: Type text in the documentation (``"int or List[int]"``).
        default: The default in JSON form; null where it has none.

    Returns:
        A normalised type; ``None`` where nothing is known.
    """
    members = _documented(documented) if documented else _of_default(default)
    if not members:
        return None
    if "int" in members and _SEVERAL.search(name):
        members = [*members, {"list": "any"}]
    return union([*members, "null"])


@lru_cache(maxsize=512)
def _documented(text: str) -> list[Json]:
    """The kinds that a text names outside of brackets."""
    text = re.sub(r"\b(Union|Optional)\b", " ", text)
    while (shorter := _outside(text)) != text:
        text = shorter
    members = [kind for pattern, kind in _KINDS if pattern.search(text)]
    return [*members, "int"] if "float" in members else members


def _outside(text: str) -> str:
    """Drop the innermost brackets of a container, keep what stands in those of a union."""
    return _BRACKETS.sub(lambda match: " " if _is_argument(text, match.start()) else f" {match[0][1:-1]} ", text)


def _is_argument(text: str, start: int) -> bool:
    return text[:start].rstrip() != "" and text[start - 1].isalpha()


def _of_default(default: Json) -> list[Json]:
    if isinstance(default, bool):
        return ["bool"]
    if isinstance(default, int | float):
        return ["float", "int"]
    if isinstance(default, str):
        return ["str"]
    if isinstance(default, list):
        return [{"list": "any"}]
    return []
