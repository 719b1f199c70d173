"""Parses docstrings in reStructuredText, as transformers wrote them until 4.16.

They are Google style in their outline (``Args:``) and reStructuredText within. The outline is cut first; docutils then
reads everything in it, with the roles of Sphinx (``:obj:`int```) taken for what they say.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.parsers.rst.states import Inliner
from docutils.utils import new_document

from catalog.introspect.docstrings.assemble import assemble
from catalog.introspect.docstrings.layout import Layout, cut
from catalog.introspect.docstrings.model import ParsedDocstring
from catalog.records import DocstringIssue

_WARNING = 2
"""Level of docutils' messages from which on one is an issue; below it are remarks on style."""
_SPHINX = ("Unknown directive type", "No directive entry for", "No role entry for", "Unknown interpreted text role")
_MAX_LENGTH = 100_000
"""Longest text that docutils reads, in characters: the longest real docstring has 20,000."""


def parse_rst(text: str) -> ParsedDocstring:
    """Take a reStructuredText docstring apart.

    Args:
        text: The docstring.

    Returns:
        Its parts; descriptions and body stay in reStructuredText, the summary is plain text.
    """
    layout = cut(text)
    descriptions = ["\n".join(item.dedented()) for item in layout.items]
    summary, issues = _read(layout, descriptions)
    layout.issues.extend(issues)
    return assemble(text, layout, descriptions, markup="rst", summary=summary)


def _read(layout: Layout, descriptions: list[str]) -> tuple[str | None, list[DocstringIssue]]:
    """Let docutils read body and descriptions; return the first paragraph as plain text, and what it complains of."""
    lines, origins = _normal_form(layout, descriptions)
    source = "\n".join(lines)
    if len(source) > _MAX_LENGTH:
        return None, [DocstringIssue(message="The docstring is too long to be checked as reStructuredText.")]
    document = new_document("docstring", _settings())
    issues: list[DocstringIssue] = []
    document.reporter.attach_observer(lambda message: _collect(message, origins, issues))
    try:
        Parser(inliner=_sphinx_inliner()).parse(source, document)
    except Exception as error:  # noqa: BLE001 - docutils fails on some nonsense; that it does is the finding
        issues.append(DocstringIssue(message=f"docutils cannot read it: {type(error).__name__}: {error}"))
    paragraph = next(iter(document.findall(nodes.paragraph)), None)
    first = " ".join(paragraph.astext().split()) if paragraph is not None and _is_prose(paragraph) else None
    return first, issues


def _normal_form(layout: Layout, descriptions: list[str]) -> tuple[list[str], list[int | None]]:
    """Body and descriptions as one document, the parameters as a field list, and the docstring's line of each line."""
    lines = list(layout.body)
    origins: list[int | None] = list(layout.body_lines)
    for item, description in zip(layout.items, descriptions, strict=True):
        text = description.split("\n") if description else []
        lines += ["", f":{item.name}:", *(f"    {line}" if line else "" for line in text)]
        origins += [None, item.line, *range(item.line + 1, item.line + 1 + len(text))]
    return lines, origins


def _collect(message: nodes.system_message, origins: list[int | None], issues: list[DocstringIssue]) -> None:
    text = message.astext().partition(") ")[2] or message.astext()
    if int(message["level"]) < _WARNING or text.startswith(_SPHINX):
        return
    number = message.get("line")
    line = origins[number - 1] if isinstance(number, int) and 0 < number <= len(origins) else None
    issues.append(DocstringIssue(message=" ".join(text.split())[:200], line=line))


def _is_prose(paragraph: nodes.paragraph) -> bool:
    """True for a paragraph of the text itself, not of a parameter or an example."""
    return isinstance(paragraph.parent, nodes.document | nodes.section | nodes.block_quote)


def _settings() -> Any:
    """Settings that print nothing, never halt and open no file, whatever the text asks for."""
    settings = get_default_settings(Parser)
    settings.report_level = 5
    settings.halt_level = 5
    settings.warning_stream = False
    settings.file_insertion_enabled = False
    settings.raw_enabled = False
    settings._disable_config = True
    return settings


def _sphinx_inliner() -> Inliner:
    """An inliner that takes any role for literal text, so that those of Sphinx need no registration for the process.

    docutils reads its patterns from the class itself, so that a subclass would lack them.
    """
    inliner = Inliner()
    inliner.interpreted = _literal  # type: ignore[method-assign,assignment]  # roles shall stay text
    return inliner


def _literal(rawsource: str, text: str, *_: Any) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    return [nodes.literal(rawsource, text)], []
