"""Finds the values a description enumerates, where it does so beyond doubt.

A list that only gives examples must not become an enumeration: a spec that uses another value would then be called
wrong. Hence an enumeration needs words that introduce it ("one of", "possible values are"), at least two literals in
quotes or code, and nothing after it that opens it again ("etc."). Activation functions are never one, neither are
feed-forward layers that are named after them: the documentation names four of twenty. What remains must fit the
parameter's type and default (:func:`credible_choices`).
"""

from __future__ import annotations

import functools
import re

from catalog.introspect.docstrings.fields import ROLE, parse_default
from catalog.records import Json
from catalog.types import members_of

_ITEM = (
    r"""(?:``?"[^"`\n]{1,40}"``?|``?'[^'`\n]{1,40}'``?|``?[\w.+-]{1,40}``?(?<=`)"""
    r"""|"[^"\n]{1,40}"|'[^'\n]{1,40}'|\bNone\b)"""
)
_REMARK = r"(?:\s*\([^()\n]{1,120}\))?"
_SEPARATOR = r"(?:\s*(?:,\s*or\b|,\s*and\b|,|/|\||\bor\b|\band\b)\s*)"
_LIST = rf"`{{0,2}}[\[({{]?\s*(?P<items>{_ITEM}{_REMARK}(?:{_SEPARATOR}{_ITEM}{_REMARK})+)\s*[\])}}]?`{{0,2}}"
_LEAD = (
    r"(?:\bone\s+of(?:\s+the)?(?:\s+following)?(?:\s+(?:values?|options?|strings?|modes?|types?))?"
    r"|\beither(?:\s+be)?"
    r"|\b(?:can|could|may|must|should)\s+be(?:\s+(?:either|set\s+to|one\s+of))?"
    r"|\b(?:choose|chosen|select|selected)(?:\s+(?:either|between|from|among))?"
    r"|\b(?:possible|allowed|supported|available|valid)\s+(?:values?|options?|modes?|choices?|types?)(?:\s+(?:are|is|include))?"
    r"|\boptions(?:\s+are)?|\bcan\s+be\s+specified\s+to)"
)
_INTRODUCED = re.compile(rf"{_LEAD}\s*:?\s*{_LIST}(?P<rest>[^\n]{{0,24}})", re.IGNORECASE)
_SUPPORTED = re.compile(rf"(?:^|[.:]\s*|\boptions\s+){_LIST}\s+are\s+(?:supported|allowed)(?P<rest>)", re.IGNORECASE)
_BULLETS = re.compile(
    rf"{_LEAD}\s*:\s*\n(?P<bullets>(?:\s*[-*]\s+{_ITEM}\s*(?::|,|\n|-|$)[^\n]*(?:\n(?!\s*[-*]\s)[^\n]*\S[^\n]*)*\n?){{2,}})",
    re.IGNORECASE,
)
_BULLET = re.compile(rf"^\s*[-*]\s+(?P<item>{_ITEM})", re.MULTILINE)
_FIND_ITEM = re.compile(rf"(?P<item>{_ITEM}){_REMARK}")
_OPEN = re.compile(r"^\W*(?:etc|and\s+so|and\s+others?|\.\.\.|…|or\s+(?:an?|any|the|some)\b|and\s+more)", re.IGNORECASE)
_NEVER = re.compile(
    r"activation\s+function|feed.forward\s+layer\s+to\s+be|non-linear(?:ity)?\s+(?:activation|function)|combination\s+of|\be\.g\.|\bfor\s+(?:example|instance)\b",
    re.IGNORECASE,
)
_MAX_LENGTH = 4000
"""Longest description that is searched, in characters: the text may be anyone's, and the patterns are not linear."""
_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n\s*\n")
_PLAIN_WORD = re.compile(r"^``?[\w.+-]+``?$")


@functools.lru_cache(maxsize=8192)
def find_choices(description: str) -> tuple[Json, ...] | None:
    """Read the enumeration of a description.

    Args:
        description: A parameter's description, Markdown or reStructuredText.

    Returns:
        The values in the description's order; ``None`` where it does not enumerate all of them.
    """
    if len(description) > _MAX_LENGTH or _NEVER.search(description):
        return None
    description = _BLANKS.sub(" ", ROLE.sub("", _BLANK_LINES.sub("\n", description)))
    if match := _BULLETS.search(description):
        return _values([item["item"] for item in _BULLET.finditer(match["bullets"])])
    for pattern in (_INTRODUCED, _SUPPORTED):
        for match in pattern.finditer(description):
            if not _OPEN.match(match["rest"]):
                return _values([item["item"] for item in _FIND_ITEM.finditer(match["items"])])
    return None


def credible_choices(choices: tuple[Json, ...] | None, *, kind: Json, default: Json) -> bool:
    """Tell whether an enumeration that a description gives fits the parameter it describes.

    Args:
        choices: The values.
        kind: Normalised type; ``None`` where the class states none.
        default: Declared default.

    Returns:
        True where every value has the parameter's type, and its default is one of them or ``None``.
    """
    if not choices or (default is not None and default not in choices):
        return False
    types = {type(choice).__name__ for choice in choices if choice is not None}
    if kind is None:
        return default is not None and types == {type(default).__name__}
    members = [member for member in members_of(kind) if member != "null"]
    return all(isinstance(member, str) for member in members) and set(map(str, members)) == types


def _values(items: list[str]) -> tuple[Json, ...] | None:
    """Values of items as written; ``None`` unless there are two, and all in quotes or all bare words in code."""
    bare = [bool(_PLAIN_WORD.match(item)) for item in items if "None" not in item]
    if len(set(bare)) > 1:
        return None
    values = tuple(dict.fromkeys(_value(item) for item in items))
    return values if len(values) > 1 else None


def _value(item: str) -> Json:
    value, literal = parse_default(item.strip("`"))
    return value if literal and not isinstance(value, list | dict) else item.strip("`")
