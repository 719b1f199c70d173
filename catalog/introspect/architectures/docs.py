"""Documentation of arguments and outputs, as docstrings of models give it.

Sections are cut by :mod:`catalog.introspect.docstrings.layout`, as those of configurations are. Releases before 2.5
write items as ``**input_ids**: type``; they are brought into the common form first. All results are cached by text,
since hundreds of classes share one docstring.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.introspect.docstrings.layout import cut

_AFTER_ARGUMENTS = re.compile(r"^[ \t]*(?:Returns?|Outputs?|Examples?|Yields?)\b[^\n]*:{1,2}[ \t]*$", re.MULTILINE)
_OUTPUTS = re.compile(r"^([ \t]*)(?:Returns?|Outputs?)\b[^\n]*:[^\n]*\n(?:[^\n*]*comprising[^\n]*\n)?", re.MULTILINE)
_AFTER_OUTPUTS = re.compile(r"^[ \t]*Examples?\b[^\n]*:{1,2}[ \t]*$", re.MULTILINE)
_STARRED_ITEM = re.compile(r"^([ \t]*)\*\*(\w+)\*\*[ \t]*:([^\n]*)$", re.MULTILINE)
_INPUTS = re.compile(r"^([ \t]*)Inputs?:[ \t]*$", re.MULTILINE)
_HEAD = re.compile(r"^([ \t]*\w+) \(([^\n]*)$", re.MULTILINE)
_BARE_TYPE = re.compile(r"['\"]?(?:torch\.|Optional\[|Union\[|[Ll]ist\[|[Tt]uple\[)")
_ROLE = re.compile(r":[a-z]+:(?=`)")
_OPTIONAL = re.compile(r"[,\s]*(?<!\w)(?:\(\**optional\**\)|\**optional\**(?=[,\s]|$))", re.IGNORECASE)
_DEFAULT = re.compile(r"[,\s]*(?<!\w)defaults?\s*(?:to|is|=)\s*(?:`[^`]*`|\"[^\"]*\"|[^\s,]+)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_MAX_DOCSTRING = 200_000
_MAX_HEAD = 2_000


@dataclass(frozen=True, slots=True)
class Documented:
    """What the documentation says of one argument or output.

    Attributes:
        description: Its description, in the docstring's markup; ``None`` where it has none.
        type: Type and shape, on one line and without markup.
    """

    description: str | None
    type: str | None


@functools.lru_cache(maxsize=16384)
def documented_arguments(text: str) -> Mapping[str, Documented]:
    """Arguments that a docstring documents.

    Args:
        text: The docstring, indented or not.

    Returns:
        Name → documentation, the first one of each name. To be read only.
    """
    text = text[:_MAX_DOCSTRING]
    end = _AFTER_ARGUMENTS.search(text)
    return _items(text[: end.start()] if end else text)


@functools.lru_cache(maxsize=4096)
def documented_outputs(text: str) -> Mapping[str, Documented]:
    """Outputs that a docstring documents: releases before 3.1 have no classes for them.

    Args:
        text: The docstring, indented or not.

    Returns:
        Name → documentation. To be read only.
    """
    text = text[:_MAX_DOCSTRING]
    start = _OUTPUTS.search(text)
    if start is None:
        return {}
    end = _AFTER_OUTPUTS.search(text, start.end())
    return _items(f"{start[1]}Args:\n{text[start.end() : end.start() if end else len(text)]}")


@functools.lru_cache(maxsize=8192)
def first_paragraph(text: str) -> str | None:
    """The first paragraph of prose, on one line; ``None`` where the text starts with something else."""
    for paragraph in re.split(r"\n[ \t]*\n", text.strip()):
        line = _SPACES.sub(" ", paragraph).strip()
        if not line:
            continue
        starts_section = re.match(r"(?:Args|Arguments|Parameters|Inputs|Outputs?|Returns?|Examples?)\b.*:", line)
        return None if starts_section or re.match(r"\w+ \(`", line) else line
    return None


def one_line_type(head: str) -> str | None:
    """Type and shape of an item's head, without markup, ``optional`` and default.

    Args:
        head: ``:obj:`torch.LongTensor` of shape :obj:`(batch_size,)`, `optional```.

    Returns:
        ``torch.LongTensor of shape (batch_size,)``; ``None`` where nothing is left.
    """
    text = _DEFAULT.sub("", _ROLE.sub("", head[:_MAX_HEAD])).replace("`", "").replace("~", "").strip()
    if text.lower().startswith("(optional,") and text.endswith(")"):
        text = text[1:-1]
    text = _SPACES.sub(" ", _OPTIONAL.sub("", text)).strip(" ,;:")
    if text.startswith("[") and text.endswith("]") and text.count("[") == 1:
        text = text[1:-1]
    return text or None


def _items(text: str) -> dict[str, Documented]:
    found: dict[str, Documented] = {}
    for item in cut(_common_form(text)).items:
        if item.name not in found:
            description = "\n".join(item.dedented()).strip()
            found[item.name] = Documented(description or None, one_line_type(item.head or ""))
    return found


def _common_form(text: str) -> str:
    """Items as ``name (`type`):`` in one line with balanced parentheses, and ``Inputs:`` as ``Args:``."""
    if _HEAD.match(text):
        text = f"\n{text}"  # the margin of a docstring is that of the lines after its first
    if "**" in text:
        text = _STARRED_ITEM.sub(lambda item: f"{item[1]}{item[2]} (`{item[3].strip(' :')}`):", text)
        text = _INPUTS.sub(r"\1Args:", text)
    return _HEAD.sub(_common_head, _join_heads(text))


def _join_heads(text: str) -> str:
    """Join a head that goes on in the next line without being indented below its name."""
    if ")`" not in text:
        return text
    lines = text.split("\n")
    for index in range(len(lines) - 1, 0, -1):
        line, above = lines[index].strip(), lines[index - 1]
        if line.endswith("):") and line.count("(") < line.count(")") and "`" in line:
            head = _HEAD.match(above)
            if head and head[2].count("(") >= head[2].count(")") and not above.rstrip().endswith(":"):
                lines[index - 1 : index + 1] = [f"{above.rstrip()} {line}"]
    return "\n".join(lines)


def _common_head(match: re.Match[str]) -> str:
    """Balance the parentheses of a head, and mark up a type that has none; any other line stays."""
    name, rest = match[1], match[2].rstrip()
    if not rest.endswith("):"):
        return match[0]
    head = rest[:-2]
    if "`" in head and head.count("(") != head.count(")"):
        return f"{name} ({_balanced(head)}):"
    return f"{name} (`{head}`):" if _BARE_TYPE.match(head) else match[0]


def _balanced(text: str) -> str:
    kept: list[str] = []
    depth = 0
    for character in text:
        if character == ")" and not depth:
            continue
        depth += (character == "(") - (character == ")")
        kept.append(character)
    return "".join(kept) + ")" * depth
