"""How values, types and ranges read in tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalog.values import same_value, to_python_text

if TYPE_CHECKING:
    from catalog.query import CatalogParameter, ParameterUse

_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?](?=\s+[A-Z(`\"']|\s*$)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s|\s{4,}|\s*(?:```|>>>|\|)")
_LINK = re.compile(r"\[([^\[\]]+)\]\(\s*(https?://[^\s()]+)\s*\)")
_REFERENCE = re.compile(r"\[(`[^`\[\]]+`)\](?!\()")
_LONG = 60


def default_text(parameter: CatalogParameter | ParameterUse) -> str:
    """The default as a person reads it: ``None -> 32`` where construction makes something else of it."""
    if parameter.required:
        return "required"
    declared = to_python_text(parameter.default) if parameter.default_known else "?"
    if same_value(parameter.default, parameter.effective_default):
        return declared
    return f"{declared} -> {to_python_text(parameter.effective_default)}"


def values_text(parameter: CatalogParameter) -> str:
    """What it may be set to: ``'gelu' | 'relu'``, ``0 .. 1``, ``>= 1``; empty where anything goes."""
    if parameter.choices is not None:
        return " | ".join(map(to_python_text, parameter.choices))
    low, high = parameter.minimum, parameter.maximum
    more = ">" if parameter.exclusive_minimum else ">="
    less = "<" if parameter.exclusive_maximum else "<="
    match low is not None, high is not None:
        case True, True if not (parameter.exclusive_minimum or parameter.exclusive_maximum):
            return f"{low:g} .. {high:g}"
        case True, True:
            return f"{more} {low:g} and {less} {high:g}"
        case True, False:
            return f"{more} {low:g}"
        case False, True:
            return f"{less} {high:g}"
    return ""


def first_sentence(text: str | None) -> str:
    """The first sentence of a description, on one line."""
    line = " ".join((text or "").split())
    end = _SENTENCE_END.search(line)
    return line[: end.end()] if end else line


def unlinked(text: str, *, addresses: bool = False) -> str:
    """Markdown links as plain words.

    Args:
        text: Markdown.
        addresses: Keep the address behind the words.

    Returns:
        ``[paper](https://…)`` as ``paper``, or as ``paper (https://…)``; ``[`LlamaModel`]`` as ```LlamaModel```.
    """
    text = _LINK.sub(r"\1 (\2)" if addresses else r"\1", text)
    return _REFERENCE.sub(r"\1", text)


def reflowed(text: str) -> str:
    """Running text with one line a paragraph, and one an item of a list, for the terminal to break as it needs."""
    lines: list[str] = []
    for line in text.splitlines():
        begins = not line.strip() or not lines or not lines[-1] or _ITEM.match(line)
        if begins:
            lines.append(line.rstrip())
        else:
            lines[-1] = f"{lines[-1]} {line.strip()}"
    return "\n".join(lines)


def shortened(text: str, limit: int = _LONG) -> str:
    """A text that is too long for a cell, with its middle left out."""
    if len(text) <= limit:
        return text
    half = (limit - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"
