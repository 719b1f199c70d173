"""Parses Google-style docstrings in Markdown, as transformers writes them since 4.17."""

from __future__ import annotations

import griffe

from catalog.introspect.docstrings.assemble import assemble
from catalog.introspect.docstrings.layout import Item, Layout, cut
from catalog.introspect.docstrings.model import ParsedDocstring


def parse_google(text: str) -> ParsedDocstring:
    """Take a Markdown docstring apart.

    Griffe reads the sections. It expects one indentation throughout and takes the first colon of a head for its
    end, so that it gets the items in a normal form whose heads are placeholders.

    Args:
        text: The docstring.

    Returns:
        Its parts.
    """
    layout = cut(text)
    return assemble(text, layout, _descriptions(layout), markup="markdown")


def _descriptions(layout: Layout) -> list[str]:
    """Descriptions of all items, in order."""
    if not layout.items:
        return []
    docstring = griffe.Docstring("\n".join(["", "Args:", *(line for item in _numbered(layout.items) for line in item)]))
    sections = griffe.parse_google(docstring, warnings=False, warn_unknown_params=False, warn_missing_types=False)
    found = {
        parameter.name: parameter.description
        for section in sections
        if isinstance(section, griffe.DocstringSectionParameters)
        for parameter in section.value
    }
    return [found.get(f"p{number}", "").strip("\n") for number in range(len(layout.items))]


def _numbered(items: list[Item]) -> list[list[str]]:
    """Items in griffe's normal form: placeholder name, description indented twice."""
    return [
        [f"    p{number}:", *(f"        {line}" if line else "" for line in item.dedented())]
        for number, item in enumerate(items)
    ]
