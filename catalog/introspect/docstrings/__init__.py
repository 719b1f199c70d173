"""Docstrings of configuration classes: text in, records out. Nothing here knows classes or releases."""

from __future__ import annotations

import functools
import re

from catalog.introspect.docstrings.choices import credible_choices
from catalog.introspect.docstrings.model import Markup, ParsedDocstring, ParsedParameter

__all__ = ["Markup", "ParsedDocstring", "ParsedParameter", "credible_choices", "detect_markup", "parse_docstring"]

_RST = re.compile(r":(?:obj|class|func|meth|mod|doc|attr|ref):`|::\s*$|`__?\b|``[^`]", re.MULTILINE)
_MARKDOWN = re.compile(r"^\s*```|\[`|\]\(http|\(`[^`]*`(?:,|\))", re.MULTILINE)


@functools.lru_cache(maxsize=8192)
def parse_docstring(text: str | None, *, markup: Markup | None = None) -> ParsedDocstring:
    """Take a class docstring apart. Any text is taken; what makes no sense becomes an issue.

    Results are cached by text, since releases share most of their docstrings.

    Args:
        text: The docstring, as the class or the source has it (indented or not).
        markup: Its markup; told from the text when left out.

    Returns:
        Summary, body, checkpoint, parameters and issues.
    """
    if not text or not text.strip():
        return ParsedDocstring(markup=markup or "markdown")
    markup = markup or detect_markup(text)
    if markup == "markdown":
        from catalog.introspect.docstrings.google import parse_google  # noqa: PLC0415 - griffe costs 0.05 s

        return parse_google(text)
    from catalog.introspect.docstrings.rst import parse_rst  # noqa: PLC0415 - docutils costs 0.1 s, few need it

    return parse_rst(text)


def detect_markup(text: str) -> Markup:
    """Tell reStructuredText from Markdown by the constructs that only one of them has."""
    return "rst" if len(_RST.findall(text)) > len(_MARKDOWN.findall(text)) else "markdown"
