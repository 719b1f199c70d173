"""Puts the pieces of a docstring together, whatever its markup."""

from __future__ import annotations

from catalog.introspect.docstrings.checkpoints import find_checkpoint
from catalog.introspect.docstrings.choices import find_choices
from catalog.introspect.docstrings.fields import parse_head
from catalog.introspect.docstrings.layout import Item, Layout
from catalog.introspect.docstrings.model import Markup, ParsedDocstring, ParsedParameter
from catalog.records import DocstringIssue


def assemble(
    text: str, layout: Layout, descriptions: list[str], *, markup: Markup, summary: str | None = None
) -> ParsedDocstring:
    """Make the record of a docstring.

    Args:
        text: The whole docstring.
        layout: Its pieces.
        descriptions: Descriptions of the layout's items, in order.
        markup: Its markup.
        summary: The first paragraph where the markup's own parser gives it; else it is looked for in the body.

    Returns:
        The record. Of a parameter that is documented twice the first one counts, and an issue names the second.
    """
    issues = list(layout.issues)
    parameters: dict[str, ParsedParameter] = {}
    for item, description in zip(layout.items, descriptions, strict=True):
        if (first := parameters.get(item.name)) is not None:
            message = f"Parameter {item.name!r} is documented twice, first in line {first.line}."
            issues.append(DocstringIssue(message=message, line=item.line))
            continue
        if not description:
            issues.append(DocstringIssue(message=f"Parameter {item.name!r} has no description.", line=item.line))
        parameters[item.name] = _parameter(item, description)
    body = "\n".join(_trimmed(layout.body))
    return ParsedDocstring(
        markup=markup,
        summary=summary or _summary(layout.body),
        body=body or None,
        checkpoint=find_checkpoint(text),
        parameters=parameters,
        issues=tuple(sorted(issues, key=lambda issue: (issue.line or 0, issue.message))),
    )


def _parameter(item: Item, description: str) -> ParsedParameter:
    head = parse_head(item.head or "")
    return ParsedParameter(
        name=item.name,
        description=description,
        type_text=head.type_text,
        optional=head.optional,
        default_text=head.default_text,
        default=head.default,
        default_is_literal=head.default_is_literal,
        choices=find_choices(description),
        line=item.line,
    )


def _summary(body: list[str]) -> str | None:
    """The first paragraph of prose on one line; ``None`` where an example or nothing comes first."""
    paragraph: list[str] = []
    for line in body:
        text = line.strip()
        if text.startswith(("```", ">>>", "Example", ".. ")) and not paragraph:
            return None
        if text:
            paragraph.append(text)
        elif paragraph:
            break
    return " ".join(paragraph) or None


def _trimmed(lines: list[str]) -> list[str]:
    """Lines without blank ones at either end and without runs of them."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    return kept
