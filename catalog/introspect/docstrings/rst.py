"""Parses docstrings in reStructuredText, as transformers wrote them until 4.16."""

from __future__ import annotations

from catalog.introspect.docstrings.assemble import assemble
from catalog.introspect.docstrings.layout import cut
from catalog.introspect.docstrings.model import ParsedDocstring


def parse_rst(text: str) -> ParsedDocstring:
    """Take a reStructuredText docstring apart.

    Args:
        text: The docstring.

    Returns:
        Its parts, descriptions in reStructuredText.
    """
    layout = cut(text)
    return assemble(text, layout, ["\n".join(item.dedented()) for item in layout.items], markup="rst")
